"""What is put on top of a screen: the ring, the hand, the hand that holds, the eye; and the signs of a notice (dev only)."""

from content.pictures.shapes import Box, at, circle, rect, stroke

# The tip of the finger stands at 0, 0.
_HAND = (
    "M-15 84 V14 a15 15 0 0 1 30 0 V66 V58 a14 14 0 0 1 28 0 V74 V68 a13.5 13.5 0 0 1 27 0 V84 V80 a12.5 12.5 0 0 1 25 0 "
    "V126 c0 38 -22 62 -58 62 H30 c-22 0 -35 -9 -48 -28 L-57 106 c-8 -13 8 -28 21 -19 L-15 104 Z"
)
_KNUCKLES = "M15 66 V98 M43 74 V98 M70 84 V100"
# A fist that holds something between the thumb in front and the fingers behind; the tip of the thumb stands at 0, 0.
_FIST = (
    "M-29 30 a29 29 0 0 1 58 0 V86 C42 70 84 68 94 90 C112 94 118 114 108 126 C120 134 118 156 104 162 "
    "C108 178 98 194 82 196 L78 262 H-34 L-38 196 C-62 164 -60 122 -29 104 Z"
)
_FINGERS = "M108 126 C94 132 78 132 64 128 M104 162 C92 166 78 166 66 162 M-15 36 a15 17 0 0 1 30 0"
FROM_BELOW, FROM_ABOVE, FROM_THE_RIGHT = -24, 204, -68


def ring(box: Box) -> str:
    """The ring around a spot, with a little air between."""
    return rect(box.wider(16), "", line="leaf", thick=10)


def hand(x: float, y: float, turn: float = FROM_BELOW) -> str:
    """A hand whose finger points at x, y."""
    return at(x, y, _solid(_HAND) + stroke(_KNUCKLES, "ink", 6), scale=0.84, turn=turn)


def holding(x: float, y: float) -> str:
    """A hand that holds something, the tip of its thumb at x, y."""
    return at(x, y, _solid(_FIST) + stroke(_FINGERS, "ink", 5), scale=0.92, turn=-16)


def _solid(path: str) -> str:
    return stroke(path, "card", 22) + stroke(path, "ink", 8, fill="card")


def eye(x: float, y: float) -> str:
    """An open eye on a leaf ground: only to be looked at."""
    ground = circle(0, 0, 46, "leaf", line="card", thick=8)
    return at(
        x, y, ground + stroke("M-30 0 Q0 -30 30 0 Q0 30 -30 0 Z", "card", 6) + circle(0, 0, 10, "card"), scale=0.84
    )


def tick(x: float, y: float) -> str:
    """Done."""
    return at(x, y, circle(0, 0, 36, "leaf") + stroke("M-16 1 l11 12 l21 -24", "card", 8))


def attention(x: float, y: float) -> str:
    """Asks for attention, by its shape and not by its colour alone."""
    return at(
        x, y, stroke("M0 -34 L40 32 H-40 Z", "sun", 8, fill="sun-tint") + stroke("M0 -10 V10 M0 22 h.01", "sun", 8)
    )


_GLYPHS = {
    "shop": "M-26 -10 h52 l-5 40 h-42 Z M-13 -10 v-6 a13 13 0 0 1 26 0 v6",
    "person": "M-13 -12 a13 13 0 1 0 26 0 a13 13 0 1 0 -26 0 M-26 30 c0 -32 52 -32 52 0",
    "": "M-18 -18 h.01 M18 -18 h.01 M-18 18 h.01 M18 18 h.01",
}


def glyph(shape: str, x: float, y: float) -> str:
    """What stands on an icon: nobody's trade mark. KeyError for a shape that nobody has drawn."""
    return at(x, y, stroke(_GLYPHS[shape], "card", 7 if shape else 18))
