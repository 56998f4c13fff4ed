"""The registry's own pages of a link, in a real browser and as they are sent: plain, strict, and the same without JavaScript."""

import asyncio
import os
import re
import shutil
import unicodedata
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect
from starlette.applications import Starlette
from starlette.routing import Route

from bot.gateways.identity import Identity
from bot.gateways.linking import Begun, Linked, Linking, Over
from bot.http import HttpLanes
from bot.ports import SystemClock
from bot.registry.linking import ASSETS, PATH, PATHS, PHONE
from bot.registry.linking.pages import HERE
from tests.registry.linking_walk import ALL, begun
from tests.registry.office import IN_TESTS, Office, office
from tests.registry.running import in_thread

PHONE_SIZE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
SHOTS = os.environ.get("DONGHANH_SHOTS", "")


@dataclass
class Served:
    """A registry over HTTP, and the house that asks it."""

    url: str
    secret: str

    def begin(self) -> Begun:
        since = datetime.now(UTC) - timedelta(minutes=30)
        link = self._ask(lambda there: there.begin("telegram", since, ALL))
        assert isinstance(link, Begun)
        return link

    def poll(self, link: Begun) -> object:
        return self._ask(lambda there: there.poll(link.device_code))

    def lend(self) -> dict[str, str]:
        return dict(httpx.post(f"{self.url}/v1/loans", json={"start": "approved2"}).json()["person"])

    def _ask(self, question: Callable[[Linking], Awaitable[object]]) -> object:
        async def work() -> object:
            lanes = HttpLanes()
            try:
                return await question(
                    Linking(Identity(lanes.ask, f"{self.url}/v1", "donghanh", self.secret, SystemClock()))
                )
            finally:
                await lanes.close()

        # Playwright leaves its loop marked as running in this thread.
        held, found = asyncio._get_running_loop(), list[object]()
        asyncio._set_running_loop(None)
        try:
            found.append(asyncio.run(work()))
        finally:
            asyncio._set_running_loop(held)
        return found[0]


