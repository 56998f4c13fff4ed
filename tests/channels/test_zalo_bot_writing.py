"""How a message of ours leaves for a Zalo bot's chat: numbered lines, parts, and what each answer of the platform means."""

import asyncio
import logging
import socket
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from bot.channels.zalo_bot import ZaloBot
from bot.channels.zalo_bot.client import ASIDE, WITHIN, Client, RefusedError
from bot.channels.zalo_bot.sending import PICTURE_WITHIN, WORDS_WITHIN
from bot.channels.zalo_bot.switches import SWITCHES, Switches
from bot.channels.zalo_bot.writing import AGAIN_AFTER, pieces
from bot.channels.zalo_bot.writing import failure as meaning
from bot.delivery import LEASE
from bot.http import Answer, HttpLanes
from bot.message import Event, Failed, Failure, Letter, Mark, Pace, Rate, Sent, Taken
from bot.parts import utf16
from bot.ports import UnavailableError
from bot.settings import SettingError, Settings
from flows.speech import Address, Offer
from tests.kit.build import StillClock
from tests.kit.served import ROOT
from tests.kit.zalo import BotCitizen, zalo_bot
from tests.kit.zalo import ZaloBot as Zalo

OFFER = Offer("welcome.start", (("bac", "Bác"), ("anh_chi", "Anh chị")))
WORDS = {
    "vi": {"commands": {"menu": "Menu"}, "buttons": {"invite": "Nhắn riêng với Đồng Hành", "answer": "Nhắn số của dòng."}},
    "en": {"buttons": {"answer": "Answer with the number of a line."}},
}  # fmt: skip


class Closed:
    async def take(self, event: Event) -> Taken:
        raise UnavailableError(event.kind)


def letter(text: str, offer: Offer | None = None, number: int = 20, chat: str = "x", **more: Any) -> Letter:
    return Letter(
        Address("zalo_bot", Zalo.token.partition(":")[0], chat), number, text, offer, more.pop("mark", Mark.NONE), "x.y", **more
    )  # fmt: skip


def in_pieces(one: Letter, *switches: str, invitation: str = "") -> list[str]:
    return pieces(one, WORDS, Switches(switches), invitation)


# ---- words ----


def test_choices_are_numbered_lines_under_the_text() -> None:
    assert in_pieces(letter("Một.\nHai.", OFFER)) == ["Một.\n\nHai.\n\n1. Bác\n2. Anh chị"]
    assert in_pieces(letter("Một.\n• Hai\n(1/2) Ba")) == ["Một.\n• Hai\n(1/2) Ba"]


def test_the_first_questions_of_a_conversation_say_how_to_answer() -> None:
    assert in_pieces(letter("Hỏi.", OFFER, number=2)) == ["Hỏi.\n\n1. Bác\n2. Anh chị\n\nNhắn số của dòng."]
    english = Offer("x.y", (("yes", "Yes"), ("no", "No")))
    assert in_pieces(letter("Ask.", english, number=2))[0].endswith("2. No\n\nAnswer with the number of a line.")
    assert in_pieces(letter("Không hỏi.", number=2)) == ["Không hỏi."]


def test_a_long_text_is_cut_at_sentences_and_its_choices_stay_together() -> None:
    text = "\n".join(f"Câu số {n} của một bài dài, có dấu và có chữ. " * 4 for n in range(40))
    found = in_pieces(letter(text, OFFER))
    assert len(found) > 3
    assert all(1 <= utf16(part) <= 2000 for part in found)
    assert found[-1].endswith("1. Bác\n2. Anh chị")
    assert all(part.endswith(".") for part in found[:-1])
    assert "".join("".join(found).split()) == "".join((text + "1. Bác 2. Anh chị").split())


def test_choices_that_do_not_fit_any_more_go_by_themselves() -> None:
    text = "Chữ có dấu. " * 166
    assert in_pieces(letter(text, OFFER))[1:] == ["1. Bác\n2. Anh chị"]


@pytest.mark.parametrize(("unit", "count"), [("utf16", 2), ("code_points", 1)])
def test_what_the_limit_counts_is_a_switch(unit: str, count: int) -> None:
    assert len(in_pieces(letter("😀" * 1500), f"bot_text_unit={unit}")) == count


def test_nothing_is_never_sent() -> None:
    assert in_pieces(letter(" \n ")) == []
    assert in_pieces(letter("", OFFER)) == ["1. Bác\n2. Anh chị"]


# ---- switches ----


