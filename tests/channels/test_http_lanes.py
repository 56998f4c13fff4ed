"""The one door to HTTP services: what was surely not sent is told apart from what perhaps was, and no address is ever told."""

import asyncio
import contextlib
import gzip
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from bot.http import LARGEST_ANSWER, HttpLanes, NotSentError, PerhapsSentError, StaleError

SECRET_PATH = "/bot123:very-secret-token/sendMessage"


@dataclass
class Platform:
    """A server of one behaviour, and what it got."""

    url: str = ""
    heads: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    connections: int = 0
    reached: asyncio.Event = field(default_factory=asyncio.Event)


def answer(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


@contextlib.asynccontextmanager
async def platform(behave: Callable[[asyncio.StreamWriter], Awaitable[None]]) -> AsyncIterator[Platform]:
    here, serving = Platform(), list[asyncio.Task[None]]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        this = asyncio.current_task()
        assert this is not None
        serving.append(this)
        here.connections += 1
        here.reached.set()
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                here.heads.append(head)
                length = next(
                    (int(x.split(":")[1]) for x in head.lower().splitlines() if x.startswith("content-length")), 0
                )
                here.bodies.append(await reader.readexactly(length))
                await behave(writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, OSError):
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    here.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield here
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving)


def says(written: bytes) -> Callable[[asyncio.StreamWriter], Awaitable[None]]:
    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(written)

    return behave


async def cuts(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def is_silent(writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


@pytest.fixture
async def lanes() -> AsyncIterator[HttpLanes]:
    those = HttpLanes()
    yield those
    await those.close()


async def test_an_answer_comes_with_its_status_whatever_it_is_and_is_not_followed(lanes: HttpLanes) -> None:
    for status in ("200 OK", "302 Found", "401 Unauthorized", "502 Bad Gateway"):
        async with platform(says(answer(b"<html>", status, "location: /elsewhere", "Retry-After: 7"))) as here:
            told = await lanes.ask(here.url + SECRET_PATH, json={"text": "chào"})
            assert (told.status, told.body, told.headers["retry-after"]) == (int(status[:3]), b"<html>", "7")
            assert here.bodies == ['{"text":"chào"}'.encode()]
            assert len(here.heads) == 1


async def test_a_closed_port_means_that_nothing_was_sent(lanes: HttpLanes) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(NotSentError):
            await lanes.ask(f"http://127.0.0.1:{taken.getsockname()[1]}{SECRET_PATH}")


@pytest.mark.parametrize("url", ["no address", "http://", "ftp://127.0.0.1/x", "http://127.0.0.1:1/\x00"])
async def test_what_is_no_address_was_not_sent_either(lanes: HttpLanes, url: str) -> None:
    with pytest.raises(NotSentError):
        await lanes.ask(url)


async def test_a_cut_or_a_silence_after_the_question_left_means_perhaps(lanes: HttpLanes) -> None:
    for behave in (
        cuts,
        is_silent,
        says(b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhalf"),
        says(b"no http at all\r\n\r\n"),
    ):
        async with platform(behave) as here:
            with pytest.raises(PerhapsSentError):
                await lanes.ask(here.url + SECRET_PATH, json={}, within=0.3)
            assert len(here.heads) == 1


async def test_an_answer_beyond_all_measure_is_cut_off(lanes: HttpLanes) -> None:
    async with platform(says(answer(b"x" * (LARGEST_ANSWER + 1)))) as here:
        with pytest.raises(PerhapsSentError, match="answer_too_long"):
            await lanes.ask(here.url + SECRET_PATH)


async def test_a_packed_answer_is_not_unpacked(lanes: HttpLanes) -> None:
    packed = gzip.compress(b"0" * 10_000_000)
    async with platform(says(answer(packed, "200 OK", "content-encoding: gzip"))) as here:
        assert (await lanes.ask(here.url + SECRET_PATH)).body == packed
        assert "accept-encoding: identity" in here.heads[0].lower()


async def test_the_guard_is_asked_when_the_connection_stands_and_then_nothing_leaves(lanes: HttpLanes) -> None:
    async with platform(says(answer(b"{}"))) as here:
        asked: list[int] = []

        def not_any_more() -> bool:
            asked.append(here.connections)
            return len(asked) < 2

        with pytest.raises(StaleError):
            await lanes.ask(here.url + SECRET_PATH, json={}, still_ours=not_any_more)
        await here.reached.wait()
        assert len(asked) == 2
        assert here.heads == []
        with pytest.raises(StaleError):
            await lanes.ask(here.url + SECRET_PATH, json={}, still_ours=lambda: False)
        assert (await lanes.ask(here.url + SECRET_PATH, json={}, still_ours=lambda: True)).status == 200


async def test_a_conversation_lost_between_head_and_body_leaves_half_a_question_that_nobody_acts_on(
    lanes: HttpLanes,
) -> None:
    async with platform(says(answer(b"{}"))) as here:
        asked: list[bool] = []

        def until_the_body() -> bool:
            asked.append(len(asked) < 2)
            return asked[-1]

        with pytest.raises(StaleError):
            await lanes.ask(here.url + SECRET_PATH, json={"text": "x"}, still_ours=until_the_body)
        assert here.bodies == []


async def test_lanes_share_no_connection_and_keep_no_cookie(lanes: HttpLanes) -> None:
    async with platform(says(answer(b"{}", "200 OK", "set-cookie: who=somebody; path=/"))) as here:
        for lane in (0, 1, 0, 1):
            await lanes.ask(here.url + SECRET_PATH, lane=lane)
        assert here.connections == 2
        assert not any("cookie" in head.lower() for head in here.heads)


async def test_neither_logs_nor_errors_tell_an_address(lanes: HttpLanes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    for behave in (says(answer(b"{}")), cuts, says(b"nonsense\r\n\r\n")):
        async with platform(behave) as here:
            try:
                await lanes.ask(here.url + SECRET_PATH, json={}, headers={"access_token": "very-secret-token"})
            except PerhapsSentError as error:
                told.append(f"{error!r} {error}")
    assert len(told) == 2
    assert "very-secret" not in "".join(told) + caplog.text


async def test_forms_files_and_queries_go_as_they_are_asked(lanes: HttpLanes) -> None:
    async with platform(says(answer(b"{}"))) as here:
        await lanes.ask(here.url + "/form", form={"a": "bố"})
        await lanes.ask(here.url + "/file", files={"file": ("x.png", b"\x89PNG", "image/png")})
        await lanes.ask(here.url + "/query", verb="GET", query={"q": "một hai"})
        assert here.bodies[0] == b"a=b%E1%BB%91"
        assert b'name="file"; filename="x.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG' in here.bodies[1]
        assert here.heads[2].startswith("GET /query?q=m%E1%BB%99t+hai HTTP/1.1")
