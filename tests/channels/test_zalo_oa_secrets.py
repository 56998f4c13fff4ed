"""What the house keeps sealed: of two who change a value a single one does, and no byte of the database tells it."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import text

from storage.secrets import SealedSecrets
from storage.store import Store
from storage.vault import Vault

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
VALUE = "khoá-bí-mật-của-nhà"


@pytest.fixture
def store(migrated_url: str) -> Iterator[Store]:
    opened = Store(migrated_url)
    yield opened
    opened.close()


@pytest.fixture
def secrets(store: Store) -> SealedSecrets:
    return SealedSecrets(store, Vault(bytes(range(32))))


async def test_a_value_that_never_was_is_empty_and_a_swapped_one_is_read_with_its_number(
    secrets: SealedSecrets,
) -> None:
    assert await secrets.read("a") == ("", 0)
    assert await secrets.swap("a", 0, VALUE)
    assert await secrets.read("a") == (VALUE, 1)
    assert await secrets.swap("a", 1, "")
    assert await secrets.read("a") == ("", 2)
    assert await secrets.read("b") == ("", 0)


async def test_whoever_knows_an_older_number_changes_nothing(secrets: SealedSecrets) -> None:
    assert await secrets.swap("a", 0, VALUE)
    assert not await secrets.swap("a", 0, "another")
    assert not await secrets.swap("a", 7, "another")
    assert await secrets.read("a") == (VALUE, 1)


async def test_of_many_who_swap_the_same_version_a_single_one_does(migrated_url: str) -> None:
    stores = [Store(migrated_url) for _ in range(4)]
    all_of_them = [SealedSecrets(store, Vault(bytes(32))) for store in stores]
    for version in range(3):
        done = await asyncio.gather(*(one.swap("a", version, f"{n}") for n, one in enumerate(all_of_them)))
        assert sorted(done) == [False, False, False, True]
        assert await all_of_them[0].read("a") == (str(done.index(True)), version + 1)
    for store in stores:
        store.close()


async def test_a_lease_is_one_holders_until_it_is_over_or_let_go(secrets: SealedSecrets) -> None:
    assert await secrets.lease("a", "first", NOW, NOW + MINUTE)
    assert not await secrets.lease("a", "second", NOW, NOW + MINUTE)
    assert await secrets.lease("a", "first", NOW, NOW + 2 * MINUTE)
    assert not await secrets.lease("a", "second", NOW + MINUTE, NOW + 3 * MINUTE)
    assert await secrets.lease("a", "second", NOW + 2 * MINUTE, NOW + 3 * MINUTE)
    assert await secrets.lease("a", "second", NOW + 2 * MINUTE, NOW + 2 * MINUTE)
    assert await secrets.lease("a", "third", NOW + 2 * MINUTE, NOW + 3 * MINUTE)


async def test_a_lease_touches_no_value_and_a_swap_no_lease(secrets: SealedSecrets) -> None:
    assert await secrets.swap("a", 0, VALUE)
    assert await secrets.lease("a", "first", NOW, NOW + MINUTE)
    assert await secrets.read("a") == (VALUE, 1)
    assert await secrets.swap("a", 1, "newer")
    assert not await secrets.lease("a", "second", NOW, NOW + MINUTE)


async def test_the_database_holds_nothing_of_the_value_and_another_key_or_row_does_not_open_it(
    secrets: SealedSecrets, store: Store
) -> None:
    assert await secrets.swap("a", 0, VALUE)
    kept = await store.read(lambda unit: bytes(unit.execute(text("SELECT value FROM secret")).scalar_one()))
    assert VALUE.encode() not in kept
    with pytest.raises(InvalidTag):
        await SealedSecrets(store, Vault(bytes(32))).read("a")
    await store.write(lambda unit: unit.execute(text("UPDATE secret SET name = 'b'")).rowcount)
    with pytest.raises(InvalidTag):
        await secrets.read("b")
    await store.write(lambda unit: unit.execute(text("UPDATE secret SET name = 'a', version = 5")).rowcount)
    with pytest.raises(InvalidTag):
        await secrets.read("a")
