"""Editing, deleting, answering presses, commands and the pace of the local Bot API, shown by two clients that are not ours."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.emulators.telegram.samples import PIXEL
from tests.kit.telegram_clients import NAMES, Tried, rule, tried

Json = dict[str, Any]
HOUR = 3600

# One of the libraries warns of its own future when it tells how long to wait.
pytestmark = pytest.mark.filterwarnings("ignore:.*retry_after:")


@pytest.fixture(params=NAMES)
async def here(request: pytest.FixtureRequest) -> AsyncIterator[Tried]:
    async with tried(request.param) as both:
        yield both


@pytest.fixture(params=NAMES)
async def paced(request: pytest.FixtureRequest) -> AsyncIterator[Tried]:
    async with tried(request.param, pace=True) as both:
        yield both


def button(label: str) -> Json:
    return {"inline_keyboard": [[{"text": label, "callback_data": label}]]}


async def sent(here: Tried, text: str = "Chào bác", **values: Any) -> Any:
    return await here.client.sendMessage(chat_id=here.lan.who, text=text, **values)


async def edited(here: Tried, number: int, text: str, **values: Any) -> Any:
    return await here.client.editMessageText(chat_id=here.lan.who, message_id=number, text=text, **values)


async def refused(here: Tried, method: str, **values: Any) -> str:
    refusal = await here.client.refused(method, chat_id=here.lan.who, **values)
    assert refusal.code == 400
    return refusal.words


# ---- editing ----


@rule("edit-same")
async def test_an_edit_that_changes_nothing_is_refused(here: Tried) -> None:
    number = (await sent(here, "<b>Chào</b>", parse_mode="HTML", reply_markup=button("Có"))).message_id
    same = {"message_id": number, "text": "<strong>Chào</strong> ", "parse_mode": "HTML", "reply_markup": button("Có")}
    assert "message is not modified: specified new message content" in await refused(here, "editMessageText", **same)
    for changed in ({"text": "Chào"}, {"reply_markup": button("Không")}):
        await here.client.editMessageText(**{"chat_id": here.lan.who, **same, **changed})
    markup = {"message_id": number, "reply_markup": button("Không")}
    assert "message is not modified" in await refused(here, "editMessageReplyMarkup", **markup)


@rule("edit-own", "edit-gone", "edit-keyboard")
async def test_only_what_the_bot_wrote_and_is_still_there_can_be_edited(here: Tried) -> None:
    theirs = here.lan.writes("Của tôi")
    assert "message can't be edited" in await refused(here, "editMessageText", message_id=theirs, text="a")
    assert "message to edit not found" in await refused(here, "editMessageText", message_id=9999, text="a")
    number = (await sent(here, reply_markup={"keyboard": [[{"text": "Có"}]]})).message_id
    assert "message can't be edited" in await refused(here, "editMessageText", message_id=number, text="a")
    gone = (await sent(here)).message_id
    here.lan.takes_back(gone)
    assert "message to edit not found" in await refused(here, "editMessageText", message_id=gone, text="a")


@rule("edit-inline", "edit-markup")
async def test_an_edit_brings_its_buttons_or_takes_them_away(here: Tried) -> None:
    number = (await sent(here, reply_markup=button("Có"))).message_id
    plain = {"keyboard": [[{"text": "Có"}]]}
    asked = {"message_id": number, "text": "Khác", "reply_markup": plain}
    answer = await here.by_hand("editMessageText", {"chat_id": here.lan.who, **asked})
    assert "inline keyboard expected" in answer["description"]
    await here.client.editMessageReplyMarkup(chat_id=here.lan.who, message_id=number, reply_markup=button("Không"))
    assert (here.lan.last.labels, here.lan.last.raw["edited"]) == (("Không",), False)
    message = await edited(here, number, "Khác")
    assert (here.lan.last.labels, here.lan.last.text, message.edit_date is not None) == ((), "Khác", True)


@rule("edit-photo")
async def test_a_photo_has_a_caption_to_edit_and_no_text(here: Tried) -> None:
    photo = await here.client.sendPhoto(chat_id=here.lan.who, photo=here.client.file(PIXEL, "a.png"), caption="Cũ")
    number = photo.message_id
    assert "there is no text in the message to edit" in await refused(
        here, "editMessageText", message_id=number, text="a"
    )
    await here.client.editMessageCaption(chat_id=here.lan.who, message_id=number, caption="Mới")
    assert (here.lan.last.kind, here.lan.last.text) == ("photo", "Mới")
    text = (await sent(here)).message_id
    told = await refused(here, "editMessageCaption", message_id=text, caption="a")
    assert "there is no caption in the message to edit" in told


# ---- deleting ----


@rule("delete-private", "delete-48h", "delete-gone")
async def test_in_private_a_bot_may_take_away_what_a_person_typed_by_mistake_while_it_is_fresh(here: Tried) -> None:
    typed, kept, own = here.lan.writes("482913"), here.lan.writes("cũ"), (await sent(here)).message_id
    for number in (typed, own):
        assert await here.client.deleteMessage(chat_id=here.lan.who, message_id=number)
    assert [bubble.id for bubble in here.lan.screen][-1] == kept
    assert "message to delete not found" in await refused(here, "deleteMessage", message_id=typed)
    await here.telegram.passes(48 * HOUR + 1)
    assert "message can't be deleted for everyone" in await refused(here, "deleteMessage", message_id=kept)


@rule("delete-group")
async def test_in_a_group_a_bot_needs_to_be_an_administrator_for_that(here: Tried) -> None:
    group = here.telegram.group("Tổ dân phố", here.lan, supergroup=True)
    typed = here.lan.at(group).writes("482913")
    refusal = await here.client.refused("deleteMessage", chat_id=group.id, message_id=typed)
    assert (refusal.code, "message can't be deleted for everyone" in refusal.words) == (400, True)
    here.telegram.ranks_bot(here.lan, group)
    assert await here.client.deleteMessage(chat_id=group.id, message_id=typed)
    first = await here.client.refused("deleteMessage", chat_id=group.id, message_id=1)
    assert "message can't be deleted" in first.words


@rule("delete-many")
async def test_many_are_deleted_at_once_and_lost_ones_passed_over(here: Tried) -> None:
    numbers = [here.lan.writes(str(n)) for n in range(3)]
    assert await here.client.deleteMessages(chat_id=here.lan.who, message_ids=[*numbers, 9999])
    assert not [bubble for bubble in here.lan.screen if bubble.id in numbers]
    many = await here.by_hand("deleteMessages", {"chat_id": here.lan.who, "message_ids": list(range(1, 102))})
    assert "too many message identifiers specified" in many["description"]
    none = await here.by_hand("deleteMessages", {"chat_id": here.lan.who, "message_ids": []})
    assert "message identifiers are not specified" in none["description"]


# ---- presses ----


@rule("answer-once", "answer-late", "answer-length")
async def test_a_press_is_answered_once_and_soon(here: Tried) -> None:
    await sent(here, reply_markup=button("Có"))
    query = here.lan.presses("Có")
    assert here.lan.spinning
    too_long = await here.client.refused("answerCallbackQuery", callback_query_id=query, text="a" * 201)
    assert "message_too_long" in too_long.words
    assert await here.client.answerCallbackQuery(callback_query_id=query, text="Đã ghi", show_alert=True)
    assert (here.lan.spinning, here.lan.toasts) == (False, ["Đã ghi"])
    again = await here.client.refused("answerCallbackQuery", callback_query_id=query)
    assert "query is too old and response timeout expired or query id is invalid" in again.words
    late = here.lan.presses("Có")
    await here.telegram.passes(16)
    for query_id in (late, "1"):
        refusal = await here.client.refused("answerCallbackQuery", callback_query_id=query_id)
        assert "query is too old and response timeout expired or query id is invalid" in refusal.words


# ---- commands ----


UNWANTED: tuple[tuple[list[tuple[str, str]], str, str], ...] = (
    ([("Menu", "a")], "", "bot_command_invalid"),
    ([("huong-dan", "a")], "", "bot_command_invalid"),
    ([("a" * 33, "a")], "", "bot_command_invalid"),
    ([("menu", "a" * 257)], "", "bot_command_description_invalid"),
    ([("menu", " ")], "", "bot_command_description_invalid"),
    ([(f"c{n}", "a") for n in range(101)], "", "bot_commands_too_much"),
    ([("menu", "a")], "vi-VN", "invalid language code specified"),
)


@rule("commands-checked", "commands-language")
async def test_commands_are_checked(here: Tried) -> None:
    for commands, language, told in UNWANTED:
        given = here.client.commands(dict(commands))
        refusal = await here.client.refused("setMyCommands", commands=given, language_code=language)
        assert (refusal.code, told in refusal.words) == (400, True)


@rule("commands-scopes")
async def test_a_phone_offers_the_narrowest_commands_in_its_language(here: Tried) -> None:
    async def offer(name: str, scope: Json | None = None, language: str = "") -> None:
        scoped = {"scope": scope} if scope else {}
        await here.client.setMyCommands(commands=here.client.commands({name: name}), language_code=language, **scoped)

    john = here.telegram.citizen("John", language="en")
    john.starts()
    group = here.telegram.group("Tổ dân phố", here.lan, john)
    await offer("chung")
    assert [c["command"] for c in here.lan.phone["commands"]] == ["chung"]
    await offer("private", {"type": "all_private_chats"})
    await offer("rieng", {"type": "all_private_chats"}, "vi")
    await offer("nhom", {"type": "all_group_chats"})
    await offer("truong", {"type": "all_chat_administrators"})
    offered = [p.phone["commands"][0]["command"] for p in (here.lan, john, here.lan.at(group), john.at(group))]
    assert offered == ["rieng", "private", "truong", "nhom"]
    await offer("lan", {"type": "chat", "chat_id": here.lan.who})
    assert here.lan.phone["commands"][0]["command"] == "lan"
    kept = await here.client.getMyCommands(scope={"type": "all_group_chats"})
    assert [command.command for command in kept] == ["nhom"]
    await here.client.deleteMyCommands(scope={"type": "all_private_chats"}, language_code="vi")
    unknown = await here.client.refused("getMyCommands", scope={"type": "chat", "chat_id": 12345})
    assert "chat not found" in unknown.words


# ---- pace ----


@rule("pace-chat", "pace-edits", "pace-free")
async def test_one_chat_takes_one_message_a_second_after_a_short_burst(paced: Tried) -> None:
    numbers = [(await sent(paced, str(n), reply_markup=button("Có"))).message_id for n in range(3)]
    for method, values in (
        ("sendMessage", {"text": "a"}),
        ("editMessageText", {"text": "b", "message_id": numbers[0]}),
    ):
        refusal = await paced.client.refused(method, chat_id=paced.lan.who, **values)
        assert (refusal.code, refusal.retry_after) == (429, 1)
    query = paced.lan.presses("Có")
    assert await paced.client.answerCallbackQuery(callback_query_id=query)
    assert await paced.client.deleteMessage(chat_id=paced.lan.who, message_id=numbers[1])
    assert await paced.client.getChat(chat_id=paced.lan.who)
    await paced.telegram.passes(1)
    await edited(paced, numbers[0], "c")
    assert (await paced.client.refused("sendMessage", chat_id=paced.lan.who, text="a")).code == 429


@rule("pace-group")
async def test_a_group_takes_twenty_messages_a_minute(paced: Tried) -> None:
    group = paced.telegram.group("Tổ dân phố", paced.lan)
    for n in range(20):
        await paced.client.sendMessage(chat_id=group.id, text=str(n))
        await paced.telegram.passes(1)
    refusal = await paced.client.refused("sendMessage", chat_id=group.id, text="a")
    assert (refusal.code, refusal.retry_after) == (429, 40)
    await paced.telegram.passes(40)
    await paced.client.sendMessage(chat_id=group.id, text="a")


@rule("pace-bot")
async def test_all_chats_together_take_thirty_messages_a_second(paced: Tried) -> None:
    people = [paced.telegram.citizen(f"Người {n}") for n in range(31)]
    for person in people:
        person.starts()
    for person in people[:30]:
        await paced.client.sendMessage(chat_id=person.who, text="Nhắc bác")
    refusal = await paced.client.refused("sendMessage", chat_id=people[30].who, text="Nhắc bác")
    assert (refusal.code, refusal.retry_after) == (429, 1)
    await paced.telegram.passes(1)
    await paced.client.sendMessage(chat_id=people[30].who, text="Nhắc bác")
