"""Puts the house together; the only place that knows every part."""

import asyncio
import contextlib
import functools
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.channels import LIMITS, webchat
from bot.channels.webchat import WebChat
from bot.console.late import LateConsole
from bot.console.parts import Parts
from bot.delivery import Delivery
from bot.errands.desk import Desk
from bot.errands.errands import Errands
from bot.house import House, signs, stage_names
from bot.look.pages import FOR_EVER, Headers, Pages
from bot.mailbox import ReadMailbox
from bot.message import Doer, Done, Once, Task
from bot.neighbour import open_outside, practice_of, practised_at, registry_at_work
from bot.ports import Channel, Clock, Door, LocalWake, Secrets, SystemClock
from bot.reminders import Reminders
from bot.retention import Retention, erase_again
from bot.settings import Settings, unit_cards
from bot.turn import Turn
from bot.wording import Units, Wording
from content.catalogue import ROOT, Catalogue, UnknownLineError
from content.hearing import Hearing
from content.pictures import picture
from flows.notation import Book
from flows.script import BOOK
from flows.speech import Language, Talk, Telling
from storage import migrations
from storage.audit import AuditLog
from storage.erasures import Erasures
from storage.secrets import SealedSecrets
from storage.store import Store, UnavailableError, alive
from storage.traces import aging_out
from storage.vault import Vault, claim, open_key

if TYPE_CHECKING:
    from bot.gateways.outside import Outside
    from bot.registry.options import Options

OF_THE_REGISTRY = ("status", "link", "proof", "contact", "resend", "settle", "unlink", "forget")
LINKING = "/lien-ket"
NUMBERED = frozenset(name for name, limits in LIMITS.items() if not limits.buttons)


@contextlib.contextmanager
def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    book: Book = BOOK,
    words: Path = ROOT,
    catalogue: Catalogue | None = None,
    serve: bool = False,
    simulated: "Options | None" = None,
) -> Iterator[House]:
    """The house over the database of the settings, brought to the newest tables; closed at the end of the block.

    `serve` claims a SQLite file for this process; `simulated`: how the simulated registry is run. SettingError,
    KeyMissingError and AlreadyServedError say what is wrong.
    """
    unit, own_units = unit_cards(settings.unit_file)
    vault = open_key(settings.key_file)
    store = Store(settings.database_url)
    registry = None
    try:
        if serve:
            store.serve()
        migrations.upgrade(settings.database_url)
        store.write_now(lambda connection: claim(connection, vault))
        erasures = Erasures(settings.erasures, vault)
        erase_again(store, erasures)
        clock, wake, catalogue = clock or SystemClock(), LocalWake(), catalogue or Catalogue(words)
        counts: Counter[str] = Counter()
        units = Units(unit, own_units)
        wording = Wording(
            book, catalogue, units, stage_names(words), settings.keep_days, numbered=NUMBERED, practice=practised_at(settings)
        )  # fmt: skip
        turn = Turn(store, book, wording, Hearing(root=words), clock, wake, written=written_to(settings), vault=vault)
        channels = open_channels(settings, turn, clock, lambda word: counts.update([word]), SealedSecrets(store, vault))
        delivery = Delivery(store, clock, wake, channels, lambda word: counts.update([word]))
        outside, registry = open_outside(settings, clock, serve, simulated)
        mailbox = ReadMailbox(store, turn, erasures, AuditLog(vault), clock, wake)
        asked = errands_of(settings, store, vault, turn, clock, wake, wording, erasures, outside, counts)
        yield House(
            settings, unit, book, catalogue, store, vault, clock, wake, turn, mailbox, channels, delivery,
            counts, outside, registry, asked, wording,
        )  # fmt: skip
    finally:
        if registry is not None:
            registry.close()
        store.close()


