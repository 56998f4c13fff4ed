"""How a talk moves: leave a place by an exit, come to one, visit and come back; what is said and asked on the way is kept."""

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
    exits_of,
    target_of,
)  # fmt: skip
from flows.speech import Answer, Answered, Back, Errand, Form, Heard, Language, Offer, Said, Talk

LONGEST_MEMORY = 60
OFTEN = 2  # the second time in a row that something is not understood, a person is offered
NONE = "none"  # "none of these": the exit of a guess that was wrong
DEEPEST_STACK = DEEPEST_VISIT + 2  # the everywhere-places come on top, and may themselves visit once


def flow_of(place: str) -> str:
    return place.partition(".")[0]


@dataclass(slots=True)
class Walk:
    """One step being taken: changed by what is heard, read when it is over."""

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
        return place in self.book.answering or flow_of(place) == flow_of(self.book.house)

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
                if flow_of(stack[-1].place) == flow_of(self.book.name(to)):
                    stack = stack[:-1]
            case Visit(back=back):
                stack = (*stack, Back(self.book.name(back)))[-DEEPEST_STACK:]
            case _:
                pass
        self.talk = replace(self.talk, stack=stack)
        self.enter(self.book.name(target_of(way)))

    def _only_returns(self, back: Place) -> bool:
        """From the menu to somewhere and back to the menu's own end: whoever comes back is at home at once."""
        menu = flow_of(self.talk.place) == flow_of(self.book.house)
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
        if not self.in_house() and flow_of(there) != flow_of(self.talk.place):
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
