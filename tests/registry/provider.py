"""An SMS provider on the loopback, in this process: keeps what it was sent and answers as it is told."""

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.registry.office import CODE


@dataclass
class Provider:
    """What arrived, and the status of the next answers (200 when none is said; 0 hangs up without one)."""

    url: str = ""
    arrived: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    came: threading.Condition = field(default_factory=threading.Condition)

    def codes_to(self, phone: str) -> list[str]:
        """The codes that went to a phone, the newest last."""
        texts = [sms["text"] for sms in self.arrived if sms["to"] == phone]
        return [found[1] for text in texts if (found := CODE.search(text))]


@contextlib.contextmanager
def provider() -> Iterator[Provider]:
    """A provider for as long as the block runs."""
    kept = Provider()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            written = self.rfile.read(int(self.headers["content-length"]))
            if not written:
                self.close_connection = True
                return  # whoever was sending died before the first letter
            body = json.loads(written)
            with kept.came:
                kept.arrived.append(body)
                kept.tokens.append(self.headers.get("authorization", ""))
                status = kept.answers.pop(0) if kept.answers else 200
                kept.came.notify_all()
            if status == 0:
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    kept.url = f"http://127.0.0.1:{server.server_address[1]}/sms"
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
