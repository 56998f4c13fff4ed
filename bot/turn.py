"""The one door: an event comes in; in one transaction it is deduplicated, decided, worded, kept and queued.

Nothing is sent or called in here. What is to be sent goes to the outbox, what is to be asked outside to the errands.
Secrets are taken out before the event is handed to the writer, so that nothing behind this page ever held one.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.family import Family
from bot.handover import Handovers, Persons
from bot.message import (
    Blocked,
    Event,
    GivenBack,
    Mark,
    Message,
    Moved,
    News,
    Officer,
    Progress,
    Taken,
    TakenOver,
)  # fmt: skip
from bot.ports import ERRANDS, LOG, OUTBOX, Clock, UnavailableError, Wake
from bot.ready import Ready, prepare
from bot.wording import Seen, Worded, Wording
from content.hearing import Hearing, understood
from flows.core import journey as journeys
from flows.core.journey import Journey
from flows.notation import Book
from flows.outcomes import counted
from flows.runner import GRAVE, step
from flows.speech import (
    Answered,
    Carried,
    Changed,
    Corrected,
    Errand,
    Heard,
    Opened,
    Pick,
    Reminded,
    Said,
    Shared,
    Sign,
    Talk,
    Unread,
    Words,
)
from storage import conversations, errands, handover, helped, inbox, messages, outbox, reminders
from storage.conversations import Held
from storage.errands import Intent
from storage.messages import HOUSE, PERSON, Logged
from storage.reminders import Planned
from storage.store import Store
from storage.store import UnavailableError as StoreUnavailableError
from storage.vault import Vault

REMEMBERED = 8  # answers back that a correction may be about
ABOUT = "about_kin"
Told = Opened | Pick | Sign | Unread | Words | Answered | Changed | Shared | Carried | Corrected


class _GoneError(Exception):
    """Somebody of the staff speaks where nobody is any more: the conversation was erased."""


@dataclass(slots=True)
class _Outcome:
    """What a group of turns came to, to be written in bulk."""

    logged: list[Logged]
    queued: list[tuple[Logged, int]]
    notices: list[tuple[Logged, int]]
    asked: list[Intent]
    planned: list[Planned]
    helps: list[tuple[str, str, bool]]
    received: list[inbox.Received]


class Turn:
    """Takes events for a book of conversations into a store. `written` names the channels that are written to."""

    def __init__(
        self, store: Store, book: Book, wording: Wording, hearing: Hearing, clock: Clock, wake: Wake, *,
        written: frozenset[str] = frozenset(), vault: Vault | None = None,
    ) -> None:  # fmt: skip
        self._vault = vault
        self._store, self._book, self._wording, self._hearing = store, book, wording, hearing
        self._clock, self._wake, self._written = clock, wake, written
        self._start = Talk(book.name(book.start))
        self._handovers, self._family = Handovers(book, wording), Family(book, wording)
        self._group: Callable[[Connection, list[Ready]], list[Taken]] = self._take_together

    async def take(self, event: Event) -> Taken:
        """Take an event; returns after its effect is stored. UnavailableError when it could not be: try again."""
        ready = prepare(event, self._clock.now())
        if ready.what is None and ready.private and self._book.answers:
            ready = replace(ready, understood=understood(ready.text))
        try:
            try:
                taken = await self._store.write_together(self._group, ready)
            except StoreUnavailableError:
                raise
            except Exception:
                # Failed, perhaps beside others: once more alone; an event that fails then too is poison.
                try:
                    taken = await self._store.write(lambda unit: self._take_together(unit, [ready])[0])
                except StoreUnavailableError:
                    raise
                except _GoneError:
                    return Taken(False, 0, 0, "gone")
                except Exception as error:
                    taken = await self._bury(ready, error)
        except StoreUnavailableError as error:
            raise UnavailableError(str(error)) from error
        sends = taken.messages and event.address.channel in self._written
        asks = (ERRANDS,) if taken.asks else ()
        for topic in (event.address.key, LOG, *((OUTBOX,) if sends else ()), *asks):
            self._wake.wake(topic)
        return replace(taken, removed=tuple(r for r in ready.removed if r in GRAVE))

    def progress(self, talk: Talk, journey: Journey) -> Progress:
        """Where the person is on their way."""
        return self._wording.progress(talk, journey)

    def _take_together(self, unit: Connection, group: list[Ready]) -> list[Taken]:
        at = group[0].at
        held = conversations.load(unit, {r.address: r.private for r in group}, self._start, at, self._written)
        known = inbox.seen(unit, [(held[r.address].id, r.external_id) for r in group])
        persons = dict(handover.standing(unit, {h.id for h in held.values()}))
        outcome = _Outcome([], [], [], [], [], [], [])
        results: list[Taken] = []
        for ready in group:
            mine = held[ready.address]
            key = (mine.id, ready.external_id)
            if key in known:
                results.append(self._result(mine, "repeat", (), fresh=False))
                continue
            known.add(key)
            results.append(self._take_one(unit, mine, ready, persons, outcome))
        conversations.keep(unit, held.values(), at)
        inbox.keep(unit, outcome.received)
        messages.keep(unit, outcome.logged)
        messages.queue(unit, outcome.queued)
        messages.queue(unit, outcome.notices, messages.NOTICE)
        errands.queue(unit, outcome.asked, at, self._vault)
        if outcome.helps:
            helped.count(unit, outcome.helps)
        if outcome.planned:
            reminders.plan_together(unit, outcome.planned, at)
        return results

    def _take_one(self, unit: Connection, mine: Held, ready: Ready, persons: Persons, outcome: _Outcome) -> Taken:
        by_staff = isinstance(ready.what, TakenOver | Officer | GivenBack)
        if mine.muted and not by_staff:
            conversations.unmute(unit, mine)
        logged: list[Logged] = []
        outside: tuple[Errand, ...] = ()
        match ready.what:
            case Moved(chat=chat):
                conversations.move(unit, ready.address, replace(ready.address, chat=chat))
                cause = "moved"
            case Blocked():
                outbox.mute(unit, mine.id, "blocked")
                cause = "blocked"
            case TakenOver() | Officer() | GivenBack() as act:
                if mine.seen_at is None:
                    raise _GoneError
                logged, cause = self._handovers.act(
                    unit, mine, ready.address, act, ready.external_id, ready.at, persons
                )  # fmt: skip
            case Reminded() if not self._may_remind(mine, persons):
                cause = "reminder_held"
            case _ if not ready.private:
                logged, cause = self._in_group(mine, ready)
            case what:
                if isinstance(what, Opened) and what.link:
                    conversations.came_by(unit, mine, what.link)
                stood = mine.talk
                logged, outside, cause = self._decide(unit, mine, ready, persons)
                if (tally := counted(self._book, stood, cause)) is not None:
                    outcome.helps.append(tally)
        outcome.logged += logged
        # What comes by itself waits behind the answers to people.
        queued = outcome.notices if isinstance(ready.what, Changed | Reminded | News) else outcome.queued
        queued += [(m, mine.lane) for m in logged if m.who != PERSON]
        outcome.asked += [Intent(mine.id, mine.subject_id, e) for e in outside]
        if ready.private and mine.subject_id is not None and not by_staff:
            outcome.planned.append(Planned(mine.id, mine.subject_id, mine.journey, mine.talk))
        outcome.received.append(inbox.Received(mine.id, ready.external_id, ready.kind, ready.at, cause[:48]))
        return replace(self._result(mine, cause, tuple(logged), fresh=True), asks=bool(outside))

    def _decide(
        self, unit: Connection, mine: Held, ready: Ready, persons: Persons
    ) -> tuple[list[Logged], tuple[Errand, ...], str]:
        before, first = mine.talk, tuple[Said, ...]()
        if isinstance(ready.what, News | Reminded):
            told = self._family.hear(unit, mine, ready.what, ready.at)
            if told is None:
                return [], (), "kept_for_later"
            ready = replace(ready, what=told)
        heard: Told = self._heard(ready, before)
        own = self._own(mine, ready, before)
        if (turned_to := self._family.turn_to(unit, mine, heard)) is not None:
            before, heard, first = turned_to, Sign.AGAIN, (Said(self._book.house, ABOUT),)
        silent = mine.id in persons and persons[mine.id].owned
        if not isinstance(heard, Answered | Changed):
            heeded = self._handovers.heed(unit, mine, heard, ready.at, persons)
            if heeded.silent:
                mine.become(before, mine.journey)
                honest = self._handovers.silently(heeded.lines, Seen(ready.address, before, mine.journey, ready.at))
                return own + [self._number(mine, ready.at, w) for w in honest], (), "with_a_person"
            heard, first, silent = heeded.what or heard, (*first, *heeded.first), False
        taken = step(self._book, before, Heard(ready.at, heard, ready.removed), mine.journey)
        if silent:  # what was asked outside came back: it counts, and is told when the talk returns
            mine.become(replace(taken.talk, offer=before.offer), taken.journey)
            return own, taken.errands, taken.cause
        said, person = self._handovers.asked(unit, mine, taken, ready.at, persons)
        seen = Seen(ready.address, taken.talk, taken.journey, ready.at, mine.seen_at, person)
        talk, worded = self._wording.messages(seen, before, (*first, *said))
        mine.become(talk, taken.journey)
        return own + [self._number(mine, ready.at, w) for w in worded], taken.errands, taken.cause

    def _corrected(self, ready: Ready, before: Talk) -> Corrected | None:
        """Whether something answered before is answered otherwise now."""
        if not before.answers or ready.removed:
            return None
        said = self._hearing.corrected(
            ready.text,
            [
                (offer, answer.exit)
                for answer in reversed(before.answers[-REMEMBERED:])
                if (offer := self._wording.offered(answer.place, before)) is not None
            ],
        )
        return Corrected(said.place, said.exit) if said else None

    def _may_remind(self, mine: Held, persons: Persons) -> bool:
        """Not beside a person who answers, nor after "dừng"."""
        stop = self._book.signs.get(Sign.STOP)
        stopped = stop is not None and mine.talk.place == self._book.name(stop)
        owned = mine.id in persons and persons[mine.id].owned
        return not owned and not stopped and mine.seen_at is not None

    def _heard(self, ready: Ready, before: Talk) -> Told:
        """What an event is to the talk. Of two lists of choices, the one that was shown last is meant."""
        if isinstance(ready.what, Opened | Pick | Unread | Answered | Changed | Shared | Carried):
            return ready.what
        if before.guess is not None and isinstance(guessed := self._hearing.read(ready.text, before.guess), Pick):
            return guessed
        heard = self._hearing.read(ready.text, before.offer)
        if not isinstance(heard, Words):
            return heard
        if (correction := self._corrected(ready, before)) is not None:
            return correction
        meant = self._hearing.meant(ready.understood, before.place)
        return replace(heard, meant=meant.intents, sure=meant.sure, second=meant.second)

    def _in_group(self, mine: Held, ready: Ready) -> tuple[list[Logged], str]:
        """A group hears what anybody may hear, and the way to the private conversation. Nothing said there is kept."""
        line = "group_private"
        if any(r in GRAVE for r in ready.removed):
            line = "group_removed"
        elif isinstance(ready.what, Opened):
            line = "group_hello"
        elif ready.what is None and self._hearing.read(ready.text, None) in (Sign.HELP, Sign.MENU):
            line = "group_steps"
        mine.become(replace(mine.talk, opened=True), mine.journey)
        seen = Seen(ready.address, mine.talk, mine.journey, ready.at)
        return [self._number(mine, ready.at, self._wording.house_line(seen, line, Mark.INVITE))], line

    def _own(self, mine: Held, ready: Ready, before: Talk) -> list[Logged]:
        """The person's own message as the log keeps it: shielded words, or the label of what they pressed."""
        mark = Mark.REMOVED.value if any(r in GRAVE for r in ready.removed) else ""
        match ready.what:
            case Shared():
                text, mark = "", Unread.CONTACT.value
            case (
                Opened()
                | Answered()
                | Changed()
                | News()
                | Reminded()
                | Moved()
                | Blocked()
                | TakenOver()
                | Officer()
                | GivenBack()
            ):
                return []
            case Pick(place=place, exit=exit_):
                labels = dict(before.offer.choices) if before.offer and before.offer.place == place else {}
                text = labels.get(exit_, "…")
            case Unread() as unread:
                text, mark = ready.text, mark or unread.value
            case _:
                text = ready.text
        mine.last += 1
        return [Logged(mine.id, mine.last, ready.at, PERSON, before.place, text, mark, ready.external_id)]

    def _number(self, mine: Held, at: datetime, said: Worded) -> Logged:
        mine.last += 1
        return Logged(mine.id, mine.last, at, HOUSE, said.place, said.text, said.mark, offer=said.offer)

    def _result(self, mine: Held, cause: str, logged: tuple[Logged, ...], *, fresh: bool) -> Taken:
        return Taken(
            fresh, mine.id, mine.last, cause, mine.talk.place, case_word(mine.journey), tuple(map(message_of, logged)),
            self.progress(mine.talk, mine.journey),
        )  # fmt: skip

    async def _bury(self, ready: Ready, error: Exception) -> Taken:
        """Poison: keep its ids and the exception's type, tell the person that it was us, and go on."""
        reason = type(error).__name__

        def work(unit: Connection) -> Taken:
            inbox.bury(unit, ready.address.channel, ready.external_id, ready.kind, len(ready.text), reason, ready.at)
            mine = conversations.load(
                unit, {ready.address: ready.private}, self._start, ready.at, self._written
            )[ready.address]  # fmt: skip
            if (mine.id, ready.external_id) in inbox.seen(unit, [(mine.id, ready.external_id)]):
                return self._result(mine, "repeat", (), fresh=False)
            line, mark = ("paused_service", Mark.NONE) if ready.private else ("group_private", Mark.INVITE)
            seen = Seen(ready.address, mine.talk, mine.journey, ready.at, mine.seen_at)
            worded = self._wording.house_line(seen, line, mark, mine.talk.offer if ready.private else None)
            sorry = self._number(mine, ready.at, worded)
            mine.touched = True
            conversations.keep(unit, [mine], ready.at)
            inbox.keep(unit, [inbox.Received(mine.id, ready.external_id, ready.kind, ready.at, "dead_letter")])
            messages.keep(unit, [sorry])
            messages.queue(unit, [(sorry, mine.lane)])
            return self._result(mine, "dead_letter", (sorry,), fresh=True)

        return await self._store.write(work)


def message_of(logged: Logged) -> Message:
    return Message(
        logged.number, logged.at, logged.who, logged.text, logged.offer, logged.mark, logged.ref, logged.place
    )


def case_word(journey: Journey) -> str:
    """The case in one word for transcripts and the log: the stage the person stands at."""
    return journeys.stage(journey).value
