"""Follows a registry's changes: each one of a subject that somebody here talks about enters by the one door, as an event."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Protocol

from bot.gateways.ends import Feed, Told
from bot.gateways.identity import LONG_POLL, Identity
from bot.message import Event, News
from bot.ports import Clock, Door, UnavailableError
from flows.speech import Address, Changed

FRESH = timedelta(
    minutes=15
)  # where nobody noted how far we had read, only this is told; what is older is heard silently
STALE = timedelta(days=7)  # news older than this is no news, whoever missed it: the case hears it, nobody is told
START = "0"
FIRST, LONGEST = timedelta(seconds=1), timedelta(seconds=30)


# Of a change, and whether it may be told: who hears of it, and as what; None where nobody does, since no change ever begins a
# conversation.
HeardBy = Callable[[Told, bool], Awaitable[tuple[Address, Changed | News] | None]]


class Bookmark(Protocol):
    """Keeps between two starts how far the feed was read."""

    async def read(self) -> str:
        """The cursor that was kept; "" where there is none."""

    async def keep(self, cursor: str) -> None:
        """Keep it in the place of the one before."""


class Follower:
    """Reads the feed from where it stood, also before the last start: what happened while the house was off is told when it
    is back. Whoever falls over between telling and keeping the cursor tells once more: the event bears the change's own name,
    so the door knows it."""

    def __init__(
        self, identity: Identity, door: Door, clock: Clock, heard_by: HeardBy, bookmark: Bookmark,
        counted: Callable[[str], None],
    ) -> None:  # fmt: skip
        """`counted` hears a word for each round that failed by a fault of ours."""
        self._identity, self._door, self._clock = identity, door, clock
        self._heard_by, self._bookmark, self._counted = heard_by, bookmark, counted
        self._cursor, self._kept = "", False
        self._stopping = asyncio.Event()

    @contextlib.asynccontextmanager
    async def at_work(self, opened: Callable[[], Awaitable[None]] | None = None) -> AsyncIterator[None]:
        """Follow for as long as the block runs, beginning when the registry was `opened`."""

        async def follow() -> None:
            if opened is not None:
                await self._unless_stopped(opened())
            await self.run()

        following = asyncio.create_task(follow())
        try:
            yield
        finally:
            self.stop()
            await following

    async def run(self) -> None:
        """Follow until `stop`."""
        pause = FIRST
        while not self._stopping.is_set():
            try:
                went = await self._unless_stopped(self.once(LONG_POLL if pause == FIRST else 0))
            except Exception as error:
                self._counted(f"following_failed_{type(error).__name__}")
                went = False
            if went:
                pause = FIRST
                continue
            await self._unless_stopped(self._clock.sleep_until(self._clock.now() + pause))
            pause = min(pause * 2, LONGEST)

    def stop(self) -> None:
        """End `run`, also while it waits for changes."""
        self._stopping.set()

    async def once(self, wait: int = 0) -> bool:
        """Ask for changes once and tell them; False when the registry or the house did not answer."""
        if not self._cursor:
            kept = await self._bookmark.read()
            self._cursor, self._kept = kept or START, bool(kept)
        heard = await self._identity.changes(self._cursor, wait)
        if not isinstance(heard, Feed):
            return False
        same: Counter[Told] = Counter()
        for change in heard.changes:
            same[change] += 1
            try:
                await self._tell(change, same[change])
            except UnavailableError:
                return False  # the same changes once more: those that were told are known by name
        if heard.cursor != self._cursor or not self._kept:
            await self._bookmark.keep(heard.cursor)
        self._cursor, self._kept = heard.cursor, True
        return True

    async def _tell(self, change: Told, nth: int) -> None:
        age = self._clock.now() - change.at
        heard = await self._heard_by(change, age <= (STALE if self._kept else FRESH))
        if heard is not None:
            address, what = heard
            # Changes have no number of their own: two alike at one moment are told apart by their order.
            whose = f" {what.subject}" if isinstance(what, News) else ""
            await self._door.take(Event(address, f"{change.at.isoformat()} {change.move} {nth}{whose}", what))

    async def _unless_stopped(self, work: Awaitable[bool | None]) -> bool:
        """The result of `work`, or False as soon as we are to stop."""
        doing, stopping = asyncio.ensure_future(work), asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({doing, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return bool(doing.result()) if doing.done() else False
        finally:
            for task in (doing, stopping):
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await stopping
            if not doing.done():
                with contextlib.suppress(asyncio.CancelledError):
                    await doing
