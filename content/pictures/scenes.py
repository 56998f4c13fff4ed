"""The elements that are more picture than words: icons, the camera, the card at the phone, a message (dev only)."""

from content.pictures import card, marks
from content.pictures.elements import LABEL, Drawn, Seen
from content.pictures.letters import BOLD, set_text, width, wrapped
from content.pictures.screens import NAME, Element
from content.pictures.shapes import LEADING, Box, bar, bold, circle, colour, paragraph, rect, stroke


def icons(element: Element, top: Box, seen: Seen) -> Drawn:
    """Rows of three; the last but one carries the first option, so that there are icons on both sides of it."""
    side, cell, row = 116, top.w / 3, 196
    told = {3 * element.lines - 2 - n: option for n, option in enumerate(element.options)}
    drawn, places = [], {}
    for n in range(3 * element.lines):
        box = Box(top.x + (n % 3) * cell + (cell - side) / 2, top.y + (n // 3) * row, side, side, 28)
        middle, option = box.x + side / 2, told.get(n)
        here = option is not None and option.name in seen.at
        drawn.append(rect(box, "leaf" if here else "dim"))
        if option is not None and here:
            drawn += [
                marks.glyph(element.shape, middle, box.y + side / 2),
                bold(option.label, middle, box.y + side + 46, LABEL, anchor="middle"),
            ]
        else:
            drawn.append(bar(middle - 44, box.y + side + 20, 88, thick=16, fill="dim"))
        if option is not None:
            wide = max(side + 24.0, width(option.label, LABEL, BOLD) + 12)
            places[option.name] = Box(middle - wide / 2, box.y - 4, wide, side + 66, 28)
    return Drawn("".join(drawn), element.lines * row - 30, places)


def tabs(element: Element, top: Box, seen: Seen) -> Drawn:
    """A row of buttons at the lower edge of the screen."""
    step = top.w / len(element.options)
    drawn, places = [stroke(f"M{top.x - 40:g} {top.y - 20:g} h{top.w + 80:g}", "grey", 3)], {}
    for n, option in enumerate(element.options):
        middle, here = top.x + (n + 0.5) * step, option.name != "" and option.name in seen.at
        drawn.append(rect(Box(middle - 23, top.y + 6, 46, 46, 12), "leaf" if here else "grey"))
        if here:
            drawn.append(bold(option.label, middle, top.y + 94, LABEL - 1, anchor="middle"))
        else:
            drawn.append(bar(middle - 44, top.y + 74, 88, thick=16))
        if option.name:
            wide = width(option.label, LABEL, BOLD) + 20
            places[option.name] = Box(middle - wide / 2, top.y, wide, 108, 28)
    return Drawn("".join(drawn), 130, places)


def camera(element: Element, top: Box, _: Seen) -> Drawn:
    """What the camera sees: a card whose QR stands in the corners of the frame, or a face in an oval."""
    ground = Box(top.x, top.y, top.w, 470, 28)
    x, y = ground.x + ground.w / 2, ground.y + ground.h / 2
    if element.shape == "face":
        body = f"M{x - 118:g} {y + 120:g} c0 -150 236 -150 236 0 a150 196 0 0 1 -236 0 Z"
        drawn = [rect(ground, "dim"), circle(x, y, 150, "card", high=196), stroke(body, "grey", 2, fill="grey")]
        drawn += [
            circle(x, y - 62, 74, "grey"),
            stroke(f"M{x - 26:g} {y - 68:g} h.01 M{x + 26:g} {y - 68:g} h.01", "ink", 12),
        ]
        drawn.append(stroke(f"M{x - 18:g} {y - 32:g} h36", "ink", 6))
        return Drawn("".join(drawn), ground.h, {element.name: Box(x - 150, y - 196, 300, 392, 150)})
    seen_card = Box(ground.x + 40, ground.y + 70, ground.w - 80, (ground.w - 80) * 0.63, 20)
    code = card.code_on(seen_card, "front").wider(16)
    grip = (seen_card.x + seen_card.w * 0.5, seen_card.y + seen_card.h - 50)
    return Drawn(rect(ground, "dim") + card.front(seen_card), ground.h, {element.name: code}, grip)


def nfc(element: Element, top: Box, _: Seen) -> Drawn:
    """The card against the back of a phone, or against its upper edge; its chip lies on the phone and is not seen."""
    on_back, middle = element.shape == "back", top.x + top.w / 2
    phone = Box(middle - 130, top.y + (10 if on_back else 150), 260, 470, 44)
    held = Box(middle - 176, phone.y + (176 if on_back else -120), 330, 208, 18)
    lens = "".join(circle(phone.x + 62, phone.y + 60 + n * 66, 25, "grey", line="ink", thick=5) for n in range(2))
    edge, y = held.x + held.w, held.y + 44
    waves = stroke(f"M{edge + 40:g} {y:g} q24 42 0 84 M{edge + 66:g} {y - 16:g} q32 58 0 116", "leaf", 8)
    shown = card.front(held, code=False) + card.hidden_chip(held)
    grip = (held.x + held.w * 0.5, held.y + held.h - 54)
    drawn = rect(phone, "dim", line="ink", thick=8) + lens + shown + waves
    return Drawn(drawn, 640, {element.name: held}, grip)


def video(_: Element, top: Box, __: Seen) -> Drawn:
    box = Box(top.x, top.y, top.w, 300, 28)
    x, y = box.x + box.w / 2, box.y + 150
    triangle = stroke(f"M{x - 18:g} {y - 30:g} L{x + 34:g} {y:g} L{x - 18:g} {y + 30:g} Z", "card", 6, fill="card")
    return Drawn(rect(box, "dim") + circle(x, y, 66, "soft") + triangle, 300)


def app(element: Element, top: Box, _: Seen) -> Drawn:
    name = bold(element.label, top.x + 146, top.y + 74, LABEL + 9)
    return Drawn(rect(Box(top.x, top.y, 116, 116, 28), "grey") + name, 116)


def sender(element: Element, top: Box, _: Seen) -> Drawn:
    x, y = top.x + 46, top.y + 46
    shoulders = stroke(f"M{x - 22:g} {y + 24:g} c0 -24 44 -24 44 0 Z", "soft", 3, fill="soft")
    name = bold(element.label, top.x + 112, y + 16, LABEL + 8)
    drawn = circle(x, y, 42, "dim") + circle(x, y - 10, 14, "soft") + shoulders + name
    return Drawn(drawn, 100, {element.name: Box(top.x - 2, top.y - 4, 340, 100, 40)})


def sms(element: Element, top: Box, _: Seen) -> Drawn:
    """A message letter by letter; the name in it is nobody's, so a grey bar stands there."""
    size, room, blank = 34, Box(top.x + 24, top.y + 20, top.w - 48), "n" * 12
    lines = wrapped(element.label.replace(NAME, blank), room.w, size)
    drawn = []
    for n, line in enumerate(lines):
        y = room.y + n * size * LEADING + size
        before, name, after = line.partition(blank)
        x, wide = room.x + width(before, size), width(blank, size)
        drawn.append(set_text(before, room.x, y, size, colour("ink")))
        if name:
            drawn.append(bar(x, y - size * 0.66, wide, thick=size * 0.66, fill="grey"))
            drawn.append(set_text(after.strip(), x + wide + width(" ", size), y, size, colour("ink")))
    box = Box(top.x, top.y, top.w, len(lines) * size * LEADING + 44, 30)
    return Drawn(rect(box, "dim") + "".join(drawn), box.h, {element.name: box})


def lying_card(element: Element, top: Box, _: Seen) -> Drawn:
    said, high = paragraph(element.label, top, LABEL)
    lying = Box(top.x, top.y + high + 16, top.w, top.w * 0.6, 26)
    drawn = card.front(lying) if element.shape == "front" else card.back(lying)
    return Drawn(said + drawn, high + 16 + lying.h, {element.name: card.code_on(lying, element.shape).wider(12)})
