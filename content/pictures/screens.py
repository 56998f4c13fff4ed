"""The screens of F1 to F15 as we draw them: read from `described/`, for whoever draws them and for the practice phone."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

DESCRIBED = Path(__file__).parent / "described"
NAME = "{name}"  # in an official message: where the person's own name stands


class Frame(Enum):
    """What the screen is of; TABLE is no screen: the card as it lies there."""

    PHONE = "phone"
    COMPUTER = "computer"
    TABLE = "table"


class Kind(Enum):
    """What an element is. ICONS, TABS and CHECKBOXES are their options, one thing each; nothing else has options, for
    what a CHOICE offers no document says and the registry does."""

    BLOCK = "block"  # `lines` of text that no document quotes
    WORDS = "words"
    NOTICE = "notice"  # what the screen says; with a label it is an official message
    FIELD = "field"
    CHOICE = "choice"  # one of a list
    CHECKBOXES = "checkboxes"
    SWITCH = "switch"
    BUTTON = "button"
    LINK = "link"
    ITEM = "item"  # a row of a list
    ICONS = "icons"  # `lines` rows of icons; `shape`: shop, person, or none
    TABS = "tabs"  # a row of buttons at the lower edge
    ROWS = "rows"  # what the card told, `lines` of it
    CAMERA = "camera"  # `shape`: qr, face
    NFC = "nfc"  # `shape`: back, top (where on the phone the card is held)
    VIDEO = "video"
    SEARCH = "search"
    ADDRESS = "address"
    APP = "app"
    SENDER = "sender"
    SMS = "sms"
    CARD = "card"  # `shape`: front, back (where its QR is)


class Holds(Enum):
    """What is typed into a field. PASSCODE is six boxes (S2-26); how long a code is no document says."""

    TEXT = "text"
    DIGITS = "digits"
    DAY = "day"
    MAIL = "mail"
    CODE = "code"
    PASSWORD = "password"
    PASSCODE = "passcode"


class Tone(Enum):
    """How a notice looks."""

    PLAIN = "plain"
    GOOD = "good"
    ATTENTION = "attention"


class Act(Enum):
    """What is to be done at a spot."""

    PRESS = "press"
    TYPE = "type"
    LOOK = "look"
    HOLD = "hold"  # the card or the face, before the phone


@dataclass(frozen=True, slots=True)
class Option:
    """One icon, one button of a row, one box to tick; see Element for `name`, `label` and `ours`."""

    name: str = ""
    label: str = ""
    ours: str = ""

    @property
    def spoken(self) -> str:
        """What it is called when it is read aloud; empty for one that is only drawn."""
        return self.label or self.ours


@dataclass(frozen=True, slots=True)
class Element:
    """One thing on a screen.

    `name` is the field or the press as the registry's API and the practice page call it. `label` is what stands on the
    screen, letter by letter; empty where no document says. `ours` says in our words what it is: to be read aloud, and
    shown in practice where there is no label. `always`: the label is drawn in every picture of the screen, not only
    where one is to press. `required` is false for a field that may stay empty.
    """

    kind: Kind
    name: str = ""
    label: str = ""
    ours: str = ""
    options: tuple[Option, ...] = ()
    lines: int = 1
    holds: Holds = Holds.TEXT
    shape: str = ""
    tone: Tone = Tone.PLAIN
    always: bool = False
    required: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """Its own name and those of its options: what a spot may point at."""
        return tuple(name for name in (self.name, *(option.name for option in self.options)) if name)

    @property
    def spoken(self) -> str:
        """What it is called when it is read aloud."""
        return self.label or self.ours


@dataclass(frozen=True, slots=True)
class Spot:
    """One picture of a screen: what is to be done and where. `id` names the picture, `at` the elements, `alt` is read
    aloud (Vietnamese)."""

    id: str
    at: tuple[str, ...]
    act: Act
    alt: str


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen. `flow` is F1 … F15; `title` as on the screen, or empty; `ours` what the screen is, in our words.

    `shows` names the answers of the registry it is drawn for, "registration.form", "activation.not_identified": the
    request, and a step or an outcome of it.
    """

    id: str
    flow: str
    ours: str
    sources: tuple[str, ...]
    elements: tuple[Element, ...]
    spots: tuple[Spot, ...]
    title: str = ""
    frame: Frame = Frame.PHONE
    shows: tuple[str, ...] = ()

    def element(self, name: str) -> Element:
        """The element of this name, or the one that has the option of this name. KeyError if there is none."""
        for element in self.elements:
            if name in element.names:
                return element
        raise KeyError(f"screen {self.id} has no element {name}")


@cache
def screens() -> Mapping[str, Screen]:
    """Every screen by its id, in the order of the way. ValueError names what is wrong in which file."""
    found: dict[str, Screen] = {}
    for path in sorted(DESCRIBED.glob("*.toml")):
        for id_, written in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if id_ in found:
                raise ValueError(f"{path.name}: screen {id_} is described twice; give one another id")
            try:
                found[id_] = _screen(id_, written)
            except (KeyError, TypeError, ValueError) as wrong:
                raise ValueError(f"{path.name}, screen {id_}: {wrong}") from wrong
    return MappingProxyType(found)


@cache
def spots() -> Mapping[str, tuple[Screen, Spot]]:
    """Every picture by its id, with the screen it is of. ValueError if two share an id."""
    pairs = [(screen, spot) for screen in screens().values() for spot in screen.spots]
    found = {spot.id: (screen, spot) for screen, spot in pairs}
    if len(found) != len(pairs):
        raise ValueError("two pictures have one id; see the spots in content/pictures/described")
    return MappingProxyType(found)


def shown_for(request: str, outcome: str, step: str) -> Screen | None:
    """The screen for an answer of the registry: `request` is registration, level1 or activation. What came of the press
    goes before what is waited for. Where the step is the one that was there before, the screen stays."""
    by_answer = _by_answer()
    return by_answer.get(f"{request}.{outcome}") or by_answer.get(f"{request}.{step}")


@cache
def _by_answer() -> Mapping[str, Screen]:
    return {answer: screen for screen in screens().values() for answer in screen.shows}


def _screen(id_: str, written: Mapping[str, Any]) -> Screen:
    plain = {k: v for k, v in written.items() if k in ("flow", "ours", "title")}
    _nothing_else(written, {*plain, "frame", "sources", "shows", "elements", "spots"})
    return Screen(
        id=id_,
        sources=tuple(written["sources"]),
        elements=tuple(_element(e) for e in written["elements"]),
        spots=tuple(_spots(written["spots"])),
        frame=Frame(written.get("frame", "phone")),
        shows=tuple(written.get("shows", ())),
        **plain,
    )


def _element(written: Mapping[str, Any]) -> Element:
    plain = {k: v for k, v in written.items() if k in ("name", "label", "ours", "lines", "shape", "always", "required")}
    _nothing_else(written, {*plain, "kind", "options", "holds", "tone"})
    return Element(
        kind=Kind(written["kind"]),
        options=tuple(Option(**option) for option in written.get("options", ())),
        holds=Holds(written.get("holds", "text")),
        tone=Tone(written.get("tone", "plain")),
        **plain,
    )


def _spots(written: Mapping[str, Mapping[str, Any]]) -> Iterator[Spot]:
    for id_, spot in written.items():
        _nothing_else(spot, {"at", "act", "alt"})
        yield Spot(id_, tuple(spot["at"]), Act(spot["act"]), spot["alt"])


def _nothing_else(written: Mapping[str, Any], known: set[str]) -> None:
    if unknown := sorted(set(written) - known):
        raise ValueError(f"nothing is known of {', '.join(unknown)}")
