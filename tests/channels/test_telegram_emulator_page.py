"""The page on which a person plays citizens: what a phone would show, at both sizes, and nothing from elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from playwright.sync_api import ConsoleMessage, Page, Request, ViewportSize, expect

from tests.kit.telegram import TOKEN, TelegramApart, telegram_thread

PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1440, height=900)


@dataclass(slots=True)
class Bot:
    """The bot under the page, moved by the test."""

    client: httpx.Client
    offset: int = 0

    def call(self, method: str, **values: Any) -> Any:
        answer = self.client.post(method, json=values).json()
        assert answer["ok"], answer
        return answer["result"]

    def hears(self, kind: str = "message") -> Any:
        """The next update of that kind; waits for it."""
        for _ in range(20):
            for update in self.call("getUpdates", offset=self.offset, timeout=5):
                self.offset = update["update_id"] + 1
                if kind in update:
                    return update[kind]
        raise AssertionError(f"no {kind} came")


@pytest.fixture
def telegram() -> Iterator[TelegramApart]:
    with telegram_thread() as running:
        running.settings(on=False)
        yield running


@pytest.fixture
def bot(telegram: TelegramApart) -> Iterator[Bot]:
    with httpx.Client(base_url=f"{telegram.url}/bot{TOKEN}/", trust_env=False, timeout=30) as client:
        yield Bot(client)


@pytest.fixture
def desk(page: Page, telegram: TelegramApart) -> Iterator[Page]:
    """Whatever a test does: nothing is blocked by the policy, nothing fails, nothing goes elsewhere."""
    wrong: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            wrong.append(message.text)

    def asked(request: Request) -> None:
        if not request.url.startswith((telegram.url, "data:")):
            wrong.append(f"asked elsewhere: {request.url}")

    page.on("console", heard)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", asked)
    page.goto(telegram.url)
    yield page
    assert wrong == []


def add_person(page: Page, name: str) -> None:
    page.locator("summary", has_text="Thêm người dân").click()
    page.get_by_label("Tên trên Telegram").fill(name)
    page.get_by_role("button", name="Thêm", exact=True).click()


def write(page: Page, text: str) -> None:
    page.get_by_label("Nhắn tin").fill(text)
    page.keyboard.press("Enter")


def fits(page: Page) -> bool:
    """Nothing to be pushed sideways."""
    wide: bool = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    return wide


def test_a_person_plays_a_citizen_on_a_phone_and_sees_what_a_phone_would_show(desk: Page, bot: Bot) -> None:
    desk.set_viewport_size(PHONE)
    expect(desk.get_by_text("MÔ PHỎNG – không phải Telegram")).to_be_visible()
    desk.get_by_role("button", name="Người", exact=True).click()
    add_person(desk, "Cô Lan")
    desk.get_by_role("button", name="Bắt đầu").click()
    lan = bot.hears()["chat"]["id"]
    keyboard = {"inline_keyboard": [[{"text": "Mã về rồi", "callback_data": "arrived"}]]}
    sent = bot.call(
        "sendMessage", chat_id=lan, text="Bấm <b>“Kích hoạt”</b> ạ", parse_mode="HTML", reply_markup=keyboard
    )
    log = desk.locator("#log")
    expect(log.locator("strong")).to_have_text("“Kích hoạt”")
    log.get_by_role("button", name="Mã về rồi").click()
    press = bot.hears("callback_query")
    assert press["data"] == "arrived"
    expect(log.get_by_role("button", name="Mã về rồi …")).to_be_visible()
    bot.call("answerCallbackQuery", callback_query_id=press["id"], text="Đã ghi")
    expect(desk.locator("#toast")).to_have_text("Đã ghi")
    bot.call("editMessageText", chat_id=lan, message_id=sent["message_id"], text="Xong rồi ạ")
    expect(log.get_by_text("đã sửa")).to_be_visible()
    expect(log.get_by_role("button", name="Mã về rồi")).to_have_count(0)

    write(desk, "482913")
    typed = bot.hears()
    expect(log.get_by_text("482913")).to_be_visible()
    bot.call("deleteMessage", chat_id=lan, message_id=typed["message_id"])
    expect(log.get_by_text("482913")).to_have_count(0)
    bot.call("sendChatAction", chat_id=lan, action="typing")
    expect(desk.get_by_text("Bot đang soạn tin…")).to_be_visible()
    bot.call("sendMessage", chat_id=lan, text="Kín ạ", protect_content=True)
    expect(log.get_by_text("không chuyển tiếp được")).to_be_visible()
    for part in ("Người", "Điện thoại", "Sự cố", "Nhật ký"):
        desk.get_by_role("button", name=part, exact=True).click()
        assert fits(desk), part


def test_the_number_is_shared_by_the_bots_own_button_and_other_things_by_ours(desk: Page, bot: Bot) -> None:
    desk.set_viewport_size(DESK)
    add_person(desk, "Cô Lan")
    desk.get_by_role("button", name="Bắt đầu").click()
    lan = bot.hears()["chat"]["id"]
    asking = {"keyboard": [[{"text": "Gửi số", "request_contact": True}]]}
    bot.call("sendMessage", chat_id=lan, text="Số của bác ạ", reply_markup=asking)
    desk.locator("#keys").get_by_role("button", name="Gửi số").click()
    assert bot.hears()["contact"]["user_id"] == lan
    desk.get_by_role("button", name="Gửi thứ khác").click()
    desk.get_by_role("button", name="Ảnh", exact=True).click()
    assert bot.hears()["photo"]
    expect(desk.locator("#log img")).to_be_visible()
    desk.get_by_role("button", name="Việc khác").click()
    desk.get_by_role("button", name="Chặn bot").click()
    assert bot.hears("my_chat_member")["new_chat_member"]["status"] == "kicked"
    desk.get_by_role("button", name="Khởi động lại bot").click()
    assert bot.hears()["text"] == "/start"


def test_a_group_with_topics_is_played_from_the_desk(desk: Page, bot: Bot) -> None:
    desk.set_viewport_size(DESK)
    add_person(desk, "Bác Năm")
    desk.locator("summary", has_text="Lập nhóm").click()
    desk.get_by_label("Loại").select_option("forum")
    desk.get_by_role("button", name="Lập nhóm").click()
    expect(desk.locator("#sub")).to_have_text("trong siêu nhóm Tổ dân phố 5")
    assert bot.hears("my_chat_member")["new_chat_member"]["status"] == "member"
    desk.get_by_label("Đọc mọi tin trong nhóm").check()
    desk.get_by_role("button", name="Việc khác").click()
    desk.once("dialog", lambda dialog: dialog.accept("Định danh"))
    desk.get_by_role("button", name="Mở chủ đề mới").click()
    expect(desk.locator("#topics").get_by_role("button", name="Định danh")).to_have_attribute("aria-current", "true")
    write(desk, "Hỏi trong chủ đề")
    asked = bot.hears()
    while "text" not in asked:
        asked = bot.hears()
    assert (asked["text"], asked["is_topic_message"]) == ("Hỏi trong chủ đề", True)
    bot.call("sendMessage", chat_id=asked["chat"]["id"], message_thread_id=asked["message_thread_id"], text="Dạ đây ạ")
    expect(desk.locator("#log").get_by_text("Dạ đây ạ")).to_be_visible()
    desk.locator("#topics").get_by_role("button", name="Chung").click()
    expect(desk.locator("#log").get_by_text("Dạ đây ạ")).to_have_count(0)
    assert fits(desk)


def test_a_fault_is_turned_on_seen_and_turned_off(desk: Page, bot: Bot, telegram: TelegramApart) -> None:
    desk.set_viewport_size(DESK)
    add_person(desk, "Cô Lan")
    desk.get_by_role("button", name="Bắt đầu").click()
    lan = bot.hears()["chat"]["id"]
    desk.get_by_label("Điều gì xảy ra").select_option("5xx")
    desk.get_by_role("button", name="Bật", exact=True).click()
    expect(desk.locator("#faults")).to_contain_text("đã xảy ra 0 lần")
    broken = bot.client.post("sendMessage", json={"chat_id": lan, "text": "a"})
    assert broken.status_code == 502
    expect(desk.locator("#faults")).to_contain_text("đã xảy ra 1 lần")
    expect(desk.locator("#entries")).to_contain_text("Máy chủ lỗi (5xx)")
    desk.locator("#faults").get_by_role("button", name="Tắt").click()
    expect(desk.locator("#faults .card")).to_have_count(0)
    before = telegram.act("state")["clock"]["time"]
    desk.get_by_role("button", name="Qua 1 giờ").click()
    telegram.until(lambda: telegram.act("state")["clock"]["time"] - before >= 3600)