def test_every_switch_has_a_default_that_it_accepts_itself() -> None:
    defaults = Switches(())
    again = Switches(f"{switch.name}={switch.default}" for switch in SWITCHES)
    assert defaults.sentence() == again.sentence()
    assert all(f"{switch.name}=" in defaults.sentence() for switch in SWITCHES)


@pytest.mark.parametrize(
    "wrong",
    ["bot_envelope", "bot_envelope=round", "bot_text_most=50", "bot_text_most=many", "bot_pace=fast", "bot_pace=0/1",
     "bot_pace=1", "bot_link=http://evil.example", "bot_colour=red", "bot_429_wait=0", "envelope=flat"],
)  # fmt: skip
def test_a_wrong_switch_is_a_sentence(wrong: str) -> None:
    with pytest.raises(SettingError, match="DONGHANH_ZALO_SWITCHES"):
        Switches((wrong,))


def test_the_guide_names_every_switch_with_its_default() -> None:
    guide = (ROOT / "docs" / "zalo-bot.md").read_text(encoding="utf-8")
    rows = {
        line.split("|")[1].strip(): line.split("|")[2].strip()
        for line in guide.splitlines()
        if line.startswith("| `bot_")
    }
    assert rows == {f"`{s.name}`": f"`{s.default}`" if s.default else "(trống)" for s in SWITCHES}


def test_the_other_products_switches_are_none_of_ours() -> None:
    assert Switches(("oa_anything=goes",)).sentence() == Switches(()).sentence()


def test_the_pace_is_a_switch() -> None:
    settings = Settings(
        zalo_bot_token=("1:a",), zalo_bot_mode="polling", zalo_switches=("bot_pace=off", "bot_chat_pace=2/3")
    )
    channel = ZaloBot(settings, Closed(), StillClock(), lambda _: None, WORDS)
    assert channel.pace == Pace(None, Rate(2, 3), Rate(0.5, 5), 1000)


# ---- to the platform ----


@pytest.fixture(scope="module")
def running() -> Iterator[Zalo]:
    with zalo_bot() as emulator:
        yield emulator


@pytest.fixture
def zalo(running: Zalo) -> Zalo:
    running.clear_faults()
    running.switch(
        statuses="200", text_unit="code_points", unknown_chat="404", package="unlimited", private_hosts="allowed"
    )
    return running


@pytest.fixture
def ba(zalo: Zalo) -> BotCitizen:
    who = zalo.citizen()
    who.says("chào")
    return who


@pytest.fixture
async def channel(zalo: Zalo) -> AsyncIterator[ZaloBot]:
    made = a_channel(zalo)
    yield made
    await made.stop()


def a_channel(zalo: Zalo, *switches: str, token: str = "", counted: Counter[str] | None = None, **more: Any) -> ZaloBot:
    settings = Settings(
        zalo_bot_token=(token or zalo.token,), zalo_bot_api=zalo.url, zalo_bot_mode="polling", zalo_switches=switches, **more
    )  # fmt: skip
    tally = Counter[str]() if counted is None else counted
    return ZaloBot(settings, Closed(), StillClock(), lambda word: tally.update([word]), WORDS)


async def test_a_message_arrives_and_has_the_platforms_name(channel: ZaloBot, ba: BotCitizen) -> None:
    sent = await channel.send(letter("Xin chào.", OFFER, chat=ba.id))
    assert isinstance(sent, Sent)
    shown = ba.phone.next()
    assert (shown.text, shown.message_id) == ("Xin chào.\n\n1. Bác\n2. Anh chị", sent.ref)


async def test_typing_is_shown_and_never_fails(channel: ZaloBot, ba: BotCitizen, zalo: Zalo) -> None:
    await channel.typing(Address("zalo_bot", zalo.token.partition(":")[0], ba.id))
    assert ba.phone.typing
    await channel.typing(Address("zalo_bot", "another", ba.id))
    zalo.fault("server_error", where="sendChatAction")
    await channel.typing(Address("zalo_bot", zalo.token.partition(":")[0], ba.id))


async def test_parts_that_went_are_told_and_not_sent_again(channel: ZaloBot, ba: BotCitizen, zalo: Zalo) -> None:
    text = "Một câu vừa phải có dấu. " * 200
    zalo.fault("server_error", where="sendMessage", skip=1)
    failed = await channel.send(letter(text, OFFER, chat=ba.id))
    assert isinstance(failed, Failed)
    assert (failed.failure, failed.parts) == (Failure.LATER, 1)
    assert isinstance(await channel.send(letter(text, OFFER, chat=ba.id, parts=failed.parts)), Sent)
    assert ba.phone.texts == in_pieces(letter(text, OFFER))


