"""The house with its console, served: in a thread for a browser, or called in process; and somebody who signs in."""

import asyncio
import contextlib
import re
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pyotp
import uvicorn
from starlette.applications import Starlette

from bot.channels import webchat
from bot.channels.webchat import WebChat
from bot.console.console import Console
from bot.console.late import LateConsole
from bot.console.parts import Parts
from bot.console.passwords import CHEAP, Passwords
from bot.house import House
from bot.look.pages import Pages
from storage import staff
from storage.staff import Member, Role
from tests.console.desk import hire

PASSWORD = "một câu dài để thử"
BASE = "http://127.0.0.1:8080"


def console_of(home: House, **more: Any) -> Console:
    """The console over a house of the tests; `more` are other parts."""
    return Console(parts_of(home, **more))


def parts_of(home: House, **more: Any) -> Parts:
    told: dict[str, Any] = {
        "store": home.store, "vault": home.vault, "door": home.turn, "clock": home.clock, "wake": home.wake,
        "book": home.book, "progress": home.turn.progress, "unit_name": "Tỉnh Mẫu", "secure": False, "cost": CHEAP,
        "held": home.delivery.held,
    }  # fmt: skip
    return Parts(**{**told, **more})


def application(home: House, console: Console | LateConsole) -> Starlette:
    """The web chat and the console under one address."""
    chat = WebChat(
        home.turn, home.mailbox, home.wake, home.clock, lambda token: home.vault.blind("webchat", token), secure=False,
        counted=lambda _: None,
    )  # fmt: skip
    pages = Pages(webchat.ASSETS)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with console.running():
            yield
        chat.closing.set()

    routes = [pages.page("/", "chat.html.jinja", unit_name="Tỉnh Mẫu"), pages.assets(), *chat.routes(), console.mount]
    app = Starlette(routes=routes, lifespan=lifespan)

    def close() -> None:
        chat.closing.set()
        console.close()

    app.state.closing = close
    return app


class _Server(uvicorn.Server):
    """Says when it can be talked to, and lets open streams go when it is told to stop."""

    def __init__(self, app: Starlette, ready: threading.Event) -> None:
        # A browser opens sockets that it may never use; for one that comes in the very moment of stopping nobody waits long.
        super().__init__(
            uvicorn.Config(
                app, port=0, log_level="warning", access_log=False, ws="none", loop="asyncio",
                timeout_graceful_shutdown=5,
            )
        )  # fmt: skip
        self.app, self.ready, self.port = app, ready, 0

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.port = self.servers[0].sockets[0].getsockname()[1]
        self.ready.set()

    async def shutdown(self, sockets: Any = None) -> None:
        self.app.state.closing()
        await super().shutdown(sockets)


@contextlib.contextmanager
def served(home: House, console: Console | LateConsole) -> Iterator[str]:
    """The address of a house with its console, in a thread of its own."""
    ready = threading.Event()
    server = _Server(application(home, console), ready)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        assert ready.wait(20), "the house did not start"
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.should_exit = True
        thread.join(20)


def employ(home: House, login: str, role: Role, code: str) -> tuple[Member, str]:
    """Somebody of the staff who is enrolled already, with the seed of their phone."""
    passwords = Passwords(home.vault, CHEAP)
    hashed = passwords.make_now(PASSWORD)
    passwords.close()
    seed = pyotp.random_base32()
    member = home.store.write_now(lambda unit: hire(unit, login, role, code, home.clock.now(), hashed))
    home.store.write_now(lambda unit: staff.enrol(unit, home.vault, member.id, seed, 0, hashed, []))
    return member, seed


@dataclass(slots=True)
class Browser:
    """Somebody at the console without a browser: keeps the cookie, and the word of the forms."""

    http: httpx.AsyncClient
    csrf: str = ""
    seen: list[int] = field(default_factory=list)

    async def get(self, path: str, **more: Any) -> httpx.Response:
        answer = await self.http.get(f"/console{path}", **more)
        self._read(answer)
        return answer

    async def post(self, path: str, **form: str) -> httpx.Response:
        answer = await self.http.post(f"/console{path}", data={"csrf": self.csrf, **form})
        self._read(answer)
        return answer

    async def sign_in(self, home: House, login: str, seed: str) -> httpx.Response:
        """The password, then the six digits of this moment."""
        await self.post("/sign-in", login=login, password=PASSWORD)
        await self.get("/code")
        await self.post("/code", code=pyotp.TOTP(seed).at(home.clock.now()))
        return await self.get("/me")

    def _read(self, answer: httpx.Response) -> None:
        if found := re.search(r'name="csrf" value="([0-9a-f]{64})"', answer.text):
            self.csrf = found[1]


def browser(app: Starlette) -> Browser:
    """Called in process, as if from this machine."""
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 5000))
    return Browser(httpx.AsyncClient(transport=transport, base_url=BASE))


def begin_the_console(home: House, console: Console) -> None:
    """What `running` does first, without the work that goes on."""
    home.store.write_now(console._stand)


async def quiet() -> None:
    """Let what was made ready in the loop happen."""
    await asyncio.sleep(0)
