"""Which exits of the book a conversation has walked."""

from collections.abc import Iterable

from bot.message import Taken
from flows.notation import Book, Decide, exits_of, target_of


def own_exits(book: Book) -> set[tuple[str, str]]:
    """Every (place, exit) a journey must walk; the everywhere-exits have a generated walk of their own."""
    house = book.house.partition(".")[0]
    return {(place, exit_) for place, exit_, _ in book.ways() if place.partition(".")[0] != house}


def walked(book: Book, taken: Iterable[Taken]) -> set[tuple[str, str]]:
    """The exits taken by these turns, judgements in between included."""
    found: set[tuple[str, str]] = set()
    before = book.name(book.start)
    for one in taken:
        kind, _, exit_ = one.cause.partition("_")
        if kind in ("pick", "read", "outcome") and exit_ in exits_of(book.steps[before]):
            found.add((before, exit_))
            place = book.name(target_of(exits_of(book.steps[before])[exit_]))
            found |= _judged(book, place, one.place)
        before = one.place
    return found


def _judged(book: Book, place: str, end: str) -> set[tuple[str, str]]:
    step = book.steps[place]
    if not isinstance(step, Decide):
        return set()
    for outcome, way in step.exits.items():
        target = book.name(target_of(way))
        if target == end:
            return {(place, outcome)}
        if inner := _judged(book, target, end):
            return {(place, outcome)} | inner
    return set()
