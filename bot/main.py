"""Puts the house together; the only place that knows every part."""

import asyncio
import contextlib
import tomllib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.channels import LIMITS, webchat
from bot.channels.webchat import WebChat
from bot.delivery import Delivery
from bot.look.pages import FOR_EVER, Headers, Pages
from bot.mailbox import ReadMailbox
from bot.ports import Channel, Clock, Door, LocalWake, Secrets, SystemClock
from bot.retention import keep_the_promise
from bot.settings import Settings, UnitCard, unit_cards
from bot.turn import Turn
from bot.wording import Units, Wording
from content.catalogue import ROOT, Catalogue
from content.hearing import Hearing
from content.pictures import picture
from flows.core.journey import Stage
from flows.notation import Book
from flows.script import BOOK
from storage import migrations
from storage.secrets import SealedSecrets
from storage.store import Store, UnavailableError, alive
from storage.vault import Vault, claim, open_key

NUMBERED = frozenset(name for name, limits in LIMITS.items() if not limits.buttons)


@dataclass(frozen=True, slots=True)
class House:
    """Every part, put together."""

    settings: Settings
    unit: UnitCard
    book: Book
    catalogue: Catalogue
    store: Store
    vault: Vault
    clock: Clock
    wake: LocalWake
    turn: Turn
    mailbox: ReadMailbox
    channels: Mapping[str, Channel]
    delivery: Delivery
    counts: Counter[str]


def signs(*tables: str, root: Path = ROOT) -> dict[str, dict[str, dict[str, str]]]:
    """Language → table → name → words, of the languages' `signs.toml`."""
    files = {f.parent.name: tomllib.loads(f.read_text(encoding="utf-8")) for f in sorted(root.glob("*/signs.toml"))}
    return {language: {table: told.get(table, {}) for table in tables} for language, told in files.items()}


def stage_names(root: Path = ROOT) -> dict[str, dict[Stage, str]]:
    """What the stretches of the way are called, by language."""
    files = {f.parent.name: tomllib.loads(f.read_text(encoding="utf-8"))["stages"] for f in root.glob("*/signs.toml")}
    return {language: {stage: names[stage.value] for stage in Stage} for language, names in files.items()}


@contextlib.contextmanager
def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    book: Book = BOOK,
    words: Path = ROOT,
    catalogue: Catalogue | None = None,
    serve: bool = False,
) -> Iterator[House]:
    """The house over the database of the settings, brought to the newest tables; closed at the end of the block.

    `serve` claims a SQLite file for this process. SettingError, KeyMissingError and AlreadyServedError say what is wrong.
    """
    unit, own_units = unit_cards(settings.unit_file)
    vault = open_key(settings.key_file)
    store = Store(settings.database_url)
    try:
        if serve:
            store.serve()
        migrations.upgrade(settings.database_url)
        store.write_now(lambda connection: claim(connection, vault))
        clock, wake, catalogue = clock or SystemClock(), LocalWake(), catalogue or Catalogue(words)
        counts: Counter[str] = Counter()
        units = Units(unit, own_units)
        wording = Wording(book, catalogue, units, stage_names(words), settings.keep_days, numbered=NUMBERED)
        turn = Turn(store, book, wording, Hearing(root=words), clock, wake, written=written_to(settings))
        channels = open_channels(settings, turn, clock, lambda word: counts.update([word]), SealedSecrets(store, vault))
        delivery = Delivery(store, clock, wake, channels, lambda word: counts.update([word]))
        yield House(
            settings, unit, book, catalogue, store, vault, clock, wake, turn, ReadMailbox(store, turn), channels, delivery,
            counts,
        )  # fmt: skip
    finally:
        store.close()


def written_to(settings: Settings) -> frozenset[str]:
    """The channels that are switched on and are written to (the web chat is read instead)."""
    switched = {
        "telegram": settings.telegram_token,
        "zalo_bot": settings.zalo_bot_token,
        "zalo_oa": settings.zalo_oa_app_id,
    }
    return frozenset(name for name, on in switched.items() if on)


def open_channels(
    settings: Settings, door: Door, clock: Clock, counted: Callable[[str], None], secrets: Secrets
) -> dict[str, Channel]:  # fmt: skip
    """The channels that are switched on; only these are imported. SettingError says what one of them lacks."""
    channels: dict[str, Channel] = {}
    words = signs("commands", "buttons")
    if settings.telegram_token:
        from bot.channels.telegram import Telegram

        channels["telegram"] = Telegram(settings, door, clock, counted, words)
    if settings.zalo_bot_token:
        from bot.channels.zalo_bot import ZaloBot

        channels["zalo_bot"] = ZaloBot(settings, door, clock, counted, words)
    if settings.zalo_oa_app_id:
        from bot.channels.zalo_oa import ZaloOa

        channels["zalo_oa"] = ZaloOa(settings, door, clock, counted, words, secrets)
    return channels


def application(house: House) -> Starlette:
    """The house over HTTP: the web chat, its page, and how it is doing."""
    counts = house.counts

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> Response:
        try:
            await house.store.read(alive)
        except UnavailableError:
            return PlainTextResponse("the database does not answer\n", status_code=503, headers={"retry-after": "3"})
        return PlainTextResponse("ready\n")

    async def shown_picture(request: Request) -> Response:
        try:
            screen = picture(request.path_params["name"].removesuffix(".png"))
        except KeyError:
            return PlainTextResponse("There is no such picture.\n", status_code=404)
        return FileResponse(screen.path, media_type="image/png", headers={"cache-control": FOR_EVER})

    chat = WebChat(
        house.turn, house.mailbox, house.wake, house.clock, lambda token: house.vault.blind("webchat", token),
        secure=house.settings.secure, counted=lambda reason: counts.update([reason]),
    )  # fmt: skip
    pages = Pages(webchat.ASSETS)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        warm = asyncio.get_running_loop().run_in_executor(None, house.catalogue.preload, "vi")
        promise = asyncio.create_task(keep_the_promise(house.store, house.clock, house.settings.keep_days))
        sending = asyncio.create_task(house.delivery.run()) if house.channels else None
        for channel in house.channels.values():
            await channel.start()
        yield
        chat.closing.set()
        promise.cancel()
        for channel in house.channels.values():
            await channel.rest()
        await house.delivery.stop()
        if sending is not None:
            await sending
        for channel in house.channels.values():
            await channel.stop()
        await warm

    routes = [
        pages.page("/", "chat.html.jinja", unit_name=house.unit.name),
        pages.assets(),
        Route("/pictures/{name}", shown_picture),
        *chat.routes(),
        *(route for channel in house.channels.values() for route in channel.routes()),
        Route("/healthz", healthz),
        Route("/readyz", readyz),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(Headers)], lifespan=lifespan)
    app.state.chat = chat
    return app
