"""Zalo for tests: an emulator on a port of its own, invented citizens with phones, and the knobs that make it fail.

    with zalo_bot() as zalo:
        channel = …(base_url=zalo.url, token=zalo.token)
        ba = zalo.citizen("Bà Tư")
        ba.says("chào cháu")             # at once; delivered by webhook or to the next getUpdates
        shown = ba.phone.next()          # waits (up to ten real seconds) for what the house answers; `await ba.phone.comes()`
        zalo.clock.forward(days=8)       # every window, expiry and retry goes by this clock
        zalo.fault("timeout_after", where="sendMessage")
        zalo.settled()                   # nothing is being delivered any more

    with zalo_oa() as zalo:
        pair = zalo.grant()              # or the whole way: zalo.set_console(callback=…), zalo.consent(url)
        zalo.set_console(webhook=…)      # where events go, signed
        ba = zalo.citizen("Bà Tư")
        ba.follows(); ba.says("chào"); ba.taps("Mới cài", on=ba.phone.next()); ba.submits(name="Tên Bịa")

Everything talks to the emulator over its control API, so the same code drives one in a thread and one in a process
(`as_process=True`). What acts returns at once; what waits has a twin to await, for tests whose own loop the house runs in.
"""

import asyncio
import contextlib
import html
import http.server
import json
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import certifi
import httpx
from starlette.applications import Starlette

from bot.emulators import serving
from bot.emulators.addresses import trusted
from bot.emulators.zalo_bot import account
from bot.emulators.zalo_bot import server as bot_server
from bot.emulators.zalo_oa import console
from bot.emulators.zalo_oa import server as oa_server
from tests.kit.served import ROOT

READY = "ready: "
PATIENCE = 10.0
HOUSE = "house"
Test = TypeVar("Test", bound=Callable[..., Any])


# ---- what every emulator has ----


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of a phone. `extra`: what its kind has besides (buttons, url, sticker, black, quote …)."""

    number: int
    who: str
    kind: str
    text: str
    message_id: str
    extra: dict[str, Any]

    @staticmethod
    def read(line: dict[str, Any]) -> "Shown":
        own = ("number", "at", "who", "kind", "text", "message_id")
        extra = {k: v for k, v in line.items() if k not in own}
        return Shown(line["number"], line["who"], line["kind"], line["text"], line["message_id"], extra)


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of something a citizen did.

    `way`: webhook, polling, lost (nobody took it) or unheard (the platform keeps it to itself; `why` says so).
    `headers` and `body` are the request that carries it, or would: for a test that hands it over itself.
    """

    way: str
    message_id: str
    event: dict[str, Any]
    headers: dict[str, str]
    body: bytes
    why: str

    @staticmethod
    def read(answer: dict[str, Any]) -> "Heard":
        request = answer.get("request") or {}
        return Heard(
            answer["way"],
            answer.get("message_id", ""),
            answer.get("event") or {},
            request.get("headers", {}),
            request.get("body", "").encode(),
            answer.get("why", ""),
        )


class Time:
    """The emulator's clock. It runs with the machine's unless it is told to stand."""

    def __init__(self, emulator: "Emulator") -> None:
        self._emulator = emulator

    def now(self) -> datetime:
        return datetime.fromisoformat(self._emulator.ask("state")["clock"]["now"])

    def forward(self, seconds: float = 0, **more: float) -> None:
        """Jump ahead: `forward(30)`, `forward(hours=48)`, `forward(days=7, seconds=1)`."""
        self._emulator.tell("clock", forward=timedelta(seconds=seconds, **more).total_seconds())

    def set(self, moment: str | datetime, *, stand: bool = False) -> None:
        """Make it that moment ("2026-11-22T23:00+07:00"), and stand still there if wanted."""
        said = moment if isinstance(moment, str) else moment.isoformat()
        self._emulator.tell("clock", set=said, **({"stand": True} if stand else {}))

    def stand(self) -> None:
        self._emulator.tell("clock", stand=True)


