"""What is different between two editions of the book: places, lines and exits that came, went or changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from content.edition import Edition, Page, Way, Wording


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line (or a label: `label_…`) in one language; `old` or `new` is None where there was or is none."""

    name: str
    language: str
    old: str | None
    new: str | None
    notes: tuple[str, ...] = ()  # sources and month of review, where they changed


@dataclass(frozen=True, slots=True)
class ExitChange:
    """An exit; `old` or `new` is None where there was or is none."""

    exit: str
    old: Way | None
    new: Way | None


@dataclass(frozen=True, slots=True)
class PlaceChange:
    """A place that was added, removed or changed."""

    name: str
    kind: str
    lines: tuple[LineChange, ...]
    exits: tuple[ExitChange, ...]


def changes(old: Edition, new: Edition) -> list[PlaceChange]:
    """Every place that differs, in the order of the new book, removed ones last."""
    before, now = {p.name: p for p in old.pages}, {p.name: p for p in new.pages}
    found = []
    for name in dict.fromkeys([*now, *before]):
        kind = "added" if name not in before else "removed" if name not in now else "changed"
        lines = tuple(_lines(before.get(name), now.get(name)))
        exits = tuple(_exits(before.get(name), now.get(name)))
        kinds = {p.kind for p in (before.get(name), now.get(name)) if p}
        if kind != "changed" or lines or exits or len(kinds) > 1:
            found.append(PlaceChange(name, kind, lines, exits))
    return found


def _lines(old: Page | None, new: Page | None) -> Iterator[LineChange]:
    before, now = _worded(old), _worded(new)
    for name, language in dict.fromkeys([*now, *before]):
        was, is_ = before.get((name, language)), now.get((name, language))
        if was and is_ and was == is_:
            continue
        # What stands beside the words only tells something where there were words before.
        notes = tuple(_notes(was, is_)) if was and is_ else ()
        yield LineChange(name, language, _said(was), _said(is_), notes)


def _worded(page: Page | None) -> Mapping[tuple[str, str], Wording]:
    """(line, language) → words; labels as lines of their own."""
    if page is None:
        return {}
    found = {(w.name, w.language): w for w in page.wordings}
    for way in page.ways:
        for language, label in way.labels.items():
            found[f"label_{way.exit}", language] = Wording(f"label_{way.exit}", language, {"bac": label}, [], "", [])
    return found


def _said(wording: Wording | None) -> str | None:
    return wording.texts["bac"] if wording else None


def _notes(was: Wording, is_: Wording) -> Iterator[str]:
    if was.sources != is_.sources:
        yield f"căn cứ: {' '.join(was.sources) or '–'} → {' '.join(is_.sources) or '–'}"
    if was.review != is_.review:
        yield f"xem lại: {was.review or '–'} → {is_.review or '–'}"


def _exits(old: Page | None, new: Page | None) -> Iterator[ExitChange]:
    before = {w.exit: w for w in old.ways} if old else {}
    now = {w.exit: w for w in new.ways} if new else {}
    for exit_ in dict.fromkeys([*now, *before]):
        was, is_ = before.get(exit_), now.get(exit_)
        if was is None or is_ is None or (was.to, was.back) != (is_.to, is_.back):
            yield ExitChange(exit_, was, is_)
