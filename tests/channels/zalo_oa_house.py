"""The Official Account's channel in tests: over a store of its own, or inside the whole house with a web server."""

import asyncio
import contextlib
import hashlib
import json
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import uvicorn

from bot import ports
from bot.channels.zalo_oa import ZaloOa
from bot.channels.zalo_oa.oauth import Granted
from bot.emulators.clock import Clock
from bot.house import House, signs
from bot.main import application
from bot.message import Event, Taken
from bot.ports import Channel, Door, UnavailableError
from bot.settings import Settings
from content.catalogue import Catalogue
from storage import migrations
from storage.secrets import SealedSecrets
from storage.store import Store
from storage.vault import Vault, open_key
from tests.kit.build import house
from tests.kit.zalo import ZaloOa as Zalo

WORDS = Catalogue()
KEY = Vault(bytes(range(32)))
APP, OA, SECRET = Zalo.app_id, Zalo.oa_id, Zalo.oa_secret


class Listener:
    """A door of the test's own: remembers what came; `closed` times it cannot keep anything."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.closed = 0

    async def take(self, event: Event) -> Taken:
        if self.closed:
            self.closed -= 1
            raise UnavailableError("closed")
        self.events.append(event)
        return Taken(True, 1, 1, "")


def settings_of(zalo: Zalo | None, **more: Any) -> dict[str, Any]:
    """The settings that connect a house to an emulator."""
    url = zalo.url if zalo else "http://127.0.0.1:9"
    return {
        "zalo_oa_app_id": APP, "zalo_oa_app_secret": Zalo.app_secret, "zalo_oa_secret_key": SECRET, "zalo_oa_api": url,
        "zalo_oauth": url, "zalo_zbs": url, **more,
    }  # fmt: skip


@dataclass(slots=True)
class Desk:
    """A channel alone, with what it was given."""

    channel: ZaloOa
    secrets: SealedSecrets
    store: Store
    clock: Clock
    counts: Counter[str]
    door: Listener


@contextlib.asynccontextmanager
async def channel(
    url: str, zalo: Zalo | None = None, *, clock: Clock | None = None, door: Door | None = None, **more: Any
) -> AsyncIterator[Desk]:
    """The channel over a database with our tables; nobody has consented."""
    store, clock, counts, listener = Store(url), clock or Clock(), Counter[str](), Listener()
    secrets = SealedSecrets(store, KEY)
    settings = Settings(**settings_of(zalo, **more))
    made = ZaloOa(
        settings, door or listener, clock, lambda word: counts.update([word]), signs("commands", "buttons"), secrets
    )
    try:
        yield Desk(made, secrets, store, clock, counts, listener)
    finally:
        await made.rest()
        await made.stop()
        store.close()


async def consented(made: ZaloOa, zalo: Zalo, account: str = OA) -> dict[str, str]:
    """The owner says yes, by the short way: the pair of tokens that is kept then."""
    pair = await asyncio.to_thread(zalo.grant)
    granted = Granted(pair["access_token"], pair["refresh_token"], int(pair["expires_in"]), 90 * 86400, 0.0)
    await made.tokens.store(granted, account)
    return pair


@contextlib.asynccontextmanager
async def connected(
    url: str, folder: Path, zalo: Zalo, *, clock: ports.Clock | None = None, consent: bool = True, **more: Any
) -> AsyncIterator[tuple[House, ZaloOa]]:
    """The whole house on a port of the loopback, an OA connected to it, events posted to its webhook."""
    here = socket.socket()
    here.bind(("127.0.0.1", 0))
    public = f"http://127.0.0.1:{here.getsockname()[1]}"
    more.setdefault("catalogue", WORDS)
    with house(url, folder, clock=clock or Clock(), public_url=public, **settings_of(zalo, **more)) as home:
        if "zalo_oa" not in home.channels:
            secrets = SealedSecrets(home.store, home.vault)
            cast("dict[str, Channel]", home.channels)["zalo_oa"] = ZaloOa(
                home.settings, home.turn, home.clock, lambda word: home.counts.update([word]),
                signs("commands", "buttons"), secrets,
            )  # fmt: skip
        ours = cast("ZaloOa", home.channels["zalo_oa"])
        if consent:
            await consented(ours, zalo)
        config = uvicorn.Config(application(home), log_level="warning", ws="none", access_log=False, loop="none")
        config.load()
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server._serve(sockets=[here]))
        while not server.started:  # noqa: ASYNC110 - uvicorn tells it in no other way
            await asyncio.sleep(0)
        await asyncio.to_thread(zalo.set_console, webhook=f"{public}/zalo/oa/webhook")
        try:
            yield home, ours
        finally:
            server.should_exit = True
            await serving


def signed(body: bytes, at: str | None = None, *, first: str = APP, key: str = SECRET) -> str:
    """The signature of these bytes, made as the documents tell it."""
    told = at if at is not None else str(json.loads(body)["timestamp"])
    return "mac=" + hashlib.sha256(first.encode() + body + told.encode() + key.encode()).hexdigest()


def body(event: dict[str, Any]) -> bytes:
    """As Zalo writes events."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def text_event(words: str = "chào cháu", user: str = "9007199254740993001", **more: Any) -> dict[str, Any]:
    """A person's message."""
    return {
        "app_id": APP, "sender": {"id": user}, "recipient": {"id": OA}, "user_id_by_app": "552177279717587730",
        "event_name": "user_send_text", "message": {"text": words, "msg_id": "96d3cdf3af150460909"},
        "timestamp": "1795000000000", **more,
    }  # fmt: skip


async def until(happened: Callable[[], bool], seconds: float = 15) -> None:
    async with asyncio.timeout(seconds):
        while not happened():  # noqa: ASYNC110 - any of many things
            await asyncio.sleep(0.005)


@contextlib.contextmanager
def migrated(folder: Path) -> Iterator[str]:
    """A SQLite database with our tables, for what is no test of storage."""
    url = f"sqlite:///{folder / 'house.sqlite'}"
    migrations.upgrade(url)
    yield url


def at(hour: int, minute: int = 0) -> datetime:
    """That hour of a day in Vietnam."""
    return datetime(2026, 11, 22, tzinfo=UTC) + timedelta(hours=hour - 7, minutes=minute)


__all__ = [
    "KEY",
    "Desk",
    "Listener",
    "at",
    "body",
    "channel",
    "connected",
    "consented",
    "migrated",
    "open_key",
    "signed",
]
