"""The one door: an event comes in; in one transaction it is deduplicated, decided, worded, kept and queued.

Nothing is sent or called in here. What is to be sent goes to the outbox, what is to be asked outside to the errands.
Secrets are taken out before the event is handed to the writer, so that nothing behind this page ever held one.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.handover import Handovers, Persons
from bot.message import (
    Blocked,
    Event,
    GivenBack,
    Mark,
    Message,
    Moved,
    Officer,
    Progress,
    Taken,
    TakenOver,
    Typed,
)  # fmt: skip
from bot.ports import LOG, OUTBOX, Clock, UnavailableError, Wake
from bot.wording import Seen, Worded, Wording
from content.hearing import Hearing, Understood, understood
from content.shield import shield
from flows.core import journey as journeys
from flows.core.journey import Journey
from flows.core.vietnamese import tidy
from flows.notation import Book
from flows.runner import GRAVE, step
from flows.speech import Address, Answered, Changed, Errand, Heard, Opened, Pick, Said, Sign, Talk, Unread, Words
from storage import conversations, errands, handover, inbox, messages, outbox
from storage.conversations import Held
from storage.messages import HOUSE, PERSON, Logged
from storage.store import Store
from storage.store import UnavailableError as StoreUnavailableError

LONGEST_TEXT = 4000
NOTHING = Understood()
KEPT_OF_TOO_LONG = 160


@dataclass(frozen=True, slots=True)
class Ready:
    """An event without its secrets: what the writer gets."""

    address: Address
    external_id: str
    kind: str
    private: bool
    at: datetime
    what: Opened | Pick | Unread | Answered | Changed | Moved | Blocked | TakenOver | Officer | GivenBack | None
    text: str
    removed: tuple[str, ...]
    understood: Understood = NOTHING


class _GoneError(Exception):
    """Somebody of the staff speaks where nobody is any more: the conversation was erased."""


@dataclass(slots=True)
class _Outcome:
    """What a group of turns came to, to be written in bulk."""

    logged: list[Logged]
    queued: list[tuple[Logged, int]]
    asked: list[tuple[int, Errand]]
    received: list[inbox.Received]


class Turn:
    """Takes events for a book of conversations into a store. `written` names the channels that are written to."""

    def __init__(
        self, store: Store, book: Book, wording: Wording, hearing: Hearing, clock: Clock, wake: Wake, *,
        written: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        self._store, self._book, self._wording, self._hearing = store, book, wording, hearing
        self._clock, self._wake, self._written = clock, wake, written
        self._start = Talk(book.name(book.start))
        self._handovers = Handovers(book, wording)
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
        for topic in (event.address.key, LOG, *((OUTBOX,) if sends else ())):
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
        outcome = _Outcome([], [], [], [])
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
        errands.queue(unit, outcome.asked, at)
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
            case _ if not ready.private:
                logged, cause = self._in_group(mine, ready)
            case what:
                if isinstance(what, Opened) and what.link:
                    conversations.came_by(unit, mine, what.link)
                logged, outside, cause = self._decide(unit, mine, ready, persons)
        outcome.logged += logged
        outcome.queued += [(m, mine.lane) for m in logged if m.who != PERSON]
        outcome.asked += [(mine.id, e) for e in outside]
        outcome.received.append(inbox.Received(mine.id, ready.external_id, ready.kind, ready.at, cause[:48]))
        return self._result(mine, cause, tuple(logged), fresh=True)

    def _decide(
        self, unit: Connection, mine: Held, ready: Ready, persons: Persons
    ) -> tuple[list[Logged], tuple[Errand, ...], str]:
        before, first = mine.talk, tuple[Said, ...]()
        heard = self._heard(ready, before)
        own = self._own(mine, ready, before)
        silent = mine.id in persons and persons[mine.id].owned
        if not isinstance(heard, Answered | Changed):
            heeded = self._handovers.heed(unit, mine, heard, ready.at, persons)
            if heeded.silent:
                mine.become(before, mine.journey)
                honest = self._handovers.silently(heeded.lines, Seen(ready.address, before, mine.journey, ready.at))
                return own + [self._number(mine, ready.at, w) for w in honest], (), "with_a_person"
            heard, first, silent = heeded.what or heard, heeded.first, False
        taken = step(self._book, before, Heard(ready.at, heard, ready.removed), mine.journey)
        if silent:  # what was asked outside came back: it counts, and is told when the talk returns
            mine.become(replace(taken.talk, offer=before.offer), taken.journey)
            return own, taken.errands, taken.cause
        said, person = self._handovers.asked(unit, mine, taken, ready.at, persons)
        seen = Seen(ready.address, taken.talk, taken.journey, ready.at, mine.seen_at, person)
        talk, worded = self._wording.messages(seen, before, (*first, *said))
        mine.become(talk, taken.journey)
        return own + [self._number(mine, ready.at, w) for w in worded], taken.errands, taken.cause

    def _heard(self, ready: Ready, before: Talk) -> Opened | Pick | Sign | Unread | Words | Answered | Changed:
        """What an event is to the talk. Of two lists of choices, the one that was shown last is meant."""
        if isinstance(ready.what, Opened | Pick | Unread | Answered | Changed):
            return ready.what
        if before.guess is not None and isinstance(guessed := self._hearing.read(ready.text, before.guess), Pick):
            return guessed
        heard = self._hearing.read(ready.text, before.offer)
        if not isinstance(heard, Words):
            return heard
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
            case Opened() | Answered() | Changed() | Moved() | Blocked() | TakenOver() | Officer() | GivenBack():
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


def prepare(event: Event, at: datetime) -> Ready:
    """Take the secrets out. Behind this function nothing of ours has ever held one; of a group's words nothing is kept
    but whether they are a command."""
    if not isinstance(event.what, Typed):
        return Ready(event.address, event.external_id[:128], event.kind, event.private, at, event.what, "", ())
    kept, unread, removed = _shielded(event.what)
    if not event.private and not kept.startswith("/"):
        kept = ""
    return Ready(event.address, event.external_id[:128], event.kind, event.private, at, unread, kept, removed)


def _shielded(typed: Typed) -> tuple[str, Unread | None, tuple[str, ...]]:
    """What is kept of somebody's words, what they are if they are not to be read, and the secrets that stood in them."""
    text = typed.text
    too_long = len(text) > LONGEST_TEXT
    # The shield reads all that is kept of a long one, and a little more, so that no secret is cut in two.
    found = shield(tidy(text[: LONGEST_TEXT // 2] if too_long else text))
    removed = tuple(sorted(s.value for s in found.found))
    if typed.passed_on:
        return "", Unread.FORWARDED, removed  # somebody else's words are not kept
    if too_long:
        return found.text[:KEPT_OF_TOO_LONG] + "…", Unread.TOO_LONG, removed
    return found.text, Unread.EDITED if typed.edited else None, removed


def message_of(logged: Logged) -> Message:
    return Message(
        logged.number, logged.at, logged.who, logged.text, logged.offer, logged.mark, logged.ref, logged.place
    )


def case_word(journey: Journey) -> str:
    """The case in one word for transcripts and the log: the stage the person stands at."""
    return journeys.stage(journey).value
