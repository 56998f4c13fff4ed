"""The console before anybody uses it: a path and a look now and then whether there is staff. Only then is the rest imported."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from bot.console.parts import Parts
from storage import staff
from storage.store import UnavailableError

if TYPE_CHECKING:
    from bot.console.console import Console

LOOK_EVERY = 5.0  # seconds until the first officer who was added is noticed; a first visit is noticed at once


class LateConsole:
    """To be mounted and held open like a `Console`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._console: Console | None = None
        self._wanted = asyncio.Event()
        self._closed = False
        self.mount = Mount("/console", app=self._answer)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Wait until the console is wanted, then do its work."""
        work = asyncio.create_task(self._work())
        try:
            yield
        finally:
            self.close()
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work

    def close(self) -> None:
        """Let open streams go."""
        self._closed = True
        if self._console is not None:
            self._console.close()

    async def _work(self) -> None:
        while not self._wanted.is_set():
            with contextlib.suppress(UnavailableError):
                if await self._parts.store.read(staff.anyone):
                    break
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wanted.wait(), LOOK_EVERY)
        async with self._made().running():
            await asyncio.Event().wait()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._wanted.set()
        await self._made().mount.app(scope, receive, send)

    def _made(self) -> "Console":
        if self._console is None:
            from bot.console.console import Console

            self._console = Console(self._parts)
            if self._closed:
                self._console.close()
        return self._console
