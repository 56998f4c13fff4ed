"""`make resend-storm`: 10 000 requests for a code from 500 people over three channels, done by two processes that are killed
again and again; the phones get no more than the limits allow, and everybody is told something.

`python -m tests.house.resend_storm --people 500 --requests 10000 --kills 12`
"""

import argparse
import asyncio
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import func, select

from bot import main
from bot.house import House
from bot.message import Event
from bot.registry.options import Options
from bot.settings import Settings
from flows.core.codes import POLICY
from flows.speech import Address, Errand, Opened
from storage import errands, subjects
from storage.conversations import CONVERSATION
from storage.errands import ERRAND, Intent
from storage.resends import BUDGET, RESEND
from tests.kit.postgres import databases
from tests.registry.office import CODE, IN_TESTS
from tests.registry.running import in_thread

CHANNELS = ("telegram", "zalo_bot", "web")
ROOT = Path(__file__).parents[2]
SCOPES = frozenset({"status", "resend"})


@dataclass
class Storm:
    """What a storm came to."""

    codes: int = 0
    most: int = 0
    killed: int = 0
    left: int = 0
    told: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@contextmanager
def workers(count: int, environment: dict[str, str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """So many processes; whoever is killed is to be replaced by the storm."""
    running = [_worker(environment) for _ in range(count)]
    try:
        yield running
    finally:
        for one in running:
            _kill(one)


def _worker(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.house.resend_worker"]
    return subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)


def _kill(one: subprocess.Popen[bytes]) -> None:
    if one.poll() is None:
        os.killpg(one.pid, signal.SIGKILL)
    one.wait(timeout=30)


def rage(people: int, requests: int, kills: int, url: str, folder: Path, seed: int = 1, patience: float = 900) -> Storm:
    """One storm over an empty PostgreSQL at `url`."""
    storm, chance = Storm(), random.Random(seed)
    options: Options = replace(IN_TESTS, people=people + 20)
    with in_thread(f"sqlite:///{folder}/registry.db", options) as (address, registry):
        settings = Settings(
            database_url=url.replace("postgresql://", "postgresql+psycopg://", 1), key_file=folder / "storm.key",
            registry_url=address, registry_secret=registry.clients.secret("donghanh"),
            erasures_file=folder / "erasures.log",
        )  # fmt: skip
        with main.build(settings) as home:
            lines = asyncio.run(_settle(home, people))
            order = [who for who in range(people) for _ in range(requests // people)]
            chance.shuffle(order)
            begun = time.monotonic()
            clean = {k: v for k, v in os.environ.items() if not k.startswith("DONGHANH_")}
            told = {
                "DATABASE_URL": url, "KEY_FILE": str(settings.key_file), "REGISTRY_URL": address,
                "REGISTRY_SECRET": settings.registry_secret, "ERASURES_FILE": str(settings.erasures_file),
            }  # fmt: skip
            environment = {**clean, **{f"DONGHANH_{k}": v for k, v in told.items()}}
            with workers(2, environment) as running:
                portion = max(len(order) // (kills + 1), 1)
                for start in range(0, len(order), portion):
                    _ask(home, lines, order[start : start + portion])
                    time.sleep(chance.uniform(0.5, 2.0))
                    if storm.killed < kills:
                        victim = chance.randrange(len(running))
                        _kill(running[victim])
                        storm.killed += 1
                        running[victim] = _worker(environment)
                while _waiting(home) and time.monotonic() < begun + patience:
                    time.sleep(0.5)
            storm.left = _waiting(home)
            _judge(storm, home, lines, registry, time.monotonic() - begun)
    return storm


@dataclass(frozen=True)
class Line:
    """One person: their chat, and the phone their codes go to."""

    conversation: int
    subject: int
    phone: str


async def _settle(home: House, people: int) -> list[Line]:
    """Everybody linked, each on a chat of one of three channels."""
    identity, lines = home.identity, []
    assert identity is not None
    for n in range(people):
        lent = await identity.lend("approved1")
        loan = lent.loan  # type: ignore[union-attr]
        taken = await home.turn.take(Event(Address(CHANNELS[n % 3], "main", f"chat {n}"), "open", Opened()))
        who = await home.store.read(lambda unit, id_=taken.conversation_id: _subject(unit, id_))  # type: ignore[misc]
        name = lent.subject  # type: ignore[union-attr]
        await home.store.write(
            lambda unit, who=who, name=name, id_=taken.conversation_id: subjects.link(  # type: ignore[misc]
                unit, home.vault, who, id_, name, SCOPES, home.clock.now()
            )
        )
        lines.append(Line(taken.conversation_id, who, loan["person"]["phone"].replace(" ", "")))
    assert home.outside is not None
    await home.outside.close()
    return lines


def _subject(unit: object, conversation: int) -> int:
    row = select(CONVERSATION.c.subject_id).where(CONVERSATION.c.id == conversation)
    return int(unit.execute(row).scalar_one())  # type: ignore[attr-defined]


def _ask(home: House, lines: list[Line], who: list[int]) -> None:
    intents = [Intent(lines[n].conversation, lines[n].subject, Errand("resend", "own.resend")) for n in who]
    home.store.write_now(lambda unit: errands.queue(unit, intents, home.clock.now(), home.vault))


def _waiting(home: House) -> int:
    return int(home.store.write_now(lambda unit: unit.execute(select(func.count()).select_from(ERRAND)).scalar_one()))


def _judge(storm: Storm, home: House, lines: list[Line], registry: object, seconds: float) -> None:
    """No phone got more than a policy of one code a minute, growing, and five a day allows; none sooner."""
    allowed, wait, at = 1, POLICY.first_wait.total_seconds(), POLICY.first_wait.total_seconds()
    while at < seconds and allowed < POLICY.a_day:
        allowed, wait = allowed + 1, wait * POLICY.growth
        at += wait
    for line in lines:
        texts = [sms.text for sms in registry.inbox.after(line.phone, 0)]  # type: ignore[attr-defined]
        got = len([text for text in texts if CODE.search(text)])
        storm.codes += got
        storm.most = max(storm.most, got)
        if got > allowed:
            storm.wrong.append(f"a phone got {got} codes in {seconds:.0f} s, {allowed} are allowed")
        if not got and len(lines) <= BUDGET.burst // 2:  # else the budget of the whole house leaves most without
            storm.wrong.append("somebody got no code at all")
    budget = BUDGET.burst + seconds / BUDGET.every.total_seconds() + 1
    if storm.codes > budget:
        storm.wrong.append(f"{storm.codes} codes went, the budget of the whole house is {budget:.0f}")
    rows = home.store.write_now(
        lambda unit: unit.execute(select(RESEND.c.state, func.count()).group_by(RESEND.c.state)).all()
    )
    storm.told.update(dict(rows))
    if storm.left:
        storm.wrong.append(f"{storm.left} errands were never answered")
    if storm.told["sent"] + storm.told["unsure"] + storm.told["intent"] < storm.codes:
        storm.wrong.append("a code went that nobody had noted before")


def main_() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("people", 500), ("requests", 10_000), ("kills", 12), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    with databases() as there, tempfile.TemporaryDirectory(prefix="resend-") as folder:
        begun = time.monotonic()
        storm = rage(given.people, given.requests, given.kills, there.create(), Path(folder), given.seed)
    print(
        f"{given.requests} requests of {given.people} people, {storm.killed} kills, {time.monotonic() - begun:.0f} s:"
    )
    print(f"{storm.codes} codes went, at most {storm.most} to one phone; noted {dict(storm.told)}")
    for wrong in sorted(set(storm.wrong)):
        print(f"WRONG: {wrong} ({storm.wrong.count(wrong)} times)")
    return 1 if storm.wrong else 0


if __name__ == "__main__":
    sys.exit(main_())
