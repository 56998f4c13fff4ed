"""A registry's changes enter by the one door: each once, of those alone who practise here, never a typed value."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from bot.gateways.following import FRESH
from bot.house import House
from bot.message import Event
from bot.neighbour import follower_of
from bot.ports import UnavailableError
from bot.registry.practice.page import exercises
from flows.speech import Address, Opened
from tests.kit.practice import IN_TESTS, Practising, a_house, inside, visited
from tests.registry.office import GOOD_PASSWORD, Clock, Office, Phone

OURS = {"x-requested-with": "donghanh"}


@dataclass
class Room:
    """A house with a practice, and a browser in it."""

    practice: Practising
    browser: httpx.AsyncClient
    clock: Clock

    @property
    def home(self) -> House:
        return self.practice.house

    async def begin(self, exercise: str = "level1") -> tuple[dict[str, Any], Phone]:
        answer = await self.browser.post("/tap-thu/begin", json={"exercise": exercise}, headers=OURS)
        assert answer.status_code == 200, answer.text
        loan = answer.json()["loan"]
        office = Office(self.practice.registry, self.clock, self.browser, home="/tap-thu/registry/v1")
        return loan, await office.phone(loan["person"]["person"], loan=loan["token"], open_=False)

    async def said(self) -> list[dict[str, Any]]:
        """Every message of the practice, as the page reads them."""
        answer = await self.browser.get("/tap-thu/chat/messages?after=0")
        found: list[dict[str, Any]] = answer.json()["messages"]
        return found


def bytes_of(folder: Path) -> bytes:
    """Every byte the house keeps."""
    return b"".join(path.read_bytes() for path in folder.glob("house.db*"))


@pytest.fixture
async def room(migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Room]:
    clock = Clock()
    for name in ("house.db", "registry.db"):
        shutil.copy(migrated_sqlite, tmp_path / name)
    with a_house(tmp_path, clock) as home:
        there = await inside(home)
        async with visited(there) as browser:
            yield Room(there, browser, clock)


async def test_each_press_is_followed_by_what_to_press_next_and_every_message_says_that_it_is_practice(
    room: Room,
) -> None:
    _, phone = await room.begin()
    await phone.put("/handset/app", app="installed")
    await phone.put("/handset/app", app="open")
    path = await phone.register_until_code()
    await phone.post(f"{path}/code", code=await phone.newest_code())
    await phone.post(f"{path}/password", password=GOOD_PASSWORD)
    assert await room.practice.follower.once()
    said = await room.said()
    assert [message["label"] for message in said] == ["MÔ PHỎNG – luyện tập"] * len(said)
    told = [message["text"] for message in said]
    for words in (
        "“CH Play”",
        "bấm “Mở”",
        "“Đăng ký”",
        "đưa thẻ tập vào khung hình",
        "so từng dòng",
        "mã OTP",
        "mật khẩu bịa để tập",
    ):
        at = next((n for n, one in enumerate(told) if words in one), None)
        assert at is not None, (words, told)
        told = told[at + 1 :]
    assert "Đã có tài khoản ứng dụng" in told[0]
    assert len(told) == 1


async def test_nothing_that_was_typed_is_in_the_conversation_or_on_the_houses_disk(room: Room, tmp_path: Path) -> None:
    loan, phone = await room.begin()
    for app in ("installed", "open"):
        await phone.put("/handset/app", app=app)
    await phone.register()
    code = await phone.newest_code()
    assert await room.practice.follower.once()
    assert len(await room.said()) > 5
    kept = bytes_of(tmp_path)
    for typed in (code, GOOD_PASSWORD, loan["person"]["number"], loan["person"]["phone"], loan["person"]["name"]):
        assert typed.encode() not in kept


async def test_what_is_told_again_after_a_fall_is_known_by_name(room: Room) -> None:
    _, phone = await room.begin()
    await phone.put("/handset/app", app="installed")
    follower = room.practice.follower
    assert await follower.once()
    before = await room.said()
    await follower._bookmark.keep("0")  # as after a fall before it was kept how far we had read
    again = follower_of(room.home, room.practice.outside, room.practice.practice)
    assert await again.once()
    assert await room.said() == before
    room.clock.time += FRESH + timedelta(seconds=1)
    await phone.put("/handset/app", app="open")
    await follower._bookmark.keep("")
    again = follower_of(room.home, room.practice.outside, room.practice.practice)
    assert await again.once()
    assert len(await room.said()) == len(before) + 1


async def test_while_the_house_cannot_keep_anything_the_feed_is_not_passed_over(room: Room) -> None:
    _, phone = await room.begin()
    await phone.put("/handset/app", app="installed")
    door = room.practice.follower._door

    class Away:
        async def take(self, event: Event) -> Any:
            raise UnavailableError("away")

    room.practice.follower._door = Away()
    assert not await room.practice.follower.once()
    room.practice.follower._door = door
    assert await room.practice.follower.once()
    assert "“Mở”" in (await room.said())[-1]["text"]


async def test_a_change_of_somebody_who_practises_elsewhere_begins_no_conversation(room: Room) -> None:
    await room.begin()
    lent: Any = await room.practice.outside.identity.lend("approved2")
    office = Office(room.practice.registry, room.clock, room.browser, home="/tap-thu/registry/v1")
    phone = await office.phone(lent.loan["person"]["person"], loan=lent.loan["token"])
    await phone.ask_activation()
    assert await room.practice.follower.once()
    found = await room.home.store.read(lambda unit: unit.execute(text("SELECT count(*) FROM conversation")).scalar())
    assert found == 1


async def test_practice_has_a_case_of_its_own_and_nothing_of_it_reaches_anybody_elses(room: Room) -> None:
    person = Address("web", "main", "somebody")
    await room.home.turn.take(Event(person, "open", Opened()))
    _, phone = await room.begin("activate")
    for app in ("installed", "open"):
        await phone.put("/handset/app", app=app)
    await phone.activate()
    assert await room.practice.follower.once()
    answer = await room.browser.get("/tap-thu/chat/messages?after=0")
    assert answer.json()["progress"]["number"] == 5  # activated; not yet logged in, on the way by the counter
    _, progress = await room.home.mailbox.newest(person, 1)
    assert progress is not None
    assert progress.number == 1
    rows = await room.home.store.read(
        lambda unit: unit.execute(text("SELECT channel, subject_id FROM conversation ORDER BY channel")).all()
    )
    assert [row.channel for row in rows] == ["practice", "web"]
    assert len({row.subject_id for row in rows}) == 2


@pytest.mark.parametrize("exercise", list(exercises()))
async def test_every_exercise_begins_with_words_of_its_own_and_keeps_the_subject_from_the_page(
    room: Room, exercise: str
) -> None:
    loan, _ = await room.begin(exercise)
    assert "subject" not in loan
    assert bool(loan["person"]["card"]) or not exercises()[exercise].card
    said = await room.said()
    assert len(said) == 1
    assert "Đây là chỗ tập" in said[0]["text"]


async def test_the_desk_takes_the_name_of_an_exercise_from_our_page_and_nothing_else(room: Room) -> None:
    async def asked(body: bytes, headers: dict[str, str] = OURS) -> int:
        return (await room.browser.post("/tap-thu/begin", content=body, headers=headers)).status_code

    assert await asked(b'{"exercise": "level1"}', {}) == 403
    for body in (
        b"",
        b"[]",
        b'{"exercise": 1}',
        b'{"exercise": "none"}',
        b"{" * 4000,
        b'{"exercise": "level1"' + b" " * 600,
    ):
        assert await asked(body) == 400
    assert (await room.browser.post("/tap-thu/chat/open", headers=OURS)).status_code == 409


async def test_when_everybody_is_lent_out_the_page_says_so(room: Room) -> None:
    for _ in range(IN_TESTS.people):
        await room.practice.outside.identity.lend("nothing")
    answer = await room.browser.post("/tap-thu/begin", json={"exercise": "level1"}, headers=OURS)
    assert answer.status_code == 503
    assert "mọi người tập đều đang được dùng" in answer.json()["error"]


async def test_the_cookie_of_the_practice_goes_no_further_than_the_practice(room: Room) -> None:
    answer = await room.browser.post("/tap-thu/begin", json={"exercise": "level1"}, headers=OURS)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "Path=/tap-thu" in cookie
    assert cookie.startswith("donghanh-tap-thu=")
