"""A screen and a spot become one SVG: the phone, its elements from top to bottom, the ring and the hand (dev only)."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce
from typing import assert_never

from content.pictures import elements, marks, scenes
from content.pictures.elements import Drawn, Seen
from content.pictures.letters import set_text
from content.pictures.screens import Act, Element, Frame, Kind, Screen, Spot
from content.pictures.shapes import Box, bar, colour, paragraph, rect, stroke

CAPTION = "hình minh hoạ"
WIDE, PHONE_HIGH = 720, 1180
ROOM = {
    Frame.PHONE: Box(100, 116, 520, 940),
    Frame.COMPUTER: Box(84, 92, 552, 940),
    Frame.TABLE: Box(60, 50, 600, 1020),
}
GAP = {Frame.PHONE: 42, Frame.COMPUTER: 30, Frame.TABLE: 50}
TABS_HIGH = 130
TYPED = (Kind.FIELD, Kind.CHOICE, Kind.SEARCH, Kind.ADDRESS)

_DRAW: dict[Kind, Callable[[Element, Box, Seen], Drawn]] = {
    Kind.BLOCK: elements.block,
    Kind.WORDS: elements.words,
    Kind.NOTICE: elements.notice,
    Kind.FIELD: elements.text_field,
    Kind.CHOICE: elements.choice,
    Kind.CHECKBOXES: elements.checkboxes,
    Kind.SWITCH: elements.switch,
    Kind.BUTTON: elements.button,
    Kind.LINK: elements.link,
    Kind.ITEM: elements.item,
    Kind.ICONS: scenes.icons,
    Kind.TABS: scenes.tabs,
    Kind.ROWS: elements.rows,
    Kind.CAMERA: scenes.camera,
    Kind.NFC: scenes.nfc,
    Kind.VIDEO: scenes.video,
    Kind.SEARCH: elements.search,
    Kind.ADDRESS: elements.address,
    Kind.APP: scenes.app,
    Kind.SENDER: scenes.sender,
    Kind.SMS: scenes.sms,
    Kind.CARD: scenes.lying_card,
}


@dataclass(slots=True)
class Laid:
    """What has been drawn so far, where the named things lie, where one is held, and where the free room begins."""

    y: float
    svg: list[str] = field(default_factory=list)
    places: dict[str, Box] = field(default_factory=dict)
    grip: tuple[float, float] = (0, 0)


def svg(screen: Screen, spot: Spot) -> str:
    """The picture of a spot. ValueError if something does not fit, NoGlyphError for a letter the font does not have."""
    room, gap = ROOM[screen.frame], GAP[screen.frame]
    laid = Laid(room.y)
    if screen.title:
        drawn, used = paragraph(screen.title, room, 44)
        laid.svg.append(drawn)
        laid.y += used + gap - 6
    for element in screen.elements:
        _lay(element, screen, spot, room, laid)
    free = room.y + room.h - (laid.y - gap)
    if free < 0:
        raise ValueError(f"{spot.id}: the screen is {-free:.0f} units too high; take something away")
    if spot.act is Act.TYPE and screen.frame is Frame.PHONE and free > 290:
        laid.svg.append(_keys(Box(room.x - 24, room.y + room.h - 200, room.w + 48, 226)))
    laid.svg += _marks(screen, spot, laid)
    below = {Frame.PHONE: 0, Frame.COMPUTER: 230, Frame.TABLE: 40}[screen.frame]
    high = math.ceil(laid.y + below) if below else PHONE_HIGH
    caption = set_text(CAPTION, 60, high - 26, 30, colour("soft"))
    body = "\n".join((*_ground(screen.frame, high), *laid.svg, caption))
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{high}">\n{body}\n</svg>\n'


def _ground(frame: Frame, high: float) -> list[str]:
    paper = rect(Box(0, 0, WIDE, high, 0), "paper")
    match frame:
        case Frame.PHONE:
            body = rect(Box(52, 20, 616, high - 100, 76), "card", line="ink", thick=10)
            return [paper, body, bar(300, 52, 120, thick=14)]
        case Frame.COMPUTER:
            foot = high - 90
            stand = stroke(f"M300 {foot - 90:g} L280 {foot:g} H440 L420 {foot - 90:g} Z", "ink", 8, fill="dim")
            case = rect(Box(36, 36, 648, foot - 126, 28), "card", line="ink", thick=10)
            return [paper, stand, stroke(f"M220 {foot:g} H500", "ink", 10), case]
        case Frame.TABLE:
            return [paper]
    assert_never(frame)


def _lay(element: Element, screen: Screen, spot: Spot, room: Box, laid: Laid) -> None:
    """Draw an element under what is there already; a row of tabs keeps to the lower edge."""
    y = room.y + room.h - TABS_HIGH if element.kind is Kind.TABS else laid.y
    drawn = _DRAW[element.kind](element, Box(room.x, y, room.w), Seen(spot.at, _was_filled(element, screen, spot)))
    laid.svg.append(drawn.svg)
    laid.places |= {element.name: Box(room.x, y, room.w, drawn.high)} | drawn.places
    if element.name in spot.at:
        laid.grip = drawn.grip
    laid.y = y + drawn.high + GAP[screen.frame]


def _was_filled(element: Element, screen: Screen, spot: Spot) -> bool:
    """Whether a field was typed into before: one above what is pressed, or any on an officer's form. Links lead away."""
    if screen.frame is Frame.COMPUTER and spot.act is Act.LOOK:
        return True
    here = screen.element(spot.at[0])
    above = screen.elements.index(element) < screen.elements.index(here)
    return above and element.kind in TYPED and element.required and here.kind is not Kind.LINK


