"""What the platform knows of each citizen towards the OA: since when, how near, whether reachable."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.emulators.clock import Clock
from bot.emulators.phones import Chat, NobodyError, Person, Phones, digits19
from bot.emulators.zalo_oa.answers import invalid


@dataclass(slots=True)
class Contact:
    """One citizen. Three ids: of the OA, of the app, and the phone number."""

    id: str
    name: str
    by_app: str
    phone: str
    follower: bool = False
    last: datetime | None = None  # the last interaction
    blocked: bool = False
    inactive: bool = False  # banned, or 45 days away
    admin: bool = False
    away: bool = False  # the phone is off
    anonymous: bool = False  # a visitor of a web page
    conversation_id: str = ""
    tags: list[str] = field(default_factory=list)
    shared: dict[str, str] = field(default_factory=dict)
    unreceived: list[dict[str, object]] = field(default_factory=list)


class Contacts:
    """All citizens of this emulator."""

    def __init__(self, clock: Clock, phones: Phones) -> None:
        self._clock, self._phones = clock, phones
        self.all: dict[str, Contact] = {}

    def meet(self, name: str, phone: str = "", *, admin: bool = False, anonymous: bool = False) -> Contact:
        """A new citizen. Without a phone number an invented one is given."""
        contact = Contact(digits19(), name, digits19(), phone or self._new_phone(), admin=admin, anonymous=anonymous)
        if anonymous:
            contact.conversation_id = secrets.token_hex(10)
        self.all[contact.id] = contact
        self._phones.meet(Person(contact.id, name, {"phone": contact.phone, "anonymous": anonymous}))
        return contact

    def known(self, id: str) -> Contact:  # noqa: A002 - what the platform calls it
        try:
            return self.all[id]
        except KeyError as error:
            raise NobodyError(f"There is no citizen with the id “{id}”.") from error

    def named(self, user_id: object) -> Contact:
        """The citizen a call names; RefusedError -201 for anything but a known id as text."""
        contact = self.all.get(user_id) if isinstance(user_id, str) else None
        if contact is None or contact.anonymous:
            raise invalid("user_id")
        return contact

    def with_phone(self, phone: str) -> Contact | None:
        return next((contact for contact in self.all.values() if contact.phone == phone), None)

    def chat(self, contact: Contact) -> Chat:
        return self._phones.chat(contact.id)

    def interacted(self, contact: Contact) -> None:
        """What opens the windows: a follow, a message, a call that was taken, a pressed query button."""
        contact.last = self._clock.now()

    def since(self, contact: Contact) -> timedelta | None:
        """How long ago the last interaction was; None: there was none."""
        return None if contact.last is None else self._clock.now() - contact.last

    def _new_phone(self) -> str:
        """849… with zeros in the middle: no network gives out such numbers."""
        return f"8490000{len(self.all) + 1:04}"
