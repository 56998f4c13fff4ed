"""Zalo as citizens have it: the real house, the real sender, and a strict Zalo Bot platform on the loopback."""

import asyncio
import contextlib
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.channels import terminal
from bot.channels.zalo_bot import ZaloBot as ZaloBotChannel
from bot.channels.zalo_bot import listening as hearing
from bot.emulators.clock import Clock
from bot.house import House
from bot.message import Event, Taken, Typed
from bot.ports import Door, UnavailableError
from bot.settings import Settings
from flows.speech import Address
from storage import outbox
from tests.channels import fuzz_zalo_bot
from tests.kit.build import house
from tests.kit.connected import connected, listening
from tests.kit.zalo import BotCitizen, ZaloBot, zalo_bot

SECRET = fuzz_zalo_bot.SECRET
ROAD = ("1", "4", "số 1", "cái đầu", "xong rồi", "2", "menu")
Begun = Callable[..., contextlib.AbstractAsyncContextManager[House]]


@pytest.fixture
def database(migrated_sqlite: Path, tmp_path: Path) -> str:
    file = tmp_path / "house.db"
    file.write_bytes(migrated_sqlite.read_bytes())
    return f"sqlite:///{file}"


@pytest.fixture
def zalo() -> Iterator[ZaloBot]:
    with zalo_bot() as emulator:
        yield emulator


@pytest.fixture
def polled(zalo: ZaloBot, database: str, tmp_path: Path) -> Begun:
    """A house that asks for events; its time runs twenty times as fast as ours."""

    @asynccontextmanager
    async def begin(*switches: str, later: float = 0, **more: Any) -> AsyncIterator[House]:
        settings = {"zalo_bot_token": (zalo.token,), "zalo_bot_api": zalo.url, "zalo_bot_mode": "polling", **more}
        clock = Clock(time.time() + later, factor=20)
        async with connected(database, tmp_path, clock=clock, zalo_switches=switches, **settings) as home:
            yield home

    return begin


@pytest.fixture
def posted(zalo: ZaloBot, database: str, tmp_path: Path) -> Begun:
    """A house to whose webhook events are posted, once the platform knows it."""

    @asynccontextmanager
    async def begin(*switches: str, **more: Any) -> AsyncIterator[House]:
        settings = {"zalo_bot_token": (zalo.token,), "zalo_bot_api": zalo.url, "zalo_bot_secret": SECRET, **more}
        async with listening(database, tmp_path, clock=Clock(factor=20), zalo_switches=switches, **settings) as home:
            await until(lambda: zalo.calls("setWebhook"))
            yield home

    return begin


async def until(true: Callable[[], Any]) -> None:
    """When the emulator says so: asked aside, so that the house goes on meanwhile."""
    async with asyncio.timeout(15):
        while not await asyncio.to_thread(true):  # noqa: ASYNC110 - what is waited for happens in another thread's server
            await asyncio.sleep(0)


async def drained(home: House) -> None:
    """When nothing waits to be sent, and all that was sent is marked."""
    async with asyncio.timeout(15):
        while await home.store.read(outbox.depth) != (0, None):  # noqa: ASYNC110 - the truth is the table
            await asyncio.sleep(0)


async def talks(ba: BotCitizen, *said: str) -> list[str]:
    """What the house answered to each of these."""
    answers = []
    for text in said:
        ba.says(text)
        answers.append((await ba.phone.comes()).text)
    return answers


async def stands(home: House, zalo: ZaloBot, ba: BotCitizen) -> tuple[str, str]:
    """Place and case of a citizen's conversation, as the house tells them for a repeated event."""
    calls = [e for e in zalo.journal("event") if e["event"]["message"]["chat"]["id"] == ba.id]
    external = "m" + calls[-1]["event"]["message"]["message_id"]
    address = Address("zalo_bot", zalo.token.partition(":")[0], ba.id)
    taken = await home.turn.take(Event(address, external, Typed("")))
    assert not taken.fresh
    return taken.place, taken.case


async def elsewhere(home: House, said: tuple[str, ...]) -> tuple[str, str]:
    """The same conversation in the terminal."""
    taken = await home.turn.take(terminal.event("chào", 0, ()))
    for number, line in enumerate(said, 1):
        taken = await home.turn.take(terminal.event(line, number, ()))
    return taken.place, taken.case


