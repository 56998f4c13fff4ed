"""The tests' own tools: databases that are real and empty, a browser that leaves asynchronous tests alone."""

import asyncio
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, inspect, text

from storage.migrations import upgrade

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_a_database_is_real_and_empty(database_url: str) -> None:
    engine = create_engine(database_url)
    try:
        assert inspect(engine).get_table_names() == []
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE only_here (word VARCHAR(20))"))
            connection.execute(text("INSERT INTO only_here VALUES ('Đồng Hành')"))
            assert connection.execute(text("SELECT word FROM only_here")).scalar_one() == "Đồng Hành"
    finally:
        engine.dispose()


def test_the_next_one_is_empty_again(database_url: str) -> None:
    test_a_database_is_real_and_empty(database_url)


def test_a_migrated_one_has_our_tables(migrated_url: str) -> None:
    assert upgrade(migrated_url) is False
    engine = create_engine(migrated_url)
    try:
        assert "alembic_version" in inspect(engine).get_table_names()
    finally:
        engine.dispose()


def test_a_page_shows_vietnamese(page: "Page") -> None:
    page.set_content("<h1>Chào bác, cháu là Đồng Hành</h1>")
    assert page.get_by_role("heading").inner_text() == "Chào bác, cháu là Đồng Hành"
    assert page.evaluate("navigator.language") == "vi-VN"


async def test_an_asynchronous_test_behind_a_browser_test_runs() -> None:
    await asyncio.sleep(0)


def test_and_a_browser_test_behind_that(page: "Page") -> None:
    assert page.evaluate("1 + 1") == 2
