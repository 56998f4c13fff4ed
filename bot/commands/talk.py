"""Talk to the assistant in the terminal, or replay a script of messages and print the transcript."""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from bot import main as house_main
from bot.channels import terminal
from bot.channels.terminal import NotOfferedError
from bot.commands.run import sentenced
from bot.message import Taken
from bot.settings import PREFIX, Settings, read
from flows.speech import Offer


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("python -m bot talk", description=__doc__)
    parser.add_argument("--script", type=Path, metavar="FILE", help="a line per message; [Label] presses a choice")
    parser.add_argument("--record", type=Path, metavar="FILE", help="write the transcript to a .talk file")
    given = parser.parse_args(arguments)
    return sentenced(lambda: asyncio_free(given.script, given.record))


def asyncio_free(script: Path | None, record: Path | None) -> int:
    """Set the house up over the chosen or a temporary database, and talk."""
    settings = read(os.environ)
    if os.environ.get(f"{PREFIX}DATABASE_URL", "").strip():
        return _talk(settings, script, record)
    with tempfile.TemporaryDirectory(prefix="donghanh-") as folder:
        apart = replace(settings, database_url=f"sqlite:///{folder}/data/talk.db", key_file=Path(folder) / "talk.key")
        return _talk(apart, script, record)


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
    house: house_main.House, lines: Iterable[str], chat: str, *, numbered: bool = False, echo: bool = True
) -> Iterator[tuple[Taken, list[str]]]:
    """Take each line through the one door; yields what it came to and the transcript's lines. The last is "@ …"."""
    with asyncio.Runner() as runner:
        taken = runner.run(house.turn.take(terminal.opened(0, chat)))
        offer = _offer(taken, None)
        yield taken, [terminal.written(m, numbered=numbered) for m in taken.messages]
        for number, line in enumerate(lines, 1):
            taken = runner.run(house.turn.take(terminal.event(line, number, offer, chat)))
            offer = _offer(taken, offer)
            said = [m for m in taken.messages if m.who != "me"]
            mine = [m.text for m in taken.messages if m.who == "me"]
            pressed = line.startswith("[") and line.endswith("]")
            shown = [f"> [{t}]" if pressed else f"> {t}" for t in mine] if echo else []
            yield taken, [*shown, *(terminal.written(m, numbered=numbered) for m in said)]
        if echo:
            yield taken, [terminal.standing(taken)]


def _offer(taken: Taken, before: Offer | None) -> Offer | None:
    return next((m.offer for m in reversed(taken.messages) if m.offer is not None), before)


def _typed() -> Iterator[str]:
    while True:
        try:
            yield input("> ")
        except (EOFError, KeyboardInterrupt):
            return
