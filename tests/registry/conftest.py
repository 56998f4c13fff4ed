import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, delete

from bot.registry.registry import Registry, build
from storage.registry import accounts
from storage.registry.answers import ANSWER
from storage.registry.applications import APPLICATION
from storage.registry.changes import CHANGE, COUNTER
from storage.registry.codes import CODE
from storage.registry.consents import CONSENT
from storage.registry.handsets import HANDSET
from storage.registry.limits import LIMIT
from storage.registry.linking import LINK, LOOK
from storage.registry.requests import REQUEST
from storage.registry.sms import SMS
from storage.vault import Vault
from tests.registry.office import IN_TESTS, KEY, NOON, Clock, Office, visited

if TYPE_CHECKING:
    from tests.kit.postgres import Databases

GROWING = (HANDSET, ANSWER, LIMIT, CHANGE, REQUEST, CODE, SMS, APPLICATION, CONSENT, LINK, LOOK)


@pytest.fixture(scope="session")
def shared(shared_sqlite: str) -> Iterator[Callable[[str], Registry]]:
    """A registry by its database, built once for many tests: emptying one is ten times cheaper than making it."""
    made: dict[str, Registry] = {}
    with contextlib.ExitStack() as stack:

        def registry(url: str) -> Registry:
            if url not in made:
                made[url] = stack.enter_context(build(url, Vault(KEY), IN_TESTS, clock=Clock()))
            return made[url]

        yield registry


@pytest.fixture(scope="session")
def shared_sqlite(migrated_sqlite: Path) -> Iterator[str]:
    """A database of many tests, in memory where there is room: whether it survives a power cut is not tried here."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 2**28
    with tempfile.TemporaryDirectory(prefix="donghanh-registry-", dir=memory if roomy else None) as folder:
        yield f"sqlite:///{shutil.copy(migrated_sqlite, Path(folder) / 'registry.sqlite')}"


@pytest.fixture(params=("sqlite", "postgres"))
def database_url(request: pytest.FixtureRequest) -> str:
    """The database that the tests of one engine share (here alone: elsewhere each test has a new one)."""
    url: str = request.getfixturevalue("shared_sqlite" if request.param == "sqlite" else "shared_postgres")
    return url


@pytest.fixture(scope="session")
def shared_postgres(postgres: "Databases", migrated_postgres: str) -> str:
    """A database of many tests."""
    return postgres.create(template=migrated_postgres)


@pytest.fixture
async def house(database_url: str, shared: Callable[[str], Registry]) -> AsyncIterator[Office]:
    """A registry on SQLite and on PostgreSQL, with sixty invented people and the cheapest hashes, and nothing in it yet."""
    async with visited(emptied(shared(database_url))) as office:
        yield office


@pytest.fixture
async def one_house(shared_sqlite: str, shared: Callable[[str], Registry]) -> AsyncIterator[Office]:
    """The same on SQLite alone, for what does not depend on the database: what may be asked, and in which words."""
    async with visited(emptied(shared(shared_sqlite))) as office:
        yield office


def emptied(registry: Registry) -> Registry:
    """The registry as on its first day."""

    def empty(unit: Connection) -> None:
        for table in GROWING:
            unit.execute(delete(table))
        unit.execute(COUNTER.update().values(value=0))
        for person, file in accounts.lock(unit, range(1, IN_TESTS.people + 1)).items():
            if file != accounts.File(person):
                accounts.keep(unit, accounts.File(person))

    registry.store.write_now(empty)
    assert isinstance(registry.clock, Clock)
    registry.clock.time = NOON
    for n in range(1, IN_TESTS.people + 1):
        if registry.inbox is not None:
            registry.inbox.empty(registry.people.person(n).phone.reveal())
    return registry
