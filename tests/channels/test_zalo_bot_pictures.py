"""The step's screen on a Zalo bot: from the house's own public address, with the words under it; the words never suffer."""

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.channels.zalo_bot import ZaloBot
from bot.emulators.clock import Clock
from bot.message import Event, Failed, Failure, Letter, Mark, Sent, Taken
from bot.ports import UnavailableError
from bot.settings import Settings
from content.pictures import picture_of
from flows.speech import Address, Offer
from tests.channels.fuzz_zalo_bot import SECRET
from tests.kit.build import StillClock
from tests.kit.connected import listening
from tests.kit.zalo import BotCitizen, zalo_bot
from tests.kit.zalo import ZaloBot as Zalo

PLACE = "activate.code"
CHOICES = (("arrived", "Có mã rồi"), ("not_arrived", "Chưa thấy mã"))
PUBLIC = "https://hoi.example.org"
WORDS = "Bác xem tin nhắn.\n\n1. Có mã rồi\n2. Chưa thấy mã"


class Closed:
    async def take(self, event: Event) -> Taken:
        raise UnavailableError(event.kind)


def letter(to: str, place: str = PLACE) -> Letter:
    bot = Zalo.token.partition(":")[0]
    return Letter(Address("zalo_bot", bot, to), 20, "Bác xem tin nhắn.", Offer(place, CHOICES), Mark.NONE, place)


@pytest.fixture
def zalo() -> Iterator[Zalo]:
    with zalo_bot() as emulator:
        yield emulator


@pytest.fixture
def ba(zalo: Zalo) -> BotCitizen:
    who = zalo.citizen()
    who.says("chào")
    return who


@asynccontextmanager
async def channel(
    zalo: Zalo, *switches: str, token: str = "", public: str = PUBLIC
) -> AsyncIterator[tuple[ZaloBot, StillClock, Counter[str]]]:
    clock, counts = StillClock(), Counter[str]()
    settings = Settings(
        zalo_bot_token=(token or zalo.token,), zalo_bot_api=zalo.url, zalo_bot_mode="polling", zalo_switches=switches,
        public_url=public,
    )  # fmt: skip
    made = ZaloBot(settings, Closed(), clock, lambda word: counts.update([word]), {})
    yield made, clock, counts
    await made.stop()


async def test_a_step_with_a_screen_shows_it_over_its_words_as_one_message(zalo: Zalo, ba: BotCitizen) -> None:
    screen = picture_of(PLACE)
    assert screen is not None
    async with channel(zalo) as (made, _, _):
        assert isinstance(await made.send(letter(ba.id)), Sent)
        assert isinstance(await made.send(letter(ba.id, "welcome.nowhere")), Sent)
        long = replace(letter(ba.id), text="Chữ có dấu. " * 300)
        assert isinstance(await made.send(long), Sent)
    first, second, *parts = ba.phone.lines
    assert (first.kind, first.text, first.extra["url"]) == ("photo", WORDS, f"{PUBLIC}/pictures/{screen.id}.png")
    assert (second.kind, second.text) == ("text", WORDS)
    assert [part.kind for part in parts] == ["text", "photo"]


@pytest.mark.parametrize("how", ["no public address", "switched off"])
async def test_without_a_public_address_or_switched_off_there_are_only_words(
    zalo: Zalo, ba: BotCitizen, how: str
) -> None:
    off = how == "switched off"
    async with channel(zalo, *(("bot_pictures=off",) if off else ()), public=PUBLIC if off else "") as (made, _, _):
        await made.send(letter(ba.id))
        told = " ".join(sentence.text for sentence in await made.health())
    assert [(line.kind, line.text) for line in ba.phone.lines] == [("text", WORDS)]
    assert ("DONGHANH_PUBLIC_URL" in told) is not off


async def test_a_picture_that_zalo_refuses_leaves_the_words_and_none_is_tried_for_ten_minutes(
    zalo: Zalo, ba: BotCitizen
) -> None:
    zalo.switch(private_hosts="refused")
    async with channel(zalo, public="http://127.0.0.1:8080") as (made, clock, counts):
        for _ in range(2):
            assert isinstance(await made.send(letter(ba.id)), Sent)
        assert [line.text for line in ba.phone.lines] == [WORDS, WORDS]
        assert (len(zalo.calls("sendPhoto")), counts["zalo_bot_without_picture"]) == (1, 1)
        clock.time += timedelta(minutes=10)
        zalo.switch(private_hosts="allowed")
        assert isinstance(await made.send(letter(ba.id)), Sent)
    assert [line.kind for line in ba.phone.lines] == ["text", "text", "photo"]


@pytest.mark.parametrize("fault", ["reset_after", "server_error"])
async def test_a_picture_whose_answer_is_lost_is_perhaps_sent_and_comes_again_as_words(
    zalo: Zalo, ba: BotCitizen, fault: str
) -> None:
    zalo.fault(fault, where="sendPhoto")
    async with channel(zalo) as (made, _, _):
        first = await made.send(letter(ba.id))
        assert isinstance(first, Failed)
        assert first.failure is (Failure.UNSURE if fault == "reset_after" else Failure.LATER)
        assert isinstance(await made.send(letter(ba.id)), Sent)
    assert [line.kind for line in ba.phone.lines] == (["photo", "text"] if fault == "reset_after" else ["text"])


async def test_a_refused_token_or_too_much_is_no_matter_of_the_picture(zalo: Zalo, ba: BotCitizen) -> None:
    async with channel(zalo, token=f"{zalo.token}x") as (made, _, counts):
        found = await made.send(letter(ba.id))
        assert isinstance(found, Failed)
        assert found.failure is Failure.OURS
        assert counts["zalo_bot_without_picture"] == 0
    zalo.fault("rate_limited", where="sendPhoto")
    async with channel(zalo) as (made, _, _):
        found = await made.send(letter(ba.id))
        assert isinstance(found, Failed)
        assert (found.failure, found.reason) == (Failure.LATER, "too_fast")
    assert zalo.calls("sendMessage") == []


async def test_zalo_and_the_phone_both_get_the_picture_from_the_running_house(
    zalo: Zalo, migrated_sqlite: Path, tmp_path: Path
) -> None:
    zalo.switch(photo_fetch="twice")
    database = f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'house.db')}"
    settings: dict[str, Any] = {"zalo_bot_token": (zalo.token,), "zalo_bot_api": zalo.url, "zalo_bot_secret": SECRET}
    async with listening(database, tmp_path, clock=Clock(factor=20), **settings) as home:
        await asyncio.to_thread(zalo.happens, "probe")
        ba = zalo.citizen()
        ba.says("chào")
        await ba.phone.comes()
        sent = await home.channels["zalo_bot"].send(letter(ba.id))
        assert isinstance(sent, Sent)
    shown = ba.phone.lines[-1]
    assert (shown.kind, shown.extra["black"]) == ("photo", False)
