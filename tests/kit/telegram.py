"""Telegram for tests: the strict local Bot API, invented citizens who write to a bot, and what their phones show.

    async with telegram_here() as telegram:            # in this loop; telegram_apart(...) is a process of its own
        channel = …(telegram.url, telegram.bot.token)
        lan = telegram.citizen("Lan")
        lan.starts()
        await telegram.until(lambda: lan.texts)        # what the bot wrote, newest last
        lan.presses("Có rồi")
        await telegram.passes(60)                      # a minute of the emulator's time

Every verb is done at once. Nothing here sleeps: `until` wakes when something happened at the emulator.
"""

import asyncio
import contextlib
import json
import subprocess
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

from bot.emulators.clock import Clock
from bot.emulators.telegram.emulator import Emulator
from bot.emulators.telegram.server import Server
from tests.kit.served import ROOT
from tests.kit.telegram_phone import Act, BotHere, Bubble, Citizen, Group, Json, Place

__all__ = [
    "TOKEN", "BotHere", "Bubble", "Citizen", "Group", "Place", "TelegramApart", "TelegramHere", "telegram_apart", "telegram_here",
    "telegram_thread",
]  # fmt: skip

TOKEN = "9000000001:AAmoPhong_khong_phai_that_0123456789"
READY = "The Telegram emulator is ready: "
PATIENCE = 15.0  # real seconds


class Telegram(ABC):
    """What both ways to run the emulator have."""

    def __init__(self, url: str, act: Act, token: str, control: httpx.Client | None = None) -> None:
        self.url, self.act = url, act
        self.bot = self._bots(token)
        self._control = control

    # ---- people ----

    def citizen(
        self, first_name: str = "Lan", last_name: str = "", *, language: str = "vi", phone: str = ""
    ) -> Citizen:
        """A new invented citizen, who has not written to anybody yet."""
        told = self.act("person", first_name=first_name, last_name=last_name, language=language, phone=phone)
        place = f"{told['id']}:{self.bot.id}"
        return Citizen(self.act, told["id"], place, 0, told["name"], told["phone"], self.bot.id)

    def another_bot(self, token: str, username: str = "") -> BotHere:
        self.act("bot", token=token, username=username)
        return self._bots(token)

    def group(
        self, title: str, *members: Citizen, bot: bool = True, supergroup: bool = False, forum: bool = False
    ) -> Group:
        """A group founded by the first member, with the others and the bot in it."""
        founder = members[0].who
        group = Group(str(self.act("founds", who=founder, title=title, supergroup=supergroup, forum=forum)))
        for whom in [*(member.who for member in members[1:]), *([self.bot.id] if bot else [])]:
            self.act("adds", who=founder, chat=group.key, whom=whom)
        return group

    def upgrades(self, founder: Citizen, group: Group) -> Group:
        """The group becomes a supergroup; the new one comes back."""
        return Group(str(self.act("upgrades", who=founder.who, chat=group.key)))

    def topic(self, founder: Citizen, group: Group, name: str) -> int:
        """A new topic of a forum; its thread."""
        return int(self.act("opens_topic", who=founder.who, chat=group.key, name=name))

    def removes_bot(self, by: Citizen, group: Group, *, for_ever: bool = False) -> None:
        self.act("removes", who=by.who, chat=group.key, whom=self.bot.id, for_ever=for_ever)

    def ranks_bot(self, by: Citizen, group: Group, *, administrator: bool = True) -> None:
        self.act("ranks", who=by.who, chat=group.key, whom=self.bot.id, administrator=administrator)

    # ---- weather ----

    def fault(self, kind: str, **values: Any) -> int:
        """Turn a knob: "429", "5xx", "html", "timeout_before", "timeout_after", "reset_before", "reset_after", "slow",
        "duplicate", "outage"; every, skip, times, methods, chat, seconds, status as in bot/emulators/telegram/faults.py.
        """
        return int(self.act("fault", kind=kind, **values))

    def mend(self, number: int = 0) -> None:
        """Turn one knob back, or all."""
        self.act("no_fault", number=number)

    def settings(self, **values: Any) -> None:
        """chat_a_second, chat_burst, group_a_minute, bot_a_second, on (the pace); answer_within; reads_all (privacy off)."""
        of_bot = {name: values.pop(name) for name in ("reads_all", "hears_mentions") if name in values}
        if of_bot:
            self.act("settings", bot=self.bot.id, **of_bot)
        if values:
            self.act("settings", **values)

    # ---- what happened ----

    @abstractmethod
    def journal(self, what: str = "", after: int = 0) -> list[Json]:
        """The entries (of one kind) in order: bot/emulators/telegram/journal.py."""

    def calls(self, method: str = "", *, answered: bool = False) -> list[Json]:
        """The parameters of each call that arrived; `answered`: the results of those that were carried out."""
        what, name = ("effect", "result") if answered else ("call", "parameters")
        return [e[name] for e in self.journal(what) if e["method"].lower() == (method or e["method"]).lower()]

    def _bots(self, token: str) -> BotHere:
        number = int(token.partition(":")[0])
        bots = {bot["id"]: bot for bot in self.act("state")["bots"]}
        return BotHere(number, token, bots[number]["username"])


