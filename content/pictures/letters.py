"""The letters of the pictures: the shipped fonts, measured for wrapping, and made ready for the renderer (dev only)."""

import html
import re
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

FONTS = Path(__file__).parents[2] / "bot" / "look" / "fonts"
FAMILY = "Be Vietnam Pro"
PLAIN, BOLD = 400, 600


class NoGlyphError(ValueError):
    """The font has no such letter: the renderer would leave it out in silence. Draw it as a path, or write otherwise."""


@cache
def font(weight: int) -> TTFont:
    """The shipped font of this weight."""
    return TTFont(FONTS / f"be-vietnam-pro-{weight}.woff2")


def missing(text: str, weight: int = PLAIN) -> str:
    """The letters of a text that the font does not have."""
    return "".join(sorted({c for c in text if ord(c) not in font(weight).getBestCmap()}))


def width(text: str, size: float, weight: int = PLAIN) -> float:
    """How wide a text runs, in the picture's units. NoGlyphError for a letter the font does not have."""
    if lacking := missing(text, weight):
        raise NoGlyphError(f"no glyph for {lacking!r} in “{text}”: draw it as a path, or write otherwise")
    cmap, advances = font(weight).getBestCmap(), font(weight)["hmtx"]
    return float(sum(advances[cmap[ord(c)]][0] for c in text)) * size / float(font(weight)["head"].unitsPerEm)


def wrapped(text: str, room: float, size: float, weight: int = PLAIN) -> list[str]:
    """A text in lines no wider than the room; what stands in brackets stays together. ValueError for a word too wide."""
    lines: list[str] = []
    for word in re.findall(r"\([^)]*\)|\S+", text):
        if width(word, size, weight) > room:
            raise ValueError(f"“{word}” is wider than the {room:.0f} units there are at size {size}")
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size, weight) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def set_text(
    text: str, x: float, y: float, size: float, colour: str, *, weight: int = PLAIN, anchor: str = "start"
) -> str:
    """One line of text as SVG, its base line at y."""
    width(text, size, weight)
    return (
        f'<text x="{x:g}" y="{y:g}" font-family="{FAMILY}" font-size="{size:g}" font-weight="{weight}" fill="{colour}" '
        f'text-anchor="{anchor}">{html.escape(text, quote=False)}</text>'
    )


def unpacked(folder: Path) -> list[str]:
    """The fonts as the renderer reads them (it knows no woff2), written into a folder; their paths."""
    paths = []
    for weight in (PLAIN, BOLD):
        whole = TTFont(FONTS / f"be-vietnam-pro-{weight}.woff2", recalcTimestamp=False)
        whole.flavor = None
        # Shipped without, to be small: the renderer silently takes no font that has no name 6, and joins weights by name 16.
        whole["name"].setName(f"BeVietnamPro-{weight}", 6, 3, 1, 0x409)
        whole["name"].setName(FAMILY, 16, 3, 1, 0x409)
        path = folder / f"{weight}.ttf"
        whole.save(path)
        paths.append(str(path))
    return paths
