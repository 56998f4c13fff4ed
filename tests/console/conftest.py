"""A house with the invented commune, on one database or on both."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.applications import Starlette

from bot.console.console import Console
from bot.house import House
from tests.console.desk import WORDS, organise
from tests.console.serving import application, begin_the_console, console_of
from tests.kit.build import StillClock, house

IN_HOURS = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # a Monday, nine in the morning in Vietnam


@pytest.fixture
def clock() -> StillClock:
    return StillClock(IN_HOURS)


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder in memory where there is one: these tests wait for the disk thousands of times, and none is about it."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture
def home(migrated_sqlite: Path, memory: Path, clock: StillClock) -> Iterator[House]:
    """On SQLite: for what is the console's and not the storage's."""
    copy = shutil.copy(migrated_sqlite, memory / "console.sqlite")
    with house(f"sqlite:///{copy}", memory / "keys", clock=clock, catalogue=WORDS) as built:
        built.store.write_now(organise)
        yield built


@pytest.fixture
def both(migrated_url: str, tmp_path: Path, clock: StillClock) -> Iterator[House]:
    """On SQLite and on PostgreSQL."""
    with house(migrated_url, tmp_path, clock=clock, catalogue=WORDS) as built:
        built.store.write_now(organise)
        yield built


@pytest.fixture
def console(home: House) -> Iterator[Console]:
    made = console_of(home)
    begin_the_console(home, made)
    yield made
    made.room.passwords.close()


@pytest.fixture
def app(home: House, console: Console) -> Starlette:
    return application(home, console)
