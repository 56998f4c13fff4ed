"""Which exits of the book a conversation has walked, read from its transcript alone."""

from collections.abc import Iterable
from dataclasses import replace

from content.catalogue import Catalogue
from content.completeness import sample
from content.hearing import Hearing
from content.shield import shield
from flows.core.journey import Journey
from flows.notation import Book, Decide, choices_of, exits_of, target_of
from flows.runner import Taken, step
from flows.speech import Heard, Offer, Opened, Pick, Sign, Talk, Unread, Words
from tests.kit.build import NOON

WORDS = Catalogue()
HEARING = Hearing()


def own_exits(book: Book) -> set[tuple[str, str]]:
    """Every (place, exit) a journey must walk; the everywhere-exits and the answers have a generated walk of their own."""
    house = book.house.partition(".")[0]
    ways = {(place, exit_) for place, exit_, _ in book.ways() if place.partition(".")[0] != house}
    # What a practising registry leads to is walked by its moves, not by what a person picks.
    return {
        (place, exit_) for place, exit_ in ways if place not in book.answering and not place.startswith("practice.")
    }


def walked(book: Book, said: Iterable[str]) -> set[tuple[str, str]]:
    """The exits taken by these messages ("[Label]" or words), judgements in between included."""
    found: set[tuple[str, str]] = set()
    taken = step(book, Talk(book.name(book.start)), Heard(NOON, Opened()), Journey())
    for line in said:
        talk = offered(book, taken)
        what = meant(line, talk)
        taken = step(book, talk, Heard(NOON, what), taken.journey)
        kind, _, exit_ = taken.cause.partition("_")
        if kind in ("pick", "read") and exit_ in exits_of(book.steps[talk.place]):
            found.add((talk.place, exit_))
            found |= judged(book, book.name(target_of(exits_of(book.steps[talk.place])[exit_])), taken.journey)
    return found


def offered(book: Book, taken: Taken) -> Talk:
    """The talk with its offer as the house words it."""
    place = taken.talk.place
    language = taken.talk.language.value
    language = language if WORDS.lines(language, place) else "vi"
    words = tuple((e, WORDS.label(language, place, e, sample(taken.talk.form))) for e in choices_of(book.steps[place]))
    return replace(taken.talk, offer=Offer(place, words))


def meant(line: str, talk: Talk) -> Opened | Pick | Sign | Unread | Words:
    if line.startswith("(+"):
        return Opened()
    if line.startswith("[") and line.endswith("]") and talk.offer:
        exits = {label: exit_ for exit_, label in talk.offer.choices}
        return Pick(talk.place, exits.get(line[1:-1], ""))
    return HEARING.read(shield(line).text, talk.offer)


def judged(book: Book, place: str, journey: Journey) -> set[tuple[str, str]]:
    """The judgements passed between coming to a place and standing still, as the house makes them for this journey."""
    at, found = book.steps[place], set[tuple[str, str]]()
    while isinstance(at, Decide):
        outcome = str(at.judge.value.decide(journey, NOON).value)
        found.add((place, outcome))
        place = book.name(target_of(at.exits[outcome]))
        at = book.steps[place]
    return found
