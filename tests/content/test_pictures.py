"""The pictures of the screens: true to the documents, found from the places of the book, the same as their descriptions."""

import re
import struct
import subprocess
import sys
import tomllib
import unicodedata
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from bot.registry.steps import Level1, Registration
from content.catalogue import ROOT
from content.citations import DISAGREEMENT, publics, statements
from content.pictures import INDEX, PNG, for_practice_only, picture, picture_of, pictured_places
from content.pictures.draw import digest, drawings, entry, renderer
from content.pictures.letters import BOLD, PLAIN, NoGlyphError, missing, set_text, width
from content.pictures.palette import chunks
from content.pictures.screens import NAME, Act, Element, Frame, Holds, Kind, Screen, screens, shown_for, spots
from content.pictures.sketch import CAPTION, WIDE
from flows.core.activation import ALREADY_ACTIVATED, DONE, NOT_IDENTIFIED, Outcome, Step
from flows.notation import Choose
from flows.script import BOOK

HEAVIEST = 40 * 1024
READABLE = 34  # of 720: 14 px when the picture is shown 300 px wide
SVG = "{http://www.w3.org/2000/svg}"
ALL_SCREENS = list(screens().values())
ALL_SPOTS = list(spots().values())
EVERY_SCREEN = pytest.mark.parametrize("screen", ALL_SCREENS, ids=lambda s: s.id)
EVERY_PICTURE = pytest.mark.parametrize("id_", list(spots()))


def labels(screen: Screen) -> Iterator[str]:
    """Every word that stands on a screen as its own."""
    yield screen.title
    for element in screen.elements:
        yield from (element.label, *(option.label for option in element.options))


def label_at(screen: Screen, name: str) -> str:
    """The words on what a spot points at."""
    element = screen.element(name)
    return next((option.label for option in element.options if option.name == name), element.label)


@cache
def told_by(sources: tuple[str, ...]) -> str:
    """The words of the sources of a screen, without regard to capitals."""
    told = {id_: s.text for id_, s in statements().items()} | {id_: p.text for id_, p in publics().items()}
    return " ".join(told[id_] for id_ in sources if not DISAGREEMENT.fullmatch(id_)).casefold()


# --- the descriptions -----------------------------------------------------------------------------------------------------


def test_the_whole_way_from_the_shop_to_the_message_of_success_is_described() -> None:
    assert {s.flow for s in ALL_SCREENS} == {f"F{n}" for n in range(1, 16)}


@EVERY_SCREEN
def test_every_word_on_a_screen_stands_in_a_source_the_screen_names(screen: Screen) -> None:
    told = told_by(screen.sources)
    for label in labels(screen):
        for part in label.split(NAME):
            assert part.strip().casefold() in told, f"{screen.id}: no source has “{part}”"


def test_the_official_messages_are_those_of_the_documents_letter_by_letter() -> None:
    def said(id_: str) -> str:
        return next(e.label for e in screens()[id_].elements if e.kind in (Kind.NOTICE, Kind.SMS))

    assert said("activate_not_identified") == NOT_IDENTIFIED.words
    assert said("activate_already") == ALREADY_ACTIVATED.words
    assert said("activate_done") == DONE.words
    official = re.search("“(.*)”", statements()["S2-13"].text)
    assert official
    assert said("approval_sms") == re.sub("<.*>", NAME, official[1])


@EVERY_SCREEN
def test_a_screen_is_whole(screen: Screen) -> None:
    names = [name for element in screen.elements for name in element.names]
    assert len(names) == len(set(names)), "two things have one name"
    assert all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in (screen.id, *names))
    assert screen.ours
    assert screen.sources
    assert screen.spots, "a screen without a picture"
    for element in screen.elements:
        assert element.kind in (Kind.ICONS, Kind.TABS, Kind.CHECKBOXES) or not element.options
        speaks = element.name == "" or element.spoken or element.options
        assert speaks, f"{element.name} cannot be read aloud"
        assert all(option.spoken for option in element.options if option.name)


