"""The console in a real browser: the first sign-in, a hand given and given back while the citizen looks on, and who looked."""

import asyncio
import gzip
import re
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from bot.console.late import LateConsole
from bot.console.looks import PAGE, pages
from bot.console.passwords import CHEAP, Passwords, handed
from bot.house import House
from bot.look.shelf import HERE
from bot.message import Event, Typed
from flows.speech import Address
from storage.audit import AuditLog
from storage.staff import Member, Role
from tests.console.desk import COMMUNE, come, hire
from tests.console.injections import STRINGS
from tests.console.serving import PASSWORD, employ, parts_of, served

OWN = "hoa mười giờ nở sớm"

expect.set_options(timeout=15_000)  # this machine may be busy


@dataclass(slots=True)
class Desk:
    """The console as it is served, and what went wrong in any page of it."""

    home: House
    url: str
    wrong: list[str]

    def watched(self, page: Page) -> Page:
        page.on("console", lambda m: self.wrong.append(m.text) if "Content Security" in m.text else None)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith((self.url, "data:")) else self.wrong.append(r.url))
        return page


@pytest.fixture
def desk(home: House) -> Iterator[Desk]:
    wrong: list[str] = []
    with served(home, LateConsole(parts_of(home))) as url:  # as the house mounts it
        yield Desk(home, url, wrong)
    assert wrong == []


