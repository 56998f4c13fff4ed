"""Which ways of a trouble tree are tried, and which one is to thank when something helped; and the order that follows."""

from collections.abc import Mapping

from flows.notation import Book, Choose, choices_of, exits_of, target_of
from flows.speech import Talk

HELPED = "helped"  # the exit of whatever was tried and was the end of the trouble
ENOUGH = 20  # tries of each way, before their order is believed


def tried(book: Book, place: str, exit_: str) -> bool:
    """Whether this way leads to something to try."""
    way = exits_of(book.steps[place]).get(exit_)
    return way is not None and HELPED in choices_of(book.steps[book.name(target_of(way))])


def counted(book: Book, before: Talk, cause: str) -> tuple[str, str, bool] | None:
    """What a step adds to the counts: a way that is tried now, or the one that led to what helped. None for any other."""
    place, exit_ = book.resolve(before.place), cause.removeprefix("pick_")
    if cause == exit_ or not isinstance(book.steps[place], Choose):
        return None
    if exit_ != HELPED:
        return (place, exit_, False) if len(_ways(book, place)) > 1 and tried(book, place, exit_) else None
    for answer in reversed(before.answers):
        came = book.resolve(answer.place)
        if len(_ways(book, came)) > 1 and tried(book, came, answer.exit):
            return came, answer.exit, True
    return None


def ordered(book: Book, place: str, shares: Mapping[str, tuple[int, int]]) -> tuple[str, ...]:
    """The choices of a place, what helped most often first; exit → (tried, helped). Only the ways that are tried change
    places among themselves, and only when each was tried often enough."""
    choices = tuple(choices_of(book.steps[place]))
    ways = [exit_ for exit_ in choices if exit_ in _ways(book, place)]
    if len(ways) < 2 or any(shares.get(exit_, (0, 0))[0] < ENOUGH for exit_ in ways):
        return choices
    best = iter(sorted(ways, key=lambda e: -shares[e][1] / shares[e][0]))
    return tuple(next(best) if exit_ in ways else exit_ for exit_ in choices)


def _ways(book: Book, place: str) -> list[str]:
    """The ways of a place that lead to something to try; its own "helped" and what follows from it are none."""
    step = book.steps[place]
    if HELPED in choices_of(step):
        return []
    return [exit_ for exit_ in choices_of(step) if tried(book, place, exit_)]
