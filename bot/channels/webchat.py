"""The web chat: a page that is read from, not written to. It names each of its messages, so a retry is a duplicate."""

import asyncio
import contextlib
import json
import secrets
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.message import Attended, Event, Message, Progress, Taken, Typed
from bot.ports import Clock, Door, Mailbox, UnavailableError, Wake
from flows.speech import Address, Opened, Pick

COOKIE_DAYS = 180
LARGEST_BODY = 512 * 1024
LONGEST_ID = 64
SHOWN_AT_START = 30
AWAY = timedelta(hours=3)
HEARTBEAT = 20.0
TRY_AGAIN = 3
HEADER = "x-requested-with"
PICTURES = "/pictures"


@dataclass(frozen=True, slots=True)
class Doorway:
    """Where a chat stands: its path, its channel's name, its cookie and how far that goes; whether whoever comes without
    one begins a conversation here; and the words that stand on each message of the house, if any."""

    prefix: str = "/chat"
    channel: str = "web"
    cookie: str = "donghanh"
    path: str = "/"
    begins: bool = True
    label: str = ""


WEB = Doorway()
PRACTICE = Doorway(
    "/tap-thu/chat", "practice", "donghanh-tap-thu", "/tap-thu", begins=False, label="MÔ PHỎNG – luyện tập"
)


class Said(msgspec.Struct, forbid_unknown_fields=False):
    """The body of /chat/say: words or a press, never both."""

    id: str
    text: str | None = None
    press: dict[str, str] | None = None
    after: int = 0


class Seen(msgspec.Struct):
    upto: int


class RefusedError(Exception):
    """The request is not one of our page's; the text says why, the number is the HTTP status."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class WebChat:
    """The routes of the web chat over the one door and a mailbox."""

    def __init__(
        self,
        door: Door,
        mailbox: Mailbox,
        wake: Wake,
        clock: Clock,
        blind: Callable[[str], str],
        *,
        secure: bool,
        counted: Callable[[str], None],
        at: Doorway = WEB,
    ) -> None:
        self._door, self._mailbox, self._wake, self._blind = door, mailbox, wake, blind
        self._clock, self._secure, self._counted, self._at = clock, secure, counted, at
        self.closing = asyncio.Event()

    def routes(self) -> list[BaseRoute]:
        return [
            Route(f"{self._at.prefix}/{name}", self._guarded(work), methods=[verb])
            for name, work, verb in (
                ("open", self.open, "POST"),
                ("say", self.say, "POST"),
                ("seen", self.seen, "POST"),
                ("forget", self.forget, "POST"),
                ("messages", self.messages, "GET"),
                ("stream", self.stream, "GET"),
            )
        ]

    async def open(self, request: Request) -> Response:
        """Begin a conversation, or come back to it: a page that reloads hears nothing twice."""
        token = request.cookies.get(self._at.cookie, "")
        address = self.held(request)
        messages: list[Message] = []
        progress: Progress | None = None
        if address is not None:
            messages, progress = await self._mailbox.newest(address, SHOWN_AT_START)
        if not self._at.begins:
            if not messages:
                raise RefusedError(409, "no conversation yet")
        elif not messages:
            token = secrets.token_urlsafe(32) if address is None else token
            taken = await self._door.take(Event(self.address(token), "open", Opened()))
            if taken.fresh:
                messages, progress = list(taken.messages), taken.progress
            else:  # two pages opened at once: the other one began
                messages, progress = await self._mailbox.newest(self.address(token), SHOWN_AT_START)
        elif address is not None and self._clock.now() - messages[-1].at > AWAY:
            # Whoever was away for hours is met again, once per absence: the id names the message they left at.
            taken = await self._door.take(Event(address, f"back-{messages[-1].number}", Opened()))
            messages, progress = [*messages, *taken.messages][-SHOWN_AT_START:], taken.progress
        response = self._answer(messages, progress)
        self.remember(response, token)
        return response

    def remember(self, response: Response, token: str) -> None:
        """Let this browser hold the conversation by its token."""
        response.set_cookie(
            self._at.cookie, token, max_age=COOKIE_DAYS * 86400, httponly=True, samesite="lax", secure=self._secure,
            path=self._at.path,
        )  # fmt: skip

    def held(self, request: Request) -> Address | None:
        """The conversation this browser holds, if any."""
        token = request.cookies.get(self._at.cookie, "")
        return self.address(token) if is_token(token) else None

    async def say(self, request: Request) -> Response:
        """Take one message of the person. 200 only after it is stored."""
        address = self._known(request)
        said = _decoded(await _body(request), Said)
        event = Event(address, _external_id(said.id), _what(said))
        taken = await self._door.take(event)
        shown = await self._since(address, said.after, taken)
        return self._answer(*shown, accepted=True, last=taken.last)

    async def messages(self, request: Request) -> Response:
        return self._answer(
            *await self._mailbox.after(self._known(request), _number(request.query_params.get("after", "0")))
        )

    async def seen(self, request: Request) -> Response:
        await self._mailbox.seen(self._known(request), _decoded(await _body(request), Seen).upto)
        return Response(status_code=204)

    async def forget(self, request: Request) -> Response:
        """ "Quên tôi trên máy này": everything of this conversation goes, and the cookie."""
        await self._mailbox.forget(self._known(request))
        response = Response(status_code=204)
        response.delete_cookie(self._at.cookie, path=self._at.path)
        return response

    async def stream(self, request: Request) -> Response:
        """Server-sent events: whatever is newer than `after`, then each change as it comes."""
        address = self._known(request)
        after = request.headers.get("last-event-id") or request.query_params.get("after", "0")
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(self._events(address, _number(after)), media_type="text/event-stream", headers=headers)

    async def _events(self, address: Address, after: int) -> AsyncIterator[bytes]:
        yield b"retry: 2000\n\n"
        told: Attended | None = None
        while not self.closing.is_set():
            # The hint is asked for before the truth is read, so that no change falls between the two.
            hint = asyncio.ensure_future(self._wake.wait(address.key, HEARTBEAT))
            closing = asyncio.ensure_future(self.closing.wait())
            try:
                messages, progress = await self._mailbox.after(address, after)
                if messages:
                    after = messages[-1].number
                    body = _encoded(messages, progress, self._at.label)
                    yield b"event: messages\nid: %d\ndata: %s\n\n" % (after, body)
                    continue
                if (attended := await self._mailbox.attended(address)) != told:
                    told = attended
                    yield b"event: person\ndata: %s\n\n" % _person(attended)
                await asyncio.wait({hint, closing}, return_when=asyncio.FIRST_COMPLETED)
                if not (hint.done() and hint.result()):
                    yield b": here\n\n"
            except UnavailableError:
                return  # the page comes back by itself
            finally:
                for task in (hint, closing):
                    task.cancel()

    async def _since(self, address: Address, after: int, taken: Taken) -> tuple[list[Message], Progress | None]:
        """What the page has not seen: the turn's own messages when there is no gap before them."""
        if taken.fresh and taken.messages and taken.messages[0].number == after + 1:
            return list(taken.messages), taken.progress
        return await self._mailbox.after(address, after)

    def _known(self, request: Request) -> Address:
        address = self.held(request)
        if address is None:
            raise RefusedError(409, "no conversation yet: open one first")
        return address

    def address(self, token: str) -> Address:
        """The cookie itself is never stored: whoever reads the database cannot take over a conversation."""
        return Address(self._at.channel, "main", self._blind(token))

    def _answer(self, messages: list[Message], progress: Progress | None, **more: Any) -> Response:
        body = _encoded(messages, progress, self._at.label, **more)
        return Response(body, media_type="application/json", headers={"cache-control": "no-store"})

    def _guarded(self, work: Callable[[Request], Any]) -> Callable[[Request], Any]:
        async def guarded(request: Request) -> Response:
            try:
                _sent_by_our_page(request)
                return await work(request)  # type: ignore[no-any-return]
            except RefusedError as refused:
                self._counted(f"refused_{refused.status}")
                return JSONResponse({"error": str(refused)}, status_code=refused.status)
            except UnavailableError:
                self._counted("unavailable")
                return JSONResponse(
                    {"error": "not stored, try again"}, status_code=503, headers={"retry-after": str(TRY_AGAIN)}
                )
            except ClientDisconnect:
                return Response(status_code=400)

        return guarded


