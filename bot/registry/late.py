"""The simulated registry before anybody needs it: an address inside the house. The first question opens it, and only then is
any of it imported, so a house that nobody practises in starts as quickly as one without it."""

import asyncio
import contextlib
import json
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.ports import Clock, UnavailableError
from bot.registry.refusals import TITLES, Refusal
from storage.vault import KeyMissingError, Vault, open_key

if TYPE_CHECKING:
    from bot.registry.options import Options
    from bot.registry.registry import Registry

LOG = logging.getLogger(__name__)
APPROVED_AFTER = timedelta(minutes=2)  # long enough to be waited for, or to be done by hand at the counter
CODE_AGAIN = timedelta(seconds=20)  # whoever practises does in a minute what takes days, and is not to wait for a code
AGAIN = 3  # seconds after which whoever found it closed may ask again
_AWAY = {
    "label": "MÔ PHỎNG", "type": f"urn:donghanh:registry:{Refusal.UNAVAILABLE.value}", "title": TITLES[Refusal.UNAVAILABLE],
    "status": 503, "code": Refusal.UNAVAILABLE.value, "step": "", "wrong": [],
}  # fmt: skip


class LateRegistry:
    """An ASGI application. `url`: its own database; `key_file`: its own key; `serve` claims a SQLite file for this process;
    `options` make it another than one for practising; `public_url`: where people reach the house, and with it its pages."""

    def __init__(
        self, url: str, key_file: Path, clock: Clock, *, serve: bool = False, options: "Options | None" = None,
        public_url: str = "",
    ) -> None:  # fmt: skip
        self._url, self._key_file, self._clock, self._serve, self._options = url, key_file, clock, serve, options
        self._public_url = public_url
        self._key = threading.Lock()
        self._open = ExitStack()
        self._opening = asyncio.Lock()
        self._opened = asyncio.Event()
        self._registry: Registry | None = None
        self._app: ASGIApp | None = None
        self._closing = False

    def secret(self, client: str) -> str:
        """The secret by which a client is known here; it follows from the registry's key. UnavailableError without one."""
        from bot.registry.clients import Clients
        from bot.registry.options import Options

        try:
            return Clients(self._vault(), Options()).secret(client)
        except (OSError, KeyMissingError) as error:
            raise UnavailableError("the registry's key cannot be read") from error

    @property
    def is_open(self) -> bool:
        """Whether somebody needed it already."""
        return self._app is not None

    async def opened(self) -> None:
        """Wait until somebody needed it."""
        await self._opened.wait()

    async def registry(self) -> "Registry | None":
        """Open it; None when that is not possible now."""
        await self._ready()
        return self._registry

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Once it is open, it does by itself what is due (approvals, SMS, forgetting), for as long as the block runs."""
        work = asyncio.create_task(self._work())
        try:
            yield
        finally:
            self.let_go()
            if self._registry is None:
                work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work

    def let_go(self) -> None:
        """Whoever waits for something gets the answer that there is nothing."""
        self._closing = True
        if self._registry is not None:
            self._registry.closing.set()

    def close(self) -> None:
        """Close the database, if it was opened."""
        self._open.close()
        self._registry = self._app = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = await self._ready()
        if app is not None:
            await app(scope, receive, send)
            return
        body = json.dumps(_AWAY, ensure_ascii=False).encode()
        headers = {"retry-after": str(AGAIN), "cache-control": "no-store"}
        await Response(body, 503, headers, media_type="application/problem+json")(scope, receive, send)

    async def _ready(self) -> ASGIApp | None:
        """The open registry; None when it cannot be opened now, which the log says in a sentence."""
        if self._app is not None:
            return self._app
        async with self._opening:
            if not self.is_open and not self._closing:
                try:
                    self._registry, self._app = await asyncio.get_running_loop().run_in_executor(None, self._build)
                except Exception as error:
                    # Whatever it was, the conversation goes on without: this is its own house, with its own database.
                    told = str(error) if type(error).__module__.startswith("storage") else type(error).__name__
                    LOG.error("the simulated registry cannot be opened (%s): see DONGHANH_REGISTRY_…", told)  # noqa: TRY400
                    return None
                self._opened.set()
            return self._app

    def _build(self) -> "tuple[Registry, ASGIApp]":
        from bot.registry.api.application import application
        from bot.registry.options import Options
        from bot.registry.registry import build
        from flows.core.codes import CodePolicy

        options = self._options or Options(
            approval_after=APPROVED_AFTER,
            codes=CodePolicy(first_wait=CODE_AGAIN),
            link_seconds=2,
            phone_beside_page=True,
        )
        options = replace(options, public_url=options.public_url or self._public_url)
        built = build(self._url, self._vault(), options, clock=self._clock, serve=self._serve)
        registry = self._open.enter_context(built)
        return registry, application(registry, own_work=False)

    def _vault(self) -> Vault:
        with self._key:  # whoever comes first makes it
            return open_key(self._key_file)

    async def _work(self) -> None:
        await self._opened.wait()
        registry = self._registry
        if registry is not None:
            async with registry.serving():
                await registry.closing.wait()
