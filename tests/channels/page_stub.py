"""A house of cardboard behind the web chat's page: it keeps the page's side of the contract and does as the test says.

The standard library's server, in threads: it can go away in the middle of anything and come back at the same address.
"""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.look.shelf import POLICY, shelf, templates

PAGE = Path(__file__).parents[2] / "bot" / "channels" / "webchat_page"
UNIT = "Công an phường Minh Xuân"
Message = dict[str, Any]


class Stub:
    """The house, seen by a test: what it was asked, what it says, and how it fails."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._port = 0
        self.shelf = shelf(PAGE)
        self.html = (
            templates(PAGE).get_template("chat.html.jinja").render(unit_name=UNIT, v=self.shelf.version).encode()
        )
        self.messages: list[Message] = []
        self.progress: dict[str, Any] | None = {"number": 3, "count": 7, "name": "Kích hoạt"}
        self.said: list[dict[str, Any]] = []  # each body of /chat/say, also a refused one
        self.asked: list[int] = []  # each `after` of /chat/messages
        self.listened: list[int] = []  # each `after` of /chat/stream
        self.seen: list[int] = []
        self.forgotten = 0
        self.refusals: list[tuple[int, int]] = []  # (status, Retry-After) of the next ones said
        self.answers: Callable[[dict[str, Any]], list[Message]] = lambda said: []
        self.shield: Callable[[str], tuple[str, str | None]] = lambda text: (text, None)
        self.streaming = True
        self.repeating = False  # every event of the stream brings everything again
        self.swallowed: set[int] = set()  # numbers that the stream leaves out
        self.quiet_answers = False  # the answer to /chat/say brings no messages
        self.may_answer = threading.Event()  # cleared: /chat/say takes the message and says nothing yet
        self.may_answer.set()

    # ---- what a test does ----

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/"

    def say(self, text: str, *choices: tuple[str, str], who: str = "house", mark: str | None = None) -> Message:
        """The house (or an officer) says something; listening pages hear it."""
        with self._changed:
            message = self._add(who, text, list(choices), mark, None)
            self._changed.notify_all()
        return message

    def back(self) -> None:
        """Be there; at the same address as before."""
        self._server = _Server(("127.0.0.1", self._port), self)
        self._port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def away(self) -> None:
        """Be gone, in the middle of whatever was going on."""
        server, thread = self._server, self._thread
        if server is None or thread is None:
            return
        self._server = None
        with self._changed:
            self._changed.notify_all()
        server.shutdown()
        server.drop_all()
        thread.join()
        server.server_close()

    def until(self, happened: Callable[["Stub"], bool], seconds: float = 15) -> None:
        """Wait until the page has done it."""
        with self._changed:
            if not self._changed.wait_for(lambda: happened(self), timeout=seconds):
                raise AssertionError("the page did not do it in time")

    def noted(self) -> None:
        with self._changed:
            self._changed.notify_all()

    # ---- what the page does ----

    def _add(self, who: str, text: str, choices: list[tuple[str, str]], mark: str | None, ref: str | None) -> Message:
        offer = {"place": "activate.code", "choices": choices} if choices else None
        number = len(self.messages) + 1
        at = f"2026-11-22T03:{number // 60:02}:{number % 60:02}Z"
        message = {"n": number, "who": who, "text": text, "at": at, "offer": offer, "mark": mark, "ref": ref}
        self.messages.append(message)
        return message

    def after(self, number: int) -> dict[str, Any]:
        new = self.messages[number:]
        return {"last": new[-1]["n"] if new else 0, "messages": new, "progress": self.progress}

    def open(self) -> dict[str, Any]:
        with self._changed:
            if not self.messages:
                self._add(
                    "house",
                    "Chào bác. Điện thoại của bác đã có mạng chưa ạ?",
                    [("yes", "Có rồi"), ("no", "Chưa có")],
                    None,
                    None,
                )
        return self.after(max(0, len(self.messages) - 30))

    def take(self, said: dict[str, Any]) -> tuple[int, dict[str, Any], int]:
        with self._changed:
            self.said.append(said)
            self._changed.notify_all()
            if self.refusals:
                status, wait = self.refusals.pop(0)
                return status, {"error": "not stored"}, wait
            if not any(message["ref"] == said["id"] for message in self.messages):
                text, mark = self.shield(said.get("text") or self._label(said["press"]))
                self._add("me", text, [], mark, said["id"])
                for reply in self.answers(said):
                    self._add(
                        reply.get("who", "house"), reply["text"], reply.get("choices", []), reply.get("mark"), None
                    )
                self._changed.notify_all()
            shown = {} if self.quiet_answers else self.after(said.get("after", 0))
            return 200, {**shown, "accepted": True, "last": len(self.messages)}, 0

    def _label(self, press: dict[str, str]) -> str:
        """What was written on the button that was pressed."""
        offers = [message["offer"] for message in self.messages if message["offer"]]
        labels = {exit_: label for offer in offers for exit_, label in offer["choices"]}
        return str(labels[press["exit"]])

    def events(self, after: int, server: "_Server") -> Iterator[bytes]:
        """The stream, until the house goes away."""
        while self._server is server:
            with self._changed:
                while len(self.messages) <= after and self._server is server:
                    self._changed.wait(timeout=5)
                new = [message for message in self.messages[after:] if message["n"] not in self.swallowed]
            if len(self.messages) > after:
                after = len(self.messages)
                shown = self.messages if self.repeating else new
                body = json.dumps({"messages": shown, "progress": self.progress})
                yield f"event: messages\nid: {after}\ndata: {body}\n\n".encode()

    def forget(self) -> None:
        with self._changed:
            self.forgotten += 1
            self.messages.clear()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], stub: Stub) -> None:
        self.stub = stub
        self._open: set[socket.socket] = set()
        super().__init__(address, _Request)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def drop_all(self) -> None:
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                self._open.discard(connection)  # the page was quicker

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A page that went away in the middle is not a failure of the test."""


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Silence: the test says what matters."""

    def _give(self, status: int, body: bytes, kind: str, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _json(self, status: int, answer: dict[str, Any], **headers: str) -> None:
        self._give(status, json.dumps(answer).encode(), "application/json", Cache_Control="no-store", **headers)

    def do_GET(self) -> None:
        stub, address = self.server.stub, urlsplit(self.path)
        after = int(parse_qs(address.query).get("after", ["0"])[0])
        name = address.path.removeprefix("/assets/")
        if address.path == "/":
            self._give(
                200, stub.html, "text/html; charset=utf-8", Content_Security_Policy=POLICY, Cache_Control="no-cache"
            )
        elif address.path.startswith("/assets/") and name in stub.shelf.assets:
            asset = stub.shelf.assets[name]
            self._give(200, asset.body, asset.kind, Cache_Control="public, max-age=31536000, immutable")
        elif address.path == "/chat/messages":
            stub.asked.append(after)
            stub.noted()
            self._json(200, stub.after(after))
        elif address.path == "/chat/stream":
            stub.listened.append(after)
            stub.noted()
            if stub.streaming:
                self._stream(after)
            else:
                self._json(502, {"error": "a proxy that knows no streams"})
        else:
            self._json(404, {"error": "not here"})

    def _stream(self, after: int) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b": here\n\n")
        for event in self.server.stub.events(after, self.server):
            self.wfile.write(event)
        self.close_connection = True

    def do_POST(self) -> None:
        stub = self.server.stub
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        genuine = self.headers["X-Requested-With"] == "donghanh" and self.headers["Content-Type"] == "application/json"
        known = "donghanh=" in (self.headers["Cookie"] or "")
        if not genuine:
            self._json(403, {"error": "not our page"})
        elif self.path == "/chat/open":
            self._json(200, stub.open(), Set_Cookie="donghanh=cardboard; Path=/; HttpOnly; SameSite=Lax")
        elif not known:
            self._json(409, {"error": "open first"})
        elif self.path == "/chat/say":
            status, answer, wait = stub.take(body)
            stub.may_answer.wait(timeout=20)
            self._json(status, answer, **({"Retry_After": str(wait)} if wait else {}))
        elif self.path == "/chat/seen":
            stub.seen.append(body["upto"])
            stub.noted()
            self._give(204, b"", "application/json")
        elif self.path == "/chat/forget":
            stub.forget()
            self._give(204, b"", "application/json", Set_Cookie="donghanh=; Path=/; Max-Age=0")
        else:
            self._json(404, {"error": "not here"})


@contextmanager
def stub_house() -> Iterator[Stub]:
    """A house that is there, and is gone after the block."""
    stub = Stub()
    stub.back()
    try:
        yield stub
    finally:
        stub.may_answer.set()
        stub.away()