# ---- a conversation ----


@pytest.mark.parametrize("envelope", ["flat", "wrapped"])
async def test_a_person_is_greeted_and_walked_on_by_numbers(zalo: ZaloBot, posted: Begun, envelope: str) -> None:
    zalo.switch(envelope=envelope)
    async with posted() as home:
        ba = zalo.citizen()
        answers = await talks(ba, "chào cháu", *ROAD)
        assert "không phải công an" in answers[0]
        assert "\n\n1. Bác\n2. Anh chị\n3. Bạn\n4. English" in answers[0]
        assert "Bác đang làm tới đâu rồi ạ?" in answers[1]
        assert await stands(home, zalo, ba) == await elsewhere(home, ROAD)
        assert all(1 <= len(text) <= 2000 for text in ba.phone.texts)


async def test_the_same_road_leads_to_the_same_place_when_the_bot_polls(zalo: ZaloBot, polled: Begun) -> None:
    async with polled() as home:
        ba = zalo.citizen()
        await talks(ba, "chào cháu", *ROAD)
        assert await stands(home, zalo, ba) == await elsewhere(home, ROAD)
    assert zalo.calls("deleteWebhook")


async def test_what_is_no_text_is_answered_kindly(zalo: ZaloBot, posted: Begun) -> None:
    async with posted():
        ba = zalo.citizen()
        await talks(ba, "chào", "1")
        for field in ("photo_url", "photo", "both"):
            zalo.switch(photo_field=field)
            ba.sends_photo("thẻ của bác đây")
            assert "không mở ảnh nào" in (await ba.phone.comes()).text
        ba.sends_voice()
        assert "chưa nghe được tiếng nói" in (await ba.phone.comes()).text
        ba.sends_sticker()
        assert "chưa đọc được hình dán" in (await ba.phone.comes()).text
        for kind in ("link", "file", "video"):
            ba.sends(kind, "https://example.org/x")
            assert "chưa đọc được" in (await ba.phone.comes()).text
        assert "1. Chưa làm gì cả" in ba.phone.texts[-1]


def held_in(folder: Path, secret: bytes) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and secret in file.read_bytes()]


async def test_a_secret_never_stays(zalo: ZaloBot, posted: Begun, tmp_path: Path) -> None:
    async with posted():
        ba = zalo.citizen()
        await talks(ba, "chào", "1")
        assert "đã xoá, không giữ lại" in (await talks(ba, "mã otp là 739154"))[0]
    assert held_in(tmp_path, b"739154") == []


async def test_a_group_hears_what_is_for_all_and_the_way_to_the_private_chat(zalo: ZaloBot, posted: Begun) -> None:
    async with posted():
        ba = zalo.citizen()
        group = zalo.group("Phụ huynh lớp 5A", ba)
        assert ba.says("ai làm chưa", group).way == "unheard"
        ba.says("menu", group, mention=True)
        steps = (await group.phone.comes()).text
        assert "Đường đi có mấy chặng" in steps
        assert steps.endswith("Nhắn riêng với Đồng Hành: bot.MoPhong")
        ba.says("mật khẩu của tôi là ConMeoLuoi88#", group, mention=True)
        assert "Người gửi xoá tin đó khỏi nhóm" in (await group.phone.comes()).text
        ba.says("tôi quên passcode", group, reply_to=group.phone.lines[0].message_id)
        assert "xin trả lời riêng" in (await group.phone.comes()).text
        ba.sends_photo("ảnh", group, mention=True)
        assert "xin trả lời riêng" in (await group.phone.comes()).text
        assert ba.phone.texts == []


async def test_follow_and_unfollow_are_heard_where_the_platform_tells_them(zalo: ZaloBot, posted: Begun) -> None:
    zalo.switch(follow_events="on")
    async with posted() as home:
        ba = zalo.citizen()
        ba.follows()
        assert "không phải công an" in (await ba.phone.comes()).text
        ba.leaves()
        await asyncio.to_thread(zalo.settled)
        muted = "SELECT muted FROM conversation WHERE channel = 'zalo_bot'"
        assert await home.store.read(lambda unit: unit.exec_driver_sql(muted).scalar()) == "blocked"


