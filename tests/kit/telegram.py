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
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from bot.emulators.telegram.clock import Clock
from bot.emulators.telegram.emulator import Emulator
from bot.emulators.telegram.server import Server
from tests.kit.served import ROOT

Json = dict[str, Any]
Act = Callable[..., Any]  # act("writes", who=…, chat=…, text=…): see bot/emulators/telegram/control.py

TOKEN = "9000000001:AAmoPhong_khong_phai_that_0123456789"
READY = "The Telegram emulator is ready: "
PATIENCE = 15.0  # real seconds


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message as a phone shows it."""

    id: int
    who: str
    bot: bool
    mine: bool
    kind: str  # text, photo, contact, …, service
    text: str
    labels: tuple[str, ...]  # of the buttons under it, row after row
    raw: Json = field(repr=False)

    @property
    def bold(self) -> list[str]:
        return self.marked("bold")

    @property
    def rows(self) -> list[list[str]]:
        return [[button["text"] for button in row] for row in self.raw["buttons"]]

    def marked(self, kind: str) -> list[str]:
        """The stretches of the text that are bold, links, code …"""
        units = self.text.encode("utf-16-le")
        spans = [(e["offset"] * 2, (e["offset"] + e["length"]) * 2) for e in self.raw["entities"] if e["type"] == kind]
        return [units[start:end].decode("utf-16-le") for start, end in spans]


@dataclass(frozen=True, slots=True)
class BotHere:
    """A bot of the emulator."""

    id: int
    token: str = field(repr=False)
    username: str


@dataclass(frozen=True, slots=True)
class Group:
    """A group. `id` is what the bot knows it by."""

    key: str

    @property
    def id(self) -> int:
        return int(self.key)


@dataclass(frozen=True, slots=True)
class Place:
    """A citizen in one chat (and topic)."""

    act: Act = field(repr=False)
    who: int
    chat: str
    thread: int = 0

    # ---- doing; message numbers come back ----

    def writes(self, text: str, *, reply_to: int = 0) -> int:
        """A text. The number of the (last) message."""
        sent: list[int] = self._do("writes", text=text, thread=self.thread, reply_to=reply_to)
        return sent[-1]

    def presses(self, label: str, message: int = 0) -> str:
        """The newest button with this label, under a message (its query's id comes back) or under the field."""
        for bubble in reversed(self.screen):
            if label in bubble.labels and message in (0, bubble.id):
                return str(self._do("presses", message=bubble.id, label=label))
        for button in (b for row in self.keyboard for b in row):
            if button["text"] == label:
                return str(self.shares_contact() if button.get("request_contact") else self.writes(label))
        shown = [label for bubble in self.screen for label in bubble.labels]
        raise AssertionError(f"there is no button “{label}” on this phone; there are {shown}")

    def presses_data(self, data: str, message: int) -> str:
        """A button by its data."""
        return str(self._do("presses", message=message, data=data))

    def shares_contact(self, of: "Citizen | None" = None, *, phone: str = "", name: str = "") -> int:
        """One's own card, another citizen's, or that of someone without Telegram (phone and name)."""
        return int(self._do("contact", of=of.who if of else 0, phone=phone, name=name))

    def sends(self, kind: str, *, caption: str = "", **values: Any) -> int:
        """photo, voice, video, document, sticker or location."""
        return int(self._do("sends", kind=kind, caption=caption, thread=self.thread, **values))

    def forwards(
        self, text: str = "", *, of: "Citizen | None" = None, hidden: str = "", message: int = 0, out_of: str = ""
    ) -> int:
        """A text of somebody's (`hidden`: one who hides the account), or a message from a chat."""
        values = {"text": text, "origin": of.who if of else 0, "hidden": hidden, "message": message, "out_of": out_of}
        return int(self._do("forwards", **values))

    def corrects(self, message: int, text: str) -> int:
        return int(self._do("corrects", message=message, text=text))

    def takes_back(self, message: int) -> None:
        self._do("takes_back", message=message)

    # ---- seeing ----

    @property
    def phone(self) -> Json:
        """Everything this chat shows (bot/emulators/telegram/screen.py)."""
        shown: Json = self._do("screen")
        return shown

    @property
    def screen(self) -> list[Bubble]:
        """The messages, oldest first; deleted ones are gone."""
        return [
            Bubble(m["id"], m["who"], m["bot"], m["mine"], m["kind"], m["text"], tuple(m["labels"]), m)
            for m in self.phone["messages"]
            if not self.thread or m["thread"] == self.thread
        ]

    @property
    def texts(self) -> list[str]:
        """What the bots wrote here."""
        return [bubble.text for bubble in self.screen if bubble.bot]

    @property
    def last(self) -> Bubble:
        """The newest message of a bot."""
        return [bubble for bubble in self.screen if bubble.bot][-1]

    @property
    def keyboard(self) -> list[list[Json]]:
        """The buttons under the field."""
        rows: list[list[Json]] = self.phone["keyboard"]
        return rows

    @property
    def toasts(self) -> list[str]:
        """What answered presses, oldest first; "" where the answer was silent."""
        return [press["toast"] for press in self.phone["presses"] if not press["waiting"]]

    @property
    def spinning(self) -> bool:
        """Whether a press still waits for its answer."""
        return any(press["waiting"] for press in self.phone["presses"])

    @property
    def doing(self) -> str:
        """What the bot is said to be doing ("typing"), "" for nothing."""
        return str(self.phone["doing"])

    def _do(self, verb: str, **values: Any) -> Any:
        return self.act(verb, who=self.who, chat=self.chat, **values)


@dataclass(frozen=True, slots=True)
class Citizen(Place):
    """A person with a phone; without more words, in the private chat with the bot."""

    name: str = ""
    number: str = ""
    bot: int = 0

    def starts(self, payload: str = "") -> int:
        """Opens the bot (by t.me/<bot>?start=<payload>) and presses START; unblocks it if need be."""
        return int(self.act("starts", who=self.who, bot=self.bot, payload=payload))

    def blocks(self) -> None:
        self.act("blocks", who=self.who, bot=self.bot)

    def unblocks(self) -> None:
        self.act("unblocks", who=self.who, bot=self.bot)

    def at(self, group: Group, thread: int = 0) -> Place:
        """This person in a group."""
        return Place(self.act, self.who, group.key, thread)

    def with_bot(self, bot: BotHere) -> "Citizen":
        """This person in the private chat with another bot."""
        return Citizen(self.act, self.who, f"{self.who}:{bot.id}", 0, self.name, self.number, bot.id)


class Telegram:
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

    def journal(self, what: str = "", after: int = 0) -> list[Json]:
        """The entries (of one kind) in order: bot/emulators/telegram/journal.py."""
        raise NotImplementedError

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
