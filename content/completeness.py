"""Lines the book needs minus lines a language has, and the reverse; what a line may name, cite and how long it may be."""

import csv
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache

from content.catalogue import LABEL, ROOT, Catalogue, Line
from flows.notation import Ask, Await, Book, Decide, choices_of, target_of
from flows.speech import ADDRESS, Form, Limits, Sign, Telling

SOURCES = ROOT / "sources"
HOUSES_OWN = "nhà"
WHOLE = "vi"  # the language in which everything is told
MOST_SOURCES = 3
ASK = "ask"  # the button of "did you mean …", in the person's own words

_REVIEW = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
# A number of minutes, seconds or tries said of a code is somebody's policy: it needs a source that says it.
_POLICY = re.compile(r"\b(\d+|một|hai|ba|bốn|năm|mười)\s+(phút|giây|lần)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the words: its kind, where (language/place, line), and what to do."""

    kind: str
    where: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.where}: {self.sentence} [{self.kind}]"


def needed(book: Book) -> dict[str, frozenset[str]]:
    """Place → the lines it must have: derived from the script, never kept by hand."""
    lines: dict[str, set[str]] = {book.house: set(book.lines)}
    for name, step in book.steps.items():
        if isinstance(step, Decide):
            continue
        mine = {"say", *(LABEL + exit_ for exit_ in choices_of(step))}
        if isinstance(step, Ask | Await):
            mine |= {f"again_{o}" for o, way in step.exits.items() if book.name(target_of(way)) == name}
        if name in book.returns:
            mine.add("back")
        lines[name] = mine
    for answer in book.answers.values():
        lines.setdefault(book.name(answer), set()).add(ASK)
    return {place: frozenset(mine) for place, mine in lines.items()}


def check(book: Book, catalogue: Catalogue, language: str, channels: Mapping[str, Limits] | None = None) -> list[Fault]:
    """All faults of one language's words; an empty list means every place can be told. Vietnamese tells the whole book;
    another language tells whole conversations, or none of one (there the talk says that it goes on in Vietnamese). What is
    understood everywhere is told in every language: the house's own places, and the answers."""
    faults: list[Fault] = []
    wanted = needed(book)
    if language != WHOLE:
        told = (*catalogue.places(language), book.house, *map(book.name, book.answers.values()))
        flows = {place.partition(".")[0] for place in told}
        wanted = {place: lines for place, lines in wanted.items() if place.partition(".")[0] in flows}
    faults += [
        Fault("unused text", f"{language}/{place}", "no place of the book has this name; remove the file.")
        for place in sorted(catalogue.places(language) - set(wanted))
    ]
    for place, lines in sorted(wanted.items()):
        written = catalogue.lines(language, place)
        where = f"{language}/{place}"
        if not written:
            faults.append(Fault("no text", where, f"write {', '.join(sorted(lines))}."))
            continue
        faults += [Fault("line missing", where, f"write the block “{n}”.") for n in sorted(lines - set(written))]
        faults += [
            Fault("line unused", where, f"nothing says the block “{n}”; remove it.")
            for n in sorted(set(written) - lines)
        ]
        for line in sorted(lines & set(written)):
            faults += _line(catalogue, language, place, written[line], channels or {})
    faults += _signs(catalogue, language)
    return faults


def on_button(line: str) -> bool:
    """Whether a line is the person's words on a button: it tells nothing, so it needs no source."""
    return line == ASK or line.startswith(LABEL)


def _line(
    catalogue: Catalogue, language: str, place: str, line: Line, channels: Mapping[str, Limits]
) -> Iterator[Fault]:
    where = f"{language}/{place} {line.name}"
    if foreign := line.facts - {f.name for f in fields(Telling)}:
        yield Fault("unknown variable", where, f"{', '.join(sorted(foreign))}: no such fact; see flows/speech.Telling.")
        return
    text = ""
    for form in Form:
        text = catalogue.text(language, place, line.name, sample(form))
        if not text:
            yield Fault("empty", where, "the block says nothing.")
        if text != unicodedata.normalize("NFC", text):
            yield Fault("not NFC", where, "normalise the file to NFC.")
        for channel, limits in channels.items():
            most = limits.label if on_button(line.name) else limits.text
            if len(text) > most:
                yield Fault("too long", where, f"{len(text)} letters; {channel} shows {most}.")
    if not on_button(line.name):
        yield from _sources(where, line, text)


def _sources(where: str, line: Line, text: str) -> Iterator[Fault]:
    if not line.sources:
        yield Fault("no source", where, f"begin the block with its sources, or “{HOUSES_OWN}”.")
    if len(line.sources) > MOST_SOURCES:
        yield Fault("too many sources", where, f"{len(line.sources)} sources; a line tells at most {MOST_SOURCES}.")
    for source in line.sources:
        if source != HOUSES_OWN and source not in known_sources():
            yield Fault("unknown source", where, f"{source} is no fact, contradiction or public source.")
    if not _REVIEW.fullmatch(line.review):
        yield Fault("no review date", where, "end the source comment with “· year-month” of the next review.")
    if _POLICY.search(text) and set(line.sources) <= {HOUSES_OWN}:
        yield Fault("policy without source", where, "it states a number of minutes or tries; cite who says so.")


def _signs(catalogue: Catalogue, language: str) -> Iterator[Fault]:
    path = catalogue.root / language / "signs.toml"
    if not path.is_file():
        yield Fault("no text", f"{language}/signs.toml", "write the everywhere-words of this language.")
        return
    written = tomllib.loads(path.read_text(encoding="utf-8"))
    for sign in Sign:
        if not written.get("signs", {}).get(sign.value):
            yield Fault("line missing", f"{language}/signs.toml", f"no phrase means “{sign.value}”.")


@lru_cache(maxsize=1)
def known_sources() -> frozenset[str]:
    """Ids a line may cite: the facts, the contradictions C1-C31, and the public sources we declare."""
    with (SOURCES / "facts.csv").open(encoding="utf-8", newline="") as file:
        facts = {row["id"] for row in csv.DictReader(file)}
    public = SOURCES / "public.toml"
    declared = set(tomllib.loads(public.read_text(encoding="utf-8"))) if public.is_file() else set()
    return frozenset(facts | {f"C{n}" for n in range(1, 32)} | declared)


def sample(form: Form) -> Telling:
    """A telling with every fact filled, to try a line with."""
    you, cap_you, me, cap_me = ADDRESS[form]
    return Telling(
        you=you, You=cap_you, me=me, Me=cap_me, unit_name="Ủy ban nhân dân phường Mẫu", unit_hours="thứ hai đến thứ sáu",
        unit_address="số 1 đường Mẫu", unit_phone="0200 000 000", stage_name="Kích hoạt", days_left=5,
        last_day="thứ ba, 3/12", last_seen="thứ ba", officer="Nguyễn Thị Mẫu", officer_words="sen vàng", people_ahead=2,
        opens_at="7 giờ 30, thứ hai, 23/11", looked_on="thứ ba, 3/12",
        link="https://vneid.gov.vn", code="Ktrm-Wpxq", phrase="thuyền gầy", level="mức 2",
        next_at="7 giờ 30, thứ hai, 23/11", left_today=3, board="• Bà: chặng 3 trên 7, Đăng ký định danh", kin="Bà",
        kept="• 12 tin nhắn qua lại, giữ 90 ngày", lookers="• 7 giờ 30, thứ hai, 23/11: Nguyễn Thị Mẫu đã xem",
        ages_out="Trong máy chủ không còn dấu vết.",
        practice_at="bấm Tập thử ở cuối trang này",
    )  # fmt: skip