@pytest.mark.parametrize("statuses", ["200", "real"])
@pytest.mark.parametrize(
    ("fault", "more", "failure", "reason", "after"),
    [
        ("rate_limited", {"seconds": 17}, Failure.LATER, "too_fast", 17.0),
        ("rate_limited", {}, Failure.LATER, "too_fast", 30.0),
        ("server_error", {}, Failure.LATER, "platform_trouble", None),
        ("server_error", {"status": 503}, Failure.LATER, "platform_trouble", None),
        ("server_error", {"status": 504}, Failure.UNSURE, "answer_lost", None),
        ("server_error", {"status": 404}, Failure.OURS, "wrong_address", None),
        ("server_error", {"status": 403}, Failure.LATER, "forbidden", AGAIN_AFTER[0]),
        ("server_error", {"status": 302}, Failure.LATER, "platform_trouble", None),
        ("server_error", {"status": 200}, Failure.UNSURE, "unreadable_answer", None),
        ("reset_before", {}, Failure.UNSURE, "answer_lost", None),
        ("reset_after", {}, Failure.UNSURE, "answer_lost", None),
    ],
)  # fmt: skip
async def test_each_trouble_means_what_it_means(
    channel: ZaloBot, ba: BotCitizen, zalo: Zalo, statuses: str, fault: str, more: dict[str, float], failure: Failure,
    reason: str, after: float | None,
) -> None:  # fmt: skip
    zalo.switch(statuses=statuses)
    zalo.fault(fault, where="sendMessage", **more)
    found = await channel.send(letter("Chào.", chat=ba.id))
    assert isinstance(found, Failed)
    assert (found.failure, found.reason, found.after) == (failure, reason, after)
    arrived = ["Chào."] if fault == "reset_after" else []
    assert ba.phone.texts == arrived


@pytest.mark.parametrize(
    ("code", "description", "failure", "reason"),
    [
        (400, "Bad Request: text must have 1 to 2000 characters", Failure.REFUSED, "refused"),
        (400, "Bad Request: chat not found", Failure.GONE, "not_found"), (401, "Unauthorized", Failure.OURS, "token_refused"),
        (403, "Internal Server Error", Failure.LATER, "forbidden"), (404, "Not Found", Failure.GONE, "not_found"),
        (408, "Request timeout", Failure.UNSURE, "answer_lost"), (429, "Quota exceeded", Failure.LATER, "too_fast"),
        (500, "", Failure.LATER, "platform_trouble"), (504, "", Failure.UNSURE, "answer_lost"),
        (-216, "?", Failure.LATER, "unknown_code"), (418, "?", Failure.LATER, "unknown_code"),
    ],
)  # fmt: skip
def test_each_error_code_means_what_it_means(code: int, description: str, failure: Failure, reason: str) -> None:
    found = meaning(RefusedError(code, description, None), letter("Chào."), Switches(()), lambda: 0)
    assert (found.failure, found.reason) == (failure, reason)
    if failure is Failure.LATER and code not in (429, 500):
        given_up = meaning(
            RefusedError(code, description, None), letter("Chào."), Switches(()), lambda: len(AGAIN_AFTER)
        )
        assert given_up.failure in (Failure.GONE, Failure.REFUSED)


@pytest.mark.parametrize(
    ("code", "switch", "failure", "reason"),
    [
        ("404", "bot_404=gone", Failure.GONE, "not_found"), ("400", "bot_404=gone", Failure.GONE, "not_found"),
        ("404", "bot_404=refused", Failure.REFUSED, "not_found"), ("403", "bot_403=gone", Failure.GONE, "forbidden"),
        ("403", "bot_403=later", Failure.LATER, "forbidden"),
    ],
)  # fmt: skip
async def test_a_chat_that_cannot_be_reached(zalo: Zalo, code: str, switch: str, failure: Failure, reason: str) -> None:
    zalo.switch(unknown_chat=code)
    channel = a_channel(zalo, switch)
    found = await channel.send(letter("Chào.", chat="0123456789abcdef0123"))
    await channel.stop()
    assert isinstance(found, Failed)
    assert (found.failure, found.reason) == (failure, reason)


async def test_a_refusal_that_may_mean_never_is_believed_after_a_while(zalo: Zalo, channel: ZaloBot) -> None:
    zalo.switch(unknown_chat="403")
    one = letter("Chào.", chat="0123456789abcdef0123")
    outcomes = [await channel.send(one) for _ in range(len(AGAIN_AFTER) + 1)]
    assert [o.after for o in outcomes if isinstance(o, Failed) and o.failure is Failure.LATER] == list(AGAIN_AFTER)
    assert outcomes[-1] == Failed(Failure.GONE, "forbidden")


