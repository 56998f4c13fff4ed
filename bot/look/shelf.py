"""What our pages are made of, read once: the assets by their name on the wire, and the templates that name them."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent
KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".woff2": "font/woff2"}

# Nothing from anywhere else, nothing inline: whoever got a word of theirs into a page still could not run or send anything.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


# Comments and indents are for us; a phone on a weak network pays for each of their letters. Only what begins a line goes, so
# no string is ever touched (our scripts have no strings over several lines).
NOTES = re.compile(rb"^[ \t]*(?:/\*(?:(?!\*/).)*\*/[ \t]*$|//[^\n]*$)|^[ \t]+|^\n", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served, not yet compressed."""

    body: bytes
    kind: str  # its Content-Type


@dataclass(frozen=True, slots=True)
class Shelf:
    """The assets of one page (ours and its own), and their version: it changes when any of them does."""

    assets: dict[str, Asset]
    version: str


def shelf(*folders: Path) -> Shelf:
    """The assets in `bot/look` and in these folders.

    A folder that has an asset's name (`chat.js/`) is one asset: its files joined in the order of their names. So a script is
    written in small files and fetched in one go, which on a weak network is the difference between arriving and not.
    """
    assets: dict[str, Asset] = {}
    for folder in (HERE, HERE / "fonts", *folders):
        for place in sorted(folder.iterdir()):
            kind = KINDS.get(place.suffix)
            if kind is not None:
                parts = sorted(place.iterdir()) if place.is_dir() else [place]
                body = b"\n".join(part.read_bytes() for part in parts)
                assets[place.name] = Asset(body if place.suffix == ".woff2" else NOTES.sub(b"", body), kind)
    digest = hashlib.sha256()
    for name in sorted(assets):
        digest.update(name.encode() + b"\0" + hashlib.sha256(assets[name].body).digest())
    return Shelf(assets, digest.hexdigest()[:12])


def templates(*folders: Path) -> Environment:
    """The templates in `bot/look` and in these folders. A name nobody gave is an error, and every value is escaped."""
    return Environment(
        loader=FileSystemLoader([*folders, HERE]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
