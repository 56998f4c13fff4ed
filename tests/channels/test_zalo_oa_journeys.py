"""A person on the Official Account, from the first message on: the real house, the real sender, a strict Zalo on the loopback."""

import asyncio
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.channels import terminal
from bot.commands.talk import read_script
from bot.emulators.clock import Clock
from bot.house import House
from bot.message import Taken
from bot.turn import case_word
from flows.speech import Address
from storage import conversations, messages, outbox
from storage.conversations import Held
from storage.messages import HOUSE, NOTICE, Logged
from tests.channels.zalo_oa_house import APP, connected, until
from tests.kit.zalo import OaCitizen, ZaloOa, zalo_oa

JOURNEYS = Path(__file__).parents[1] / "journeys"
AS_FAST_AS_THEY_COME = ("oa_chat_pace=off", "oa_pace=off", "oa_group_pace=off")
CS = "/v3.0/oa/message/cs"


@pytest.fixture
def database(migrated_sqlite: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'house.sqlite')}"


@pytest.fixture
def zalo() -> Iterator[ZaloOa]:
    with zalo_oa() as running:
        yield running


async def nothing_waits(home: House) -> None:
    """Until everything that was to be said is on the phones, or given up."""
    async with asyncio.timeout(15):
        while (await home.store.read(outbox.depth))[0]:  # noqa: ASYNC110 - the outbox is the truth
            await asyncio.sleep(0.005)


async def held(home: House, citizen: OaCitizen) -> Held:
    found = await home.store.read(lambda unit: conversations.find(unit, Address("zalo_oa", APP, citizen.id)))
    assert found is not None
    return found


async def heard(home: House, zalo: ZaloOa, citizen: OaCitizen) -> str:
    """What the phone shows once the house has said all it had to say; the numbered lines are the choices."""
    shown = await citizen.phone.comes()
    await nothing_waits(home)
    await asyncio.to_thread(zalo.settled)
    return citizen.phone.texts[-1] or shown.text


def everything(folder: Path) -> bytes:
    """Every byte the house keeps."""
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def choice(shown: str, label: str) -> str:
    """The number that stands before a label."""
    found = re.search(rf"^(\d+)\. {re.escape(label)}$", shown, re.MULTILINE)
    assert found is not None, f"“{label}” is not offered in: {shown}"
    return found[1]


@pytest.mark.parametrize("journey", ["cai-xong-hoi-di-duong-nao", "cho-muon-dien-thoai"])
async def test_a_journey_ends_where_it_ends_everywhere_by_numbers_alone(
    database: str, tmp_path: Path, zalo: ZaloOa, journey: str
) -> None:
    said = read_script(JOURNEYS / f"{journey}.talk")
    async with connected(database, tmp_path, zalo, zalo_switches=AS_FAST_AS_THEY_COME) as (home, _):
        ba = zalo.citizen()
        ba.follows()
        shown = await heard(home, zalo, ba)
        elsewhere: Taken = await home.turn.take(terminal.opened(0))
        offer = terminal.in_view(elsewhere.messages, ())
        for number, line in enumerate(said, 1):
            pressed = line.startswith("[") and line.endswith("]")
            ba.says(choice(shown, line[1:-1]) if pressed else line)
            shown = await heard(home, zalo, ba)
            elsewhere = await home.turn.take(terminal.event(line, number, offer))
            offer = terminal.in_view(elsewhere.messages, offer)
        mine = await held(home, ba)
        assert (mine.talk.place, case_word(mine.journey)) == (elsewhere.place, elsewhere.case)
        assert home.counts["zalo_oa_forged"] == 0


async def test_what_comes_twice_is_answered_once_and_a_lost_answer_costs_one_copy_at_most(
    database: str, tmp_path: Path, zalo: ZaloOa
) -> None:
    async with connected(database, tmp_path, zalo, zalo_switches=AS_FAST_AS_THEY_COME) as (home, _):
        ba = zalo.citizen()
        zalo.fault("duplicate")
        ba.follows()
        await heard(home, zalo, ba)
        once = len(ba.phone.texts)
        zalo.fault("reset_after", where=CS)
        ba.says("menu")
        await heard(home, zalo, ba)
        again = ba.phone.texts[once:]
        assert 1 <= len(set(again)) <= len(again) <= len(set(again)) + 1
        assert home.counts["delivery_unsure"] == 1
        # Late (503, or nothing in time) it may be on a busy machine, and is kept all the same; refused it never is.
        assert not {delivery["answered"] for delivery in zalo.deliveries()} & {400, 401, 403, 413, 500}


