"""The practice phone in a real browser before the real house and the real registry: pressed through, with the chat beside it."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Locator, Page, Request, expect

from tests.kit.practice import practising

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
CODE = re.compile(r" la \d{4,10}\.")
KICH_HOAT = "“Kích hoạt tài khoản định danh điện tử”"


@pytest.fixture(scope="module")
def served(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("practice")
    for name in ("house.db", "registry.db"):
        shutil.copy(migrated_sqlite, folder / name)
    with practising(folder) as (url, _):
        yield url


@dataclass
class Trainee:
    """Somebody who presses. `asked`: every request of the page; `wrong`: whatever must not happen in any test."""

    page: Page
    url: str
    asked: list[Request] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def begin(self, exercise: str, maker: str = "android") -> None:
        self.page.goto(f"{self.url}/tap-thu")
        self.page.locator(f"input[name=maker][value={maker}]").check()
        self.page.locator(f"[data-exercise={exercise}]").click()
        expect(self.page.locator("#practising")).to_be_visible()
        self.told("chỗ tập")

    def on(self, screen: str) -> None:
        expect(self.page.locator("#handset")).to_have_attribute("data-screen", screen)

    def press(self, *names: str, to: str = "") -> None:
        for name in names:
            self.page.locator(f"#screen [data-press={name}]").click()
            expect(self.page.locator("#handset[aria-busy]")).to_have_count(0)
        if to:
            self.on(to)

    def fill(self, button: str = "right") -> None:
        self.open("phone")
        self.page.locator(f"#fill-{button}").click()

    def open(self, part: str) -> None:
        tab = self.page.locator(f"[data-tab={part}]")
        if tab.is_visible():
            tab.click()

    def told(self, words: str) -> None:
        """The chat beside has said this last, and it says that it is practice."""
        last = self.page.locator("#log .message.house .bubble").last
        expect(last).to_contain_text(words)
        expect(last.locator(".label")).to_have_text("MÔ PHỎNG – luyện tập")

    def says(self, words: str) -> None:
        expect(self.page.locator("#glass")).to_contain_text(words)

    def why(self, words: str) -> None:
        expect(self.page.locator("#why")).to_contain_text(words)

    def message(self, words: str) -> Locator:
        found = self.page.locator("#inbox li").filter(has_text=words).first
        expect(found).to_be_attached()
        return found

    def with_code(self, count: int = 1) -> None:
        """Wait for so many messages with a code, and fill in the newest."""
        expect(self.page.locator("#inbox li").filter(has_text=CODE)).to_have_count(count)
        self.fill()

    def install(self) -> None:
        self.press("store")
        if self.page.locator("#screen [data-press=search_tab]").count():
            self.press("search_tab")
        self.press("result", "install", to="app_installed")
        self.told("Giờ bấm “Mở”")
        self.press("open")

    def approve(self) -> None:
        self.open("desk")
        self.page.get_by_role("button", name="Duyệt hồ sơ").click()
        self.message("da duoc phe duyet")
        self.told("“Gửi yêu cầu”")
        self.open("phone")

    def ask_activation(self, to: str) -> None:
        self.press("activate", to="activate_form")
        self.fill()
        self.press("request", to=to)

    def activate(self, codes: int) -> None:
        """From the notice on the phone to the message of success."""
        self.press("go_on", to="activate_code")
        self.with_code(codes)
        self.press("enter_code")
        if self.page.locator("#screen [name=password]").count():
            self.fill()
            self.press("set_password")
        self.on("activate_passcode")
        self.told("passcode")
        self.fill()
        self.press("set_passcode", to="activate_questions")
        self.fill()
        self.press("set_questions", to="activate_done")
        self.told("“Bạn đã kích hoạt tài khoản định danh điện tử thành công”")


@pytest.fixture
def trainee(page: Page, served: str) -> Iterator[Trainee]:
    one = Trainee(page, served)

    def heard(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            one.wrong.append(message.text)

    def asked(request: Request) -> None:
        one.asked.append(request)
        if not request.url.startswith((served, "data:")):
            one.wrong.append(f"asked elsewhere: {request.url}")

    page.on("console", heard)
    page.on("pageerror", lambda error: one.wrong.append(str(error)))
    page.on("request", asked)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    yield one
    assert one.wrong == []
    told = [r.url for r in one.asked if "/chat/" in r.url and r.method == "POST"]
    assert {path.rpartition("/")[2] for path in told} <= {"open", "seen"}, "the page tells the chat nothing"


def test_from_an_empty_phone_to_an_activated_level_1_account(trainee: Trainee) -> None:
    trainee.begin("level1")
    trainee.told("“CH Play”")
    trainee.install()
    trainee.on("welcome")
    trainee.told("bấm “Đăng ký”")
    trainee.press("go_to_register")
    trainee.fill()
    trainee.press("register", to="register_qr")
    trainee.told("đưa thẻ tập vào khung hình")
    trainee.press("qr", to="register_filled")
    trainee.press("submit", to="register_code")
    trainee.told("mã OTP")
    trainee.with_code()
    trainee.press("enter_code", to="register_password")
    trainee.fill()
    trainee.press("set_password", to="register_end")
    trainee.press("go_to_log_in", to="log_in")
    trainee.fill()
    trainee.press("log_in", to="menu")
    trainee.told("“Đăng ký tài khoản mức 1”")
    trainee.press("level1", "start", "understood", to="level1_nfc")
    trainee.press("nfc", to="level1_shown")
    trainee.press("continue", "skip", "portrait_taken", to="level1_confirm")
    trainee.told("“Xác nhận thông tin đăng ký”")
    trainee.press("confirm", to="level1_end")
    trainee.told("Giờ đợi tin báo duyệt")
    trainee.approve()
    trainee.press("go_to_menu", to="approval_app")
    trainee.ask_activation(to="device_notice")
    trainee.told("đừng đọc cho ai")
    trainee.activate(codes=2)
    trainee.press("go_to_log_in")
    trainee.fill()
    trainee.press("log_in", to="menu")
    trainee.told("Bài này xong rồi")
    trainee.open("chat")
    expect(trainee.page.locator("#stage")).to_contain_text("7/7")

    trainee.open("phone")
    trainee.page.locator("#see-paper").click()
    paper = trainee.page.locator("#paper .sheet")
    expect(paper).to_contain_text("MÔ PHỎNG – luyện tập")
    expect(paper).to_contain_text("Kích hoạt tài khoản")
    person = json.loads(trainee.page.evaluate("sessionStorage.getItem('donghanh.practice')"))["loan"]["person"]
    for personal in (person["name"], person["number"], person["phone"]):
        assert personal not in paper.inner_text()
    trainee.page.emulate_media(media="print")
    expect(paper).to_be_visible()
    expect(trainee.page.locator(".mast")).to_be_hidden()
    expect(trainee.page.locator("#print")).to_be_hidden()


def test_level_2_taken_at_the_counter_and_activated_on_a_wide_window(trainee: Trainee) -> None:
    page = trainee.page
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    trainee.begin("level2")
    trainee.told("bấm mục Quầy")
    send = page.locator("#counter [data-press=take_level2]")
    page.locator("#fill-counter").click()
    page.locator("#counter [name=consents]").uncheck()
    send.click()
    expect(page.locator("#desk-says")).to_contain_text("chưa khẳng định đồng ý")
    page.locator("#counter [name=consents]").check()
    for hand, words in (("other", "Thẻ xuất trình không phải của số định danh này"), ("right", "Đã ghi nhận")):
        trainee.open("trouble")
        page.locator(f"input[name=hand][value={hand}]").check()
        trainee.open("desk")
        send.click()
        expect(page.locator("#desk-says")).to_contain_text(words)
    trainee.told("Hồ sơ mức 2 đã gửi từ quầy")
    trainee.approve()
    trainee.install()
    trainee.told(KICH_HOAT)
    trainee.ask_activation(to="device_notice")
    trainee.activate(codes=1)
    for part in ("#handset", "#part-chat", "#part-desk"):
        expect(page.locator(part)).to_be_visible()
    expect(page.locator("#finished")).to_be_visible()


def test_everything_that_can_go_wrong_in_registering(trainee: Trainee) -> None:
    trainee.begin("level1")
    trainee.install()
    trainee.press("go_to_register")
    trainee.fill()
    trainee.press("register")
    trainee.open("trouble")
    trainee.page.locator("input[name=hand][value=blurred]").check()
    trainee.open("phone")
    trainee.press("qr", to="register_qr")
    trainee.says("Chưa đọc được mã QR")
    trainee.why("thẻ mờ")
    trainee.told("Máy chưa đọc được mã QR")
    trainee.press("type_instead", to="register_fields")
    trainee.fill("wrong")
    trainee.press("submit", to="register_not_passed")
    trainee.says("Không đạt")
    trainee.told("Máy báo “Không đạt”")
    trainee.open("trouble")
    trainee.page.locator("#late").check()
    expect(trainee.page.locator("#trouble-says")).to_contain_text("đến chậm")
    trainee.fill()
    trainee.press("submit", to="register_code")
    trainee.fill()
    trainee.why("Chưa có tin nhắn nào có mã")
    for time in ("half-minute", "six-minutes"):
        trainee.open("trouble")
        trainee.page.locator(f"#{time}").click()
        expect(trainee.page.locator("#trouble-says")).to_contain_text("đã trôi qua")
        trainee.message(" la ")
    trainee.with_code()
    trainee.press("enter_code", to="register_code")
    trainee.says("Mã đã hết hạn")
    trainee.told("Máy chưa nhận mã này")
    trainee.open("trouble")
    trainee.page.locator("#late").uncheck()
    expect(trainee.page.locator("#trouble-says")).to_contain_text("đến ngay")
    trainee.open("phone")
    trainee.press("code_again", to="register_code")
    trainee.fill("wrong")
    trainee.press("enter_code")
    trainee.says("Mã chưa đúng")
    trainee.with_code(2)
    trainee.press("enter_code", to="register_password")
    trainee.fill("wrong")
    trainee.press("set_password", to="register_password")
    trainee.says("Mật khẩu thiếu chữ số")
    trainee.told("Máy chưa nhận, và nói ngay trên màn hình")
    trainee.fill()
    trainee.press("set_password", "go_to_log_in")
    trainee.fill("wrong")
    trainee.press("log_in", to="log_in")
    trainee.says("Số định danh hoặc mật khẩu chưa đúng")
    trainee.told("chưa khớp")


def test_a_phone_that_cannot_read_the_chip_and_the_wrong_card(trainee: Trainee) -> None:
    trainee.begin("not_identified", maker="plain")
    trainee.install()
    trainee.press("go_to_log_in")
    trainee.fill()
    trainee.press("log_in", "level1", "start", "understood", to="level1_nfc")
    trainee.press("nfc", to="level1_qr")
    trainee.says("không đọc được NFC")
    trainee.told("không đọc được chip bằng NFC")
    trainee.open("trouble")
    trainee.page.locator("input[name=hand][value=other]").check()
    trainee.open("phone")
    trainee.press("qr", to="level1_qr")
    trainee.says("không phải thẻ của người đang đăng nhập")
    trainee.told("Thẻ vừa đưa là của người khác")
    trainee.open("trouble")
    trainee.page.locator("input[name=hand][value=right]").check()
    trainee.open("phone")
    trainee.press("qr", to="level1_shown")


@pytest.mark.parametrize(
    ("exercise", "screen", "words", "said"),
    [
        ("not_identified", "activate_not_identified", "chưa được định danh điện tử", "hoặc số điện thoại khác"),
        ("already", "activate_already", "Tài khoản của bạn đã thực hiện kích hoạt", "không cần kích hoạt nữa"),
        ("overdue", "activate_past", "Đã quá bảy ngày", "Tài khoản không mất"),
    ],
)
def test_an_account_that_cannot_be_activated_here_is_met_explained_and_shown_the_way(
    trainee: Trainee, exercise: str, screen: str, words: str, said: str
) -> None:
    trainee.begin(exercise, maker="iphone")
    trainee.install()
    trainee.ask_activation(to=screen)
    trainee.says(words)
    trainee.told(said)
    expect(trainee.page.locator("#why")).to_be_visible()
    expect(trainee.page.locator("#finished")).to_be_visible()
    if exercise == "overdue":
        trainee.open("desk")
        trainee.page.locator("#hotline").click()
        trainee.told("kích hoạt qua tổng đài")


def test_a_phone_with_somebody_elses_account_and_all_that_is_refused_on_the_way(trainee: Trainee) -> None:
    trainee.begin("other_device")
    trainee.message("da duoc phe duyet")
    trainee.install()
    trainee.press("activate")
    trainee.fill("wrong")
    trainee.press("request", to="activate_not_identified")
    trainee.press("back", to="welcome")
    trainee.ask_activation(to="other_device")
    trainee.says("kích hoạt tài khoản trên thiết bị khác")
    trainee.why("không phải lời từ chối")
    trainee.press("go_on", to="activate_code")
    trainee.fill("wrong")
    trainee.press("enter_code", to="activate_code")
    trainee.says("Mã chưa đúng")
    trainee.with_code()
    trainee.press("enter_code", to="activate_password")
    for step, screen in (("password", "activate_password"), ("passcode", "activate_passcode"),
                         ("questions", "activate_questions")):  # fmt: skip
        trainee.on(screen)
        trainee.fill("wrong")
        trainee.press(f"set_{step}", to=screen)
        trainee.why("còn thiếu gì")
        trainee.fill()
        trainee.press(f"set_{step}")
    trainee.on("activate_done")


def test_seven_days_can_pass_while_one_waits(trainee: Trainee) -> None:
    trainee.begin("activate")
    trainee.open("trouble")
    trainee.page.locator("#eight-days").click()
    expect(trainee.page.locator("#trouble-says")).to_contain_text("Tám ngày đã trôi qua")
    trainee.open("phone")
    trainee.install()
    trainee.ask_activation(to="activate_past")


def test_a_number_that_is_nobodys_of_the_practice_is_taken_out_and_never_sent(trainee: Trainee) -> None:
    trainee.begin("activate")
    trainee.install()
    trainee.press("activate")
    number, phone = (
        trainee.page.get_by_label("Số định danh cá nhân (số CCCD)"),
        trainee.page.get_by_label("Số điện thoại"),
    )
    number.fill("079 305 012 345")
    phone.fill("0912345678")
    trainee.press("request", to="activate_form")
    trainee.why("Số vừa gõ đã bị bỏ, không đọc và không giữ")
    expect(number).to_have_value("")
    expect(phone).to_have_value("")
    sent = " ".join((r.post_data or "") + r.url for r in trainee.asked)
    assert "079305012345" not in sent.replace(" ", "")
    assert "0912345678" not in sent


def test_a_page_that_is_opened_again_goes_on_where_it_was(trainee: Trainee) -> None:
    trainee.begin("activate")
    trainee.install()
    trainee.ask_activation(to="device_notice")
    trainee.page.reload()
    trainee.on("activate_code")
    trainee.told("đừng đọc cho ai")
    trainee.with_code()
    trainee.press("enter_code", to="activate_password")


def test_a_lost_answer_is_asked_for_again_and_done_once(trainee: Trainee) -> None:
    trainee.begin("activate")
    trainee.install()
    trainee.press("activate")
    trainee.fill()
    lost: list[Any] = []

    def cut(route: Any) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch())  # the registry did it, and nobody heard
        route.abort()

    trainee.page.route("**/activations", cut)
    trainee.press("request", to="activate_form")
    trainee.why("Mất mạng")
    trainee.press("request", to="device_notice")
    keys = {r.headers["idempotency-key"] for r in trainee.asked if r.url.endswith("/activations")}
    assert len(keys) == 1
    trainee.press("go_on")
    trainee.with_code(1)


def test_it_can_be_pressed_by_keyboard_alone_and_says_each_screen(trainee: Trainee) -> None:
    page = trainee.page
    page.goto(f"{trainee.url}/tap-thu")
    page.locator("[data-exercise=activate]").focus()
    page.keyboard.press("Enter")
    trainee.told("“CH Play”")
    expect(page.locator("#screen-title")).to_be_focused()
    for _ in range(4):
        here = page.locator("#handset").get_attribute("data-screen")
        for _ in range(6):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.dataset.press") in ("store", "result", "install", "open"):
                break
        page.keyboard.press("Enter")
        expect(page.locator("#handset")).not_to_have_attribute("data-screen", here or "")
        expect(page.locator("#screen-title")).to_be_focused()
    expect(page.locator("#spoken-word")).to_contain_text("Màn hình giới thiệu ứng dụng")


def test_another_exercise_gives_the_person_back_and_forgets_the_conversation(trainee: Trainee) -> None:
    trainee.begin("activate")
    trainee.page.locator("#another").click()
    expect(trainee.page.locator("#choosing")).to_be_visible()
    trainee.begin("already")
    trainee.told("đã kích hoạt từ trước")
    expect(trainee.page.locator("#log .message")).to_have_count(1)


def test_two_hundred_per_cent_text_fits_a_small_phone(trainee: Trainee) -> None:
    trainee.page.set_viewport_size({"width": 320, "height": 640})
    trainee.begin("activate")
    trainee.page.evaluate("document.documentElement.style.fontSize = '36px'")
    trainee.install()
    overflow = trainee.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0
    trainee.open("phone")
    expect(trainee.page.locator(".tabs")).to_have_css("position", "static")


UNTOLD = """() => [...document.querySelectorAll("button, a, input, select, textarea, summary")]
  .filter(one => one.offsetParent !== null)
  .map(one => {
    const ticked = one.matches("[type=radio], [type=checkbox]") && one.labels[0];
    const box = (ticked || one).getBoundingClientRect();
    const labels = one.labels ? [...one.labels].map(label => label.textContent).join(" ") : "";
    const name = (one.getAttribute("aria-label") || labels || one.textContent || "").trim();
    return { name, tall: box.height, html: one.outerHTML.slice(0, 90) };
  })
  .filter(one => !one.name || one.tall < 47.5)"""


def test_whatever_can_be_pressed_has_a_name_and_is_large_enough_for_a_thumb(trainee: Trainee) -> None:
    trainee.page.goto(f"{trainee.url}/tap-thu")
    expect(trainee.page.locator("#choosing")).to_be_visible()
    assert trainee.page.evaluate(UNTOLD) == []
    trainee.begin("level1")
    assert trainee.page.evaluate(UNTOLD) == []
    trainee.install()
    assert trainee.page.evaluate(UNTOLD) == []
    trainee.press("go_to_register")
    assert trainee.page.evaluate(UNTOLD) == []
    trainee.fill()
    trainee.press("register")
    for part in ("phone", "inbox", "desk", "trouble", "chat"):
        trainee.open(part)
        assert trainee.page.evaluate(UNTOLD) == []
    for picture in trainee.page.locator("#screen .camera, #screen .nfc, #screen .grey").all():
        expect(picture).to_have_count(1)
        assert picture.evaluate("one => Boolean(one.closest('[aria-hidden=true]'))"), (
            "a drawing says nothing to a reader"
        )
