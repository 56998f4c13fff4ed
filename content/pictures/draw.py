"""`python -m content.pictures.draw` remakes every picture from the descriptions (dev only: fonttools, numpy, resvg-py)."""

import hashlib
import struct
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import resvg_py

from content.pictures import INDEX, PNG
from content.pictures.letters import FAMILY, unpacked
from content.pictures.palette import shrunk
from content.pictures.screens import spots
from content.pictures.sketch import svg


def drawings() -> Mapping[str, str]:
    """Every picture's SVG by its id."""
    return {id_: svg(screen, spot) for id_, (screen, spot) in spots().items()}


def renderer(folder: Path) -> Callable[[str], bytes]:
    """SVG → PNG, with the shipped fonts and no other; they are unpacked into the folder and read there."""
    fonts = unpacked(folder)
    return lambda drawn: shrunk(
        resvg_py.svg_to_bytes(svg_string=drawn, skip_system_fonts=True, font_files=fonts, font_family=FAMILY)
    )


def digest(content: bytes) -> str:
    """A fingerprint, 16 letters."""
    return hashlib.sha256(content).hexdigest()[:16]


def entry(id_: str, drawn: str, png: bytes) -> str:
    """What the index says of a picture: how large it is, and the fingerprints of its drawing and of its file."""
    wide, high = struct.unpack(">II", png[16:24])
    prints = f'drawing = "{digest(drawn.encode())}"\npng = "{digest(png)}"'
    return f"[{id_}]\nwide = {wide}\nhigh = {high}\n{prints}\n"


def main() -> None:
    """Write every picture and the index anew, and take away what is described no more."""
    made = drawings()
    with tempfile.TemporaryDirectory() as folder:
        render = renderer(Path(folder))
        pictures = {id_: render(drawn) for id_, drawn in made.items()}
    for old in PNG.glob("*.png"):
        if old.stem not in pictures:
            old.unlink()
    for id_, png in pictures.items():
        (PNG / f"{id_}.png").write_bytes(png)
    told = "\n".join(entry(id_, made[id_], png) for id_, png in pictures.items())
    INDEX.write_text(f"# Written by `make pictures`.\n\n{told}", encoding="utf-8")
    heaviest = max(pictures, key=lambda id_: len(pictures[id_]))
    sys.stdout.write(f"{len(pictures)} pictures; the heaviest is {heaviest}, {len(pictures[heaviest])} bytes\n")


if __name__ == "__main__":
    main()
