"""How updates come: a webhook that is believed only with its secret, or long polling that confirms after the commit."""

import asyncio
import contextlib
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from telegram import Bot as Api
from telegram.error import Conflict, TelegramError

from bot.channels.telegram.reading import ALLOWED
from bot.channels.telegram.wire import Wire
from bot.ports import Clock, UnavailableError

HEADER = "x-telegram-bot-api-secret-token"
LARGEST_UPDATE = 1024 * 1024
TRY_AGAIN = 3
HELD_OPEN = 25
LONGEST_PAUSE = 30.0
FORGETS_ITS_COUNT = timedelta(days=6)  # after a week without updates the next id is a random one (Bot API, Update)

Take = Callable[[object], Awaitable[None]]


def secret_of(secret: str, bot_id: str, *, alone: bool) -> str:
    """The secret of one bot's webhook: the setting itself where there is one bot, one derived for each of several."""
    return secret if alone else hmac.new(secret.encode(), bot_id.encode(), hashlib.sha256).hexdigest()


def webhook(path: str, secret: str, take: Take, counted: Callable[[str], None]) -> Route:
    """The address an update is posted to. 200 only after it is kept; 503 when that failed, and Telegram keeps it for us."""
    expected = secret.encode()

    async def post(request: Request) -> Response:
        given = request.headers.getlist(HEADER)
        if len(given) != 1 or not hmac.compare_digest(given[0].encode("latin-1"), expected):
            counted("telegram_forged")
            return PlainTextResponse("no\n", status_code=403 if any(given) else 401)
        try:
            update = msgspec.json.decode(await _body(request))
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, ClientDisconnect):
            return PlainTextResponse("this is no update\n", status_code=400)
        except OverflowError:
            return PlainTextResponse("too long\n", status_code=413)
        try:
            await take(update)
        except UnavailableError:
            counted("telegram_unavailable")
            return PlainTextResponse("not kept, try again\n", status_code=503, headers={"retry-after": str(TRY_AGAIN)})
        return PlainTextResponse("ok\n")

    return Route(path, post, methods=["POST"])


async def _body(request: Request) -> bytes:
    parts, size = list[bytes](), 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_UPDATE:
            raise OverflowError
        parts.append(part)
    return b"".join(parts)


async def poll(wire: Wire, api: Api, take: Take, clock: Clock, counted: Callable[[str], None]) -> None:
    """Ask for updates until cancelled. The offset moves on after the commit, so whatever was not kept comes again."""
    fields = {"timeout": str(HELD_OPEN), "allowed_updates": msgspec.json.encode(ALLOWED).decode()}
    offset, pause, heard_at = 0, 1.0, clock.now()
    while True:
        if clock.now() - heard_at > FORGETS_ITS_COUNT:
            offset = 0
        try:
            batch = await wire.updates(f"{api.base_url}/getUpdates", {**fields, "offset": str(offset)}, HELD_OPEN + 10)
            await _take_all(batch, take)
            offset = max([offset, *(_id(u) + 1 for u in batch)])
            pause, heard_at = 1.0, clock.now() if batch else heard_at
            continue
        except UnavailableError:
            counted("telegram_unavailable")
        except Conflict:
            # Another program polls with this token, or a webhook is set: said in `channel check`, and tried again.
            counted("telegram_conflict")
        except TelegramError:
            counted("telegram_unreachable")
        except Exception:
            # A fault of ours must not make a bot deaf: it is counted, and what was not confirmed comes again.
            counted("telegram_fault")
        await clock.sleep_until(clock.now() + timedelta(seconds=pause))
        pause = min(pause * 2, LONGEST_PAUSE)


async def _take_all(batch: Sequence[object], take: Take) -> None:
    """Each chat's updates one after the other, different chats side by side."""
    by_chat: dict[object, list[object]] = {}
    for update in batch:
        by_chat.setdefault(_chat(update), []).append(update)

    async def in_order(updates: list[object]) -> None:
        for update in updates:
            await take(update)

    results = await asyncio.gather(*map(in_order, by_chat.values()), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result


def _id(update: object) -> int:
    found = update.get("update_id") if isinstance(update, dict) else None
    return found if isinstance(found, int) else 0


def _chat(update: object) -> object:
    """The chat of an update, to keep its order; None for what has none."""
    with contextlib.suppress(AttributeError, TypeError, KeyError):
        for kind in ALLOWED:
            told = update.get(kind)  # type: ignore[attr-defined]
            if isinstance(told, dict):
                told = told.get("message", told)
                return told["chat"]["id"]
    return None
