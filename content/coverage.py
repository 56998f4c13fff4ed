"""Which statements of the documents a citizen can really come to hear: told only counts where somebody can stand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from content.catalogue import LABEL, ROOT, Catalogue, Line
from content.citations import ORGANISATIONAL, Statement, publics, statements
from content.completeness import needed
from flows.check import reach
from flows.notation import Book

AGENCY = "agency"  # the flow for officials: what concerns offices is told there, never to a citizen on the way


@dataclass(frozen=True, slots=True)
class Told:
    """One statement, and the places that cite it: where one can come, where it does not count, and where nobody comes."""

    statement: Statement
    places: tuple[str, ...]
    elsewhere: tuple[str, ...]  # reachable, but an organisational statement belongs into the flow `agency`
    unreachable: tuple[str, ...]

    @property
    def missing(self) -> bool:
        return not self.places


@dataclass(frozen=True, slots=True)
class Overdue:
    """A line whose month of review is past."""

    place: str
    line: str
    review: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a language tells of the sources: every statement, the public sources nobody hears of, the lines to review."""

    told: tuple[Told, ...]
    silent: tuple[str, ...]
    overdue: tuple[Overdue, ...]

    @property
    def missing(self) -> tuple[Told, ...]:
        return tuple(t for t in self.told if t.missing)

    @property
    def nowhere(self) -> tuple[Told, ...]:
        """Statements that are cited, but only where nobody can come."""
        return tuple(t for t in self.told if t.unreachable and not (t.places or t.elsewhere))


def cover(book: Book, catalogue: Catalogue, today: date, language: str = "vi", root: Path = ROOT) -> Coverage:
    """What the words of a language tell of the sources under `root`, as far as the book leads to them.

    A line counts when the book says it (labels do not count: they are the person's words) at a place that the welcome,
    an everywhere-word or the return of a person leads to; the house's own lines count always.
    """
    reached = come_to(book)
    cited = dict[str, list[str]]()
    overdue = list[Overdue]()
    for place, line in _lines(book, catalogue, language):
        if line.review and line.review < f"{today:%Y-%m}":
            overdue.append(Overdue(place, line.name, line.review))
        for source in line.sources:
            cited.setdefault(source, []).append(place)
    told = tuple(_told(s, dict.fromkeys(cited.get(s.id, ())), reached) for s in statements(root).values())
    silent = tuple(p for p in publics(root) if not set(cited.get(p, ())) & reached)
    return Coverage(told, silent, tuple(overdue))


def come_to(book: Book) -> frozenset[str]:
    """Every place somebody can come to, and the house's own."""
    roots = [book.start, book.again, *book.signs.values(), *book.answers.values()]
    return frozenset(reach(book, (book.name(r) for r in roots))) | {book.house}


def _lines(book: Book, catalogue: Catalogue, language: str) -> Iterator[tuple[str, Line]]:
    """(place, line) of all that is worded and said by the house; unreachable places included."""
    for place, lines in needed(book).items():
        for name, line in catalogue.lines(language, place).items():
            if name in lines and not name.startswith(LABEL):
                yield place, line


def _told(statement: Statement, places: Mapping[str, None], reached: frozenset[str]) -> Told:
    here = [p for p in places if p in reached]
    counts = [p for p in here if statement.kind != ORGANISATIONAL or p.partition(".")[0] == AGENCY]
    return Told(
        statement,
        tuple(counts),
        tuple(p for p in here if p not in counts),
        tuple(p for p in places if p not in reached),
    )
