"""What an event of a Zalo bot is to us, and how it may arrive: believed only with its secret, kept before it is confirmed."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.channels.zalo_bot import ZaloBot
from bot.channels.zalo_bot.reading import events, read
from bot.message import Blocked, Event, Taken, Typed
from bot.ports import UnavailableError
from bot.settings import SettingError, Settings
from flows.speech import Opened, Unread
from tests.kit.build import StillClock

SECRET = "a-secret-of-the-tests"
US = "1459232241454765289"
BA, GROUP = "6ede9afa66b88fe6d6a9", "0a1b2c3d4e5f60718293"
PRIVATE = {"id": BA, "chat_type": "PRIVATE"}
WORDS = {"vi": {"commands": {"menu": "Menu", "help": "Chỉ cách dùng"}, "buttons": {"invite": "Nhắn riêng"}}}
COMMANDS = ("menu", "help")


def told(name: str = "message.text.received", chat: Any = PRIVATE, **more: Any) -> dict[str, Any]:
    person = {"id": BA, "display_name": "Bà Thử", "is_bot": False}
    return {
        "event_name": name,
        "message": {"from": person, "chat": chat, "message_id": "2d758cb5e222177a4e35", "date": 1750316131602, **more},
    }


@pytest.mark.parametrize(
    ("event", "what"),
    [
        (told(text="Xin chào"), Typed("Xin chào")),
        (told(text=""), Typed("")),
        (told("message.image.received", photo_url="https://x/a.jpg", message_type="CHAT_PHOTO", caption=""), Unread.PICTURE),
        (told("message.image.received", photo="https://x/a.jpg"), Unread.PICTURE),
        (told("message.voice.received", voice_url="https://x/a.aac", message_type="CHAT_VOICE"), Unread.VOICE),
        (told("message.sticker.received", sticker="d063", url="https://x/a.png"), Unread.STICKER),
        (told("message.unsupported.received"), Unread.UNKNOWN),
        (told("message.dance.received", dance=1), Unread.UNKNOWN),
        (told("message.dance.received", photo="https://x"), Unread.PICTURE),
        (told("", photo_url="https://x"), Unread.PICTURE),
        (told("", text="không tên"), Typed("không tên")),
        (told("message.text.received"), Unread.UNKNOWN),
        (told("user.follow"), Opened()),
        (told("user.unfollow"), Blocked()),
    ],
    ids=str,
)  # fmt: skip
def test_each_kind_of_event_is_what_it_is(event: dict[str, Any], what: Any) -> None:
    heard = read(event, US, COMMANDS)
    assert heard is not None
    assert (heard.what, heard.private) == (what, True)
    assert heard.address.key == f"zalo_bot|{US}|{BA}|"


def test_what_is_nobodys_word_to_us_is_passed_over() -> None:
    assert read(told("user.pressed"), US) is None
    assert read(told("user.follow"), US, follows=False) is None
    assert read(told("user.follow", {"id": GROUP, "chat_type": "GROUP"}), US) is None
    assert read(told(text="x") | {"message": None}, US) is None
    echo = told(text="x")
    echo["message"]["from"] = {"id": US}
    assert read(echo, US) is None
    echo["message"]["from"] = {"id": "b", "is_bot": True}
    assert read(echo, US) is None
    assert read(told(text="x", chat={"id": BA, "chat_type": "CHANNEL"}), US) is None


def test_a_message_is_known_again_by_its_id_and_without_one_by_its_moment() -> None:
    with_id, without = told(text="x"), told(text="x")
    del without["message"]["message_id"]
    names = [heard.external_id for heard in (read(with_id, US), read(without, US)) if heard]
    assert names == ["m2d758cb5e222177a4e35", "m1750316131602"]
    followed = read(told("user.follow"), US)
    assert followed is not None
    assert followed.external_id == "f2d758cb5e222177a4e35"


def test_ids_may_be_numbers_of_any_length_and_are_exact() -> None:
    event = json.loads(json.dumps(told(text="x", chat={"id": 2**63 + 1, "chat_type": "private"})))
    heard = read(event, US)
    assert heard is not None
    assert (heard.address.chat, heard.private) == (str(2**63 + 1), True)


def test_a_group_is_no_private_place_even_where_the_kind_is_not_told() -> None:
    for chat in ({"id": GROUP, "chat_type": "GROUP"}, {"id": GROUP, "chat_type": "group"}, {"id": GROUP}):
        heard = read(told(text="Tôi quên mật khẩu", chat=chat), US)
        assert heard is not None
        assert not heard.private
    heard = read(told(text="x", chat={"id": BA}), US)
    assert heard is not None
    assert heard.private


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("@Bot Đồng Hành menu", "/menu"), ("@Bot Đồng Hành Menu!", "/menu"), ("@Bot Đồng Hành /help", "/help"),
        ("@Bot menu nào ngon", "@Bot menu nào ngon"), ("menu", "menu"), ("@Bot\nmenu", "/menu"), ("@Bot hỏi", "@Bot hỏi"),
        ("@" + "a" * 200 + " menu", "@" + "a" * 200 + " menu"),
    ],
)  # fmt: skip
def test_a_command_behind_our_name_is_a_command_in_a_group(text: str, meant: str) -> None:
    heard = read(told(text=text, chat={"id": GROUP, "chat_type": "GROUP"}), US, COMMANDS)
    assert heard is not None
    assert heard.what == Typed(meant)


def test_flat_wrapped_and_listed_events_are_read_unless_a_switch_says_which() -> None:
    flat = told(text="x")
    wrapped = {"ok": True, "result": flat}
    assert list(events([flat, wrapped, 7, None])) == [flat, flat]
    assert list(events(flat, "wrapped")) == []
    assert list(events(wrapped, "flat")) == []
    assert list(events({"ok": True, "result": None})) == []


# ---- the webhook ----


class Kept:
    """The house's door: what came through it; `away` so often it cannot keep anything."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.away = 0

    async def take(self, event: Event) -> Taken:
        if self.away:
            self.away -= 1
            raise UnavailableError("the database is away")
        self.events.append(event)
        return Taken(True, 1, len(self.events), "taken")


