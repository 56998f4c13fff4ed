"""The one door: an event comes in; in one transaction it is deduplicated, decided, worded, kept and queued.

Nothing is sent or called in here. What is to be sent goes to the outbox, what is to be asked outside to the errands.
Secrets are taken out before the event is handed to the writer, so that nothing behind this page ever held one.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from bot.message import Event, Mark, Message, Progress, Taken, Typed
from bot.ports import Clock, UnavailableError, Wake
from bot.settings import UnitCard
from content.catalogue import Catalogue, told_in
from content.hearing import Hearing
from content.shield import shield
from flows.core import journey as journeys
from flows.core.deadline import day_in_vietnam, standing
from flows.core.journey import Journey, Stage
from flows.core.vietnamese import tidy
from flows.notation import Book, Choose, choices_of
from flows.runner import GRAVE, step
from flows.speech import (
    ADDRESS,
    Address,
    Answered,
    Errand,
    Heard,
    Language,
    Offer,
    Opened,
    Pick,
    Said,
    Talk,
    Telling,
    Unread,
)
from storage import conversations, errands, inbox, messages
from storage.conversations import Held
from storage.messages import HOUSE, PERSON, Logged
from storage.store import Store
from storage.store import UnavailableError as StoreUnavailableError

LONGEST_TEXT = 4000
KEPT_OF_TOO_LONG = 160
WEEKDAYS = {
    Language.VI: ("thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "chủ nhật"),
    Language.EN: ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


@dataclass(frozen=True, slots=True)
class Ready:
    """An event without its secrets: what the writer gets."""

    address: Address
    external_id: str
    kind: str
    private: bool
    at: datetime
    what: Opened | Pick | Unread | Answered | None
    text: str
    removed: tuple[str, ...]


class Turn:
    """Takes events for a book of conversations, with the words of a catalogue, into a store."""

    def __init__(
        self, store: Store, book: Book, catalogue: Catalogue, hearing: Hearing, unit: UnitCard, clock: Clock, wake: Wake,
        *, stages: dict[str, dict[Stage, str]], keep_days: int,
    ) -> None:  # fmt: skip
        self._store, self._book, self._catalogue, self._hearing = store, book, catalogue, hearing
        self._unit, self._clock, self._wake = unit, clock, wake
        self._stages, self._keep_days = stages, keep_days
        self._start = Talk(book.name(book.start))
        self._group: Callable[[Connection, list[Ready]], list[Taken]] = self._take_together

    async def take(self, event: Event) -> Taken:
        """Take an event; returns after its effect is stored. UnavailableError when it could not be: try again."""
        ready = prepare(event, self._clock.now())
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
                except Exception as error:
                    taken = await self._bury(ready, error)
        except StoreUnavailableError as error:
            raise UnavailableError(str(error)) from error
        self._wake.wake(event.address.key)
        return taken

    def progress(self, talk: Talk, journey: Journey, language: Language | None = None) -> Progress:
        """Where the person is: the stage of the flow they are in, else the first that is not over."""
        way, here = journeys.path(journey), journeys.stage(journey)
        for place in (talk.place, *(b.place for b in reversed(talk.stack))):
            stage = self._book.flow(self._book.resolve(place)).stage
            if stage in way:
                here = stage
                break
        names = self._stages.get((language or talk.language).value, self._stages[Language.VI.value])
        return Progress(way.index(here) + 1, len(way), names[here])

    def _take_together(self, unit: Connection, group: list[Ready]) -> list[Taken]:
        at = group[0].at
        held = conversations.load(unit, {r.address: r.private for r in group}, self._start, at)
        known = inbox.seen(unit, [(held[r.address].id, r.external_id) for r in group])
        logged: list[Logged] = []
        queued: list[tuple[Logged, int]] = []
        asked: list[tuple[int, Errand]] = []
        received: list[inbox.Received] = []
        results: list[Taken] = []
        for ready in group:
            mine = held[ready.address]
            key = (mine.id, ready.external_id)
            if key in known:
                results.append(self._result(mine, "repeat", (), fresh=False))
                continue
            known.add(key)
            said, own, outside, cause = self._decide(mine, ready)
            for message in own + said:
                logged.append(message)
                if message.who == HOUSE:
                    queued.append((message, mine.lane))
            asked += [(mine.id, e) for e in outside]
            received.append(inbox.Received(mine.id, ready.external_id, ready.kind, ready.at, cause[:48]))
            results.append(self._result(mine, cause, own + said, fresh=True))
        conversations.keep(unit, held.values(), at)
        inbox.keep(unit, received)
        messages.keep(unit, logged)
        messages.queue(unit, queued)
        errands.queue(unit, asked, at)
        return results

    def _decide(self, mine: Held, ready: Ready) -> tuple[list[Logged], list[Logged], tuple[Errand, ...], str]:
        before = mine.talk
        what = ready.what if ready.what is not None else self._hearing.read(ready.text, before.offer)
        taken = step(self._book, before, Heard(ready.at, what, ready.removed), mine.journey)
        own = self._own(mine, ready, before)
        talk, said = self._word(mine, taken.talk, taken.journey, taken.said, ready.at)
        mine.become(talk, taken.journey)
        return said, own, taken.errands, taken.cause

    def _own(self, mine: Held, ready: Ready, before: Talk) -> list[Logged]:
        """The person's own message as the log keeps it: shielded words, or the label of what they pressed."""
        mark = Mark.REMOVED.value if any(r in GRAVE for r in ready.removed) else ""
        match ready.what:
            case Opened() | Answered():
                return []
            case Pick(place=place, exit=exit_):
                labels = dict(before.offer.choices) if before.offer and before.offer.place == place else {}
                text = labels.get(exit_, "…")
            case Unread() as unread:
                text, mark = ready.text, unread.value
            case _:
                text = ready.text
        mine.last += 1
        return [Logged(mine.id, mine.last, ready.at, PERSON, before.place, text, mark, ready.external_id)]

    def _word(
        self, mine: Held, talk: Talk, journey: Journey, said: tuple[Said, ...], at: datetime
    ) -> tuple[Talk, list[Logged]]:
        """Lines → messages; the offer of the place where the talk now stands goes with the last one."""
        if not said:
            return talk, []
        telling = {lang: self._telling(talk, journey, at, mine.seen_at, lang) for lang in {talk.language, Language.VI}}
        said = self._crossing(mine.talk, talk, said)
        choices = choices_of(self._book.steps[talk.place])
        spoken = self._spoken(talk.place, talk)
        labels = ((e, self._catalogue.label(spoken.value, talk.place, e, telling[spoken])) for e in choices)
        offer = Offer(talk.place, tuple(labels))
        worded = []
        for index, line in enumerate(said):
            mine.last += 1
            spoken = self._spoken(line.place, talk)
            text = told_in(self._catalogue, spoken.value, line.place, line.line, telling[spoken], line.slowly)
            last = index == len(said) - 1
            worded.append(
                Logged(mine.id, mine.last, at, HOUSE, line.place, text, self._mark(line), offer=offer if last else None)
            )
        return replace(talk, offer=offer), worded

    def _spoken(self, place: str, talk: Talk) -> Language:
        """The language a place is worded in for this person: theirs where we have it, else Vietnamese."""
        has = talk.language is Language.VI or self._catalogue.lines(talk.language.value, place)
        return talk.language if has else Language.VI

    def _crossing(self, before: Talk, talk: Talk, said: tuple[Said, ...]) -> tuple[Said, ...]:
        """Whoever does not read Vietnamese is told once, on leaving the chapters of their language, and offered a person."""
        if talk.language is Language.VI or self._spoken(talk.place, talk) is not Language.VI:
            return said
        if before.offer is not None and self._spoken(before.offer.place, talk) is Language.VI:
            return said
        return (*said[:-1], Said(self._book.house, "in_vietnamese"), said[-1])

    def _mark(self, line: Said) -> str:
        if line.line.startswith("removed_"):
            return Mark.REMOVED.value
        step = self._book.steps.get(line.place)
        return step.tone.value if isinstance(step, Choose) and line.line == "say" else ""

    def _telling(
        self, talk: Talk, journey: Journey, at: datetime, seen_at: datetime | None, language: Language
    ) -> Telling:
        you, cap_you, me, cap_me = ADDRESS[talk.form]
        progress, today = self.progress(talk, journey, language), day_in_vietnam(at)
        due = standing(journey.noticed_on, today)
        seen = day_in_vietnam(seen_at) if seen_at else today
        return Telling(
            you=you, You=cap_you, me=me, Me=cap_me, unit_name=self._unit.name, unit_address=self._unit.address,
            unit_hours=self._unit.hours, unit_phone=self._unit.phone, keep_days=self._keep_days,
            stage_number=progress.number, stage_count=progress.count, stage_name=progress.name, days_left=due.days_left,
            last_day=spoken_day(due.last_day, language) if due.last_day else "",
            last_seen=spoken_day(seen, language),
        )  # fmt: skip

    def _result(self, mine: Held, cause: str, logged: list[Logged] | tuple[()], *, fresh: bool) -> Taken:
        return Taken(
            fresh, mine.id, mine.last, cause, mine.talk.place, case_word(mine.journey), tuple(map(message_of, logged)),
            self.progress(mine.talk, mine.journey),
        )  # fmt: skip

    async def _bury(self, ready: Ready, error: Exception) -> Taken:
        """Poison: keep its ids and the exception's type, tell the person that it was us, and go on."""
        reason = type(error).__name__

        def work(unit: Connection) -> Taken:
            inbox.bury(unit, ready.address.channel, ready.external_id, ready.kind, len(ready.text), reason, ready.at)
            mine = conversations.load(unit, {ready.address: ready.private}, self._start, ready.at)[ready.address]
            if (mine.id, ready.external_id) in inbox.seen(unit, [(mine.id, ready.external_id)]):
                return self._result(mine, "repeat", (), fresh=False)
            mine.last += 1
            spoken = self._spoken(self._book.house, mine.talk)
            text = self._catalogue.text(
                spoken.value, self._book.house, "paused_service",
                self._telling(mine.talk, mine.journey, ready.at, mine.seen_at, spoken),
            )  # fmt: skip
            sorry = Logged(mine.id, mine.last, ready.at, HOUSE, self._book.house, text, offer=mine.talk.offer)
            mine.touched = True
            conversations.keep(unit, [mine], ready.at)
            inbox.keep(unit, [inbox.Received(mine.id, ready.external_id, ready.kind, ready.at, "dead_letter")])
            messages.keep(unit, [sorry])
            messages.queue(unit, [(sorry, mine.lane)])
            return self._result(mine, "dead_letter", [sorry], fresh=True)

        return await self._store.write(work)


