"""What the practice page is made of: small, by our own rules, and whole: nothing that can be pressed or told is left out."""

import gzip
import json
import re
import unicodedata
from pathlib import Path

import pytest

from bot.channels import webchat
from bot.look.shelf import POLICY, shelf, templates
from bot.registry import steps, words
from bot.registry.loans import Start
from bot.registry.practice import page
from content.pictures.screens import Frame, Kind, screens
from flows.core import account, activation
from flows.script import BOOK
from flows.script.practice import MOVES
from tests.registry.office import IN_TESTS

SCRIPTS = sorted(path for folder in ("practice.js", "drill.js") for path in (page.PAGE / folder).iterdir())
DRAWN = json.loads(page.drawn())
# Outcomes of the core that the registry has no answer for: who names another phone reads the words of an account that is not
# identified, and a password where none is asked for is out of order.
NEVER_TOLD = ("phone_not_registered", "no_password_step")
HTML = (
    templates(page.PAGE, webchat.ASSETS)
    .get_template(page.TEMPLATE)
    .render(v="1" * 12, **page.values("Phường Mẫu"))
    .encode()
)


def test_the_first_view_is_under_forty_kilobytes_on_the_wire_with_its_fonts() -> None:
    mine = shelf(page.PAGE, webchat.ASSETS).assets
    wire = {name: _wire(mine[name].body) for name in re.findall(r'(?:href|src)="/assets/([\w.-]+)\?v=', HTML.decode())}
    assert set(wire) == {"tokens.css", "practice.css", "practice.js"}
    wire |= {name: len(asset.body) for name, asset in mine.items() if name.endswith(".woff2")}
    wire["html"] = _wire(HTML)
    assert sum(wire.values()) < 40 * 1024, wire
    later = {name: _wire(mine[name].body) for name in ("drill.js", "chat.css", "chat.js")}
    later["drawn"] = _wire(page.drawn())
    assert sum(later.values()) < 28 * 1024, later  # fetched when an exercise was chosen


def _wire(body: bytes) -> int:
    return len(gzip.compress(body, 9))


def test_nothing_stands_inline_and_nothing_is_of_an_authority() -> None:
    html = HTML.decode()
    assert "unsafe" not in POLICY
    assert re.findall(r"<script(?![^>]*\bsrc=)", html) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", html) == []
    assert "MÔ PHỎNG" in html
    assert "không phải VNeID, không phải công an" in html
    css = (page.PAGE / "practice.css").read_text(encoding="utf-8")
    assert re.findall(r"url\(|@import", css) == []
    colours = set(re.findall(r"#[0-9A-Fa-f]{3,8}\b", css))
    assert colours <= {"#FFFFFF", "#1F2A2E", "#5A666B"}, "colours come from tokens.css; these three are the paper's"


@pytest.mark.parametrize("part", SCRIPTS, ids=lambda path: path.name)
def test_the_script_is_written_for_phones_of_2018(part: Path) -> None:
    script = part.read_text(encoding="utf-8")
    younger = {
        "optional chaining": r"\?\.\w",
        "nullish": r"\?\?",
        "catch without a name": r"catch\s*\{",
        "finally of a promise": r"\.finally\(",
        "spread of an object": r"\{\s*\.\.\.\w",
        "later methods": r"\.(flat|flatMap|replaceAll|at|fromEntries|allSettled|matchAll|replaceChildren)\(",
        "markup from text": r"innerHTML|outerHTML|insertAdjacentHTML|document\.write",
        "what outlives the tab": r"localStorage|document\.cookie",
    }
    assert [name for name, sign in younger.items() if re.search(sign, script)] == []


