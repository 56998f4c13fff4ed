"""What can go wrong on the way to Zalo and back, as knobs: which calls or deliveries it strikes, how often, until when."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, assert_never

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.emulators.clock import Clock

RESET = "donghanh.reset"  # the key in an ASGI scope's extensions under which bot.emulators.serving puts a way to reset
DELIVERY = "webhook"
EVERYWHERE = "*"


class Kind(Enum):
    """The ways to fail. The words are the control API's."""

    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    TIMEOUT_BEFORE = "timeout_before"
    TIMEOUT_AFTER = "timeout_after"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    SLOW = "slow"
    IDLE = "idle"
    DUPLICATE = "duplicate"
    OUTAGE = "outage"


WORDS = {
    Kind.RATE_LIMITED: "Báo quá số lần gọi",
    Kind.SERVER_ERROR: "Máy chủ lỗi, trả trang HTML 5xx",
    Kind.TIMEOUT_BEFORE: "Không trả lời, chưa làm gì",
    Kind.TIMEOUT_AFTER: "Làm xong rồi không trả lời",
    Kind.RESET_BEFORE: "Cắt kết nối, chưa làm gì",
    Kind.RESET_AFTER: "Làm xong rồi cắt kết nối",
    Kind.SLOW: "Chậm",
    Kind.IDLE: "Trả 408 dù có tin mới (chỉ getUpdates)",
    Kind.DUPLICATE: "Giao một sự kiện hai lần",
    Kind.OUTAGE: "Sập hẳn cho đến khi hết giờ",
}


@dataclass(slots=True)
class Fault:
    """One knob that is turned. `where`: a method's or path's name, "webhook" for deliveries, "*" for every call.

    It lets `skip` occasions pass and strikes the next `times` (0: all of them) until `until`. `seconds` is how long
    a slow answer takes, or the Retry-After of a refused one; `status` the number of a server error.
    """

    number: int
    kind: Kind
    where: str = EVERYWHERE
    times: int = 1
    skip: int = 0
    seconds: float = 0
    status: int = 502
    until: datetime | None = None
    struck: int = 0

    def line(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "kind": self.kind.value,
            "where": self.where,
            "times": self.times,
            "skip": self.skip,
            "seconds": self.seconds,
            "status": self.status,
            "until": self.until.isoformat() if self.until else None,
            "struck": self.struck,
        }


@dataclass(slots=True)
class Faults:
    """The knobs that are turned at the moment, asked in the order in which they were."""

    clock: Clock
    turned: list[Fault] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def turn(
        self,
        kind: Kind,
        where: str = EVERYWHERE,
        times: int = 1,
        skip: int = 0,
        seconds: float = 0,
        status: int = 502,
    ) -> Fault:
        """Turn a knob. An outage lasts `seconds` by the emulator's clock (0: until it is cleared).

        ValueError for what cannot happen to a delivery.
        """
        if where == DELIVERY and kind not in ON_DELIVERIES:
            raise ValueError(f"a delivery can be {' or '.join(kind.value for kind in ON_DELIVERIES)}")
        until = None
        if kind is Kind.OUTAGE:
            times = 0
            until = self.clock.now() + timedelta(seconds=seconds) if seconds else None
        if kind is Kind.DUPLICATE and where == EVERYWHERE:
            where = DELIVERY
        if kind is Kind.IDLE:
            where = "getUpdates"
        fault = Fault(next(self._numbers), kind, where, times, skip, seconds, status, until)
        self.turned.append(fault)
        return fault

    def clear(self, number: int | None = None) -> None:
        self.turned = [fault for fault in self.turned if number is not None and fault.number != number]

    def strike(self, where: str, *kinds: Kind) -> Fault | None:
        """The fault that this occasion meets, if any; it is counted."""
        for fault in list(self.turned):
            if fault.kind not in kinds or fault.where not in (where, *([EVERYWHERE] if where != DELIVERY else [])):
                continue
            if fault.until is not None and fault.until <= self.clock.now():
                self.turned.remove(fault)
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.struck += 1
            if fault.times and fault.struck >= fault.times:
                self.turned.remove(fault)
            return fault
        return None


ON_DELIVERIES = (Kind.SLOW, Kind.DUPLICATE)
ON_CALLS = tuple(kind for kind in Kind if kind is not Kind.DUPLICATE)


async def struck(
    request: Request,
    fault: Fault | None,
    clock: Clock,
    proceed: Callable[[], Awaitable[Response]],
    refuse: Callable[[Fault], Response],
    idle: Callable[[], Response],
) -> Response:
    """The answer of a call under a fault. The request's body must have been read already.

    `proceed` does the work and answers, `refuse` is the product's "too often", `idle` its "nothing new".
    """
    if fault is None:
        return await proceed()
    match fault.kind:
        case Kind.DUPLICATE:
            return await proceed()
        case Kind.RATE_LIMITED:
            return refuse(fault)
        case Kind.IDLE:
            return idle()
        case Kind.SERVER_ERROR | Kind.OUTAGE:
            return HTMLResponse(f"<html><body><h1>{fault.status} Bad Gateway</h1></body></html>", fault.status)
        case Kind.SLOW:
            await clock.sleep(fault.seconds or 1)
            return await proceed()
        case Kind.TIMEOUT_BEFORE:
            return await silent(request, clock)
        case Kind.TIMEOUT_AFTER:
            await proceed()
            return await silent(request, clock)
        case Kind.RESET_BEFORE:
            return await reset(request)
        case Kind.RESET_AFTER:
            await proceed()
            return await reset(request)
        case _:
            assert_never(fault.kind)


async def silent(request: Request, clock: Clock) -> Response:
    """Say nothing until the other side gives up, or the emulator ends."""
    ends = {asyncio.create_task(gone(request)), asyncio.create_task(clock.over.wait())}
    _, left = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    for end in left:
        end.cancel()
    return Response(status_code=504)


async def gone(request: Request) -> bool:
    """Return (True) when the other side has hung up. The body must have been read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return True


async def reset(request: Request) -> Response:
    """Cut the connection without an answer. RuntimeError when the emulator is not served by bot.emulators.serving."""
    cut = (request.scope.get("extensions") or {}).get(RESET)
    if cut is None:
        raise RuntimeError("A connection can only be cut when the emulator is served by bot.emulators.serving.")
    cut()
    await asyncio.sleep(0)
    return Response(status_code=502)