def test_nothing_that_is_typed_is_called_otherwise_than_the_registry_calls_it() -> None:
    typed = {e.name: e.holds for s in ALL_SCREENS for e in s.elements if e.kind is Kind.FIELD}
    secret = {name for name, holds in typed.items() if holds in (Holds.PASSWORD, Holds.PASSCODE, Holds.CODE)}
    answers = {"answer_1", "answer_2"}
    assert secret == {"password", "passcode", "code"}
    assert set(typed) - secret == {"number", "phone", "name", "born", "mail"} | answers


def test_no_field_shows_how_long_a_code_is_for_no_document_says() -> None:
    boxes = [(s.id, e.name) for s in ALL_SCREENS for e in s.elements if e.holds is Holds.PASSCODE]
    assert {name for _, name in boxes} == {"passcode"}


def test_every_step_of_the_registry_has_a_screen() -> None:
    without = [
        *(f"registration.{step.value}" for step in Registration if not shown_for("registration", "", step.value)),
        *(f"level1.{step.value}" for step in Level1 if not shown_for("level1", "", step.value)),
        *(f"activation.{step.value}" for step in Step if not shown_for("activation", "", step.value)),
    ]
    assert without == []


def test_an_outcome_with_a_screen_of_its_own_goes_before_the_step_that_is_waited_for() -> None:
    def shown(request: str, outcome: str, step: str) -> str:
        found = shown_for(request, outcome, step)
        return found.id if found else ""

    assert shown("activation", Outcome.NOTICE_OTHER_DEVICE.value, Step.CODE.value) == "other_device"
    assert shown("activation", Outcome.CODE_NOT_RIGHT.value, Step.CODE.value) == "activate_code"
    assert shown("registration", "not_passed", "form") == "register_not_passed"
    assert shown("registration", "goes_on", "form") == "register_fields"
    assert shown("level1", "no_nfc", "card") == "level1_qr"
    assert shown("level1", "goes_on", "nothing") == ""


def test_what_is_wrong_in_a_description_is_named_with_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("content.pictures.screens.DESCRIBED", tmp_path)
    written = '[one]\nflow = "F1"\nours = "x"\nsources = []\nspots = {}\nelements = [{ kind = "button", labl = "x" }]\n'
    (tmp_path / "bad.toml").write_text(written, encoding="utf-8")
    with pytest.raises(ValueError, match=r"bad\.toml, screen one: nothing is known of labl"):
        screens.__wrapped__()
    (tmp_path / "bad.toml").write_text(written.replace("labl", "label"), encoding="utf-8")
    (tmp_path / "worse.toml").write_text(written.replace("labl", "label"), encoding="utf-8")
    with pytest.raises(ValueError, match=r"worse\.toml: screen one is described twice"):
        screens.__wrapped__()


# --- the words that are read aloud ----------------------------------------------------------------------------------------


@EVERY_PICTURE
def test_what_is_read_aloud_says_what_is_drawn_and_where_to_press(id_: str) -> None:
    screen, spot = spots()[id_]
    assert spot.alt.startswith("Hình vẽ ")
    assert unicodedata.is_normalized("NFC", spot.alt)
    assert len(spot.alt) <= 220
    assert "!" not in spot.alt
    where = {Act.PRESS: r"(?i)bấm|gạt", Act.TYPE: "gõ", Act.LOOK: "Chỗ khoanh|Xem|Thấy", Act.HOLD: "giữ yên"}[spot.act]
    assert re.search(where, spot.alt)
    if screen.element(spot.at[0]).kind is not Kind.SMS:
        missing_labels = [label for name in spot.at if (label := label_at(screen, name)) and label not in spot.alt]
        assert missing_labels == []


def test_no_two_pictures_of_a_screen_read_alike() -> None:
    for screen in ALL_SCREENS:
        assert len({spot.alt for spot in screen.spots}) == len(screen.spots)


@EVERY_PICTURE
def test_whoever_types_a_secret_is_told_to_give_it_to_nobody(id_: str) -> None:
    screen, spot = spots()[id_]
    if any(screen.element(name).holds in (Holds.PASSCODE, Holds.CODE) for name in spot.at):
        assert "không đọc cho ai" in spot.alt or "không đưa cho ai" in spot.alt


