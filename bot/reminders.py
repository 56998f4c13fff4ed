"""Reminders leave the house as everything does: what is due enters by the one door as an event, once, whatever process asks."""

import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.message import Event
from bot.ports import Clock, Door, UnavailableError
from flows.notation import Book
from flows.speech import Reminded, Sign
from storage import reminders
from storage.reminders import Due
from storage.store import Store
from storage.store import UnavailableError as StoreUnavailableError

EVERY = timedelta(minutes=1)


class Reminders:
    """Tells what is due, of the conversations of `book`; `counted(word)` counts what happened."""

    def __init__(self, store: Store, door: Door, clock: Clock, book: Book, counted: Callable[[str], None]) -> None:
        self._store, self._door, self._clock, self._counted = store, door, clock, counted
        stop = book.signs.get(Sign.STOP)
        self._stopped_at = book.name(stop) if stop is not None else ""  # where a talk stands after "dừng"

    async def run(self) -> None:
        """Every minute by day, as long as the house stands; a database that is away is asked again."""
        while True:
            with contextlib.suppress(UnavailableError, StoreUnavailableError):
                await self.tell()
            now = self._clock.now()
            await self._clock.sleep_until(max(now + EVERY, reminders.allowed(now)))

    async def tell(self) -> int:
        """Tell everything that is due now; returns how many."""
        count, now = 0, self._clock.now()
        if await self._store.read(lambda unit: reminders.anything_late(unit, now)):
            await self._store.write(lambda unit: reminders.pass_over(unit, now))
        for one in await self._store.read(lambda unit: reminders.due(unit, now, self._stopped_at)):
            count += await self._tell(one, now)
        return count

    async def _tell(self, one: Due, now: datetime) -> bool:
        """The event is named by what it tells, so that it counts once even when we die before writing down that it was told."""
        name = f"remind-{one.subject_id}-{one.kind.value}-{one.due:%Y%m%d%H%M}-{one.sent}"
        what = Reminded(one.kind.value, one.subject_id, one.sent)
        taken = await self._door.take(Event(one.address, name, what))
        await self._store.write(lambda unit: reminders.told(unit, one, now))
        if taken.fresh:
            self._counted("reminded")
        return taken.fresh
