"""What every test may ask for: real databases, a real browser; and what a run must not leave out unsaid."""

import asyncio
import os
import shutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.kit import chromium as chromium_here

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.kit.postgres import Databases

# The same examples in every run, so that a red run can be run again; `HYPOTHESIS_PROFILE=deep` looks further, with
# new ones.
# No deadline: it would measure the machine's other work.
settings.register_profile("same", derandomize=True, deadline=None, database=None, print_blob=True)
settings.register_profile(
    "deep", deadline=None, max_examples=2_000, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

ENGINES = ("sqlite", "postgres")


# ---- databases ----


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A new SQLite file, not there yet. For what only SQLite has; storage is tried through `database_url`."""
    return f"sqlite:///{tmp_path / 'house.sqlite'}"


@pytest.fixture(scope="session")
def postgres() -> Iterator["Databases"]:
    """This process's PostgreSQL server (starts in about a second, when the first test asks)."""
    from tests.kit.postgres import databases

    with databases() as those:
        yield those


@pytest.fixture
def postgres_url(postgres: "Databases") -> Iterator[str]:
    """A new, empty PostgreSQL database. For what only PostgreSQL has; storage is tried through `database_url`."""
    url = postgres.create()
    yield url
    postgres.drop(url)


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest) -> str:
    """A new, empty database. The test runs on SQLite and on PostgreSQL; a run that leaves one out fails."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all our tables, to copy."""
    from storage.migrations import upgrade

    file = tmp_path_factory.mktemp("migrated") / "house.sqlite"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_postgres(postgres: "Databases") -> str:
    """The name of a PostgreSQL database with all our tables, to copy."""
    from sqlalchemy import make_url

    from storage.migrations import upgrade

    url = postgres.create()
    upgrade(url)
    return make_url(url).database or ""


@pytest.fixture(params=ENGINES)
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """As `database_url`, with all our tables and no rows: a copy, where migrating costs each test 30 to 100 ms."""
    if request.param == "sqlite":
        copy = shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "house.sqlite")
        yield f"sqlite:///{copy}"
        return
    postgres: Databases = request.getfixturevalue("postgres")
    url = postgres.create(template=request.getfixturevalue("migrated_postgres"))
    yield url
    postgres.drop(url)


# ---- a browser ----


@pytest.fixture(scope="session")
def launched() -> Iterator["Browser"]:
    """One Chromium for all browser tests of a process."""
    path = chromium_here.executable()
    if path is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    playwright = sync_playwright().start()
    browser = playwright.chromium.launch(executable_path=path, args=list(chromium_here.ARGUMENTS))
    asyncio._set_running_loop(None)
    yield browser
    asyncio._set_running_loop(browser._loop)
    browser.close()
    playwright.stop()
    asyncio._set_running_loop(None)


@pytest.fixture
def chromium(launched: "Browser") -> Iterator["Browser"]:
    """A running Chromium, by Playwright's synchronous interface: for tests that are plain functions.

    Between its calls Playwright leaves its event loop marked as running in this thread, so a test that has this fixture
    cannot call `asyncio.run`: what it needs served runs in a thread or as a process. The mark is taken away after each
    test, or every asynchronous test behind it would fail.
    """
    asyncio._set_running_loop(launched._loop)
    yield launched
    for context in launched.contexts:
        context.close()
    asyncio._set_running_loop(None)


@pytest.fixture
def page(chromium: "Browser") -> "Page":
    """An empty page of a citizen's browser: Vietnamese, in Vietnam's time, with nothing kept from the test before."""
    return chromium.new_context(locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh").new_page()


# ---- what a run must not leave out unsaid ----


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        names = getattr(item, "fixturenames", ())
        if "launched" in names:
            item.add_marker("browser")
        callspec = getattr(item, "callspec", None)
        engine = callspec and (callspec.params.get("database_url") or callspec.params.get("migrated_url"))
        if engine == "postgres" or "postgres" in names:
            item.add_marker("postgres")
        if engine in ENGINES:
            # Engine and test, the two runs of one test under one name. Properties travel with xdist's reports.
            name = item.nodeid.replace("sqlite", "*").replace("postgres", "*")
            item.user_properties.append(("database", f"{engine} {name}"))


class Whole:
    """Watches that no test of storage ran on one database only, and that unrun browser tests are spoken of."""

    def __init__(self, narrowed: bool) -> None:
        self._narrowed = narrowed
        self._ran: dict[str, set[str]] = defaultdict(set)
        self._without_browser: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and "browser" in report.keywords:
            self._without_browser.add(report.nodeid)
            return
        for key, value in report.user_properties:
            if key == "database":
                engine, name = str(value).split(" ", 1)
                ran = self._ran[name]
                if not report.skipped and report.when == "call":
                    ran.add(engine)

    def _halves(self) -> list[str]:
        if self._narrowed:
            return []
        return sorted(name for name, ran in self._ran.items() if len(ran) < len(ENGINES))

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._halves() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        halves = self._halves()
        if halves:
            terminalreporter.section("NOT ON BOTH DATABASES", red=True, bold=True)
            terminalreporter.line("A test of storage runs on SQLite and on PostgreSQL, or the run fails. Not so:")
            for name in halves:
                terminalreporter.line(f"  {name}: ran on {', '.join(sorted(self._ran[name])) or 'neither'}")
        if self._without_browser:
            terminalreporter.section("browser", yellow=True, bold=True)
            terminalreporter.line(
                f"BROWSER TESTS NOT RUN: {len(self._without_browser)}, for want of a Chromium. "
                "Nothing that a person sees in a browser was tried.",
                yellow=True,
                bold=True,
            )


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return  # a worker of xdist sees its own share only
    option = config.option
    # A developer who asks for some tests gets those; the rule is for the runs that claim to have tried everything.
    narrowed = bool(
        option.keyword
        or option.markexpr
        or option.deselect
        or option.maxfail
        or option.collectonly
        or getattr(option, "lf", False)
        or getattr(option, "stepwise", False)
        or any("::" in argument for argument in config.args)
    )
    config.pluginmanager.register(Whole(narrowed), "donghanh-whole")
