"""Asks an ASGI application in this process as `HttpLanes` asks over a wire: the same question, the same three ends."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

import httpx
from starlette.types import ASGIApp

from bot.http import HEADERS, Answer, File, PerhapsSentError

BASE = "http://registry/v1"  # no such host: nothing leaves the process


class InProcess:
    """The `ask` and `close` of `HttpLanes`, over `httpx.ASGITransport`. What the application raises is its 500."""

    def __init__(self, app: ASGIApp, ready: Callable[[], Awaitable[object]] | None = None) -> None:
        """`ready` is awaited before anything is asked: whatever it takes, the question has not left yet."""
        self._ready = ready
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.ERROR)
        self._app = app
        self._client: httpx.AsyncClient | None = None

    async def ask(
        self, url: str, *, verb: str = "POST", lane: int = 0, headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None, json: object = None, form: Mapping[str, str] | None = None,
        files: Mapping[str, File] | None = None, within: float = 20.0, still_ours: Callable[[], bool] | None = None,
    ) -> Answer:  # fmt: skip
        """Ask once. PerhapsSentError when the answer is late: the application has the question."""
        del lane, still_ours
        if self._ready is not None:
            await self._ready()
        if self._client is None:
            transport = httpx.ASGITransport(app=self._app, raise_app_exceptions=False)
            self._client = httpx.AsyncClient(transport=transport, headers=HEADERS, trust_env=False)
        try:
            async with asyncio.timeout(within):
                response = await self._client.request(
                    verb, url, headers=headers, params=query, json=json, data=form, files=files
                )
        except TimeoutError:
            raise PerhapsSentError("late") from None
        return Answer(response.status_code, response.content, {k.lower(): v for k, v in response.headers.items()})

    async def close(self) -> None:
        """Let go of the client."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None