async def test_a_token_that_dies_in_the_middle_of_a_talk_is_noticed_by_nobody(
    database: str, tmp_path: Path, zalo: ZaloOa
) -> None:
    async with connected(database, tmp_path, zalo, zalo_switches=AS_FAST_AS_THEY_COME) as (home, ours):
        ba = zalo.citizen()
        ba.follows()
        await heard(home, zalo, ba)
        zalo.clock.forward(hours=26)
        ba.says("menu")
        await heard(home, zalo, ba)
        assert home.counts["delivery_ours"] == 0
        assert len(ours.tokens.windows) == 1


async def test_pictures_stickers_and_voice_get_a_kind_answer_and_a_typed_secret_is_nowhere(
    database: str, tmp_path: Path, zalo: ZaloOa
) -> None:
    async with connected(database, tmp_path, zalo, zalo_switches=AS_FAST_AS_THEY_COME) as (home, _):
        ba = zalo.citizen()
        ba.follows()
        await heard(home, zalo, ba)
        for kind in ("image", "sticker", "audio", "location", "file", "business_card"):
            ba.sends(kind)
            assert await heard(home, zalo, ba)
        ba.says("mã otp là 739154")
        await heard(home, zalo, ba)
    kept = everything(tmp_path)
    assert b"739154" not in kept
    assert ba.phone_number.encode() not in kept


async def test_after_seven_days_nothing_can_be_sent_until_the_person_writes(
    database: str, tmp_path: Path, zalo: ZaloOa
) -> None:
    clock = Clock()
    async with connected(database, tmp_path, zalo, clock=clock, zalo_switches=AS_FAST_AS_THEY_COME) as (home, _):
        ba = zalo.citizen()
        ba.follows()
        await heard(home, zalo, ba)
        zalo.clock.forward(days=8)
        clock.forward(timedelta(days=8).total_seconds())
        mine, before = await held(home, ba), len(ba.phone.texts)

        def remind(unit: Connection) -> None:
            note = Logged(mine.id, mine.last + 1, clock.now(), HOUSE, mine.talk.place, "Bác nhớ hẹn nhé.")
            messages.keep(unit, [note])
            messages.queue(unit, [(note, mine.lane)], NOTICE)
            unit.execute(conversations.CONVERSATION.update().values(last=mine.last + 1))

        await home.store.write(remind)
        home.wake.wake("outbox")
        await nothing_waits(home)
        assert (await held(home, ba)).muted == "outside_window"
        assert len(ba.phone.texts) == before
        ba.says("bác đây")
        await heard(home, zalo, ba)
        assert (await held(home, ba)).muted == ""


async def test_whoever_unfollows_is_left_alone_and_met_again_when_they_write(
    database: str, tmp_path: Path, zalo: ZaloOa
) -> None:
    async with connected(database, tmp_path, zalo, zalo_switches=AS_FAST_AS_THEY_COME) as (home, _):
        ba = zalo.citizen()
        ba.follows()
        await heard(home, zalo, ba)
        ba.unfollows()
        await asyncio.to_thread(zalo.settled)
        assert (await held(home, ba)).muted == "blocked"
        ba.says("cháu ơi")
        await heard(home, zalo, ba)
        assert (await held(home, ba)).muted == ""


async def test_in_a_group_only_the_way_to_the_private_talk_is_said_and_only_to_who_names_us(
    database: str, tmp_path: Path, zalo: ZaloOa
) -> None:
    async with connected(database, tmp_path, zalo, zalo_switches=AS_FAST_AS_THEY_COME) as (home, ours):
        await until(lambda: bool(ours.account.name))
        ba, lan = zalo.citizen(), zalo.citizen("Lan")
        group = zalo.group("Phụ huynh 3A", ba, lan)
        ba.says("mai đón cháu mấy giờ", to=group)
        lan.says(f"@{ours.account.name} chỉ chị với, số 079305611223", to=group)
        shown = await group.phone.comes()
        await nothing_waits(home)
        assert len(group.phone.lines) == 1
        assert f"https://zalo.me/{ZaloOa.oa_id}" in shown.text
        assert "079305611223" not in shown.text