@pytest.fixture(scope="module")
def served(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("linking")
    shutil.copy(migrated_sqlite, folder / "registry.db")
    options = replace(IN_TESTS, phone_beside_page=True)
    with in_thread(f"sqlite:///{folder}/registry.db", options) as (url, registry):
        yield Served(url, registry.clients.secret("donghanh"))


def shoot(page: Page, name: str) -> None:
    """A picture at the sizes we look at, where somebody asked for pictures."""
    if SHOTS:
        for size, word in ((PHONE_SIZE, "phone"), (DESKTOP, "desktop")):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.screenshot(path=f"{SHOTS}/{name}-{word}.png", full_page=True)
        page.set_viewport_size(PHONE_SIZE)  # type: ignore[arg-type]


def title(page: Page, words: str) -> None:
    expect(page.locator("h1")).to_contain_text(words, timeout=15_000)


def walk_to_the_end(page: Page, person: dict[str, str]) -> None:
    """From the question who sent the link to the last page."""
    shoot(page, "2-asked")
    page.get_by_role("button", name="Không ai gửi, tôi tự mở").click()
    title(page, "Cho biết bạn là ai")
    shoot(page, "3-who")
    page.get_by_label("Số định danh cá nhân").fill("001 085 012345")
    page.get_by_label("Số điện thoại").fill(person["phone"])
    page.get_by_role("button", name="Gửi mã đến số này").click()
    expect(page.get_by_role("alert")).to_contain_text("chỉ nhận số của người không có thật", timeout=15_000)
    shoot(page, "3-who-refused")
    page.get_by_label("Số định danh cá nhân").fill(person["number"])
    page.get_by_label("Số điện thoại").fill(person["phone"])
    page.get_by_role("button", name="Gửi mã đến số này").click()
    title(page, "Gõ mã trong tin nhắn")
    shoot(page, "4-code")
    code = code_beside(page)
    page.get_by_label("Mã 6 số").fill("000001" if code != "000001" else "000002")
    page.get_by_role("button", name="Xong").click()
    expect(page.get_by_role("alert")).to_contain_text("Mã này chưa khớp", timeout=15_000)
    shoot(page, "4-code-wrong")
    page.get_by_label("Mã 6 số").fill(code)
    page.get_by_role("button", name="Xong").click()
    title(page, "được xem gì")
    assert page.locator("input[type=checkbox]:checked").count() == 0, "a yes is never filled in"
    page.get_by_role("button", name="Đồng ý các mục đã chọn").click()
    expect(page.get_by_role("alert")).to_contain_text("Chưa chọn mục nào", timeout=15_000)
    page.get_by_label("Tài khoản đang tới đâu").check()
    page.get_by_label("Báo khi có thay đổi").check()
    shoot(page, "5-consent")
    page.get_by_role("button", name="Đồng ý các mục đã chọn").click()
    title(page, "Quay lại cuộc trò chuyện")
    shoot(page, "6-done")


def code_beside(page: Page) -> str:
    """The code from the invented phone, which opens beside the page."""
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Mở điện thoại của người không có thật này").click()
    phone = opened.value
    for _ in range(30):
        found = re.search(r" la (\d{6})\.", phone.locator("main").inner_text())
        if found:
            shoot(phone, "4-phone")
            phone.close()
            return found[1]
        phone.reload()
    raise AssertionError("no SMS came")


def test_a_link_is_pressed_in_the_chat_and_walked_to_its_end(served: Served, chromium: Chromium) -> None:
    context = chromium.new_context(locale="vi-VN", viewport=PHONE_SIZE)  # type: ignore[arg-type]
    page, asked, wrong = context.new_page(), list[str](), list[str]()
    page.on("request", lambda request: asked.append(f"{request.url} {request.headers.get('referer', '')}"))
    page.on("console", lambda told: wrong.append(told.text) if told.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    link, person = served.begin(), served.lend()
    page.goto(link.uri_complete)
    expect(page.locator("#code")).to_have_value(link.user_code, timeout=15_000)
    assert page.url == f"{served.url}{PATH}", "the letters have left the address"
    shoot(page, "1-open")
    page.get_by_role("button", name="Tiếp tục").click()
    title(page, "Có ai gửi cho bạn đường dẫn này không?")
    expect(page.locator(".phrase")).to_have_text(link.phrase)
    walk_to_the_end(page, person)
    linked = served.poll(link)
    assert isinstance(linked, Linked)
    assert linked.scopes == {"status", "notices"}
    page.reload()
    title(page, "Quay lại cuộc trò chuyện")
    letters = link.user_code.replace("-", "")
    told = [one for one in asked if link.user_code in one.partition("#")[0] or letters in one.partition("#")[0]]
    assert told == [], "no address and no referrer has the code"
    assert all(one.endswith(" ") for one in asked), "no referrer at all"
    assert wrong == []


def test_whoever_was_sent_the_link_ends_it_and_the_pages_work_without_javascript(
    served: Served, chromium: Chromium
) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport=PHONE_SIZE)  # type: ignore[arg-type]
    page, link, person = context.new_page(), served.begin(), served.lend()
    page.goto(link.uri)
    page.locator("#code").fill("bcfg hjkl")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("alert")).to_contain_text("Không có liên kết nào", timeout=15_000)
    shoot(page, "1-open-wrong")
    page.locator("#code").fill(link.user_code.lower())
    page.get_by_role("button", name="Tiếp tục").click()
    title(page, "Có ai gửi")
    page.get_by_role("button", name="Có, có người gửi cho tôi").click()
    title(page, "Đã dừng. Không ai xem được gì.")
    shoot(page, "7-sent-to-me")
    assert page.locator("form").count() == 0
    assert served.poll(link) == Over("denied")
    link = served.begin()
    fresh = chromium.new_context(java_script_enabled=False, viewport=PHONE_SIZE).new_page()  # type: ignore[arg-type]
    fresh.goto(link.uri)
    fresh.locator("#code").fill(link.user_code)
    fresh.get_by_role("button", name="Tiếp tục").click()
    fresh.get_by_role("button", name="Không ai gửi, tôi tự mở").click()
    fresh.get_by_label("Số định danh cá nhân").fill(person["number"])
    fresh.get_by_label("Số điện thoại").fill(person["phone"])
    fresh.get_by_role("button", name="Gửi mã đến số này").click()
    fresh.get_by_label("Mã 6 số").fill(code_beside(fresh))
    fresh.get_by_role("button", name="Xong").click()
    fresh.get_by_label("Tài khoản đang tới đâu").check()
    fresh.get_by_role("button", name="Đồng ý các mục đã chọn").click()
    title(fresh, "Quay lại cuộc trò chuyện")


