"""Serve the local Bot API until told to stop."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from bot.emulators.clock import Clock
from bot.emulators.telegram.emulator import Emulator
from bot.emulators.telegram.server import Server
from bot.emulators.telegram.world import invented_token


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("python -m bot emulate telegram", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="the address it listens on (this machine alone)")
    parser.add_argument(
        "--port", type=int, default=8081, help="the port; 0 takes a free one, the ready line says which"
    )
    parser.add_argument(
        "--token", action="append", help="a bot's token, again for another; without one, one is invented"
    )
    parser.add_argument(
        "--journal", type=Path, metavar="FILE", help="add everything that happens to this file, a JSON a line"
    )
    parser.add_argument(
        "--factor", type=float, default=1.0, help="how many seconds pass here in one (0: none by themselves)"
    )
    given = parser.parse_args(arguments)
    try:
        return asyncio.run(_serve(given))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"The emulator cannot start: {error}. Give another --port, --token or --journal.\n")
        return 2


async def _serve(given: argparse.Namespace) -> int:
    emulator = Emulator(Clock(factor=given.factor), given.journal)
    bots = [emulator.register(token) for token in given.token or [invented_token()]]
    server = Server(emulator)
    stop = asyncio.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(told, stop.set)
    address = await server.open(given.host, given.port)
    for bot in bots:
        sys.stdout.write(f"Bot @{bot.username}, token {bot.token}\n")
    sys.stdout.write(f"The Telegram emulator is ready: {address}\n")
    sys.stdout.flush()
    await stop.wait()
    await server.close()
    return 0
