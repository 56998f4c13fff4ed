"""One step of a conversation, as a pure function: (book, talk, heard, journey) → talk, journey, what is said and asked."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import assert_never

from flows.core import journey as journeys
from flows.core.journey import Journey, Report, Word
from flows.notation import (
    DEEPEST_VISIT,
    Ask,
    Await,
    Book,
    Choose,
    Decide,
    End,
    Exit,
    Go,
    Place,
    Visit,
    choices_of,
    exits_of,
    target_of,
)
from flows.speech import (
    Answer,
    Answered,
    Back,
    Carried,
    Changed,
    Corrected,
    Errand,
    Form,
    Heard,
    Language,
    Offer,
    Opened,
    Pick,
    Said,
    Shared,
    Sign,
    Talk,
    Unread,
    Words,
)

LONGEST_MEMORY = 60
OFTEN = 2  # the second time in a row that something is not understood, a person is offered
MOST_GUESSES = 3
NONE = "none"  # "none of these": the exit of a guess that was wrong
INTENT_OF_PERSON, INTENT_OF_CONTROL = "human_agent", "dialog_control"
DEEPEST_STACK = DEEPEST_VISIT + 2  # the everywhere-places come on top, and may themselves visit once
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


@dataclass(slots=True)
class _Step:
    """The step being taken; lives only inside `step`."""

    book: Book
    talk: Talk
    journey: Journey
    heard: Heard
    said: list[Said]
    errands: list[Errand]
    guessed: Offer | None = None  # what the house had asked on top of the place, before this was heard
    detail: str = ""  # what an asking needs that is kept nowhere else

    def house(self, line: str) -> None:
        self.said.append(Said(self.book.house, line))

    def in_house(self) -> bool:
        """Whether the person is at one of the house's own places (menu, help, a person …, an answer in passing)."""
        place = self.talk.place
        return place in self.book.answering or place.partition(".")[0] == self.book.house.partition(".")[0]

    def repeat(self, *, slowly: bool = False) -> None:
        self.said.append(Said(self.talk.place, "say", slowly))

    def take(self, exit_: str) -> None:
        """Leave the present place by `exit_`."""
        place = self.talk.place
        if not self.in_house():  # a look at the menu loses nothing
            self.talk = replace(self.talk, facts=())
        step = self.book.steps[place]
        self.remember(place, exit_)
        moved = getattr(step, "moves", {}).get(exit_)
        if isinstance(moved, Form):
            # Whoever says how they are addressed in Vietnamese, reads it.
            self.talk = replace(self.talk, form=moved, language=Language.VI)
        elif isinstance(moved, Language):
            self.talk = replace(self.talk, language=moved)
        elif moved is not None:
            self.journey = journeys.hear(self.journey, moved)
        self.follow(exits_of(step)[exit_])

    def remember(self, place: str, exit_: str) -> None:
        """An answer replaces the one given here before, and with it all that was answered after that one."""
        if self.in_house():  # a look at the menu is no step of the way: going back passes over it
            self.talk = replace(self.talk, missed=0)
            return
        kept = self.talk.answers
        before = next((i for i, a in enumerate(kept) if a.place == place), len(kept))
        answers = (*kept[:before], Answer(place, exit_, self.talk.stack))
        self.talk = replace(self.talk, answers=answers[-LONGEST_MEMORY:], missed=0)

    def follow(self, way: Exit) -> None:
        stack = self.talk.stack
        match way:
            case Go():
                stack = ()
                self.talk = replace(self.talk, facts=())
            case Visit(to=to) if self._only_returns(way.back):
                # To a conversation one was in already: it begins anew, and ends where it would have ended.
                if _flow(stack[-1].place) == _flow(self.book.name(to)):
                    stack = stack[:-1]
            case Visit(back=back):
                stack = (*stack, Back(self.book.name(back)))[-DEEPEST_STACK:]
            case _:
                pass
        self.talk = replace(self.talk, stack=stack)
        self.enter(self.book.name(target_of(way)))

    def _only_returns(self, back: Place) -> bool:
        """From the menu to somewhere and back to the menu's own end: whoever comes back is at home at once."""
        menu = self.talk.place.partition(".")[0] == self.book.house.partition(".")[0]
        return menu and bool(self.talk.stack) and isinstance(self.book.steps[self.book.name(back)], End)

    def enter(self, place: str) -> None:
        """Come to a place: judge, ask outside, or say; an `End` inside a visit goes back to where it began."""
        self.talk = replace(self.talk, place=place)
        match self.book.steps[place]:
            case Decide(judge=judge):
                self.take_quietly(judge.value.decide(self.journey, self.heard.at).value)
            case Await(asking=asking):
                self.repeat()
                self.errands.append(Errand(asking.value.kind, place, self.detail))
            case End() if self.talk.stack:
                self.repeat()
                back = self.talk.stack[-1]
                self.talk = replace(self.talk, stack=self.talk.stack[:-1])
                self.come_back(back)
            case Choose() | Ask() | End():
                self.repeat()
            case other:
                assert_never(other)

    def take_quietly(self, exit_: str) -> None:
        """A judgement is no answer of the person: nothing is remembered, going back skips it."""
        step = self.book.steps[self.talk.place]
        moved = getattr(step, "moves", {}).get(exit_)
        if moved is not None and not isinstance(moved, Form | Language):
            self.journey = journeys.hear(self.journey, moved)
        self.follow(exits_of(step)[exit_])

    def come_back(self, back: Back) -> None:
        place = self.book.resolve(back.place)
        if back.own and place in self.book.returns:
            self.said.append(Said(place, "back"))
        late, self.talk = self.talk.late, replace(self.talk, late=None)
        if not isinstance(self.book.steps[place], Await):
            self.enter(place)
            return
        # What was asked there was asked once; its answer came meanwhile, or is still to come.
        self.talk = replace(self.talk, place=place)
        if late is not None and self.book.resolve(late.place) == place:
            self.learn(late)
        else:
            self.repeat()

    def learn(self, answer: Answered) -> None:
        """Go on from an asking by its outcome, with the facts that came."""
        self.take_quietly(answer.outcome)
        self.talk = replace(self.talk, facts=answer.facts)

    def visit_house(self, first: Place) -> None:
        """An everywhere-word: a visit that comes back to wherever the person was, never stacked on itself."""
        stack, there = self.talk.stack, self.book.name(first)
        if not self.in_house() and there.partition(".")[0] != self.talk.place.partition(".")[0]:
            stack = (*stack, Back(self.talk.place, own=False))[-DEEPEST_STACK:]
        self.talk = replace(self.talk, stack=stack, missed=0)
        self.enter(there)

    def go_back(self) -> None:
        """One answer back: forget it, and take back what it told the case. From the menu: back to where it was opened."""
        if self.in_house() and self.talk.stack:
            back = self.talk.stack[-1]
            self.talk = replace(self.talk, stack=self.talk.stack[:-1], missed=0)
            self.come_back(back)
            return
        if not self.talk.answers:
            self.house("nothing_before")
            return
        answer = self.talk.answers[-1]
        place = self.book.resolve(answer.place)
        moved: Word | Form | Language | None = getattr(self.book.steps[place], "moves", {}).get(answer.exit)
        if isinstance(moved, Report):
            self.journey = journeys.retract(self.journey, moved)
        self.talk = replace(self.talk, place=place, stack=answer.stack, answers=self.talk.answers[:-1], missed=0)
        self.house("gone_back")
        self.repeat()

    def miss(self) -> None:
        """Not understood: once with other words, from the second time on with a person."""
        self.talk = replace(self.talk, missed=self.talk.missed + 1)
        self.house("missed_often" if self.talk.missed >= OFTEN else "missed")

    def answer(self, intent: str) -> None:
        """Answer a question asked in passing: a visit that comes back to the step where the person was."""
        self.visit_house(self.book.answers[intent])

    def ask_back(self, line: str, intents: Iterable[str]) -> None:
        """ "Did you mean…": buttons of the house on top of the place, which stays as it is."""
        choices = (*((intent, "") for intent in intents), (NONE, ""))
        self.talk = replace(self.talk, guess=Offer(self.book.house, choices))
        self.house(line)

    def offer_second(self) -> None:
        """The other request of a message, once the first has been answered and the person is back at their step."""
        second = self.talk.second
        if second and self.talk.guess is None and not self.in_house():
            self.talk = replace(self.talk, second="")
            self.ask_back("second", (second,))


