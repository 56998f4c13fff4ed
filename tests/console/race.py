"""The officer takes at the moment of a reply, an outcome and a reminder: `python -m tests.console.race [--rounds 1000]`.

Each round: a citizen writes several times, an officer takes, answers and gives back, another officer tries too, all at once with
jitter. Afterwards the log says: between "taken" and "given back" no word of the bot; nothing lost to either side; one owner.
"""

import argparse
import asyncio
import random
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from bot.house import House
from bot.message import Event, GivenBack, Officer, TakenOver, Typed
from content.catalogue import Catalogue
from flows.speech import Address, Answered, Opened, Reminded
from storage import conversations, messages, staff
from storage.messages import HOUSE, OFFICER, PERSON
from storage.staff import Role
from tests.console.desk import COMMUNE, organise, unnoted
from tests.kit.build import StillClock, house

SAYS = 5


@dataclass(slots=True)
class Seen:
    """What went wrong, by round."""

    wrong: list[str] = field(default_factory=list)
    taken: int = 0
    reminded: int = 0
    refused: int = 0


async def one_round(home: House, number: int, officers: list[int], chance: random.Random, seen: Seen) -> None:
    address = Address("web", "main", f"race-{number}")
    opened = await home.turn.take(Event(address, "open", Opened(COMMUNE)))
    causes: dict[str, str] = {}

    async def does(id_: str, what: Typed | TakenOver | Officer | GivenBack | Answered | Reminded) -> None:
        for _ in range(chance.randrange(4)):
            await asyncio.sleep(0)
        causes[id_] = (await home.turn.take(Event(address, id_, what))).cause

    async def officer(who: int) -> None:
        await does(f"take{who}", TakenOver(who, f"Người {who}", unnoted))
        await does(f"say{who}", Officer(who, f"Lời của {who}", unnoted))
        await does(f"back{who}", GivenBack(who, unnoted))

    citizen = [does(f"m{n}", Typed(f"lời thứ {n} của tôi")) for n in range(SAYS)]
    held = await home.store.read(lambda unit: conversations.find(unit, address))
    assert held is not None
    assert held.subject_id is not None
    outcome = does("outcome", Answered("activate.status", "approved"))
    reminder = does("reminder", Reminded("stopped", held.subject_id))
    both = [*citizen, outcome, reminder, *(officer(who) for who in officers)]
    chance.shuffle(both)
    await asyncio.gather(*both)
    log = await home.store.read(lambda unit: messages.newest(unit, opened.conversation_id, 200))
    judge(number, log, causes, officers, seen)


def judge(number: int, log: list[messages.Logged], causes: dict[str, str], officers: list[int], seen: Seen) -> None:
    numbers = [m.number for m in log]
    seen.reminded += causes["reminder"] != "reminder_held"
    if numbers != list(range(1, len(log) + 1)):
        seen.wrong.append(f"{number}: numbers {numbers}")
    said = {m.text for m in log if m.who == PERSON}
    if len(said) != SAYS:
        seen.wrong.append(f"{number}: of the citizen's {SAYS} there are {len(said)}")
    owned = False
    for m in log:
        if m.who == HOUSE and "đáp lời" in m.text:
            if owned:
                seen.wrong.append(f"{number}: taken while taken")
            owned = True
            seen.taken += 1
        elif m.who == HOUSE and "đã đáp xong" in m.text:
            if not owned:
                seen.wrong.append(f"{number}: given back while nobody had it")
            owned = False
        elif m.who == HOUSE and owned:
            seen.wrong.append(f"{number}: the bot said “{m.text[:40]}” while a person had it")
        elif m.who == OFFICER and not owned:
            seen.wrong.append(f"{number}: an officer spoke who had nothing")
    for who in officers:
        sent = causes[f"say{who}"] == "officer"
        if sent != any(m.who == OFFICER and m.text == f"Lời của {who}" for m in log):
            seen.wrong.append(f"{number}: what {who} was told of their words is not so")
        seen.refused += not sent


async def race(home: House, rounds: int, seed: int = 1) -> Seen:
    """Run the rounds, eight at a time; what went wrong."""
    home.store.write_now(organise)
    at = home.clock.now()

    officers = [
        home.store.write_now(
            lambda unit, n=n: staff.add(unit, f"o{n}", f"Người {n}", Role.OFFICER, COMMUNE, "x", at)  # type: ignore[misc]
        ).id
        for n in range(2)
    ]
    chance, seen = random.Random(seed), Seen()
    for begin in range(0, rounds, 8):
        await asyncio.gather(
            *(one_round(home, n, officers, chance, seen) for n in range(begin, min(begin + 8, rounds)))
        )
    return seen


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", help="postgresql://…; a fresh SQLite file if not given")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="race-") as folder:
        url = given.database or f"sqlite:///{folder}/race.db"
        with house(url, Path(folder) / "keys", clock=StillClock(), catalogue=Catalogue()) as home:
            seen = asyncio.run(race(home, given.rounds, given.seed))
    print(
        f"{given.rounds} rounds: taken {seen.taken} times, refused {seen.refused} times, reminded {seen.reminded} times, "
        f"{len(seen.wrong)} wrong"
    )
    for line in seen.wrong[:20]:
        print("  ", line)
    return bool(seen.wrong) or not seen.taken or not seen.refused


if __name__ == "__main__":
    raise SystemExit(main())
