"""Reminders: only to who wished it, in time, never at night, one a day, two for one thing, and each once."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text, update

from bot.house import House
from bot.message import Event, Taken
from bot.reminders import Reminders
from flows.core.deadline import VIETNAM
from flows.core.journey import Journey, Report
from flows.speech import Address, Reminded, Sign, Talk
from storage import conversations, handover, inbox, reminders
from storage.conversations import CONVERSATION, Held
from storage.erasing import CONSENT, REMINDER
from storage.inbox import INBOX, Received
from storage.reminders import Kind, Planned, allowed, plan, put
from storage.store import Store
from tests.kit.book import BOOK
from tests.kit.build import StillClock, house, plain_words

AN = Address("telegram", "1", "an")
BINH = Address("telegram", "1", "binh")
NOON = datetime(2026, 11, 22, 5, tzinfo=UTC)  # a Sunday, noon in Vietnam


def here(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM)


class Bell:
    """A door that hears what is told, and takes each event once, as the real one does."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.heard: list[Event] = []

    async def take(self, event: Event) -> Taken:
        def work(unit: Connection) -> bool:
            # Locked, as the real one does: of two processes one comes after the other.
            held = conversations.load(unit, {event.address: True}, Talk("hello.start"), NOON)[event.address]
            if inbox.seen(unit, [(held.id, event.external_id)]):
                return False
            inbox.keep(unit, [Received(held.id, event.external_id, event.kind, NOON, "reminded")])
            return True

        fresh = await self._store.write(work)
        if fresh:
            self.heard.append(event)
        return Taken(fresh, 0, 0, "reminded")

    def kinds(self) -> list[str]:
        return [e.what.kind for e in self.heard if isinstance(e.what, Reminded)]


@pytest.fixture
def clock() -> StillClock:
    return StillClock(NOON)


@pytest.fixture
def home(migrated_url: str, tmp_path: Path, clock: StillClock) -> Iterator[House]:
    with house(migrated_url, tmp_path, book=BOOK, words=plain_words(tmp_path, BOOK), clock=clock) as built:
        yield built


def begun(home: House, address: Address = AN, *, willing: bool = True) -> Held:
    def work(unit: Connection) -> Held:
        held = conversations.load(unit, {address: True}, Talk(BOOK.name(BOOK.start)), NOON, {"telegram"})[address]
        if willing:
            agree(unit, held)
        return held

    return home.store.write_now(work)


def agree(unit: Connection, held: Held) -> None:
    row = {
        "conversation_id": held.id,
        "subject_id": held.subject_id,
        "kind": "remind",
        "given_at": NOON,
        "withdrawn_at": None,
    }
    unit.execute(insert(CONSENT), [row])


def subject(held: Held) -> int:
    assert held.subject_id is not None
    return held.subject_id


def set_(home: House, held: Held, kind: Kind, due: datetime, times: int = 1) -> None:
    home.store.write_now(lambda unit: put(unit, held.id, subject(held), kind, due, times=times))


def planned(home: House, held: Held, journey: Journey, at: datetime) -> dict[str, tuple[datetime, int]]:
    """What stands after a message, in Vietnam's time."""

    def work(unit: Connection) -> dict[str, tuple[datetime, int]]:
        plan(unit, held.id, subject(held), journey, held.talk, at)
        return {r.kind: (r.due.astimezone(VIETNAM), r.sent) for r in unit.execute(select(REMINDER)) if r.sent < 2}

    return home.store.write_now(work)


def bell(home: House, clock: StillClock) -> tuple[Reminders, Bell]:
    door = Bell(home.store)
    return Reminders(home.store, door, clock, BOOK, lambda _: None), door


# ---- what is set ----

NOTICED = Journey(reports=(Report.APPROVED,), noticed_on=date(2026, 11, 22))


def test_the_seven_days_are_told_three_days_and_one_day_before_the_last(home: House) -> None:
    stands = planned(home, begun(home), NOTICED, NOON)
    assert stands == {"seven_days": (here(26, 9), 0), "stopped": (here(25, 9), 1)}


def test_after_the_first_of_them_only_the_second_is_set(home: House) -> None:
    held = begun(home)
    assert planned(home, held, NOTICED, here(27, 10))["seven_days"] == (here(28, 9), 1)
    assert "seven_days" not in planned(home, held, NOTICED, here(28, 10))