def step(book: Book, talk: Talk, heard: Heard, journey: Journey) -> Taken:
    """Take one step. Total: whatever is heard at whatever place, the talk ends at a known place with something said.

    The talk's `offer` is the one shown last; the caller puts the new one in after wording (`Talk.offer`).
    """
    known = book.resolve(talk.place)
    now = _Step(book, replace(talk, place=known, guess=None), journey, heard, [], [], talk.guess)
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


def _flow(place: str) -> str:
    return place.partition(".")[0]


def _first(kinds: Iterable[str], removed: tuple[str, ...]) -> str | None:
    return next((k for k in kinds if k in removed), None)


def _hear(now: _Step, grave: bool) -> str:
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


def _picked(now: _Step, pick: Pick) -> str:
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


def _meant(now: _Step, intent: str) -> str:
    """What the person said they meant, of the guesses."""
    if intent not in now.book.answers:
        now.miss()
        now.repeat()
        return "guess_none"
    now.answer(intent)
    return f"guess_{intent}"


def _asked(now: _Step, words: Words) -> str | None:
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


def _corrected(now: _Step, change: Corrected) -> str:
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


def _handed(now: _Step, place: Place | None, detail: str, otherwise: Unread) -> str:
    """Something that only an asking may see: a visit to the place that asks."""
    if place is None:
        now.house(f"unread_{otherwise.value}")
        return f"unread_{otherwise.value}"
    now.detail = detail
    now.visit_house(place)
    return "handed"


def _answered(now: _Step, answer: Answered) -> str:
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


def _changed(now: _Step, change: Changed) -> str:
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


def _read(now: _Step, words: Words, grave: bool) -> str:
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
