"""A house that is asked a lot while Telegram loses answers: `python -m tests.channels.storm_telegram [CITIZENS] [TURNS]`.

The house is a process of its own, Telegram (the emulator) another, with its journal on disk; the judge is this third one, and
knows the house only by what its database says it said. One of twenty sends is carried out and its connection then reset.
"""

import itertools
import sqlite3
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bot.parts import spaced
from tests.kit.served import served
from tests.kit.telegram import TOKEN, Citizen, TelegramApart, telegram_apart

RESET_ONE_OF = 20
SAYS = ("menu", "nhắc lại", "/help", "quay lại", "không hiểu gì hết", "dừng", "1", "gặp người")


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of a storm."""

    said: int
    arrived: int
    twice: int
    resets: int
    faults: tuple[str, ...]

    def __str__(self) -> str:
        told = (
            f"{self.said} messages said, {self.arrived} arrived, {self.twice} of them twice, {self.resets} answers lost"
        )
        return "\n".join([told, *self.faults[:20]])


def storm(citizens: int, turns: int, folder: Path, seconds: float) -> Judged:
    """Let so many citizens take so many turns each, then wait until all is quiet, and judge."""
    journal = folder / "telegram.journal"
    with telegram_apart(journal=journal) as telegram:  # noqa: SIM117 - the house needs its address
        with served(folder, TELEGRAM_TOKEN=TOKEN, TELEGRAM_API=telegram.url, TELEGRAM_MODE="polling"):
            telegram.fault("reset_after", methods=["sendMessage", "sendPhoto"], every=RESET_ONE_OF)
            people = [telegram.citizen(f"Người {n}") for n in range(citizens)]
            for person in people:
                person.starts()
            for turn in range(turns - 1):
                for number, person in enumerate(people):
                    person.writes(SAYS[(turn + number) % len(SAYS)])
            _until_quiet(folder, telegram, citizens * turns, seconds)
            return judge(folder / "data" / "house.db", telegram, people)


def judge(database: Path, telegram: TelegramApart, people: list[Citizen]) -> Judged:
    effects = [e for e in telegram.journal("effect") if e["method"] in ("sendMessage", "sendPhoto")]
    arrived: dict[str, list[str]] = {}
    for effect in effects:
        arrived.setdefault(str(effect["result"]["chat"]["id"]), []).append(
            effect["result"].get("text") or effect["result"]["caption"]
        )
    faults, twice, said = [], 0, 0
    for person in people:
        expected = [spaced(text) for text in _said(database, str(person.who))]
        said += len(expected)
        came = arrived.get(str(person.who), [])
        # In runs of the same text: the house itself may say the same twice in a row, and a lost answer doubles a message.
        ours, theirs = _runs(expected), _runs(came)
        if [text for text, _ in ours] != [text for text, _ in theirs]:
            faults.append(f"{person.who}: what came is not what was said, in its order")
            continue
        for (text, said_so_often), (_, came_so_often) in zip(ours, theirs, strict=True):
            if not said_so_often <= came_so_often <= 2 * said_so_often:
                faults.append(
                    f"{person.who}: “{text[:40]}” was said {said_so_often} times and came {came_so_often} times"
                )
            twice += came_so_often - said_so_often
    resets = [e for e in telegram.journal("fault") if e["kind"] == "reset_after"]
    return Judged(said, len(effects), twice, len(resets), tuple(faults))


def _runs(texts: list[str]) -> list[tuple[str, int]]:
    return [(text, len(list(those))) for text, those in itertools.groupby(texts)]


def _said(database: Path, chat: str) -> list[str]:
    with sqlite3.connect(database) as unit:
        rows = unit.execute(
            "SELECT m.text FROM message m JOIN conversation c ON c.id = m.conversation_id "
            "WHERE c.chat = ? AND m.who = 'house' ORDER BY m.number", (chat,),
        ).fetchall()  # fmt: skip
    unit.close()
    return [text for (text,) in rows]


def _until_quiet(folder: Path, telegram: TelegramApart, turns: int, seconds: float) -> None:
    latest, database = time.monotonic() + seconds, folder / "data" / "house.db"
    taken = waiting = 0
    while time.monotonic() < latest:
        with sqlite3.connect(database) as unit:
            taken = unit.execute("SELECT count(*) FROM inbox").fetchone()[0]
            waiting = unit.execute("SELECT count(*) FROM outbox WHERE state = 'waiting'").fetchone()[0]
        unit.close()
        if taken >= turns and waiting == 0:
            return
        time.sleep(0.2)  # the house is another process, asked through its database
    raise AssertionError(f"after {seconds} s {waiting} messages still wait, {taken} of {turns} turns are taken")


def main(citizens: int, turns: int) -> int:
    with tempfile.TemporaryDirectory() as name:
        judged = storm(citizens, turns, Path(name), 60 + citizens * turns / 5)
    sys.stdout.write(f"{citizens} citizens, {turns} turns each: {judged}\n")
    return 1 if judged.faults or judged.twice > judged.resets else 0


if __name__ == "__main__":
    given = [int(a) for a in sys.argv[1:]]
    sys.exit(main(*(given + [200, 10][len(given) :])))
