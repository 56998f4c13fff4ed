"""The card as we draw it: grey, with a place for face, chip and QR, and nothing of any authority's (dev only)."""

from content.pictures.shapes import Box, bars, circle, rect, stroke

_DOTS = "1010011001 0110100101 1001011010 0101100110 1100101001".split()


def qr(box: Box) -> str:
    """What a QR code looks like from afar; it is none, and cannot be read."""
    n = box.w / 11
    drawn = [rect(box.wider(n), "card")]
    for row, dots in enumerate(_DOTS):
        for column, dot in enumerate(dots):
            x, y = (column + 1, row * 2 + 1) if dot == "1" else (column * 7 % 11, row * 2)
            drawn.append(rect(Box(box.x + x * n, box.y + y * n, n, n, 0), "ink"))
    for x, y in ((0, 0), (7, 0), (0, 7)):
        corner = Box(box.x + x * n, box.y + y * n, 4 * n, 4 * n, 0)
        drawn += [rect(corner.wider(n / 2), "card"), rect(corner, "ink")]
        drawn += [rect(corner.wider(-n * 0.8), "card"), rect(corner.wider(-n * 1.4), "ink")]
    return "".join(drawn)


def code_on(card: Box, side: str) -> Box:
    """Where the QR of a card stands: in front the upper right corner (P-qr-mat-truoc)."""
    size = card.h * 0.34
    return Box(card.x + card.w - size * 1.2, card.y + card.h * (0.09 if side == "front" else 0.2), size, size, 8)


def front(card: Box, *, code: bool = True) -> str:
    """The front of a card: a face and grey words, and on a chip card of 2021 the QR."""
    face = Box(card.x + card.w * 0.06, card.y + card.h * 0.36, card.w * 0.24, card.h * 0.52, 8)
    middle, low = face.x + face.w / 2, face.y + face.h
    shoulders = f"M{middle - face.w * 0.34:g} {low:g} a{face.w * 0.34:g} {face.h * 0.4:g} 0 0 1 {face.w * 0.68:g} 0 Z"
    return "".join((
        _ground(card),
        bars(Box(card.x + card.w * 0.16, card.y + card.h * 0.14, card.w * 0.5), 1, thick=card.h * 0.06),
        rect(face, "grey"),
        circle(middle, face.y + face.h * 0.36, face.w * 0.24, "card"),
        stroke(shoulders, "card", 2, fill="card"),
        bars(Box(card.x + card.w * 0.36, card.y + card.h * 0.54, card.w * 0.56), 3, thick=card.h * 0.065, gap=card.h * 0.065),
        qr(code_on(card, "front")) if code else "",
    ))  # fmt: skip


def back(card: Box) -> str:
    """The back of a card of 2024: the chip and the QR (P-qr-the-moi)."""
    plate = Box(card.x + card.w * 0.1, card.y + card.h * 0.24, card.w * 0.17, card.h * 0.24, 8)
    text = Box(card.x + card.w * 0.08, card.y + card.h * 0.72, card.w * 0.84)
    words = bars(text, 2, thick=card.h * 0.065, gap=card.h * 0.05)
    return _ground(card) + chip(plate) + words + qr(code_on(card, "back"))


def chip(plate: Box) -> str:
    """The chip, a small plate of metal."""
    lines = f"M{plate.x:g} {plate.y + plate.h / 2:g} h{plate.w:g} M{plate.x + plate.w / 2:g} {plate.y:g} v{plate.h:g}"
    return rect(plate, "grey", line="ink", thick=4) + stroke(lines, "ink", 3)


def hidden_chip(card: Box) -> str:
    """Where the chip is, seen from the front: on the other side, so only in dashes."""
    plate = Box(card.x + card.w * 0.73, card.y + card.h * 0.18, card.w * 0.17, card.h * 0.26, 8)
    return rect(plate, "", line="ink", thick=5).replace("/>", ' stroke-dasharray="11 9"/>')


def _ground(card: Box) -> str:
    return rect(card, "leaf-tint", line="ink", thick=6)