def now(work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Run something asynchronous although Playwright's loop is marked as running in this thread."""
    marked = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        return asyncio.run(work())
    finally:
        asyncio._set_running_loop(marked)


def sign_in(page: Page, desk: Desk, member: Member, seed: str) -> None:
    page.goto(f"{desk.url}/console/")
    page.get_by_label("Tên đăng nhập").fill(member.login)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_label("Sáu số").fill(pyotp.TOTP(seed).at(desk.home.clock.now()))
    page.get_by_role("button", name="Vào").click()
    expect(page.get_by_role("heading", name="Ai đang chờ")).to_be_visible()


def test_the_first_sign_in_by_hand(page: Page, desk: Desk) -> None:
    made = Passwords(desk.home.vault, CHEAP)
    password = handed()
    hashed = made.make_now(password)
    made.close()
    desk.home.store.write_now(lambda unit: hire(unit, "hanh", Role.OFFICER, COMMUNE, desk.home.clock.now(), hashed))
    desk.watched(page).goto(f"{desk.url}/console")
    page.get_by_label("Tên đăng nhập").fill("hanh")
    page.get_by_label("Mật khẩu").fill(password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("img", name="Mã QR")).to_be_visible()
    seed = "".join(page.locator(".seed span").all_inner_texts())
    page.get_by_label("Mật khẩu mới").fill(OWN)
    page.get_by_label("Nhập lại một lần nữa").fill(OWN)
    page.get_by_label("Sáu số").fill(pyotp.TOTP(seed).at(desk.home.clock.now()))
    page.get_by_role("button", name="Xong").click()
    expect(page.locator(".codes li")).to_have_count(8)
    page.get_by_role("link", name="Chép xong rồi").click()
    expect(page.get_by_text("Chưa có ai chờ")).to_be_visible()


def test_a_citizen_asks_an_officer_sees_takes_answers_and_gives_back_and_the_talk_goes_on(
    page: Page, chromium: Browser, desk: Desk
) -> None:
    member, seed = employ(desk.home, "hanh", Role.OFFICER, "root")
    officer, citizen = desk.watched(page), desk.watched(chromium.new_context(locale="vi-VN").new_page())
    sign_in(officer, desk, member, seed)
    citizen.goto(desk.url)
    first = citizen.locator("#choices button").first
    expect(first).to_be_visible()
    step = citizen.locator("#choices button").all_inner_texts()
    officer.evaluate("window.same = 1")
    citizen.get_by_role("button", name="Gặp người").click()
    asked = time.monotonic()
    expect(officer.locator(".waits")).to_have_count(1)
    print(f"the officer saw it after {time.monotonic() - asked:.2f} s")
    assert officer.evaluate("window.same") == 1  # without the page having been loaded anew
    expect(citizen.get_by_text("đã báo cho người")).to_be_visible()
    officer.locator(".waits").click()
    officer.get_by_role("button", name="Nhận trả lời").click()
    expect(citizen.get_by_text("Hai chữ để nhận ra nhau")).to_be_visible()
    words = officer.locator(".badge.leaf b").inner_text()
    expect(citizen.get_by_text(f"Hai chữ để nhận ra nhau: {words}.")).to_be_visible()
    citizen.get_by_label("Nhắn tin").fill("Cháu ơi, nó hiện chữ gì lạ lắm")
    citizen.keyboard.press("Enter")
    expect(officer.locator("#talk").get_by_text("nó hiện chữ gì lạ lắm")).to_be_visible()
    expect(citizen.locator("#officer")).to_contain_text("đã đọc lúc")
    officer.get_by_label("Trả lời").fill("Bác đọc mã OTP cho cháu nhé")
    officer.get_by_role("button", name="Gửi").click()
    expect(officer.get_by_role("alert")).to_contain_text("Chưa gửi")
    expect(officer.get_by_label("Trả lời")).to_have_value("Bác đọc mã OTP cho cháu nhé")
    officer.get_by_label("Trả lời").fill("Bác cứ bấm nút đóng ở góc trên ạ.")
    officer.get_by_role("button", name="Gửi").click()
    expect(citizen.get_by_text("Bác cứ bấm nút đóng ở góc trên ạ.")).to_be_visible()
    expect(citizen.locator("#officer")).to_be_visible()
    assert citizen.get_by_text("Bác đọc mã OTP").count() == 0
    officer.get_by_role("button", name="trả lại cho Đồng Hành").click()
    expect(citizen.get_by_role("button", name="Giúp được", exact=True)).to_be_visible()
    citizen.get_by_role("button", name="Giúp được", exact=True).click()
    # The place where people are was where they stood; going on leads to the step they came from.
    citizen.get_by_role("button", name="Làm tiếp", exact=True).click()
    expect(citizen.locator("#choices button").first).to_have_text(step[0])
    assert citizen.locator("#choices button").all_inner_texts() == step


def test_what_is_masked_is_uncovered_with_a_reason_and_the_citizen_can_see_who_looked(page: Page, desk: Desk) -> None:
    member, seed = employ(desk.home, "hanh", Role.OFFICER, COMMUNE)

    async def fill() -> int:
        id_ = await come(desk.home, "an")
        await desk.home.turn.take(Event(Address("web", "main", "an"), "1", Typed("Tôi tên Nguyễn Thị Thử")))
        return id_

    id_ = now(fill)
    sign_in(desk.watched(page), desk, member, seed)
    page.goto(f"{desk.url}/console/c/{id_}")
    expect(page.locator("#talk .me")).to_contain_text("N. T. T.")
    assert "Nguyễn" not in page.content()
    page.get_by_text("Mở phần che").click()
    page.get_by_label("Lý do").select_option("asked")
    page.get_by_label("Mật khẩu của bạn").fill(PASSWORD)
    page.get_by_role("button", name="Mở và ghi lại").click()
    expect(page.locator("#talk .me")).to_contain_text("Nguyễn Thị Thử")
    expect(page.get_by_text("Đang mở phần che; việc này đã ghi lại.")).to_be_visible()
    # News come while it is read: it says so, and what was uncovered stays.
    now(lambda: desk.home.turn.take(Event(Address("web", "main", "an"), "2", Typed("cháu ơi"))))
    expect(page.get_by_role("link", name="Che lại và xem")).to_be_visible()
    page.evaluate("htmx.trigger(document.getElementById('talk'), 'fresh')")
    expect(page.locator("#talk .me").first).to_contain_text("Nguyễn Thị Thử")
    looks = desk.home.store.write_now(lambda unit: AuditLog(desk.home.vault).looks(unit, id_))
    assert [(look.name, look.act, look.reason, look.unit) for look in looks[:1]] == [
        ("Người hanh", "reveal", "Người dân nhờ tra lại", "Phường Mẫu")
    ]
    page.get_by_role("link", name="Che lại và xem").click()
    expect(page.locator("#talk .me")).to_contain_text(["N. T. T.", "cháu ơi"])


def test_two_hundred_strings_draw_no_element_and_run_nothing(page: Page, desk: Desk) -> None:
    member, seed = employ(desk.home, "hanh", Role.OFFICER, COMMUNE)

    async def fill() -> int:
        id_ = await come(desk.home, "an")
        for n, text in enumerate(STRINGS):
            await desk.home.turn.take(Event(Address("web", "main", "an"), f"w{n}", Typed(text)))
        return id_

    id_ = now(fill)
    page.on("dialog", lambda dialog: desk.wrong.append(dialog.message))
    sign_in(desk.watched(page), desk, member, seed)
    page.goto(f"{desk.url}/console/c/{id_}")
    expect(page.locator("#talk .me").first).to_be_visible()
    with page.expect_response(re.compile("/talk$")):  # and once more as a part that htmx puts in
        page.evaluate("htmx.trigger(document.getElementById('talk'), 'fresh')")
    known = {"P", "DIV", "SPAN", "B", "svg", "use"}
    assert set(page.evaluate("[...document.querySelectorAll('#talk *')].map(e => e.tagName)")) <= known


@pytest.mark.parametrize(("width", "dark"), [(390, False), (1440, True)])
def test_it_can_be_pressed_read_and_walked_by_keyboard(page: Page, desk: Desk, width: int, dark: bool) -> None:
    member, seed = employ(desk.home, "hanh", Role.ADMINISTRATOR, "root")

    async def fill() -> int:
        id_ = await come(desk.home, "an")
        await desk.home.turn.take(Event(Address("web", "main", "an"), "1", Typed("gặp người")))
        return id_

    id_ = now(fill)
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme="dark" if dark else "light")
    sign_in(desk.watched(page), desk, member, seed)
    for path in ("/", f"/c/{id_}", "/search?q=a", "/channels", "/answers", "/staff", "/audit", "/me"):
        page.goto(f"{desk.url}/console{path}")
        faults = page.evaluate(FAULTS)
        assert faults == [], (path, faults)
    page.goto(f"{desk.url}/console/")
    for _ in range(3):
        page.keyboard.press("Tab")
    ring = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert ring == "3px"


