"""Which exits of the book a conversation has walked, read from its transcript alone."""

from collections.abc import Iterable
from dataclasses import replace

from bot.ready import CARRIES
from content.catalogue import Catalogue
from content.completeness import sample
from content.hearing import Hearing
from content.shield import shield
from flows.core.journey import Journey, told
from flows.notation import Book, Decide, choices_of, exits_of, target_of
from flows.runner import Taken, step
from flows.speech import Answered, Carried, Changed, Heard, Offer, Opened, Pick, Shared, Sign, Talk, Unread, Words
from tests.kit.build import NOON

WORDS = Catalogue()
HEARING = Hearing()


def own_exits(book: Book) -> set[tuple[str, str]]:
    """Every (place, exit) a journey must walk; the everywhere-exits and the answers have a generated walk of their own."""
    house = book.house.partition(".")[0]
    ways = {(place, exit_) for place, exit_, _ in book.ways() if place.partition(".")[0] != house}
    return {(place, exit_) for place, exit_ in ways if place not in book.answering}


def walked(book: Book, said: Iterable[str]) -> set[tuple[str, str]]:
    """The exits taken by these messages ("[Label]" or words), judgements in between included."""
    found: set[tuple[str, str]] = set()
    taken = step(book, Talk(book.name(book.start)), Heard(NOON, Opened()), Journey())
    for line in said:
        talk = offered(book, taken)
        what, before = meant(line, talk), taken.journey
        taken = step(book, talk, Heard(NOON, what), before)
        kind, _, exit_ = taken.cause.partition("_")
        if isinstance(what, Changed) and (led := book.practice.get(what.move) or book.news[what.move]).to is not None:
            for report in led.tells:
                before = told(before, report)
            found |= judged(book, book.name(led.to), before)
        if kind in ("pick", "read", "outcome") and exit_ in exits_of(book.steps[talk.place]):
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


def changed(line: str) -> Changed | None:
    """ "(sổ: account.approve)": what a practising registry tells; None for any other line."""
    move = line.removeprefix("(sổ: ").removesuffix(")")
    return Changed(move) if f"(sổ: {move})" == line else None


def answered(line: str, place: str) -> Answered | None:
    """ "(đáp: approved | days_left=5)": what was asked outside comes back, with its facts; None for any other line."""
    if not (line.startswith("(đáp: ") and line.endswith(")")):
        return None
    outcome, *facts = (part.strip() for part in line.removeprefix("(đáp: ").removesuffix(")").split("|"))
    return Answered(place, outcome, tuple((name, value) for name, _, value in (fact.partition("=") for fact in facts)))


def shared(line: str) -> Shared | None:
    """ "(chia sẻ số)": the person's own number, which the platform says is theirs; None for any other line."""
    return Shared("+84900000000") if line == "(chia sẻ số)" else None


def meant(line: str, talk: Talk) -> Opened | Pick | Sign | Unread | Words | Changed | Answered | Shared | Carried:
    if (change := changed(line)) is not None:
        return change
    if (answer := answered(line, talk.place)) is not None:
        return answer
    if (own := shared(line)) is not None:
        return own
    if CARRIES.search(line):
        return Carried(line)
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