# --- the places of the book -----------------------------------------------------------------------------------------------


def test_every_place_with_a_picture_is_in_the_book_and_every_picture_there_is() -> None:
    assert set(pictured_places()) <= set(BOOK.steps)
    assert set(pictured_places().values()) <= set(spots())


def test_every_picture_stands_in_the_book_or_is_named_for_practice_only() -> None:
    used = set(pictured_places().values())
    assert used | for_practice_only() == set(spots())
    assert used & for_practice_only() == set()


def test_what_is_pressed_in_the_picture_is_what_the_words_say_to_press() -> None:
    for place, id_ in pictured_places().items():
        screen, spot = spots()[id_]
        if spot.act is Act.PRESS:
            flow, _, name = place.partition(".")
            said = (ROOT / "vi" / flow / f"{name}.jinja").read_text(encoding="utf-8")
            assert all(label_at(screen, at) in said for at in spot.at), f"{place} does not say what {id_} shows"


def test_a_step_with_one_thing_to_press_or_type_in_the_app_has_a_picture() -> None:
    """Where the exits are "done" and "stuck" a person stands before a screen."""
    flows = ("install", "register", "level1", "activate")
    before_a_screen = {
        place
        for place, step in BOOK.steps.items()
        if isinstance(step, Choose) and {"done", "stuck"} <= set(step.exits) and place.partition(".")[0] in flows
    }
    # Where one logs out no document says.
    assert {place for place in before_a_screen if not picture_of(place)} == {"activate.logged_in"}


def test_a_picture_is_handed_out_with_everything_a_channel_needs() -> None:
    found = picture_of("activate.send")
    assert found == picture("activate_send")
    assert found is not None
    assert found.path.is_file()
    assert "“Gửi yêu cầu”" in found.alt
    assert (found.wide, found.high) == (720, 1180)
    assert found.digest == digest(found.path.read_bytes())


@pytest.mark.parametrize("place", ["activate.level", "welcome.start", "nowhere.at_all"])
def test_a_place_without_a_screen_has_no_picture(place: str) -> None:
    assert picture_of(place) is None


def test_whoever_runs_the_house_needs_none_of_the_tools_that_draw() -> None:
    asked = "import sys; from content.pictures import picture_of; assert picture_of('activate.code')"
    tools = "print(*{'fontTools', 'numpy', 'resvg_py', 'content.pictures.draw'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", f"{asked}; {tools}"], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""


# --- the files ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    return dict(drawings())


def test_there_is_a_file_for_every_description_and_no_other() -> None:
    assert {path.stem for path in PNG.glob("*.png")} == set(spots())
    assert {path.name for path in PNG.iterdir()} - {f"{id_}.png" for id_ in spots()} == {INDEX.name}


def test_every_file_is_what_its_description_makes_now(drawn: dict[str, str]) -> None:
    index = tomllib.loads(INDEX.read_text(encoding="utf-8"))
    assert list(index) == list(spots()), "run make pictures"
    for id_, svg in drawn.items():
        png = (PNG / f"{id_}.png").read_bytes()
        assert tomllib.loads(entry(id_, svg, png))[id_] == index[id_], f"{id_} is another now: run make pictures"


@EVERY_PICTURE
def test_a_picture_is_light_enough_for_a_weak_network(id_: str) -> None:
    assert (PNG / f"{id_}.png").stat().st_size <= HEAVIEST


