"""The invented citizens of an emulator, their groups, and what each of their phones shows."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from bot.emulators.clock import Clock
from bot.emulators.journal import Journal

HOUSE = "house"  # who wrote a line: the account under test, or a person's id


@dataclass(slots=True)
class Line:
    """One thing that a phone shows. `extra` holds what a kind has besides its text, as JSON values."""

    number: int
    at: int
    who: str
    kind: str
    text: str
    message_id: str
    extra: dict[str, Any] = field(default_factory=dict)

    def line(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "at": self.at,
            "who": self.who,
            "kind": self.kind,
            "text": self.text,
            "message_id": self.message_id,
            **self.extra,
        }


@dataclass(slots=True)
class Person:
    """An invented citizen. `id` is how this platform's account knows them."""

    id: str
    name: str
    traits: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Chat:
    """A conversation as its members see it: with one person, or a group."""

    id: str
    name: str
    members: list[str]
    group: bool = False
    reached: bool = False  # whether the account has ever been written to here
    typing_until: int = 0  # ms
    lines: list[Line] = field(default_factory=list)

    def by_id(self, message_id: str) -> Line | None:
        return next((line for line in self.lines if line.message_id == message_id), None)


class NobodyError(Exception):
    """There is no such person or group; the text says which was asked for."""


class Phones:
    """All the people and conversations. Every new line is journaled as "shown"."""

    def __init__(self, clock: Clock, journal: Journal) -> None:
        self._clock, self._journal = clock, journal
        self.people: dict[str, Person] = {}
        self.chats: dict[str, Chat] = {}

    def person(self, id: str) -> Person:  # noqa: A002 - what both platforms call it
        try:
            return self.people[id]
        except KeyError as error:
            raise NobodyError(f"There is no person with the id “{id}”.") from error

    def chat(self, id: str) -> Chat:  # noqa: A002
        try:
            return self.chats[id]
        except KeyError as error:
            raise NobodyError(f"There is no conversation with the id “{id}”.") from error

    def meet(self, person: Person) -> Chat:
        """A new person, with an empty conversation of their own."""
        self.people[person.id] = person
        chat = self.chats[person.id] = Chat(person.id, person.name, [person.id])
        self._journal.note("person", id=person.id, name=person.name)
        return chat

    def gather(self, id: str, name: str, members: list[str]) -> Chat:  # noqa: A002
        """A new group of known people."""
        for member in members:
            self.person(member)
        chat = self.chats[id] = Chat(id, name, members, group=True)
        self._journal.note("group", id=id, name=name, members=members)
        return chat

    def show(self, chat: Chat, who: str, kind: str, text: str, message_id: str, **extra: Any) -> Line:
        """A new line at the end of a conversation."""
        if who == HOUSE:
            chat.typing_until = 0
        line = Line(len(chat.lines) + 1, self._clock.ms(), who, kind, text, message_id, extra)
        chat.lines.append(line)
        self._journal.note("shown", chat=chat.id, **line.line())
        return line

    def lines(self, *, now: int) -> list[dict[str, Any]]:
        """Every conversation with its lines, for the page."""
        return [
            {
                "id": chat.id,
                "name": chat.name,
                "group": chat.group,
                "members": chat.members,
                "typing": chat.typing_until > now,
                "lines": [line.line() for line in chat.lines[-200:]],
            }
            for chat in self.chats.values()
        ]


def hex20() -> str:
    """An id as the Bot platform and OA messages have them: 20 lower-case hexadecimal digits."""
    return secrets.token_hex(10)


def digits19() -> str:
    """An id as the OA platform has them: 19 decimal digits, more than a float can hold."""
    return str(secrets.randbelow(8 * 10**18) + 10**18)
