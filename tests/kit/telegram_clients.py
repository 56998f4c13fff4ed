"""Two clients of the Bot API that are not ours, under one face: what both read without complaint is well formed."""

import asyncio
import importlib
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import telegram
import telegram.error as ptb_errors
from aiohttp import web
from telegram.request import HTTPXRequest

from tests.kit.telegram import TOKEN, Citizen, TelegramHere, telegram_here

Json = dict[str, Any]
NAMES = ("python-telegram-bot", "aiogram")


def rule(*_: str) -> Callable[[Any], Any]:
    """Marks which rules of bot/emulators/telegram/rules.py a test shows; test_telegram_emulator_rules.py counts them."""
    return lambda test: test


class Refusal(Exception):
    """What both clients say when the answer is not ok. `code` 0: there was no answer, or none that could be read."""

    def __init__(self, code: int, words: str, retry_after: int = 0, migrate_to: int = 0) -> None:
        super().__init__(f"{code} {words}")
        self.code, self.words = code, words.lower()
        self.retry_after, self.migrate_to = retry_after, migrate_to


class Client(ABC):
    """`await client.sendMessage(chat_id=…, text=…)`: the Bot API's own names; results are the library's own types."""

    def __getattr__(self, method: str) -> Callable[..., Any]:
        if method.startswith("_"):
            raise AttributeError(method)

        async def call(**parameters: Any) -> Any:
            return await self.call(method, parameters)

        return call

    @abstractmethod
    async def call(self, method: str, parameters: Json) -> Any: ...

    @abstractmethod
    def file(self, body: bytes, name: str) -> Any: ...

    @abstractmethod
    def commands(self, words: dict[str, str]) -> Any: ...

    @abstractmethod
    def entities(self, given: list[Json]) -> Any: ...

    @abstractmethod
    def update(self, body: Json) -> Any: ...

    async def refused(self, method: str, **parameters: Any) -> Refusal:
        """The refusal of a call; a call that succeeds is the failure."""
        try:
            result = await self.call(method, parameters)
        except Refusal as refusal:
            return refusal
        raise AssertionError(f"{method} {parameters} should have been refused, and gave {result}")


class PythonTelegramBot(Client):
    """python-telegram-bot's Bot."""

    def __init__(self, url: str, token: str) -> None:
        # Its TLS would be read anew for each test, and none is spoken here.
        plain, polling = (HTTPXRequest(httpx_kwargs={"verify": False, "trust_env": False}) for _ in range(2))
        self._bot = telegram.Bot(token, f"{url}/bot", f"{url}/file/bot", request=plain, get_updates_request=polling)

    async def __aenter__(self) -> "PythonTelegramBot":
        try:
            await self._bot.initialize()  # asks getMe
        except ptb_errors.TelegramError as error:
            await self._bot.shutdown()
            raise Refusal(_ptb_code(error), str(error)) from error
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._bot.shutdown()

    async def call(self, method: str, parameters: Json) -> Any:
        name = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in method)
        try:
            work = getattr(self._bot, name, None)
            return await (work(**parameters) if work else self._bot.do_api_request(name, parameters))
        except ptb_errors.RetryAfter as error:
            after = error._retry_after
            raise Refusal(429, str(error), int(after.total_seconds())) from error
        except ptb_errors.ChatMigrated as error:
            raise Refusal(400, str(error), migrate_to=error.new_chat_id) from error
        except ptb_errors.TelegramError as error:
            raise Refusal(_ptb_code(error), str(error)) from error

    def file(self, body: bytes, name: str) -> Any:
        return telegram.InputFile(body, filename=name)

    def commands(self, words: dict[str, str]) -> Any:
        return [telegram.BotCommand(name, description) for name, description in words.items()]

    def entities(self, given: list[Json]) -> Any:
        return [telegram.MessageEntity(**entity) for entity in given]

    def update(self, body: Json) -> Any:
        return telegram.Update.de_json(body, self._bot)


def _ptb_code(error: ptb_errors.TelegramError) -> int:
    match error:
        case ptb_errors.InvalidToken():
            return 401 if "rejected" in str(error) or "unauthorized" in str(error).lower() else 404
        case ptb_errors.BadRequest():
            return 400
        case ptb_errors.Forbidden():
            return 403
        case ptb_errors.Conflict():
            return 409
        case _:
            return 0


