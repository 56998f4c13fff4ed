"""Zalo counts what we send: the book never needs more messages than a window gives, and short ones go as one."""

import asyncio
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.bundles import bundles
from bot.channels import LIMITS
from bot.channels.zalo_bot import switches as zalo_bot
from bot.channels.zalo_oa import switches as zalo_oa
from bot.commands import check
from bot.emulators.clock import Clock
from bot.house import House
from bot.settings import SettingError
from bot.switches import LONGEST_LINE
from content.catalogue import Catalogue
from content.completeness import sample
from flows import check as flow_check
from flows.script import BOOK
from flows.speech import ADDRESS, Address, Form, Limits
from storage import conversations, messages, outbox
from storage.outbox import Waiting
from tests.channels.zalo_oa_house import APP, connected
from tests.kit.build import NOON
from tests.kit.zalo import ZaloOa
from tests.kit.zalo import zalo_oa as zalo_running

WORDS = Catalogue()
PRODUCTS: dict[str, type[zalo_bot.Switches] | type[zalo_oa.Switches]] = {
    "zalo_bot": zalo_bot.Switches,
    "zalo_oa": zalo_oa.Switches,
}


@pytest.fixture
def zalo() -> Iterator[ZaloOa]:
    with zalo_running() as running:
        yield running


@pytest.mark.parametrize("product", PRODUCTS)
def test_what_a_product_can_carry_is_what_its_switches_say(product: str) -> None:
    short = product.removeprefix("zalo_")

    def limits(*given: str) -> Limits:
        return PRODUCTS[product](given).limits(LIMITS[product])

    assert limits() == LIMITS[product]
    assert (limits().replies, limits().joins) == (8, 2)
    assert limits(f"{short}_joins=0").joins == 1
    assert limits(f"{short}_replies=0").replies is None
    assert limits(f"{short}_replies=3").replies == 3


def test_two_of_the_longest_lines_of_the_book_go_as_one() -> None:
    names = [
        (lang, place, line) for lang in WORDS.languages() for place in BOOK.steps for line in WORDS.lines(lang, place)
    ]
    assert len(names) > 2000

    def said(name: tuple[str, str, str], form: Form) -> str:
        language, place, line = name
        return WORDS.text(language, place, line, sample(form))

    long = sorted(names, key=lambda name: len(said(name, Form.BAC)))[-20:]
    longest = max((said(name, form) for name in long for form in ADDRESS), key=len)
    assert len(longest) < LONGEST_LINE
    twice = [Waiting(1, number, NOON, "a.b", "", longest, None, 0, 0, 0, 0) for number in (1, 2)]
    assert len(bundles(twice, zalo_oa.Switches(()).number("oa_joins"))) == 1


@pytest.mark.parametrize(
    ("switches", "sound"),
    [("", True), ("oa_replies=4", False), ("bot_replies=4", False), ("oa_joins=0", False), ("bot_joins=0", False),
     ("oa_joins=0 oa_replies=0 bot_joins=0 bot_replies=9", True)],
)  # fmt: skip
def test_no_way_needs_more_replies_than_the_switches_give(switches: str, sound: bool) -> None:
    found = flow_check.check(BOOK, check.carried(tuple(switches.split())))
    assert {fault.kind for fault in found} == (set() if sound else {"too many replies"})


def test_the_command_checks_with_the_switches_as_they_are_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DONGHANH_ZALO_SWITCHES", "oa_joins=0")
    assert check.main(["--today", "2026-11-22"]) == 1
    assert "zalo_oa allows 8" in capsys.readouterr().out
    with pytest.raises(SettingError, match="there is no switch oa_colour"):
        check.carried(("oa_colour=red",))


async def test_what_follows_each_other_in_one_answer_arrives_as_one_message_in_its_order(
    migrated_sqlite: Path, tmp_path: Path, zalo: ZaloOa
) -> None:
    database = f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'house.sqlite')}"
    clock, pace = Clock(NOON.timestamp(), factor=60), ("oa_chat_pace=off",)
    async with connected(database, tmp_path, zalo, clock=clock, zalo_switches=pace) as (home, _):
        ba = zalo.citizen()
        for turn, said in enumerate(("", "1", "1", "menu", "làm tiếp"), 1):
            await (asyncio.to_thread(ba.says, said) if said else asyncio.to_thread(ba.follows))
            await answered(home, turn)
        held = await home.store.read(lambda unit: conversations.find(unit, Address("zalo_oa", APP, ba.id)))
        assert held is not None
        log = await home.store.read(lambda unit: messages.newest(unit, held.id, 50))
    said_by_us = [m for m in log if m.who == "house"]
    shown = ba.phone.texts
    assert len(shown) < len(said_by_us)
    arrived = squeezed("".join(re.sub(r"^\d+\. .*$", "", text, flags=re.MULTILINE) for text in shown))
    at = 0
    for message in said_by_us:
        found = arrived.find(squeezed(message.text), at)
        assert found >= at, f"“{message.text}” did not arrive, or not in its place"
        at = found


async def answered(home: House, turn: int) -> None:
    """Until so many turns are taken, and all that was to be said has arrived."""
    async with asyncio.timeout(60):
        while True:
            taken = await home.store.read(lambda unit: unit.exec_driver_sql("SELECT count(*) FROM inbox").scalar())
            if taken == turn and (await home.store.read(outbox.depth))[0] == 0:
                return
            await asyncio.sleep(0.005)


def squeezed(text: str) -> str:
    return "".join(text.split())