def test_everything_that_can_be_pressed_on_a_screen_is_a_call_or_a_look() -> None:
    phone = (page.PAGE / "drill.js" / "2-phone.js").read_text(encoding="utf-8")
    acts = set(re.findall(r"^    (\w+): (?:putApp|asking|logIn|byQr|lookAgain|notHere|async)", phone, re.MULTILINE))
    acts |= set(re.findall(r'"(start|understood|continue|skip|portrait_taken)"', phone)) | {"level1"}
    looks = {
        "store",
        "search_tab",
        "search",
        "result",
        "go_to_log_in",
        "go_to_register",
        "go_to_menu",
        "go_to_activate",
        "activate",
        "back",
    }
    pressed = {Kind.BUTTON, Kind.LINK, Kind.ITEM, Kind.ICONS, Kind.TABS, Kind.NFC, Kind.CAMERA}
    apart = {"web", "prompt", "settings_nfc", "cards"}  # drawn in the book; the practice phone does not come there
    names = {
        name
        for screen in screens().values()
        if screen.flow not in page.BEYOND and screen.frame is Frame.PHONE and screen.id not in apart
        for element in screen.elements
        if element.kind in pressed and element.shape != "face"
        for name in element.names
    }
    assert names - acts - looks == set()


def test_every_answer_of_a_request_has_a_screen() -> None:
    shown = {answer for screen in DRAWN["screens"].values() for answer in screen.get("shows", ())}
    wanted = {f"registration.{step.value}" for step in steps.Registration}
    wanted |= {f"level1.{step.value}" for step in steps.Level1}
    wanted |= {f"activation.{step.value}" for step in activation.Step}
    assert wanted <= shown


def test_whatever_goes_wrong_is_explained() -> None:
    why = DRAWN["why"]
    fine = {"goes_on", "done", "code_sent", "submitted", "is_locked"}
    for kind, outcomes in (("registration", steps.RegistrationOutcome), ("level1", steps.Level1Outcome)):
        assert {one.value for one in outcomes} - fine - set(why[kind]) == set()
    fine = {"goes_on", "done", "out_of_order", "ended", "notice_activation", *NEVER_TOLD}
    assert {one.value for one in activation.Outcome} - fine - set(why["activation"]) == set()
    assert {"not_right", "locked"} == set(why["login"])
    assert set(why["counter"]) <= {one.value for one in steps.CounterOutcome}
    told = json.dumps(DRAWN, ensure_ascii=False)
    assert told == unicodedata.normalize("NFC", told)
    assert not re.search(r"!|lỗi của|không hợp lệ|vui lòng|thử lại sau", json.dumps(why, ensure_ascii=False))


def test_every_exercise_can_be_lent_and_has_a_first_word_in_the_chat() -> None:
    for exercise in page.exercises().values():
        assert exercise.start in {start.value for start in Start}
        assert exercise.first in ("phone", "desk")
        led = MOVES[f"practice.{exercise.name}"]
        assert led.to is not None
        assert BOOK.name(led.to).startswith("practice.start_")


def test_every_move_of_the_registry_is_followed_or_left_out_on_purpose() -> None:
    told = {f"account.{move.value}" for move in account.Move}
    told |= {f"registration.{step.value}" for step in (*steps.Registration, *steps.RegistrationOutcome)}
    told |= {f"level1.{step.value}" for step in (*steps.Level1, *steps.Level1Outcome)}
    told |= {f"activation.{step.value}" for step in (*activation.Step, *activation.Outcome)}
    told |= {f"login.{outcome.value}" for outcome in steps.LogIn} | {"login.out", "app.installed", "app.open"}
    followed = {move for move in MOVES if not move.startswith("practice.")}
    assert followed <= told
    unsaid = {move for move in told - followed if not move.endswith((".goes_on", ".out_of_order", ".ended"))}
    assert unsaid == {
        # Steps under which nobody has anything to press, or that the outcome beside them tells already.
        "level1.refused", "activation.number", "activation.level", "activation.device", "activation.notice_activation",
        # Locked accounts are not practised.
        "account.lock", "account.unlock", "login.locked", "level1.is_locked",
        *(f"activation.{outcome}" for outcome in NEVER_TOLD),
    }  # fmt: skip


def test_the_page_and_the_registry_agree_on_who_is_invented() -> None:
    drawing = (page.PAGE / "drill.js" / "1-drawing.js").read_text(encoding="utf-8")
    assert r'["number", /^000\d{9}$/], ["phone", /^0300\d{6}$/]' in drawing
    assert words.LABEL == "MÔ PHỎNG"
    assert IN_TESTS.people >= len(page.exercises())