class Emulator:
    """One running emulator, by its control API."""

    def __init__(self, url: str) -> None:
        self.url = url
        known = {"x-requested-with": "donghanh"}
        self._client = httpx.Client(base_url=url, headers=known, timeout=60, trust_env=False, verify=trusted())
        self.clock = Time(self)

    def close(self) -> None:
        self._client.close()

    def tell(self, what: str, /, **body: Any) -> Any:
        """Do something at the desk; AssertionError with its own words when it refuses."""
        answer = self._client.post(f"/emulator/{what}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ask(self, what: str, **query: Any) -> Any:
        answer = self._client.get(f"/emulator/{what}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def switch(self, **values: str | int) -> None:
        """Set switches: `zalo.switch(envelope="wrapped", statuses="real")`."""
        self.tell("switches", **values)

    def fault(self, kind: str, where: str = "*", **knobs: float) -> None:
        """Turn a knob: `kind` of bot.emulators.faults.Kind; `times`, `skip`, `seconds`, `status`; `where` a method's name,
        a path, or "webhook"."""
        self.tell("faults", kind=kind, where=where, **knobs)

    def clear_faults(self) -> None:
        self.tell("faults", clear="all")

    def journal(self, what: str = "", after: int = 0) -> list[dict[str, Any]]:
        """All entries, or those of one word: call, struck, event, delivery, probe, shown, unheard …"""
        return [entry for entry in self.ask("journal", after=after) if what in ("", entry["what"])]

    def calls(self, method: str = "") -> list[dict[str, Any]]:
        """The calls that were processed, oldest first: `method`, `asked`, `sent_as`, `verb`, `status`, `answer`."""
        return [entry for entry in self.journal("call") if method in ("", entry["method"])]

    def happens(self, what: str, after: int = 0, wait: float = PATIENCE) -> dict[str, Any]:
        """The next entry of this word after a number; waits for it. `after=zalo.version` is from now on."""
        while True:
            new = self.ask("journal", after=after, wait=wait)
            assert new, f"no “{what}” came within {wait:g} s"
            for entry in new:
                if entry["what"] == what:
                    found: dict[str, Any] = entry
                    return found
            after = new[-1]["number"]

    @property
    def version(self) -> int:
        """The number of the journal's last entry."""
        return int(self.ask("state")["version"])

    def deliveries(self) -> list[dict[str, Any]]:
        """Every try to deliver an event: `try_` (0 is the first), `taken`, `answered`, `headers`, `body`."""
        return self.journal("delivery")

    def settled(self, wait: float = PATIENCE) -> None:
        """Wait until nothing is being delivered. Repetitions that the clock still holds back do not count."""
        assert self.ask("settled", wait=wait)["settled"], "deliveries are still under way"


class Phone:
    """What a citizen's phone shows in one conversation: with the account, or of a group."""

    def __init__(self, emulator: Emulator, chat: str) -> None:
        self._emulator, self._chat, self._read = emulator, chat, 0

    @property
    def everything(self) -> list[Shown]:
        """All lines, of both sides."""
        return [Shown.read(line) for line in self._emulator.ask("lines", chat=self._chat)["lines"]]

    @property
    def lines(self) -> list[Shown]:
        """What the house said here."""
        return [line for line in self.everything if line.who == HOUSE]

    @property
    def texts(self) -> list[str]:
        return [line.text for line in self.lines]

    @property
    def typing(self) -> bool:
        return bool(self._emulator.ask("lines", chat=self._chat)["typing"])

    def next(self, wait: float = PATIENCE) -> Shown:
        """The house's next line that this test has not taken yet."""
        while True:
            new = self._emulator.ask("lines", chat=self._chat, after=self._read, wait=wait)["lines"]
            assert new, f"nothing came within {wait:g} s"
            for line in new:
                self._read = line["number"]
                if line["who"] == HOUSE:
                    return Shown.read(line)

    def until(self, words: str, wait: float = PATIENCE) -> Shown:
        """The next line that has these words; the ones before it are passed over."""
        while words not in (line := self.next(wait)).text:
            pass
        return line

    async def comes(self, wait: float = PATIENCE) -> Shown:
        """`next`, to be awaited."""
        return await asyncio.to_thread(self.next, wait)

    async def comes_with(self, words: str, wait: float = PATIENCE) -> Shown:
        """`until`, to be awaited."""
        return await asyncio.to_thread(self.until, words, wait)


# ---- the Bot platform ----


@dataclass(slots=True)
class Group:
    """An invented group that the account is in. `phone` shows it as its members see it."""

    id: str
    name: str
    phone: Phone


@dataclass(slots=True)
class BotCitizen:
    """An invented citizen who talks to the bot."""

    emulator: "ZaloBot"
    id: str
    name: str
    phone: Phone = field(init=False)

    def __post_init__(self) -> None:
        self.phone = Phone(self.emulator, self.id)

    def says(self, text: str, to: Group | None = None, *, mention: bool = False, reply_to: str = "") -> Heard:
        """Write a text, here or in a group; there the bot hears it only with `mention` or as a reply to its message."""
        return self.does("text", to, text=text, mention=mention, reply_to=reply_to)

    def sends_photo(self, caption: str = "", to: Group | None = None, *, mention: bool = False) -> Heard:
        return self.does("photo", to, text=caption, mention=mention)

    def sends_voice(self) -> Heard:
        return self.does("voice")

    def sends_sticker(self, sticker: str = "") -> Heard:
        return self.does("sticker", sticker=sticker)

    def sends(self, kind: str, text: str = "") -> Heard:
        """Something the API has no fields for: link, file or video."""
        return self.does(kind, text=text)

    def follows(self) -> Heard:
        return Heard.read(self.emulator.tell("follow", **{"from": self.id}))

    def leaves(self) -> Heard:
        """Close the conversation to the bot; it is refused from now on."""
        return Heard.read(self.emulator.tell("leave", **{"from": self.id}))

    def does(self, kind: str, to: Group | None = None, **more: Any) -> Heard:
        chat = to.id if to else self.id
        return Heard.read(self.emulator.tell("say", **{"from": self.id}, chat=chat, kind=kind, **more))


class ZaloBot(Emulator):
    """The Bot platform. `url` is what a client takes as its base; `token` the bot's."""

    token = account.TOKEN

    def citizen(self, name: str = "Bà Nguyễn Thị Thử", *, protected: bool = False) -> BotCitizen:
        """A new invented citizen; `protected` as children are: their messages arrive without content."""
        return BotCitizen(self, self.tell("people", name=name, protected=protected)["id"], name)

    def group(self, name: str, *members: BotCitizen) -> Group:
        id_ = self.tell("groups", name=name, members=[member.id for member in members])["id"]
        return Group(id_, name, Phone(self, id_))

    def call(self, method: str, /, token: str | None = None, **asked: Any) -> dict[str, Any]:
        """Call a method as a careful client does (POST, JSON): the whole answer."""
        answer: dict[str, Any] = self._client.post(f"/bot{token or self.token}/{method}", json=asked).json()
        return answer


@contextlib.contextmanager
def zalo_bot(journal: Path | None = None, *, as_process: bool = False, **switches: str | int) -> Iterator[ZaloBot]:
    """The Bot platform, in a thread or as a process. Addresses on this machine are allowed, and pictures not fetched."""
    running = _running("zalo-bot", lambda: bot_server.application(journal=journal), journal, as_process)
    with running as url, contextlib.closing(ZaloBot(url)) as zalo:
        zalo.switch(**{"private_hosts": "allowed", "photo_fetch": "off", **switches})
        yield zalo


# ---- the Official Account ----


@dataclass(slots=True)
class OaCitizen:
    """An invented citizen who writes to the Official Account. `phone_number` is 84…, no network's own."""

    emulator: "ZaloOa"
    id: str
    name: str
    by_app: str
    phone_number: str
    conversation_id: str = ""
    phone: Phone = field(init=False)

    def __post_init__(self) -> None:
        self.phone = Phone(self.emulator, self.id)

    def says(self, text: str, to: Group | None = None, *, reply_to: str = "") -> Heard:
        return self.sends("text", text, to, reply_to=reply_to)

    def sends(self, kind: str, text: str = "", to: Group | None = None, **more: Any) -> Heard:
        """image, gif, sticker, audio, video, file, location, link, business_card."""
        return self._does("say", chat=to.id if to else self.id, kind=kind, text=text, **more)

    def follows(self) -> Heard:
        return self._does("follow", on=True)

    def unfollows(self) -> Heard:
        return self._does("follow", on=False)

    def submits(self, **shared: str) -> Heard:
        """Fill in the form that was asked for; invented values for what is not given (name, phone, ward, …)."""
        return self._does("submit", **shared)

    def taps(self, title: str, on: Shown) -> Heard:
        """Press the button, or the element of a list, of this title."""
        return self._does("tap", message_id=on.message_id, title=title)

    def sees(self) -> Heard:
        """Open the conversation: what is there counts as read."""
        return self._does("see")

    def clicks_chat_now(self) -> Heard:
        return self._does("chat_now")

    def joins(self, group: Group) -> Heard:
        return self._does("group_changes", chat=group.id, what="join")

    def leaves(self, group: Group) -> Heard:
        return self._does("group_changes", chat=group.id, what="leave")

    def becomes(self, **how: bool) -> None:
        """blocked, inactive (banned, or away 45 days), away (the phone is off): True or False."""
        self.emulator.tell("become", **{"from": self.id}, **how)

    def _does(self, act: str, /, **more: Any) -> Heard:
        return Heard.read(self.emulator.tell(act, **{"from": self.id}, **more))


class ZaloOa(Emulator):
    """The Official Account's platform: OAuth, OpenAPI and template product, all under `url`."""

    app_id, app_secret = console.APP_ID, console.APP_SECRET
    oa_id, oa_secret = console.OA_ID, console.OA_SECRET

    def citizen(self, name: str = "Bà Nguyễn Thị Thử", phone: str = "", *, admin: bool = False) -> OaCitizen:
        """A new invented citizen with an invented number; `admin` of the app, who gets test templates."""
        return self._met(self.tell("people", name=name, phone=phone, admin=admin))

    def visitor(self, name: str = "Khách") -> OaCitizen:
        """An anonymous visitor of a web page."""
        return self._met(self.tell("people", name=name, anonymous=True))

    def group(self, name: str, *members: OaCitizen, of_oa: bool = True) -> Group:
        """A group of the OA's, or one it is not in."""
        id_ = self.tell("groups", name=name, members=[member.id for member in members], of_oa=of_oa)["id"]
        return Group(id_, name, Phone(self, id_))

    def ends(self, group: Group) -> Heard:
        return Heard.read(self.tell("group_changes", chat=group.id, what="end"))

    def set_console(self, **values: str) -> None:
        """`webhook`, `callback`, `challenge`, as in the developer console. A new webhook is switched on again."""
        self.tell("console", **values)

    def grant(self) -> dict[str, str]:
        """A pair of tokens, as if the owner had just said yes: access_token, refresh_token, expires_in."""
        pair: dict[str, str] = self.tell("grant")
        return pair

    def revoke(self) -> Heard:
        """The owner takes the permission back."""
        return Heard.read(self.tell("revoke"))

    def consent(self, url: str) -> str:
        """Open a consent page and press "Cho phép": the address it sends the owner back to."""
        page = self._client.get(url)
        assert page.status_code == 200, page.text
        button = re.search(r'href="([^"]*/allow[^"]*)"', page.text)
        assert button is not None, page.text
        return self._client.get(html.unescape(button[1])).headers["location"]

    def call(self, path: str, token: str, /, **asked: Any) -> dict[str, Any]:
        """POST to an endpoint as a careful client does: the whole answer."""
        answer: dict[str, Any] = self._client.post(path, json=asked, headers={"access_token": token}).json()
        return answer

    def fetch(self, path: str, token: str, /, **asked: Any) -> dict[str, Any]:
        """GET from an endpoint that takes its parameters as JSON in `data`."""
        data = {"data": json.dumps(asked)}
        answer: dict[str, Any] = self._client.get(path, params=data, headers={"access_token": token}).json()
        return answer

    def _met(self, answer: dict[str, str]) -> OaCitizen:
        known = ("id", "name", "user_id_by_app", "phone", "conversation_id")
        return OaCitizen(self, *(answer[name] for name in known))


@contextlib.contextmanager
def zalo_oa(journal: Path | None = None, *, as_process: bool = False, **switches: str | int) -> Iterator[ZaloOa]:
    """The Official Account's platform, in a thread or as a process. Addresses on this machine are allowed."""
    running = _running("zalo-oa", lambda: oa_server.application(journal=journal), journal, as_process)
    with running as url, contextlib.closing(ZaloOa(url)) as zalo:
        zalo.switch(**{"private_hosts": "allowed", **switches})
        yield zalo


# ---- how it runs ----


def _running(
    name: str, build: Callable[[], Starlette], journal: Path | None, as_process: bool
) -> contextlib.AbstractContextManager[str]:
    return in_process(name, journal) if as_process else in_thread(build())


_ENDING: list[threading.Thread] = []


@contextlib.contextmanager
def in_thread(app: Starlette) -> Iterator[str]:
    """Serve an application in a thread of this process; its address."""
    _ENDING[:] = [thread for thread in _ENDING if thread.is_alive()]
    taken, ready = serving.listening("127.0.0.1", 0), threading.Event()
    server = serving.server(app, ready.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
    thread.start()
    try:
        assert ready.wait(20), "the emulator did not start"
        yield serving.address(taken)
    finally:
        server.stop()
        _ENDING.append(thread)  # it takes a tenth of a second to end, which no test has to wait for


@contextlib.contextmanager
def in_process(name: str, journal: Path | None) -> Iterator[str]:
    """`python -m bot emulate <name>` on a free port; its address."""
    command = [sys.executable, "-m", "bot", "emulate", name, "--port", "0"]
    process = subprocess.Popen(
        [*command, *(["--journal", str(journal)] if journal else [])], cwd=ROOT, text=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    said = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if READY in line:
                yield line.partition(READY)[2].split()[0]
                break
            said.append(line)
        else:
            raise AssertionError(f"it ended: {''.join(said)}")
    finally:
        process.terminate()
        process.wait(20)
        if process.stdout is not None:
            process.stdout.close()


# ---- who listens to webhooks, where no channel does ----


@dataclass(frozen=True, slots=True)
class Delivered:
    """One request at a webhook. The names of the headers are in small letters."""

    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.body)
        return read


class Listener:
    """A webhook that keeps what comes. `status` is what it answers; `held` makes it take its time."""

    def __init__(self) -> None:
        self.status = 200
        self.url = ""
        self.got: queue.Queue[Delivered] = queue.Queue()
        self._may_answer = threading.Event()
        self._may_answer.set()

    def next(self, wait: float = PATIENCE) -> Delivered:
        """The oldest request that was not yet taken."""
        return self.got.get(timeout=wait)

    @property
    def silent(self) -> bool:
        """Whether nothing more has come."""
        return self.got.empty()

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Within the block requests are kept but not answered."""
        self._may_answer.clear()
        try:
            yield
        finally:
            self._may_answer.set()

    def take(self, delivered: Delivered) -> int:
        self.got.put(delivered)
        self._may_answer.wait(20)
        return self.status


@contextlib.contextmanager
def listener() -> Iterator[Listener]:
    """A webhook on a port of its own."""
    hook = Listener()

    class Request(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Silence: the test says what matters."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            status = hook.take(Delivered({k.lower(): v for k, v in self.headers.items()}, body))
            with contextlib.suppress(OSError):  # who asked may be gone by now
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Request) as server:
        server.daemon_threads = True
        hook.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield hook
        server.shutdown()


def meets(*rules: str) -> Callable[[Test], Test]:
    """Say of a test which of the emulators' rules it holds the emulator to; tests/channels counts them."""

    def marked(test: Test) -> Test:
        return test

    return marked


def one_authority(folder: Path) -> str:
    """A file with a single certificate authority, for SSL_CERT_FILE: foreign clients read it at every start."""
    end = "-----END CERTIFICATE-----"
    file = folder / "authority.pem"
    file.write_text(certifi.contents().partition(end)[0] + end + "\n", encoding="ascii")
    return str(file)
