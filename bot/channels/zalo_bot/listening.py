"""How events come: a webhook that is believed only with its secret, or long polling, where what was fetched is gone at Zalo."""

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any, TypeVar

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.channels.zalo_bot.client import Client, RefusedError, TroubleError, UnreadableError
from bot.http import NoAnswerError
from bot.ports import Clock, UnavailableError

HEADER = "x-bot-api-secret-token"
LARGEST_BODY = 1024 * 1024
TRY_AGAIN = 3
PATIENCE = (0.2, 0.6, 1.2)  # Zalo documents no second delivery, so the webhook itself tries again before it says 503
AT_LEAST = 1.0  # seconds between two answers that there is nothing new
LONGEST_PAUSE = 30.0
WITH_A_REFUSED_TOKEN = 300.0
LAST_WORDS = 5.0  # for what was fetched and is not kept yet when we rest

Take = Callable[[object], Awaitable[None]]
Answer = TypeVar("Answer")


def secret_of(secret: str, bot_id: str, *, alone: bool) -> str:
    """The secret of one bot's webhook: the setting itself where there is one bot, one derived for each of several."""
    return secret if alone else hmac.new(secret.encode(), bot_id.encode(), hashlib.sha256).hexdigest()


def webhook(path: str, secret: str, take: Take, clock: Clock, counted: Callable[[str], None]) -> Route:
    """The address an event is posted to. 200 only after it is kept, or for a probe (an empty body with the secret); 503 when
    it could not be kept."""
    expected = secret.encode()

    async def post(request: Request) -> Response:
        given = request.headers.getlist(HEADER)
        if len(given) != 1 or not hmac.compare_digest(given[0].encode("latin-1"), expected):
            counted("zalo_bot_forged")
            return PlainTextResponse("no\n", status_code=403 if any(given) else 401)
        try:
            body = await _body(request)
            event = msgspec.json.decode(body) if body.strip() else None
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, ClientDisconnect):
            return PlainTextResponse("this is no event\n", status_code=400)
        except OverflowError:
            return PlainTextResponse("too long\n", status_code=413)
        if not event:
            return PlainTextResponse("here\n")
        for wait in (*PATIENCE, None):
            try:
                await take(event)
                break
            except UnavailableError:
                counted("zalo_bot_unavailable")
            if wait is None:
                headers = {"retry-after": str(TRY_AGAIN)}
                return PlainTextResponse("not kept, try again\n", status_code=503, headers=headers)
            await clock.sleep_until(clock.now() + timedelta(seconds=wait))
        return PlainTextResponse("ok\n")

    return Route(path, post, methods=["POST"])


async def _body(request: Request) -> bytes:
    parts, size = list[bytes](), 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_BODY:
            raise OverflowError
        parts.append(part)
    return b"".join(parts)


class Poll:
    """Asks for events, one after the other. Nothing confirms them: what was fetched is held until it is kept."""

    def __init__(
        self, client: Client, take: Take, clock: Clock, counted: Callable[[str], None], *, seconds: int,
        takes_webhook_away: bool,
    ) -> None:  # fmt: skip
        self._client, self._take, self._clock, self._counted = client, take, clock, counted
        self._seconds, self._takes_away = seconds, takes_webhook_away
        self._closing = asyncio.Event()
        self._pause = 1.0

    async def run(self) -> None:
        """Ask until `rest`."""
        webhook_may_be_set = True
        while not self._closing.is_set():
            asked_at = self._clock.now()
            try:
                if webhook_may_be_set:
                    await self._unless_resting(self._client.delete_webhook())
                    webhook_may_be_set = False
                found = await self._unless_resting(self._client.get_updates(self._seconds)) or []
                for event in found:
                    await self._kept(event)
                self._pause = 1.0
                if not found:
                    await self._until_or_rest((asked_at - self._clock.now()).total_seconds() + AT_LEAST)
                continue
            except RefusedError as error:
                if error.code == 401:
                    self._counted("zalo_bot_token_refused")
                    self._pause = WITH_A_REFUSED_TOKEN
                else:
                    # A webhook is set, too much was asked, or another program polls: said in `channel check`, tried again.
                    self._counted("zalo_bot_poll_refused")
                    webhook_may_be_set = self._takes_away and error.code != 429
                    self._pause = max(self._pause, error.after or 0)
            except (NoAnswerError, TroubleError, UnreadableError):
                self._counted("zalo_bot_unreachable")
            except Exception:
                self._counted("zalo_bot_fault")  # a fault of ours must not make the bot deaf
            await self._until_or_rest(self._pause)
            self._pause = min(self._pause * 2, LONGEST_PAUSE)

    async def rest(self, running: asyncio.Task[None]) -> None:
        """Ask no more; what was fetched is kept before this returns, if the database answers."""
        self._closing.set()
        _, late = await asyncio.wait([running], timeout=LAST_WORDS)
        for task in late:
            self._counted("zalo_bot_event_lost")
            task.cancel()

    async def _unless_resting(self, call: Coroutine[Any, Any, Answer]) -> Answer | None:
        """The answer of a call; None when we rest first. Hanging up could lose what is on its way, so only then."""
        asking = asyncio.create_task(call)
        closing = asyncio.create_task(self._closing.wait())
        try:
            await asyncio.wait([asking, closing], return_when=asyncio.FIRST_COMPLETED)
            return asking.result() if asking.done() else None
        finally:
            closing.cancel()
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

    async def _kept(self, event: object) -> None:
        """Through the door, again and again: Zalo will not tell it a second time."""
        pause = 0.2
        while True:
            try:
                await self._take(event)
                return
            except UnavailableError:
                self._counted("zalo_bot_unavailable")
            except Exception:
                # A fault of ours with this one event must not make the bot deaf to all others.
                self._counted("zalo_bot_fault")
                return
            await self._clock.sleep_until(self._clock.now() + timedelta(seconds=pause))
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _until_or_rest(self, seconds: float) -> None:
        if seconds <= 0:
            return
        time = asyncio.ensure_future(self._clock.sleep_until(self._clock.now() + timedelta(seconds=seconds)))
        closing = asyncio.ensure_future(self._closing.wait())
        try:
            await asyncio.wait([time, closing], return_when=asyncio.FIRST_COMPLETED)
        finally:
            time.cancel()
            closing.cancel()
