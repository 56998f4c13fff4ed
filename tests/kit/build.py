"""Builds a house for a test: real database, real files, a clock that only moves when told."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.house import House
from bot.main import build
from bot.ports import Clock
from bot.registry.options import Options
from bot.settings import Settings
from content.catalogue import Catalogue
from content.completeness import needed
from flows.core.journey import Stage
from flows.notation import Book
from flows.script import BOOK
from flows.speech import Sign

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
WORDS = Path(__file__).parents[2] / "content"


class StillClock:
    """Time as the test says."""

    def __init__(self, now: datetime = NOON) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    async def sleep_until(self, moment: datetime) -> None:
        self.time = max(self.time, moment)

    def on(self, **more: float) -> None:
        self.time += timedelta(**more)


@contextlib.contextmanager
def house(
    url: str,
    folder: Path,
    *,
    book: Book = BOOK,
    words: Path = WORDS,
    clock: Clock | None = None,
    catalogue: Catalogue | None = None,
    serve: bool = False,
    simulated: Options | None = None,
    **more: Any,
) -> Iterator[House]:
    """A house over a database, its key in `folder`, with `more` settings; without a registry, if not said otherwise."""
    more.setdefault("registry_url", "none")
    more.setdefault("erasures_file", folder / "erasures.log")  # a PostgreSQL has no folder of its own
    settings = Settings(database_url=url, key_file=folder / "test.key", **more)
    with build(
        settings, clock=clock or StillClock(), book=book, words=words, catalogue=catalogue, serve=serve,
        simulated=simulated,
    ) as built:  # fmt: skip
        yield built


def plain_words(folder: Path, book: Book) -> Path:
    """Words for a book of a test: each line says its own name."""
    root = folder / "words"
    for place, lines in needed(book).items():
        flow, _, name = place.partition(".")
        file = root / "vi" / flow / f"{name}.jinja"
        file.parent.mkdir(parents=True, exist_ok=True)
        blocks = [f"{{% block {line} %}}{{# nhà · 2027-05 #}}{place} {line}{{% endblock %}}" for line in sorted(lines)]
        file.write_text("\n".join(blocks), encoding="utf-8")
    signs = "\n".join(f'{s.value} = ["{s.value} please"]' for s in Sign)
    stages = "\n".join(f'{s.value} = "{s.value}"' for s in Stage)
    (root / "vi" / "signs.toml").write_text(f"[signs]\n{signs}\n[stages]\n{stages}\n", encoding="utf-8")
    return root
