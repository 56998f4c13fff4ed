"""A person in a real browser before the real house: from the message to an activated account, with trouble on the way."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from content.catalogue import Catalogue
from flows.speech import Telling
from tests.kit.served import Served, start

WORDS = Catalogue()
# What this person answers, wherever it is offered; the first of these that is on show is pressed.
WAY = (
    "bac", "notice", "vneid", "start", "phone", "login_screen", "goes_on", "free", "read", "password", "success", "logged_in",
    "done", "next",
)  # fmt: skip


class Visitor:
    """The person: a page, and the house it talks to, which may fall over and come back."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page, self.folder = page, folder
        self.house: Served = start(folder)
        self.port = self.house.url.rpartition(":")[2]

    def fall(self) -> None:
        self.house.end()

    def rise(self) -> None:
        self.house = start(self.folder, PORT=self.port)

    def last(self) -> dict[str, Any]:
        cookies = {c["name"]: c["value"] for c in self.page.context.cookies()}
        answer = httpx.get(f"{self.house.url}/chat/messages?after=0", cookies=cookies)
        found: dict[str, Any] = answer.json()["messages"][-1]
        return found

    def button(self, label: str) -> Any:
        return self.page.get_by_role("button", name=label, exact=True)

    def press(self) -> str:
        """Press what this person would; the exit pressed."""
        before = self.last()
        place, choices = before["offer"]["place"], dict(before["offer"]["choices"])
        exit_ = next(e for e in WAY if e in choices)
        self.button(choices[exit_]).click()
        expect(self.page.locator("#log .message").last).to_be_visible()
        self.until(lambda: self.last()["n"] > before["n"])
        return f"{place} {exit_}"

    def until(self, true: Any) -> None:
        for _ in range(400):
            if true():
                return
            self.page.wait_for_timeout(25)
        raise AssertionError("it did not come to pass")


@pytest.fixture
def visitor(page: Page, tmp_path: Path) -> Iterator[Visitor]:
    page.set_viewport_size({"width": 360, "height": 640})
    visitor = Visitor(page, tmp_path)
    page.goto(visitor.house.url)
    expect(page.locator("#log .message").first).to_be_visible()
    yield visitor
    visitor.fall()


def test_a_person_walks_from_the_message_to_the_activated_account(visitor: Visitor) -> None:
    pressed = []
    for _ in range(40):
        place = visitor.last()["offer"]["place"]
        if place == "approval.when":
            before = visitor.last()["n"]
            visitor.page.get_by_label("Nhắn tin").fill("hôm qua")
            visitor.page.keyboard.press("Enter")
            visitor.until(lambda before=before: visitor.last()["n"] > before)
            continue
        if place == "after.safe_secrets":
            break
        pressed.append(visitor.press())
    assert "activate.end_screen success" in pressed
    told = WORDS.text("vi", "after.start", "say", Telling()).split("\n")[0]
    assert told[:20] in visitor.page.inner_text("#log")


def test_the_house_falls_over_and_the_person_is_at_the_same_step(visitor: Visitor) -> None:
    for _ in range(3):
        visitor.press()
    before = visitor.last()
    visitor.fall()
    visitor.page.get_by_label("Nhắn tin").fill("alo có ai không")
    visitor.page.keyboard.press("Enter")
    visitor.rise()
    visitor.until(lambda: visitor.last()["n"] > before["n"])
    assert visitor.last()["offer"]["place"] == before["offer"]["place"]
    assert visitor.page.inner_text("#log").count("alo có ai không") == 1
    visitor.page.reload()
    label = before["offer"]["choices"][0][1]
    expect(visitor.button(label)).to_be_visible()


def test_the_raw_code_is_nowhere_on_the_page_after_it_was_sent(visitor: Visitor) -> None:
    visitor.press()
    before = visitor.last()["n"]
    visitor.page.get_by_label("Nhắn tin").fill("ma otp la 482913")
    visitor.page.keyboard.press("Enter")
    visitor.until(lambda: visitor.last()["n"] > before)
    expect(visitor.page.get_by_text("[mã đã xoá]")).to_be_visible()
    everything = visitor.page.evaluate(
        "document.documentElement.outerHTML + JSON.stringify(sessionStorage) + JSON.stringify(localStorage)"
    )
    assert "482913" not in everything


def test_the_way_out_is_always_on_the_page(visitor: Visitor) -> None:
    for name in ("Gặp người", "Dừng", "Menu"):
        before = visitor.last()["n"]
        visitor.button(name).click()
        visitor.until(lambda before=before: visitor.last()["n"] > before)
        assert visitor.last()["offer"]["place"].startswith("everywhere.")