def _sent_by_our_page(request: Request) -> None:
    """A form on another site cannot set this header without asking first, and is then refused by the browser."""
    if request.method == "POST" and request.headers.get(HEADER) != "donghanh":
        raise RefusedError(403, "not sent by our page")


def _what(said: Said) -> Typed | Pick:
    if said.press is not None:
        place, exit_ = said.press.get("place"), said.press.get("exit")
        if not isinstance(place, str) or not isinstance(exit_, str) or len(place) + len(exit_) > 200:
            raise RefusedError(400, "a press has a place and an exit")
        return Pick(place, exit_)
    if said.text is None:
        raise RefusedError(400, "there is neither text nor a press")
    return Typed(said.text)


def _external_id(id_: str) -> str:
    try:
        return str(uuid.UUID(id_))
    except (ValueError, AttributeError) as error:
        raise RefusedError(400, "the id of a message is a UUID") from error


def is_token(token: str) -> bool:
    return 40 <= len(token) <= LONGEST_ID and token.isascii() and token.replace("-", "").replace("_", "").isalnum()


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


async def _body(request: Request) -> bytes:
    """At most 512 KiB; more is refused while it is being read."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_BODY:
            raise RefusedError(413, "the message is too long")
        parts.append(part)
    return b"".join(parts)


def _decoded(body: bytes, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        pass
    with contextlib.suppress(ValueError, RecursionError, msgspec.ValidationError):
        # A lone surrogate is no JSON text for the strict reader, but old keyboards send it: the lenient one takes it.
        return msgspec.convert(json.loads(body), type=kind)
    raise RefusedError(400, "the body is not what this address takes")


def shown(message: Message, label: str = "") -> dict[str, Any]:
    """A message as the page reads it; `label` stands on those of the house."""
    offer = {"place": message.offer.place, "choices": message.offer.choices} if message.offer else None
    at = message.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    screen = message.picture
    picture = {"src": f"{PICTURES}/{screen.id}.png?v={screen.digest[:8]}", "alt": screen.alt} if screen else None
    mine = {"label": label} if label and message.who != "me" else {}
    return {
        **mine, "n": message.number, "who": message.who, "text": message.text, "at": at, "offer": offer,
        "mark": message.mark or None, "ref": message.ref or None, "picture": picture,
    }  # fmt: skip


def _person(told: Attended | None) -> bytes:
    at = told.at.strftime("%Y-%m-%dT%H:%M:%SZ") if told is not None and told.at is not None else None
    return msgspec.json.encode({"upto": told.upto, "at": at} if told is not None else None)


def _encoded(messages: list[Message], progress: Progress | None, label: str, **more: Any) -> bytes:
    stage = {"number": progress.number, "count": progress.count, "name": progress.name} if progress else None
    last = messages[-1].number if messages else 0
    return msgspec.json.encode(
        {"last": last, **more, "messages": [shown(m, label) for m in messages], "progress": stage}
    )


ASSETS = Path(__file__).parent / "webchat_page"