# What a finger, an eye and a screen reader need: names, sizes, contrast, order, nothing wider than the screen.
FAULTS = r"""() => {
  const faults = [];
  const start = e => e.outerHTML.slice(0, 80);
  const seen = e => e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true}) && e.getClientRects().length;
  const name = e => (e.getAttribute('aria-label') || e.textContent || e.title || '').trim()
    || [...(e.labels || [])].map(l => l.textContent.trim()).join('');
  for (const e of document.querySelectorAll('a, button, input, select, textarea, summary')) {
    if (!seen(e) || e.type === 'hidden' || e.classList.contains('skip')) continue;
    if (!name(e)) faults.push('no name: ' + start(e));
    const box = e.getBoundingClientRect();
    if (box.height < 39.5 && !e.closest('.tick, .name')) faults.push('small: ' + box.height + ' ' + start(e));
  }
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) faults.push('wider than the screen: ' + wide);
  if (document.querySelectorAll('h1').length !== 1) faults.push('headings of the first level');
  if (document.querySelectorAll('main').length !== 1) faults.push('main');
  if (!document.documentElement.lang) faults.push('language');
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  if (new Set(ids).size !== ids.length) faults.push('ids twice: ' + ids.filter((x, i) => ids.indexOf(x) !== i));
  for (const e of document.querySelectorAll('img')) if (!e.alt) faults.push('picture without words');
  const channel = c => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const light = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
  const colour = t => (t.match(/[\d.]+/g) || []).map(Number);
  const ground = e => {
    for (; e; e = e.parentElement) {
      const c = colour(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] > 0) return c;
    }
    return [255, 255, 255];
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || !seen(e) || e.closest('.unseen, .skip, script, svg, option')) continue;
    const style = getComputedStyle(e), a = light(colour(style.color)), b = light(ground(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) faults.push('contrast ' + ratio.toFixed(2) + ': ' + start(e));
    if (parseFloat(style.fontSize) < 14.9) faults.push('letters of ' + style.fontSize + ': ' + start(e));
  }
  return faults;
}"""


def test_the_first_view_is_under_sixty_kilobytes_on_the_wire(page: Page, desk: Desk) -> None:
    member, seed = employ(desk.home, "hanh", Role.OFFICER, COMMUNE)
    sign_in(desk.watched(page), desk, member, seed)
    html = page.content().encode()
    assets = pages()._assets
    wire = {
        name: len(assets[name].zipped or assets[name].plain)
        for name in ("console.css", "console.js", "htmx.min.js", "tokens.css")
    }
    wire["html"] = len(gzip.compress(html, 9))
    wire["fonts"] = sum(f.stat().st_size for f in (HERE / "fonts").glob("*.woff2"))
    print(wire, sum(wire.values()))
    assert sum(wire.values()) < 60 * 1024


def test_our_own_script_writes_no_markup_and_none_stands_in_a_page() -> None:
    script = (PAGE / "console.js").read_text()
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", script)
    for template in PAGE.glob("*.jinja"):
        text = template.read_text()
        assert not re.search(r"<script(?! src=)|\son\w+=|\sstyle=|\|\s*safe|hx-on|hx-vals", text), template.name
