"""Carries events to a webhook: in order for one conversation, with a time to answer in, and again if that is the rule."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from bot.emulators.addresses import trusted
from bot.emulators.clock import Clock
from bot.emulators.faults import DELIVERY, Faults, Kind
from bot.emulators.journal import Journal

NEVER = httpx.Timeout(None)  # how long an answer may take is said by the emulator's clock


@dataclass(frozen=True, slots=True)
class Parcel:
    """One event on its way. `again` are the waits before each repetition in seconds, by the emulator's clock."""

    url: str
    body: bytes
    headers: dict[str, str]
    lane: str
    within: float
    again: tuple[float, ...] = ()
    number_header: str = ""  # the header that says which repetition it is
    accepted: Callable[[int], bool] = lambda status: 200 <= status < 300
    given_up: Callable[[], None] = lambda: None
    still_wanted: Callable[[], bool] = lambda: True


@dataclass(slots=True)
class Postman:
    """Delivers parcels in the background. First tries of a lane go one after the other; repetitions wait beside them."""

    clock: Clock
    journal: Journal
    faults: Faults
    _client: httpx.AsyncClient | None = None
    _tasks: "set[asyncio.Task[None]]" = field(default_factory=set)
    _lanes: "dict[str, asyncio.Task[bool]]" = field(default_factory=dict)
    _underway: int = 0

    def carry(self, parcel: Parcel) -> None:
        """Begin to deliver; returns at once."""
        before = self._lanes.get(parcel.lane)
        first = asyncio.create_task(self._first(parcel, before))
        self._lanes[parcel.lane] = first
        task = asyncio.create_task(self._rest(parcel, first))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def knock(self, url: str, headers: dict[str, str], body: bytes, within: float) -> int | str:
        """One POST: the status of the answer, or a sentence why there was none."""
        client = self._client = self._client or httpx.AsyncClient(trust_env=False, verify=trusted(), timeout=NEVER)
        sending = asyncio.create_task(client.post(url, content=body, headers=headers))
        limit = asyncio.create_task(self.clock.sleep(within))
        try:
            await asyncio.wait({sending, limit}, return_when=asyncio.FIRST_COMPLETED)
            if not sending.done():
                return f"no answer within {within:g} s"
            return sending.result().status_code
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return f"{type(error).__name__}: {error}"
        finally:
            for task in (sending, limit):
                if not task.done():
                    task.cancel()
            await asyncio.gather(sending, limit, return_exceptions=True)

    @property
    def busy(self) -> bool:
        """Whether a first try, or a repetition whose time has come, is on its way."""
        return self._underway > 0 or any(not task.done() for task in self._lanes.values())

    async def close(self) -> None:
        for task in [*self._tasks, *self._lanes.values()]:
            task.cancel()
        await asyncio.gather(*self._tasks, *self._lanes.values(), return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()

    async def _first(self, parcel: Parcel, before: "asyncio.Task[bool] | None") -> bool:
        if before is not None:
            await asyncio.wait({before})
        if (slow := self.faults.strike(DELIVERY, Kind.SLOW)) is not None:
            await self.clock.sleep(slow.seconds or 1)
        done = await self._try(parcel, 0)
        if done and self.faults.strike(DELIVERY, Kind.DUPLICATE) is not None:
            await self._try(parcel, 0, fault="duplicate")
        return done

    async def _rest(self, parcel: Parcel, first: "asyncio.Task[bool]") -> None:
        await asyncio.wait({first})
        if self._lanes.get(parcel.lane) is first:
            del self._lanes[parcel.lane]
        if first.cancelled() or first.result():
            return
        for number, wait in enumerate(parcel.again, start=1):
            await self.clock.sleep(wait)
            if not parcel.still_wanted() or await self._try(parcel, number):
                return
        if parcel.again:
            parcel.given_up()

    async def _try(self, parcel: Parcel, number: int, **remark: Any) -> bool:
        headers = dict(parcel.headers)
        if number and parcel.number_header:
            headers[parcel.number_header] = str(number)
        self._underway += 1
        try:
            result = await self.knock(parcel.url, headers, parcel.body, parcel.within)
            taken = isinstance(result, int) and parcel.accepted(result)
            self.journal.note(
                "delivery", try_=number, taken=taken, answered=result, url=parcel.url, headers=headers,
                body=parcel.body.decode(), **remark,
            )  # fmt: skip
        finally:
            self._underway -= 1
        return taken
