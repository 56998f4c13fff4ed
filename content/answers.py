"""The heads of the answers: what each rests on, from when that holds, and when it must be read again."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from content.catalogue import Catalogue
from content.citations import publics
from content.completeness import HOUSES_OWN, Fault, known_sources
from flows.notation import Book

# The month of each of the five documents (S0-01, S1-01, S2-01, S3-01, S4-01).
DOCUMENTS = {"S0": "2023-04", "S1": "2022-10", "S2": "2022-10", "S3": "2023-05", "S4": "2022-12"}

_HEAD = re.compile(
    r"\{#-?\s*nguồn:(?P<sources>[^·#]*)·\s*hiệu lực:(?P<since>[^·#]*)·\s*xem lại:(?P<review>[^·#]*)-?#\}"
)
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
_EXAMPLE = "{# nguồn: S2-22 P-otp-cham · hiệu lực: 2025-12 · xem lại: 2027-02 #}"


@dataclass(frozen=True, slots=True)
class Head:
    """The first line of an answer: its sources' ids, the month the newest of them holds from, the month of the next
    review; months as "2027-02"."""

    sources: tuple[str, ...]
    since: str
    review: str


def read_head(text: str) -> Head | None:
    """The head a file begins with; None where there is none."""
    found = _HEAD.match(text.partition("\n")[0])
    if found is None:
        return None
    return Head(tuple(found["sources"].split()), found["since"].strip(), found["review"].strip())


def heads(book: Book, root: Path, language: str) -> Iterator[tuple[str, Head | None]]:
    """(place, head) of every answer that has a text; also of a text that has no place."""
    for flow in sorted({book.name(place).partition(".")[0] for place in book.answers.values()}):
        for file in sorted((root / language / flow).glob("*.jinja")):
            yield f"{flow}.{file.stem}", read_head(file.read_text(encoding="utf-8"))


def check(book: Book, catalogue: Catalogue, language: str, today: date) -> list[Fault]:
    """All that is wrong with the heads of a language's answers on a day; an empty list means that none is out of date."""
    faults: list[Fault] = []
    for place, head in heads(book, catalogue.root, language):
        where = f"{language}/{place}"
        if place not in book.steps:
            faults.append(Fault("unused text", where, "no place of the book has this name; remove the file."))
        elif head is None:
            faults.append(Fault("no head", where, f"begin the file with what it rests on, as {_EXAMPLE}."))
        else:
            faults += _head(catalogue, language, place, head, today)
    return faults


def _head(catalogue: Catalogue, language: str, place: str, head: Head, today: date) -> Iterator[Fault]:
    where = f"{language}/{place}"
    if not head.sources:
        yield Fault("no source", where, f"name what the answer rests on in its head, or “{HOUSES_OWN}”.")
    for source in head.sources:
        if source != HOUSES_OWN and source not in known_sources():
            yield Fault("unknown source", where, f"{source} is no fact, contradiction or public source.")
    lines = catalogue.lines(language, place).values()
    for source in sorted({s for line in lines for s in line.sources} - {HOUSES_OWN} - set(head.sources)):
        yield Fault("source not in head", where, f"a block rests on {source}; name it in the head too.")
    newest = newest_month(head.sources)
    if not _MONTH.fullmatch(head.since) or (newest and head.since != newest):
        month = f"{newest}, the month of its newest source" if newest else "a month, as 2025-12"
        yield Fault("wrong month", where, f"“hiệu lực” must be {month}.")
    if not _MONTH.fullmatch(head.review):
        yield Fault("no review date", where, "end the head with “xem lại: year-month” of the next review.")
        return
    if head.review > min((line.review for line in lines if line.review), default=head.review):
        yield Fault("late review", where, "a block must be read again before the head says; take the earliest month.")
    if head.review < f"{today:%Y-%m}":
        yield Fault("past review", where, f"it was to be read again in {head.review}; do so, then set the next month.")


def newest_month(sources: tuple[str, ...]) -> str:
    """The month of the newest of some sources, "" where none has a date (the house's own words, a disagreement)."""
    return max((_months().get(s) or DOCUMENTS.get(s.partition("-")[0], "") for s in sources), default="")


@lru_cache(maxsize=1)
def _months() -> dict[str, str]:
    """The month of every public source."""
    return {id_: source.date[:7] for id_, source in publics().items()}
