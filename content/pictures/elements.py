"""The elements of a form as we draw them: grey where nothing is to be done, their real words where one presses (dev only)."""

from dataclasses import dataclass, field

from content.pictures import marks
from content.pictures.letters import BOLD, width, wrapped
from content.pictures.screens import Element, Holds, Tone
from content.pictures.shapes import Box, bar, bars, bold, circle, paragraph, rect, stroke

LABEL = 37  # shown 300 px wide, a picture has its labels in 15 px
PRESSED = 40
LINE = 42  # from one grey line to the next


@dataclass(frozen=True, slots=True)
class Drawn:
    """An element as drawn: its SVG, how high it is, where the things lie that a spot may point at, and where a hand
    holds what is held there."""

    svg: str
    high: float
    places: dict[str, Box] = field(default_factory=dict)
    grip: tuple[float, float] = (0, 0)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a picture makes of an element: the names that are pointed at, and whether it was filled in before."""

    at: tuple[str, ...] = ()
    filled: bool = False

    def tells(self, element: Element) -> bool:
        """Whether its real words stand there."""
        return bool(element.label) and (element.always or element.name in self.at)


def edged(box: Box, here: bool) -> str:
    """The frame of something that can be filled in or pressed; strong where it is to be."""
    return rect(box, "card", line="ink" if here else "grey", thick=5 if here else 3)


def words_or_bar(element: Element, room: Box, seen: Seen) -> tuple[str, float]:
    """The real words, or a grey bar in the middle of one line's height; and how high that is."""
    if seen.tells(element):
        return paragraph(element.label, room, LABEL)
    return bar(room.x, room.y + 14, room.w * 0.8), 50


def block(element: Element, top: Box, _: Seen) -> Drawn:
    return Drawn(bars(top, element.lines), element.lines * LINE - 20)


def words(element: Element, top: Box, seen: Seen) -> Drawn:
    return Drawn(*(words_or_bar(element, top, seen) if seen.tells(element) else (bar(top.x, top.y, top.w * 0.8), 22)))


def notice(element: Element, top: Box, _: Seen) -> Drawn:
    """An official message letter by letter, or grey lines; the sign above says how it is meant."""
    inside = Box(top.x + 26, top.y + 32, top.w - 52)
    y, said, high = inside.y, [], 0.0
    if element.tone is not Tone.PLAIN:
        sign = marks.tick if element.tone is Tone.GOOD else marks.attention
        said.append(sign(inside.x + inside.w / 2, y + 36))
        y += 92
    if element.label:
        told, high = paragraph(element.label, Box(inside.x, y, inside.w), PRESSED, centred=True)
        said.append(told)
    if grey := element.lines if not element.label or element.lines > 1 else 0:
        said.append(bars(Box(inside.x, y + high + 14, inside.w), grey, centred=True))
        high += grey * LINE + 6
    box = Box(top.x, top.y, top.w, y + high + 30 - top.y, 28)
    ground = {Tone.GOOD: "leaf-tint", Tone.ATTENTION: "sun-tint", Tone.PLAIN: "paper"}[element.tone]
    return Drawn(rect(box, ground, line="grey", thick=3) + "".join(said), box.h, {element.name: box})


def text_field(element: Element, top: Box, seen: Seen) -> Drawn:
    here = element.name in seen.at
    label, high = "", 0.0
    if seen.tells(element):
        label, high = paragraph(element.label, top, LABEL)
        high += 8
    elif element.holds is not Holds.PASSCODE:
        label, high = bar(top.x, top.y + 8, top.w * 0.4, thick=18), 42
    box = Box(top.x, top.y + high, top.w, 88, 16)
    if element.holds is Holds.PASSCODE:
        boxes = [Box(top.x + n * (top.w + 14) / 6, box.y, (top.w - 70) / 6, 96, 14) for n in range(6)]
        drawn = "".join(edged(b, here) for b in boxes) + _caret(boxes[0])
        return Drawn(drawn, 96)
    inside = _caret(box) if here else ""
    if seen.filled:
        inside = bar(box.x + 24, box.y + 33, box.w * 0.55, fill="soft")
    return Drawn(label + edged(box, here) + inside, high + 88)


def _caret(box: Box) -> str:
    return stroke(f"M{box.x + 26:g} {box.y + 22:g} V{box.y + box.h - 22:g}", "leaf", 5)


def choice(element: Element, top: Box, seen: Seen) -> Drawn:
    here = element.name in seen.at
    box = Box(top.x, top.y, top.w, 88, 16)
    arrow = stroke(f"M{box.x + box.w - 62:g} {box.y + 36:g} l17 18 l17 -18", "ink" if here else "grey", 7)
    return Drawn(edged(box, here) + bar(box.x + 24, box.y + 33, box.w * 0.6) + arrow, 88)


