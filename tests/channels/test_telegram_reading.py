"""What an update is to us: the same as to two other readers, and nothing that is broken does harm."""

import json
from pathlib import Path
from typing import Any

import pytest
import telegram as ptb

from bot.channels.telegram.reading import Bot, own_contact, read
from bot.channels.telegram.wire import Wire
from bot.channels.telegram.writing import as_html, keyboard
from bot.emulators.clock import Clock
from bot.house import House
from bot.message import Blocked, Moved, Typed
from bot.parts import spaced
from flows.speech import Offer, Opened, Pick, Shared, Unread
from tests.channels import fuzz_telegram
from tests.channels.test_telegram import begun, database, polled
from tests.kit.build import house
from tests.kit.telegram import telegram_here

__all__ = ["database"]
US = Bot("9000000001", "DongHanhBot")
LAN = {"id": 77, "is_bot": False, "first_name": "Lan"}
PRIVATE = {"id": 77, "type": "private", "first_name": "Lan"}
GROUP = {"id": -100500, "type": "supergroup", "title": "Nhóm"}


def message(chat: dict[str, Any] = PRIVATE, **more: Any) -> dict[str, Any]:
    return {"update_id": 5, "message": {"message_id": 9, "date": 1795320000, "chat": chat, "from": LAN, **more}}


@pytest.mark.parametrize(("more", "what"), [
    ({"text": "xin chào"}, Typed("xin chào")),
    ({"text": "/start"}, Opened()),
    ({"text": "/start lop3a_2026"}, Opened("lop3a_2026")),
    ({"text": "/start có dấu"}, Opened()),
    ({"text": "/help@DongHanhBot"}, Typed("/help")),
    ({"text": "x", "forward_origin": {"type": "user"}}, Typed("x", passed_on=True)),
    ({"photo": [{}]}, Unread.PICTURE), ({"photo": [{}], "forward_origin": {}}, Unread.FORWARDED),
    ({"voice": {}}, Unread.VOICE), ({"video_note": {}}, Unread.VOICE), ({"sticker": {}}, Unread.STICKER),
    ({"document": {}}, Unread.FILE), ({"location": {}}, Unread.LOCATION), ({"caption": "?"}, Unread.UNKNOWN),
    ({"contact": {"phone_number": "84900000000", "user_id": 77}}, Shared("84900000000")),
    ({"contact": {"phone_number": "84900000000", "user_id": 78}}, Unread.CONTACT_OTHER),
    ({"contact": {"phone_number": "84900000000"}}, Unread.CONTACT_OTHER),
], ids=str)  # fmt: skip
def test_each_kind_of_message_is_what_it_is(more: dict[str, Any], what: Any) -> None:
    arrived = read(message(**more), US)
    assert arrived is not None
    assert (arrived.event.what, arrived.event.private) == (what, True)
    assert arrived.event.address.key == "telegram|9000000001|77|"


def test_a_contact_is_somebodys_own_only_if_telegram_says_so() -> None:
    card = {"phone_number": "84900000000", "user_id": 77}
    assert own_contact({"from": LAN, "contact": card})
    assert not own_contact({"from": LAN, "contact": card, "forward_origin": {"type": "user"}})
    assert not own_contact({"from": LAN, "contact": {**card, "user_id": "77"}})
    assert not own_contact({"from": LAN, "contact": {**card, "user_id": True}})


@pytest.mark.parametrize("update", [
    message(chat=GROUP, text="nói chuyện với nhau"),
    message(chat=GROUP, text="/help@bot_khac"),
    message(chat={"id": -1, "type": "channel"}, text="x"),
    message(text="x", **{"from": {"id": 78, "is_bot": False}}),
    message(text="x", **{"from": {"id": 77, "is_bot": True}}),
    message(chat={"id": "77", "type": "private"}, text="x"),
    message(chat={"id": 2**60, "type": "private"}, text="x"),
    message(pinned_message={}),
    {"update_id": 1, "channel_post": {}}, {"update_id": 1, "inline_query": {}}, {"update_id": 1}, [], None, "x", 5,
    {"update_id": 1, "callback_query": {"id": "1", "from": {"id": 78}, "message": {"chat": PRIVATE}, "data": "a|b"}},
])  # fmt: skip
def test_what_is_not_meant_for_us_or_not_whole_is_nothing(update: Any) -> None:
    assert read(update, US) is None


def test_in_a_group_we_hear_commands_our_name_and_answers_to_us_and_never_as_a_private_talk() -> None:
    for more in (
        {"text": "/help"},
        {"text": "ơi @donghanhbot giúp với"},
        {"text": "cảm ơn", "reply_to_message": {"from": {"id": 9000000001, "is_bot": True}}},
    ):
        arrived = read(message(chat=GROUP, **more), US)
        assert arrived is not None
        assert not arrived.event.private
    topic = read(message(chat=GROUP, text="/help", is_topic_message=True, message_thread_id=12), US)
    assert topic is not None
    assert topic.event.address.thread == "12"
    reply = read(message(chat=GROUP, text="/help", message_thread_id=12), US)
    assert reply is not None
    assert reply.event.address.thread == "", "a thread of answers is no topic"


