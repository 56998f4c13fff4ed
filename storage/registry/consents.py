"""Which gateway may be told about whom, and the opaque name it knows them by; withdrawn ones stay as proof."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from storage.tables import RegistryConsent

CONSENT: Any = RegistryConsent.__table__  # type: ignore[attr-defined]

_BEHIND = select(CONSENT).where(
    CONSENT.c.subject == bindparam("this"), CONSENT.c.client == bindparam("whose"), CONSENT.c.withdrawn_at.is_(None)
)


@dataclass(frozen=True, slots=True)
class Given:
    """One yes of a person to one client: the subject the client knows, the notice that was shown, from when to when."""

    subject: str
    client: str
    person: int
    notice: str
    given_at: datetime
    withdrawn_at: datetime | None = None


def add(unit: Connection, given: Given) -> None:
    """Keep a yes."""
    row = {"subject": given.subject, "client": given.client, "person": given.person, "notice": given.notice,
           "given_at": given.given_at, "withdrawn_at": given.withdrawn_at}  # fmt: skip
    unit.execute(insert(CONSENT), [row])


def of(unit: Connection, client: str, person: int) -> Sequence[Given]:
    """Every yes of this person to this client, the oldest first."""
    query = select(CONSENT).where(CONSENT.c.client == client, CONSENT.c.person == person).order_by(CONSENT.c.given_at)
    return [Given(*row) for row in unit.execute(query)]


def withdraw(unit: Connection, subject: str, at: datetime) -> None:
    """Note that a yes was taken back."""
    unit.execute(update(CONSENT).where(CONSENT.c.subject == subject).values(withdrawn_at=at))


def behind(unit: Connection, client: str, subject: str) -> Given | None:
    """The standing yes behind a client's subject; None for an unknown, a foreign and a withdrawn one alike."""
    row = unit.execute(_BEHIND, {"this": subject, "whose": client}).first()
    return Given(*row) if row else None
