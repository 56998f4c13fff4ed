"""What people were told is kept for so many days is gone after them."""

import contextlib
from datetime import timedelta

from bot.ports import Clock
from storage.erasing import anything_older, erase_older
from storage.store import Store, UnavailableError

EVERY = timedelta(hours=1)


async def erase_what_is_old(store: Store, clock: Clock, keep_days: int) -> int:
    """Erase everything older than `keep_days`, a little at a time; returns how many conversations went."""
    before, gone = clock.now() - timedelta(days=keep_days), 0
    # Looked for on a reading connection: most hours there is nothing, and the writer should not search whole tables.
    while await store.read(lambda unit: anything_older(unit, before)):
        gone += await store.write(lambda unit: erase_older(unit, before))
    return gone


async def keep_the_promise(store: Store, clock: Clock, keep_days: int) -> None:
    """Every hour, as long as the house stands; a database that is away is tried again the next hour."""
    while True:
        with contextlib.suppress(UnavailableError):
            await erase_what_is_old(store, clock, keep_days)
        await clock.sleep_until(clock.now() + EVERY)
