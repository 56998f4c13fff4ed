"""How a bot hears of what people do at the local Bot API, by polling and by webhook, shown by two clients that are not ours."""

import asyncio
import json
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import pytest

from tests.kit.telegram_clients import NAMES, Ear, Tried, ear, rule, tried

Json = dict[str, Any]
DAY = 86_400


@pytest.fixture(params=NAMES)
async def here(request: pytest.FixtureRequest) -> AsyncIterator[Tried]:
    async with tried(request.param) as both:
        yield both


@pytest.fixture
async def hook() -> AsyncIterator[Ear]:
    async with ear() as listening:
        yield listening


async def listens(here: Tried, hook: Ear, **values: Any) -> None:
    assert await here.client.setWebhook(url=hook.url, **values)


def texts(updates: list[Any]) -> list[str]:
    return [update.message.text for update in updates]


# ---- polling ----


@rule("poll-offset", "poll-limit", "poll-last")
async def test_what_was_confirmed_does_not_come_again(here: Tried) -> None:
    for n in range(4):
        here.lan.writes(f"tin {n}")
    first = await here.client.getUpdates(timeout=0)
    assert texts(first) == texts(await here.client.getUpdates(timeout=0)) == ["tin 0", "tin 1", "tin 2", "tin 3"]
    assert [u.update_id - first[0].update_id for u in first] == [0, 1, 2, 3]
    assert texts(await here.client.getUpdates(offset=first[1].update_id, limit=1)) == ["tin 1"]
    assert texts(await here.client.getUpdates(limit=0)) == ["tin 1"]
    assert texts(await here.client.getUpdates(offset=-1)) == ["tin 3"]
    assert texts(await here.client.getUpdates()) == ["tin 3"]
    assert len(await here.client.getUpdates(offset=first[3].update_id + 1, timeout=0)) == 0


@rule("poll-long")
async def test_a_long_poll_waits_for_the_first_update_or_for_its_time(here: Tried) -> None:
    polling = asyncio.create_task(here.client.call("getUpdates", {"timeout": 30}))
    await here.telegram.until(lambda: here.telegram.act("state")["bots"][0]["polls"])
    here.lan.writes("Có ai không")
    updates = await polling
    assert texts(updates) == ["Có ai không"]
    polling = asyncio.create_task(here.client.call("getUpdates", {"timeout": 30, "offset": updates[0].update_id + 1}))
    await here.telegram.until(lambda: here.telegram.act("state")["bots"][0]["polls"])
    await here.telegram.passes(30)
    assert len(await polling) == 0


@rule("poll-webhook", "poll-other")
async def test_only_one_hears(here: Tried, hook: Ear) -> None:
    def polls() -> Any:
        return here.telegram.act("state")["bots"][0]["polls"]

    one = asyncio.create_task(here.client.refused("getUpdates", timeout=30))
    await here.telegram.until(polls)
    two = asyncio.create_task(here.client.refused("getUpdates", timeout=30))
    assert ((await one).code, "terminated by other getupdates request" in (await one).words) == (409, True)
    await here.telegram.until(polls)
    await listens(here, hook)
    assert ((await two).code, "terminated by setwebhook request" in (await two).words) == (409, True)
    refusal = await here.client.refused("getUpdates")
    assert (refusal.code, "can't use getupdates method while webhook is active" in refusal.words) == (409, True)
    await here.client.deleteWebhook()
    assert len(await here.client.getUpdates()) == 0


@rule("allowed")
async def test_a_bot_says_which_kinds_it_wants(here: Tried) -> None:
    async def wants(kinds: list[str] | None) -> list[str]:
        await here.client.getUpdates(**({} if kinds is None else {"allowed_updates": kinds}))
        here.lan.corrects(here.lan.writes("a"), "b")
        here.lan.blocks()
        here.lan.unblocks()
        kinds_of = ("message", "edited_message", "my_chat_member")
        return [kind for update in await here.heard() for kind in kinds_of if getattr(update, kind)]

    assert await wants(["edited_message"]) == ["edited_message"]
    assert await wants(None) == ["edited_message"]
    assert await wants([]) == ["message", "edited_message", "my_chat_member", "my_chat_member"]


