"""Sends what the registry's transactions queued: claimed first, the text made at that moment, the end noted after."""

import asyncio
from collections.abc import Collection

from bot.ports import Clock
from bot.registry.codes import code_of
from bot.registry.options import Options
from bot.registry.population import Population
from bot.registry.sms import Ended, Line, Sms
from bot.registry.words import sms as words_of
from storage.registry import sms as queue
from storage.registry.sms import Due, Fate
from storage.store import Store, UnavailableError
from storage.vault import Vault

MOST_ATTEMPTS = 5


class Post:
    """The one who carries SMS to the line. `soon` is for what this process has just queued, so that an inbox in memory
    gets its own; `deliver` for whatever is left."""

    def __init__(
        self, store: Store, vault: Vault, clock: Clock, people: Population, options: Options, line: Line
    ) -> None:
        self._store, self._vault, self._clock, self._people = store, vault, clock, people
        self._options, self._line = options, line
        self._on_the_way: set[asyncio.Task[int]] = set()

    def soon(self, ids: Collection[str]) -> None:
        """Send these as soon as they are due, without anybody waiting for it."""
        if ids:
            task = asyncio.get_running_loop().create_task(self.deliver(ids))
            self._on_the_way.add(task)
            task.add_done_callback(self._on_the_way.discard)

    async def deliver(self, ids: Collection[str] | None = None) -> int:
        """Send what is due, of these or of all; how many were taken in hand. What was being sent when its process died
        is not sent again."""
        now = self._clock.now()
        try:
            if ids is None:
                await self._store.write(lambda unit: queue.give_up_the_lost(unit, now))
            taken = await self._store.write(lambda unit: queue.claim(unit, now, ids))
            for due in taken:
                await self._send(due)
        except UnavailableError:
            return 0  # nothing was claimed, or its end could not be noted: then it is never sent again
        return len(taken)

    async def settled(self) -> None:
        """Return when everything that was to be sent soon has been."""
        while self._on_the_way:
            await asyncio.gather(*self._on_the_way, return_exceptions=True)

    async def _send(self, due: Due) -> None:
        now = self._clock.now()
        if due.kind is not queue.Kind.APPROVED and now >= due.due + self._options.codes.life:
            await self._store.write(lambda unit: queue.end(unit, due.id, Fate.GIVEN_UP))
            return
        text = self._text(due)
        # To the shadow of a phone nothing goes; all the work before is the same.
        ended = await self._line(text) if due.phone > 0 else Ended(Fate.GIVEN_UP)
        fate, again_at = ended.fate, None
        if fate is Fate.WAITING:
            if due.attempts >= MOST_ATTEMPTS or ended.again_after is None:
                fate = Fate.GIVEN_UP
            else:
                again_at = now + ended.again_after
        await self._store.write(lambda unit: queue.end(unit, due.id, fate, again_at))

    def _text(self, due: Due) -> Sms:
        code = ""
        if due.kind is not queue.Kind.APPROVED:
            digits = self._options.codes.digits
            code = code_of(self._vault, due.kind.value, due.person, due.request, due.counter, digits)
        phone = self._people.person(abs(due.phone)).phone.reveal()
        return Sms(due.id, phone, words_of(due.kind, self._people.person(abs(due.person)).name, code))