def test_a_thumb_reaches_everything_and_nothing_is_cut_on_a_small_phone(served: Served, chromium: Chromium) -> None:
    page = chromium.new_context(viewport={"width": 320, "height": 568}).new_page()
    link = served.begin()
    page.goto(link.uri_complete)
    page.get_by_role("button", name="Tiếp tục").click()
    title(page, "Có ai gửi")
    for step in ("asked", "who"):
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), step
        for box in [one.bounding_box() for one in page.locator("button, input:not([type=hidden])").all()]:
            assert box is not None
            assert box["height"] >= 48, step
        if step == "asked":
            page.get_by_role("button", name="Không ai gửi, tôi tự mở").click()
            title(page, "Cho biết")


def test_every_answer_of_a_page_is_strict_and_says_that_it_is_simulated(served: Served) -> None:
    for verb in ("GET", "HEAD"):
        answer = httpx.request(verb, served.url + PATH)
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        for part in (
            "default-src 'none'",
            "script-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ):
            assert part in policy
        assert "connect-src" not in policy
        wanted = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-content-type-options": "nosniff"}
        assert {name: answer.headers[name] for name in wanted} == wanted
        assert "noindex" in answer.headers["x-robots-tag"]
        assert "set-cookie" not in answer.headers
    html = httpx.get(served.url + PATH).text
    assert "MÔ PHỎNG" in html
    assert "Không phải VNeID, không phải công an" in html
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|https?://(?!www\.w3\.org)", html) == []
    for name in ("tokens.css", "link.css", "link.js", "be-vietnam-pro-400.woff2"):
        assert httpx.get(f"{served.url}{ASSETS}/{name}").status_code == 200
    assert httpx.get(f"{served.url}{ASSETS}/nothing.css").status_code == 404
    assert {PATH, PHONE} <= set(PATHS), "what a house with the registry inside passes on"


def test_the_invented_phone_is_no_page_where_it_was_not_asked_for(migrated_sqlite: Path, tmp_path: Path) -> None:
    shutil.copy(migrated_sqlite, tmp_path / "registry.db")
    with in_thread(f"sqlite:///{tmp_path}/registry.db") as (url, _):
        assert httpx.get(url + PHONE).status_code == 404


async def test_a_house_with_the_registry_inside_has_the_same_pages_under_the_same_paths(one_house: Office) -> None:
    inside = cast("httpx.ASGITransport", one_house.client._transport).app
    house = Starlette(routes=[Route(path, cast("Any", inside)) for path in PATHS])
    link = await begun(one_house)
    there = httpx.ASGITransport(app=house)
    async with httpx.AsyncClient(transport=there, base_url="http://house") as client:
        assert (await client.get(f"{ASSETS}/link.css")).headers["content-type"].startswith("text/css")
        assert (await client.get("/v1")).status_code == 404
        sent = await client.post(PATH, data={"step": "open", "code": link.user_code})
        assert (sent.status_code, sent.headers["location"]) == (303, PATH)
        assert link.phrase in (await client.get(PATH)).text


async def test_where_people_come_by_https_the_cookie_travels_only_so(migrated_sqlite: Path, tmp_path: Path) -> None:
    shutil.copy(migrated_sqlite, tmp_path / "registry.db")
    options = replace(IN_TESTS, public_url="https://so.example.vn/", link_seconds=1)
    async with office(f"sqlite:///{tmp_path}/registry.db", options) as house:
        link = await begun(house)
        assert (link.uri, link.interval) == (f"https://so.example.vn{PATH}", 1)
        sent = await house.client.post(PATH, data={"step": "open", "code": link.user_code})
        assert "Secure" in sent.headers["set-cookie"]


def test_the_words_are_ours_and_the_colours_are_the_houses() -> None:
    words = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("*.jinja"))
    assert words == unicodedata.normalize("NFC", words)
    plain = re.sub(r"\{[#%].*?[#%]\}|<[^>]+>", " ", words, flags=re.DOTALL)
    assert re.findall(r"không hợp lệ|vui lòng|lỗi của bạn|bước \d|ngay lập tức|chính thức", plain, re.IGNORECASE) == []
    assert "!" not in plain
    buttons = [re.sub(r"<[^>]+>", "", one) for one in re.findall(r"<button[^>]*>[^<]+", words)]
    assert buttons
    assert all(len(one) <= 60 for one in buttons)
    css = (HERE / "link.css").read_text(encoding="utf-8")
    assert re.findall(r"#[0-9A-Fa-f]{3,8}\b|url\(|@import", css) == []
