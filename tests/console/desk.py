"""An invented commune with its school and class, its staff, and citizens who come: what the console's tests begin with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.house import House
from bot.message import Event, Taken, Typed
from content.catalogue import Catalogue
from flows.speech import Address, Opened
from storage import conversations, resends, staff, units
from storage.staff import Member, Role

WORDS = Catalogue()  # compiled once for all of them
COMMUNE, SCHOOL, CLASS, OTHER = "mau", "thcs-mau", "lop-6a", "khac"


def organise(unit: Connection) -> None:
    """root → commune "mau" → school → class, and beside it the commune "khac"."""
    units.found(unit, "Tỉnh Mẫu", "2-6 07:30-11:30 13:30-16:30")
    units.plant(unit, COMMUNE, "Phường Mẫu", "commune")
    units.plant(unit, SCHOOL, "Trường Mẫu", "school", COMMUNE)
    units.plant(unit, CLASS, "Lớp 6A", "class", SCHOOL)
    units.plant(unit, OTHER, "Phường Khác", "commune")
    for code in (COMMUNE, SCHOOL, CLASS, OTHER):
        units.open_door(unit, f"link {code}", code)


def unnoted(_: Connection, conversation_id: int, cause: str) -> None:
    """For tests that do not look at the audit."""


def hire(unit: Connection, login: str, role: Role, code: str, at: datetime, password: str = "x") -> Member:
    return staff.add(unit, login, f"Người {login}", role, code, password, at)


def citizen(name: str) -> Address:
    return Address("web", "main", name)


async def come(home: House, name: str, unit: str = COMMUNE) -> int:
    """A citizen opens the chat by the link of a unit; the conversation's id."""
    taken = await home.turn.take(Event(citizen(name), "open", Opened(unit)))
    home.store.write_now(lambda connection: units.of_conversation(connection, taken.conversation_id))
    return taken.conversation_id


@dataclass(slots=True)
class Citizen:
    """Somebody at the web chat, who names their messages by number."""

    home: House
    name: str
    said: int = 0

    async def says(self, what: Any) -> Taken:
        self.said += 1
        told = Typed(what) if isinstance(what, str) else what
        return await self.home.turn.take(Event(citizen(self.name), f"m{self.said}", told))

    async def shown(self) -> list[tuple[str, str]]:
        """The whole conversation: who, and the words."""
        messages, _ = await self.home.mailbox.after(citizen(self.name), 0)
        return [(m.who, m.text) for m in messages]


async def place_of(home: House, name: str) -> str:
    held = await home.store.read(lambda unit: conversations.find(unit, citizen(name)))
    assert held is not None
    return held.talk.place


def asked_for(unit: Connection, codes: int, at: datetime) -> None:
    """So many codes were asked for, each for somebody else."""
    for _ in range(codes):
        whom = conversations.new_id(at)
        resends.ask(unit, whom, whom, f"somebody {whom}", f"key {whom}", at)
