"""The emulators' pages in a real browser: somebody plays a citizen by hand and sees what a phone would show."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from tests.kit.zalo import ZaloBot, ZaloOa, zalo_bot, zalo_oa

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
LABEL = "MÔ PHỎNG – không phải Zalo"


@pytest.fixture
def screen(page: Page) -> Iterator[Page]:
    """A phone. Whatever a test does: the policy blocks nothing, nothing fails, nothing goes elsewhere."""
    wrong: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error":
            wrong.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request",
        lambda asked: None if asked.url.startswith(("http://127.0.0.1", "data:")) else wrong.append(asked.url),
    )
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    yield page
    assert wrong == []


@pytest.fixture
def bot() -> Iterator[ZaloBot]:
    with zalo_bot() as running:
        yield running


@pytest.fixture
def oa() -> Iterator[ZaloOa]:
    with zalo_oa() as running:
        yield running


def fits(screen: Page) -> bool:
    return bool(screen.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def add_person(screen: Page, name: str) -> None:
    screen.get_by_role("button", name="Thêm người", exact=True).click()
    screen.get_by_label("Tên bịa ra").fill(name)
    screen.get_by_role("button", name="Thêm người này").click()
    expect(screen.get_by_label("Máy của").locator("option:checked")).to_have_text(re.compile(name))


def write(screen: Page, text: str) -> None:
    screen.get_by_label("Tin nhắn của người dân").fill(text)
    screen.get_by_role("button", name="Gửi", exact=True).click()


def test_a_person_plays_a_citizen_on_a_phone(screen: Page, bot: ZaloBot) -> None:
    screen.goto(bot.url)
    expect(screen.get_by_text(LABEL)).to_be_visible()
    expect(screen.get_by_text("Chưa có ai")).to_be_visible()
    add_person(screen, "Bà Tư")
    write(screen, "chào cháu")
    expect(screen.get_by_role("log").get_by_text("chào cháu")).to_be_visible()
    expect(screen.get_by_text("Đang chờ tài khoản tới lấy")).to_be_visible()
    heard = bot.call("getUpdates", timeout=5)["result"]["message"]
    assert heard["text"] == "chào cháu"
    bot.call("sendChatAction", chat_id=heard["chat"]["id"], action="typing")
    expect(screen.get_by_text("đang soạn tin")).to_be_visible()
    bot.call("sendMessage", chat_id=heard["chat"]["id"], text="<b>dạ</b> chào bác\n1. Có rồi")
    expect(screen.get_by_role("log").get_by_text("<b>dạ</b> chào bác")).to_be_visible()
    expect(screen.get_by_label("Tin nhắn của người dân")).to_be_in_viewport()
    screen.get_by_role("button", name="Ảnh", exact=True).click()
    expect(screen.get_by_role("img", name="Ảnh trong tin nhắn")).to_be_visible()
    screen.get_by_role("button", name="Tệp", exact=True).click()
    names = [bot.call("getUpdates", timeout=5)["result"]["event_name"] for _ in range(2)]
    assert names == ["message.image.received", "message.unsupported.received"]
    assert fits(screen)
    screen.get_by_role("button", name="Nhật ký").click()
    expect(screen.get_by_text("sendMessage").first).to_be_visible()
    assert fits(screen)


def test_in_a_group_the_mention_decides(screen: Page, bot: ZaloBot) -> None:
    screen.goto(bot.url)
    add_person(screen, "Bà Tư")
    screen.get_by_role("button", name="Thêm nhóm").click()
    screen.get_by_role("button", name="Lập nhóm này").click()
    expect(screen.get_by_role("button", name="Nhóm Tổ dân phố Thử")).to_have_attribute("aria-pressed", "true")
    write(screen, "mai họp nhé")
    expect(screen.locator("#fate")).to_contain_text("bot chỉ nhận tin nhắc tên nó")
    screen.get_by_label("Nhắc tên tài khoản").check()
    write(screen, "giúp với")
    expect(screen.get_by_text("Đang chờ tài khoản tới lấy")).to_be_visible()
    message = bot.call("getUpdates", timeout=5)["result"]["message"]
    assert message["chat"]["chat_type"] == "GROUP"
    bot.call("sendMessage", chat_id=message["chat"]["id"], text="dạ")
    screen.get_by_role("button", name="Trả lời", exact=True).click()
    screen.get_by_label("Nhắc tên tài khoản").uncheck()
    write(screen, "cảm ơn")
    assert bot.call("getUpdates", timeout=5)["result"]["message"]["text"] == "cảm ơn"


def test_the_knobs_are_turned_by_hand(screen: Page, bot: ZaloBot) -> None:
    screen.goto(bot.url)
    screen.get_by_role("button", name="Thiết lập").click()
    screen.get_by_label("Chuyện gì xảy ra").select_option("server_error")
    screen.get_by_label("Ở đâu").fill("getMe")
    screen.get_by_role("button", name="Bật sự cố").click()
    expect(screen.get_by_text("getMe · còn 1 lần")).to_be_visible()
    assert httpx.get(f"{bot.url}/bot{bot.token}/getMe").status_code == 502
    expect(screen.get_by_text("getMe · còn 1 lần")).to_have_count(0)
    screen.get_by_text("Chỗ tài liệu nói khác nhau").click()
    screen.get_by_label("Khung sự kiện gửi webhook").select_option("wrapped")
    expect(screen.get_by_label("Khung sự kiện gửi webhook")).to_have_value("wrapped")
    bot.happens("switches", after=bot.version - 1)
    before = bot.clock.now()
    screen.get_by_role("button", name="+7 ngày").click()
    bot.happens("clock")
    assert (bot.clock.now() - before).days == 7
    screen.get_by_text("Các quy tắc đang áp dụng").click()
    expect(screen.get_by_role("cell", name="sticker is an id")).to_be_visible()
    assert fits(screen)


def test_the_page_says_when_the_emulator_is_gone(page: Page) -> None:
    with zalo_bot() as bot:
        page.goto(bot.url)
        expect(page.get_by_text("Chưa có ai")).to_be_visible()
    expect(page.get_by_text("Mất liên lạc với bản mô phỏng")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_citizen_of_the_official_account_presses_and_fills_in(screen: Page, oa: ZaloOa, size: dict[str, int]) -> None:
    screen.set_viewport_size(size)  # type: ignore[arg-type]
    screen.goto(oa.url)
    add_person(screen, "Bà Tư")
    screen.get_by_role("button", name="Quan tâm", exact=True).click()
    token, person = oa.grant()["access_token"], oa.happens("person")["id"]
    oa.happens("event")
    rows = [{"title": "Bác ở bước nào ạ?", "subtitle": "Bấm một dòng"}]
    press = {"title": "Mới cài", "type": "oa.query.show", "payload": "tôi mới cài"}
    form = {"title": "Phường", "subtitle": "xin tên của bác", "image_url": "https://example.com/a.png"}
    for payload in (
        {"template_type": "list", "elements": rows, "buttons": [press]},
        {"template_type": "request_user_info", "elements": [form]},
    ):
        message = {"attachment": {"type": "template", "payload": payload}}
        answer = oa.call("/v3.0/oa/message/cs", token, recipient={"user_id": person}, message=message)
        assert answer["error"] == 0
    screen.get_by_role("button", name="Mới cài").click()
    expect(screen.get_by_role("log").get_by_text("tôi mới cài")).to_be_visible()
    screen.get_by_role("button", name="Điền thông tin bịa ra").click()
    expect(screen.get_by_text("Không ai nhận: chưa có webhook")).to_be_visible()
    sent = [entry["event"]["event_name"] for entry in oa.journal("event")]
    assert [name for name in sent if name.startswith(("follow", "user_send", "user_submit"))] == [
        "follow",
        "user_send_text",
        "user_submit_info",
    ]
    assert fits(screen)


def test_the_console_takes_an_address_or_says_why_not(page: Page, oa: ZaloOa) -> None:
    oa.switch(private_hosts="refused")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(oa.url)
    page.get_by_role("button", name="Thiết lập").click()
    page.get_by_label("Webhook, như ở trang của Zalo").fill("https://192.168.1.2/hook")
    page.get_by_role("button", name="Lưu kết nối").click()
    expect(page.get_by_text("Zalo thật không gọi được địa chỉ trong máy này")).to_be_in_viewport()
    page.get_by_label("Webhook, như ở trang của Zalo").fill("https://example.com/hook")
    page.get_by_role("button", name="Lưu kết nối").click()
    expect(page.get_by_text("Đã lưu kết nối")).to_be_visible()
    assert oa.ask("state")["console"]["webhook"] == "https://example.com/hook"


def test_the_owner_presses_yes_and_is_sent_back_with_a_code(screen: Page, oa: ZaloOa) -> None:
    back = f"{oa.url}/"
    oa.set_console(callback=back)
    screen.goto(f"{oa.url}/v4/oa/permission?app_id={oa.app_id}&redirect_uri={back}&code_challenge=x&state=s-1")
    expect(screen.get_by_text(LABEL)).to_be_visible()
    screen.get_by_role("link", name="Cho phép").click()
    expect(screen.get_by_text("Chưa có ai")).to_be_visible()
    given = parse_qs(urlsplit(screen.url).query)
    assert (given["state"], given["oa_id"], len(given["code"])) == (["s-1"], [oa.oa_id], 1)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_nothing_is_inline_and_the_label_stays_in_view(screen: Page, bot: ZaloBot, size: dict[str, int]) -> None:
    answer = httpx.get(bot.url)
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "<script>" not in answer.text
    assert "style=" not in answer.text
    screen.set_viewport_size(size)  # type: ignore[arg-type]
    for number in range(30):
        bot.citizen(f"Người {number}").says("chào")
    screen.goto(bot.url)
    expect(screen.get_by_role("log").get_by_text("chào")).to_be_visible()
    screen.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    expect(screen.get_by_text(LABEL)).to_be_in_viewport()
    assert fits(screen)
