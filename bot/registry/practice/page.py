"""What the practice page is made of: its assets, and the drawings and words it fetches once."""

import gzip
import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from bot.look.pages import Pages
from content.pictures.screens import Element, Frame, Holds, Kind, Option, Screen, Tone, screens

HERE = Path(__file__).parent
PAGE = HERE / "page"
TEMPLATE = "practice.html.jinja"
PATH = "/tap-thu"
API = f"{PATH}/registry"
BEYOND = frozenset({"F15"})  # what comes after the activation is drawn in the book, and not practised
FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Exercise:
    """One thing to practise: how far the lent person's account is (`start`), whether they need a chip card, whether somebody
    else's account is activated on the phone, and which part of the page is opened first."""

    name: str
    title: str
    about: str
    start: str
    card: bool
    first: str
    neighbour: bool = False


@cache
def exercises() -> Mapping[str, Exercise]:
    """Every exercise by its name, in the order shown."""
    told = tomllib.loads((HERE / "exercises.toml").read_text(encoding="utf-8"))
    return {name: Exercise(name, **written) for name, written in told.items()}


@cache
def drawn() -> bytes:
    """The screens as the page draws them, why things go wrong, and what each exercise opens: JSON."""
    told = {
        "screens": {id_: _screen(screen) for id_, screen in screens().items() if screen.flow not in BEYOND},
        "why": tomllib.loads((HERE / "why.toml").read_text(encoding="utf-8")),
        "exercises": {
            e.name: {"title": e.title, "first": e.first, "neighbour": e.neighbour} for e in exercises().values()
        },
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def version() -> str:
    """Changes when the drawings or the words do."""
    return hashlib.sha256(drawn()).hexdigest()[:12]


def route() -> Route:
    """Where the page fetches them."""
    plain = drawn()
    zipped = gzip.compress(plain, 9, mtime=0)

    async def send(request: Request) -> Response:
        headers = {"cache-control": FOR_EVER, "vary": "accept-encoding"}
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(plain, media_type="application/json", headers=headers)
        return Response(zipped, media_type="application/json", headers={**headers, "content-encoding": "gzip"})

    return Route(f"{PATH}/screens.json", send, methods=["GET"])


def routes(pages: Pages, unit_name: str, registry: ASGIApp) -> list[BaseRoute]:
    """The page, its drawings, and the registry's API beneath it."""
    return [pages.page(PATH, TEMPLATE, **values(unit_name)), route(), Mount(API, app=registry)]


def values(unit_name: str) -> dict[str, Any]:
    """What the template needs."""
    return {
        "unit_name": unit_name, "beside": True, "base": PATH, "api": f"{API}/v1", "drawn": version(),
        "exercises": list(exercises().values()),
    }  # fmt: skip


def _screen(screen: Screen) -> dict[str, Any]:
    """A screen without what goes without saying."""
    told: dict[str, Any] = {"ours": screen.ours, "elements": [_element(e) for e in screen.elements]}
    if screen.title:
        told["title"] = screen.title
    if screen.shows:
        told["shows"] = list(screen.shows)
    if screen.frame is not Frame.PHONE:
        told["frame"] = screen.frame.value
    return told


def _element(element: Element) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": element.kind.value}
    plain = {"name": element.name, "label": element.label, "ours": element.ours, "shape": element.shape}
    told |= {name: value for name, value in plain.items() if value}
    if element.options:
        told["options"] = [_option(option) for option in element.options]
    if element.lines != 1:
        told["lines"] = element.lines
    if element.kind is Kind.FIELD and element.holds is not Holds.TEXT:
        told["holds"] = element.holds.value
    if element.tone is not Tone.PLAIN:
        told["tone"] = element.tone.value
    if not element.required:
        told["optional"] = True
    return told


def _option(option: Option) -> dict[str, str]:
    told = {"name": option.name, "label": option.label, "ours": option.ours}
    return {name: value for name, value in told.items() if value}
