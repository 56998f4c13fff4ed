"""The whole book as plain values: every place, its words in every form of address and language, and where it leads.

`python -P content/edition.py` prints it as JSON for the tree on PYTHONPATH, so that an older revision of the house can be
compared with today's. Only names that every revision has may be used here without asking first.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from content.catalogue import LABEL, ROOT, Catalogue
from content.completeness import needed, sample
from flows.notation import Ask, Await, Book, Choose, Decide, End, Exit, Step, Visit, choices_of, exits_of, target_of
from flows.speech import Form, Telling

FIXED = frozenset({"you", "You", "me", "Me", "unit_name", "unit_address", "unit_hours", "unit_phone"})
HOUSE = "house"
KINDS: Mapping[type, str] = {Choose: "choose", Ask: "ask", Await: "await", Decide: "decide", End: "end"}


@dataclass(frozen=True, slots=True)
class Way:
    """An exit: where it leads, where a visit comes back to (or ""), and its label by language; an outcome has none."""

    exit: str
    to: str
    back: str
    labels: dict[str, str]


@dataclass(frozen=True, slots=True)
class Wording:
    """A line in one language: its text by form of address, what it cites, and the facts that differ from person to person."""

    name: str
    language: str
    texts: dict[str, str]
    sources: list[str]
    review: str
    varies: list[str]


@dataclass(frozen=True, slots=True)
class Page:
    """A place as it is read: its kind (choose, ask, await, decide, end, house), tone, exits and words."""

    name: str
    flow: str
    kind: str
    tone: str
    ways: list[Way]
    wordings: list[Wording]


@dataclass(frozen=True, slots=True)
class Edition:
    """The book at one moment: pages in the order of the book, the house's own lines last."""

    start: str
    pages: list[Page]


def edition(book: Book, root: Path = ROOT, unit: Mapping[str, str] | None = None) -> Edition:
    """Everything the book says and where it leads, worded for a unit (`unit_name`, … of a Telling; a sample otherwise).

    What is not worded is left out; `python -m bot check` names it.
    """
    catalogue, wanted = Catalogue(root), needed(book)
    languages = sorted((f.parent.name for f in root.glob("*/signs.toml")), key=lambda code: (code != "vi", code))
    tellings = {form: replace(sample(form), **(unit or {})) for form in Form}  # type: ignore[arg-type]

    def words(place: str) -> list[Wording]:
        lines = wanted.get(place, frozenset())
        return [w for code in languages for w in _wordings(catalogue, code, place, lines, tellings)]

    def ways(name: str, step: Step) -> list[Way]:
        offered = choices_of(step)
        return [
            _way(book, e, w, _labels(catalogue, languages, name, e, tellings[Form.BAC]) if e in offered else {})
            for e, w in exits_of(step).items()
        ]

    pages = [
        Page(name, name.partition(".")[0], KINDS[type(s)], _tone(s), ways(name, s), words(name))
        for name, s in book.steps.items()
    ]
    own = Page(book.house, book.house.partition(".")[0], HOUSE, "", [], words(book.house))
    return Edition(book.name(book.start), [*pages, own])


def _way(book: Book, exit_: str, way: Exit, labels: dict[str, str]) -> Way:
    return Way(exit_, book.name(target_of(way)), book.name(way.back) if isinstance(way, Visit) else "", labels)


def _tone(step: Step) -> str:
    tone = getattr(step, "tone", None)  # the first revisions had none
    return str(tone.value) if tone else ""


def _labels(catalogue: Catalogue, languages: list[str], place: str, exit_: str, telling: Telling) -> dict[str, str]:
    worded = (code for code in languages if LABEL + exit_ in catalogue.lines(code, place))
    return {code: catalogue.label(code, place, exit_, telling) for code in worded}


def _wordings(
    catalogue: Catalogue, language: str, place: str, wanted: frozenset[str], tellings: Mapping[Form, Telling]
) -> Iterator[Wording]:
    """In the order of the file, which is the order its author reads it in; labels belong to the exits."""
    for name, line in catalogue.lines(language, place).items():
        if name in wanted and not name.startswith(LABEL):
            texts = {form.value: catalogue.text(language, place, name, tellings[form]) for form in Form}
            yield Wording(name, language, texts, list(line.sources), line.review, sorted(line.facts - FIXED))


def main() -> int:
    """Print the edition of the tree on the path as JSON; standard input holds the unit's card as JSON."""
    from flows.script import BOOK

    json.dump(asdict(edition(BOOK, ROOT, json.load(sys.stdin))), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
