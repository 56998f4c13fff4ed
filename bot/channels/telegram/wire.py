"""python-telegram-bot's request backend on aiohttp (its documented extension point), telling apart what was surely not sent.

The token stands in the URL, so nothing here puts a URL or an exception's own words into a message that may be logged.
"""

import asyncio
import contextlib
from collections.abc import Callable
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Any

import aiohttp
import msgspec
from telegram.error import Conflict, NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECT_WITHIN = 8.0
ANSWER_WITHIN = 20.0
MOST_CONNECTIONS = 64
SOME_SECONDS = 3.0

still_ours: ContextVar[Callable[[], bool]] = ContextVar("still_ours")


class NotSentError(NetworkError):
    """The platform could not be reached: nothing was sent."""


class PerhapsSentError(TimedOut):
    """The request went out and its answer was lost."""


class TroubleThereError(NetworkError):
    """The platform answered that it failed (5xx)."""


class TooFastError(NetworkError):
    """The platform asks to wait `after` seconds (429)."""

    def __init__(self, after: float) -> None:
        super().__init__("asked to wait")
        self.after = after


class StaleError(NetworkError):
    """At the last moment before the bytes left, the conversation was no longer ours."""


class Wire(BaseRequest):
    """One pool of connections for all bots of a process; a quarter of the cost of the library's own backend."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return ANSWER_WITHIN

    async def initialize(self) -> None:
        """Connections are opened at the first request, on the loop that makes it."""

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE, connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:  # fmt: skip
        """Status and body of one request; NotSentError, PerhapsSentError, TroubleThereError, StaleError."""
        del write_timeout, connect_timeout, pool_timeout  # one deadline for the whole is what the sender needs
        wait = read_timeout if isinstance(read_timeout, int | float) else ANSWER_WITHIN
        status, body = await self._exchange(method, url, _body(request_data), wait)
        if status >= 500:
            raise TroubleThereError(f"answered {status}")
        if status == 429:
            raise TooFastError(_asked_to_wait(body))
        return status, body

    async def updates(self, url: str, fields: dict[str, str], wait: float) -> list[Any]:
        """getUpdates as Telegram wrote it: the library would read each update into its own types, and refuse some."""
        status, body = await self._exchange("POST", url, fields, wait)
        if status == 409:
            raise Conflict("another one polls, or a webhook is set")
        try:
            told = msgspec.json.decode(body)
        except (msgspec.DecodeError, RecursionError):
            told = None
        if status != 200 or not isinstance(told, dict) or not isinstance(told.get("result"), list):
            raise TroubleThereError(f"answered {status}")
        return list(told["result"])

    async def _exchange(self, method: str, url: str, data: Any, wait: float) -> tuple[int, bytes]:
        timeout = aiohttp.ClientTimeout(total=CONNECT_WITHIN + wait, sock_connect=CONNECT_WITHIN, sock_read=wait)
        guard = still_ours.get(None)
        try:
            if guard is not None and not guard():
                raise StaleError("another sender has this conversation")
            async with self._open().request(
                method, url, data=data, timeout=timeout, trace_request_ctx=guard, allow_redirects=False
            ) as answer:
                return answer.status, await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSentError(type(error).__name__) from None
        except (aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError, OSError) as error:
            raise PerhapsSentError(type(error).__name__) from None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            trace = aiohttp.TraceConfig()
            trace.on_connection_reuseconn.append(_last_look)
            trace.on_connection_create_end.append(_last_look)
            connector = aiohttp.TCPConnector(limit=MOST_CONNECTIONS, keepalive_timeout=30)
            self._session = aiohttp.ClientSession(connector=connector, trace_configs=[trace])
        return self._session


async def _last_look(_session: aiohttp.ClientSession, context: SimpleNamespace, _params: Any) -> None:
    """The connection stands, the bytes have not left: a process that slept until here may have lost the conversation."""
    guard = getattr(context, "trace_request_ctx", None)
    if guard is not None and not guard():
        raise StaleError("another sender has this conversation")


def _asked_to_wait(body: bytes) -> float:
    with contextlib.suppress(msgspec.DecodeError, msgspec.ValidationError, RecursionError):
        return max(0.0, msgspec.json.decode(body, type=_Refused).parameters.get("retry_after", SOME_SECONDS))
    return SOME_SECONDS


class _Refused(msgspec.Struct):
    parameters: dict[str, float] = {}


def _body(given: RequestData | None) -> aiohttp.FormData | dict[str, str] | None:
    if given is None:
        return None
    if not given.contains_files:
        return given.json_parameters
    form = aiohttp.FormData()
    for name, value in given.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in (given.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form
