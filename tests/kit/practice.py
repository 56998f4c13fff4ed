"""The house with the simulated registry and the practice phone, put together as `main` puts it: for tests, and to be copied."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import Mount

from bot.channels import webchat
from bot.channels.webchat import PRACTICE, WebChat
from bot.gateways.ends import Because, Refused, Unknown
from bot.gateways.following import Follower
from bot.gateways.identity import Identity
from bot.gateways.in_process import BASE, InProcess
from bot.look.pages import Headers, Pages
from bot.main import House
from bot.ports import SystemClock, UnavailableError
from bot.registry.api.application import application as registry_application
from bot.registry.options import SMALLEST, Approval, Options
from bot.registry.practice import page
from bot.registry.practice.desk import Around, Lent, PracticeDesk
from bot.registry.registry import Registry
from bot.registry.registry import build as build_registry
from content.catalogue import Catalogue
from flows.core.codes import CodePolicy
from flows.speech import Address
from storage.vault import Vault
from tests.kit.build import house

CLIENT = "donghanh"
WORDS = Catalogue()
UNHURRIED = CodePolicy(first_wait=timedelta(0), a_day=50)  # a test does in a second what a person does in minutes
IN_TESTS = Options(people=40, hashing=SMALLEST, approval=Approval.BY_HAND, codes=UNHURRIED)


@dataclass(frozen=True, slots=True)
class Practice:
    """The parts of a house in which one can practise."""

    house: House
    registry: Registry
    api: FastAPI
    lanes: InProcess
    identity: Identity
    chat: WebChat
    follower: Follower
    desk: PracticeDesk


def practice_of(home: House, registry: Registry) -> Practice:
    """A simulated registry beside a house: the gateway over ASGI, the chat of the practice, the follower, the desk."""
    api = registry_application(registry, own_work=False)
    lanes = InProcess(api)
    identity = Identity(lanes.ask, BASE, CLIENT, registry.clients.secret(CLIENT), home.clock)
    counted = lambda word: home.counts.update([word])  # noqa: E731
    chat = WebChat(
        home.turn, home.mailbox, home.wake, home.clock, lambda token: home.vault.blind("practice chat", token),
        secure=home.settings.secure, counted=counted, at=PRACTICE,
    )  # fmt: skip

    def token(subject: str) -> str:
        return home.vault.subkey(f"practice session {subject}").hex()

    def address_of(subject: str) -> Address:
        return chat.address(token(subject))

    def held(request: Request) -> Address | None:
        kept = request.cookies.get(PRACTICE.cookie, "")
        return chat.address(kept) if webchat.is_token(kept) else None

    async def known(address: Address) -> bool:
        return bool((await home.mailbox.newest(address, 1))[0])

    async def lend(start: str) -> Lent | None:
        match await identity.lend(start):
            case Refused(because=Because.BUSY):
                return None
            case Refused() | Unknown():
                raise UnavailableError("the registry did not lend anybody")
            case lent:
                return Lent(lent.subject, lent.loan)

    around = Around(lend, token, chat.address, chat.remember, held, home.mailbox.forget)
    follower = Follower(identity, home.turn, home.clock, address_of, known, counted)
    return Practice(home, registry, api, lanes, identity, chat, follower, PracticeDesk(home.turn, around))


def application(practice: Practice) -> Starlette:
    """What `main.application` adds for the practice: its page, its chat, the registry's API beneath it."""
    pages = Pages(webchat.ASSETS, page.PAGE)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with practice.registry.serving():
            following = asyncio.create_task(practice.follower.run())
            try:
                yield
            finally:
                practice.registry.closing.set()
                practice.chat.closing.set()
                practice.follower.stop()
                await following
                await practice.lanes.close()

    routes = [
        pages.page(page.PATH, page.TEMPLATE, **page.values(practice.house.unit.name)),
        pages.assets(),
        page.route(),
        *practice.desk.routes(),
        *practice.chat.routes(),
        Mount(page.API, app=practice.api),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Headers)], lifespan=lifespan)


@contextlib.contextmanager
def practising(folder: Path, options: Options = IN_TESTS, port: int = 0) -> Iterator[tuple[str, Practice]]:
    """The whole of it served in a thread of its own, on two SQLite files in `folder`; the page's address."""
    key = Vault(bytes(range(32)))
    with (
        house(f"sqlite:///{folder}/house.db", folder, clock=SystemClock(), catalogue=WORDS) as home,
        build_registry(f"sqlite:///{folder}/registry.db", key, options) as registry,
        socket.create_server(("127.0.0.1", port)) as listening,
    ):
        practice = practice_of(home, registry)
        config = uvicorn.Config(application(practice), log_level="critical", ws="none", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}", practice
        finally:
            practice.registry.closing.set()
            practice.chat.closing.set()
            server.should_exit = True
            thread.join(timeout=30)
