"""A person answers: what a conversation says and keeps silent about while somebody of the staff has it.

Called inside a turn, which holds the conversation, so that taking it and saying something there can never cross.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from sqlalchemy import Connection

from bot.handover.guard import objections
from bot.message import GivenBack, Officer, TakenOver
from bot.wording import Answering, Seen, Worded, Wording
from flows.core.hours import Week
from flows.notation import Book
from flows.runner import Taken as Stepped
from flows.speech import Address, Carried, Corrected, Offer, Opened, Pick, Said, Shared, Sign, Unread, Words
from storage import handover, units
from storage.conversations import Held
from storage.handover import Open
from storage.messages import HOUSE, OFFICER, Logged

HOUSE_ITSELF = 0  # who gives back when whoever had taken it does not answer
BOT_AGAIN = "bot_again"
RATE = "rate_"
SKIP = "skip"
TELL_UNREAD_AFTER = timedelta(minutes=5)

Persons = dict[int, Open]
What = Opened | Pick | Words | Sign | Unread | Shared | Carried | Corrected


@dataclass(frozen=True, slots=True)
class Heeded:
    """What a citizen's message is while a person is, or was, there. `silent`: the bot says nothing but `lines`. Otherwise it
    goes on, hearing `what`, and says `first` before anything else."""

    silent: bool = False
    lines: tuple[str, ...] = ()
    what: What | None = None
    first: tuple[Said, ...] = ()


class Handovers:
    """The decisions of a turn about who answers, for a book worded by `wording`."""

    def __init__(self, book: Book, wording: Wording) -> None:
        self._book, self._wording = book, wording

    # ---- the citizen ----

    def heed(self, unit: Connection, mine: Held, what: What, at: datetime, persons: Persons) -> Heeded:
        """Before a step is taken: whether the bot may speak at all, and what this message is to it."""
        person = persons.get(mine.id)
        if person is not None and person.owned:
            leaves = isinstance(what, Pick) and (what.place, what.exit) == (self._book.house, BOT_AGAIN)
            if leaves or what is Sign.STOP:
                handover.let_go(unit, person, at)
                del persons[mine.id]
                back = (Said(self._book.house, "person_back"),) if leaves else ()
                return Heeded(what=Sign.AGAIN if leaves else what, first=back)
            return self._kept(unit, person, at, persons)
        if isinstance(what, Pick) and what.place == self._book.house and what.exit.startswith(RATE):
            offered = mine.talk.guess is not None and what.exit in dict(mine.talk.guess.choices)
            rating = what.exit.removeprefix(RATE)
            if offered and rating in handover.RATINGS and handover.rate(unit, mine.id, rating):
                return Heeded(what=Sign.AGAIN, first=(Said(self._book.house, "person_rated"),))
            return Heeded(what=Sign.AGAIN)
        if isinstance(what, Pick) and (what.place, what.exit) == (self._book.house, BOT_AGAIN):
            return Heeded(what=Sign.AGAIN)
        return Heeded(what=what)

    def asked(
        self, unit: Connection, mine: Held, stepped: Stepped, at: datetime, persons: Persons
    ) -> tuple[tuple[Said, ...], Answering]:
        """After a step: whoever came to the place where people are, has asked for one, and is told when one answers.
        Nothing is promised where nobody could keep it."""
        here = self._book.signs.get(Sign.PERSON)
        if here is None or stepped.talk.place != self._book.name(here) or mine.subject_id is None:
            return stepped.said, Answering()
        known = persons.get(mine.id)
        if known is None and not handover.answered(unit, units.of_conversation(unit, mine.id)):
            return stepped.said, Answering()
        persons[mine.id] = now = known or handover.ask(unit, mine.id, at)
        ahead = handover.ahead(unit, now)
        week = Week.read(units.week_of(unit, now.unit))
        line, opens = ("person_queued" if ahead else "person_first"), None
        if known is not None:
            line = "person_waiting"
        elif week is not None and not week.open_at(at):
            line, opens = "person_later", week.opens_after(at)
        return (Said(self._book.house, line), *stepped.said), Answering(ahead=ahead, opens=opens)

    def silently(self, lines: tuple[str, ...], seen: Seen) -> list[Worded]:
        """The honest lines that are said although a person answers."""
        return [self._wording.house_line(seen, line) for line in lines]

    def _kept(self, unit: Connection, person: Open, at: datetime, persons: Persons) -> Heeded:
        since = person.unread_since
        if since is not None and at - since >= TELL_UNREAD_AFTER and not person.unread_told:
            handover.told_unread(unit, person)
            persons[person.conversation_id] = replace(person, unread_told=True)
            return Heeded(silent=True, lines=("person_unread",))
        handover.came(unit, person, at)
        persons[person.conversation_id] = replace(person, unread_since=since or at)
        return Heeded(silent=True)

    # ---- the staff ----

    def act(
        self, unit: Connection, mine: Held, address: Address, act: Officer | TakenOver | GivenBack, ref: str, at: datetime,
        persons: Persons,
    ) -> tuple[list[Logged], str]:  # fmt: skip
        """What somebody of the staff does, written down whatever it comes to; nothing is said where it came to nothing."""
        logged, cause = self._acted(unit, mine, address, act, ref, at, persons)
        act.noted(unit, mine.id, cause)
        return logged, cause

    def _acted(
        self, unit: Connection, mine: Held, address: Address, act: Officer | TakenOver | GivenBack, ref: str, at: datetime,
        persons: Persons,
    ) -> tuple[list[Logged], str]:  # fmt: skip
        person = persons.get(mine.id)
        seen = Seen(address, mine.talk, mine.journey, at, mine.seen_at)
        number = _numbering(mine, at)
        match act:
            case TakenOver(staff=staff, name=name):
                taken = handover.take(unit, mine.id, staff, handover.two_words(), mine.last, at)
                if taken is None:
                    return [], "taken_by_another"
                persons[mine.id] = taken
                if person is not None and person.owned:
                    return [], "taken_already"
                mine.become(mine.talk, mine.journey)
                seen = replace(seen, person=Answering(officer=name, words=taken.words))
                offer = Offer(self._book.house, ((BOT_AGAIN, self._label(seen, BOT_AGAIN)),))
                return [number(HOUSE, self._wording.house_line(seen, "person_here", offer=offer))], "taken_over"
            case Officer(staff=staff, text=text):
                if person is None or not person.owned or person.staff_id != staff:
                    return [], "not_theirs"
                if refused := objections(text):
                    return [], f"refused_{refused[0].kind}"
                mine.become(mine.talk, mine.journey)
                handover.read(unit, mine.id, staff, mine.last, at)
                persons[mine.id] = replace(person, unread_since=None, unread_told=False)
                return [number(OFFICER, Worded(mine.talk.place, text), ref)], "officer"
            case GivenBack(staff=staff):
                if person is None or not person.owned or staff not in (person.staff_id, HOUSE_ITSELF):
                    return [], "not_theirs"
                if staff == HOUSE_ITSELF:
                    handover.wait_again(unit, person)
                    persons[mine.id] = replace(person, state=handover.WAITING, staff_id=None)
                    mine.become(mine.talk, mine.journey)
                    return [
                        number(HOUSE, self._wording.house_line(seen, "person_again", offer=mine.talk.offer))
                    ], "again"
                handover.let_go(unit, person, at)
                del persons[mine.id]
                return [number(HOUSE, worded) for worded in self._given_back(mine, seen)], "given_back"
            case _:
                assert_never(act)

    def _given_back(self, mine: Held, seen: Seen) -> list[Worded]:
        """The talk returns to the very step, which was never left; how it was is asked on top of it."""
        house, place = self._book.house, self._book.resolve(mine.talk.place)
        ratings = tuple((f"{RATE}{r}", "") for r in (*handover.RATINGS, SKIP))
        talk = replace(mine.talk, place=place, guess=Offer(house, ratings))
        said = (Said(house, "person_back"), Said(place, "say"), Said(house, "person_rate"))
        talk, worded = self._wording.messages(replace(seen, talk=talk), mine.talk, said)
        mine.become(talk, mine.journey)
        return worded

    def _label(self, seen: Seen, exit_: str) -> str:
        return self._wording.house_line(seen, f"label_{exit_}").text


def _numbering(mine: Held, at: datetime) -> Callable[..., Logged]:
    def number(who: str, said: Worded, ref: str = "") -> Logged:
        mine.last += 1
        return Logged(mine.id, mine.last, at, who, said.place, said.text, said.mark, ref, said.offer)

    return number
