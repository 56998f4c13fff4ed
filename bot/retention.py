"""What people were told is kept for so many days is gone after them; and what was erased leaves no trace behind.

Every hour a small step (conversations that fell silent), every night at three in Vietnam the whole. A clock that cannot be
right erases nothing: what is gone by mistake does not come back.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection

from bot.ports import Clock, Wake
from flows.core.deadline import VIETNAM
from storage import aside, erasing, marks, traces
from storage.audit import HOUSE, Act, AuditLog
from storage.erasing import Gone
from storage.erasures import Erasures
from storage.store import Store, UnavailableError
from storage.vault import Vault

T = TypeVar("T")
LOG = logging.getLogger(__name__)
EVERY = timedelta(hours=1)
BETWEEN = timedelta(minutes=1)
LONGEST_HINT = 3600.0
NIGHT = time(3)
A_LITTLE = timedelta(minutes=5)  # two machines' clocks differ by less
SWEPT, WHOLE, BELIEVED = "retention swept", "retention whole", "retention believed"


@dataclass(frozen=True, slots=True)
class Retention:
    """The sweeps over one store: `keep_days` for what was said."""

    store: Store
    vault: Vault
    clock: Clock
    keep_days: int

    async def run(self, wake: Wake) -> None:
        """As long as the house stands: every hour, and soon for the traces of what somebody had erased. A database that is
        away is tried again the next hour."""
        hint, hour = asyncio.ensure_future(wake.wait(erasing.ERASED, LONGEST_HINT)), self.clock.now()
        try:
            while True:
                if hint.done():
                    # Asked for anew before the work, so that nothing falls between the two.
                    hint = asyncio.ensure_future(wake.wait(erasing.ERASED, LONGEST_HINT))
                    with contextlib.suppress(UnavailableError):
                        await self.leave_no_trace()
                    await self.clock.sleep_until(
                        self.clock.now() + BETWEEN
                    )  # whoever erases all day long must not stop us
                if self.clock.now() >= hour:
                    with contextlib.suppress(UnavailableError):
                        await (self.whole() if await self._night() else self.step())
                    hour = self.clock.now() + EVERY
                due = asyncio.ensure_future(self.clock.sleep_until(hour))
                both: set[asyncio.Future[Any]] = {hint, due}
                try:
                    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    due.cancel()
        finally:
            hint.cancel()

    async def step(self) -> int:
        """Erase the conversations that fell silent; returns how many."""
        now = self.clock.now()
        if await self.hindrance(now):
            return 0
        gone = await self._silent(now)
        await self._swept(now)
        if gone:
            await self.leave_no_trace()
        return gone

    async def whole(self) -> int:
        """Everything by its kind: the silent conversations, what was said long ago in others, ids of what came, limits, codes;
        returns how many conversations went."""
        now = self.clock.now()
        if await self.hindrance(now):
            return 0
        gone, before, ids = await self._silent(now), now - timedelta(days=self.keep_days), now - erasing.IDS_KEPT
        # Looked for on a reading connection: most nights there is little, and the writer should not search whole tables.
        while said := await self.store.read(lambda unit: erasing.saying_older(unit, before)):
            await self._write(partial(erasing.erase_said, conversations=said, before=before))
        ids = max(ids, before)
        while came := await self.store.read(lambda unit: erasing.receiving_older(unit, ids)):
            await self._write(partial(erasing.erase_received, conversations=came, before=ids))
        if await self.store.read(lambda unit: erasing.anything_spent(unit, now)):
            await self._write(lambda unit: erasing.erase_spent(unit, now))
        await asyncio.to_thread(aside.forget, self._url, now)
        await self._swept(now, WHOLE)
        await self.leave_no_trace(traces.ANY_SIZE)
        return gone

    async def leave_no_trace(self, largest: int = traces.SMALL) -> bool:
        """Overwrite what is left of what was erased: words in the index, copies in the file and its journal; False when the
        file is so large, or so busy, that it must wait for the night."""
        if await self._write(traces.begin_merging):
            while await self._write(traces.merge_on):
                pass
        return await asyncio.to_thread(traces.write_anew, self._url, largest)

    async def hindrance(self, now: datetime) -> str:
        """Why nothing may be erased now, in a sentence that is also logged; "" when the clock can be believed."""
        why = await self.store.read(lambda unit: hindrance(unit, self.vault, now, self.keep_days))
        if why:
            LOG.warning("%s", why)
        return why

    @property
    def _url(self) -> str:
        return self.store.url.render_as_string(hide_password=False)

    async def _write(self, work: Callable[[Connection], T]) -> T:
        return await self.store.write(work)

    async def _silent(self, now: datetime) -> int:
        before, count = now - timedelta(days=self.keep_days), 0
        while await self.store.read(lambda unit: erasing.anything_silent(unit, before)):
            count += len(await self.store.write(lambda unit: self._erase(unit, before, now)))
        return count

    def _erase(self, unit: Connection, before: datetime, now: datetime) -> list[Gone]:
        """What had been agreed to stays as evidence in the audit, without whom."""
        gone, audit = erasing.erase_silent(unit, self.vault, before, now), AuditLog(self.vault)
        for one in gone:
            if one.consents:
                consents = "; ".join(one.consents)
                audit.append(unit, now, HOUSE, Act.ERASE, about=one.conversation_id, why="old", consents=consents)
        return gone

    async def _night(self) -> bool:
        """Whether the last three o'clock in Vietnam has not been swept yet (a machine that is off at night does it in the
        morning)."""
        here = self.clock.now().astimezone(VIETNAM)
        night = datetime.combine(here.date() - timedelta(days=here.time() < NIGHT), NIGHT, VIETNAM)
        last = await self.store.read(lambda unit: marks.moment(unit, self.vault, WHOLE))
        return last is None or last < night

    async def _swept(self, now: datetime, *names: str) -> None:
        def work(unit: Connection) -> None:
            for name in (SWEPT, *names):
                marks.write(unit, self.vault, name, now.isoformat())

        await self.store.write(work)


def erase_again(store: Store, erasures: Erasures) -> int:
    """Before the first request: whatever was erased and is there again, because an older database was put back, goes again.
    Returns how many conversations."""
    gone = store.write_now(erasures.reapply)
    if gone:
        leave_no_trace_now(store)
    return gone


def leave_no_trace_now(store: Store) -> bool:
    """`Retention.leave_no_trace`, for a start or a command that has no event loop."""
    if store.write_now(traces.begin_merging):
        while store.write_now(traces.merge_on):
            pass
    return traces.write_anew(store.url.render_as_string(hide_password=False))


def hindrance(unit: Connection, vault: Vault, now: datetime, keep_days: int) -> str:
    """A sentence when the clock cannot be right: something was said later than now, or the clock is further ahead of the last
    sweep (of the last message, where there was none yet) than anything is kept. "" otherwise."""
    newest = erasing.newest(unit)
    if newest is None:
        return ""
    believed = marks.moment(unit, vault, BELIEVED)
    if newest > now + A_LITTLE and (believed is None or newest > believed):
        return (
            f"Nothing is erased: the newest message is of {newest:%Y-%m-%d %H:%M} UTC, but this machine's clock says "
            f"{now:%Y-%m-%d %H:%M} UTC. {_REMEDY}"
        )
    last = marks.moment(unit, vault, SWEPT) or newest
    if now - last > timedelta(days=keep_days):
        return (
            f"Nothing is erased: this machine's clock says {now:%Y-%m-%d %H:%M} UTC, {(now - last).days} days after the "
            f"house last looked ({last:%Y-%m-%d %H:%M} UTC). {_REMEDY}"
        )
    return ""


def believe(unit: Connection, vault: Vault, now: datetime) -> None:
    """A person says that the clock is right: what was noted otherwise counts no more."""
    marks.write(unit, vault, SWEPT, now.isoformat())
    if (newest := erasing.newest(unit)) is not None:
        marks.write(unit, vault, BELIEVED, newest.isoformat())


_REMEDY = "Put the clock right; or, if it is right, say so: python -m bot retention --clock-is-right."