class TelegramHere(Telegram):
    """In this process and this event loop."""

    def __init__(self, server: Server, url: str, token: str) -> None:
        self.server, self.emulator = server, server.emulator
        super().__init__(url, server.control.act, token)

    @property
    def clock(self) -> Clock:
        """Fits where the house wants a clock, so that both can share one."""
        return self.emulator.clock

    def journal(self, what: str = "", after: int = 0) -> list[Json]:
        return [entry for entry in self.emulator.journal.after(after) if not what or entry["what"] == what]

    async def until(self, happened: Callable[[], Any], seconds: float = PATIENCE) -> Any:
        """Wait until something is true, and return it; looks again after each thing that happens at the emulator."""
        latest = time.monotonic() + seconds
        while not (value := happened()):
            if time.monotonic() > latest:
                raise AssertionError(f"it did not happen; last at the emulator: {self.emulator.journal.entries[-5:]}")
            waking = asyncio.ensure_future(self.emulator.journal.changed.wait())
            await asyncio.wait([waking], timeout=0.02)
            waking.cancel()
        return value

    async def passes(self, seconds: float) -> None:
        """Let time pass at the emulator: from one due moment to the next, each done before time goes on."""
        await self.emulator.clock.advance(seconds)

    async def settles(self) -> None:
        """Wait until the emulator is doing nothing."""
        await self.emulator.clock.quiet()


class TelegramApart(Telegram):
    """In a process (or thread) of its own, asked over its control."""

    def __init__(
        self, url: str, token: str, process: subprocess.Popen[str] | None = None, file: Path | None = None
    ) -> None:
        self._http = httpx.Client(base_url=url, headers={"x-requested-with": "donghanh"}, trust_env=False, timeout=60)
        self.process, self.journal_file = process, file
        super().__init__(url, self._act, token)

    def _act(self, do: str, **values: Any) -> Any:
        answer = self._http.post("/control/act", json={"do": do, **values})
        told = answer.json()
        if answer.status_code != 200:
            raise AssertionError(f"{do} {values}: {told['error']}")
        return told["result"]

    def journal(self, what: str = "", after: int = 0) -> list[Json]:
        """From the file if there is one, so that it can be read when the process is gone."""
        if self.journal_file:
            lines = self.journal_file.read_text(encoding="utf-8").splitlines()
            entries = [entry for entry in map(json.loads, lines) if entry["n"] > after]
        else:
            entries = self._http.get("/control/journal", params={"after": after}).json()["entries"]
        return [entry for entry in entries if not what or entry["what"] == what]

    def until(self, happened: Callable[[], Any], seconds: float = PATIENCE) -> Any:
        """As `TelegramHere.until`, without a loop."""
        latest, last = time.monotonic() + seconds, 0
        while not (value := happened()):
            if time.monotonic() > latest:
                raise AssertionError(f"it did not happen; last at the emulator: {self.journal()[-5:]}")
            told = self._http.get("/control/journal", params={"after": last, "wait": 0.1}).json()
            last = told["last"]
        return value

    def passes(self, seconds: float) -> None:
        self._http.post("/control/clock", json={"advance": seconds})

    def runs_at(self, factor: float) -> None:
        """How many seconds pass at the emulator in a real one; 0 stops its time."""
        self._http.post("/control/clock", json={"factor": factor})

    def close(self) -> None:
        self._http.close()


@contextlib.asynccontextmanager
async def telegram_here(
    token: str = TOKEN, *, factor: float = 1.0, journal: Path | None = None, port: int = 0
) -> AsyncIterator[TelegramHere]:
    """The emulator in this event loop. `factor` 0: its time passes only by `passes`."""
    emulator = Emulator(Clock(factor=factor), journal)
    emulator.register(token)
    server = Server(emulator)
    url = await server.open(port=port)
    try:
        yield TelegramHere(server, url, token)
    finally:
        await server.close()


@contextlib.contextmanager
def telegram_apart(
    token: str = TOKEN, *, factor: float = 1.0, journal: Path | None = None, port: int = 0
) -> Iterator[TelegramApart]:
    """The emulator as an office starts it: a process of its own, by the command."""
    command = [sys.executable, "-m", "bot", "emulate", "telegram", "--port", str(port), "--token", token]
    command += ["--factor", str(factor), *(["--journal", str(journal)] if journal else [])]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    told: list[str] = []
    assert process.stdout is not None
    try:
        for line in process.stdout:
            told.append(line)
            if line.startswith(READY):
                break
        else:
            raise RuntimeError(f"the emulator ended with {process.wait(timeout=30)}: {''.join(told)}")
        telegram = TelegramApart(told[-1].removeprefix(READY).strip(), token, process, journal)
        try:
            yield telegram
        finally:
            telegram.close()
    finally:
        process.terminate()
        process.wait(timeout=30)
        process.stdout.close()


@contextlib.contextmanager
def telegram_thread(token: str = TOKEN, *, factor: float = 1.0) -> Iterator[TelegramApart]:
    """The emulator in a thread with a loop of its own: for tests without a loop, such as those in a browser."""
    ready = threading.Event()
    opened: dict[str, Any] = {}

    async def serve() -> None:
        stop = asyncio.Event()
        async with telegram_here(token, factor=factor) as telegram:
            opened.update(url=telegram.url, stop=stop, loop=asyncio.get_running_loop())
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    if not ready.wait(PATIENCE):
        raise RuntimeError("the emulator did not start")
    telegram = TelegramApart(str(opened["url"]), token)
    try:
        yield telegram
    finally:
        telegram.close()
        opened["loop"].call_soon_threadsafe(opened["stop"].set)
        thread.join(PATIENCE)
