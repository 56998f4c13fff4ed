"""The whole of it in a browser: a link proved on the registry's page, the status, a code sent again, everything erased."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.kit.own import USER_CODE
from tests.kit.served import Served, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SHOTS = os.environ.get("OWN_SHOTS", "")  # a folder, for whoever wants to look
PATIENT = 20_000


def shoot(page: Page, name: str) -> None:
    if not SHOTS:
        return
    for width, height in ((390, 844), (1440, 900)):
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=f"{SHOTS}/{name}-{width}.png")
    page.set_viewport_size({"width": 390, "height": 844})


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words).last.click(timeout=PATIENT)


def told(page: Page, words: str) -> None:
    expect(page.locator("#log .message.house").last).to_contain_text(words, timeout=PATIENT)


def to_own(page: Page) -> None:
    box = page.get_by_role("textbox")
    box.fill("menu")
    box.press("Enter")
    expect(page.get_by_role("button", name="Tài khoản của tôi").last).to_be_visible(timeout=PATIENT)
    press(page, "Tài khoản của tôi")
    told(page, "cần việc gì")


def prove(page: Page, code: str, person: dict[str, str]) -> None:
    """What the person does on the registry's own page, and on their phone beside it."""
    page.get_by_label("8 chữ").fill(code)
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("button", name="Không ai gửi, tôi tự mở").click()
    page.get_by_label("Số định danh cá nhân").fill(person["number"])
    page.get_by_label("Số điện thoại").fill(person["phone"])
    page.get_by_role("button", name="Gửi mã đến số này").click()
    expect(page.locator("h1")).to_contain_text("Gõ mã trong tin nhắn", timeout=PATIENT)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Mở điện thoại của người không có thật này").click()
    phone = opened.value
    for _ in range(30):
        if found := re.search(r"lien ket.* la (\d{6})\.", phone.locator("main").inner_text()):
            break
        phone.reload()
    else:
        pytest.fail("no SMS came")
    phone.close()
    page.get_by_label("Mã 6 số").fill(found[1])
    page.get_by_role("button", name="Xong").click()
    for box in page.locator("input[type=checkbox]").all():
        box.check()
    shoot(page, "consent")
    page.get_by_role("button", name="Đồng ý các mục đã chọn").click()
    expect(page.locator("h1")).to_contain_text("Quay lại cuộc trò chuyện", timeout=PATIENT)


@pytest.fixture
def house(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Served]:
    (tmp_path / "data").mkdir()
    for name in ("house.db", "registry.db"):
        shutil.copy(migrated_sqlite, tmp_path / "data" / name)
    with served(tmp_path) as running:
        yield running


def test_link_status_a_code_again_and_erase(house: "Served", chromium: "Browser", tmp_path: Path) -> None:
    ours = {"x-requested-with": "donghanh"}
    begun = httpx.post(f"{house.url}/tap-thu/begin", headers=ours, json={"exercise": "activate"}, timeout=60)
    person = begun.json()["loan"]["person"]
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(house.url)
    page.get_by_role("button", name="Bác", exact=True).click()
    told(page, "tới đâu")
    to_own(page)
    shoot(page, "own")
    press(page, "Xem tài khoản tới đâu")
    told(page, "chứng minh số điện thoại trước")
    press(page, "Chứng minh trên trang")
    told(page, "/lien-ket")
    shoot(page, "link")
    code = USER_CODE.findall(page.locator("#log .message.house").last.inner_text())[-1]
    with context.expect_page() as opened:
        page.locator("#log a").last.click()
    proving = opened.value
    prove(proving, code, person)
    proving.close()
    told(page, "đã nhận ra bác")
    press(page, "Xem tài khoản tới đâu")
    told(page, "đã được duyệt")
    shoot(page, "status")
    press(page, "Nhờ gửi lại mã")
    expect(page.locator("#log .message.house").last).to_contain_text(
        re.compile("đã gửi mã về số đã đăng ký|Ở đây nhờ gửi lại được từ"), timeout=PATIENT
    )
    shoot(page, "resend")
    to_own(page)
    press(page, "Dữ liệu của tôi ở đây")
    expect(page.get_by_role("button", name="Rút lại đồng ý")).to_be_visible(timeout=PATIENT)
    shoot(page, "privacy")
    press(page, "Xoá hết")
    expect(page.get_by_role("button", name="Đúng, xoá hết")).to_be_visible(timeout=PATIENT)
    shoot(page, "erase")
    press(page, "Đúng, xoá hết")
    told(page, "đã xoá xong")
    expect(page.locator("#log .message")).to_have_count(1)  # and nothing of it is left in view
    shoot(page, "erased")
    context.close()
    assert b"lien-ket" not in (tmp_path / "data" / "house.db").read_bytes()  # nothing of what was said is left