def checkboxes(element: Element, top: Box, _: Seen) -> Drawn:
    """Boxes to tick, two to a row."""
    drawn, half = [], top.w / 2
    for n in range(len(element.options)):
        box = Box(top.x + n % 2 * half, top.y + n // 2 * 70, 46, 46, 10)
        drawn += [rect(box, "card", line="grey", thick=4), bar(box.x + 64, box.y + 12, half * 0.6)]
    return Drawn("".join(drawn), (len(element.options) + 1) // 2 * 70 - 24)


def switch(element: Element, top: Box, seen: Seen) -> Drawn:
    """A row with a switch that is on, as it shall be."""
    box = Box(top.x, top.y, top.w, 104, 20)
    track = Box(box.x + box.w - 136, box.y + 24, 108, 56, 28)
    said, _ = words_or_bar(element, Box(box.x + 28, box.y + 27, box.w - 200), seen)
    drawn = edged(box, element.name in seen.at) + rect(track, "leaf") + circle(track.x + 80, track.y + 28, 21, "card")
    return Drawn(drawn + said, 104, {element.name: box})


def button(element: Element, top: Box, seen: Seen) -> Drawn:
    here = element.name in seen.at
    if here and element.label:
        said, high = paragraph(element.label, Box(top.x + 24, top.y + 20, top.w - 48), PRESSED, "card", centred=True)
    else:
        said, high = bar(top.x + top.w * 0.3, top.y + 35, top.w * 0.4, fill="card" if here else "grey"), 52
    box = Box(top.x, top.y, top.w, high + 40, 38)
    return Drawn(rect(box, "leaf" if here else "dim") + said, box.h, {element.name: box})


def link(element: Element, top: Box, seen: Seen) -> Drawn:
    """Words that can be pressed; where they are to be, they are underlined."""
    middle = top.x + top.w / 2
    if not seen.tells(element):
        return Drawn(bar(middle - top.w * 0.2, top.y + 14, top.w * 0.4), 48)
    said, high = paragraph(element.label, top, LABEL, "leaf", centred=True)
    wides = [width(line, LABEL, BOLD) for line in wrapped(element.label, top.w, LABEL, BOLD)]
    step, room = high / len(wides), min(max(wides) + 36, top.w + 24)
    under = [f"M{middle - wide / 2:g} {top.y + step * (n + 1) - 2:g} h{wide:g}" for n, wide in enumerate(wides)]
    box = Box(middle - room / 2, top.y - 6, room, high + 18, 30)
    return Drawn(said + stroke(" ".join(under), "leaf", 4), high + 6, {element.name: box})


def item(element: Element, top: Box, seen: Seen) -> Drawn:
    here = element.name in seen.at
    said, high = words_or_bar(element, Box(top.x + 104, top.y + 24, top.w - 156), seen)
    box = Box(top.x, top.y, top.w, high + 48, 20)
    middle = box.y + box.h / 2
    icon = rect(Box(box.x + 24, middle - 29, 58, 58, 14), "leaf" if here else "grey")
    arrow = stroke(f"M{box.x + box.w - 40:g} {middle - 14:g} l14 14 l-14 14", "ink" if here else "grey", 6)
    return Drawn(edged(box, here) + icon + said + arrow, box.h, {element.name: box})


def rows(element: Element, top: Box, _: Seen) -> Drawn:
    """What the card told: a small word and what stands there, in grey."""
    box = Box(top.x, top.y, top.w, element.lines * 86 + 26, 24)
    drawn = [rect(box, "card", line="grey", thick=3)]
    for n in range(element.lines):
        y = top.y + 30 + n * 86
        drawn += [bar(top.x + 28, y, top.w * 0.26, thick=16)]
        drawn += [bar(top.x + 28, y + 28, top.w * (0.72, 0.5, 0.62)[n % 3], thick=24, fill="soft")]
    return Drawn("".join(drawn), box.h, {element.name: box})


def search(element: Element, top: Box, seen: Seen) -> Drawn:
    box = Box(top.x, top.y, top.w, 92, 46)
    here = element.name in seen.at
    glass = circle(box.x + 52, box.y + 42, 18, "", line="ink", thick=6)
    glass += stroke(f"M{box.x + 66:g} {box.y + 56:g} l16 16", "ink", 6)
    said = bold(element.label, box.x + 104, box.y + 60, PRESSED) if here else bar(box.x + 104, box.y + 35, box.w * 0.5)
    return Drawn(edged(box, here) + glass + said, 92, {element.name: box})


def address(element: Element, top: Box, seen: Seen) -> Drawn:
    box = Box(top.x, top.y, top.w, 88, 44)
    said = bold(element.label, box.x + 28, box.y + 56, LABEL - 2)
    return Drawn(edged(box, element.name in seen.at) + said, 88, {element.name: box})
