"""A flow drawn for paper: the main way straight down the page, side branches indented under the place they leave from.

Only the first way to each place is drawn as a line; every other exit stands in its box as a number. So no two lines ever
cross, and a grey photocopy loses nothing.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from content.edition import Page, Way

WIDTH = 800  # px of the picture; on A4 it is printed at about 85 %
HEIGHT, GAP = 44, 13  # px: of a box, and between two
INDENT, DEEPEST = 40, 8  # px of a branch, and how many of them fit beside a box that can still be read
ROWS = 15  # of one piece, kept on one sheet
LETTER = 6.6  # px of a letter at the size of the words, on average


@dataclass(frozen=True, slots=True)
class Box:
    """A place in the picture: where it stands (px), its number and name, how its words begin, and what else it leads to."""

    page: Page
    x: int
    y: int
    width: int
    title: str
    cue: str
    below: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the picture that is kept on one sheet: from `top` px on, so many px high."""

    top: int
    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[str, ...]  # SVG path texts, each ending in an arrow; what lies outside the piece its frame cuts off


@dataclass(frozen=True, slots=True)
class _Row:
    """A place in its row. `straight`: come to from right above, by the main way."""

    name: str
    depth: int
    parent: str
    straight: bool


def picture(pages: list[Page], numbers: Mapping[str, str]) -> list[Piece]:
    """The pieces of a flow's picture. `numbers`: how each place of the book is numbered."""
    mine = {page.name: page for page in pages}
    parents = _parents(pages, mine)
    rows = list(_rows(mine, parents))
    at = {row.name: (index, row) for index, row in enumerate(rows)}
    boxes = [_box(mine[row.name], index, row, mine, parents, numbers) for index, row in enumerate(rows)]
    lines = tuple(_line(at[row.parent], (index, row)) for index, row in enumerate(rows) if row.parent)
    return [
        Piece(first * (HEIGHT + GAP), WIDTH, min(ROWS, len(rows) - first) * (HEIGHT + GAP) + GAP,
              tuple(boxes[first : first + ROWS]), lines)
        for first in range(0, len(rows), ROWS)
    ]  # fmt: skip


def _parents(pages: list[Page], mine: Mapping[str, Page]) -> dict[str, str]:
    """Place → the place whose exit leads to it first: along the first exits as far as they go, then breadth first."""
    parents: dict[str, str] = {}
    for root in pages:  # a flow may be entered at several places
        if root.name in parents:
            continue
        parents[root.name] = ""
        waiting = deque(_spine(root.name, mine, parents))
        while waiting:
            here = waiting.popleft()
            for way in _inside(mine[here], mine):
                if way.to not in parents:
                    parents[way.to] = here
                    waiting.append(way.to)
    return parents


def _spine(start: str, mine: Mapping[str, Page], parents: dict[str, str]) -> list[str]:
    """The main way: always the first exit that leads on inside the flow."""
    road = [start]
    while onward := [w.to for w in _inside(mine[road[-1]], mine)[:1] if w.to not in parents]:
        parents[onward[0]] = road[-1]
        road += onward
    return road


def _inside(page: Page, mine: Mapping[str, Page]) -> list[Way]:
    """Exits that stay inside the flow; visits are left out: they come back."""
    return [w for w in page.ways if w.to in mine and not w.back and w.to != page.name]


def _rows(mine: Mapping[str, Page], parents: Mapping[str, str]) -> Iterator[_Row]:
    """The places from top to bottom: after each its branches, and then the main way goes on."""
    children: dict[str, list[str]] = {}
    for name, parent in parents.items():
        children.setdefault(parent, []).append(name)
    waiting = [_Row(name, 0, "", straight=False) for name in reversed(children[""])]
    while waiting:
        row = waiting.pop()
        yield row
        ways = _inside(mine[row.name], mine)
        mains = [ways[0].to] if ways and parents[ways[0].to] == row.name else []
        deeper = min(row.depth + 1, DEEPEST)
        waiting += [_Row(name, row.depth, row.name, straight=True) for name in mains]
        branches = [name for name in children.get(row.name, ()) if name not in mains]
        waiting += [_Row(name, deeper, row.name, straight=False) for name in reversed(branches)]


def _box(
    page: Page, index: int, row: _Row, mine: Mapping[str, Page], parents: Mapping[str, str], numbers: Mapping[str, str]
) -> Box:
    x = row.depth * INDENT + 2
    width = WIDTH - x - 2
    title = f"{numbers[page.name]} {page.name.partition('.')[2]}"
    said = next((w.texts["bac"] for w in page.wordings if w.name == "say"), "").replace("\n", " ")
    cue = _short(said, int((width - 34) / LETTER - len(title) * 1.15))
    there = dict.fromkeys(
        f"{numbers[w.to]}{'↩' if w.back else ''}" for w in page.ways if parents.get(w.to) != page.name or w.back
    )
    came = next((w for w in mine[row.parent].ways if w.to == page.name), None) if row.parent else None
    parts = [f"bấm “{came.labels['vi']}”"] if came and "vi" in came.labels else [f"khi {came.exit}"] if came else []
    parts += [f"còn dẫn tới {'  '.join(there)}"] if there else []
    return Box(
        page, x, index * (HEIGHT + GAP) + GAP, width, title, cue, _short(" · ".join(parts), int((width - 20) / LETTER))
    )


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"


def _line(start: tuple[int, _Row], end: tuple[int, _Row]) -> str:
    """The main way: straight down. A branch: down beside it, and into the box from the left."""
    left = start[1].depth * INDENT
    top, to = start[0] * (HEIGHT + GAP) + GAP + HEIGHT, end[0] * (HEIGHT + GAP) + GAP
    if end[1].straight:
        return f"M{left + 12} {top}V{to}"
    return f"M{left + 27} {top}V{to + HEIGHT // 2}H{end[1].depth * INDENT + 2}"
