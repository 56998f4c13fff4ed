"""The registry this house asks: the gateway to it, over a wire or inside this process, and how it is let go."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp

from bot.gateways.ends import Because, Refused, Unknown
from bot.gateways.identity import Identity
from bot.gateways.in_process import BASE, InProcess
from bot.http import HttpLanes
from bot.ports import Clock, UnavailableError


@dataclass(frozen=True, slots=True)
class Outside:
    """A gateway and its wire. `close` lets go of the wire."""

    identity: Identity
    close: Callable[[], Awaitable[None]]

    async def lend(self, start: str) -> tuple[str, Mapping[str, Any]] | None:
        """Somebody invented to practise with, and the name under which changes will be told of them; None when nobody is
        free now. UnavailableError: the registry does not answer, or lends nobody."""
        match await self.identity.lend(start):
            case Refused(because=Because.BUSY):
                return None
            case Refused() | Unknown():
                raise UnavailableError("the registry did not lend anybody")
            case lent:
                return lent.subject, lent.loan


def over_the_wire(url: str, client: str, secret: str, clock: Clock) -> Outside:
    """A registry at an address (with or without the `/v1` at its end)."""
    lanes = HttpLanes()
    return Outside(Identity(lanes.ask, f"{url.removesuffix('/v1')}/v1", client, secret, clock), lanes.close)


def in_this_process(
    app: ASGIApp, client: str, secret: Callable[[], str], clock: Clock, ready: Callable[[], Awaitable[object]]
) -> Outside:
    """A registry that is an application in this process; it is `ready` when that returns."""
    inside = InProcess(app, ready)
    return Outside(Identity(inside.ask, BASE, client, secret, clock), inside.close)
