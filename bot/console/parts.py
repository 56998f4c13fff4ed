"""What the console is handed by whoever puts the house together, and knows no further."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.console.passwords import Cost, Passwords
from bot.message import Progress, Sentence
from bot.ports import Clock, Door, Wake
from flows.core.journey import Journey
from flows.notation import Book
from flows.speech import Talk
from storage.audit import AuditLog
from storage.store import Store
from storage.vault import Vault

Health = Callable[[], Awaitable[list[Sentence]]]


@dataclass(frozen=True, slots=True)
class Parts:
    """The ports and values of a console. `progress`: where a person is on their way;
    `label`: the words on the button of an exit of a place; `secure`: people come by HTTPS;
    `health`: each channel's check of itself, by its name; `held`: bots that do not send at the moment, and until when."""

    store: Store
    vault: Vault
    door: Door
    clock: Clock
    wake: Wake
    book: Book
    progress: Callable[[Talk, Journey], Progress]
    unit_name: str
    secure: bool
    label: Callable[[str, str], str] = lambda _, exit_: exit_
    unit_week: str = ""
    unit_code: str = ""
    health: Mapping[str, Health] = field(default_factory=dict)
    held: Callable[[], Mapping[tuple[str, str], datetime]] = dict
    counted: Callable[[str], None] = lambda _: None
    cost: Cost = field(default_factory=Cost)


@dataclass(frozen=True, slots=True)
class Room:
    """The parts, and what every page of the console shares."""

    parts: Parts
    audit: AuditLog
    passwords: Passwords
    closing: asyncio.Event = field(default_factory=asyncio.Event)
