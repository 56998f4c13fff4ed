"""Many processes refresh one pair of tokens at once and are killed at every point of it; then the next start must know.

    python -m tests.channels.storm_zalo_oauth [--rounds 200] [--processes 20] [--database URL | --postgres] [--seed 1] [--blind]

Each round has a pair that is due. Some processes look after it as a house does by itself, the others call with it and are
refused when it is gone. At one chosen point who comes there first is killed (kill -9), or the parent kills some at random, or
all. Then a new process starts two minutes later by its clock: the pair that is kept must work, or one sentence must say that a
person has to consent. The emulator's journal tells whether any refresh token came twice. `--blind` plants the fault that a
begun refresh is simply begun again; the storm must find it.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
from sqlalchemy import Connection, text

from bot.channels.zalo_oa import ZaloOa
from bot.channels.zalo_oa.client import RefusedError
from bot.channels.zalo_oa.health import consented as told_of
from bot.channels.zalo_oa.oauth import Granted
from bot.channels.zalo_oa.pair import Kept, KeptPair, Pair, Trouble
from bot.channels.zalo_oa.tokens import NoTokenError, Tokens
from bot.emulators.clock import Clock
from bot.settings import Settings
from storage import migrations
from storage.engines import engine_for
from storage.secrets import SealedSecrets
from storage.store import Store
from tests.channels.zalo_oa_house import KEY, Listener, settings_of
from tests.kit.postgres import databases
from tests.kit.zalo import ZaloOa as Zalo
from tests.kit.zalo import zalo_oa

T = TypeVar("T")
TOKEN = "/v4/oa/access_token"
# The points of a refresh, those that matter most first. "in": between a statement and its commit; "asked": while Zalo answers.
POINTS = (
    "asked", "answered", "in pair", "after pair", "after note", "leaves", "in note", "after lease", "all", "some", "before pair",
    "in lease", "before note", "before lease", "before read", "after read", "before end", "after end",
)  # fmt: skip
SLOWLY = 0.3
LAST_LOOK = 3  # the connection stands and the header has left; the token, in the body, has not
NEXT_START = 120.0  # seconds later, by its own clock


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(slots=True)
class Fate:
    """Where a process is killed; `left` (a pipe with that many bytes in it) lets only so many of them die there."""

    point: str = ""
    left: int = -1

    def meets(self, point: str) -> None:
        if point == self.point and self.is_open():
            die()

    def meets_soon(self, point: str) -> None:
        if point == self.point and self.is_open():
            threading.Timer(SLOWLY / 2, die).start()

    def is_open(self) -> bool:
        """Whether nobody has died there yet; asking takes the place."""
        with contextlib.suppress(BlockingIOError):
            return bool(os.read(self.left, 1))
        return False


class Line:
    """Where processes stand until all have come, and go at once."""

    def __init__(self) -> None:
        self._came, self._comes = os.pipe()
        self._goes, self._go = os.pipe()

    def wait(self) -> None:
        """In each of them, once."""
        os.close(self._go)
        os.write(self._comes, b"x")
        os.read(self._goes, 1)

    def start(self, many: int) -> None:
        """In whoever made them: let them go when so many have come."""
        for _ in range(many):
            os.read(self._came, 1)
        for end in (self._came, self._comes, self._goes, self._go):
            os.close(end)


class DyingStore(Store):
    """Dies between a statement and its commit."""

    fate = Fate()
    doing = ""

    async def write(self, work: Callable[[Connection], T]) -> T:
        def dying(unit: Connection) -> T:
            done = work(unit)
            self.fate.meets(f"in {self.doing}")
            return done

        return await super().write(dying)


class DyingSecrets:
    """Dies before or after a step."""

    def __init__(self, store: DyingStore, fate: Fate) -> None:
        self._secrets, self._store, self._fate = SealedSecrets(store, KEY), store, fate

    async def read(self, name: str) -> tuple[str, int]:
        return await self._step("read", self._secrets.read(name))

    async def lease(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        return await self._step("end" if until <= now else "lease", self._secrets.lease(name, holder, now, until))

    async def swap(self, name: str, version: int, value: str) -> bool:
        begun = bool(json.loads(value)["began"])
        return await self._step("note" if begun else "pair", self._secrets.swap(name, version, value))

    async def _step(self, doing: str, step: Awaitable[T]) -> T:
        self._fate.meets(f"before {doing}")
        self._store.doing = doing
        done = await step
        self._fate.meets(f"after {doing}")
        return done


class BlindTokens(Tokens):
    """The planted fault: what was begun is begun again, without a look at what came of it."""

    async def _cleared_up(self, kept: Kept, version: int, *, dead: bool) -> Pair | None:
        await self._kept.swap(version, replace(kept, began=None, holder=""))
        return None


@dataclass(slots=True)
class Process:
    """The channel as one process has it."""

    channel: ZaloOa
    store: DyingStore

    @property
    def tokens(self) -> Tokens:
        return self.channel.tokens


@dataclass(slots=True)
class Storm:
    """The whole: a database, a Zalo, and what was found."""

    url: str
    zalo: Zalo
    processes: int
    blind: bool = False
    found: Counter[str] = field(default_factory=Counter)
    windows: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def rage(self, rounds: int, chance: random.Random) -> None:
        seen = 0
        for number in range(rounds):
            point = POINTS[number % len(POINTS)]
            self.errand(self._pair_that_is_due)
            if point == "asked":
                self.zalo.fault("slow", where=TOKEN, seconds=SLOWLY)
            self._round(point, chance)
            if point in ("asked", "some", "all"):
                time.sleep(
                    SLOWLY * 1.5
                )  # what was asked by the dead has arrived by then, as it will have in two minutes
            verdict = self.errand(self._next_start)
            calls = self.zalo.journal(after=seen)
            seen = calls[-1]["number"] if calls else seen
            self._judge(number, point, verdict, [c for c in calls if c["what"] == "call" and c["method"] == TOKEN])
            self.zalo.clear_faults()

    def _judge(self, number: int, point: str, verdict: dict[str, Any], calls: list[dict[str, Any]]) -> None:
        renewals = [call["answer"].get("error_name", "good") for call in calls]
        where = f"round {number}, killed at “{point}”"
        if set(renewals) - {"good"}:
            self.wrong.append(f"{where}: a refresh token came to Zalo that was not good any more: {renewals}")
        if verdict["outcome"] == "nothing":
            self.wrong.append(f"{where}: the pair does not work, and nothing says so: {verdict}")
        if verdict["outcome"] == "authorize" and "good" not in renewals:
            self.wrong.append(f"{where}: a consent is asked for though nothing was lost: {verdict}")
        self.found[f"{point}: {verdict['outcome']}"] += 1

    def _round(self, point: str, chance: random.Random) -> None:
        """Everyone at once; one dies at the point, or the parent kills at random."""
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        os.write(writing, b"x")
        fate, line = Fate(point, reading), Line()
        running = [fork(lambda n=n: self._work(fate, n, line)) for n in range(self.processes)]  # type: ignore[misc]
        line.start(self.processes)
        if point in ("some", "all"):
            time.sleep(chance.uniform(0, 0.3))
            for pid, _ in running:
                if point == "all" or chance.random() < 0.5:
                    os.kill(pid, signal.SIGKILL)
        for pid, told in running:
            for window in ended(pid, told) or []:
                self.windows.append(window)
        if point not in ("some", "all") and fate.is_open():
            self.found[f"{point}: nobody came there"] += 1
        os.close(reading)
        os.close(writing)

    def errand(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do something in a process of its own: the parent has no threads, so that it may fork."""
        done: T | None = ended(*fork(work))
        assert done is not None, "an errand failed"
        return done

    # What the processes do

    def _process(self, fate: Fate, ahead: float = 0) -> Process:
        store, clock = DyingStore(self.url), Clock()
        store.fate = fate
        clock.forward(ahead)
        channel = ZaloOa(
            Settings(**settings_of(self.zalo)), Listener(), clock, lambda _: None, {}, DyingSecrets(store, fate)
        )
        kind = BlindTokens if self.blind else Tokens
        old = channel.tokens
        channel.tokens = kind(
            old._kept._secrets, channel.account.app, old._oauth, channel.works, clock, lambda _: None, patience=0.3
        )
        channel._caller._tokens = channel.tokens
        asked = old._oauth.refresh

        async def refresh(token: str, may_leave: Callable[[], bool]) -> Granted:
            looks = 0

            def leaves() -> bool:
                nonlocal looks
                looks += 1
                if looks == LAST_LOOK:
                    fate.meets("leaves")
                    fate.meets_soon("asked")
                return may_leave()

            granted = await asked(token, leaves)
            fate.meets("answered")
            return granted

        old._oauth.refresh = refresh  # type: ignore[method-assign]
        return Process(channel, store)

    async def _work(self, fate: Fate, number: int, line: "Line") -> list[float]:
        """Even ones look after the pair by themselves; odd ones call with it until the round has nothing more to give. All of
        them begin at one moment, each with its database open: what is tried is a refresh by many, not a start of many."""
        process = self._process(fate)
        await process.store.read(lambda unit: unit.execute(text("SELECT 1")).scalar())
        line.wait()
        with contextlib.suppress(NoTokenError, RefusedError):
            if number % 2 == 0:
                await process.tokens.tended()
            else:
                for _ in range(3):
                    await process.channel._caller.ask(process.channel.client.account)
                    await asyncio.sleep(0.02)
        windows = list(process.tokens.windows)
        await process.channel.stop()
        process.store.close()
        return windows

    async def _pair_that_is_due(self) -> bool:
        """What is kept becomes thirteen hours older; where it does not serve any more, a person consents anew."""
        process = self._process(Fate())
        kept, version = await process.tokens._kept.read()
        now = process.tokens._clock.now()
        if kept.pair is None or kept.trouble is not Trouble.NONE:
            granted = self.zalo.grant()
            pair = Pair(granted["access_token"], granted["refresh_token"], now, now, now + timedelta(days=90))
        else:
            pair = kept.pair
        due = replace(pair, made=now - timedelta(hours=13), access_until=now + timedelta(hours=12))
        mine = KeptPair(process.tokens._kept._secrets, process.channel.account.app)
        await mine.lease(now + timedelta(hours=1), now)  # what a dead process of the round before had leased is free
        done = await mine.swap(version, Kept(due))
        await process.channel.stop()
        process.store.close()
        return done

    async def alone(self) -> list[float]:
        """A hundred refreshes of one process that nobody disturbs: the seconds from each answer to its commit."""
        process = self._process(Fate())
        for _ in range(100):
            pair = await process.tokens.current()
            await process.tokens._begin(pair.access, known_dead=False, patience=0)
        windows = list(process.tokens.windows)
        await process.channel.stop()
        process.store.close()
        return windows

    async def _next_start(self) -> dict[str, Any]:
        process = self._process(Fate(), NEXT_START)
        await process.tokens.tended()
        kept = await process.tokens.standing()
        outcome = "nothing"
        if kept.trouble.final:
            (sentence,) = told_of(kept, process.tokens._clock.now())
            if "python -m bot zalo authorize" in sentence.text and not sentence.good:
                outcome = "authorize"
        else:
            with contextlib.suppress(NoTokenError, RefusedError):
                await process.channel._caller.ask(process.channel.client.account)
                outcome = "works"
        kept = await process.tokens.standing()
        await process.channel.stop()
        process.store.close()
        return {"outcome": outcome, "trouble": kept.trouble.value, "began": kept.began is not None}


