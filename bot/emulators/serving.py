"""An emulator on a port: uvicorn with one thing more, a way for the application to cut a connection."""

import argparse
import asyncio
import signal
import socket
import struct
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.emulators.faults import RESET
from bot.emulators.rules import WrongSwitchError

NO_FAREWELL = struct.pack("ii", 1, 0)  # SO_LINGER, on, no seconds: closing sends a reset instead of a farewell


class Cutting(HttpToolsProtocol):
    """Gives each request's scope a function that resets its connection."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        extensions: dict[str, Any] = dict(self.scope.get("extensions") or {})
        extensions[RESET] = self._cut
        self.scope["extensions"] = extensions

    def _cut(self) -> None:
        raw = self.transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_FAREWELL)
        self.transport.abort()


class Server(uvicorn.Server):
    """Says so when it can be talked to, and lets go of whoever waits when it is told to stop."""

    def __init__(
        self, config: uvicorn.Config, ready: Callable[[], None], ending: Callable[[], Awaitable[None]]
    ) -> None:
        super().__init__(config)
        self._ready, self._ending = ready, ending
        self._told = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._ready()

    def stop(self) -> None:
        """Tell it to stop, from any thread; a signal does the same."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._told.set)

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        ends = {asyncio.create_task(super().main_loop()), asyncio.create_task(self._told.wait())}
        _, left = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for end in left:
            end.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._ending()
        await super().shutdown(sockets=sockets)


async def _nothing() -> None:
    """What has nobody waiting has nothing to end."""


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens there; port 0 takes a free one. OSError when it cannot be taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named, or asyncio does not switch Nagle's algorithm off and each answer takes 40 ms.
    taken = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
        taken.listen(256)
    except OSError:
        taken.close()
        raise
    return taken


def address(taken: socket.socket) -> str:
    host, port = taken.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def server(app: Starlette, ready: Callable[[], None]) -> Server:
    """A server for `app`, to be run with `sockets=[listening(…)]`; calls `ready` once it serves.

    `app.state.ending`, if there is one, is awaited when it is told to stop.
    """
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, http=Cutting, ws="none", loop="asyncio",
        timeout_graceful_shutdown=1, timeout_keep_alive=30,
    )  # fmt: skip
    return Server(config, ready, getattr(app.state, "ending", _nothing))


def options(parser: argparse.ArgumentParser, port: int) -> None:
    """What every emulator takes at the command line."""
    parser.add_argument("--host", default="127.0.0.1", help="the address it listens on (this machine alone)")
    parser.add_argument("--port", type=int, default=port, help=f"the port ({port}); 0 takes a free one")
    parser.add_argument("--journal", type=Path, metavar="FILE", help="add everything that happens to this file")
    parser.add_argument(
        "--set", action="append", default=[], metavar="SWITCH=VALUE",
        help="turn a switch, such as private_hosts=allowed to try a webhook on this machine; the page lists them",
    )  # fmt: skip


Build = Callable[[Path | None, dict[str, str]], Starlette]


def until_stopped(name: str, given: argparse.Namespace, build: Build, told: list[str]) -> int:
    """Serve what `build` makes of the journal's file and the switches, until SIGTERM or Ctrl-C.

    `told` is printed before the ready line. 2, with a sentence, when it cannot start.
    """
    try:
        app = build(given.journal, dict(pair.partition("=")[::2] for pair in given.set))
        taken = listening(given.host, given.port)
    except (OSError, WrongSwitchError) as error:
        sys.stderr.write(f"The {name} emulator cannot start: {error} Give another --port, --journal or --set.\n")
        return 2

    def ready() -> None:
        sys.stdout.write("\n".join([*told, f"The {name} emulator is ready: {address(taken)}", ""]))
        sys.stdout.flush()

    # uvicorn takes the signals while it runs and raises them again when it has drained: then they have done their work.
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, lambda *_: None)
    server(app, ready).run(sockets=[taken])
    return 0
