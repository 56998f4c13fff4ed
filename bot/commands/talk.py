"""Talk to the assistant in the terminal, replay a script of messages, or walk at random; prints the transcript."""

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot import main as house_main
from bot.channels import terminal
from bot.channels.terminal import NotOfferedError
from bot.commands.run import sentenced
from bot.house import House
from bot.message import Taken
from bot.settings import PREFIX, Settings, read
from content.catalogue import ROOT, SIGNS
from flows.notation import Book, exits_of, target_of
from flows.speech import Address

TURNS = (12, 25)  # of a random path, at least and at most
ELSEWHERE = 0.08  # how often a random walker says a word that is understood everywhere
SAID = ("hôm qua", "hôm kia", "tuần trước")  # at a place that reads words; some are understood, some are asked again
THAT_DAY = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)  # of random paths, so that a seed says the same next year


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("python -m bot talk", description=__doc__)
    parser.add_argument("--script", type=Path, metavar="FILE", help="a line per message; [Label] presses a choice")
    parser.add_argument("--record", type=Path, metavar="FILE", help="write the transcript to a .talk file")
    parser.add_argument(
        "--random", type=int, metavar="N", help="print N random paths, 12 to 25 turns each, for readers"
    )
    parser.add_argument("--seed", type=int, metavar="S", help="the same seed walks the same paths")
    given = parser.parse_args(arguments)
    if given.random is not None and (given.random < 1 or given.script or given.record):
        parser.error("--random takes a number from 1, and no --script or --record.")
    if given.random:
        return sentenced(lambda: over_database(lambda settings: walk(settings, given.random, given.seed), apart=True))
    return sentenced(lambda: over_database(lambda settings: _talk(settings, given.script, given.record)))


def over_database(talk: Callable[[Settings], int], *, apart: bool = False) -> int:
    """Set the house up over the chosen or a temporary database (always if `apart`), and talk."""
    settings = read(os.environ)
    if not apart and os.environ.get(f"{PREFIX}DATABASE_URL", "").strip():
        return talk(settings)
    with tempfile.TemporaryDirectory(prefix="donghanh-") as folder:
        url = f"sqlite:///{folder}/data/talk.db"
        return talk(replace(settings, database_url=url, key_file=Path(folder) / "talk.key"))


def _talk(settings: Settings, script: Path | None, record: Path | None) -> int:
    lines: Iterable[str] = read_script(script) if script else _typed()
    printed: list[str] = []

    def show(text: str) -> None:
        printed.append(text)
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    chat = f"talk-{time.time_ns()}"
    with house_main.build(settings) as house:
        try:
            for _, lines_shown in replay(house, lines, chat, numbered=script is None, echo=script is not None):
                for line in lines_shown:
                    show(line)
        except NotOfferedError as error:
            sys.stderr.write(f"{error}\n")
            return 1
    if record:
        record.write_text("\n".join(printed) + "\n", encoding="utf-8")
    return 0


def read_script(path: Path) -> list[str]:
    """The messages of a script: a line each; of a transcript (.talk) the lines after "> "; "#" begins a remark."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    if any(line.startswith("> ") for line in lines):
        return [line[2:] for line in lines if line.startswith("> ")]
    return [line for line in lines if line.strip()]


def replay(
    house: House, lines: Iterable[str], chat: str, *, numbered: bool = False, echo: bool = True
) -> Iterator[tuple[Taken, list[str]]]:
    """Take each line through the one door; yields what it came to and the transcript's lines. The last is "@ …"."""
    with asyncio.Runner() as runner:
        taken = runner.run(house.turn.take(terminal.opened(0, chat)))
        offer = terminal.in_view(taken.messages, ())
        yield taken, [terminal.written(m, numbered=numbered) for m in taken.messages]
        for number, line in enumerate(lines, 1):
            event = terminal.event(line, number, offer, chat)
            taken = runner.run(house.turn.take(event))
            if taken.asks:
                taken = runner.run(_answered(house, event.address, taken))
            offer = terminal.in_view(taken.messages, offer)
            said = [m for m in taken.messages if m.who != "me"]
            mine = [m.text for m in taken.messages if m.who == "me"]
            pressed = line.startswith("[") and line.endswith("]")
            shown = [f"> [{t}]" if pressed else f"> {t}" for t in mine] if echo else []
            yield taken, [*shown, *(terminal.written(m, numbered=numbered) for m in said)]
        if echo:
            yield taken, [terminal.standing(taken)]