# ---- what goes wrong ----


async def test_an_event_that_comes_twice_is_answered_once(zalo: ZaloBot, posted: Begun) -> None:
    async with posted():
        zalo.fault("duplicate", where="webhook", times=0)
        ba = zalo.citizen()
        await talks(ba, "chào", "1", "1")
        await asyncio.to_thread(zalo.settled)
        assert len(ba.phone.texts) == 3


async def test_polling_takes_a_repeated_event_once_and_lives_through_refusals(zalo: ZaloBot, polled: Begun) -> None:
    zalo.call("setWebhook", url="http://127.0.0.1:9/hook", secret_token=SECRET)
    for fault in ("server_error", "rate_limited", "reset_before", "idle"):
        zalo.fault(fault, where="getUpdates")
    zalo.fault("duplicate", where="webhook", times=2)
    async with polled() as home:
        await until(lambda: len(zalo.journal("struck")) >= 4)
        ba = zalo.citizen()
        await talks(ba, "chào", "1")
        zalo.call("setWebhook", url="http://127.0.0.1:9/hook", secret_token=SECRET)  # somebody else's, for a moment
        zalo.clock.forward(30)  # the poll that was held open ends
        await until(lambda: len(zalo.calls("deleteWebhook")) >= 2)
        await talks(ba, "2")
        assert len(ba.phone.texts) == 3
        assert home.counts["zalo_bot_unreachable"] >= 2


@pytest.mark.parametrize("idle", ["408", "empty", "504"])
async def test_nothing_new_is_no_trouble(zalo: ZaloBot, polled: Begun, idle: str) -> None:
    zalo.switch(idle_poll=idle)
    zalo.fault("idle", where="getUpdates", times=3)
    async with polled() as home:
        await until(lambda: len(zalo.journal("struck")) == 3)
        await talks(zalo.citizen(), "chào")
        assert not home.counts["zalo_bot_unreachable"] + home.counts["zalo_bot_poll_refused"]


async def test_an_answer_that_is_lost_comes_twice_at_most_and_is_counted(zalo: ZaloBot, posted: Begun) -> None:
    async with posted() as home:
        ba = zalo.citizen()
        await talks(ba, "chào")
        zalo.fault("reset_after", where="sendMessage", times=0)
        ba.says("1")
        await until(lambda: len(ba.phone.texts) == 3)
        await until(lambda: home.counts["delivery_unknown"])
        zalo.clear_faults()
        assert ba.phone.texts[1] == ba.phone.texts[2]
        assert home.counts["delivery_unsure"] == 2


async def test_an_outage_holds_everything_and_drains_in_order(zalo: ZaloBot, posted: Begun) -> None:
    async with posted() as home:
        people = [zalo.citizen(f"Bà số {n}") for n in range(4)]
        for ba in people:
            await talks(ba, "chào")
        zalo.fault("server_error", where="sendMessage", times=0)
        zalo.fault("server_error", where="getMe", times=0)
        zalo.fault("server_error", where="sendChatAction", times=0)
        for text in ("1", "2", "menu"):
            for ba in people:
                ba.says(text)
            await asyncio.to_thread(zalo.settled)
        await until(lambda: home.counts["delivery_unreachable"] >= 2)
        assert len(home.delivery.held()) == 1
        zalo.clear_faults()
        await until(lambda: all(len(ba.phone.texts) == 4 for ba in people))
        for ba in people:
            shown = ba.phone.texts
            assert "Bác đang làm tới đâu" in shown[1]
            assert shown == people[0].phone.texts
        await drained(home)
        assert home.counts["sent"] == 16


async def test_a_refused_token_holds_the_bot_and_loses_nothing(
    zalo: ZaloBot, database: str, tmp_path: Path, polled: Begun
) -> None:
    async with polled():
        ba = zalo.citizen()
        await talks(ba, "chào")
    wrong = (zalo.token + "x",)
    async with polled(zalo_bot_token=wrong) as home:
        address = Address("zalo_bot", zalo.token.partition(":")[0], ba.id)
        await home.turn.take(Event(address, "m-in-between", Typed("1")))
        await until(lambda: home.counts["delivery_ours"])
        assert home.counts["zalo_bot_token_refused"]
        assert len(home.delivery.held()) == 1
        assert home.counts["sent"] == 0
    async with polled(later=600):
        assert "Bác đang làm tới đâu" in (await ba.phone.comes_with("Bác đang")).text


