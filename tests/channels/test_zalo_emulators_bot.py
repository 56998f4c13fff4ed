"""The local Bot platform does what is known of the real one; a foreign client reads it wherever that client can."""

import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from zalo_bot import Bot  # type: ignore[import-untyped]
from zalo_bot.error import InvalidToken  # type: ignore[import-untyped]

from tests.kit.zalo import Listener, ZaloBot, in_thread, listener, meets, one_authority, zalo_bot

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 30


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each client reads all certificate authorities when it begins, a tenth of a second; here one is enough."""
    monkeypatch.setenv("SSL_CERT_FILE", one_authority(tmp_path))


@pytest.fixture
def zalo() -> Iterator[ZaloBot]:
    with zalo_bot() as running:
        yield running


@pytest.fixture
async def bot(zalo: ZaloBot) -> AsyncIterator[Bot]:
    async with Bot(zalo.token, base_url=zalo.url) as client:
        yield client


@pytest.fixture
def hook() -> Iterator[Listener]:
    with listener() as listening:
        yield listening


SECRET = "mot-bi-mat-bia-ra"


def status(url: str) -> int:
    return httpx.get(url).status_code


def code(answer: dict[str, Any]) -> int:
    assert answer["ok"] is False
    assert set(answer) == {"ok", "error_code", "description"}
    return int(answer["error_code"])


# ---- calls ----


@meets("address", "envelope_ok", "get_me")
async def test_a_foreign_client_meets_the_bot(zalo: ZaloBot, bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.id, me.account_type, me.can_join_groups) == (zalo.token.partition(":")[0], "BASIC", False)
    zalo.switch(can_join_groups="on")
    assert (await bot.get_me()).can_join_groups is True


@meets("refusal_is_200", "wrong_token")
async def test_another_token_is_refused_under_200_or_under_401(zalo: ZaloBot) -> None:
    assert zalo.call("getMe", token="1:khac") == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert status(f"{zalo.url}/bot1:khac/getMe") == 200
    async with Bot("1:khac", base_url=zalo.url) as deaf:  # this client takes ok:false under 200 for nothing at all
        assert await deaf.get_me() is None
    zalo.switch(statuses="real")
    with pytest.raises(InvalidToken):
        await Bot("1:khac", base_url=zalo.url).initialize()


@meets("unknown_method", "address")
def test_another_method_is_refused_and_names_are_case_sensitive(zalo: ZaloBot) -> None:
    assert code(zalo.call("sendDocument")) == code(zalo.call("getme")) == 404
    zalo.switch(unknown_method="400")
    assert code(zalo.call("getme")) == 400


@meets("four_encodings", "empty_body", "unreadable_body")
def test_parameters_come_in_four_ways_by_two_verbs(zalo: ZaloBot) -> None:
    ba = zalo.citizen()
    ba.says("chào")
    at, said = f"{zalo.url}/bot{zalo.token}/sendMessage", {"chat_id": ba.id, "text": "dạ"}
    answers = [
        httpx.get(at, params=said),
        httpx.post(at, params=said),
        httpx.post(at, data=said),
        httpx.post(at, json=said),
        httpx.post(at, files={name: (None, value) for name, value in said.items()}),
    ]
    assert [answer.json()["ok"] for answer in answers] == [True] * 5
    assert [call["sent_as"] for call in zalo.calls("sendMessage")] == ["query", "query", "form", "json", "multipart"]
    empty = httpx.post(f"{zalo.url}/bot{zalo.token}/getWebhookInfo")
    assert "content-type" not in empty.request.headers
    assert empty.json()["ok"] is True
    assert code(httpx.post(at, content=b"{", headers={"content-type": "application/json"}).json()) == 400
    assert code(httpx.post(at, content=b"[]", headers={"content-type": "application/json"}).json()) == 400
    assert code(httpx.post(at, content=b"chao", headers={"content-type": "text/plain"}).json()) == 400


# ---- getUpdates ----


@meets("one_update", "at_most_once", "private_chat", "text_event")
async def test_an_update_is_fetched_once_and_alone(zalo: ZaloBot, bot: Bot) -> None:
    ba = zalo.citizen("Bà Tư")
    first = ba.says("chào cháu")
    ba.says("cháu ơi")
    update = await bot.get_update(timeout=5)
    message = update.message
    assert message is not None
    assert (message.text, message.from_user.display_name, message.chat.type) == ("chào cháu", "Bà Tư", "PRIVATE")
    assert message.chat.id == message.from_user.id == ba.id
    assert len(ba.id) == len(message.message_id) == 20
    assert set(ba.id + message.message_id) <= set("0123456789abcdef")
    assert first.event["message"]["date"] == int(message.date.timestamp() * 1000)
    assert first.event["event_name"] == "message.text.received"
    assert (await bot.get_update(timeout=5)).message.text == "cháu ơi"
    assert code(zalo.call("getUpdates", timeout=0)) == 408


@meets("idle_408", "poll_timeout")
async def test_nothing_new_is_told_when_the_time_is_over(zalo: ZaloBot, bot: Bot) -> None:
    zalo.clock.stand()
    for asked in ({"timeout": 0}, {"timeout": "0"}):
        assert zalo.call("getUpdates", **asked) == {"ok": False, "error_code": 408, "description": "Request timeout"}
    assert await bot.get_update(api_kwargs={"timeout": 0}) is None
    assert code(zalo.call("getUpdates", timeout="lâu")) == 400
    zalo.switch(idle_poll="empty")
    assert zalo.call("getUpdates", timeout=0) == {"ok": True, "result": {}}
    zalo.switch(idle_poll="504")
    assert status(f"{zalo.url}/bot{zalo.token}/getUpdates?timeout=0") == 504


@meets("poll_timeout")
def test_without_a_timeout_a_poll_waits_thirty_seconds(zalo: ZaloBot) -> None:
    zalo.clock.set("2026-11-22T08:00:00+07:00", stand=True)
    poll = Poll(zalo)
    zalo.happens("poll")
    zalo.clock.forward(29)
    assert poll.is_open
    zalo.clock.forward(1)
    assert code(poll.answer()) == 408


@meets("poll_or_webhook")
def test_with_a_webhook_there_is_no_polling(zalo: ZaloBot, hook: Listener) -> None:
    zalo.call("setWebhook", url=hook.url, secret_token=SECRET)
    assert code(zalo.call("getUpdates", timeout=0)) == 400
    zalo.call("deleteWebhook")
    assert code(zalo.call("getUpdates", timeout=0)) == 408


@meets("unpolled")
def test_what_is_sent_while_nobody_polls_is_kept_or_lost(zalo: ZaloBot) -> None:
    ba = zalo.citizen()
    assert ba.says("một").way == "polling"
    assert zalo.call("getUpdates", timeout=0)["result"]["message"]["text"] == "một"
    zalo.switch(unpolled="lost")
    assert ba.says("vừa hỏi xong").way == "polling"
    zalo.clock.forward(minutes=1)
    assert ba.says("lâu rồi không ai hỏi").way == "lost"


# ---- the webhook ----


@meets("webhook_url", "webhook_secret")
async def test_a_webhook_needs_a_public_https_address_and_a_secret(zalo: ZaloBot, bot: Bot, hook: Listener) -> None:
    assert await bot._set_webhook_async(hook.url, SECRET) is True
    zalo.switch(private_hosts="refused")
    for url in (hook.url, "http://example.com/h", "https://localhost/h", "https://127.0.0.1/h", "https://10.0.0.5/h",
                "https://192.168.1.4/h", "https://may-chu.local/h", "ftp://example.com/h", "", None):  # fmt: skip
        assert code(zalo.call("setWebhook", url=url, secret_token=SECRET)) == 400, url
    zalo.switch(private_hosts="allowed")
    for secret in ("1234567", "x" * 257, None, 12345678):
        assert code(zalo.call("setWebhook", url=hook.url, secret_token=secret)) == 400, secret
    for secret in ("12345678", "x" * 256):
        assert zalo.call("setWebhook", url=hook.url, secret_token=secret)["ok"] is True


@meets("webhook_probe", "webhook_kept", "webhook_info", "test_webhook")
async def test_the_address_is_probed_and_kept_whatever_it_answers(zalo: ZaloBot, bot: Bot, hook: Listener) -> None:
    answer = zalo.call("setWebhook", url=hook.url, secret_token=SECRET)["result"]
    probe = hook.next()
    assert (probe.body, probe.headers["x-bot-api-secret-token"]) == (b"", SECRET)
    assert "content-type" not in probe.headers
    assert answer == {"url": hook.url, "updated_at": answer["updated_at"], "verification": {"ok": True, "hint": ""}}
    hook.status = 403
    refused = zalo.call("setWebhook", url=hook.url, secret_token=SECRET)["result"]
    assert refused["verification"]["ok"] is False
    assert "403" in refused["verification"]["hint"]
    assert await bot._get_webhook_info_async() is not None
    assert zalo.call("getWebhookInfo")["result"] == {"url": hook.url, "updated_at": refused["updated_at"]}
    zalo.switch(verification="off")
    assert "verification" not in zalo.call("setWebhook", url=hook.url, secret_token=SECRET)["result"]
    assert code(zalo.call("testWebhook")) == 404
    zalo.switch(test_webhook="on")
    assert zalo.call("testWebhook")["result"]["ok"] is False
    assert await bot._delete_webhook_async() is True
    assert zalo.call("getWebhookInfo")["result"]["url"] == ""
    assert code(zalo.call("testWebhook")) == 400


@meets("webhook_secret", "envelope", "one_event_a_post")
def test_events_come_one_a_post_flat_or_wrapped(zalo: ZaloBot, hook: Listener) -> None:
    zalo.call("setWebhook", url=hook.url, secret_token=SECRET)
    hook.next()
    ba = zalo.citizen()
    said = [ba.says("một"), ba.says("hai")]
    for heard in said:
        got = hook.next()
        assert got.json == heard.event
        assert got.body == heard.body
        assert got.headers["content-type"] == "application/json"
        assert got.headers["x-bot-api-secret-token"] == heard.headers["X-Bot-Api-Secret-Token"] == SECRET
    zalo.switch(envelope="wrapped")
    wrapped = ba.says("ba")
    assert hook.next().json == {"ok": True, "result": wrapped.event}


@meets("webhook_patience", "webhook_retries")
def test_an_unanswered_event_is_given_up_or_repeated(zalo: ZaloBot, hook: Listener) -> None:
    zalo.clock.stand()
    zalo.call("setWebhook", url=hook.url, secret_token=SECRET)
    hook.next()
    ba = zalo.citizen()
    with hook.held():
        ba.says("không ai trả lời")
        hook.next()
        zalo.clock.forward(10)
        zalo.settled()
    assert [(d["try_"], d["taken"]) for d in zalo.deliveries()] == [(0, False)]
    zalo.switch(webhook_retries="on", webhook_seconds=1)
    hook.status = 500
    ba.says("lỗi")
    hook.next()
    zalo.settled()
    hook.status = 200
    repeated = advanced(zalo, hook)
    assert repeated.json["message"]["text"] == "lỗi"


# ---- events ----


@meets("photo_event", "sticker_event", "voice_event", "media_expires")
async def test_a_picture_a_sticker_and_a_voice_message_arrive(zalo: ZaloBot, bot: Bot) -> None:
    ba = zalo.citizen()
    photo, sticker = ba.sends_photo("cái này à"), ba.sends_sticker("d063f44dc80821567819")
    update = await bot.get_update(timeout=5)
    assert update.message.photo_url == photo.event["message"]["photo_url"]
    assert (update.message.message_type, photo.event["message"]["caption"]) == ("CHAT_PHOTO", "cái này à")
    assert (await bot.get_update(timeout=5)).message.sticker == "d063f44dc80821567819"
    assert sticker.event["event_name"] == "message.sticker.received"
    assert sticker.event["message"]["url"]
    voice = ba.sends_voice()
    assert voice.event["event_name"] == "message.voice.received"
    assert voice.event["message"]["voice_url"].endswith(".aac")
    assert status(voice.event["message"]["voice_url"]) == 200
    zalo.clock.forward(hours=2)
    assert status(voice.event["message"]["voice_url"]) == 404
    assert photo.event["event_name"] == "message.image.received"
    zalo.switch(photo_field="photo")
    assert {"photo", "photo_url"} & set(ba.sends_photo().event["message"]) == {"photo"}
    zalo.switch(photo_field="both")
    assert {"photo", "photo_url"} <= set(ba.sends_photo().event["message"])


@meets("unsupported_event", "protected_sender")
def test_what_the_api_has_no_fields_for_comes_without_content(zalo: ZaloBot) -> None:
    ba, chau = zalo.citizen(), zalo.citizen("Cháu Bé", protected=True)
    for heard in (ba.sends("link", "https://example.com/x"), ba.sends("file"), ba.sends("video"), chau.says("chào")):
        assert heard.event["event_name"] == "message.unsupported.received"
        assert set(heard.event["message"]) == {"from", "chat", "message_id", "date"}
    zalo.switch(unsupported_kinds="nothing")
    assert ba.sends("file").way == "unheard"
    assert chau.says("chào").way == "polling"


@meets("follow_events", "unknown_chat")
def test_follow_and_unfollow_are_told_only_if_switched_on(zalo: ZaloBot) -> None:
    ba = zalo.citizen()
    ba.says("chào")
    assert ba.leaves().way == "unheard"
    assert code(zalo.call("sendMessage", chat_id=ba.id, text="dạ")) == 404
    zalo.switch(follow_events="on", unknown_chat="403")
    assert ba.follows().event["event_name"] == "user.follow"
    assert zalo.call("sendMessage", chat_id=ba.id, text="dạ")["ok"] is True
    assert ba.leaves().event["event_name"] == "user.unfollow"
    assert code(zalo.call("sendMessage", chat_id=ba.id, text="dạ")) == 403


@meets("group_mention", "group_mention_text", "group_photo")
def test_in_a_group_the_bot_hears_what_is_meant_for_it(zalo: ZaloBot) -> None:
    ba, ong = zalo.citizen("Bà Tư"), zalo.citizen("Ông Ba")
    group = zalo.group("Tổ 5", ba, ong)
    assert ba.says("chiều nay họp", group).way == "unheard"
    asked = ba.says("giúp với", group, mention=True)
    assert asked.event["message"]["chat"] == {"id": group.id, "chat_type": "GROUP"}
    assert asked.event["message"]["from"]["id"] == ba.id
    assert asked.event["message"]["text"] == "@Bot Đồng Hành giúp với"
    zalo.switch(mention_in_text="removed")
    assert ong.says("giúp với", group, mention=True).event["message"]["text"] == "giúp với"
    answered = zalo.call("sendMessage", chat_id=group.id, text="dạ")["result"]["message_id"]
    assert ong.says("cảm ơn", group, reply_to=answered).way == "polling"
    assert ong.says("ừ", group, reply_to=asked.message_id).way == "unheard"
    assert ba.sends_photo("xem này", group).way == "unheard"
    assert ba.does("photo", group, reply_to=answered).way == "unheard"
    assert ba.does("voice", group, mention=True).way == "unheard"  # where would the name stand
    assert ba.sends_photo("xem này", group, mention=True).event["message"]["caption"] == "xem này"
    assert group.phone.texts == ["dạ"]
    assert "chiều nay họp" in [line.text for line in group.phone.everything]
    assert ba.phone.everything == []


# ---- sending ----


@meets("sent_answer", "reply_to", "sticker")
async def test_a_foreign_client_sends(zalo: ZaloBot, bot: Bot) -> None:
    ba = zalo.citizen()
    asked = ba.says("chào")
    await bot.get_update(timeout=5)
    raw = zalo.call("sendMessage", chat_id=ba.id, text="một")["result"]
    assert set(raw) == {"message_id", "date"}
    assert isinstance(raw["date"], int)
    assert raw["date"] > 10**12
    sent = await bot.send_message(ba.id, "dạ chào bác", reply_to_message_id=asked.message_id)
    assert len(sent.message_id) == 20
    assert (await bot.send_sticker(ba.id, "d063f44dc80821567819")).message_id
    assert code(zalo.call("sendSticker", chat_id=ba.id)) == 400
    assert (await bot.send_photo(ba.id, "xem hình", "https://example.com/a.jpg")).message_id
    shown = [ba.phone.next() for _ in range(4)]
    assert [(line.kind, line.text) for line in shown] == [
        ("text", "một"),
        ("text", "dạ chào bác"),
        ("sticker", ""),
        ("photo", "xem hình"),
    ]
    assert shown[1].extra["reply_to"] == asked.message_id
    assert shown[1].message_id == sent.message_id


@meets("text_length")
def test_a_text_has_one_to_two_thousand_characters_counted_one_way_or_the_other(zalo: ZaloBot) -> None:
    ba = zalo.citizen()
    ba.says("chào")

    def fits(text: Any) -> bool:
        return bool(zalo.call("sendMessage", chat_id=ba.id, text=text)["ok"])

    assert [fits(text) for text in ("", "a" * 2000, "ệ" * 2000, "a" * 2001, None, 5)] == [
        False,
        True,
        True,
        False,
        False,
        False,
    ]
    outside = "𠄞" * 1001  # two UTF-16 units each
    assert fits(outside)
    zalo.switch(text_unit="utf16")
    assert not fits(outside)
    assert fits(outside[:1000])


@meets("text_styles")
def test_styles_are_counted_in_utf16_and_give_way_to_a_parse_mode(zalo: ZaloBot) -> None:
    ba = zalo.citizen()
    ba.says("chào")

    def sent(**more: Any) -> dict[str, Any]:
        return zalo.call("sendMessage", chat_id=ba.id, text="𠄞 đậm", **more)

    assert sent(text_styles=[{"start": 3, "len": 3, "st": ["b", "c_db342e"]}])["ok"] is True
    assert ba.phone.next().extra["text_styles"]
    wrong: list[Any] = [
        [{"start": 3, "len": 4, "st": ["b"]}],
        [{"start": 0, "len": 1, "st": ["rainbow"]}],
        [{"start": 0, "len": 1, "st": []}],
        [{"start": -1, "len": 1, "st": ["b"]}],
        "đậm",
        {},
    ]
    assert [code(sent(text_styles=given)) for given in wrong] == [400] * len(wrong)
    assert code(sent(parse_mode="Markdown")) == 400
    assert sent(parse_mode="markdown", text_styles="không đọc")["ok"] is True
    assert ba.phone.next().extra == {"parse_mode": "markdown"}


@meets("photo", "photo_upload")
def test_a_photo_is_a_public_address_with_a_caption_or_none(zalo: ZaloBot) -> None:
    ba = zalo.citizen()
    ba.says("chào")
    good = "https://example.com/a.jpg"

    def sent(**asked: Any) -> dict[str, Any]:
        return zalo.call("sendPhoto", chat_id=ba.id, **asked)

    assert sent(photo=good)["ok"] is True
    assert sent(photo=good, caption="a" * 2000)["ok"] is True
    for photo, caption in ((good, ""), (good, "a" * 2001), ("a.jpg", "hình"), (None, "hình")):
        assert code(sent(photo=photo, caption=caption)) == 400, (photo, caption)
    zalo.switch(private_hosts="refused")
    assert code(sent(photo="http://192.168.1.2/a.jpg")) == 400
    at = f"{zalo.url}/bot{zalo.token}/sendPhoto"

    def uploaded() -> dict[str, Any]:
        answer: dict[str, Any] = httpx.post(at, data={"chat_id": ba.id}, files={"photo": ("a.png", PNG)}).json()
        return answer

    assert code(uploaded()) == 400
    zalo.switch(photo_upload="accepted")
    assert uploaded()["ok"] is True
    assert httpx.get(zalo.url + ba.phone.lines[-1].extra["picture"]).content == PNG


@meets("photo_fetched_twice")
def test_a_photo_that_can_be_fetched_only_once_shows_black(zalo: ZaloBot) -> None:
    asked: list[str] = []

    async def picture(request: Request) -> Response:
        asked.append(request.url.path)
        gone = request.url.path == "/once.png" and asked.count("/once.png") > 1
        return Response(PNG, status_code=404 if gone else 200)

    zalo.switch(photo_fetch="twice")
    ba = zalo.citizen()
    ba.says("chào")
    with in_thread(Starlette(routes=[Route("/{name}", picture)])) as url:
        for name in ("stays.png", "once.png"):
            assert zalo.call("sendPhoto", chat_id=ba.id, photo=f"{url}/{name}")["ok"] is True
    assert asked == ["/stays.png"] * 2 + ["/once.png"] * 2
    assert [line.extra["black"] for line in ba.phone.lines] == [False, True]


@meets("voice", "voice_in_group")
def test_a_voice_message_ends_in_aac_and_never_reaches_a_group(zalo: ZaloBot) -> None:
    ba = zalo.citizen()
    group = zalo.group("Tổ 5", ba)
    ba.says("chào")
    good = "https://example.com/a.aac"
    assert zalo.call("sendVoice", chat_id=ba.id, voice_url=good)["ok"] is True
    assert [line.kind for line in ba.phone.lines] == ["voice"]
    for wrong in ("https://example.com/a.mp3", "a.aac", None):
        assert code(zalo.call("sendVoice", chat_id=ba.id, voice_url=wrong)) == 400
    assert zalo.call("sendVoice", chat_id=group.id, voice_url=good)["ok"] is True
    assert group.phone.lines == []


@meets("chat_action")
async def test_typing_is_answered_by_ok_alone_and_shows_for_a_while(zalo: ZaloBot, bot: Bot) -> None:
    ba = zalo.citizen()
    ba.says("chào")
    assert zalo.call("sendChatAction", chat_id=ba.id, action="typing") == {"ok": True}
    assert await bot.send_chat_action(ba.id, "typing") is None
    shows = [ba.phone.typing]
    await bot.send_message(ba.id, "dạ")
    assert [*shows, ba.phone.typing] == [True, False]
    assert code(zalo.call("sendChatAction", chat_id=ba.id, action="upload_photo")) == 400
    zalo.switch(upload_photo_action="on")
    assert zalo.call("sendChatAction", chat_id=ba.id, action="upload_photo") == {"ok": True}


@meets("unknown_chat", "write_first")
def test_the_bot_knows_only_who_wrote_to_it(zalo: ZaloBot) -> None:
    ba = zalo.citizen()
    assert code(zalo.call("sendMessage", chat_id="0" * 20, text="dạ")) == 404
    assert code(zalo.call("sendMessage", chat_id=ba.id, text="dạ")) == 404
    assert code(zalo.call("sendMessage", chat_id=5, text="dạ")) == 400
    zalo.switch(write_first="on", unknown_chat="400")
    assert zalo.call("sendMessage", chat_id=ba.id, text="dạ")["ok"] is True
    assert code(zalo.call("sendMessage", chat_id="0" * 20, text="dạ")) == 400


@meets("package", "package_messages")
def test_the_basic_package_ends_at_fifty_people_three_groups_and_its_messages(zalo: ZaloBot) -> None:
    zalo.switch(package="basic", unpolled="lost")
    people = [zalo.citizen(f"Người {number}") for number in range(51)]
    assert [person.says("chào").way for person in people] == ["lost"] * 50 + ["unheard"]
    for number in range(3):
        zalo.group(f"Tổ {number}", people[0])
    with pytest.raises(AssertionError, match="three groups"):
        zalo.group("Tổ 4", people[0])
    zalo.switch(package_messages=51)
    assert zalo.call("sendMessage", chat_id=people[0].id, text="dạ")["ok"] is True
    assert code(zalo.call("sendMessage", chat_id=people[0].id, text="dạ")) == 429
    assert people[0].says("chào").way == "unheard"
    zalo.clock.forward(days=32)
    assert zalo.call("sendMessage", chat_id=people[0].id, text="dạ")["ok"] is True


# ---- what these tests need ----


def advanced(zalo: ZaloBot, hook: Listener) -> Any:
    """Let the time of the next repetition come."""
    while hook.silent:
        zalo.clock.forward(1)
        zalo.settled()
    return hook.next()


class Poll:
    """A getUpdates in the background."""

    def __init__(self, zalo: ZaloBot) -> None:
        self._url = f"{zalo.url}/bot{zalo.token}/getUpdates"
        self._answer: dict[str, Any] = {}
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        self._answer = httpx.post(self._url, timeout=20).json()

    @property
    def is_open(self) -> bool:
        return self._thread.is_alive()

    def answer(self) -> dict[str, Any]:
        self._thread.join(20)
        return self._answer
