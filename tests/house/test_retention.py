"""What people were told is kept for ninety days is gone after them, and nothing else is; a clock that lies erases nothing."""

import asyncio
import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from bot import retention
from bot.commands import retention as retention_command
from bot.house import House
from bot.message import Event, Typed
from bot.ports import LocalWake
from bot.retention import Retention
from flows.speech import Address, Opened
from storage import aside, audit, erasing, marks
from storage.erasing import CONSENT
from tests.kit.book import BOOK
from tests.kit.build import NOON, StillClock, house, plain_words
from tests.kit.everything import clear_words

AN, BINH = Address("web", "main", "an"), Address("web", "main", "binh")


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def home(migrated_url: str, tmp_path: Path, clock: StillClock) -> Iterator[House]:
    with house(migrated_url, tmp_path, book=BOOK, words=plain_words(tmp_path, BOOK), clock=clock) as built:
        yield built


def sweeps(home: House, keep_days: int = 90) -> Retention:
    return Retention(home.store, home.vault, home.clock, keep_days)


async def counts(home: House) -> list[int]:
    tables = ("conversation", "subject", "message", "outbox", "inbox")
    return await home.store.read(
        lambda unit: [unit.execute(text(f"SELECT count(*) FROM {t}")).scalar_one() for t in tables]
    )


async def test_a_conversation_that_fell_silent_goes_whole_and_a_living_one_stays(
    home: House, clock: StillClock
) -> None:
    await home.turn.take(Event(AN, "1", Opened()))
    clock.on(days=60)
    await home.turn.take(Event(BINH, "1", Opened()))
    clock.on(days=31)
    assert await sweeps(home).step() == 1
    assert await counts(home) == [1, 1, 1, 1, 1]
    assert (await home.mailbox.newest(AN, 30))[0] == []


async def test_of_a_living_conversation_what_was_said_long_ago_goes_at_night(home: House, clock: StillClock) -> None:
    await home.turn.take(Event(AN, "1", Opened()))
    clock.on(days=80)
    await home.turn.take(Event(AN, "2", Typed("vẫn đây")))
    clock.on(days=20)
    assert await sweeps(home).whole() == 0
    assert [m.number for m in (await home.mailbox.newest(AN, 30))[0]] == [2, 3]
    assert await counts(home) == [1, 1, 2, 1, 1]


async def test_ids_of_what_came_go_after_thirty_days_and_what_was_said_stays(home: House, clock: StillClock) -> None:
    await home.turn.take(Event(AN, "1", Opened()))
    clock.on(days=31)
    await sweeps(home).whole()
    assert await counts(home) == [1, 1, 1, 1, 0]


async def test_nothing_goes_before_its_day(home: House, clock: StillClock) -> None:
    await home.turn.take(Event(AN, "1", Opened()))
    clock.on(days=29, hours=23)
    assert await sweeps(home).whole() == 0
    assert await counts(home) == [1, 1, 1, 1, 1]
    clock.on(days=60)
    assert await sweeps(home).step() == 0
    assert await counts(home) == [1, 1, 1, 1, 1]


async def test_what_had_been_agreed_to_stays_as_evidence_without_whom(home: House, clock: StillClock) -> None:
    taken = await home.turn.take(Event(AN, "1", Opened()))
    row = {
        "conversation_id": taken.conversation_id,
        "subject_id": 5,
        "kind": "remind",
        "given_at": NOON,
        "withdrawn_at": None,
    }
    await home.store.write(lambda unit: unit.execute(insert(CONSENT), [row]))
    clock.on(days=90, hours=1)
    home.store.write_now(lambda unit: marks.write(unit, home.vault, retention.SWEPT, clock.now().isoformat()))
    assert await sweeps(home).step() == 1
    (entry,) = await home.store.read(lambda unit: audit.newest(unit))
    assert entry.detail == {"consents": "remind 2026-11-22", "why": "old"}
    assert home.store.write_now(lambda unit: unit.execute(text("SELECT count(*) FROM consent")).scalar_one()) == 0


# ---- a clock that cannot be right ----


async def test_a_clock_behind_the_newest_message_erases_nothing_until_it_is_right(
    home: House, clock: StillClock, caplog: pytest.LogCaptureFixture
) -> None:
    await home.turn.take(Event(AN, "1", Opened()))
    clock.on(days=100)
    await home.turn.take(Event(BINH, "1", Opened()))
    clock.on(hours=-1)
    before = await counts(home)
    assert await sweeps(home).whole() == await sweeps(home).step() == 0
    assert await counts(home) == before
    assert caplog.text.count("Nothing is erased: the newest message is of 2027-03-02 05:00 UTC") == 2
    clock.on(hours=1)
    assert await sweeps(home).step() == 1


