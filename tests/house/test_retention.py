"""What people were told is kept for ninety days is gone after them, and nothing else is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.main import House
from bot.message import Event, Typed
from bot.retention import erase_what_is_old
from flows.speech import Address, Opened
from tests.kit.book import BOOK
from tests.kit.build import StillClock, house, plain_words

AN, BINH = Address("web", "main", "an"), Address("web", "main", "binh")


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def home(migrated_url: str, tmp_path: Path, clock: StillClock) -> Iterator[House]:
    with house(migrated_url, tmp_path, book=BOOK, words=plain_words(tmp_path, BOOK), clock=clock) as built:
        yield built


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
    assert await erase_what_is_old(home.store, clock, 90) == 1
    assert await counts(home) == [1, 1, 1, 1, 1]
    assert (await home.mailbox.newest(AN, 30))[0] == []


async def test_of_a_living_conversation_what_was_said_long_ago_goes(home: House, clock: StillClock) -> None:
    await home.turn.take(Event(AN, "1", Opened()))
    clock.on(days=80)
    await home.turn.take(Event(AN, "2", Typed("vẫn đây")))
    clock.on(days=20)
    await erase_what_is_old(home.store, clock, 90)
    assert [m.number for m in (await home.mailbox.newest(AN, 30))[0]] == [2, 3]
    assert await counts(home) == [1, 1, 2, 1, 1]


async def test_nothing_goes_before_its_day(home: House, clock: StillClock) -> None:
    await home.turn.take(Event(AN, "1", Opened()))
    clock.on(days=89, hours=23)
    assert await erase_what_is_old(home.store, clock, 90) == 0
    assert await counts(home) == [1, 1, 1, 1, 1]
