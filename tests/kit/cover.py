"""`python -m tests.kit.cover FOLDER`: scripts that walk every exit no journey walks yet, to be named and read aloud.

It is a writer's tool: what it writes is a draft (a line per message) to be given a person, a title and a second look.
"""

import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from bot.commands.talk import read_script
from flows.core.journey import Journey, stage
from flows.notation import Ask, exits_of, target_of
from flows.runner import Taken, step
from flows.script import BOOK
from flows.speech import Heard, Opened, Pick, Talk, Words
from tests.kit.build import NOON
from tests.kit.talk import journeys
from tests.kit.walk import judged, offered, own_exits, walked

LONGEST = 24
NOTICE = "Cuc Canh sat QLHC ve TTXH thong bao: Ho so dang ky tai khoan dinh danh dien tu cua cong dan [tên] da duoc phe duyet."
SAID = {
    "genuine": f"{NOTICE} De nghi truy cap ung dung VNeID hoac dia chi https://vneid.gov.vn de kich hoat tai khoan",
    "foreign_link": "Ho so cua ban da duoc duyet, bam vao http://vneid-gov.top/kichhoat",
    "asks_secret": "Ho so da duyet. De nghi doc ma OTP cho can bo de kich hoat va nop phi 22.000 dong",
    "altered": f"{NOTICE} De nghi den Cong an phuong de kich hoat tai khoan",
    "other": "cuối tuần này nhà mình có giỗ",
    "read": "hôm qua",
    "future": "25/11",
    "unclear": "cũng lâu lâu",
}
DAYS = ("hôm qua", "7 ngày trước", "2 tháng trước")
Said = tuple[str, Pick | Words]


def inputs(talk: Talk) -> Iterator[Said]:
    """What can be said at a place: every choice, and words for every outcome of an Ask."""
    for exit_, label in talk.offer.choices if talk.offer else ():
        yield f"[{label}]", Pick(talk.place, exit_)
    place = BOOK.steps[talk.place]
    if isinstance(place, Ask):
        for outcome in place.exits:
            for text in DAYS if outcome == "read" else (SAID[outcome],):
                yield text, Words(text)


def advance(talk: Talk, journey: Journey, what: Pick | Words) -> tuple[Taken, set[tuple[str, str]]]:
    taken = step(BOOK, talk, Heard(NOON, what), journey)
    kind, _, exit_ = taken.cause.partition("_")
    ways = exits_of(BOOK.steps[talk.place])
    if kind not in ("pick", "read") or exit_ not in ways:
        return taken, set()
    return taken, {(talk.place, exit_)} | judged(BOOK, BOOK.name(target_of(ways[exit_])), taken.journey)


def shortest(begin: Taken, missing: set[tuple[str, str]]) -> list[Said]:
    """The shortest way to say things until an exit nobody walked yet is walked."""
    seen, waiting = {(begin.talk.place, begin.talk.stack, stage(begin.journey))}, deque([(begin, list[Said]())])
    while waiting:
        here, way = waiting.popleft()
        talk = offered(BOOK, here)
        for said, what in inputs(talk):
            there, found = advance(talk, here.journey, what)
            if found & missing:
                return [*way, (said, what)]
            stood = (there.talk.place, there.talk.stack, stage(there.journey))
            if stood not in seen:
                seen.add(stood)
                waiting.append((there, [*way, (said, what)]))
    return []


def scripts(missing: set[tuple[str, str]]) -> Iterator[list[str]]:
    while missing:
        taken, lines = step(BOOK, Talk(BOOK.name(BOOK.start)), Heard(NOON, Opened()), Journey()), list[str]()
        while len(lines) < LONGEST and (way := shortest(taken, missing)):
            if lines and len(way) > LONGEST // 2:
                break
            for said, what in way:
                taken, found = advance(offered(BOOK, taken), taken.journey, what)
                missing -= found
                lines.append(said)
        if not lines:
            break
        yield lines


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    missing = own_exits(BOOK)
    for path in journeys():
        missing -= walked(BOOK, read_script(path))
    print(f"{len(missing)} exits are walked by no journey")
    for number, lines in enumerate(scripts(missing), 1):
        (folder / f"{number:02}.script").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(list(folder.glob('*.script')))} scripts; nobody can walk: {sorted(missing)}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "drafts"))