def warm() -> None:
    """What every process would have to load and make, once for all of them."""
    trust = httpx.create_ssl_context()
    httpx.create_ssl_context = lambda *_, **__: trust  # nothing here is encrypted
    KEY.open(KEY.seal("x", "secret", 1, "x"), "secret", 1, "x")
    with engine_for("sqlite://", reading=False).connect() as unit:
        unit.execute(text("SELECT 1"))


def fork(work: Callable[[], Awaitable[Any]]) -> tuple[int, int]:
    """Run `work` in a process of its own: its id, and where its result can be read."""
    reading, writing = os.pipe()
    if pid := os.fork():
        os.close(writing)
        return pid, reading
    code = 1
    try:
        os.close(reading)
        done: Any = asyncio.run(work())  # type: ignore[arg-type]
        os.write(writing, json.dumps(done).encode())
        code = 0
    finally:
        os._exit(code)


def ended(pid: int, told: int) -> Any:
    """What a process returned; None when it was killed or failed."""
    with os.fdopen(told, "rb") as pipe:
        text = pipe.read()
    os.waitpid(pid, 0)
    return json.loads(text) if text else None


def told_window(whose: str, windows: list[float]) -> None:
    """How long new pairs stood between the answer and the commit."""
    if windows:
        took = sorted(w * 1e3 for w in windows)
        print(
            f"{len(took)} refreshes {whose}, from the answer to the commit: p50 {took[len(took) // 2]:.1f} ms, "
            f"p99 {took[int(len(took) * 0.99)]:.1f} ms, max {took[-1]:.1f} ms, {sum(t > 20 for t in took)} above 20 ms"
        )


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--processes", type=int, default=20)
    parser.add_argument("--database", default="", help="a database without tables; a new SQLite file if not given")
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of its own")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--blind", action="store_true", help="plant the fault; 0 when it is found")
    given = parser.parse_args(arguments)
    warm()
    with (
        tempfile.TemporaryDirectory() as folder,
        zalo_oa(Path(folder) / "journal", as_process=True) as zalo,
        databases() if given.postgres else contextlib.nullcontext() as theirs,
    ):
        url = theirs.create() if theirs else given.database or f"sqlite:///{folder}/storm.db"
        migrations.upgrade(url)
        storm = Storm(url, zalo, given.processes, given.blind)
        if not given.blind:
            storm.errand(storm._pair_that_is_due)
            told_window("alone", storm.errand(storm.alone))
        storm.rage(given.rounds, random.Random(given.seed))
    for told, times in sorted(storm.found.items()):
        print(f"{times:5}  killed at {told}")
    told_window("of those that lived", storm.windows)
    print("\n".join(storm.wrong) or "no token came twice, nothing was lost unsaid")
    return int(bool(storm.wrong) != given.blind)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