def errands_of(
    settings: Settings, store: Store, vault: Vault, door: Turn, clock: Clock, wake: LocalWake, wording: Wording,
    erasures: Erasures, outside: "Outside | None", counts: Counter[str],
) -> Errands:  # fmt: skip
    """Whoever does what a turn leaves to be done: the house's own desk, and the registry's client."""
    words = signs("own")[Language.VI.value]["own"]
    desk = Desk(
        BOOK, wording, vault, clock, erasures, words, lambda kin: wording.kin(kin, Talk("")), settings.keep_days,
        aging_out(settings.database_url, settings.backup_days), written_to(settings).__contains__,
    )  # fmt: skip

    def count(word: str) -> None:
        counts.update([word])

    @functools.cache
    def own() -> Mapping[str, Doer]:
        from bot.gateways.own import Own

        identity = outside.identity if outside else None
        return Own(identity, store, vault, clock, lambda level: words[level.value], count).doers()

    def asked(kind: str) -> Doer:
        async def do(task: Task) -> Done | Once | Callable[..., Done]:
            return await own()[kind](task)

        return do

    doers = {**{kind: asked(kind) for kind in OF_THE_REGISTRY}, **desk.doers()}
    return Errands(store, vault, door, clock, wake, doers, count)


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


def console_of(house: House) -> LateConsole:
    """The officers' console of a house; nothing of it is imported before somebody is there to use it."""

    def label(place: str, exit_: str) -> str:
        try:
            return house.catalogue.label("vi", place, exit_, Telling())
        except UnknownLineError:
            return exit_

    return LateConsole(
        Parts(
            house.store, house.vault, house.turn, house.clock, house.wake, house.book, house.turn.progress,
            house.unit.name, house.settings.secure, label, house.unit.week, house.unit.code,
            {name: channel.health for name, channel in house.channels.items()}, house.delivery.held,
            lambda word: house.counts.update([word]),
        )
    )  # fmt: skip


def application(house: House) -> Starlette:
    """The house over HTTP: the web chat, its page, the officers' console, the practice, and how it is doing."""
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
    outside, here, console = house.outside, house.registry, console_of(house)
    practice = practice_of(house, outside) if outside is not None and here is not None else None
    pages = Pages(webchat.ASSETS, *([practice.page.PAGE] if practice else []))

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        warm = asyncio.get_running_loop().run_in_executor(None, house.catalogue.preload, "vi")
        retention = Retention(house.store, house.vault, house.clock, house.settings.keep_days)
        promise = asyncio.create_task(retention.run(house.wake))
        reminders = Reminders(house.store, house.turn, house.clock, house.book, lambda word: counts.update([word]))
        reminding = asyncio.create_task(reminders.run())
        sending = asyncio.create_task(house.delivery.run()) if house.channels else None
        at_work = asyncio.create_task(house.errands.run())
        learning = asyncio.create_task(house.learn())
        for channel in house.channels.values():
            await channel.start()
        async with console.running(), registry_at_work(house, practice):
            yield
        chat.closing.set()
        for task in (promise, reminding, learning):
            task.cancel()
        for channel in house.channels.values():
            await channel.rest()
        house.errands.stop()
        await at_work
        await house.delivery.stop()
        if sending is not None:
            await sending
        for channel in house.channels.values():
            await channel.stop()
        await warm

    routes = [
        pages.page("/", "chat.html.jinja", unit_name=house.unit.name, practice=practice is not None),
        pages.assets(),
        Route("/pictures/{name}", shown_picture),
        *chat.routes(),
        *(route for channel in house.channels.values() for route in channel.routes()),
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        console.mount,
    ]
    letting_go: list[Callable[[], object]] = [chat.closing.set, console.close]
    if practice is not None and here is not None:
        routes += [
            *practice.page.routes(pages, house.unit.name, here),
            *practice.desk.routes(),
            *practice.chat.routes(),
            # Where somebody proves who they are: the registry's own page, which the house only lets through.
            *(Route(path, here) for path in (LINKING, f"{LINKING}/{{rest:path}}")),
        ]
        letting_go += [practice.chat.closing.set, here.let_go]
    app = Starlette(routes=routes, middleware=[Middleware(Headers)], lifespan=lifespan)
    app.state.chat, app.state.console, app.state.letting_go = chat, console, letting_go
    return app