def test_what_is_done_is_reminded_of_no_more(home: House) -> None:
    held = begun(home)
    planned(home, held, NOTICED, NOON)
    activated = replace(NOTICED, truth=(Report.ACTIVATED,))
    assert set(planned(home, held, activated, NOON)) == {"stopped"}
    assert planned(home, held, replace(NOTICED, reports=(Report.LOGGED_IN,)), NOON) == {}


def test_without_a_yes_nothing_is_set_and_a_no_counts_at_once(home: House) -> None:
    held = begun(home, willing=False)
    assert planned(home, held, NOTICED, NOON) == {}
    home.store.write_now(lambda unit: agree(unit, held))
    assert len(planned(home, held, NOTICED, NOON)) == 2
    home.store.write_now(lambda unit: unit.execute(update(CONSENT).values(withdrawn_at=NOON)))
    assert home.store.write_now(lambda unit: reminders.due(unit, here(26, 10), "")) == []


def test_where_nothing_changes_nothing_is_written(home: House) -> None:
    held, beside = begun(home), begun(home, BINH)
    turns = [Planned(h.id, subject(h), NOTICED, h.talk) for h in (held, beside)]
    home.store.write_now(lambda unit: reminders.plan_together(unit, turns, NOON))

    def written(unit: Connection) -> int:
        statements: list[str] = []
        raw = unit.execution_options()
        from sqlalchemy import event

        def note(*told: object) -> None:
            statements.append(str(told[2]).split()[0])

        event.listen(raw.engine, "before_cursor_execute", note)
        reminders.plan_together(unit, turns, NOON + timedelta(hours=3))
        event.remove(raw.engine, "before_cursor_execute", note)
        assert statements == ["SELECT", "SELECT"]
        return len(statements)

    assert home.store.write_now(written) == 2


def test_a_visit_is_reminded_of_the_evening_before(home: House) -> None:
    held = begun(home)

    def visits(unit: Connection) -> list[bool]:
        return [
            reminders.visit(unit, held.id, subject(held), day, NOON) for day in (date(2026, 11, 22), date(2026, 11, 24))
        ]

    assert home.store.write_now(visits) == [False, True]
    assert planned(home, held, Journey(), NOON)["visit"] == (here(23, 18), 1)


# ---- when it may be said ----


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (here(22, 20, 59), here(22, 20, 59)),
        (here(22, 21, 0), here(23, 7, 30)),
        (here(22, 23, 59), here(23, 7, 30)),
        (here(23, 0, 0), here(23, 7, 30)),
        (here(23, 6, 59), here(23, 7, 30)),
        (here(23, 7, 0), here(23, 7, 0)),
    ],
)
def test_the_night_is_quiet(moment: datetime, said: datetime) -> None:
    assert allowed(moment) == said
    assert allowed(moment.astimezone(UTC)) == said


async def test_what_falls_into_the_night_is_said_in_the_morning(home: House, clock: StillClock) -> None:
    set_(home, begun(home), Kind.STOPPED, here(22, 21, 30))
    loop, door = bell(home, clock)
    for moment in (here(22, 21, 30), here(23, 3), here(23, 6, 59)):
        clock.time = moment
        assert await loop.tell() == 0
    clock.time = here(23, 7, 30)
    assert await loop.tell() == 1
    assert door.kinds() == ["stopped"]


async def test_one_a_day_and_two_for_one_thing(home: House, clock: StillClock) -> None:
    held = begun(home)
    set_(home, held, Kind.SEVEN_DAYS, here(23, 9), times=2)
    set_(home, held, Kind.STOPPED, here(23, 8))
    set_(home, held, Kind.VISIT, here(24, 18))
    loop, door = bell(home, clock)
    told = []
    for hour in range(24 * 5):
        clock.time = here(22, 12) + timedelta(hours=hour)
        before = len(door.heard)
        await loop.tell()
        told += [(clock.time.day, clock.time.hour, k) for k in door.kinds()[before:]]
    assert told == [(23, 8, "stopped"), (24, 8, "seven_days"), (25, 9, "seven_days")]
    assert [e.what.sent for e in door.heard if isinstance(e.what, Reminded) and e.what.kind == "seven_days"] == [0, 1]