class Aiogram(Client):
    """aiogram's Bot. Imported here, when it is first asked for: that takes seconds."""

    def __init__(self, url: str, token: str) -> None:
        self._aiogram = importlib.import_module("aiogram")
        self._methods = importlib.import_module("aiogram.methods")
        self._errors = importlib.import_module("aiogram.exceptions")
        self._types = importlib.import_module("aiogram.types")
        session = importlib.import_module("aiogram.client.session.aiohttp").AiohttpSession
        server = importlib.import_module("aiogram.client.telegram").TelegramAPIServer
        self._bot = self._aiogram.Bot(token, session=session(api=server.from_base(url)))

    async def __aenter__(self) -> "Aiogram":
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._bot.session._session:
            await self._bot.session._session.close()  # its own `close` sleeps a quarter of a second

    async def call(self, method: str, parameters: Json) -> Any:
        kind = getattr(self._methods, method[0].upper() + method[1:], None)
        if kind is None:
            raise Refusal(404, "not found: aiogram knows no such method")
        try:
            return await self._bot(kind(**parameters))
        except self._errors.TelegramRetryAfter as error:
            raise Refusal(429, error.message, error.retry_after) from error
        except self._errors.TelegramMigrateToChat as error:
            raise Refusal(400, error.message, migrate_to=error.migrate_to_chat_id) from error
        except self._errors.AiogramError as error:
            raise Refusal(self._code(error), str(error)) from error

    def _code(self, error: Exception) -> int:
        codes = {
            "BadRequest": 400,
            "UnauthorizedError": 401,
            "ForbiddenError": 403,
            "NotFound": 404,
            "ConflictError": 409,
        }
        return codes.get(type(error).__name__.removeprefix("Telegram"), 0)

    def file(self, body: bytes, name: str) -> Any:
        return self._types.BufferedInputFile(body, filename=name)

    def commands(self, words: dict[str, str]) -> Any:
        return [self._types.BotCommand(command=name, description=description) for name, description in words.items()]

    def entities(self, given: list[Json]) -> Any:
        return [self._types.MessageEntity(**entity) for entity in given]

    def update(self, body: Json) -> Any:
        return self._types.Update.model_validate(body, context={"bot": self._bot})


KINDS: dict[str, type[PythonTelegramBot] | type[Aiogram]] = {
    "python-telegram-bot": PythonTelegramBot,
    "aiogram": Aiogram,
}


@dataclass(frozen=True, slots=True)
class Tried:
    """An emulator whose time stands still, one of the two clients at it, and a citizen who has pressed START."""

    telegram: TelegramHere
    client: Client
    lan: Citizen
    kind: str

    async def by_hand(self, method: str, values: Json | None = None, *, token: str = "", **request: Any) -> Any:
        """A call without a library, for what a library would not let pass; the answer as it is."""
        url = f"{self.telegram.url}/bot{token or self.telegram.bot.token}/{method}"
        given = {"json": values} if values is not None else request
        async with aiohttp.ClientSession() as session, session.post(url, **given) as answer:
            return await answer.json()

    async def fetched(self, path: str) -> bytes:
        """The bytes at a path of the emulator."""
        async with aiohttp.ClientSession() as session, session.get(self.telegram.url + path) as answer:
            return await answer.read()

    async def heard(self) -> list[Any]:
        """What a poll brings, confirmed."""
        updates = list(await self.client.getUpdates(timeout=0))
        if updates:
            await self.client.getUpdates(offset=updates[-1].update_id + 1)
        return updates


@asynccontextmanager
async def tried(name: str, *, pace: bool = False) -> AsyncIterator[Tried]:
    """Ready to be tried by the client of that name; what START told the bot is confirmed already."""
    async with telegram_here(factor=0) as telegram, client_of(name, telegram.url, TOKEN) as client:
        telegram.settings(on=pace)
        lan = telegram.citizen("Lan", "Trần Thị")
        lan.starts()
        both = Tried(telegram, client, lan, name)
        await both.heard()
        yield both


@asynccontextmanager
async def client_of(name: str, url: str, token: str) -> AsyncIterator[Client]:
    """One of the two, connected to an emulator."""
    async with KINDS[name](url, token) as client:
        yield client


class Ear:
    """A webhook that keeps what comes, and answers as the test says."""

    def __init__(self) -> None:
        self.url = ""
        self.heard: list[Json] = []
        self.headers: list[dict[str, str]] = []
        self.answers: list[tuple[int, dict[str, str], bytes]] = []  # of the next ones; then 200
        self.gate = asyncio.Event()  # cleared: nothing is answered yet
        self.gate.set()
        self.held: Callable[[Json], bool] = lambda update: True  # which ones wait at the gate
        self.waiting = 0

    @property
    def texts(self) -> list[str]:
        """The texts of the messages that came, and the data of presses."""
        return [
            (u.get("message") or u.get("edited_message") or {}).get("text")
            or u.get("callback_query", {}).get("data", "")
            for u in self.heard
        ]

    async def _hear(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.heard.append(update)
        self.headers.append(dict(request.headers))
        self.waiting += 1
        try:
            if self.held(update):
                await self.gate.wait()
        finally:
            self.waiting -= 1
        status, headers, body = self.answers.pop(0) if self.answers else (200, {}, b"")
        return web.Response(status=status, headers=headers, body=body)


@asynccontextmanager
async def ear() -> AsyncIterator[Ear]:
    """A webhook on a free port of this machine."""
    listening = Ear()
    app = web.Application()
    app.router.add_post("/hook", listening._hear)
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    listening.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield listening
    finally:
        listening.gate.set()
        await runner.cleanup()
