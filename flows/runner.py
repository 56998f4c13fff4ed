"""One step of a conversation, as a pure function: (book, talk, heard, journey) → talk, journey, what is said and asked."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import assert_never

from flows.core import journey as journeys
from flows.core.journey import Journey, Report
from flows.notation import (
    Ask,
    Await,
    Book,
    Place,
    choices_of,
    target_of,
)
from flows.speech import (
    Answered,
    Carried,
    Changed,
    Corrected,
    Errand,
    Heard,
    Opened,
    Pick,
    Said,
    Shared,
    Sign,
    Talk,
    Unread,
    Words,
)
from flows.walk import OFTEN, Walk

MOST_GUESSES = 3
INTENT_OF_PERSON, INTENT_OF_CONTROL = "human_agent", "dialog_control"
GRAVE = ("code", "password", "bank_card", "card_qr", "national_id", "old_id")
LIGHT = ("phone",)


@dataclass(frozen=True, slots=True)
class Taken:
    """What one step came to. `cause` names it for the log and the counters, never with anything personal."""

    talk: Talk
    journey: Journey
    said: tuple[Said, ...]
    errands: tuple[Errand, ...]
    cause: str


def step(book: Book, talk: Talk, heard: Heard, journey: Journey) -> Taken:
    """Take one step. Total: whatever is heard at whatever place, the talk ends at a known place with something said.

    The talk's `offer` is the one shown last; the caller puts the new one in after wording (`Talk.offer`).
    """
    known = book.resolve(talk.place)
    now = Walk(book, replace(talk, place=known, guess=None), journey, heard, [], [], talk.guess)
    grave = _first(GRAVE, heard.removed)
    if grave:
        now.house(f"removed_{grave}")
    elif light := _first(LIGHT, heard.removed):
        now.house(f"removed_{light}")
    cause = _hear(now, grave is not None)
    now.offer_second()
    return Taken(now.talk, now.journey, tuple(now.said), tuple(now.errands), cause)


def home(talk: Talk) -> Talk:
    """Where a talk stands at the bottom, without what is asked or told on top of it just now."""
    place = talk.stack[0].place if talk.stack else talk.place
    return replace(talk, place=place, stack=(), offer=None, guess=None, facts=(), late=None, missed=0)


def _first(kinds: Iterable[str], removed: tuple[str, ...]) -> str | None:
    return next((k for k in kinds if k in removed), None)


def _hear(now: Walk, grave: bool) -> str:
    what, talk = now.heard.what, now.talk
    if isinstance(what, Changed):
        return _changed(now, what)
    if isinstance(what, Answered):
        return _answered(now, what)
    if not talk.opened:
        now.talk = replace(talk, opened=True)
        if not (isinstance(what, Sign) and what in now.book.signs):
            now.enter(talk.place)
            return "opened"
    match what:
        case Opened():
            if talk.place == now.book.name(now.book.start):
                now.repeat()
            else:
                now.visit_house(now.book.again)
            return "resumed"
        case Sign.AGAIN:
            now.repeat()
        case Sign.SLOWER:
            now.repeat(slowly=True)
        case Sign.BACK:
            now.go_back()
        case Sign():
            now.visit_house(now.book.signs[what])
        case Pick():
            return _picked(now, what)
        case Shared(phone=phone):
            return _handed(now, now.book.shared, phone, Unread.CONTACT)
        case Carried(code=code):
            return _handed(now, now.book.carried, code, Unread.UNKNOWN)
        case Corrected():
            return _corrected(now, what)
        case Unread():
            now.house(f"unread_{what.value}")
            return f"unread_{what.value}"
        case Words():
            return _read(now, what, grave)
        case _:
            assert_never(what)
    return f"sign_{what.value}"


def _picked(now: Walk, pick: Pick) -> str:
    """A press is believed only if this conversation was offered it; one from an old message is explained."""
    if now.guessed is not None and pick.place == now.book.house and pick.exit in dict(now.guessed.choices):
        return _meant(now, pick.exit)
    offer = now.talk.offer
    here = book_place = now.book.resolve(pick.place)
    if book_place != now.talk.place or offer is None or now.book.resolve(offer.place) != here:
        now.house("old_press")
        now.repeat()
        return "old_press"
    if pick.exit not in choices_of(now.book.steps[here]) or pick.exit not in dict(offer.choices):
        now.house("old_press")
        now.repeat()
        return "unknown_press"
    now.take(pick.exit)
    return f"pick_{pick.exit}"


def _meant(now: Walk, intent: str) -> str:
    """What the person said they meant, of the guesses."""
    if intent not in now.book.answers:
        now.miss()
        now.repeat()
        return "guess_none"
    now.answer(intent)
    return f"guess_{intent}"


def _asked(now: Walk, words: Words) -> str | None:
    """A question asked in passing, as far as it is understood: answered, or asked back with at most three guesses."""
    first = words.meant[0] if words.meant else ""
    signs = {INTENT_OF_PERSON: Sign.PERSON, INTENT_OF_CONTROL: Sign.MENU}
    if words.sure and first in signs and signs[first] in now.book.signs:
        now.visit_house(now.book.signs[signs[first]])
    elif words.sure and first in now.book.answers:
        now.talk = replace(now.talk, second=words.second if words.second in now.book.answers else "")
        now.answer(first)
    elif guesses := [intent for intent in words.meant if intent in now.book.answers]:
        now.talk = replace(now.talk, missed=now.talk.missed + 1)
        now.ask_back("guess_often" if now.talk.missed >= OFTEN else "guess", guesses[:MOST_GUESSES])
        return "guessing"
    else:
        return None
    return f"asked_{first}"


def _corrected(now: Walk, change: Corrected) -> str:
    """Back to what was answered before, with everything after it forgotten, and on by the other way."""
    place, kept = now.book.resolve(change.place), now.talk.answers
    index = next((i for i in reversed(range(len(kept))) if now.book.resolve(kept[i].place) == place), None)
    if index is None or change.exit not in choices_of(now.book.steps[place]):
        now.miss()
        return "missed"
    for answer in reversed(kept[index:]):
        moved = getattr(now.book.steps[now.book.resolve(answer.place)], "moves", {}).get(answer.exit)
        if isinstance(moved, Report):
            now.journey = journeys.retract(now.journey, moved)
    now.talk = replace(now.talk, place=place, stack=kept[index].stack, answers=kept[:index], missed=0)
    now.house("corrected")
    now.take(change.exit)
    return f"corrected_{change.exit}"


def _handed(now: Walk, place: Place | None, detail: str, otherwise: Unread) -> str:
    """Something that only an asking may see: a visit to the place that asks."""
    if place is None:
        now.house(f"unread_{otherwise.value}")
        return f"unread_{otherwise.value}"
    now.detail = detail
    now.visit_house(place)
    return "handed"


def _answered(now: Walk, answer: Answered) -> str:
    """The outcome of an errand moves the talk where it still waits; where the talk will come back to, it is kept till then.
    What the registry says of the case is heard in any case."""
    place = now.book.resolve(answer.place)
    step = now.book.steps[place]
    for report in answer.tells:
        now.journey = journeys.told(now.journey, report)
    if answer.noticed_on is not None:
        now.journey = journeys.hear(now.journey, answer.noticed_on)
    if not isinstance(step, Await) or answer.outcome not in step.exits:
        return "foreign_outcome"
    if place != now.talk.place:
        if any(now.book.resolve(back.place) == place for back in now.talk.stack):
            now.talk = replace(now.talk, late=answer)
        return "late_outcome"
    now.learn(answer)
    return f"outcome_{answer.outcome}"


def _changed(now: Walk, change: Changed) -> str:
    """What a practising registry tells: the case hears it, and the talk goes where the next press is told. News of a real
    account, and a reminder, are a visit: the talk comes back to where it was."""
    led = now.book.practice.get(change.move) or now.book.news.get(change.move)
    if led is None:
        return "not_followed"
    for report in led.tells:
        now.journey = journeys.told(now.journey, report)
    if change.on is not None and Report.APPROVED in led.tells:
        now.journey = journeys.hear(now.journey, change.on)  # the seven days run from then (S4-33)
    if led.to is not None and change.move not in now.book.practice:
        now.talk = replace(now.talk, opened=True)
        now.visit_house(led.to)
        now.talk = replace(now.talk, facts=change.facts)
        return f"changed_{change.move}"
    if led.to is not None:
        now.talk = replace(now.talk, opened=True, stack=(), missed=0)
        now.enter(now.book.name(led.to))
    return f"changed_{change.move}"


def _read(now: Walk, words: Words, grave: bool) -> str:
    step = now.book.steps[now.talk.place]
    if isinstance(step, Ask):
        outcome, word = step.reading.value.read(words.text, now.heard.at)
        if word is not None:
            now.journey = journeys.hear(now.journey, word)
        exit_ = str(outcome.value)
        if now.book.name(target_of(step.exits[exit_])) == now.talk.place:
            if words.sure and not grave and (cause := _asked(now, words)):
                return cause
            if grave:  # what was removed has been told already, with the question still open
                return "removed"
            now.said.append(Said(now.talk.place, f"again_{exit_}"))
            now.talk = replace(now.talk, missed=now.talk.missed + 1)
        else:
            now.take(exit_)
        return f"read_{exit_}"
    if grave:
        return "removed"
    if cause := _asked(now, words):
        return cause
    now.miss()
    return "missed"
