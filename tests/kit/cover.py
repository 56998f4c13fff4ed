"""`python -m tests.kit.cover [FOLDER]`: scripts that walk every exit no journey walks yet, to be named and read aloud.

It is a writer's tool: what it writes is a draft (a line per message) to be given a person, a title and a second look.
"""

import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from content.catalogue import Catalogue
from content.completeness import sample
from flows.core.journey import Journey
from flows.notation import Ask, Decide, choices_of, exits_of
from flows.runner import step
from flows.script import BOOK
from flows.speech import Heard, Offer, Opened, Pick, Talk, Words
from tests.kit.build import NOON
from tests.kit.walk import own_exits

LONGEST = 22
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
DAYS = {"days_left": "hôm qua", "last_day": "7 ngày trước", "past": "2 tháng trước"}


def inputs(talk: Talk) -> Iterator[tuple[str, Pick | Words]]:
    """What can be said at a place: every choice, and words for every outcome of an Ask."""
    place = BOOK.steps[talk.place]
    labels = Catalogue()
    for exit_ in choices_of(place):
        yield f"[{labels.label('vi', talk.place, exit_, sample(talk.form))}]", Pick(talk.place, exit_)
    if isinstance(place, Ask):
        for outcome in place.exits:
            for text in {SAID[outcome], *(DAYS.values() if outcome == "read" else ())}:
                yield text, Words(text)


def advance(talk: Talk, journey: Journey, what: Pick | Words) -> tuple[Talk, Journey, set[tuple[str, str]]]:
    taken = step(BOOK, talk, Heard(NOON, what), journey)
    kind, _, exit_ = taken.cause.partition("_")
    found = {(talk.place, exit_)} if kind in ("pick", "read") else set()
    if found and exit_ in exits_of(BOOK.steps[talk.place]):
        found |= judged(BOOK.name(target(talk.place, exit_)), taken.talk.place)
    now = replace(
        taken.talk, offer=Offer(taken.talk.place, tuple((e, e) for e in choices_of(BOOK.steps[taken.talk.place])))
    )
    return now, taken.journey, found


def target(place: str, exit_: str):  # type: ignore[no-untyped-def]
    from flows.notation import target_of

    return target_of(exits_of(BOOK.steps[place])[exit_])


def judged(place: str, end: str) -> set[tuple[str, str]]:
    at = BOOK.steps[place]
    if isinstance(at, Decide):
        return {(place, o) for o in at.exits if BOOK.name(target(place, o)) == end}
    return set()


def shortest(talk: Talk, journey: Journey, missing: set[tuple[str, str]]) -> list[tuple[str, Pick | Words]]:
    seen = {(talk.place, talk.stack)}
    waiting = deque([(talk, journey, list[tuple[str, Pick | Words]]())])
    while waiting:
        here, case, way = waiting.popleft()
        for said, what in inputs(here):
            there, then, found = advance(here, case, what)
            if found & missing:
                return [*way, (said, what)]
            if (there.place, there.stack) not in seen:
                seen.add((there.place, there.stack))
                waiting.append((there, then, [*way, (said, what)]))
    return []


def scripts(missing: set[tuple[str, str]]) -> Iterator[list[str]]:
    while missing:
        taken = step(BOOK, Talk(BOOK.name(BOOK.start)), Heard(NOON, Opened()), Journey())
        first = Offer(taken.talk.place, tuple((e, e) for e in choices_of(BOOK.steps[taken.talk.place])))
        talk, journey, lines = replace(taken.talk, offer=first), taken.journey, list[str]()
        while len(lines) < LONGEST and (way := shortest(talk, journey, missing)):
            for said, what in way:
                talk, journey, found = advance(talk, journey, what)
                missing -= found
                lines.append(said)
        if not lines:
            break
        yield lines


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    missing = own_exits(BOOK)
    for number, lines in enumerate(scripts(missing), 1):
        (folder / f"{number:02}.script").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(list(folder.glob('*.script')))} scripts; not walked: {sorted(missing)}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "drafts"))
