"""A person who opens the page again: at once they see the talk as it was; after hours they are met, once."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.main import application
from tests.kit.build import StillClock, house

HEADERS = {"x-requested-with": "donghanh"}


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
async def page(migrated_url: str, tmp_path: Path, clock: StillClock) -> AsyncIterator[httpx.AsyncClient]:
    with house(migrated_url, tmp_path, clock=clock) as home:
        transport = httpx.ASGITransport(application(home))
        async with httpx.AsyncClient(transport=transport, base_url="http://house", headers=HEADERS) as client:
            yield client


async def opened(page: httpx.AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await page.post("/chat/open", json={})).json()["messages"]
    return found


async def at_the_second_question(page: httpx.AsyncClient) -> dict[str, Any]:
    offer = (await opened(page))[-1]["offer"]
    press = {"place": offer["place"], "exit": offer["choices"][0][0]}
    id_ = "6a2b0c1e-1111-4222-8333-944455566677"
    answer = await page.post("/chat/say", json={"id": id_, "press": press, "after": 0})
    last: dict[str, Any] = answer.json()["messages"][-1]
    return last


async def test_a_reload_says_nothing_new(page: httpx.AsyncClient, clock: StillClock) -> None:
    last = await at_the_second_question(page)
    clock.on(hours=2)
    assert (await opened(page))[-1] == last


async def test_after_days_the_person_hears_when_and_where_it_was_and_goes_on_from_there(
    page: httpx.AsyncClient, clock: StillClock
) -> None:
    last = await at_the_second_question(page)
    clock.on(days=3)
    met = (await opened(page))[-1]
    assert met["offer"]["place"] == "everywhere.again"
    assert "chủ nhật, 22/11" in met["text"]
    assert "chặng 1 trên 7" in met["text"]
    assert (await opened(page))[-1] == met, "met once, however often the page is opened"
    id_ = "6a2b0c1e-1111-4222-8333-944455566688"
    press = {"place": "everywhere.again", "exit": "go_on"}
    after = (await page.post("/chat/say", json={"id": id_, "press": press, "after": met["n"]})).json()["messages"][-1]
    assert after["offer"] == last["offer"]
