"""The webhook: believed only with its signature, answered in time whatever the load, 200 only for what is kept."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.channels.zalo_oa.signature import HEADER, NoEventError, decoded
from bot.ports import Clock, UnavailableError

PATH = "/zalo/oa/webhook"
REPETITION = "num_retry"
LARGEST_BODY = 256 * 1024  # an event has a few hundred bytes
LARGEST_PROBE = 4 * 1024
ANSWER_WITHIN = 1.5  # seconds; Zalo waits for two
TRY_AGAIN = 30
HERE = b"here"
MOST_HELD = 512  # events that could not be kept in time and are still tried
LONGEST_PAUSE = 5.0
LAST_WORDS = 3.0

# Whether bytes, read as this object, are signed by a header's value; and what takes the object in.
Genuine = Callable[[bytes, dict[str, Any], str], Awaitable[bool]]
Take = Callable[[dict[str, Any]], Awaitable[None]]


class Webhook:
    """The address events are posted to. `can_tell`: there is a key to tell Zalo's from others'.

    An event that is not kept within `within` seconds is answered 503, and we go on trying to keep it: whether Zalo repeats after
    an answer other than 200 is told both ways, and if it does, the second one is known as a repetition.
    """

    def __init__(
        self, genuine: Genuine, take: Take, clock: Clock, counted: Callable[[str], None], *, can_tell: bool = True,
        forged: str = "refused", within: float = ANSWER_WITHIN,
    ) -> None:  # fmt: skip
        self._genuine, self._take, self._clock, self._counted = genuine, take, clock, counted
        self._can_tell, self._ignored, self._within = can_tell, forged == "ignored", within
        self._held: set[asyncio.Task[None]] = set()

    def routes(self) -> list[Route]:
        return [Route(PATH, self._post, methods=["POST"]), Route(PATH, self._look, methods=["GET"])]

    async def rest(self) -> None:
        """What is still held gets a little time; what is not kept then was never acknowledged."""
        if self._held:
            _, late = await asyncio.wait(self._held, timeout=LAST_WORDS)
            for task in late:
                task.cancel()
                self._counted("zalo_oa_event_not_kept")

    async def _look(self, _: Request) -> Response:
        """The console, or a person, looks whether there is something at this address."""
        return PlainTextResponse(HERE)

    async def _post(self, request: Request) -> Response:
        try:
            async with asyncio.timeout(self._within):
                return await self._answer(request)
        except TimeoutError:
            self._counted("zalo_oa_too_slow")
            return _not_kept()

    async def _answer(self, request: Request) -> Response:
        given = request.headers.getlist(HEADER)
        try:
            raw = await _body(request)
            if not given and len(raw) > LARGEST_PROBE:
                return self._forged(401)  # not even read
            told = decoded(raw) if raw.strip() else {}
            if not isinstance(told.get("event_name"), str):
                return PlainTextResponse(HERE)  # the console tries the address: there is nothing in it to believe
            if not self._can_tell:
                # Before the key is set nothing can be believed, and nothing may be lost: Zalo keeps it for an hour or two.
                self._counted("zalo_oa_without_key")
                return _not_kept()
            if len(given) != 1:
                return self._forged(401 if not given else 403)
        except ClientDisconnect:
            return PlainTextResponse("gone\n", status_code=400)
        except OverflowError:
            return PlainTextResponse("too long\n", status_code=413)
        except NoEventError:
            self._counted("zalo_oa_no_event")
            return PlainTextResponse("this is no event\n", status_code=400)
        if not await self._genuine(raw, told, given[0]):
            return self._forged(403)
        if REPETITION in request.headers:
            self._counted("zalo_oa_delivered_again")
        if len(self._held) >= MOST_HELD:
            self._counted("zalo_oa_too_many_held")
            return _not_kept()
        keeping = asyncio.create_task(self._keep(told))
        self._held.add(keeping)
        keeping.add_done_callback(self._let_go)
        await asyncio.shield(keeping)
        return PlainTextResponse("ok\n")

    def _forged(self, status: int) -> Response:
        self._counted("zalo_oa_forged")
        return PlainTextResponse("ok\n") if self._ignored else PlainTextResponse("no\n", status_code=status)

    async def _keep(self, told: dict[str, Any]) -> None:
        """Through the door, again and again: 200 only behind it."""
        pause = 0.1
        while True:
            try:
                await self._take(told)
                return
            except UnavailableError:
                self._counted("zalo_oa_unavailable")
            await self._clock.sleep_until(self._clock.now() + timedelta(seconds=pause))
            pause = min(pause * 2, LONGEST_PAUSE)

    def _let_go(self, task: asyncio.Task[None]) -> None:
        self._held.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._counted("zalo_oa_fault")


def _not_kept() -> Response:
    return PlainTextResponse("not kept, try again\n", status_code=503, headers={"retry-after": str(TRY_AGAIN)})


async def _body(request: Request) -> bytes:
    parts, size = list[bytes](), 0
    async with contextlib.aclosing(request.stream()) as stream:
        async for part in stream:
            size += len(part)
            if size > LARGEST_BODY:
                raise OverflowError
            parts.append(part)
    return b"".join(parts)
