"""A small HTTP proxy on the loopback that does to the next question what bad networks and other people's proxies do."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from enum import Enum

_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close by RST
PAGE = b"<!doctype html><html><body>502 Bad Gateway</body></html>"


class Fault(Enum):
    """What happens to one question. AFTER: the registry has done it by then; BEFORE: it never heard of it."""

    RESET_BEFORE = "reset before"
    RESET_AFTER = "reset after"
    SILENT_BEFORE = "no answer, never heard"
    SILENT_AFTER = "no answer, but done"
    HTML_BEFORE = "a proxy's page, never heard"
    HTML_AFTER = "a proxy's page, but done"
    TRUNCATED = "an answer cut in the middle"
    LOGIN_PAGE = "200 and the page of a hotel"


NEVER_HEARD = (Fault.RESET_BEFORE, Fault.SILENT_BEFORE, Fault.HTML_BEFORE, Fault.LOGIN_PAGE)


class FaultProxy:
    """Passes questions on to `upstream`. `next` holds the faults of the next questions whose path contains `about`;
    `heard` the paths of all questions; `gate` is closed to hold answers back."""

    def __init__(self, upstream: tuple[str, int]) -> None:
        self._upstream = upstream
        self.next: list[Fault] = []
        self.about = "/subjects/"
        self.heard: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.url = ""
        self._ending = asyncio.Event()

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator["FaultProxy"]:
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            self._ending.set()
            server.close()
            await server.wait_closed()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            question = await _message(reader)
            path = question.split(b" ", 2)[1].decode()
            self.heard.append(path)
            fault = self.next.pop(0) if self.next and self.about in path else None
            answer = b"" if fault in NEVER_HEARD else await self._asked(question)
            await self.gate.wait()
            await self._answer(writer, fault, answer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            with contextlib.suppress(ConnectionError):
                writer.close()
                await writer.wait_closed()

    async def _asked(self, question: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(*self._upstream)
        head, _, body = question.partition(b"\r\n\r\n")
        lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
        writer.write(b"\r\n".join([*lines, b"connection: close"]) + b"\r\n\r\n" + body)
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer

    async def _answer(self, writer: asyncio.StreamWriter, fault: Fault | None, answer: bytes) -> None:
        match fault:
            case None:
                writer.write(answer)
            case Fault.RESET_BEFORE | Fault.RESET_AFTER:
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                writer.transport.abort()
                return
            case Fault.SILENT_BEFORE | Fault.SILENT_AFTER:
                await self._ending.wait()
                return
            case Fault.HTML_BEFORE | Fault.HTML_AFTER:
                writer.write(_page(502))
            case Fault.LOGIN_PAGE:
                writer.write(_page(200))
            case Fault.TRUNCATED:
                writer.write(answer[:-7])
        await writer.drain()


async def _message(reader: asyncio.StreamReader) -> bytes:
    """A request, head and body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n")
                   if line.startswith(b"content-length:")), 0)  # fmt: skip
    return head + await reader.readexactly(length)


def _page(status: int) -> bytes:
    head = f"HTTP/1.1 {status} X\r\ncontent-type: text/html\r\ncontent-length: {len(PAGE)}\r\nconnection: close\r\n\r\n"
    return head.encode() + PAGE
