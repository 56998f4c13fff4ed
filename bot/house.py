"""The house as a whole: every part, put together by `bot.main`, and what all of it reads from the words."""

import contextlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.delivery import Delivery
from bot.errands.errands import Errands
from bot.mailbox import ReadMailbox
from bot.ports import Channel, Clock, LocalWake
from bot.settings import Settings, UnitCard
from bot.turn import Turn
from bot.wording import Wording
from content import catalogue as catalogues
from content.catalogue import ROOT, Catalogue
from flows.core.journey import Stage
from flows.notation import Book
from storage import helped
from storage.store import Store, UnavailableError
from storage.vault import Vault

if TYPE_CHECKING:
    from bot.gateways.identity import Identity
    from bot.gateways.outside import Outside
    from bot.registry.late import LateRegistry

LEARN_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class House:
    """Every part, put together."""

    settings: Settings
    unit: UnitCard
    book: Book
    catalogue: Catalogue
    store: Store
    vault: Vault
    clock: Clock
    wake: LocalWake
    turn: Turn
    mailbox: ReadMailbox
    channels: Mapping[str, Channel]
    delivery: Delivery
    counts: Counter[str]
    outside: "Outside | None"
    registry: "LateRegistry | None"
    errands: Errands
    wording: Wording

    async def learn(self) -> None:
        """Every hour: what helped whom, so that it is offered first."""
        while True:
            with contextlib.suppress(UnavailableError):
                tallies = await self.store.read(helped.standing)
                self.wording.learn({way: (tally.tried, tally.helped) for way, tally in tallies.items()})
            await self.clock.sleep_until(self.clock.now() + LEARN_EVERY)

    @property
    def identity(self) -> "Identity | None":
        """The gateway to the registry; None: guidance only."""
        return self.outside.identity if self.outside else None


def signs(*tables: str, root: Path = ROOT) -> dict[str, dict[str, dict[str, str]]]:
    """Language → table → name → words, of the languages' `signs.toml`."""
    files = catalogues.signs(root)
    return {language: {table: told.get(table, {}) for table in tables} for language, told in files.items()}


def stage_names(root: Path = ROOT) -> dict[str, dict[Stage, str]]:
    """What the stretches of the way are called, by language."""
    files = catalogues.signs(root)
    return {language: {stage: told["stages"][stage.value] for stage in Stage} for language, told in files.items()}
