"""The plain shapes every picture is made of, in the colours of the house (dev only)."""

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from content.pictures.letters import BOLD, set_text, wrapped

TOKENS = Path(__file__).parents[2] / "bot" / "look" / "tokens.css"
GREYS = {"grey": "#CFC9BE", "dim": "#E9E4DB"}  # words that are not told, and their ground
LEADING = 1.34


@cache
def _colours() -> dict[str, str]:
    """The light colours of the house by name, from the one place where they stand."""
    light = TOKENS.read_text(encoding="utf-8").partition("@media")[0]
    return dict(re.findall(r"--([\w-]+): *(#[0-9A-Fa-f]{6})", light)) | GREYS


def colour(name: str) -> str:
    """A colour of the house; "" is none."""
    return _colours()[name] if name else "none"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in the picture's units, and how round its corners are."""

    x: float
    y: float
    w: float
    h: float = 0
    corner: float = 24

    def wider(self, by: float) -> "Box":
        """The same with so much more on every side."""
        return Box(self.x - by, self.y - by, self.w + 2 * by, self.h + 2 * by, max(0, self.corner + by))

    def around(self, other: "Box") -> "Box":
        """The smallest that holds both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        right, low = max(self.x + self.w, other.x + other.w), max(self.y + self.h, other.y + other.h)
        return replace(self, x=x, y=y, w=right - x, h=low - y)


def rect(box: Box, fill: str, *, line: str = "", thick: float = 0) -> str:
    """A rectangle; `line` is the colour of its edge."""
    corner = min(box.corner, box.w / 2, box.h / 2)
    return (
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.w:g}" height="{box.h:g}" rx="{corner:g}" fill="{colour(fill)}"'
        f"{_edge(line, thick)}/>"
    )


def circle(x: float, y: float, r: float, fill: str, *, high: float = 0, line: str = "", thick: float = 0) -> str:
    """A circle, or with `high` an ellipse that is so high above its middle."""
    return f'<ellipse cx="{x:g}" cy="{y:g}" rx="{r:g}" ry="{high or r:g}" fill="{colour(fill)}"{_edge(line, thick)}/>'


def _edge(line: str, thick: float) -> str:
    return f' stroke="{colour(line)}" stroke-width="{thick:g}"' if line else ""


def stroke(path: str, line: str, thick: float, *, fill: str = "") -> str:
    """A path drawn with a round line."""
    round_line = 'stroke-linecap="round" stroke-linejoin="round"'
    return f'<path d="{path}" fill="{colour(fill)}"{_edge(line, thick)} {round_line}/>'


def at(x: float, y: float, drawn: str, *, scale: float = 1, turn: float = 0) -> str:
    """Something drawn around 0, 0, put elsewhere."""
    turned = f" rotate({turn:g})" if turn else ""
    return f'<g transform="translate({x:g} {y:g}){turned} scale({scale:g})">{drawn}</g>'


def bar(x: float, y: float, w: float, *, thick: float = 22, fill: str = "grey") -> str:
    """One line of words that are not told."""
    return rect(Box(x, y, w, thick, thick / 2), fill)


def bars(box: Box, lines: int, *, thick: float = 22, gap: float = 20, centred: bool = False) -> str:
    """So many lines of words that are not told, the last one shorter."""
    longs = [box.w * (1, 0.94, 0.98)[n % 3] for n in range(lines - 1)] + [box.w * (0.62 if lines > 1 else 0.8)] * (
        lines > 0
    )
    shift = [(box.w - long) / 2 if centred else 0 for long in longs]
    return "".join(bar(box.x + shift[n], box.y + n * (thick + gap), long, thick=thick) for n, long in enumerate(longs))


def bold(text: str, x: float, y: float, size: float, fill: str = "ink", *, anchor: str = "start") -> str:
    """One bold line."""
    return set_text(text, x, y, size, colour(fill), weight=BOLD, anchor=anchor)


def paragraph(text: str, box: Box, size: float, fill: str = "ink", *, centred: bool = False) -> tuple[str, float]:
    """Bold words wrapped into a box from its upper edge; their SVG and their height."""
    lines = wrapped(text, box.w, size, BOLD)
    x, anchor = (box.x + box.w / 2, "middle") if centred else (box.x, "start")
    step = size * LEADING
    drawn = [bold(line, x, box.y + step * n + size * 0.95, size, fill, anchor=anchor) for n, line in enumerate(lines)]
    return "".join(drawn), step * len(lines)