async def test_never_while_a_person_of_the_staff_is_there(home: House, clock: StillClock) -> None:
    held = begun(home)
    set_(home, held, Kind.STOPPED, here(23, 9))
    opened = home.store.write_now(lambda unit: handover.take(unit, held.id, 7, "sen vàng", 0, NOON))
    assert opened is not None
    loop, door = bell(home, clock)
    clock.time = here(23, 10)
    assert await loop.tell() == 0
    home.store.write_now(lambda unit: handover.let_go(unit, opened, clock.time))
    assert await loop.tell() == 1
    assert door.kinds() == ["stopped"]


@pytest.mark.parametrize("silence", ["blocked", "stop", "web"])
async def test_never_to_who_cannot_be_reached_or_said_stop(home: House, clock: StillClock, silence: str) -> None:
    held = begun(home)
    set_(home, held, Kind.STOPPED, here(23, 9))
    stop = BOOK.signs[Sign.STOP]
    was: dict[str, object] = {"muted": "", "place": BOOK.name(BOOK.start), "lane": held.lane}
    silences: dict[str, dict[str, object]] = {
        "blocked": {"muted": "blocked"},
        "stop": {"place": BOOK.name(stop)},
        "web": {"lane": -1},
    }
    now = silences[silence]
    this = update(CONVERSATION)
    home.store.write_now(lambda unit: unit.execute(this.values(**(was | now))))
    loop, door = bell(home, clock)
    clock.time = here(23, 10)
    assert await loop.tell() == 0
    home.store.write_now(lambda unit: unit.execute(this.values(**was)))  # they wrote again
    assert await loop.tell() == 1
    assert door.heard[0].what == Reminded("stopped", subject(held), 1)


async def test_what_is_no_help_any_more_is_passed_over(home: House, clock: StillClock) -> None:
    """The house was down: "tomorrow" must not be said the day after, and the second of two is told in its place."""
    held, beside = begun(home), begun(home, BINH)
    set_(home, held, Kind.VISIT, here(23, 18))
    set_(home, beside, Kind.SEVEN_DAYS, here(23, 9), times=2)
    loop, door = bell(home, clock)
    clock.time = here(25, 9, 5)
    assert await loop.tell() == 1
    assert [(e.address, e.what) for e in door.heard] == [(BINH, Reminded("seven_days", subject(beside), 1))]
    assert await loop.tell() == 0


# ---- once ----


async def test_a_death_between_telling_and_noting_tells_it_once(home: House, clock: StillClock) -> None:
    held = begun(home)
    set_(home, held, Kind.STOPPED, here(23, 9))
    loop, door = bell(home, clock)
    clock.time = here(23, 10)
    await loop.tell()
    home.store.write_now(lambda unit: unit.execute(update(REMINDER).values(sent=1, last=None)))  # as if never noted
    assert await loop.tell() == 0
    assert door.kinds() == ["stopped"]
    assert home.store.write_now(lambda unit: unit.execute(select(REMINDER.c.sent)).scalar_one()) == 2


async def test_two_processes_tell_each_once(home: House, clock: StillClock) -> None:
    """Two stores over one database, asked at the same moments, ten conversations."""
    clock.time = here(23, 10)
    for n in range(10):
        set_(home, begun(home, Address("telegram", "1", f"c{n}")), Kind.STOPPED, here(23, 9))
    second = Store(home.store.url.render_as_string(hide_password=False))
    try:
        doors = [Bell(home.store), Bell(second)]
        loops = [Reminders(s, d, clock, BOOK, lambda _: None) for s, d in zip((home.store, second), doors, strict=True)]
        for _ in range(3):
            await asyncio.gather(*(loop.tell() for loop in loops))
        assert len(doors[0].heard) + len(doors[1].heard) == 10

        def kept(unit: Connection) -> tuple[int, int]:
            seen = unit.execute(select(INBOX.c.external_id).where(INBOX.c.kind == "reminded")).all()
            open_ = unit.execute(text("SELECT count(*) FROM reminder WHERE sent < 2")).scalar_one()
            return len(seen), open_

        assert await second.read(kept) == (10, 0)
    finally:
        second.close()