def prepare(event: Event, at: datetime) -> Ready:
    """Take the secrets out. Behind this function nothing of ours has ever held one."""
    match event.what:
        case Typed(text=text) if len(text) > LONGEST_TEXT:
            # The shield reads all that is kept of it, and a little more, so that no secret is cut in two.
            shielded = shield(tidy(text[: LONGEST_TEXT // 2]))
            kept = shielded.text[:KEPT_OF_TOO_LONG] + "…"
            what: Opened | Pick | Unread | Answered | None = Unread.TOO_LONG
            removed = tuple(sorted(s.value for s in shielded.found))
        case Typed(text=text):
            shielded = shield(tidy(text))
            kept, what, removed = shielded.text, None, tuple(sorted(s.value for s in shielded.found))
        case other:
            kept, what, removed = "", other, ()
    return Ready(event.address, event.external_id[:128], event.kind, event.private, at, what, kept, removed)


def message_of(logged: Logged) -> Message:
    return Message(logged.number, logged.at, logged.who, logged.text, logged.offer, logged.mark, logged.ref)


def spoken_day(day: date, language: Language) -> str:
    """ "thứ ba, 3/12" """
    return f"{WEEKDAYS[language][day.weekday()]}, {day.day}/{day.month}"


def case_word(journey: Journey) -> str:
    """The case in one word for transcripts and the log: the stage the person stands at."""
    return journeys.stage(journey).value