async def test_a_text_that_is_refused_is_refused_alone(zalo: Zalo, ba: BotCitizen) -> None:
    zalo.switch(text_unit="utf16")
    channel = a_channel(zalo, "bot_text_unit=code_points")
    found = await channel.send(letter("😀" * 1500, chat=ba.id))
    await channel.stop()
    assert found == Failed(Failure.REFUSED, "refused")


@pytest.mark.parametrize("statuses", ["200", "real"])
@pytest.mark.parametrize("read", ["body", "status"])
async def test_a_refused_token_stops_the_bot_and_nobody_else(zalo: Zalo, statuses: str, read: str) -> None:
    zalo.switch(statuses=statuses)
    channel = a_channel(zalo, f"bot_refusal={read}", token="999:wrong")
    wrong = Letter(Address("zalo_bot", "999", "x"), 1, "Chào.", None, Mark.NONE, "x.y")
    found = await channel.send(wrong)
    assert isinstance(found, Failed)
    assert (found.failure, found.reason) == (Failure.OURS, "token_refused")
    assert await channel.reachable("999")
    unknown = await channel.send(letter("Chào."))
    await channel.stop()
    assert unknown == Failed(Failure.OURS, "no_such_bot")


async def test_a_platform_that_is_away_is_told_apart_from_one_that_answers(channel: ZaloBot, zalo: Zalo) -> None:
    bot = zalo.token.partition(":")[0]
    assert await channel.reachable(bot)
    for status in (502, 200):
        zalo.fault("server_error", where="getMe", status=status)
        assert not await channel.reachable(bot)
    settings = Settings(zalo_bot_token=("1:a",), zalo_bot_api="http://127.0.0.1:9", zalo_bot_mode="polling")
    nowhere = ZaloBot(settings, Closed(), StillClock(), lambda _: None, WORDS)
    assert not await nowhere.reachable("1")
    found = await nowhere.send(Letter(Address("zalo_bot", "1", "x"), 1, "Chào.", None, Mark.NONE, "x.y"))
    assert found == Failed(Failure.LATER, "not_reached")


async def test_a_conversation_that_is_no_longer_ours_is_left_alone(
    channel: ZaloBot, ba: BotCitizen, zalo: Zalo
) -> None:
    before = len(zalo.calls("sendMessage"))
    found = await channel.send(letter("Chào.", chat=ba.id, still_ours=lambda: False))
    assert found == Failed(Failure.STALE, "stale")
    looks = iter((True, True, True, True, False))  # three looks a part: the second part is not ours any more
    found = await channel.send(letter("Chữ có dấu. " * 300, chat=ba.id, still_ours=lambda: next(looks)))
    assert isinstance(found, Failed)
    assert (found.failure, found.parts) == (Failure.STALE, 1)
    assert len(zalo.calls("sendMessage")) == before + 1


async def test_an_invitation_in_a_group_says_where_the_private_chat_is(zalo: Zalo, ba: BotCitizen) -> None:
    group = zalo.group("Phụ huynh lớp 5A", ba)
    for switches, shown in (((), "Nhắn riêng với Đồng Hành"),
                            (("bot_link=https://zalo.me/123",), "Nhắn riêng với Đồng Hành: https://zalo.me/123")):  # fmt: skip
        channel = a_channel(zalo, *switches)
        await channel.send(letter("Xin trả lời riêng.", chat=group.id, mark=Mark.INVITE))
        await channel.stop()
        assert group.phone.next().text == f"Xin trả lời riêng.\n\n{shown}"


async def test_pictures_and_stickers_go_too(zalo: Zalo, ba: BotCitizen) -> None:
    lanes = HttpLanes()
    client = Client(zalo.token, zalo.url, lanes)
    assert await client.send_photo(ba.id, "https://example.org/a.png", "Màn hình", ASIDE)
    assert await client.send_photo(ba.id, "https://example.org/a.png", "", ASIDE)
    assert await client.send_sticker(ba.id, "d063f44dc80821567819", ASIDE)
    with pytest.raises(RefusedError, match="error 400"):
        await client.send_photo(ba.id, "not an address", "", ASIDE)
    await lanes.close()
    assert [line.kind for line in ba.phone.lines] == ["photo", "photo", "sticker"]


