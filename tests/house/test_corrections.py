"""What was answered before is answered otherwise, in one's own words; nothing else is taken for that."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from content.catalogue import Catalogue
from flows.core.journey import Report
from tests.kit.build import house
from tests.kit.own import Chat

WORDS = Catalogue()


@pytest.fixture
async def chat(migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Chat]:
    shutil.copy(migrated_sqlite, tmp_path / "house.db")
    with house(f"sqlite:///{tmp_path}/house.db", tmp_path, catalogue=WORDS) as home:
        talk = Chat(home)
        await talk.start()
        yield talk


@pytest.mark.parametrize(
    "said", ["không, làm cho con", "nhầm, lam cho con", "à không phải, cho con tôi", "y toi la cho con"]
)
async def test_a_choice_of_before_is_taken_back_by_saying_so(said: str, chat: Chat) -> None:
    await chat.press("nothing", "me")
    told = await chat.say(said)
    assert "sửa lại" in told[0]
    assert chat.place.startswith("child.")


@pytest.mark.parametrize("said", ["không", "không thấy mã", "không, tôi không hiểu", "nhầm rồi", "làm cho con"])
async def test_nothing_else_is_taken_for_a_correction(said: str, chat: Chat) -> None:
    await chat.press("nothing", "me")
    told = await chat.say(said)
    assert "sửa lại" not in " ".join(told)


async def test_what_the_taken_back_answer_told_the_case_is_taken_back_too(chat: Chat) -> None:
    await chat.press("app_only")
    assert Report.REGISTERED in (await chat.held()).journey.reports
    await chat.say("nhầm, chưa làm gì cả")
    assert Report.REGISTERED not in (await chat.held()).journey.reports
