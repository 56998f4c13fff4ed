"""The web chat's page in a real browser, before a house of cardboard: what a person sees, and what stays on their phone."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from playwright.sync_api import ConsoleMessage, Locator, Page, Request, expect
from playwright.sync_api import TimeoutError as NotYet

from bot.look.shelf import shelf
from tests.channels.page_stub import PAGE, UNIT, Stub, stub_house

LOOK = PAGE.parents[1] / "look"
SECRET = "mã của tôi là 482913"
CHOICES = (("arrived", "Mã về rồi"), ("not_arrived", "Chưa thấy mã"))


@pytest.fixture
def house() -> Iterator[Stub]:
    with stub_house() as stub:
        yield stub


@pytest.fixture
def chat(page: Page, house: Stub) -> Iterator[Page]:
    """A small phone. Whatever a test does: nothing is blocked by the policy, nothing fails, nothing goes elsewhere."""
    wrong: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
            wrong.append(message.text)

    def asked(request: Request) -> None:
        if not request.url.startswith((house.url, "data:")):
            wrong.append(f"asked elsewhere: {request.url}")

    page.on("console", heard)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", asked)
    page.set_viewport_size({"width": 360, "height": 640})
    yield page
    assert wrong == []


def come(chat: Page, house: Stub) -> None:
    """Open the page and wait until the talk is there and is being listened to."""
    before = len(house.listened)
    chat.goto(house.url)
    expect(chat.locator("#log .message").first).to_be_visible()
    house.until(lambda h: len(h.listened) > before)


def write(chat: Page, text: str) -> None:
    chat.get_by_label("Nhắn tin").fill(text)
    chat.keyboard.press("Enter")


def as_time_goes_by(chat: Page, seen: Locator) -> None:
    """Wait for it while the page's clock runs ahead: the network takes its own time, the page's patience takes none."""
    for _ in range(60):
        try:
            return seen.wait_for(timeout=250)
        except NotYet:
            chat.clock.fast_forward(5_000)
    raise AssertionError("it did not come, whatever the time")


def bubbles(chat: Page) -> list[str]:
    """The messages from top to bottom, without who says them and how they are doing."""
    return chat.locator("#log .bubble").evaluate_all(  # type: ignore[no-any-return]
        "all => all.map(b => [...b.querySelectorAll('p:not(.mark)')].map(p => p.textContent).join('\\n'))"
    )


def answering(said: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"text": f"Trả lời {said.get('text') or said['press']['exit']}", "choices": list(CHOICES)}]


# ---- its size, and what it is made of ----


def test_the_first_view_is_under_sixteen_kilobytes_on_the_wire(house: Stub) -> None:
    opened = json.dumps(house.open(), ensure_ascii=False).encode()
    parts = {"html": house.html, "open": opened}
    parts |= {name: house.shelf.assets[name].body for name in ("tokens.css", "chat.css", "chat.js")}
    wire = {name: len(gzip.compress(body, 9)) for name, body in parts.items()}
    print(wire, sum(wire.values()))
    assert sum(wire.values()) < 16 * 1024


def test_both_weights_of_the_font_are_small_and_have_every_letter_the_page_writes() -> None:
    vietnamese = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ"
    words = "".join(path.read_text() for path in [PAGE / "chat.html.jinja", *(PAGE / "chat.js").iterdir()])
    words = re.sub(r"(?m)^\s*(/\*\*?|\*|//).*$|//.*$", "", words)
    needed = {ord(letter) for letter in vietnamese + vietnamese.upper() + words if letter.isprintable()}
    for weight in (400, 600):
        path = LOOK / "fonts" / f"be-vietnam-pro-{weight}.woff2"
        assert path.stat().st_size < 16 * 1024
        missing = needed - set(TTFont(path).getBestCmap())
        assert {chr(code) for code in missing} == set()
    assert "SIL Open Font License" in (LOOK / "fonts" / "OFL.txt").read_text()


def test_the_font_arrives_and_is_used(chat: Page, house: Stub) -> None:
    come(chat, house)
    chat.wait_for_function("document.fonts.check('400 18px \"Be Vietnam Pro\"', 'Đồng Hành')")


@pytest.mark.parametrize("part", sorted(path.name for path in (PAGE / "chat.js").iterdir()))
def test_the_script_is_written_for_phones_of_2018(part: str) -> None:
    script = (PAGE / "chat.js" / part).read_text()
    younger = {
        "optional chaining": r"\?\.\w",
        "nullish": r"\?\?",
        "catch without a name": r"catch\s*\{",
        "finally of a promise": r"\.finally\(",
        "spread": r"\.\.\.\w",
        "regular expression of 2018": r"\(\?<",
        "later methods": r"\.(flat|flatMap|replaceAll|at|fromEntries|allSettled|matchAll|replaceChildren)\(",
        "later elements": r"<dialog|\.showModal",
        "markup from text": r"innerHTML|outerHTML|insertAdjacentHTML|document\.write",
    }
    assert [name for name, sign in younger.items() if re.search(sign, script)] == []


def test_comments_are_not_sent_and_nothing_else_is_lost(tmp_path: Path) -> None:
    (tmp_path / "x.js").mkdir()
    (tmp_path / "x.js" / "1.js").write_text(
        "/* us\n   only */\n  // us\n  var a = '/* kept */ // kept';  // at the end: kept\n"
    )
    (tmp_path / "x.js" / "2.js").write_text("/** us */\n\nvar b = 1 /\n2;\n")
    (tmp_path / "x.css").write_text("/* us */ a { b: c }\n/* us */\n")
    first = shelf(tmp_path)
    assert (
        first.assets["x.js"].body.split() == b"var a = '/* kept */ // kept'; // at the end: kept var b = 1 / 2;".split()
    )
    assert b"a { b: c }" in first.assets["x.css"].body
    (tmp_path / "x.css").write_text("a { b: d }")
    assert shelf(tmp_path).version != first.version


# ---- colours ----


def tokens(dark: bool) -> dict[str, str]:
    css = (LOOK / "tokens.css").read_text()
    light, after = css.split("@media (prefers-color-scheme: dark)", 1)
    found = dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6});", light))
    if dark:
        found |= dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6});", after.split("@media", 1)[0]))
    return found


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_has_four_and_a_half_to_one_on_what_it_stands_on(dark: bool) -> None:
    colours = tokens(dark)
    pairs = [
        *(("ink", ground) for ground in ("paper", "card", "leaf-tint", "sun-tint", "clay-tint")),
        *(("soft", ground) for ground in ("paper", "card")),
        *(("leaf", ground) for ground in ("paper", "card", "leaf-tint")),
        ("on-leaf", "leaf"),
        ("sun", "sun-tint"),
        *(("clay", ground) for ground in ("clay-tint", "card", "paper")),
    ]
    measured = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in pairs}
    assert {pair: value for pair, value in measured.items() if value < 4.5} == {}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_is_drawn_in_the_colours_of_the_persons_choice(chat: Page, house: Stub, dark: bool) -> None:
    chat.emulate_media(color_scheme="dark" if dark else "light")
    come(chat, house)
    drawn = chat.evaluate("(s => [s.backgroundColor, s.color])(getComputedStyle(document.documentElement))")
    assert drawn == [
        "rgb({}, {}, {})".format(*(int(tokens(dark)[name][at : at + 2], 16) for at in (1, 3, 5)))
        for name in ("paper", "ink")
    ]


# ---- talking ----


def test_who_runs_it_what_is_never_asked_and_how_far_one_is_stand_at_the_top(chat: Page, house: Stub) -> None:
    come(chat, house)
    expect(chat.get_by_role("heading", name=UNIT)).to_be_visible()
    expect(chat.get_by_text("Không bao giờ hỏi mã OTP, mật khẩu")).to_be_in_viewport()
    expect(chat.locator("#progress")).to_have_text("chặng 3/7 · Kích hoạt")
    expect(chat.locator("#dots .done")).to_have_count(2)
    expect(chat.locator("#dots i")).to_have_count(7)


def test_pressing_a_choice_sends_place_and_exit_and_leaves_no_old_button(chat: Page, house: Stub) -> None:
    house.answers = lambda said: [{"text": "Tốt rồi. Mã đã về chưa ạ?", "choices": list(CHOICES)}]
    come(chat, house)
    chat.get_by_role("button", name="Có rồi").click()
    expect(chat.get_by_role("button", name="Mã về rồi")).to_be_visible()
    assert house.said[0]["press"] == {"place": "activate.code", "exit": "yes"}
    assert bubbles(chat)[1:] == ["Có rồi", "Tốt rồi. Mã đã về chưa ạ?"]
    expect(chat.get_by_role("button", name="Chưa có")).to_have_count(0)


def test_a_double_click_on_a_choice_sends_once_and_does_not_press_the_next_one(chat: Page, house: Stub) -> None:
    house.answers = lambda said: [{"text": "Câu tiếp theo", "choices": [("a", "Chọn A"), ("b", "Chọn B")]}]
    come(chat, house)
    # Two presses before anything can have changed, and the second half of a double click on what came into its place.
    chat.get_by_role("button", name="Có rồi").evaluate("button => { button.click(); button.click(); }")
    chat.get_by_role("button", name="Chọn A").dispatch_event("click", {"detail": 2})
    expect(chat.get_by_role("button", name="Chọn A")).to_be_visible()
    chat.get_by_role("button", name="Menu").dispatch_event("click", {"detail": 2})
    write(chat, "xong")
    house.until(lambda h: len(h.said) == 2)
    assert [said.get("text") for said in house.said] == [None, "xong"]


def test_ones_own_message_shows_at_once_and_three_dots_while_the_answer_is_awaited(chat: Page, house: Stub) -> None:
    come(chat, house)
    house.may_answer.clear()
    write(chat, "Tôi chưa có mạng")
    expect(chat.locator(".me .bubble")).to_have_text("Tôi: Tôi chưa có mạng")
    expect(chat.locator("#typing")).to_be_visible()
    expect(chat.get_by_role("status").filter(has_text="đang trả lời")).to_have_count(1)
    house.until(lambda h: len(h.messages) == 2)
    house.may_answer.set()
    house.say("Không sao ạ.")
    expect(chat.locator("#typing")).to_be_hidden()
    expect(chat.locator("#spoken")).to_have_text("")
    assert bubbles(chat)[1:] == ["Tôi chưa có mạng", "Không sao ạ."]


@pytest.mark.parametrize(("name", "words"), [("Gặp người", "gặp người"), ("Dừng", "dừng"), ("Menu", "menu")])
def test_a_person_a_stop_and_the_menu_are_always_one_press_away(chat: Page, house: Stub, name: str, words: str) -> None:
    come(chat, house)
    button = chat.get_by_role("button", name=name, exact=True)
    expect(button).to_be_in_viewport(ratio=1)
    button.click()
    house.until(lambda h: len(h.said) == 1)
    assert house.said[0]["text"] == words


def test_labels_are_bold_only_two_addresses_are_links_and_markup_stays_text(chat: Page, house: Stub) -> None:
    come(chat, house)
    house.say(
        "Bấm “Kích hoạt” rồi xem https://vneid.gov.vn/huong-dan, hoặc https://dichvucong.gov.vn.\n"
        "Không vào https://vneid.gov.vn.la.com, https://vneid.gov.vn@la.com, http://vneid.gov.vn, https://la.com/vneid.gov.vn.\n"
        "<img src=x onerror=alert(1)> <b>đậm</b>"
    )
    bubble = chat.locator(".bubble").last
    expect(bubble.locator("strong")).to_have_text(["“Kích hoạt”"])
    links = bubble.locator("a")
    expect(links).to_have_text(["https://vneid.gov.vn/huong-dan", "https://dichvucong.gov.vn"])
    assert links.evaluate_all("all => all.map(a => [a.getAttribute('href'), a.rel, a.target])") == [
        ["https://vneid.gov.vn/huong-dan", "noopener noreferrer", "_blank"],
        ["https://dichvucong.gov.vn", "noopener noreferrer", "_blank"],
    ]
    expect(bubble.locator("p")).to_have_count(3)
    assert bubbles(chat)[-1].endswith("<img src=x onerror=alert(1)> <b>đậm</b>")
    expect(bubble.locator("img, b")).to_have_count(0)


@pytest.mark.parametrize(
    ("who", "mark", "words"),
    [
        ("person", None, "Cán bộ"),
        ("house", "stop", "Dừng lại, coi chừng lừa đảo"),
        ("house", "wait", "Đang chờ"),
        ("me", "removed", "Đã xoá vì có thông tin bí mật"),
    ],
)
def test_a_mark_is_an_icon_and_a_word_never_a_colour_alone(
    chat: Page, house: Stub, who: str, mark: str | None, words: str
) -> None:
    come(chat, house)
    house.say("Một câu", who=who, mark=mark)
    marked = chat.locator(".bubble").last.locator(".mark")
    expect(marked).to_have_text(words)
    expect(marked.locator("svg use")).to_have_count(1)


def test_while_an_officer_answers_the_page_says_so_and_shows_no_dots(chat: Page, house: Stub) -> None:
    come(chat, house)
    house.say("Cháu là Hạnh, cháu nghe đây ạ.", who="person")
    expect(chat.locator("#officer")).to_be_visible()
    write(chat, "Chào cháu")
    expect(chat.locator(".me")).to_have_count(1)
    expect(chat.locator(".pending")).to_have_count(0)
    expect(chat.locator("#typing")).to_be_hidden()
    house.say("Bây giờ mình đi tiếp nhé.")
    expect(chat.locator("#officer")).to_be_hidden()


def test_what_was_heard_is_acknowledged(chat: Page, house: Stub) -> None:
    come(chat, house)
    house.say("Hai")
    house.say("Ba")
    house.until(lambda h: bool(h.seen) and h.seen[-1] == 3)


# ---- weak networks ----


def test_a_message_not_sent_says_so_and_a_tap_sends_it_again_under_the_same_name(chat: Page, house: Stub) -> None:
    come(chat, house)
    house.refusals = [(503, 60)]
    write(chat, "Tôi bấm rồi")
    again = chat.get_by_role("button", name="Chưa gửi được – chạm để gửi lại")
    expect(again).to_be_visible()
    again.click()
    expect(again).to_have_count(0)
    expect(chat.locator(".pending")).to_have_count(0)
    assert [said["id"] for said in house.said] == [house.said[0]["id"]] * 2
    assert bubbles(chat)[1:] == ["Tôi bấm rồi"]


def test_a_busy_house_is_left_alone_for_as_long_as_it_asks(chat: Page, house: Stub) -> None:
    chat.clock.install()
    come(chat, house)
    house.refusals = [(429, 20)]
    write(chat, "Tôi bấm rồi")
    expect(chat.get_by_role("button", name="chạm để gửi lại")).to_be_visible()
    chat.clock.fast_forward(19_000)
    house.say("Vẫn đây ạ")
    expect(chat.get_by_text("Vẫn đây ạ")).to_be_visible()
    assert len(house.said) == 1
    chat.clock.fast_forward(2_000)
    house.until(lambda h: len(h.said) == 2)


def test_a_message_too_long_goes_back_to_the_field(chat: Page, house: Stub) -> None:
    come(chat, house)
    house.refusals = [(413, 0)]
    write(chat, "dài " * 50)
    chat.get_by_role("button", name="Dài quá nên chưa gửi – chạm để sửa lại").click()
    expect(chat.get_by_label("Nhắn tin")).to_have_value(("dài " * 50).strip())
    expect(chat.get_by_label("Nhắn tin")).to_be_focused()
    expect(chat.locator(".me")).to_have_count(0)
    expect(chat.get_by_role("button", name="Có rồi")).to_be_visible()


def test_the_house_goes_away_and_comes_back_and_everything_is_sent_once_in_order(chat: Page, house: Stub) -> None:
    house.answers = lambda said: [{"text": f"Nghe: {said['text']}"}]
    chat.clock.install()
    come(chat, house)
    house.away()
    words = ["một", "hai", "ba", "bốn"]
    for word in words:
        write(chat, word)
    expect(chat.locator("#cut")).to_be_visible()
    expect(chat.get_by_role("button", name="chạm để gửi lại")).to_have_count(1)
    expect(chat.get_by_text("Chờ gửi")).to_have_count(3)
    house.back()
    as_time_goes_by(chat, chat.get_by_text("Nghe: bốn"))
    expect(chat.locator("#cut")).to_be_hidden()
    assert [said["text"] for said in house.said] == words
    assert bubbles(chat)[1:] == [line for word in words for line in (word, f"Nghe: {word}")]
    assert chat.evaluate("sessionStorage.length") == 0


def test_a_reload_resumes_the_talk_and_sends_what_was_not_sent_under_the_same_name(chat: Page, house: Stub) -> None:
    come(chat, house)
    write(chat, "đã gửi")
    expect(chat.locator(".pending")).to_have_count(0)
    house.refusals = [(503, 600)]
    write(chat, "chưa gửi")
    expect(chat.get_by_role("button", name="chạm để gửi lại")).to_be_visible()
    chat.reload()
    expect(chat.locator(".me")).to_have_count(2)
    expect(chat.locator(".pending")).to_have_count(0)
    assert bubbles(chat)[1:] == ["đã gửi", "chưa gửi"]
    assert house.said[1]["id"] == house.said[2]["id"]
    assert chat.evaluate("sessionStorage.length") == 0


def test_an_answer_that_was_lost_on_the_way_leads_to_no_second_message(chat: Page, house: Stub) -> None:
    chat.clock.install()
    house.streaming = False
    come(chat, house)
    house.may_answer.clear()
    write(chat, "Một lần thôi")
    house.until(lambda h: len(h.said) == 1)
    house.away()
    house.may_answer.set()
    house.back()
    as_time_goes_by(chat, chat.locator(".me:not(.pending)"))
    expect(chat.locator(".pending")).to_have_count(0)
    assert bubbles(chat)[1:] == ["Một lần thôi"]
    assert len({said["id"] for said in house.said}) == 1


def test_a_gap_in_the_numbers_is_asked_for_and_repeats_are_dropped(chat: Page, house: Stub) -> None:
    come(chat, house)
    house.repeating = True
    house.say("Hai")
    expect(chat.get_by_text("Hai")).to_have_count(1)
    house.repeating = False
    house.swallowed = {3}
    house.say("Ba")
    house.say("Bốn")
    expect(chat.get_by_text("Bốn")).to_be_visible()
    assert bubbles(chat)[1:] == ["Hai", "Ba", "Bốn"]
    assert house.asked == [2]


def test_without_a_stream_the_page_asks_instead_and_later_tries_a_stream_again(chat: Page, house: Stub) -> None:
    chat.clock.install()
    house.streaming = False
    come(chat, house)
    chat.clock.fast_forward(1_500)
    house.until(lambda h: len(h.listened) == 2)
    house.say("Nghe được không ạ?")
    as_time_goes_by(chat, chat.get_by_text("Nghe được không ạ?"))
    house.say("Còn bây giờ?")
    as_time_goes_by(chat, chat.get_by_text("Còn bây giờ?"))
    expect(chat.locator("#cut")).to_be_hidden()
    assert len(house.listened) == 2
    house.streaming = True
    chat.clock.fast_forward(70_000)
    house.until(lambda h: len(h.listened) == 3)
    house.say("Bây giờ thì nhanh")
    expect(chat.get_by_text("Bây giờ thì nhanh")).to_be_visible()


def test_a_stream_that_went_deaf_is_noticed(chat: Page, house: Stub) -> None:
    chat.clock.install()
    come(chat, house)
    house.swallowed = {2}
    house.say("Ai nghe không?")
    as_time_goes_by(chat, chat.get_by_text("Ai nghe không?"))


def test_the_page_can_be_opened_before_the_house_is_there_again(chat: Page, house: Stub) -> None:
    chat.clock.install()
    come(chat, house)
    chat.route("**/chat/**", lambda route: route.abort())
    chat.reload()
    write(chat, "Có ai không")
    expect(chat.locator("#cut")).to_be_visible()
    chat.unroute_all()
    as_time_goes_by(chat, chat.locator(".me:not(.pending)"))
    assert bubbles(chat)[1:] == ["Có ai không"]


# ---- what stays on the phone ----


def test_a_secret_that_was_removed_is_nowhere_in_the_page_any_more(chat: Page, house: Stub) -> None:
    house.shield = lambda text: ("mã của tôi là [đã xoá]", "removed")
    come(chat, house)
    house.may_answer.clear()
    house.refusals = [(503, 0)]
    write(chat, SECRET)
    house.may_answer.set()
    again = chat.get_by_role("button", name="chạm để gửi lại")
    expect(again).to_be_visible()
    assert "482913" in chat.evaluate("JSON.stringify(sessionStorage)")
    again.click()
    bubble = chat.locator(".me.removed .bubble")
    expect(bubble).to_contain_text("Đã xoá vì có thông tin bí mật")
    expect(bubble).to_contain_text("[đã xoá]")
    assert "482913" not in chat.evaluate("document.documentElement.outerHTML")
    assert "482913" not in chat.evaluate("[...document.querySelectorAll('textarea,input')].map(f => f.value).join()")
    assert "482913" not in chat.evaluate("JSON.stringify(sessionStorage) + JSON.stringify(localStorage)")


def test_a_secret_accepted_leaves_storage_before_its_shielded_text_is_back(chat: Page, house: Stub) -> None:
    house.shield = lambda text: ("[đã xoá]", "removed")
    house.quiet_answers = True
    house.swallowed = {2}
    chat.clock.install()
    come(chat, house)
    write(chat, SECRET)
    chat.wait_for_function("sessionStorage.length === 0")
    house.until(lambda h: len(h.said) == 1)
    as_time_goes_by(chat, chat.locator(".me.removed"))
    assert "482913" not in chat.evaluate("document.documentElement.outerHTML")


def test_a_message_that_comes_by_the_stream_before_its_answer_leaves_storage_at_once(chat: Page, house: Stub) -> None:
    come(chat, house)
    house.may_answer.clear()
    write(chat, SECRET)
    expect(chat.locator(".me:not(.pending)")).to_have_count(1)
    assert chat.evaluate("sessionStorage.length") == 0


def test_being_forgotten_asks_once_and_then_begins_anew(chat: Page, house: Stub) -> None:
    come(chat, house)
    write(chat, "Tên tôi là Lan")
    expect(chat.locator(".pending")).to_have_count(0)
    chat.get_by_role("button", name="Tùy chọn").click()
    chat.get_by_role("button", name="Chữ to hơn").click()
    chat.get_by_role("button", name="Quên tôi trên máy này").click()
    expect(chat.get_by_text("Chắc chắn chưa ạ?")).to_be_focused()
    chat.get_by_role("button", name="Thôi, giữ lại").click()
    expect(chat.get_by_role("button", name="Quên tôi trên máy này")).to_be_focused()
    assert house.forgotten == 0
    chat.get_by_role("button", name="Quên tôi trên máy này").click()
    chat.get_by_role("button", name="Chắc chắn, quên đi").click()
    expect(chat.locator("#options-panel")).to_be_hidden()
    expect(chat.get_by_role("button", name="Có rồi")).to_be_visible()
    assert bubbles(chat) == ["Chào bác. Điện thoại của bác đã có mạng chưa ạ?"]
    assert house.forgotten == 1
    assert chat.evaluate("sessionStorage.length + localStorage.length") == 0
    house.say("Vẫn nghe được")
    expect(chat.get_by_text("Vẫn nghe được")).to_be_visible()


def test_a_second_tab_forgets_too(chat: Page, house: Stub) -> None:
    come(chat, house)
    other = chat.context.new_page()
    other.goto(house.url)
    write(chat, "Tên tôi là Lan")
    expect(other.get_by_text("Tên tôi là Lan")).to_be_visible()
    chat.get_by_role("button", name="Tùy chọn").click()
    chat.get_by_role("button", name="Quên tôi trên máy này").click()
    chat.get_by_role("button", name="Chắc chắn, quên đi").click()
    expect(other.get_by_role("button", name="Có rồi")).to_be_visible()
    expect(other.get_by_text("Tên tôi là Lan")).to_have_count(0)


def test_being_forgotten_without_a_network_is_not_claimed(chat: Page, house: Stub) -> None:
    come(chat, house)
    house.away()
    chat.get_by_role("button", name="Tùy chọn").click()
    chat.get_by_role("button", name="Quên tôi trên máy này").click()
    chat.get_by_role("button", name="Chắc chắn, quên đi").click()
    expect(chat.get_by_text("Chưa quên được vì mất mạng")).to_be_focused()


# ---- everyone ----


def test_the_whole_talk_can_be_walked_by_keyboard_alone(chat: Page, house: Stub) -> None:
    house.answers = answering
    come(chat, house)

    def walk() -> list[str]:
        """Tab from the top to the end; what was stood on, each with a ring of three pixels."""
        chat.evaluate("document.activeElement.blur()")
        names: list[str] = []
        while True:
            chat.keyboard.press("Tab")
            stood = chat.evaluate(
                "(e => e === document.body || e === document.documentElement ? null : [e.textContent.trim() || e.id,"
                " getComputedStyle(e).outlineStyle, getComputedStyle(e).outlineWidth])(document.activeElement)"
            )
            if stood is None or stood[0] in names:
                return names
            assert stood[1:] == ["solid", "3px"]
            names.append(stood[0])

    assert walk() == ["Tùy chọn", "Có rồi", "Chưa có", "text", "Gửi", "Gặp người", "Dừng", "Menu"]
    chat.get_by_role("button", name="Có rồi").focus()
    chat.keyboard.press("Enter")
    expect(chat.get_by_role("button", name="Mã về rồi")).to_be_visible()
    expect(chat.get_by_role("log")).to_be_focused()
    chat.keyboard.press("Tab")
    expect(chat.get_by_role("button", name="Mã về rồi")).to_be_focused()
    chat.get_by_label("Nhắn tin").focus()
    chat.keyboard.type("một dòng")
    chat.keyboard.press("Shift+Enter")
    chat.keyboard.type("hai dòng")
    chat.keyboard.press("Enter")
    house.until(lambda h: len(h.said) == 2)
    assert house.said[1]["text"] == "một dòng\nhai dòng"
    expect(chat.get_by_label("Nhắn tin")).to_be_focused()
    chat.get_by_role("button", name="Tùy chọn").focus()
    chat.keyboard.press("Space")
    expect(chat.get_by_role("button", name="Tùy chọn")).to_have_attribute("aria-expanded", "true")
    chat.keyboard.press("Tab")
    expect(chat.get_by_role("button", name="Chữ to hơn")).to_be_focused()
    chat.keyboard.press("Escape")
    expect(chat.get_by_role("button", name="Tùy chọn")).to_be_focused()
    expect(chat.locator("#options-panel")).to_be_hidden()


def test_enter_belongs_to_the_keyboard_while_it_composes_a_vietnamese_word(chat: Page, house: Stub) -> None:
    come(chat, house)
    field = chat.get_by_label("Nhắn tin")
    field.fill("tiê")
    field.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True, "cancelable": True})
    expect(field).to_have_value("tiê")
    field.press("Enter")
    expect(field).to_have_value("")
    house.until(lambda h: len(h.said) == 1)


def test_a_screen_reader_is_told_who_speaks_what_is_new_and_what_each_thing_is(chat: Page, house: Stub) -> None:
    come(chat, house)
    assert chat.evaluate("document.documentElement.lang") == "vi"
    log = chat.get_by_role("log", name="Cuộc trò chuyện")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(chat.get_by_role("group", name="Chọn một câu trả lời")).to_be_visible()
    expect(log.locator(".message").first).to_contain_text("Đồng Hành: Chào bác")
    for role in ("banner", "main", "contentinfo"):
        expect(chat.get_by_role(role)).to_have_count(1)
    chat.get_by_role("button", name="Tùy chọn").click()
    nameless = chat.evaluate(
        "[...document.querySelectorAll('button, textarea, input, a')].filter(e => e.offsetParent)"
        ".filter(e => !(e.getAttribute('aria-label') || (e.labels && e.labels.length && e.labels[0].textContent.trim())"
        " || e.textContent.trim())).length"
    )
    assert nameless == 0
    assert chat.locator("svg:not([hidden]):not([aria-hidden=true])").count() == 0


def test_everything_to_press_is_at_least_forty_eight_pixels_high_and_eight_apart(chat: Page, house: Stub) -> None:
    come(chat, house)
    boxes = chat.evaluate(
        "[...document.querySelectorAll('button, textarea')].filter(e => e.offsetParent)"
        ".map(e => e.getBoundingClientRect()).map(b => [b.width, b.height])"
    )
    assert all(width >= 48 and height >= 48 for width, height in boxes)
    tops = chat.locator("#choices .choice").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect()).map(b => [b.top, b.bottom])"
    )
    assert tops[1][0] - tops[0][1] >= 8


def overflows(chat: Page) -> list[str]:
    return chat.evaluate(  # type: ignore[no-any-return]
        "[...document.querySelectorAll('body *')].filter(e => e.offsetParent && !e.closest('.unseen, svg')"
        " && (e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1))"
        ".map(e => e.tagName + '.' + e.className)"
        ".concat(document.documentElement.scrollWidth > innerWidth ? ['the page'] : [])"
    )


@pytest.mark.parametrize("way", ["zoom", "letters"])
def test_at_twice_the_size_on_the_smallest_phone_nothing_goes_sideways_and_the_promise_stays(
    chat: Page, house: Stub, way: str
) -> None:
    house.say(
        "Bác mở “Kích hoạt định danh điện tử mức độ 2” rồi xem https://dichvucong.gov.vn/p/home/dvc-trang-chu.html"
    )
    house.say("Ai bảo đọc mã là lừa đảo.", mark="stop")
    house.say("Mã đã về chưa ạ?", *CHOICES)
    # 200 % of 320 px leaves 160; letters of twice the size leave 320, with 36 px a letter.
    chat.set_viewport_size({"width": 160, "height": 284} if way == "zoom" else {"width": 320, "height": 568})
    come(chat, house)
    if way == "letters":
        chat.evaluate("document.documentElement.style.fontSize = '36px'; dispatchEvent(new Event('resize'))")
    expect(chat.locator("html")).to_have_class(re.compile("tight.*narrow|narrow.*tight"))
    expect(chat.get_by_role("button", name="Chưa thấy mã")).to_be_in_viewport(ratio=1)
    chat.get_by_role("button", name="Tùy chọn").click()
    assert overflows(chat) == []
    chat.get_by_role("button", name="Tùy chọn").click()
    for place in ("0", "document.documentElement.scrollHeight / 2", "document.documentElement.scrollHeight"):
        chat.evaluate(f"scrollTo(0, {place})")
        if place != "0":
            expect(chat.locator(".promise")).to_be_in_viewport(ratio=1)
    expect(chat.get_by_role("button", name="Gặp người")).to_be_in_viewport(ratio=1)
    assert overflows(chat) == []


def test_larger_letters_are_remembered(chat: Page, house: Stub) -> None:
    come(chat, house)
    chat.get_by_role("button", name="Tùy chọn").click()
    chat.get_by_role("button", name="Chữ to hơn").click()
    expect(chat.get_by_role("button", name="Chữ to hơn")).to_have_attribute("aria-pressed", "true")
    chat.reload()
    expect(chat.locator("#log .message").first).to_have_css("font-size", "22px")
    assert overflows(chat) == []


def test_nothing_moves_for_those_who_asked_for_stillness(chat: Page, house: Stub) -> None:
    chat.emulate_media(reduced_motion="reduce")
    come(chat, house)
    house.may_answer.clear()
    write(chat, "Đợi")
    expect(chat.locator("#typing")).to_be_visible()
    assert chat.evaluate("document.getAnimations().length") == 0
    house.may_answer.set()


def test_more_contrast_makes_borders_and_quiet_text_as_dark_as_the_rest(chat: Page, house: Stub) -> None:
    chat.emulate_media(contrast="more")
    come(chat, house)
    ink = chat.evaluate("getComputedStyle(document.documentElement).color")
    expect(chat.locator("#progress")).to_have_css("color", ink)
    expect(chat.get_by_label("Nhắn tin")).to_have_css("border-top-color", ink)


def test_without_javascript_the_page_says_what_to_do(chat: Page, house: Stub) -> None:
    context = chat.context.browser
    assert context is not None
    plain = context.new_context(java_script_enabled=False).new_page()
    plain.goto(house.url)
    said = plain.locator("noscript .needs")
    expect(said).to_be_visible()
    # Playwright reads no text in a noscript, not even where there is no script.
    assert re.search(f"cần JavaScript.*gặp trực tiếp {UNIT}", said.evaluate("e => e.textContent"))
    expect(plain.get_by_text("Đang mở cuộc trò chuyện")).to_be_hidden()
    expect(plain.locator("button:visible, textarea:visible")).to_have_count(0)


def test_no_text_or_style_of_the_page_is_inline(house: Stub) -> None:
    html = house.html.decode()
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=", html)
    assert re.findall(r"(?:src|href)=\"(?!/assets/|/\"|#|data:)", html) == []


def test_the_tree_of_the_page_names_no_machine_and_no_index() -> None:
    for path in (*LOOK.rglob("*"), *PAGE.rglob("*")):
        if path.is_file() and path.suffix in {".css", ".js", ".jinja", ".py"}:
            assert not re.search(r"/home/|/work/|/opt/|/tmp/|pypi\.|registry\.", path.read_text()), path.name
