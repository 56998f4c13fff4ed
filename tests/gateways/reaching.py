"""A registry and the gateway that asks it, by each way there is: in this process, over a socket, through a proxy.

Whoever provides a registry of their own puts it in the place of `office`: what the suite needs of it beside its API is
somebody at a given point of an account's life (`subject`), and how many codes went to their phone (`codes`).
"""

import asyncio
import contextlib
import shutil
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx
import uvicorn

from bot.gateways.identity import Identity
from bot.gateways.in_process import BASE, InProcess
from bot.http import HttpLanes
from tests.gateways.fault_proxy import FaultProxy
from tests.registry.office import CODE, Office, Phone, office

WAYS = ("in process", "over a socket", "through a proxy")
SHORT = 0.4  # seconds of patience, where an answer that never comes is waited for


@dataclass
class Reached:
    """The gateway, and the registry it asks."""

    identity: Identity
    office: Office
    lanes: HttpLanes | InProcess
    base: str
    proxy: FaultProxy | None = None

    def another(self, secret: str, client: str = "donghanh", within: float = 8.0) -> Identity:
        """A gateway of its own on the same wire."""
        return Identity(self.lanes.ask, self.base, client, secret, self.office.clock, within=within)

    async def subject(self, start: str) -> tuple[str, Phone]:
        """Somebody whose account is so far and who consented, and their phone."""
        lent = await self.identity.lend(start)
        loan = cast("Any", lent).loan
        return cast("Any", lent).subject, await self.office.phone(loan["person"]["person"], loan=loan["token"])

    async def codes(self, phone: Phone) -> int:
        """How many codes went to this phone."""
        return len([text for text in await phone.texts() if CODE.search(text)])


@contextlib.asynccontextmanager
async def reached(way: str, migrated: Path, folder: Path, within: float = 8.0) -> AsyncIterator[Reached]:
    copy = shutil.copy(migrated, folder / "registry.db")
    async with office(f"sqlite:///{copy}") as built, contextlib.AsyncExitStack() as open_:
        app = cast("httpx.ASGITransport", built.client._transport).app
        secret = built.registry.clients.secret("donghanh")
        proxy, lanes, base = None, cast("HttpLanes | InProcess", InProcess(app)), BASE
        if way != "in process":
            address = await open_.enter_async_context(_served(app))
            lanes, base = HttpLanes(), f"http://{address[0]}:{address[1]}/v1"
            if way == "through a proxy":
                proxy = await open_.enter_async_context(FaultProxy(address).serving())
                base = f"{proxy.url}/v1"
        identity = Identity(lanes.ask, base, "donghanh", secret, built.clock, within=within)
        try:
            yield Reached(identity, built, lanes, base, proxy)
        finally:
            await lanes.close()


@contextlib.asynccontextmanager
async def _served(app: Any) -> AsyncIterator[tuple[str, int]]:
    with socket.create_server(("127.0.0.1", 0)) as here:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", loop="none", ws="none"))
        server.config.load()
        serving = asyncio.create_task(server._serve(sockets=[here]))
        while not server.started:  # noqa: ASYNC110 - uvicorn tells it no other way
            await asyncio.sleep(0)
        try:
            yield here.getsockname()[:2]
        finally:
            server.should_exit = True
            await serving