async def test_a_chat_that_was_closed_is_left_in_peace_until_the_person_writes(zalo: ZaloBot, posted: Begun) -> None:
    async with posted() as home:
        ba = zalo.citizen()
        await talks(ba, "chào")
        ba.leaves()
        address = Address("zalo_bot", zalo.token.partition(":")[0], ba.id)
        await home.turn.take(Event(address, "m-in-between", Typed("1")))
        await until(lambda: home.counts["delivery_gone"])
        assert (await talks(ba, "2"))[0]


class Moody:
    """The door of a house whose database comes and goes."""

    def __init__(self, door: Door | None = None, away: int = 0) -> None:
        self._door, self._away, self._back = door, away, asyncio.Event()
        self.asked, self.kept = asyncio.Event(), list[Event]()

    async def take(self, event: Event) -> Taken:
        self.asked.set()
        if self._away:
            self._away -= 1
            raise UnavailableError("away")
        self.kept.append(event)
        return await self._door.take(event) if self._door else Taken(True, 1, 1, "taken")


async def test_what_was_fetched_is_kept_however_long_the_database_is_away(zalo: ZaloBot, polled: Begun) -> None:
    async with polled() as home:
        channel: Any = home.channels["zalo_bot"]
        channel._door = Moody(home.turn, away=3)
        assert "không phải công an" in (await talks(zalo.citizen(), "chào"))[0]
        assert home.counts["zalo_bot_unavailable"] == 3


@pytest.mark.parametrize(("away", "kept"), [(3, 1), (10_000, 0)])
async def test_what_was_fetched_is_kept_before_the_house_rests_or_its_loss_is_counted(
    zalo: ZaloBot, monkeypatch: pytest.MonkeyPatch, away: int, kept: int
) -> None:
    monkeypatch.setattr(hearing, "LAST_WORDS", 0.5)
    settings = Settings(zalo_bot_token=(zalo.token,), zalo_bot_api=zalo.url, zalo_bot_mode="polling")
    door, tally = Moody(away=away), Counter[str]()
    channel = ZaloBotChannel(settings, door, Clock(factor=200), lambda word: tally.update([word]), {})
    await channel.start()
    zalo.citizen().says("chào")
    await door.asked.wait()
    await channel.rest()
    await channel.stop()
    assert (len(door.kept), tally["zalo_bot_event_lost"]) == (kept, 1 - kept)


async def test_a_body_cut_or_forged_on_its_way_harms_nobody(zalo: ZaloBot, posted: Begun) -> None:
    async with posted() as home, httpx.AsyncClient() as client:
        url = home.settings.public_url + "/zalo/bot/webhook"
        heard = zalo.citizen().says("chào")
        for body in (heard.body[:-20], heard.body.replace(b'"', b"'")):
            assert (await client.post(url, content=body, headers=heard.headers)).status_code == 400
        assert (await client.post(url, content=heard.body)).status_code == 401
        assert (await client.post(url, content=heard.body, headers=heard.headers)).status_code == 200
        assert json.loads(heard.body)
        assert (await client.get(url)).status_code == 405


# ---- events nobody would send ----


async def test_three_thousand_broken_events_do_no_harm(database: str, tmp_path: Path) -> None:
    with house(database, tmp_path, clock=Clock(), **fuzz_zalo_bot.settings()) as home:
        told = await fuzz_zalo_bot.fuzz(home, 3_000, seed=7)
        assert not [status for status in told if status >= 500]
        assert told[200] > 1_000
        assert await fuzz_zalo_bot.journey(home) == ["200"] * 3 + [(await elsewhere(home, ("1", "1")))[0]]
        letters = await home.store.read(lambda unit: unit.exec_driver_sql("SELECT 1 FROM dead_letter").all())
        assert letters == []
