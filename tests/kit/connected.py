"""A house with its channels listening and sending, in this event loop; with an address of its own where webhooks arrive."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import uvicorn

from bot.house import House
from bot.main import application
from bot.ports import Clock
from content.catalogue import Catalogue
from tests.kit.build import house

WORDS = Catalogue()


@contextlib.asynccontextmanager
async def connected(url: str, folder: Path, *, clock: Clock | None = None, **settings: Any) -> AsyncIterator[House]:
    """Channels that poll: started as `main` starts them, without a web server."""
    settings.setdefault("catalogue", WORDS)
    with house(url, folder, clock=clock, **settings) as home:
        sending = asyncio.create_task(home.delivery.run())
        for channel in home.channels.values():
            await channel.start()
        try:
            yield home
        finally:
            for channel in home.channels.values():
                await channel.rest()
            await home.delivery.stop()
            await sending
            for channel in home.channels.values():
                await channel.stop()


@contextlib.asynccontextmanager
async def listening(url: str, folder: Path, *, clock: Clock | None = None, **settings: Any) -> AsyncIterator[House]:
    """The whole house over HTTP on a free port of the loopback, its webhooks at `house.settings.public_url`."""
    settings.setdefault("catalogue", WORDS)
    with contextlib.closing(socket.socket()) as here:
        here.bind(("127.0.0.1", 0))
        settings.setdefault("public_url", f"http://127.0.0.1:{here.getsockname()[1]}")
        with house(url, folder, clock=clock, **settings) as home:
            async with _served(home, here):
                yield home


@contextlib.asynccontextmanager
async def _served(home: House, here: socket.socket) -> AsyncIterator[None]:
    server = uvicorn.Server(
        uvicorn.Config(application(home), log_level="warning", ws="none", access_log=False, loop="none")
    )
    server.config.load()
    serving = asyncio.create_task(server._serve(sockets=[here]))
    while not server.started:  # noqa: ASYNC110 - uvicorn tells it no other way
        await asyncio.sleep(0)
    try:
        yield
    finally:
        server.should_exit = True
        await serving