async def _answered(house: House, address: Address, taken: Taken) -> Taken:
    """A turn together with what was asked after it, and answered."""
    await house.errands.settled()
    newest, _ = await house.mailbox.newest(address, 20)
    more = tuple(message for message in newest if message.number > taken.last)
    places = [message.offer.place for message in more if message.offer is not None]
    place = places[-1] if places else taken.place
    return replace(taken, messages=taken.messages + more, last=taken.last + len(more), place=place)


def _typed() -> Iterator[str]:
    while True:
        try:
            yield input("> ")
        except (EOFError, KeyboardInterrupt):
            return


class _ThatDay:
    """A clock that stands still: random paths need no other."""

    def now(self) -> datetime:
        return THAT_DAY

    async def sleep_until(self, moment: datetime) -> None:  # noqa: ARG002
        return None


class Walker:
    """Somebody who presses at random, rather onward than back. `lines` reads what the house answered last (`taken`)."""

    def __init__(self, book: Book, chance: random.Random, words: list[str]) -> None:
        self._book, self._chance, self._words = book, chance, words
        self._seen: Counter[str] = Counter()
        self.taken: Taken | None = None
        self._offer: terminal.InView = ()

    def hears(self, taken: Taken) -> None:
        self.taken, self._offer = taken, terminal.in_view(taken.messages, self._offer)
        self._seen[taken.place] += 1

    def lines(self) -> Iterator[str]:
        """What is said next, until the path is long enough or the conversation is over."""
        for turn in range(self._chance.randint(*TURNS)):
            choices = self._offer[-1].choices if self._offer else ()
            reads = bool(set(exits_of(self._book.steps[self._place])) - {e for e, _ in choices})
            if not choices and not reads:
                if turn >= TURNS[0]:
                    return
                yield self._chance.choice(self._words)
            elif self._chance.random() < ELSEWHERE:
                yield self._chance.choice(self._words)
            elif reads and (not choices or self._chance.random() < 0.5):
                yield self._chance.choice(SAID)
            else:
                weights = [(1 + self._seen[self._leads(exit_)]) ** -2 for exit_, _ in choices]  # onward, not in circles
                yield f"[{self._chance.choices([label for _, label in choices], weights)[0]}]"

    @property
    def _place(self) -> str:
        return self.taken.place if self.taken else self._book.name(self._book.start)

    def _leads(self, exit_: str) -> str:
        return self._book.name(target_of(exits_of(self._book.steps[self._place])[exit_]))


def walk(settings: Settings, paths: int, seed: int | None) -> int:
    """Print random paths; the same seed gives the same ones, however many are asked for. 1 if the house failed on one."""
    seed = seed if seed is not None else random.SystemRandom().randrange(10**6)
    signs = tomllib.loads((ROOT / "vi" / SIGNS).read_text(encoding="utf-8"))["signs"]
    words = [phrases[0] for phrases in signs.values()]
    failed = False
    with house_main.build(settings, clock=_ThatDay()) as house:
        for path in range(1, paths + 1):
            walker = Walker(house.book, random.Random(f"{seed} {path}"), words)  # noqa: S311 (a walk, no secret)
            sys.stdout.write(f"# path {path} of {paths}, seed {seed}\n")
            for taken, shown in replay(house, walker.lines(), f"walk-{path}"):
                walker.hears(taken)
                failed |= taken.cause == "dead_letter"
                sys.stdout.write("".join(f"{line}\n" for line in shown))
            sys.stdout.write("\n" if path < paths else "")
    return 1 if failed else 0
