"""`write(work)` and `read(query)`: one thread owns the writing connection and takes all that waits into one transaction.

Nothing awaits inside a transaction, and nothing is acknowledged before its commit. `work(unit)` is an ordinary function
that may be run again after a rollback, so it must have no effect but its SQL. There is no `commit()` outside this page.
"""

import asyncio
import contextlib
import fcntl
import os
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from storage.engines import READERS, engine_for

T = TypeVar("T")
I = TypeVar("I")  # noqa: E741
R = TypeVar("R")

LARGEST_GROUP = 128
CHECKPOINT_EVERY = 512
MOST_CROSSINGS = 5


class UnavailableError(Exception):
    """The database did not answer (away, full, locked). Nothing was stored; the same write may be tried again."""


class AlreadyServedError(Exception):
    """Another process serves this database file."""


@dataclass(slots=True)
class _Job:
    work: Callable[[Connection], Any] | None
    group: Callable[[Connection, list[Any]], list[Any]] | None
    item: Any
    loop: asyncio.AbstractEventLoop | None  # None: a plain thread waits
    future: "asyncio.Future[Any] | Future[Any]"
    result: Any = None
    error: BaseException | None = None


class Store:
    """A database, SQLite file or PostgreSQL, behind two doors."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.on_sqlite = self.url.get_backend_name() == "sqlite"
        if self.on_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        self._writing = engine_for(url, reading=False)
        self._reading = engine_for(url, reading=True)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-read")
        self._connection: Connection | None = None
        self._commits = 0
        self._crossings = 0
        self._checkpoint_due = threading.Event()
        self._closing = False
        self._served: Any = None
        self._writer = threading.Thread(target=self._write_forever, name="store-write", daemon=True)
        self._writer.start()
        self._checkpointer: threading.Thread | None = None
        if self.on_sqlite:
            self._checkpointer = threading.Thread(target=self._checkpoint_forever, name="store-wal", daemon=True)
            self._checkpointer.start()

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` inside the next transaction and return its result after the commit. Raises what `work` raised
        (nothing of it is then stored), or UnavailableError when the database failed."""
        return await self._hand_over(work, None, None)  # type: ignore[no-any-return]

    async def write_together(self, group: Callable[[Connection, list[I]], list[R]], item: I) -> R:
        """Like `write`, for work that is cheaper in bulk: `group` is called once with the items that wait, in the order
        they came, and returns a result for each. If it raises, it is called anew for each item alone."""
        return await self._hand_over(None, group, item)  # type: ignore[no-any-return]

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run `query` on a read-only connection in one consistent view. UnavailableError when the database failed."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._query, query)

    def write_now(self, work: Callable[[Connection], T]) -> T:
        """Like `write`, for a command or a start that has no event loop yet; waits on the calling thread."""
        if self._closing:
            raise UnavailableError("the store is closed")
        waiting: Future[T] = Future()
        self._jobs.put(_Job(work, None, None, None, waiting))
        return waiting.result()

    def serve(self) -> None:
        """Claim a SQLite file for this process until it ends; AlreadyServedError if another serves it. No-op elsewhere."""
        if not self.on_sqlite or not self.url.database:
            return
        lock = Path(f"{self.url.database}.lock").open("w")  # noqa: SIM115
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise AlreadyServedError(self.url.database) from error
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        self._served = lock

    def close(self) -> None:
        """Finish what waits, then let go of everything."""
        if self._closing:
            return
        self._closing = True
        self._jobs.put(None)
        self._writer.join(timeout=10)
        self._readers.shutdown(wait=True)
        if self._checkpointer:
            self._checkpoint_due.set()
            self._checkpointer.join(timeout=10)
        self._writing.dispose()
        self._reading.dispose()
        if self._served:
            self._served.close()

    async def _hand_over(self, work: Any, group: Any, item: Any) -> Any:
        if self._closing:
            raise UnavailableError("the store is closed")
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[Any] = loop.create_future()
        self._jobs.put(_Job(work, group, item, loop, waiting))
        # A client that hangs up cancels its own waiting, not the write.
        return await asyncio.shield(waiting)

    def _query(self, query: Callable[[Connection], T]) -> T:
        try:
            with self._reading.begin() as unit:
                return query(unit)
        except (OperationalError, InterfaceError) as error:
            raise UnavailableError(_reason(error)) from error

    def _write_forever(self) -> None:
        while (first := self._jobs.get()) is not None:
            jobs = [first]
            last = False
            while len(jobs) < LARGEST_GROUP:
                try:
                    waiting = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if waiting is None:
                    last = True
                    break
                jobs.append(waiting)
            self._take(jobs)
            if last:
                break
        if self._connection is not None:
            self._connection.close()

    def _take(self, jobs: list[_Job]) -> None:
        try:
            if not self._commit(jobs) and len(jobs) > 1:
                for job in jobs:
                    job.result = job.error = None
                    self._commit([job])
        except BaseException as error:
            # The thread must outlive anything, or every later write would wait for ever.
            for job in jobs:
                job.error = job.error or error
        _resolve(jobs)
        self._commits += 1
        if self._commits % CHECKPOINT_EVERY == 0:
            self._checkpoint_due.set()

    def _commit(self, jobs: list[_Job]) -> bool:
        """One transaction for `jobs`. False if the whole must be tried singly; errors of one job stay its own."""
        try:
            unit = self._connected()
            with unit.begin():
                for run in _runs(jobs):
                    _perform(unit, run, alone=len(jobs) == 1)
            self._crossings = 0
            return True
        except (OperationalError, InterfaceError) as error:
            if _crossed(error) and self._crossings < MOST_CROSSINGS:
                # Two senders' locks crossed and the database chose us to step back: nothing was stored, so once more.
                self._crossings += 1
                return self._commit(jobs)
            self._forget_connection()
            away = UnavailableError(_reason(error))
            for job in jobs:
                job.error = away
            return True
        except Exception as error:
            lost = isinstance(error, DBAPIError) and error.connection_invalidated
            if lost:
                self._forget_connection()
            for job in jobs:
                job.error = UnavailableError(_reason(error)) if lost else error
            return lost or len(jobs) == 1

    def _connected(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = self._writing.connect()
        return self._connection

    def _forget_connection(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(Exception):
                self._connection.invalidate()
            with contextlib.suppress(Exception):
                self._connection.close()
            self._connection = None

    def _checkpoint_forever(self) -> None:
        """Move the log into the file off the writer's path; a checkpoint inside a commit costs others 20 ms."""
        while True:
            self._checkpoint_due.wait()
            self._checkpoint_due.clear()
            with contextlib.suppress(Exception), self._reading.connect() as unit:
                raw: Any = unit.connection.dbapi_connection
                raw.execute("PRAGMA query_only=OFF")
                raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
                raw.execute("PRAGMA query_only=ON")
            if self._closing:
                return


def _runs(jobs: list[_Job]) -> Iterator[list[_Job]]:
    """Neighbours of one group function together, everything else alone; the order is kept."""
    run: list[_Job] = []
    for job in jobs:
        if run and (job.group is None or job.group != run[0].group):
            yield run
            run = []
        run.append(job)
    if run:
        yield run


def _perform(unit: Connection, run: list[_Job], *, alone: bool) -> None:
    group = run[0].group
    if group is None:
        job = run[0]
        _behind_savepoint(unit, run, lambda: [job.work(unit)] if job.work else [None], alone=alone)
        return
    whole = _behind_savepoint(unit, run, lambda: group(unit, [job.item for job in run]), alone=alone)
    if not whole and len(run) > 1:
        for job in run:
            job.error = None
            _behind_savepoint(unit, [job], lambda job=job: group(unit, [job.item]), alone=False)  # type: ignore[misc]


def _behind_savepoint(unit: Connection, run: list[_Job], work: Callable[[], list[Any]], *, alone: bool) -> bool:
    try:
        if alone and len(run) == 1:
            results = work()
        else:
            with unit.begin_nested():
                results = work()
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        for job in run:
            job.error = error
        if alone and len(run) == 1:
            raise
        return False
    for job, result in zip(run, results, strict=True):
        job.result = result
    return True


def _resolve(jobs: list[_Job]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop | None, list[_Job]] = {}
    for job in jobs:
        by_loop.setdefault(job.loop, []).append(job)
    _settle(by_loop.pop(None, []))
    for loop, mine in by_loop.items():
        if loop is None:
            continue
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits any more
            loop.call_soon_threadsafe(_settle, mine)


def _settle(jobs: list[_Job]) -> None:
    for job in jobs:
        if job.future.done():
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
            job.future.exception()  # whoever gave up waiting must not cause a warning
        else:
            job.future.set_result(job.result)


def _reason(error: BaseException) -> str:
    """The driver's own words, without statement or parameters: those may hold what a person said."""
    origin = getattr(error, "orig", None)
    return f"{type(origin).__name__}: {origin}" if origin is not None else type(error).__name__


def _crossed(error: BaseException) -> bool:
    """A deadlock or a serialization failure of PostgreSQL: the transaction was undone and may simply be run again."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) in ("40P01", "40001")


def alive(unit: Connection) -> bool:
    """The cheapest question there is."""
    return unit.execute(text("SELECT 1")).scalar() == 1
