"""What of the words must be read again, and when: every block of every language, and the heads of the answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from content.answers import heads
from content.catalogue import Catalogue
from content.completeness import needed
from flows.notation import Book

HEAD = "head"


@dataclass(frozen=True, slots=True, order=True)
class Review:
    """A month in which something must be read again: a block of a place in a language, or (`line` is "head") the head of
    an answer."""

    month: str
    language: str
    place: str
    line: str


def due(book: Book, catalogue: Catalogue, today: date, within: int) -> list[Review]:
    """Reviews whose month has begun, or begins within so many days; oldest first."""
    last = f"{today + timedelta(days=within):%Y-%m}"
    return sorted(r for r in _reviews(book, catalogue) if r.month <= last)


def _reviews(book: Book, catalogue: Catalogue) -> Iterator[Review]:
    for language in catalogue.languages():
        for place, wanted in needed(book).items():
            for name, line in catalogue.lines(language, place).items():
                if name in wanted and line.review:
                    yield Review(line.review, language, place, name)
        for place, head in heads(book, catalogue.root, language):
            if head is not None:
                yield Review(head.review, language, place, HEAD)
