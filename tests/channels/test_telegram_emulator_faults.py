"""The local Bot API's knobs: each fault strikes as it says, and the journal tells what was done although nobody was told."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest

from bot.commands import emulate
from bot.emulators.clock import Clock
from tests.kit.telegram import TOKEN, telegram_apart, telegram_here
from tests.kit.telegram_clients import NAMES, Ear, Refusal, Tried, ear, tried

# One of the libraries warns of its own future when it tells how long to wait.
pytestmark = pytest.mark.filterwarnings("ignore:.*retry_after:")


@pytest.fixture(params=NAMES)
async def here(request: pytest.FixtureRequest) -> AsyncIterator[Tried]:
    async with tried(request.param) as both:
        yield both


@pytest.fixture
async def hook() -> AsyncIterator[Ear]:
    async with ear() as listening:
        yield listening


async def says(here: Tried, text: str) -> int:
    """0, or the code of the refusal."""
    try:
        await here.client.sendMessage(chat_id=here.lan.who, text=text)
    except Refusal as refusal:
        return refusal.code or -1
    return 0


def struck(here: Tried, kind: str) -> bool:
    return any(entry["kind"] == kind for entry in here.telegram.journal("fault"))


async def test_a_refusal_or_a_broken_answer_means_that_nothing_was_done(here: Tried) -> None:
    here.telegram.fault("429", seconds=7, times=1)
    refusal = await here.client.refused("sendMessage", chat_id=here.lan.who, text="a")
    assert (refusal.code, refusal.retry_after) == (429, 7)
    for kind in ("5xx", "html", "reset_before"):
        here.telegram.fault(kind, times=1)
        assert await says(here, kind) == -1
    assert here.lan.texts == []
    assert await says(here, "gió yên") == 0
    assert here.lan.texts == ["gió yên"]


async def test_a_connection_may_be_cut_after_the_message_was_sent(here: Tried) -> None:
    here.telegram.fault("reset_after", every=3)
    assert [await says(here, str(n)) for n in range(1, 7)] == [0, 0, -1, 0, 0, -1]
    assert here.lan.texts == ["1", "2", "3", "4", "5", "6"]
    answered = {entry["call"] for entry in here.telegram.journal("answer")}
    untold = [e["result"]["text"] for e in here.telegram.journal("effect") if e["call"] not in answered]
    assert untold == ["3", "6"]
    here.telegram.mend()
    assert [await says(here, str(n)) for n in range(3)] == [0, 0, 0]


async def test_silence_before_and_after_ends_when_its_time_is_over(here: Tried) -> None:
    for kind in ("timeout_before", "timeout_after"):
        here.telegram.fault(kind, seconds=4, times=1)
        saying = asyncio.create_task(says(here, kind))
        await here.telegram.until(partial(struck, here, kind))
        await here.telegram.passes(3)
        assert not saying.done()
        await here.telegram.passes(2)
        assert await saying == -1
    assert here.lan.texts == ["timeout_after"]


async def test_a_slow_answer_is_an_answer(here: Tried) -> None:
    here.telegram.fault("slow", seconds=5, times=1)
    saying = asyncio.create_task(says(here, "chậm"))
    await here.telegram.until(lambda: here.telegram.journal("fault"))
    await here.telegram.passes(4)
    assert (saying.done(), here.lan.texts) == (False, [])
    await here.telegram.passes(2)
    assert (await saying, here.lan.texts) == (0, ["chậm"])


async def test_a_knob_may_mean_some_calls_only(here: Tried) -> None:
    binh = here.telegram.citizen("Bình")
    binh.starts()
    here.telegram.fault("5xx", chat=binh.who, methods=["sendMessage"], skip=1, times=1)
    assert await says(here, "a") == 0
    for expected in (0, -1, 0):
        try:
            await here.client.sendMessage(chat_id=binh.who, text="b")
            code = 0
        except Refusal as refusal:
            code = refusal.code or -1
        assert code == expected
    assert await here.client.getMe()


async def test_an_update_may_come_twice(here: Tried, hook: Ear) -> None:
    here.telegram.fault("duplicate", times=1)
    here.lan.writes("hai lần")
    here.lan.writes("một lần")
    first = await here.client.getUpdates()
    again = await here.client.getUpdates(offset=first[0].update_id + 1)
    assert [u.message.text for u in again] == ["hai lần", "một lần"]
    await here.client.getUpdates(offset=first[1].update_id + 1)

    here.telegram.fault("duplicate", times=1)
    await here.client.setWebhook(url=hook.url)
    here.lan.writes("lại hai lần")
    here.lan.writes("lại một lần")
    await here.telegram.until(lambda: len(hook.texts) == 3)
    assert hook.texts == ["lại hai lần", "lại hai lần", "lại một lần"]
    assert hook.heard[0] == hook.heard[1]


async def test_during_an_outage_nothing_comes_and_nothing_goes(here: Tried, hook: Ear) -> None:
    await here.client.setWebhook(url=hook.url)
    here.telegram.fault("outage", seconds=60)
    here.lan.writes("ai đó")
    assert await says(here, "a") == -1
    await here.telegram.passes(59)
    assert (hook.texts, here.lan.texts) == ([], [])
    await here.telegram.passes(2)
    assert (hook.texts, await says(here, "a")) == (["ai đó"], 0)


async def test_the_journal_tells_everything_in_order_and_survives_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "journal"
    async with telegram_here(journal=file) as telegram, aiohttp.ClientSession(f"{telegram.url}/bot{TOKEN}/") as session:

        async def called(method: str, **values: Any) -> int:
            async with session.post(method, json=values) as answer:
                return answer.status

        lan = telegram.citizen("Lan")
        assert await called("setWebhook", url="http://127.0.0.1:9/h", secret_token="bi-mat") == 200
        assert await called("deleteWebhook") == 200
        lan.starts()
        assert await called("sendMessage", chat_id=lan.who, text="Chào") == 200
        assert await called("sendMessage", chat_id=lan.who, text="") == 400
        written = file.read_text(encoding="utf-8")
        kept = [json.loads(line) for line in written.splitlines()]
        assert [entry["n"] for entry in kept] == [entry["n"] for entry in telegram.journal()]
    done = ["call", "effect", "answer"]
    assert [entry["what"] for entry in kept] == ["act", *done, *done, "phone", "update", *done, "call", "refused"]
    assert [entry["n"] for entry in kept] == list(range(1, len(kept) + 1))
    assert sorted(entry["mono"] for entry in kept) == [entry["mono"] for entry in kept]
    assert TOKEN not in written
    assert "bi-mat" not in written


async def test_the_control_answers_only_who_asks_as_our_page_does() -> None:
    async with telegram_here(factor=0) as telegram, httpx.AsyncClient(base_url=telegram.url, trust_env=False) as client:
        ours = {"x-requested-with": "donghanh"}
        act = {"do": "person", "first_name": "Lan"}
        assert (await client.post("/control/act", json=act)).status_code == 403
        made = await client.post("/control/act", json=act, headers=ours)
        assert made.json()["result"]["name"] == "Lan"
        for wrong, status in (
            ({"do": "flies"}, 409),
            ({"do": "person"}, 400),
            ({"do": "writes", "who": 1, "chat": "1:2", "text": "a"}, 409),
            ({"do": "fault", "kind": "plague"}, 409),
            ({"do": "bot", "token": "1:a"}, 409),
        ):
            answer = await client.post("/control/act", json=wrong, headers=ours)
            assert (answer.status_code, bool(answer.json()["error"])) == (status, True)
        before = (await client.post("/control/clock", json={}, headers=ours)).json()["time"]
        after = (await client.post("/control/clock", json={"advance": 30, "jump": 30}, headers=ours)).json()["time"]
        assert after - before == pytest.approx(60)
        assert (await client.post("/control/clock", json={"advance": -1}, headers=ours)).status_code == 400


async def test_a_compressed_clock_runs_ahead_and_a_jump_wakes_who_sleeps() -> None:
    clock = Clock(factor=36_000)
    before = clock.time()
    await clock.sleep(360)
    assert clock.time() - before >= 360
    clock.run_at(0)
    sleeping = asyncio.create_task(clock.sleep_until(clock.now() + timedelta(days=1)))
    await clock.advance(86_399)
    assert not sleeping.done()
    await clock.advance(2)
    assert sleeping.done()


# ---- the command ----


def posted(url: str, method: str, **values: Any) -> dict[str, Any]:
    answer: dict[str, Any] = httpx.post(f"{url}/bot{TOKEN}/{method}", json=values, trust_env=False).json()
    return answer


def test_the_command_serves_a_bot_and_keeps_its_journal_when_it_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "journal"
    with telegram_apart(journal=file, factor=0) as telegram:
        lan = telegram.citizen("Lan")
        lan.starts()
        assert posted(telegram.url, "sendMessage", chat_id=lan.who, text="Chào bác")["ok"]
        telegram.until(lambda: lan.texts == ["Chào bác"])
        assert posted(telegram.url, "getUpdates")["result"][0]["message"]["text"] == "/start"
        telegram.passes(86_400)
        assert posted(telegram.url, "getUpdates")["result"] == []
        assert telegram.process is not None
        telegram.process.send_signal(signal.SIGKILL)
        telegram.process.wait(timeout=30)
        assert [call["text"] for call in telegram.calls("sendMessage")] == ["Chào bác"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["telegram", "--token", "ngắn"], "A token has the form"),
        (["telegram", "--journal", "/nowhere/at/all"], "cannot start"),
        (["viber"], "There is no emulator of “viber”"),
    ],
)
def test_what_is_wrong_with_the_command_is_a_sentence(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert emulate.main(arguments) == 2
    assert told in capsys.readouterr().err