@rule("day", "press-life", "update-id")
async def test_what_nobody_takes_is_gone_after_a_day_and_a_press_after_two_minutes_and_a_half(here: Tried) -> None:
    await here.client.sendMessage(
        chat_id=here.lan.who, text="Về chưa", reply_markup={"inline_keyboard": [[{"text": "Có", "callback_data": "c"}]]}
    )
    here.lan.presses("Có")
    here.lan.writes("a")
    await here.telegram.passes(149)
    assert len(await here.client.getUpdates()) == 2
    await here.telegram.passes(2)
    assert texts(await here.client.getUpdates()) == ["a"]
    await here.telegram.passes(DAY)
    here.lan.writes("b")
    before = await here.client.getUpdates()
    assert texts(before) == ["b"]
    await here.telegram.passes(8 * DAY)
    here.lan.writes("c")
    after = await here.client.getUpdates()
    assert (texts(after), after[0].update_id == before[0].update_id + 1) == (["c"], False)


# ---- webhook ----


@rule("hook-secret", "hook-drop")
async def test_each_delivery_carries_the_secret(here: Tried, hook: Ear) -> None:
    here.lan.writes("cũ")
    await listens(here, hook, secret_token="bi-mat_1", drop_pending_updates=True)
    here.lan.writes("mới")
    await here.telegram.until(lambda: hook.texts)
    assert (hook.texts, hook.headers[0]["X-Telegram-Bot-Api-Secret-Token"]) == (["mới"], "bi-mat_1")
    assert here.client.update(hook.heard[0]).message.text == "mới"
    await listens(here, hook)
    here.lan.writes("không khóa")
    await here.telegram.until(lambda: len(hook.texts) == 2)
    assert "X-Telegram-Bot-Api-Secret-Token" not in hook.headers[1]


@rule("hook-secret-form", "hook-address")
async def test_an_address_or_secret_that_telegram_would_not_take_is_refused(here: Tried) -> None:
    for values, told in (
        ({"url": "https://a.vn/h", "secret_token": "a b"}, "secret token contains unallowed characters"),
        ({"url": "https://a.vn/h", "secret_token": "a" * 257}, "secret token is too long"),
        ({"url": "http://a.vn/h"}, "an https url must be provided for webhook"),
        ({"url": "https://a.vn:8080/h"}, "webhook can be set up only on ports 80, 88, 443 or 8443"),
        ({"url": "ftp://a.vn/h"}, "invalid webhook url specified"),
    ):
        refusal = await here.client.refused("setWebhook", **values)
        assert (refusal.code, told in refusal.words) == (400, True)


@rule("hook-order", "hook-presses", "hook-most")
async def test_a_chat_is_served_in_order_and_others_meanwhile(here: Tried, hook: Ear) -> None:
    binh = here.telegram.citizen("Bình")
    binh.starts()
    await here.client.sendMessage(
        chat_id=here.lan.who,
        text="Về chưa",
        reply_markup={"inline_keyboard": [[{"text": "Có", "callback_data": "bấm"}]]},
    )
    await here.heard()
    await listens(here, hook)
    hook.gate.clear()
    hook.held = lambda update: "một" in json.dumps(update, ensure_ascii=False)
    here.lan.writes("một")
    here.lan.writes("hai")
    binh.writes("của Bình")
    here.lan.presses("Có")
    await here.telegram.until(lambda: len(hook.texts) == 3)
    assert sorted(hook.texts) == sorted(["một", "của Bình", "bấm"])
    hook.gate.set()
    await here.telegram.until(lambda: len(hook.texts) == 4)
    assert hook.texts[3] == "hai"

    await listens(here, hook, max_connections=1)
    hook.gate.clear()
    hook.held = lambda update: True
    for person in (here.lan, binh):
        person.writes("cùng lúc")
    await here.telegram.until(lambda: len(hook.texts) == 5)
    await here.telegram.emulator.clock.quiet(patience=0.1)
    assert hook.waiting == 1
    hook.gate.set()
    await here.telegram.until(lambda: len(hook.texts) == 6)


