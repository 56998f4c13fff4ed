"""The screens drawn schematically: a picture for each place of the book that has one, with words to be read aloud."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from content.pictures.screens import spots

HERE = Path(__file__).parent
PNG = HERE / "png"
INDEX = PNG / "index.toml"
PLACES = HERE / "places.toml"
PRACTICE = "practice"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is sent: its file (PNG, at most 40 KB), its size in pixels, and `alt`, Vietnamese, what is on it
    and where to press. `digest` changes when the file does: a key for whoever keeps it, or a channel's copy of it."""

    id: str
    path: Path
    alt: str
    wide: int
    high: int
    digest: str


def picture_of(place: str) -> Picture | None:
    """The picture beside a place of the book ("activate.code"), or None where the person has no screen before them."""
    id_ = pictured_places().get(place)
    return picture(id_) if id_ else None


@cache
def picture(id_: str) -> Picture:
    """A picture by its id. KeyError if there is none."""
    written = _index()[id_]
    _, spot = spots()[id_]
    return Picture(id_, PNG / f"{id_}.png", spot.alt, int(written["wide"]), int(written["high"]), str(written["png"]))


@cache
def pictured_places() -> Mapping[str, str]:
    """Every place that has a picture, "flow.place" → the picture's id."""
    told = tomllib.loads(PLACES.read_text(encoding="utf-8"))
    return {
        f"{flow}.{place}": id_ for flow, places in told.items() if flow != PRACTICE for place, id_ in places.items()
    }


def for_practice_only() -> frozenset[str]:
    """Pictures of screens that only the practice phone shows: no document says how they look."""
    return frozenset(tomllib.loads(PLACES.read_text(encoding="utf-8"))[PRACTICE])


@cache
def _index() -> Mapping[str, Mapping[str, str | int]]:
    return tomllib.loads(INDEX.read_text(encoding="utf-8"))