@pytest.fixture
def door() -> Kept:
    return Kept()


@pytest.fixture
async def client(door: Kept) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(zalo_bot_token=(f"{US}:x",), zalo_bot_secret=SECRET)
    channel = ZaloBot(settings, door, StillClock(), lambda _: None, WORDS)
    transport = httpx.ASGITransport(Starlette(routes=channel.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://house") as posting:
        yield posting


async def post(client: httpx.AsyncClient, body: bytes, *secrets: str) -> httpx.Response:
    """A post under these secrets; with none named, the right one."""
    headers = [(b"X-Bot-Api-Secret-Token", secret.encode()) for secret in secrets or (SECRET,)]
    return await client.post("/zalo/bot/webhook", content=body, headers=headers)


async def test_an_event_is_confirmed_when_it_is_kept(client: httpx.AsyncClient, door: Kept) -> None:
    for body in (told(text="chào"), {"ok": True, "result": told(text="chào lại", message_id="b")}):
        assert (await post(client, json.dumps(body).encode())).status_code == 200
    assert [event.what for event in door.events] == [Typed("chào"), Typed("chào lại")]


async def test_nothing_is_believed_without_the_secret(client: httpx.AsyncClient, door: Kept) -> None:
    body = json.dumps(told(text="chào")).encode()
    assert (await client.post("/zalo/bot/webhook", content=body)).status_code == 401
    assert (await post(client, body, "")).status_code == 401
    for wrong in ("x", SECRET.upper(), SECRET + " x", "é" * 9, SECRET[:-1]):
        assert (await post(client, body, wrong)).status_code == 403
    assert door.events == []


async def test_two_secrets_are_none(client: httpx.AsyncClient, door: Kept) -> None:
    assert (await post(client, json.dumps(told(text="x")).encode(), SECRET, SECRET)).status_code == 403
    assert door.events == []


@pytest.mark.parametrize("body", [b"", b"  ", b"{}", b"[]", b"null"])
async def test_a_probe_with_the_secret_is_answered_and_without_it_refused(
    client: httpx.AsyncClient, door: Kept, body: bytes
) -> None:
    assert (await post(client, body)).status_code == 200
    assert (await post(client, body, "wrong")).status_code == 403
    assert door.events == []


async def test_what_is_no_event_is_refused_and_does_no_harm(client: httpx.AsyncClient, door: Kept) -> None:
    for body in (b"{", b"\xff\xfe", b"[" * 100_000, b"a=b"):
        assert (await post(client, body)).status_code == 400
    assert (await post(client, b'"' + b"x" * 1_100_000 + b'"')).status_code == 413
    oddities: tuple[Any, ...] = (7, "x", [1], {"message": {}}, {"result": []})
    for odd in oddities:
        assert (await post(client, json.dumps(odd).encode())).status_code == 200
    assert door.events == []


async def test_a_short_absence_of_the_database_is_waited_for(client: httpx.AsyncClient, door: Kept) -> None:
    door.away = 2
    assert (await post(client, json.dumps(told(text="chào")).encode())).status_code == 200
    assert len(door.events) == 1


async def test_what_cannot_be_kept_is_not_confirmed(client: httpx.AsyncClient, door: Kept) -> None:
    door.away = 1000
    answer = await post(client, json.dumps(told(text="chào")).encode())
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "3")


# ---- several bots, and settings ----


def test_each_of_several_bots_has_an_address_and_a_secret_of_its_own() -> None:
    settings = Settings(zalo_bot_token=("11:a", "22:b"), zalo_bot_secret=SECRET)
    channel = ZaloBot(settings, Kept(), StillClock(), lambda _: None, WORDS)
    assert [route.path for route in channel.routes()] == ["/zalo/bot/webhook/11", "/zalo/bot/webhook/22"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("secret", ["", "short", "x" * 257, "with a blank", "mật-khẩu-dài"])
def test_a_webhook_without_a_good_secret_does_not_start(secret: str) -> None:
    with pytest.raises(SettingError, match="DONGHANH_ZALO_BOT_SECRET"):
        ZaloBot(Settings(zalo_bot_token=("1:a",), zalo_bot_secret=secret), Kept(), StillClock(), lambda _: None, WORDS)
    polling = Settings(zalo_bot_token=("1:a",), zalo_bot_secret=secret, zalo_bot_mode="polling")
    assert ZaloBot(polling, Kept(), StillClock(), lambda _: None, WORDS).routes() == []