async def test_every_method_has_a_deadline_of_its_own() -> None:
    asked: dict[str, float] = {}

    class Noted(HttpLanes):
        async def ask(self, url: str, *, within: float = 0, **_: Any) -> Answer:
            asked[url.rpartition("/")[2]] = within
            return Answer(200, b'{"ok": true, "result": {"message_id": "1"}}')

    client = Client("1:a", "https://bot.example", Noted())
    await client.get_me()
    await client.get_updates(25)
    await client.set_webhook("https://hoi.example.org", "a-secret-of-the-tests")
    await client.delete_webhook()
    await client.get_webhook_info()
    await client.send_message("x", "chào", ASIDE)
    await client.send_photo("x", "https://example.org/a.png", "", ASIDE)
    await client.send_sticker("x", "1", ASIDE)
    await client.send_chat_action("x")
    assert asked == {**WITHIN, "getUpdates": WITHIN["getUpdates"] + 25}
    assert LEASE.total_seconds() / 2 > PICTURE_WITHIN + WORDS_WITHIN
    assert WITHIN["sendMessage"] < LEASE.total_seconds() / 2


async def test_no_token_is_ever_written_down(zalo: Zalo, ba: BotCitizen, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    tally: Counter[str] = Counter()
    channel = a_channel(zalo, counted=tally)
    outcomes: list[object] = [channel, channel._bots]
    for fault in ("server_error", "reset_after", "rate_limited", "idle"):
        zalo.fault(fault, where="sendMessage")
        outcomes.append(await channel.send(letter("Chào.", chat=ba.id)))
    outcomes += await channel.health()
    await channel.stop()
    letters = zalo.token.partition(":")[2]
    assert letters not in caplog.text + repr(outcomes) + repr(tally)


# ---- what the person who installs it is told ----


async def findings(channel: ZaloBot) -> list[tuple[bool, str]]:
    return [(sentence.good, sentence.text) for sentence in await channel.health()]


async def test_health_says_what_is_right_and_what_to_do(zalo: Zalo) -> None:
    public = {"zalo_bot_secret": "a-secret-of-the-tests", "public_url": "https://hoi.example.org"}
    zalo.call("deleteWebhook")

    def connected(**more: Any) -> ZaloBot:
        given = {"zalo_bot_api": zalo.url, "zalo_bot_token": (zalo.token,), **public, **more}
        return ZaloBot(Settings(**given), Closed(), StillClock(), lambda _: None, WORDS)

    text = [t for _, t in await findings(connected())]
    assert text[0] == "Bot bot.MoPhong: the token is right."
    assert any("3,000 messages" in t for t in text)
    assert any("messages go to nowhere, not to https://hoi.example.org/zalo/bot/webhook" in t for t in text)
    assert text[-1].startswith("DONGHANH_ZALO_SWITCHES: bot_envelope=any")

    zalo.call("setWebhook", url="https://hoi.example.org/zalo/bot/webhook", secret_token="a-secret-of-the-tests")
    assert all(good for good, _ in await findings(connected()))
    polling = await findings(connected(zalo_bot_mode="polling"))
    assert [t for good, t in polling if not good] == [
        "Bot bot.MoPhong: a webhook is set, so polling gets nothing. Starting the house once takes it away."
    ]
    zalo.call("deleteWebhook")

    expected: dict[str, dict[str, Any]] = {
        "the token. Copy it again": {"zalo_bot_token": ("1:wrong",)},
        "does not answer": {"zalo_bot_api": "http://127.0.0.1:9"},
        "DONGHANH_PUBLIC_URL is missing": {"public_url": ""},
        "must begin with https://": {"public_url": "http://hoi.example.org"},
        "Zalo cannot reach it": {"public_url": "https://192.168.1.5"},
    }
    for words, settings in expected.items():
        assert any(words in t for good, t in await findings(connected(**settings)) if not good), words
    zalo.fault("server_error", where="getMe", status=502)
    assert any("which is not the Bot API" in t for good, t in await findings(connected()) if not good)
    zalo.fault("rate_limited", where="getMe")
    assert any("error 429" in t for good, t in await findings(connected()) if not good)


async def test_a_start_waits_for_no_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # it is connected to, and never answers
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        settings = Settings(zalo_bot_token=("1:a",), zalo_bot_api=url, zalo_bot_mode="polling")
        channel = ZaloBot(settings, Closed(), StillClock(), lambda _: None, WORDS)
        await asyncio.wait_for(channel.start(), 1)
        await asyncio.sleep(0)
        await asyncio.wait_for(channel.rest(), 5)
        await channel.stop()
