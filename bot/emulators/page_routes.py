"""The emulators' page and its assets, rendered once in a process however many emulators it runs."""

import functools
from pathlib import Path

from starlette.routing import Route

from bot.look.pages import Pages

PAGE = Path(__file__).parent / "page"


@functools.cache
def pages() -> Pages:
    return Pages(PAGE)


@functools.cache
def routes(product: str, title: str) -> tuple[Route, ...]:
    """The page at `/`, and the assets."""
    return pages().page("/", "emulator.html.jinja", product=product, title=title), pages().assets()