@pytest.fixture(scope="module")
def render(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    return renderer(tmp_path_factory.mktemp("fonts"))


def pixels(png: bytes) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
    """What is seen of one of our own files: a row for each pixel, three columns."""
    parts = dict(chunks(png))
    wide = struct.unpack(">I", parts[b"IHDR"][:4])[0]
    rows = np.frombuffer(zlib.decompress(parts[b"IDAT"]), np.uint8).reshape(-1, wide + 1)
    return np.frombuffer(parts[b"PLTE"], np.uint8).reshape(-1, 3)[rows[:, 1:].ravel()].astype(np.int32)


def test_drawing_a_picture_again_gives_the_same_picture(drawn: dict[str, str], render: Callable[[str], bytes]) -> None:
    """Seen, not compared byte by byte: another processor may round a grey edge otherwise, another zlib pack otherwise."""
    again, kept = pixels(render(drawn["approval_words"])), pixels((PNG / "approval_words.png").read_bytes())
    assert again.shape == kept.shape
    assert np.abs(again - kept).mean() < 0.1


# --- the drawing ----------------------------------------------------------------------------------------------------------


def test_every_letter_that_is_drawn_is_in_the_font() -> None:
    written = "".join(label for screen in ALL_SCREENS for label in labels(screen)) + CAPTION
    assert missing(written, PLAIN) == ""
    assert missing(written, BOLD) == ""


def test_a_letter_the_font_does_not_have_is_refused_and_not_left_out() -> None:
    with pytest.raises(NoGlyphError, match="①"):
        set_text("① bấm vào đây", 0, 0, 40, "#000000")


def test_the_fonts_really_reach_the_renderer_in_both_weights(render: Callable[[str], bytes]) -> None:
    def ink(text: str, weight: int) -> bytes:
        told = set_text(text, 5, 50, 40, "#000000", weight=weight)
        paper = '<rect width="60" height="70" fill="#FFFFFF"/>'
        return render(f'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="70">{paper}{told}</svg>')

    shown = {ink(text, weight) for text in ("", "ẳ", "ễ", "ỗ", "ự") for weight in (PLAIN, BOLD)}
    assert len(shown) == 9, "each letter in each weight looks different, and nothing looks like nothing"


def test_a_picture_with_a_hole_in_it_is_refused(render: Callable[[str], bytes]) -> None:
    with pytest.raises(ValueError, match="seen through"):
        render('<svg xmlns="http://www.w3.org/2000/svg" width="60" height="70"></svg>')


def test_every_picture_says_that_it_is_only_drawn(drawn: dict[str, str]) -> None:
    assert [id_ for id_, svg in drawn.items() if svg.count(f">{CAPTION}</text>") != 1] == []


def test_every_word_can_be_read_and_stays_inside_its_frame(drawn: dict[str, str]) -> None:
    for id_, svg in drawn.items():
        edge = {Frame.PHONE: 62, Frame.COMPUTER: 46, Frame.TABLE: 20}[spots()[id_][0].frame]
        for text in ET.fromstring(svg).iter(f"{SVG}text"):
            words, size = text.text or "", float(text.attrib["font-size"])
            wide = width(words, size, int(text.attrib["font-weight"]))
            left = float(text.attrib["x"]) - (wide / 2 if text.attrib["text-anchor"] == "middle" else 0)
            assert words == CAPTION or size >= READABLE, f"{id_}: “{words}” is too small"
            assert words == CAPTION or (edge <= left and left + wide <= WIDE - edge), f"{id_}: “{words}” leaves it"


def test_only_what_is_pressed_is_told_in_words(drawn: dict[str, str]) -> None:
    def others(screen: Screen, at: tuple[str, ...]) -> Iterator[Element]:
        quiet = (Kind.NOTICE, Kind.APP, Kind.SENDER, Kind.SMS, Kind.ADDRESS, Kind.CARD)
        return (e for e in screen.elements if not (set(e.names) & set(at)) and not e.always and e.kind not in quiet)

    for id_, (screen, spot) in spots().items():
        told = " ".join(t.text or "" for t in ET.fromstring(drawn[id_]).iter(f"{SVG}text"))
        shown = [label_at(screen, name) for name in spot.at] + [screen.title]
        for element in others(screen, spot.at):
            assert not element.label or element.label in shown or element.label not in told, f"{id_}: {element.label}"


def test_no_colour_of_any_authority_is_used(drawn: dict[str, str]) -> None:
    house = {"#FBF8F3", "#FFFFFF", "#1F2A2E", "#5A666B", "#0B6B5E", "#E3F1EE", "#9A4A08", "#FDF0DF"}
    greys = {"#CFC9BE", "#E9E4DB"}
    assert {c for svg in drawn.values() for c in re.findall("#[0-9A-F]{6}", svg)} <= house | greys
