"""Puts the house together; the only place that knows every part."""

import asyncio
import contextlib
import functools
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import ModuleType
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
from bot.look.pages import FOR_EVER, Headers, Pages
from bot.mailbox import ReadMailbox
from bot.message import Doer, Done, News, Once, Task
from bot.ports import Channel, Clock, Door, LocalWake, Secrets, SystemClock
from bot.reminders import Reminders
from bot.retention import Retention, erase_again
from bot.settings import Settings, UnitCard, unit_cards
from bot.turn import Turn
from bot.wording import Units, Wording
from content import catalogue as catalogues
from content.catalogue import ROOT, Catalogue, UnknownLineError
from content.hearing import Hearing
from content.pictures import picture
from flows.core.deadline import day_in_vietnam
from flows.core.journey import Stage
from flows.notation import Book
from flows.script import BOOK
from flows.script.own import QUIET, TOLD
from flows.speech import Address, Changed, Language, Talk, Telling
from storage import helped, marks, migrations, subjects
from storage.audit import AuditLog
from storage.erasures import Erasures
from storage.secrets import SealedSecrets
from storage.store import Store, UnavailableError, alive
from storage.traces import aging_out
from storage.vault import Vault, claim, open_key

if TYPE_CHECKING:
    from bot.gateways.ends import Told
    from bot.gateways.following import Follower
    from bot.gateways.identity import Identity
    from bot.gateways.outside import Outside
    from bot.registry.late import LateRegistry
    from bot.registry.options import Options
    from bot.registry.practice.desk import PracticeDesk

OF_THE_REGISTRY = ("status", "link", "proof", "contact", "resend", "settle", "unlink", "forget")
LEARN_EVERY = timedelta(hours=1)
LINKING = "/lien-ket"
FEED = "registry feed"
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
    outside: "Outside | None"
    registry: "LateRegistry | None"
    errands: Errands
    wording: Wording

    async def learn(self) -> None:
        """Every hour: what helped whom, so that it is offered first."""
        while True:
            with contextlib.suppress(UnavailableError):
                tallies = await self.store.read(helped.standing)
                self.wording.learn({way: (tally.tried, tally.helped) for way, tally in tallies.items()})
            await self.clock.sleep_until(self.clock.now() + LEARN_EVERY)

    @property
    def identity(self) -> "Identity | None":
        """The gateway to the registry; None: guidance only."""
        return self.outside.identity if self.outside else None


def signs(*tables: str, root: Path = ROOT) -> dict[str, dict[str, dict[str, str]]]:
    """Language → table → name → words, of the languages' `signs.toml`."""
    files = catalogues.signs(root)
    return {language: {table: told.get(table, {}) for table in tables} for language, told in files.items()}


def stage_names(root: Path = ROOT) -> dict[str, dict[Stage, str]]:
    """What the stretches of the way are called, by language."""
    files = catalogues.signs(root)
    return {language: {stage: told["stages"][stage.value] for stage in Stage} for language, told in files.items()}


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


def open_outside(
    settings: Settings, clock: Clock, serve: bool, simulated: "Options | None"
) -> "tuple[Outside | None, LateRegistry | None]":
    """The way to the registry of the settings, and the registry itself where it is in this process. Nothing is asked and
    nothing opened yet."""
    if settings.registry_url == "none":
        return None, None
    from bot.gateways.outside import in_this_process, over_the_wire

    client = settings.registry_client
    if settings.registry_url:
        return over_the_wire(settings.registry_url, client, settings.registry_secret, clock), None
    from bot.registry.late import LateRegistry

    here = LateRegistry(
        settings.registry_database,
        settings.registry_key,
        clock,
        serve=serve,
        options=simulated,
        public_url=settings.home,
    )
    return in_this_process(here, client, lambda: here.secret(client), clock, here.registry), here


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


def practised_at(settings: Settings) -> str | None:
    """The address of the practice, as far as it is known; None where there is none."""
    if settings.registry_url:
        return None
    return f"{settings.public_url}/tap-thu" if settings.public_url else ""


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


@dataclass(frozen=True, slots=True)
class Practice:
    """Where everything can be pressed through with somebody invented (/tap-thu): the chat beside the phone and the desk where
    one begins. Its conversations have a channel, a cookie and subjects of their own."""

    chat: WebChat
    desk: "PracticeDesk"
    page: ModuleType


def practice_of(house: House, outside: "Outside") -> Practice:
    """The practice beside the simulated registry."""
    from bot.registry.practice import page
    from bot.registry.practice.desk import PracticeDesk

    chat = WebChat(
        house.turn, house.mailbox, house.wake, house.clock, lambda token: house.vault.blind("practice chat", token),
        secure=house.settings.secure, counted=lambda reason: house.counts.update([reason]), at=webchat.PRACTICE,
    )  # fmt: skip

    def token(subject: str) -> str:
        return house.vault.subkey(f"practice session {subject}").hex()

    return Practice(chat, PracticeDesk(house.turn, house.mailbox, chat, outside.lend, token), page)


def follower_of(house: House, outside: "Outside", practice: Practice | None) -> "Follower":
    """Whoever reads the registry's changes and brings each to the conversation it is about."""
    from bot.gateways.following import Follower

    async def heard_by(change: "Told", loud: bool) -> tuple[Address, Changed | News] | None:
        practising = await practice.desk.talk_of(change.subject) if practice else None
        if practising is not None:
            return (practising, Changed(change.move)) if loud else None
        linked = await house.store.read(lambda unit: subjects.listening(unit, house.vault, change.subject))
        if not linked:
            return None
        address, subject, scopes = linked[0]
        how = TOLD if loud and "notices" in scopes else QUIET
        return address, News(f"{how}{change.move}", day_in_vietnam(change.at), subject)

    return Follower(
        outside.identity, house.turn, house.clock, heard_by, FeedMark(house.store, house.vault, house.settings.registry_url),
        lambda word: house.counts.update([word]),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class FeedMark:
    """How far the feed of the registry at `url` was read ("": the one in this process). Another registry's begins anew."""

    store: Store
    vault: Vault
    url: str

    async def read(self) -> str:
        """The cursor that was kept; "" where there is none."""
        kept = await self.store.read(lambda unit: marks.read(unit, self.vault, FEED))
        cursor, _, url = kept.partition(" ")
        return cursor if url == self.url else ""

    async def keep(self, cursor: str) -> None:
        """Keep it in the place of the one before."""
        await self.store.write(lambda unit: marks.write(unit, self.vault, FEED, f"{cursor} {self.url}"))


@contextlib.asynccontextmanager
async def registry_at_work(house: House, practice: Practice | None) -> AsyncIterator[None]:
    """The registry at work, if it is in this process, and its changes followed; both only from when it is first needed."""
    outside, here = house.outside, house.registry
    if outside is None:
        yield
        return
    follower = follower_of(house, outside, practice)
    async with here.running() if here else contextlib.nullcontext(), follower.at_work(here.opened if here else None):
        yield
    await outside.close()


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