def _keys(box: Box) -> str:
    """A keyboard at the lower edge: here one types."""
    drawn, wide, step = [rect(box, "dim")], 42, 53
    for row, count in enumerate((10, 9, 8)):
        x = box.x + (box.w - count * step + step - wide) / 2
        drawn += [rect(Box(x + n * step, box.y + 20 + row * 66, wide, 54, 9), "card") for n in range(count)]
    return "".join(drawn)


def _marks(screen: Screen, spot: Spot, laid: Laid) -> list[str]:
    """The ring around the spot, and what is to be done there: a hand, a hand that holds, an eye."""
    boxes = [laid.places[name] for name in spot.at]
    if screen.frame is not Frame.TABLE:
        boxes = [reduce(Box.around, boxes)]
    kind, drawn = screen.element(spot.at[0]).kind, [marks.ring(box) for box in boxes]
    for box in boxes:
        match spot.act:
            case Act.PRESS | Act.TYPE:
                drawn.append(_hand(kind, box))
            case Act.HOLD:
                drawn.append(marks.holding(*laid.grip))
            case Act.LOOK if screen.frame is Frame.TABLE:
                drawn.append(marks.eye(box.x - 40, box.y + box.h + 4))
            case Act.LOOK:
                drawn.append(marks.eye(box.x + box.w - 2, box.y - 12))
            case _:
                assert_never(spot.act)
    return drawn


def _hand(kind: Kind, box: Box) -> str:
    """Where the finger touches: at the edge, so that no word is under it."""
    match kind:
        case Kind.TABS:
            return marks.hand(box.x + box.w / 2, box.y + 10, marks.FROM_ABOVE)
        case Kind.ICONS:
            return marks.hand(box.x + box.w - 34, box.y + 58, marks.FROM_THE_RIGHT)
        case Kind.LINK:
            return marks.hand(min(box.x + box.w - 6, 570), box.y + box.h - 2)
        case Kind.SWITCH:
            return marks.hand(box.x + box.w - 60, box.y + box.h * 0.62)
        case _:
            return marks.hand(box.x + box.w * 0.87, box.y + box.h - 20)
