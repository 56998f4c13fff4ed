"""Follows a registry's changes: each one of a subject that somebody here talks about enters by the one door, as an event."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

from bot.gateways.ends import Feed, Told
from bot.gateways.identity import LONG_POLL, Identity
from bot.message import Event
from bot.ports import Clock, Door, UnavailableError
from flows.speech import Address, Changed

FRESH = timedelta(minutes=15)  # a restart tells again what may have been lost, and nothing of yesterday
FIRST, LONGEST = timedelta(seconds=1), timedelta(seconds=30)


# Of a subject and a move: the conversation that hears of it and as which move; None where there is none, since no change
# ever begins a conversation.
HeardBy = Callable[[str, str], Awaitable[tuple[Address, str] | None]]


class Follower:
    """Reads the feed from where it stood. Whoever falls over between reading and telling tells once more: the event bears
    the change's own name, so the door knows it."""

    def __init__(
        self, identity: Identity, door: Door, clock: Clock, heard_by: HeardBy, counted: Callable[[str], None]
    ) -> None:
        """`counted` hears a word for each round that failed by a fault of ours."""
        self._identity, self._door, self._clock = identity, door, clock
        self._heard_by, self._counted = heard_by, counted
        self._cursor = "0"
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
        self._cursor = heard.cursor
        return True

    async def _tell(self, change: Told, nth: int) -> None:
        if self._clock.now() - change.at > FRESH:
            return
        heard = await self._heard_by(change.subject, change.move)
        if heard is not None:
            # Changes have no number of their own: two alike at one moment are told apart by their order.
            name = f"{change.at.isoformat()} {change.move} {nth}"
            await self._door.take(Event(heard[0], name, Changed(heard[1])))

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
