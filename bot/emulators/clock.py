"""The emulators' only time: it runs as fast as it is told, stands still if told, and can be moved on."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

# How long `advance` waits for what is on the wire before it lets time pass all the same: real seconds.
PATIENCE = 5.0
CALM = 25  # turns of the event loop without work; then nothing is on its way from one task to another


class Clock:
    """Emulated seconds since 1970. `factor`: emulated seconds in a real one; 0 stands still until it is moved.

    Every window, expiry, retry and wait of an emulator goes by it, so that a week costs nothing. It fits where the house wants a
    clock (`now`, `sleep_until`), so a house and an emulator of one test can share one.
    """

    def __init__(self, start: float | None = None, factor: float = 1.0) -> None:
        self._factor = factor
        self._since = time.monotonic()
        self._start = time.time() if start is None else start
        self._sleepers: dict[asyncio.Future[None], float] = {}
        self._working: set[asyncio.Task[Any] | None] = set()
        self.over = asyncio.Event()  # the emulator ends: nobody waits any longer

    # ---- reading ----

    def time(self) -> float:
        """Emulated unix time, in seconds."""
        return self._start + (time.monotonic() - self._since) * self._factor

    def now(self) -> datetime:
        """The same, aware, UTC."""
        return datetime.fromtimestamp(self.time(), UTC)

    def ms(self) -> int:
        """The same in milliseconds, as both Zalo products count."""
        return int(self.time() * 1000)

    @property
    def factor(self) -> float:
        return self._factor

    @property
    def stands(self) -> bool:
        return self._factor == 0

    # ---- setting ----

    def run_at(self, factor: float) -> None:
        """Change the speed; what sleeps takes it into account at once."""
        self._start, self._since = self.time(), time.monotonic()
        self._factor = factor
        self._wake()

    def stand(self) -> None:
        """Stand still: from now on time passes only by `forward`, `set` and `advance`."""
        self.run_at(0)

    def run(self) -> None:
        """Run as the machine's time does, from where it stands."""
        self.run_at(1)

    def forward(self, seconds: float) -> None:
        """Move on at once, past whatever was due in between; who waits for that goes on."""
        self._start += seconds
        self._wake()

    def set(self, moment: datetime) -> None:
        """Make it that moment (aware)."""
        self.forward(moment.timestamp() - self.time())

    def end(self) -> None:
        """Let everyone go who waits: the emulator is about to stop."""
        self.over.set()
        self._wake()

    async def advance(self, seconds: float) -> None:
        """Move on from one due moment to the next, and let what wakes up do its work before time goes on."""
        until = self.time() + seconds
        await self.quiet()
        while (due := min(self._sleepers.values(), default=until + 1)) < until:
            self.forward(max(0.0, due - self.time()))
            await self.quiet()
        self.forward(max(0.0, until - self.time()))
        await self.quiet()

    async def quiet(self, patience: float = PATIENCE) -> None:
        """Return when nothing of the emulator's is being done, or after `patience` real seconds."""
        calm, latest = 0, time.monotonic() + patience
        while calm < CALM and time.monotonic() < latest:
            await asyncio.sleep(0.0005 if self._working else 0)
            calm = 0 if self._working else calm + 1

    # ---- waiting ----

    async def sleep(self, seconds: float) -> None:
        """Return when that many emulated seconds are over."""
        await self._until(self.time() + seconds)

    async def sleep_until(self, moment: datetime) -> None:
        """Return when `moment` has come."""
        await self._until(moment.timestamp())

    async def wait(self, event: asyncio.Event, until: float | None = None) -> bool:
        """True when the event was set, False when the emulated time `until` came first."""
        setting = asyncio.ensure_future(event.wait())
        due = asyncio.ensure_future(self._until(until)) if until is not None else None
        try:
            with self.rest():
                await asyncio.wait([t for t in (setting, due) if t], return_when=asyncio.FIRST_COMPLETED)
            return event.is_set()
        finally:
            setting.cancel()
            if due:
                due.cancel()

    async def _until(self, due: float) -> None:
        while (left := due - self.time()) > 0 and not self.over.is_set():
            woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._sleepers[woken] = due
            try:
                with self.rest():
                    await asyncio.wait([woken], timeout=left / self._factor if self._factor else None)
            finally:
                self._sleepers.pop(woken, None)

    def _wake(self) -> None:
        for woken in list(self._sleepers):
            woken.get_loop().call_soon_threadsafe(_settle, woken)

    # ---- being busy ----

    @contextmanager
    def work(self) -> Iterator[None]:
        """What this task does within is waited for by `advance` (except while it sleeps on this clock)."""
        task = asyncio.current_task()
        if task in self._working:
            yield
            return
        self._working.add(task)
        try:
            yield
        finally:
            self._working.discard(task)

    @contextmanager
    def rest(self) -> Iterator[None]:
        """Waiting, in the middle of work."""
        task = asyncio.current_task()
        working = task in self._working
        self._working.discard(task)
        try:
            yield
        finally:
            if working:
                self._working.add(task)


def _settle(woken: asyncio.Future[None]) -> None:
    if not woken.done():
        woken.set_result(None)
