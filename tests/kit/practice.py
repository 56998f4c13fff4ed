"""A house with the simulated registry and the practice phone, put together as everywhere, for tests that look inside."""

import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import uvicorn
from starlette.applications import Starlette

from bot.gateways.following import Follower
from bot.gateways.outside import Outside
from bot.house import House
from bot.main import application
from bot.neighbour import Practice, follower_of, practice_of
from bot.ports import Clock, SystemClock
from bot.registry.late import LateRegistry
from bot.registry.options import SMALLEST, Approval, Options
from bot.registry.registry import Registry
from content.catalogue import Catalogue
from flows.core.codes import CodePolicy
from tests.kit.build import house

WORDS = Catalogue()
UNHURRIED = CodePolicy(first_wait=timedelta(0), a_day=50)  # a test does in a second what a person does in minutes
IN_TESTS = Options(people=40, hashing=SMALLEST, approval=Approval.BY_HAND, codes=UNHURRIED)


@dataclass(frozen=True, slots=True)
class Practising:
    """The house, its registry as it is inside, and what the house made of both."""

    house: House
    outside: Outside
    registry: Registry
    practice: Practice
    follower: Follower
    app: Starlette


@contextlib.contextmanager
def a_house(folder: Path, clock: Clock, options: Options = IN_TESTS) -> Iterator[House]:
    """A house over `folder`/house.db, with a registry over `folder`/registry.db."""
    with house(
        f"sqlite:///{folder}/house.db", folder, clock=clock, catalogue=WORDS, registry_url="", simulated=options
    ) as home:
        yield home


async def inside(home: House) -> Practising:
    """The same, opened, with a follower of its own that follows when it is told to."""
    assert home.outside is not None
    assert home.registry is not None
    registry = await home.registry.registry()
    assert registry is not None
    practice = practice_of(home, home.outside)
    follower = follower_of(home, home.outside, practice)
    return Practising(home, home.outside, registry, practice, follower, application(home))


@contextlib.asynccontextmanager
async def visited(there: Practising) -> AsyncIterator[httpx.AsyncClient]:
    """A browser before the house; nothing runs by itself."""
    transport = httpx.ASGITransport(app=there.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://house") as browser:
        yield browser
        await there.registry.post.settled()
    await there.outside.close()


@contextlib.contextmanager
def practising(folder: Path, options: Options = IN_TESTS, port: int = 0) -> Iterator[tuple[str, LateRegistry]]:
    """The whole of it served in a thread of its own, on two SQLite files in `folder`; the address of the house."""
    with (
        a_house(folder, SystemClock(), options) as home,
        socket.create_server(("127.0.0.1", port)) as listening,
    ):
        app = application(home)
        config = uvicorn.Config(app, log_level="critical", ws="none", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        assert home.registry is not None
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}", home.registry
        finally:
            for let_go in app.state.letting_go:
                let_go()
            server.should_exit = True
            thread.join(timeout=30)
