"""What the local Bot API takes and refuses when a bot writes, shown by two clients that are not ours."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web

from bot.emulators.telegram.samples import PIXEL
from tests.kit.telegram_clients import NAMES, Client, Refusal, Tried, client_of, rule, tried

Json = dict[str, Any]
FACE = "😀"  # two UTF-16 units


@pytest.fixture(params=NAMES)
async def here(request: pytest.FixtureRequest) -> AsyncIterator[Tried]:
    async with tried(request.param) as both:
        yield both


def buttons(*rows: tuple[str, ...]) -> Json:
    return {"inline_keyboard": [[{"text": label, "callback_data": label} for label in row] for row in rows]}


def keyboard(*labels: str) -> Json:
    return {"keyboard": [[{"text": label}] for label in labels]}


async def sent(here: Tried, text: str = "Chào bác", **values: Any) -> Any:
    return await here.client.sendMessage(chat_id=here.lan.who, text=text, **values)


async def not_sent(here: Tried, text: str = "Chào bác", **values: Any) -> str:
    refusal = await here.client.refused("sendMessage", chat_id=here.lan.who, text=text, **values)
    assert refusal.code == 400
    return refusal.words


def marks(message: Any) -> list[tuple[str, int, int]]:
    return [(str(getattr(e.type, "value", e.type)), e.offset, e.length) for e in message.entities or ()]


# ---- texts ----


@rule("text-length")
async def test_a_text_is_measured_in_utf16_units_after_its_formatting(here: Tried) -> None:
    fits = FACE * 2048
    assert (await sent(here, f"<b>{fits}</b>", parse_mode="HTML")).text == fits
    assert "message is too long" in await not_sent(here, fits + "a")


@rule("text-bytes", "caption-length")
async def test_bytes_and_captions_have_their_limits_too(here: Tried) -> None:
    assert "text is too long" in await not_sent(here, "<b></b>" * 4700 + "a", parse_mode="HTML")
    photo = (
        await here.client.sendPhoto(chat_id=here.lan.who, photo=here.client.file(PIXEL, "a.png"), caption="đ" * 1024)
    ).photo
    refusal = await here.client.refused("sendPhoto", chat_id=here.lan.who, photo=photo[0].file_id, caption="đ" * 1025)
    assert (refusal.code, "message caption is too long" in refusal.words) == (400, True)


@rule("text-empty", "text-trimmed")
async def test_nothing_cannot_be_sent_and_blanks_around_a_text_go(here: Tried) -> None:
    assert "message text is empty" in await not_sent(here, "")
    assert "text must be non-empty" in await not_sent(here, " \n ")
    assert "text must be non-empty" in await not_sent(here, "<b> </b>", parse_mode="HTML")
    message = await sent(here, "  \n<b> Chào</b> bác \n", parse_mode="HTML")
    assert (message.text, marks(message)) == ("Chào bác", [("bold", 0, 4)])


UNREADABLE = (
    ("<b>a", "can't find end tag corresponding to start tag b"),
    ("ạ<h1>a</h1>", 'unsupported start tag "h1" at byte offset 3'),
    ("a</b>", "unexpected end tag at byte offset 1"),
    ("<b>a</i>", 'unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
    ("<b><i>a</b></i>", 'unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
    ("3 < 5", 'unsupported start tag "" at byte offset 2'),
    ("a <", "unclosed start tag at byte offset 2"),
    ("<b>a</b", "unclosed end tag at byte offset 4"),
    ('<a href="x>a</a>', "unclosed start tag at byte offset 0"),
    ("<a href>a</a>", 'expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
    ("<a href=a&b>a</a>", "unexpected end of name token at byte offset 8"),
    ('<span class="x">a</span>', 'tag "span" must have class "tg-spoiler" at byte offset 0'),
    ("<br>", 'unsupported start tag "br" at byte offset 0'),
    ("<p>a</p>", 'unsupported start tag "p" at byte offset 0'),
)


@rule("html-strict")
async def test_html_that_telegram_would_not_take_is_refused_in_its_words(here: Tried) -> None:
    for written, told in UNREADABLE:
        assert f"can't parse entities: {told}" in await not_sent(here, written, parse_mode="HTML")


@rule("html-entities", "html-dead-link")
async def test_html_becomes_entities(here: Tried) -> None:
    message = await sent(
        here,
        f'{FACE} <B>đậm <i>nghiêng</i></B> <u>a</u> <s>b</s> <tg-spoiler>c</tg-spoiler> <code class="language-vi">d</code> '
        '<pre><code class="language-py">e</code></pre> <a href="https://vneid.gov.vn">cổng</a> <a href="nowhere">f</a> '
        "&lt;&amp;&gt;&quot;&#66;&#x42;&nbsp; <blockquote expandable>g</blockquote>",
        parse_mode="html",
    )
    assert message.text == f'{FACE} đậm nghiêng a b c d e cổng f <&>"BB&nbsp; g'
    assert marks(message) == [
        ("bold", 3, 11), ("italic", 7, 7), ("underline", 15, 1), ("strikethrough", 17, 1), ("spoiler", 19, 1), ("code", 21, 1),
        ("pre", 23, 1), ("text_link", 25, 4), ("expandable_blockquote", 45, 1),
    ]  # fmt: skip
    assert message.entities[6].language == "py"
    assert message.entities[7].url == "https://vneid.gov.vn"
    assert here.lan.last.bold == ["đậm nghiêng"]


@rule("entities-given")
async def test_a_bot_may_mark_a_text_itself(here: Tried) -> None:
    given = [{"type": "bold", "offset": 0, "length": 4}, {"type": "mention", "offset": 5, "length": 3}]
    message = await here.client.sendMessage(chat_id=here.lan.who, text="Chào bác", entities=here.client.entities(given))
    assert marks(message) == [("bold", 0, 4)]
    for wrong, told in (
        ([{"type": "huge", "offset": 0, "length": 1}], "unsupported type specified"),
        ([{"type": "bold", "length": 1}], "can't find field"),
        ([1], "expected an object"),
    ):
        answer = await here.by_hand("sendMessage", {"chat_id": here.lan.who, "text": "a", "entities": wrong})
        assert (answer["error_code"], told in answer["description"].lower()) == (400, True)


@rule("parse-mode", "links-found")
async def test_an_unknown_way_of_formatting_is_refused_and_links_are_found_without_any(here: Tried) -> None:
    assert "unsupported parse_mode" in await not_sent(here, parse_mode="bbcode")
    message = await sent(here, "Mở https://vneid.gov.vn/a?b=1. Gọi 0912345678, /huongdan, @ai_do, a@b.vn #hoi")
    kinds = [(kind, here.lan.last.marked(kind)) for kind, _, _ in marks(message)]
    assert kinds == [
        ("url", ["https://vneid.gov.vn/a?b=1"]), ("phone_number", ["0912345678"]), ("bot_command", ["/huongdan"]),
        ("mention", ["@ai_do"]), ("email", ["a@b.vn"]), ("hashtag", ["#hoi"]),
    ]  # fmt: skip


@rule("link-preview")
async def test_a_preview_is_drawn_unless_the_bot_says_no(here: Tried) -> None:
    await sent(here, "https://vneid.gov.vn")
    assert here.lan.last.raw["preview"] == "https://vneid.gov.vn"
    message = await sent(here, "https://vneid.gov.vn", link_preview_options={"is_disabled": True})
    assert (here.lan.last.raw["preview"], message.link_preview_options.is_disabled) == ("", True)


@rule("protected")
async def test_what_is_protected_is_not_forwarded(here: Tried) -> None:
    message = await sent(here, protect_content=True)
    assert message.has_protected_content
    with pytest.raises(Exception, match="does not forward"):
        here.lan.forwards(message=message.message_id)


@rule("typing")
async def test_typing_shows_for_five_seconds_or_until_the_message(here: Tried) -> None:
    await here.client.sendChatAction(chat_id=here.lan.who, action="typing")
    assert here.lan.doing == "typing"
    await here.telegram.passes(5)
    assert here.lan.doing == ""
    await here.client.sendChatAction(chat_id=here.lan.who, action="typing")
    await sent(here)
    assert here.lan.doing == ""
    refusal = await here.client.refused("sendChatAction", chat_id=here.lan.who, action="thinking")
    assert "wrong parameter action in request" in refusal.words


@rule("reply")
async def test_a_reply_needs_its_message(here: Tried) -> None:
    asked = here.lan.writes("Mã không về")
    assert (await sent(here, reply_parameters={"message_id": asked})).reply_to_message.text == "Mã không về"
    assert "message to be replied not found" in await not_sent(here, reply_parameters={"message_id": 9999})
    alone = await sent(here, reply_parameters={"message_id": 9999, "allow_sending_without_reply": True})
    assert alone.reply_to_message is None


# ---- buttons ----


@rule("callback-data")
async def test_what_a_button_carries_is_measured_in_bytes(here: Tried) -> None:
    fits, too_long = "ạ" * 21 + "a", "ạ" * 21 + "ab"  # 64 and 65 bytes
    made = await sent(here, reply_markup={"inline_keyboard": [[{"text": "Có", "callback_data": fits}]]})
    assert made.reply_markup.inline_keyboard[0][0].callback_data == fits
    button = [[{"text": "Có", "callback_data": too_long}]]
    assert "button_data_invalid" in await not_sent(here, reply_markup={"inline_keyboard": button})


@rule("inline-count", "inline-row")
async def test_there_are_only_so_many_buttons(here: Tried) -> None:
    assert await sent(here, reply_markup=buttons(*[tuple("12345678")] * 12, tuple("1234")))
    assert "reply markup is too long" in await not_sent(
        here, reply_markup=buttons(*[tuple("12345678")] * 12, tuple("12345"))
    )
    assert "more than 8 buttons in a row" in await not_sent(here, reply_markup=buttons(tuple("123456789")))


USELESS: tuple[tuple[Json, str], ...] = (
    ({"text": "Có"}, "text buttons are unallowed in the inline keyboard"),
    ({"text": "Có", "callback_data": ""}, "text buttons are unallowed in the inline keyboard"),
    ({"text": "Có", "url": "vneid"}, "url 'vneid' is invalid"),
    ({"text": " ", "callback_data": "a"}, "text must be non-empty"),
)


@rule("inline-action", "inline-address", "label-empty")
async def test_a_button_without_words_or_work_is_refused(here: Tried) -> None:
    for button, told in USELESS:
        assert told in await not_sent(here, reply_markup={"inline_keyboard": [[button]]})


@rule("markup-json")
async def test_a_keyboard_that_cannot_be_read_is_refused(here: Tried) -> None:
    for written, told in (
        ("{", "can't parse reply keyboard markup json object"),
        ("[]", "object expected as reply markup"),
    ):
        answer = await here.by_hand("sendMessage", {"chat_id": here.lan.who, "text": "a", "reply_markup": written})
        assert (answer["error_code"], told in answer["description"].lower()) == (400, True)
    rows = {"chat_id": here.lan.who, "text": "a", "reply_markup": {"inline_keyboard": [{"text": "a"}]}}
    assert "must be an Array of Arrays" in (await here.by_hand("sendMessage", rows))["description"]


@rule("contact-button", "keyboard-stays")
async def test_a_phone_number_is_asked_for_in_private_and_the_keyboard_stays_until_taken_away(here: Tried) -> None:
    asking = {"keyboard": [[{"text": "Gửi số của tôi", "request_contact": True}]], "resize_keyboard": True}
    await sent(here, reply_markup=asking)
    await sent(here, "Chữ nữa")
    assert here.lan.keyboard[0][0]["request_contact"]
    here.lan.presses("Gửi số của tôi")
    assert [u.message.contact.user_id for u in await here.heard()] == [here.lan.who]
    await sent(here, reply_markup={"remove_keyboard": True})
    assert here.lan.keyboard == []
    group = here.telegram.group("Tổ dân phố", here.lan)
    refusal = await here.client.refused("sendMessage", chat_id=group.id, text="a", reply_markup=asking)
    assert "phone number can be requested in private chats only" in refusal.words


# ---- photos ----


@pytest.fixture
async def gallery() -> AsyncIterator[Callable[[str], str]]:
    """A place on this machine with a picture and a page."""

    async def show(request: web.Request) -> web.Response:
        return web.Response(body=PIXEL if request.path == "/a.png" else b"<html>", content_type="image/png")

    app = web.Application()
    app.router.add_get("/{name}", show)
    runner = web.AppRunner(app, access_log=None, handle_signals=False)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield lambda name: f"http://127.0.0.1:{runner.addresses[0][1]}/{name}"
    await runner.cleanup()


@rule("photo-upload", "photo-again", "file-download")
async def test_a_photo_is_uploaded_once_and_sent_again_by_its_id(here: Tried) -> None:
    photo = here.client.file(PIXEL, "man_hinh.png")
    first = await here.client.sendPhoto(chat_id=here.lan.who, photo=photo, caption="<b>Bấm đây</b>", parse_mode="HTML")
    assert (first.caption, first.caption_entities[0].length, first.photo[-1].width) == ("Bấm đây", 7, 1)
    again = await here.client.sendPhoto(chat_id=here.lan.who, photo=first.photo[-1].file_id)
    assert [bubble.kind for bubble in here.lan.screen][-2:] == ["photo", "photo"]
    refusal = await here.client.refused("sendPhoto", chat_id=here.lan.who, photo="AgACAgUAAxkBAAI")
    assert "wrong remote file identifier" in refusal.words
    file = await here.client.getFile(file_id=again.photo[-1].file_id)
    path = file.file_path.partition("photos/")[2]  # one library makes an address of it at once
    assert await here.fetched(f"/file/bot{here.telegram.bot.token}/photos/{path}") == PIXEL


@rule("photo-address")
async def test_a_photo_may_be_an_address(here: Tried, gallery: Callable[[str], str]) -> None:
    assert (await here.client.sendPhoto(chat_id=here.lan.who, photo=gallery("a.png"))).photo[-1].height == 1
    refusal = await here.client.refused("sendPhoto", chat_id=here.lan.who, photo=gallery("page"))
    assert "wrong type of the web page content" in refusal.words
    refusal = await here.client.refused("sendPhoto", chat_id=here.lan.who, photo="http://127.0.0.1:1/a.png")
    assert "failed to get http url content" in refusal.words


@rule("photo-measures")
async def test_a_picture_that_cannot_be_shown_is_refused(here: Tried) -> None:
    def sized(width: int, height: int) -> Any:
        return here.client.file(PIXEL[:16] + width.to_bytes(4) + height.to_bytes(4) + PIXEL[24:], "a.png")

    for photo, told in (
        (sized(9000, 1001), "photo_invalid_dimensions"),
        (sized(2100, 100), "photo_invalid_dimensions"),
        (here.client.file(b"%PDF-1.4", "a.pdf"), "image_process_failed"),
    ):
        assert told in (await here.client.refused("sendPhoto", chat_id=here.lan.who, photo=photo)).words


# ---- calling ----


@rule("parameters")
async def test_parameters_mean_the_same_however_they_come(here: Tried) -> None:
    values = {"chat_id": str(here.lan.who), "text": "Chào", "reply_markup": '{"remove_keyboard":true}'}
    json = {"chat_id": here.lan.who, "text": "Chào", "reply_markup": {"remove_keyboard": True}}
    for request in ({"params": values}, {"json": json}, {"data": values}):
        assert (await here.by_hand("SENDMESSAGE", **request))["result"]["text"] == "Chào"
    assert (await here.by_hand("sendMessage", json=["a"]))["error_code"] == 400
    await sent(here, "Chào")
    assert here.lan.texts == ["Chào"] * 4


@rule("token", "method")
async def test_a_wrong_token_and_a_wrong_method_are_refused(here: Tried) -> None:
    wrong = "9000000009:AAmoPhong_khong_phai_that_0123456789"
    with pytest.raises(Refusal) as refusal:
        async with client_of(here.kind, here.telegram.url, wrong) as client:
            await client.getMe()
    assert refusal.value.code == 401
    assert await here.by_hand("getMe", token=wrong) == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert (await here.by_hand("sendTelepathy"))["error_code"] == 404


@rule("me", "chat")
async def test_a_bot_may_ask_who_it_is_and_where(here: Tried) -> None:
    me = await here.client.getMe()
    assert (me.is_bot, me.can_join_groups, me.can_read_all_group_messages) == (True, True, False)
    group = here.telegram.group("Tổ dân phố", here.lan, forum=True)
    private, wide = [await here.client.getChat(chat_id=number) for number in (here.lan.who, group.id)]
    assert (private.type, private.first_name, wide.type, wide.title, wide.is_forum) == (
        "private", "Lan", "supergroup", "Tổ dân phố", True,
    )  # fmt: skip
    assert await here.client.getChatMemberCount(chat_id=group.id) == 2
    member = await here.client.getChatMember(chat_id=group.id, user_id=here.lan.who)
    assert str(getattr(member.status, "value", member.status)) in ("creator", "owner")


async def refused(client: Client, chat: int) -> tuple[int, str]:
    refusal = await client.refused("sendMessage", chat_id=chat, text="a")
    return refusal.code, refusal.words


@rule("chat-unknown", "chat-not-started", "blocked", "removed")
async def test_who_cannot_be_written_to_is_told_in_telegrams_words(here: Tried) -> None:
    stranger = here.telegram.citizen("Bình")
    code, words = await refused(here.client, stranger.who)
    assert (code, "chat not found" in words) == (400, True)
    group = here.telegram.group("Tổ dân phố", here.lan, stranger)
    code, words = await refused(here.client, stranger.who)
    assert (code, "bot can't initiate conversation with a user" in words) == (403, True)
    here.lan.blocks()
    code, words = await refused(here.client, here.lan.who)
    assert (code, "bot was blocked by the user" in words) == (403, True)
    here.lan.unblocks()
    await sent(here)
    here.telegram.removes_bot(here.lan, group)
    code, words = await refused(here.client, group.id)
    assert (code, "bot is not a member of the group chat" in words) == (403, True)
    wide = here.telegram.group("Khu phố", here.lan, supergroup=True)
    here.telegram.removes_bot(here.lan, wide, for_ever=True)
    code, words = await refused(here.client, wide.id)
    assert (code, "bot was kicked from the supergroup chat" in words) == (403, True)


@rule("upgraded")
async def test_a_group_that_moved_says_where_to(here: Tried) -> None:
    group = here.telegram.group("Tổ dân phố", here.lan)
    wide = here.telegram.upgrades(here.lan, group)
    refusal = await here.client.refused("sendMessage", chat_id=group.id, text="a")
    assert (refusal.code, refusal.migrate_to) == (400, wide.id)
    await here.client.sendMessage(chat_id=wide.id, text="Chào cả nhà")
    assert here.lan.at(wide).texts == ["Chào cả nhà"]
