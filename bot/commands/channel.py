"""Say in sentences whether the channels, and a registry at an address, are connected: `python -m bot channel check`."""

import argparse
import asyncio
import os
import sys

from bot.commands.run import sentenced
from bot.main import open_channels
from bot.message import Event, Sentence, Taken
from bot.neighbour import open_outside
from bot.ports import Secrets, SystemClock, UnavailableError
from bot.settings import Settings, read
from storage.secrets import SealedSecrets
from storage.store import Store
from storage.vault import open_key


class _ClosedDoor:
    """Nothing is taken while the channels are only looked at."""

    async def take(self, event: Event) -> Taken:
        raise UnavailableError(f"{event.kind}: the channels are only being checked")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("python -m bot channel", description=__doc__)
    parser.add_argument("what", choices=["check"])
    parser.parse_args(arguments)
    return sentenced(check)


def check() -> int:
    """Every finding of every channel that is switched on; 1 when one of them needs something done."""
    settings = read(os.environ)
    store = Store(settings.database_url)
    try:
        return _check(settings, SealedSecrets(store, open_key(settings.key_file)))
    finally:
        store.close()


def _check(settings: Settings, secrets: Secrets) -> int:
    channels = open_channels(settings, _ClosedDoor(), SystemClock(), lambda _: None, secrets)
    real = settings.registry_url not in ("", "none")
    if not channels:
        sys.stdout.write(
            "No channel is switched on but the web page. Set DONGHANH_TELEGRAM_TOKEN or DONGHANH_ZALO_BOT_TOKEN.\n"
        )
    if not channels and not real:
        return 0

    async def ask() -> list[Sentence]:
        found = [sentence for channel in channels.values() for sentence in await channel.health()]
        return found + (await _registry(settings) if real else [])

    found = asyncio.run(ask())
    for sentence in found:
        sys.stdout.write(f"{'✓' if sentence.good else '✗'} {sentence.text}\n")
    return 0 if all(s.good for s in found) else 1


async def _registry(settings: Settings) -> list[Sentence]:
    """How the registry at an address answers."""
    outside, _ = open_outside(settings, SystemClock(), serve=False, simulated=None)
    if outside is None:
        return []
    try:
        return await outside.identity.health()
    finally:
        await outside.close()
