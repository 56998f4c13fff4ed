"""The store's two doors: all or nothing, in order, nothing acknowledged before it is kept."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from storage import migrations
from storage.store import AlreadyServedError, Store, UnavailableError

MAKE = "CREATE TABLE note (id BIGINT PRIMARY KEY, said TEXT NOT NULL)"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    store.write_now(lambda unit: unit.execute(text(MAKE)))
    yield store
    store.close()


def note(id_: int, said: str = "x") -> Any:
    return lambda unit: unit.execute(text("INSERT INTO note VALUES (:i, :s)"), {"i": id_, "s": said}).rowcount


def ids(unit: Connection) -> list[int]:
    return [r[0] for r in unit.execute(text("SELECT id FROM note ORDER BY id"))]


async def test_what_was_written_is_read(store: Store) -> None:
    assert await store.write(note(1)) == 1
    assert await store.read(ids) == [1]


async def test_a_write_that_fails_leaves_nothing_and_harms_no_neighbour(store: Store) -> None:
    def half(unit: Connection) -> None:
        note(100)(unit)
        raise ZeroDivisionError

    waiting = (
        [store.write(note(n)) for n in range(20)] + [store.write(half)] + [store.write(note(n)) for n in range(20, 40)]
    )
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(r) for r in results].count(ZeroDivisionError) == 1
    assert await store.read(ids) == list(range(40))


async def test_a_constraint_that_is_broken_is_the_writers_own_error(store: Store) -> None:
    await store.write(note(1))
    results = await asyncio.gather(*(store.write(note(n)) for n in (1, 2, 3)), return_exceptions=True)
    assert [isinstance(r, Exception) for r in results] == [True, False, False]
    assert await store.read(ids) == [1, 2, 3]


async def test_a_group_is_one_call_in_the_order_it_came_and_falls_apart_around_the_one_that_fails(store: Store) -> None:
    calls: list[list[int]] = []

    def group(unit: Connection, items: list[int]) -> list[int]:
        calls.append(items)
        if 13 in items:
            raise ValueError("thirteen")
        for item in items:
            note(item)(unit)
        return [i * 2 for i in items]

    results = await asyncio.gather(*(store.write_together(group, n) for n in range(20)), return_exceptions=True)
    assert results[:13] + results[14:] == [n * 2 for n in range(20) if n != 13]
    assert isinstance(results[13], ValueError)
    assert await store.read(ids) == [n for n in range(20) if n != 13]
    assert max(len(c) for c in calls) > 1
    firsts = [c[0] for c in calls]
    assert firsts == sorted(firsts) or len(calls) > 20


async def test_a_caller_that_gives_up_does_not_undo_the_write(store: Store) -> None:
    task = asyncio.ensure_future(store.write(note(7)))
    await asyncio.sleep(0)
    task.cancel()
    await store.write(note(8))
    assert await store.read(ids) == [7, 8]


async def test_readers_cannot_write(store: Store) -> None:
    with pytest.raises(Exception, match=r"(?i)read.?only|attempt to write"):
        await store.read(note(9))


async def test_a_closed_store_says_so(database_url: str) -> None:
    store = Store(database_url)
    store.close()
    with pytest.raises(UnavailableError):
        await store.write(note(1))


async def test_a_lost_table_is_unavailable_or_an_error_but_never_silence(store: Store) -> None:
    await store.write(lambda unit: unit.execute(text("DROP TABLE note")))
    with pytest.raises(Exception, match="note"):
        await store.write(note(1))
    await store.write(lambda unit: unit.execute(text(MAKE)))
    assert await store.write(note(2)) == 1


def test_the_tables_are_brought_to_the_head_once_and_match_the_page(database_url: str) -> None:
    assert migrations.upgrade(database_url) is True
    assert migrations.upgrade(database_url) is False
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlmodel import SQLModel

    store = Store(database_url)

    def differences(unit: Connection) -> list[Any]:
        options = {"compare_type": True}
        return list(compare_metadata(MigrationContext.configure(unit, opts=options), SQLModel.metadata))

    assert store.write_now(differences) == []
    store.close()


def test_a_second_server_of_one_file_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/one.db"
    first, second = Store(url), Store(url)
    first.serve()
    with pytest.raises(AlreadyServedError):
        second.serve()
    second.close()
    first.close()
    third = Store(url)
    third.serve()
    third.close()


def test_sqlite_is_opened_with_the_manners_that_keep_a_promise(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/m.db")
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    found = store.write_now(lambda u: {p: u.exec_driver_sql(f"PRAGMA {p}").scalar() for p in wanted})
    store.close()
    assert found == wanted
    assert sqlite3.connect(tmp_path / "m.db").execute("PRAGMA integrity_check").fetchone() == ("ok",)
