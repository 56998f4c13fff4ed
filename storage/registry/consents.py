"""Which gateway may be told about whom, and the opaque name it knows them by; withdrawn ones stay as proof."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from storage.tables import RegistryConsent

CONSENT: Any = RegistryConsent.__table__  # type: ignore[attr-defined]
STATUS, RESEND, NOTICES = "status", "resend", "notices"  # to what somebody says yes
EVERYTHING = f"{STATUS} {RESEND} {NOTICES}"

_BEHIND = select(CONSENT).where(
    CONSENT.c.subject == bindparam("this"), CONSENT.c.client == bindparam("whose"), CONSENT.c.withdrawn_at.is_(None)
)

_TAKE_BACK = (
    update(CONSENT)
    .where(
        CONSENT.c.subject == bindparam("this"), CONSENT.c.client == bindparam("whose"), CONSENT.c.withdrawn_at.is_(None)
    )
    .values(withdrawn_at=bindparam("at"))
)


@dataclass(frozen=True, slots=True)
class Given:
    """One yes of a person to one client: the subject the client knows, the notice that was shown, from when to when, to what
    (`scopes`), and the one registered phone it holds for (None: any)."""

    subject: str
    client: str
    person: int
    notice: str
    given_at: datetime
    withdrawn_at: datetime | None = None
    scopes: str = EVERYTHING
    phone: int | None = None

    def allows(self, scope: str) -> bool:
        """Whether they said yes to this part."""
        return scope in self.scopes.split()


def add(unit: Connection, given: Given) -> None:
    """Keep a yes."""
    row = {
        "subject": given.subject, "client": given.client, "person": given.person, "notice": given.notice,
        "given_at": given.given_at, "withdrawn_at": given.withdrawn_at, "scopes": given.scopes, "phone": given.phone,
    }  # fmt: skip
    unit.execute(insert(CONSENT), [row])


def of(unit: Connection, client: str, person: int) -> Sequence[Given]:
    """Every yes of this person to this client, the oldest first."""
    query = select(CONSENT).where(CONSENT.c.client == client, CONSENT.c.person == person).order_by(CONSENT.c.given_at)
    return [Given(*row) for row in unit.execute(query)]


def withdraw(unit: Connection, subject: str, at: datetime) -> None:
    """Note that a yes was taken back."""
    unit.execute(update(CONSENT).where(CONSENT.c.subject == subject).values(withdrawn_at=at))


def take_back(unit: Connection, client: str, subject: str, at: datetime) -> None:
    """Take a client's subject back, if it stands; the same statement for one that was never given."""
    unit.execute(_TAKE_BACK, {"this": subject, "whose": client, "at": at})


def behind(unit: Connection, client: str, subject: str) -> Given | None:
    """The standing yes behind a client's subject; None for an unknown, a foreign and a withdrawn one alike."""
    row = unit.execute(_BEHIND, {"this": subject, "whose": client}).first()
    return Given(*row) if row else None
