"""What people and groups of the local Bot API do, as two clients that are not ours read it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.kit.telegram import Citizen
from tests.kit.telegram_clients import NAMES, Tried, client_of, rule, tried


@pytest.fixture(params=NAMES)
async def here(request: pytest.FixtureRequest) -> AsyncIterator[Tried]:
    async with tried(request.param) as both:
        yield both


def word(value: Any) -> str:
    return str(getattr(value, "value", value))


async def one(here: Tried) -> Any:
    updates = await here.heard()
    assert len(updates) == 1
    return updates[0]


@rule("start")
async def test_a_link_brings_its_payload(here: Tried) -> None:
    here.lan.starts("nhac_7")
    message = (await one(here)).message
    assert (message.text, word(message.entities[0].type), message.chat.id) == (
        "/start nhac_7",
        "bot_command",
        here.lan.who,
    )
    for payload in ("a" * 65, "a b", "đ"):
        with pytest.raises(Exception, match="start parameter"):
            here.lan.starts(payload)


@rule("contact")
async def test_a_contact_says_whose_it_is_as_far_as_telegram_knows(here: Tried) -> None:
    binh = here.telegram.citizen("Bình", phone="84900000002")
    here.lan.shares_contact()
    here.lan.shares_contact(binh)
    here.lan.shares_contact(phone="+84900000003", name="Bà Tư")
    own, other, nobody = [update.message.contact for update in await here.heard()]
    assert (own.user_id, own.phone_number) == (here.lan.who, here.lan.number)
    assert (other.user_id, other.phone_number) == (binh.who, "84900000002")
    assert (nobody.user_id, nobody.phone_number, nobody.first_name) == (None, "+84900000003", "Bà Tư")


@rule("forward")
async def test_a_forwarded_message_says_where_it_is_from(here: Tried) -> None:
    here.lan.forwards("Mã của bác là", of=here.telegram.citizen("Bình"))
    here.lan.forwards("Mã của bác là", hidden="Công an")
    card = here.lan.shares_contact()
    here.lan.forwards(message=card)
    known, hidden, _, contact = [update.message.forward_origin for update in await here.heard()]
    assert (word(known.type), known.sender_user.first_name) == ("user", "Bình")
    assert (word(hidden.type), hidden.sender_user_name) == ("hidden_user", "Công an")
    assert contact.sender_user.id == here.lan.who


@rule("media")
async def test_everything_else_that_people_send_is_read(here: Tried) -> None:
    kinds = ("photo", "voice", "video", "document", "sticker", "location")
    for kind in kinds:
        here.lan.sends(kind, caption="đây ạ" if kind == "photo" else "")
    messages = [update.message for update in await here.heard()]
    assert [next(k for k in kinds if getattr(m, k)) for m in messages] == list(kinds)
    assert (messages[0].caption, messages[0].text) == ("đây ạ", None)


@rule("edited")
async def test_a_correction_comes_under_the_same_number(here: Tried) -> None:
    number = here.lan.writes("Mã là 482913")
    here.lan.corrects(number, "Không có gì")
    first, second = await here.heard()
    assert (second.message, second.edited_message.message_id, second.edited_message.text) == (
        None,
        number,
        "Không có gì",
    )
    assert first.message.message_id == number


@rule("press")
async def test_a_press_brings_its_message_and_data(here: Tried) -> None:
    data = "ạ:{}|1"
    markup = {"inline_keyboard": [[{"text": "Có rồi", "callback_data": data}]]}
    sent = await here.client.sendMessage(chat_id=here.lan.who, text="Mã về chưa ạ?", reply_markup=markup)
    here.lan.presses("Có rồi")
    query = (await one(here)).callback_query
    assert (query.data, query.message.message_id, query.from_user.id) == (data, sent.message_id, here.lan.who)
    assert query.chat_instance
    assert query.message.from_user.is_bot
    with pytest.raises(Exception, match="there is no button"):
        here.lan.presses("Không có")


@rule("member-blocked")
async def test_blocking_is_told(here: Tried) -> None:
    here.lan.blocks()
    here.lan.starts()
    blocked, unblocked, again = await here.heard()
    for update, before, after in ((blocked, "member", "kicked"), (unblocked, "kicked", "member")):
        changed = update.my_chat_member
        assert changed.chat.id == here.lan.who
        assert [word(m.status) for m in (changed.old_chat_member, changed.new_chat_member)] == [before, after]
    assert again.message.text == "/start"


# ---- groups ----


@rule("member-group")
async def test_joining_rank_and_leaving_are_told(here: Tried) -> None:
    group = here.telegram.group("Tổ dân phố", here.lan)
    here.telegram.ranks_bot(here.lan, group)
    here.telegram.removes_bot(here.lan, group)
    updates = await here.heard()
    changes = [u.my_chat_member for u in updates if u.my_chat_member]
    assert [word(c.new_chat_member.status) for c in changes] == ["member", "administrator", "left"]
    messages = [u.message for u in updates if u.message]
    assert [m.new_chat_members[0].is_bot for m in messages if m.new_chat_members] == [True]
    assert [m.left_chat_member.is_bot for m in messages if m.left_chat_member] == [True]


async def heard(here: Tried) -> list[str]:
    return [update.message.text for update in await here.heard() if update.message and update.message.text]


@rule("privacy", "privacy-mention", "privacy-off")
async def test_in_privacy_mode_a_bot_hears_what_is_meant_for_it(here: Tried) -> None:
    group = here.telegram.group("Tổ dân phố", here.lan)
    lan, name = here.lan.at(group), here.telegram.bot.username
    sent = await here.client.sendMessage(chat_id=group.id, text="Chào cả nhà")

    def talk() -> None:
        lan.writes("Họp lúc mấy giờ")
        lan.writes(f"/giup@{name}")
        lan.writes("/giup@bot_khac")
        lan.writes(f"@{name} ơi")
        lan.writes("Trả lời", reply_to=sent.message_id)

    talk()
    assert await heard(here) == [f"/giup@{name}", "Trả lời"]
    here.telegram.settings(hears_mentions=True)
    talk()
    assert await heard(here) == [f"/giup@{name}", f"@{name} ơi", "Trả lời"]
    everything = ["Họp lúc mấy giờ", f"/giup@{name}", "/giup@bot_khac", f"@{name} ơi", "Trả lời"]
    here.telegram.settings(hears_mentions=False, reads_all=True)
    talk()
    assert await heard(here) == everything
    assert (await here.client.getMe()).can_read_all_group_messages
    here.telegram.settings(reads_all=False)
    here.telegram.ranks_bot(here.lan, group)
    talk()
    assert await heard(here) == everything


@rule("privacy-general", "several-bots")
async def test_a_command_without_a_name_goes_to_the_bot_that_wrote_last(here: Tried) -> None:
    other = here.telegram.another_bot("9000000002:AAmoPhong_khong_phai_that_9876543210")
    group = here.telegram.group("Tổ dân phố", here.lan)
    here.telegram.act("adds", who=here.lan.who, chat=group.key, whom=other.id)
    await here.client.sendMessage(chat_id=group.id, text="Chào cả nhà")
    here.lan.at(group).writes("/giup")
    assert await heard(here) == ["/giup"]
    async with client_of(here.kind, here.telegram.url, other.token) as second:
        await second.sendMessage(chat_id=group.id, text="Chào")
        here.lan.at(group).writes("/giup")
        assert await heard(here) == []
        with_other = here.lan.with_bot(other)
        with_other.starts()
        await second.sendMessage(chat_id=here.lan.who, text="Tôi là bot khác")
        assert (with_other.texts, here.lan.texts) == (["Tôi là bot khác"], [])


@rule("topics")
async def test_a_topic_is_a_thread_of_its_own(here: Tried) -> None:
    here.telegram.settings(reads_all=True)
    group = here.telegram.group("Khu phố", here.lan, forum=True)
    thread = here.telegram.topic(here.lan, group, "Định danh")
    here.lan.at(group, thread).writes("Trong chủ đề")
    here.lan.at(group).writes("Ngoài chủ đề")
    spoken = {u.message.text: u.message for u in await here.heard() if u.message and u.message.text}
    inside, outside = spoken["Trong chủ đề"], spoken["Ngoài chủ đề"]
    assert (inside.message_thread_id, inside.is_topic_message, outside.message_thread_id) == (thread, True, None)
    answer = await here.client.sendMessage(chat_id=group.id, message_thread_id=thread, text="Dạ")
    assert (answer.message_thread_id, here.lan.at(group, thread).texts) == (thread, ["Dạ"])
    wrong = await here.client.refused("sendMessage", chat_id=group.id, message_thread_id=9999, text="a")
    assert "message thread not found" in wrong.words
    here.telegram.act("closes_topic", who=here.lan.who, chat=group.key, thread=thread)
    closed = await here.client.refused("sendMessage", chat_id=group.id, message_thread_id=thread, text="a")
    assert "topic_closed" in closed.words


@rule("migration")
async def test_a_group_that_becomes_a_supergroup_says_so_twice(here: Tried) -> None:
    group = here.telegram.group("Tổ dân phố", here.lan)
    await here.heard()
    wide = here.telegram.upgrades(here.lan, group)
    left, entered = [update.message for update in await here.heard()]
    assert (left.chat.id, left.migrate_to_chat_id) == (group.id, wide.id)
    assert (entered.chat.id, entered.migrate_from_chat_id, word(entered.chat.type)) == (wide.id, group.id, "supergroup")
    with pytest.raises(Exception, match="has become a supergroup"):
        here.lan.at(group).writes("a")


@rule("numbers")
async def test_numbers_are_large_and_message_numbers_repeat_between_chats(here: Tried) -> None:
    here.telegram.settings(reads_all=True)
    wide: list[Citizen] = [here.telegram.citizen("Bình"), here.telegram.citizen("Cúc")]
    groups = [here.telegram.group(f"Khu {n}", who, supergroup=True) for n, who in enumerate(wide)]
    await here.heard()
    for who, group in zip(wide, groups, strict=True):
        who.at(group).writes("Chào")
    first, second = [update.message for update in await here.heard()]
    assert (first.message_id, first.chat.id == second.chat.id) == (second.message_id, False)
    assert first.from_user.id > 2**32
    assert str(first.chat.id).startswith("-100")
