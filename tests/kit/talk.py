"""Transcripts (.talk): what a Vietnamese reader can judge, replayed through the real house, reopened on the way."""

import asyncio
import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.channels import terminal
from bot.commands.talk import read_script
from bot.message import Event, Taken
from bot.ready import CARRIES
from content.catalogue import Catalogue
from tests.kit.build import StillClock, house
from tests.kit.walk import answered, changed, shared

FOLDER = Path(__file__).parents[1] / "journeys"
RECORD = "RECORD_JOURNEYS"
SELDOM = 8  # messages between two openings, where a journey is not opened before each
WORDS = Catalogue()  # compiled once; what is reopened is everything that remembers


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a journey says today."""

    transcript: str
    taken: tuple[Taken, ...]


def journeys() -> list[Path]:
    return sorted(FOLDER.glob("*.talk"))


def replay(path: Path, folder: Path, database: str) -> Replayed:
    """Replay a journey; the house is closed and opened again before every message of each fourth one, and before every
    eighth message of the others."""
    written = path.read_text(encoding="utf-8").splitlines()
    lines = [line for line in written if line.startswith("#")]
    clock, taken = StillClock(), list[Taken]()
    for one, shown in _turns(read_script(path), folder, database, clock):
        taken.append(one)
        lines += shown
    lines.append(terminal.standing(taken[-1]))
    return Replayed("\n".join(lines) + "\n", tuple(taken))


def _turns(said: list[str], folder: Path, database: str, clock: StillClock) -> Iterator[tuple[Taken, list[str]]]:
    offer: terminal.InView = ()
    every = 1 if len(said) % 4 == 0 else SELDOM
    place, home = "", None
    with contextlib.ExitStack() as opened:
        for number in range(len(said) + 1):
            if home is None or number % every == 0:
                opened.close()
                home = opened.enter_context(house(database, folder, clock=clock, catalogue=WORDS))
            line = said[number - 1] if number else ""
            if line.startswith("(+") and line.endswith(")"):
                clock.on(days=int(line.removeprefix("(+").partition(" ")[0]))
                event = terminal.opened(number)
            elif (change := changed(line)) is not None:
                event = Event(terminal.ADDRESS, f"line-{number}", change)
            elif (answer := answered(line, place)) is not None:
                event = Event(terminal.ADDRESS, f"line-{number}", answer)
            elif (phone := shared(line)) is not None:
                event = Event(terminal.ADDRESS, f"line-{number}", phone)
            else:
                event = terminal.event(line, number, offer) if number else terminal.opened(0)
            taken = asyncio.run(home.turn.take(event))
            offer, place = terminal.in_view(taken.messages, offer), taken.place
            unwritten = shared(line) is not None or CARRIES.search(line)  # kept nowhere, so told again from the script
            own = [line if unwritten else m.text for m in taken.messages if m.who == "me"]
            pressed = line.startswith("[")
            shown = [f"> [{t}]" if pressed else f"> {t}" for t in own] if own else ([f"> {line}"] if number else [])
            yield taken, [*shown, *(terminal.written(m, numbered=False) for m in taken.messages if m.who != "me")]


def recording() -> bool:
    """RECORD_JOURNEYS=1 writes what is said today: a reviewed change, whose commit says what sounds better."""
    return os.environ.get(RECORD) == "1"