def test_a_press_is_the_choice_its_button_carried_and_tells_what_stood_on_it() -> None:
    rows = [
        [{"text": "Bác", "callback_data": "welcome.start|bac"}],
        [{"text": "Bạn", "callback_data": "welcome.start|ban"}],
    ]
    under = {"message_id": 4, "chat": PRIVATE, "date": 0, "reply_markup": {"inline_keyboard": rows}}
    press = {"id": "c1", "from": LAN, "message": under, "data": "welcome.start|ban"}
    arrived = read({"update_id": 1, "callback_query": press}, US)
    assert arrived is not None
    assert (arrived.event.what, arrived.label, arrived.callback_id) == (Pick("welcome.start", "ban"), "Bạn", "c1")


def test_the_chats_own_news_are_told() -> None:
    moved = read(message(chat={"id": -5, "type": "group"}, migrate_to_chat_id=-1005), US)
    assert moved is not None
    assert moved.event.what == Moved("-1005")
    member = {"chat": PRIVATE, "old_chat_member": {"status": "member"}, "new_chat_member": {"status": "kicked"}}
    blocked = read({"update_id": 1, "my_chat_member": member}, US)
    assert blocked is not None
    assert blocked.event.what == Blocked()
    joined = {"chat": GROUP, "old_chat_member": {"status": "left"}, "new_chat_member": {"status": "member"}}
    greeted = read({"update_id": 1, "my_chat_member": joined}, US)
    assert greeted is not None
    assert (greeted.event.what, greeted.event.private) == (Opened(), False)


async def test_two_other_readers_see_the_same_chat_person_and_text_in_what_a_citizen_sends() -> None:
    import aiogram.types

    async with telegram_here() as telegram:
        lan = telegram.citizen("Lan")
        lan.starts("lop3a")
        lan.writes("toi ko nhan dc ma otp 😀 <b>&amp;</b>")
        lan.sends("voice")
        lan.shares_contact()
        ptb_bot = ptb.Bot(telegram.bot.token, base_url=f"{telegram.url}/bot")
        wire = Wire()
        updates = await wire.updates(f"{telegram.url}/bot{telegram.bot.token}/getUpdates", {"timeout": "0"}, 5)
        await wire.shutdown()
        assert len(updates) == 4
        for raw in updates:
            ours = read(raw, Bot(str(telegram.bot.id), telegram.bot.username))
            theirs = ptb.Update.de_json(raw, ptb_bot)
            others = aiogram.types.Update.model_validate(raw)
            assert ours is not None
            assert theirs.message is not None
            assert others.message is not None
            assert ours.event.address.chat == str(theirs.message.chat.id) == str(others.message.chat.id)
            assert theirs.message.from_user is not None
            assert others.message.from_user is not None
            assert ours.event.address.chat == str(theirs.message.from_user.id) == str(others.message.from_user.id)
            if isinstance(ours.event.what, Typed):
                assert ours.event.what.text == theirs.message.text == others.message.text
            assert ours.message_id == theirs.message.message_id == others.message.message_id


async def test_every_call_we_make_is_one_that_another_library_would_make(database: str, tmp_path: Path) -> None:
    import aiogram.methods
    from aiogram.methods import TelegramMethod

    known: dict[str, type[TelegramMethod[Any]]] = {
        name.lower(): getattr(aiogram.methods, name) for name in aiogram.methods.__all__ if name != "TelegramMethod"
    }
    async with telegram_here() as telegram, polled(telegram, database, tmp_path):
        lan = await begun(telegram)
        lan.presses("Bác")
        await telegram.until(lambda: len(lan.texts) > 1)
        lan.writes("mã otp là 482913")
        await telegram.until(lambda: len(lan.texts) > 2)
        await telegram.passes(3)
        calls = [(c["method"], c["parameters"]) for c in telegram.journal("call")]
    assert {"sendMessage", "deleteMessage", "answerCallbackQuery", "editMessageReplyMarkup"} <= {m for m, _ in calls}
    for method, parameters in calls:
        fields = {name: _value(value) for name, value in parameters.items()}
        reread = known[method.lower()].model_validate(fields)
        assert not reread.model_extra, f"{method}: {reread.model_extra}"


def _value(text: str) -> Any:
    return json.loads(text) if text.startswith(("{", "[")) else text


def test_what_a_person_reads_is_escaped_and_what_is_to_be_pressed_is_bold() -> None:
    assert as_html("Bấm “Kích hoạt” <b>&amp;") == "Bấm <b>“Kích hoạt”</b> &lt;b&gt;&amp;amp;"
    assert spaced("Một.\nHai:\n• a\n• b\nBa.") == "Một.\n\nHai:\n• a\n• b\n\nBa."


def test_a_choice_has_a_row_of_its_own_and_its_button_says_where_it_belongs() -> None:
    markup = keyboard(Offer("welcome.start", (("bac", "Bác"), ("ban", "Bạn"))))
    assert markup is not None
    assert [[b.text for b in row] for row in markup.inline_keyboard] == [["Bác"], ["Bạn"]]
    assert [row[0].callback_data for row in markup.inline_keyboard] == ["welcome.start|bac", "welcome.start|ban"]
    assert keyboard(Offer("x.y")) is None


async def test_updates_nobody_would_send_harm_nobody(database: str, tmp_path: Path) -> None:
    with house(database, tmp_path, clock=Clock(), **fuzz_telegram.settings(tmp_path)) as home:
        told = await fuzz_telegram.fuzz(home, 1200, 7)
        assert set(told) <= {200, 400, 413}
        assert await fuzz_telegram.journey(home) == ["200", "200", "200", "welcome.who"]
        await _close(home)


async def _close(home: House) -> None:
    for channel in home.channels.values():
        await channel.rest()
        await channel.stop()