async def test_a_clock_that_jumps_further_ahead_than_anything_is_kept_erases_nothing(
    home: House, clock: StillClock, caplog: pytest.LogCaptureFixture
) -> None:
    await home.turn.take(Event(AN, "1", Opened()))
    await sweeps(home).step()
    clock.on(days=91)
    await home.turn.take(Event(BINH, "1", Opened()))  # life goes on under the wrong clock, which proves nothing
    assert await sweeps(home).whole() == 0
    assert (await counts(home))[0] == 2
    assert "91 days after the house last looked" in caplog.text
    clock.on(days=-91)
    assert await sweeps(home).step() == 0
    assert "the newest message is of 2027-02-21" in caplog.text
    # Somebody looks and says that the clock is right as it is now; nothing that is not old goes.
    home.store.write_now(lambda unit: retention.believe(unit, home.vault, clock.now()))
    assert await sweeps(home).whole() == 0
    assert await sweeps(home).hindrance(clock.now()) == ""
    clock.on(days=90, hours=1)
    home.store.write_now(lambda unit: retention.believe(unit, home.vault, clock.now()))
    assert await sweeps(home).step() == 1
    assert (await counts(home))[0] == 1


async def test_two_machines_whose_clocks_differ_by_minutes_hinder_nothing(home: House, clock: StillClock) -> None:
    await home.turn.take(Event(AN, "1", Opened()))
    clock.on(minutes=-4)
    assert await sweeps(home).hindrance(clock.now()) == ""
    clock.on(minutes=-2)
    assert await sweeps(home).hindrance(clock.now()) != ""


def test_the_command_says_it_and_lets_a_person_say_that_the_clock_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path}/data/h.db"
    monkeypatch.setenv("DONGHANH_DATABASE_URL", url)
    monkeypatch.setenv("DONGHANH_KEY_FILE", str(tmp_path / "test.key"))
    clock = StillClock(datetime.now(UTC) + timedelta(days=400))
    with house(url, tmp_path, clock=clock) as home:
        asyncio.run(home.turn.take(Event(AN, "1", Opened())))
    assert retention_command.main([]) == 1
    assert "--clock-is-right" in capsys.readouterr().out
    assert retention_command.main(["--clock-is-right"]) == 0
    assert retention_command.main([]) == 0
    assert "90 days" in capsys.readouterr().out


# ---- the loop ----


class Nights(StillClock):
    """Compresses time, and lets others go on between two moments."""

    async def sleep_until(self, moment: datetime) -> None:
        await asyncio.sleep(0)
        self.time = max(self.time, moment)


async def test_the_whole_is_done_once_a_night_at_three_in_vietnam(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, done = Nights(), list[str]()

    class Noted(Retention):
        async def whole(self) -> int:
            done.append(f"{self.clock.now():%d %H:%M}")
            await self._swept(self.clock.now(), retention.WHOLE)
            return 0

        async def step(self) -> int:
            if len(done) == 3:
                raise asyncio.CancelledError
            return 0

    with contextlib.suppress(asyncio.CancelledError):
        await Noted(home.store, home.vault, clock, 90).run(LocalWake())
    # 20:00 UTC is three in the morning in Vietnam. The first is at the start: nobody knows when it was done last.
    assert done == ["22 05:00", "22 20:00", "23 20:00"]


@pytest.fixture
def file_url(tmp_path: Path, migrated_sqlite: Path) -> str:
    """A SQLite file in a folder of its own."""
    file = tmp_path / "data" / "house.db"
    file.parent.mkdir()
    file.write_bytes(migrated_sqlite.read_bytes())
    return f"sqlite:///{file}"


async def test_what_somebody_erases_leaves_no_trace_within_a_minute(tmp_path: Path, file_url: str) -> None:
    """The house runs; a person says something, erases it, and the files are searched while it still runs."""
    url = file_url
    with house(url, tmp_path, book=BOOK, words=plain_words(tmp_path, BOOK)) as home:
        loop = asyncio.create_task(Retention(home.store, home.vault, NoHurry(), 90).run(home.wake))
        await home.turn.take(Event(AN, "1", Opened()))
        await home.turn.take(Event(AN, "2", Typed("hoa sim tím trên đồi vắng")))
        planted = ["hoa sim tím trên đồi vắng"]
        assert clear_words(url, planted) == planted
        await home.mailbox.forget(AN)
        for _ in range(200):
            if not clear_words(url, planted):
                break
            await asyncio.sleep(0.02)
        assert clear_words(url, planted) == []
        loop.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await loop


class NoHurry(StillClock):
    """An hour that does not end within a test."""

    async def sleep_until(self, moment: datetime) -> None:
        await asyncio.Event().wait()


# ---- databases a restore has put aside ----


def test_what_a_restore_put_aside_goes_after_seven_days(tmp_path: Path) -> None:
    database = tmp_path / "house.db"
    old, new = aside.file_name(database, NOON - timedelta(days=8)), aside.file_name(database, NOON - timedelta(days=6))
    other = tmp_path / "house.db.before-restore-of-my-own"
    for file in (database, old, new, other):
        file.write_bytes(b"x")
    assert aside.forget(f"sqlite:///{database}", NOON) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(f.name for f in (database, new, other))


def test_the_same_with_schemas(postgres_url: str) -> None:
    from storage.store import Store

    store = Store(postgres_url)
    old, new = aside.schema_name(NOON - timedelta(days=8)), aside.schema_name(NOON - timedelta(days=6))
    for schema in (old, new):
        store.write_now(lambda unit, schema=schema: unit.execute(text(f"CREATE SCHEMA {schema}")))  # type: ignore[misc]
    assert aside.forget(postgres_url, NOON) == 1
    names = text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before%'")
    assert store.write_now(lambda unit: list(unit.execute(names).scalars())) == [new]
    store.close()
    assert erasing.IDS_KEPT.days == 30
