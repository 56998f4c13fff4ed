"""Takes errands, has them done, and tells what came of them: the intent stands before the asking, the outcome after it."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from datetime import date, timedelta

import msgspec
from sqlalchemy import Connection

from bot.message import Doer, Done, Event, Once, Task
from bot.ports import ERRANDS, Clock, Door, UnavailableError, Wake
from flows.core.journey import Report
from flows.speech import Answered, Changed, Errand
from storage import errands
from storage.erasing import ERASED
from storage.errands import Answer, Claimed, Intent
from storage.store import Store
from storage.store import UnavailableError as StoreUnavailableError
from storage.vault import Vault

LOG = logging.getLogger(__name__)
AT_ONCE = 16
LEASE = timedelta(seconds=40)  # longer than any asking takes; a process that fell is missed after it
LOOK_EVERY = 1.0  # seconds: other processes leave errands too
AGAIN = (2.0, 10.0, 30.0, 120.0)  # seconds after a doer failed by a fault of ours
ERASE = "erase"  # after which the last traces go at once
NEWS = "news"  # the errand that tells a change of its detail to the chat it stands in


class _Told(msgspec.Struct):
    """An answer as it waits, sealed, to be told."""

    facts: dict[str, str] = {}
    tells: tuple[Report, ...] = ()
    noticed_on: str = ""


class Errands:
    """Does errands by their kind. One whose kind nobody does waits: a part that is switched off may come back."""

    def __init__(
        self, store: Store, vault: Vault, door: Door, clock: Clock, wake: Wake, doers: Mapping[str, Doer],
        counted: Callable[[str], None], *, lease: timedelta = LEASE,
    ) -> None:  # fmt: skip
        self._lease = lease
        self._store, self._vault, self._door, self._clock, self._wake = store, vault, door, clock, wake
        self._doers, self._counted = doers, counted
        self._doing: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def run(self) -> None:
        """Go on until `stop`."""
        while not self._stopping:
            with contextlib.suppress(StoreUnavailableError, UnavailableError):
                if await self.once():
                    continue
            await self._wake.wait(ERRANDS, LOOK_EVERY)
        if self._doing:
            await asyncio.wait(self._doing, timeout=5)

    def stop(self) -> None:
        """Take nothing new; what is being asked is given a moment."""
        self._stopping = True
        self._wake.wake(ERRANDS)

    async def once(self) -> int:
        """Take what is due and tell what is answered; returns how many of both."""
        now = self._clock.now()
        if not await self._store.read(lambda unit: errands.anything_due(unit, now)):
            return 0
        answers = await self._store.read(lambda unit: errands.to_tell(unit, self._vault))
        for answer in answers:
            await self._tell(answer)
        room = AT_ONCE - len(self._doing)
        if room <= 0:
            return 0
        claimed = await self._store.write(lambda unit: errands.claim(unit, self._vault, now, now + self._lease, room))
        for one in claimed:
            doing = asyncio.create_task(self._do(one))
            self._doing.add(doing)
            doing.add_done_callback(self._doing.discard)
        return len(answers) + len(claimed)

    async def settled(self) -> None:
        """Return when nothing is being done any more (tests)."""
        while await self.once() or self._doing:
            if self._doing:
                await asyncio.wait(set(self._doing))

    async def _do(self, one: Claimed) -> None:
        task = Task(
            one.id, one.conversation_id, one.subject_id, one.address, one.began, one.kind, one.place, one.attempts,
            one.key, one.detail,
        )  # fmt: skip
        try:
            came: Done | Once | Callable[[Connection], Done]
            if one.kind == NEWS:
                came = Done(one.detail)
            elif (doer := self._doers.get(one.kind)) is not None:
                came = await doer(task)
            else:
                came = Once(AGAIN[-1])
        except (StoreUnavailableError, UnavailableError):
            came = Once(AGAIN[0])
        except Exception as error:
            came = self._failed(one, error)
        with contextlib.suppress(StoreUnavailableError):
            try:
                await self._store.write(lambda unit: self._note(unit, one, came))
            except StoreUnavailableError:
                raise
            except Exception as error:
                again = self._failed(one, error)
                await self._store.write(lambda unit: self._note(unit, one, again))
        self._wake.wake(ERRANDS)
        if one.kind == ERASE:
            self._wake.wake(ERASED)

    def _failed(self, one: Claimed, error: Exception) -> Once:
        """A fault of ours, told by its type alone, since a text could hold what somebody typed; and once more later."""
        self._counted(f"errand_failed_{type(error).__name__}")
        LOG.error("an errand of the kind %s failed: %s", one.kind, type(error).__name__)
        return Once(AGAIN[min(one.attempts, len(AGAIN)) - 1])

    def _note(self, unit: Connection, one: Claimed, came: Done | Once | Callable[[Connection], Done]) -> None:
        """Write down what it came to, unless somebody else has it meanwhile."""
        if not errands.still_ours(unit, one):
            self._counted("errand_taken_over")
            return
        now = self._clock.now()
        if isinstance(came, Once):
            errands.put_off(unit, self._vault, one, now + timedelta(seconds=came.after), came.detail)
            return
        done = came if isinstance(came, Done) else came(unit)
        told = _Told(dict(done.facts), done.tells, done.noticed_on.isoformat() if done.noticed_on else "")
        written = msgspec.json.encode(told).decode()
        errands.finish(unit, self._vault, one, done.outcome[:32], written, conversation_id=done.moved_to)
        later = [Intent(chat, None, Errand(NEWS, "", move)) for chat, move in done.then]
        errands.queue(unit, later, now, self._vault)

    async def _tell(self, answer: Answer) -> None:
        """By the one door, under the errand's own name: told twice, it is known."""
        if answer.place or answer.kind == NEWS:
            told = msgspec.json.decode(answer.written, type=_Told)
            noticed = date.fromisoformat(told.noticed_on) if told.noticed_on else None
            facts = tuple(told.facts.items())
            heard: Answered | Changed = Answered(answer.place, answer.outcome, facts, told.tells, noticed)
            if answer.kind == NEWS:
                heard = Changed(answer.outcome)
            await self._door.take(Event(answer.address, f"errand {answer.id}", heard))
        await self._store.write(lambda unit: errands.told(unit, [answer.id]))