@rule("hook-again", "hook-info")
async def test_what_is_not_taken_comes_again_ever_more_slowly_and_holds_up_its_chat_only(
    here: Tried, hook: Ear
) -> None:
    await listens(here, hook)
    hook.answers = [(500, {}, b"")] * 4
    here.lan.writes("một")
    here.lan.writes("hai")
    await here.telegram.until(lambda: len(hook.texts) == 2)  # the second try comes at once
    for wait, tries in ((1.9, 2), (0.2, 3), (3.8, 3), (0.3, 4)):
        await here.telegram.passes(wait)
        assert (hook.texts, wait) == (["một"] * tries, wait)
    info = await here.client.getWebhookInfo()
    assert (info.pending_update_count, info.last_error_message) == (
        2,
        "Wrong response from the webhook: 500 Internal Server Error",
    )
    await here.telegram.passes(9)
    assert hook.texts == ["một"] * 5 + ["hai"]
    assert (await here.client.getWebhookInfo()).pending_update_count == 0


@rule("hook-again", "day")
async def test_after_a_day_of_failures_an_update_is_given_up(here: Tried, hook: Ear) -> None:
    await listens(here, hook)
    hook.answers = [(503, {}, b"")] * 3000
    here.lan.writes("một")
    await here.telegram.passes(3600)
    hour = [e["at"] for e in here.telegram.journal("delivery")]
    waits = [round(after - before) for before, after in pairwise(hour)]
    assert waits[:6] == [0, 2, 4, 8, 16, 32]
    assert all(60 <= wait <= 121 for wait in waits[7:])
    here.telegram.clock.forward(DAY - 3600 - 100)
    await here.telegram.passes(250)
    here.lan.writes("hai")
    hook.answers.clear()
    await here.telegram.until(lambda: "hai" in hook.texts)
    assert hook.texts[-1] == "hai"
    assert len(here.telegram.journal("dropped")) == 1


@rule("hook-retry-after")
async def test_a_webhook_may_say_when_to_come_again(here: Tried, hook: Ear) -> None:
    await listens(here, hook)
    hook.answers = [(503, {"Retry-After": "30"}, b""), (503, {"Retry-After": "99999"}, b"")]
    here.lan.writes("một")
    await here.telegram.until(lambda: here.telegram.journal("delivered"))
    await here.telegram.passes(29)
    assert len(hook.texts) == 1
    await here.telegram.passes(2)
    assert len(hook.texts) == 2
    await here.telegram.passes(3598)
    assert len(hook.texts) == 2
    await here.telegram.passes(3)
    assert len(hook.texts) == 3


@rule("hook-gone")
async def test_a_webhook_that_is_gone_for_a_day_is_taken_away(here: Tried, hook: Ear) -> None:
    await listens(here, hook)
    hook.answers = [(410, {"Retry-After": "3000"}, b"")] * 30
    here.lan.writes("một")
    await here.telegram.until(lambda: here.telegram.journal("delivered"))
    await here.telegram.passes(22 * 3600)
    assert (await here.client.getWebhookInfo()).url == hook.url
    await here.telegram.passes(3 * 3600)
    assert (await here.client.getWebhookInfo()).url == ""
    here.lan.writes("hai")
    assert texts(await here.client.getUpdates())[-1] == "hai"


@rule("hook-patience")
async def test_a_webhook_that_does_not_answer_within_a_minute_is_asked_again(here: Tried, hook: Ear) -> None:
    await listens(here, hook)
    hook.gate.clear()
    here.lan.writes("một")
    await here.telegram.until(lambda: hook.texts)
    here.telegram.clock.forward(61)
    await here.telegram.until(lambda: len(hook.texts) == 2)
    assert here.telegram.journal("delivered")[0]["reason"] == "Read timeout expired"


@rule("hook-call")
async def test_a_webhook_may_answer_with_a_call(here: Tried, hook: Ear) -> None:
    await listens(here, hook)
    call = {"method": "sendMessage", "chat_id": here.lan.who, "text": "Chào bác"}
    hook.answers = [(200, {"Content-Type": "application/json"}, json.dumps(call).encode())]
    hook.answers.append((200, {}, json.dumps({"method": "deleteWebhook"}).encode()))
    here.lan.writes("một")
    await here.telegram.until(lambda: here.lan.texts)
    here.lan.writes("hai")
    await here.telegram.until(lambda: len(hook.texts) == 2)
    await here.telegram.settles()
    assert (here.lan.texts, (await here.client.getWebhookInfo()).url) == (["Chào bác"], hook.url)
