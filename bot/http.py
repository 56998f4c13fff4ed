"""The one door to HTTP services outside that have no library of their own; httpx is imported nowhere else in the house.

Whoever asks learns what follows from a lost answer: nothing was sent, it was perhaps taken, or this is the answer. Tokens stand
in addresses and headers, so no address, header, body or exception of the library ever gets into a message of ours.
"""

import asyncio
import logging
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx

CONNECT_WITHIN = 8.0
KEPT_OPEN = 15.0  # seconds a connection waits for its next use
MOST_CONNECTIONS = 32  # of one lane
LARGEST_ANSWER = 1024 * 1024
HEADERS = {"user-agent": "donghanh", "accept-encoding": "identity"}  # packed answers could grow past any cap
_LEAVING = ("http11.send_request_headers.started", "http11.send_request_body.started")

File = tuple[str, bytes, str]  # name, content, media type


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status. Header names are in lower case."""

    status: int
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False, default_factory=dict)


class NoAnswerError(Exception):
    """There is no answer; the text is a word of ours."""


class NotSentError(NoAnswerError):
    """Nothing left this machine: asking again has no second effect."""


class PerhapsSentError(NoAnswerError):
    """The question began to leave, and its answer did not come, or not whole: it may have had its effect."""


class StaleError(NoAnswerError):
    """At the last moment before the question left, it was no longer ours to ask; nothing was taken."""


class HttpLanes:
    """One client, with its own few connections, per delivery lane: made when first used, on the loop that uses it, and let
    go by `close`. One pool for all would pass through its connections for every message."""

    def __init__(self, *, connect_within: float = CONNECT_WITHIN) -> None:
        for name in ("httpx", "httpcore"):  # the library tells every address at INFO
            logging.getLogger(name).setLevel(logging.ERROR)
        self._connect_within = connect_within
        self._lanes: dict[int, httpx.AsyncClient] = {}

    async def ask(
        self, url: str, *, verb: str = "POST", lane: int = 0, headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None, json: object = None, form: Mapping[str, str] | None = None,
        files: Mapping[str, File] | None = None, within: float = 20.0, still_ours: Callable[[], bool] | None = None,
    ) -> Answer:  # fmt: skip
        """Ask once, without following anything, and return the answer within `within` seconds in all (connecting included).

        `json`, or `form` (with or without `files`), is the body. `still_ours` is asked when the connection stands and before
        anything leaves. NotSentError, PerhapsSentError, StaleError.
        """
        left = False

        async def last_look(event: str, _: Mapping[str, Any]) -> None:
            nonlocal left
            if event in _LEAVING:
                if still_ours is not None and not still_ours():
                    raise StaleError("another sender has it")
                left = True

        if still_ours is not None and not still_ours():
            raise StaleError("another sender has it")
        try:
            client = self._lane(lane)
            request = client.build_request(
                verb, url, headers=headers, params=query, json=json, data=form, files=files,
                timeout=httpx.Timeout(within, connect=min(within, self._connect_within)),
                extensions={"trace": last_look},
            )  # fmt: skip
            async with asyncio.timeout(within):
                response = await client.send(request, stream=True)
                try:
                    body = await _whole(response)
                finally:
                    await response.aclose()
        except NoAnswerError:
            raise
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
            # OSError has TimeoutError and the errors of TLS; ValueError an address or a header that is none.
            word = type(error).__name__
            raise (PerhapsSentError(word) if left else NotSentError(word)) from None
        return Answer(response.status_code, body, {k.lower(): v for k, v in response.headers.items()})

    async def close(self) -> None:
        """Let go of all connections; the next question opens new ones."""
        clients, self._lanes = list(self._lanes.values()), {}
        for client in clients:
            await client.aclose()

    def _lane(self, lane: int) -> httpx.AsyncClient:
        if lane not in self._lanes:
            self._lanes[lane] = httpx.AsyncClient(
                verify=_trust(),
                headers=HEADERS,
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # nothing passes between people
                limits=httpx.Limits(max_connections=MOST_CONNECTIONS, keepalive_expiry=KEPT_OPEN),
                trust_env=False,
            )
        return self._lanes[lane]


@cache
def _trust() -> ssl.SSLContext:
    """Which certificates are believed; reading them costs more than all the rest of a client, so once."""
    return httpx.create_ssl_context()


async def _whole(response: httpx.Response) -> bytes:
    parts, size = list[bytes](), 0
    async for part in response.aiter_raw():
        size += len(part)
        if size > LARGEST_ANSWER:
            raise PerhapsSentError("answer_too_long")
        parts.append(part)
    return b"".join(parts)
