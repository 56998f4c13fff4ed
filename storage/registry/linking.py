"""Links that chats begin (RFC 8628), by fingerprints alone; every step is one UPDATE that names the step before it, so that
of many presses at one moment one goes through."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from storage.registry.consents import CONSENT
from storage.tables import RegistryLink, RegistryLook

LINK: Any = RegistryLink.__table__  # type: ignore[attr-defined]
LOOK: Any = RegistryLook.__table__  # type: ignore[attr-defined]


class State(Enum):
    """How far a link is. CODE: a code was asked for; CONSENT: it was right; GRANTED: the client may collect it; TAKEN: it
    has."""

    OPEN = "open"
    ASKED = "asked"
    WHO = "who"
    CODE = "code"
    CONSENT = "consent"
    GRANTED = "granted"
    TAKEN = "taken"
    DENIED = "denied"


ON_THE_PAGE = frozenset({State.ASKED, State.WHO, State.CODE, State.CONSENT})


@dataclass(frozen=True, slots=True, repr=False)
class Link:
    """A link as it is kept. `device`, `typed`, `browser` and `taken` are fingerprints; `person` and `phone` are numbers of
    the population, below 0 for the shadow of one; `pause` is how many seconds the client has to leave between two looks."""

    device: str
    typed: str
    client: str
    scopes: str
    asked_from: str
    asked_since: datetime | None
    phrase: str
    state: State
    browser: str | None
    person: int
    phone: int
    request: str
    said: str
    sent_at: datetime | None
    granted: str
    subject: str
    taken: str
    made: datetime
    until: datetime
    polled: datetime | None
    pause: int

    def __repr__(self) -> str:
        return f"Link({self.state.value})"


@dataclass(frozen=True, slots=True)
class Look:
    """That a client looked at a subject ("status") or had a code sent ("resend")."""

    kind: str
    at: datetime


_BY_DEVICE = select(LINK).where(LINK.c.device == bindparam("this"))
_BY_BROWSER = (
    select(LINK)
    .where(LINK.c.browser == bindparam("this"), LINK.c.until > bindparam("now"))
    .order_by(LINK.c.made.desc())
    .limit(1)
)
_CLAIM = (
    update(LINK)
    .where(LINK.c.typed == bindparam("code"), LINK.c.state == State.OPEN.value, LINK.c.until > bindparam("now"))
    .values(state=State.ASKED.value, browser=bindparam("whose"))
    .returning(LINK.c.device)
)


def begin(unit: Connection, link: Link) -> None:
    """Keep a link that waits for its person."""
    unit.execute(insert(LINK), [{c.name: _kept(getattr(link, c.name)) for c in LINK.columns}])


def of_device(unit: Connection, device: str) -> Link | None:
    """The link behind a device code's fingerprint, locked where a transaction writes."""
    row = unit.execute(_BY_DEVICE if unit.dialect.name == "sqlite" else _BY_DEVICE.with_for_update(), {"this": device})
    return _link(row.first())


def of_browser(unit: Connection, browser: str, now: datetime) -> Link | None:
    """The newest link that this browser holds and whose time is not up."""
    return _link(unit.execute(_BY_BROWSER, {"this": browser, "now": now}).first())


def claim(unit: Connection, typed: str, browser: str, now: datetime) -> bool:
    """Bind a link to the browser in which its code was typed; once, whoever comes first."""
    return unit.execute(_CLAIM, {"code": typed, "whose": browser, "now": now}).first() is not None


def move(unit: Connection, device: str, before: State, **changed: Any) -> bool:
    """Change a link that is still where `before` says; False when it no longer is."""
    this = update(LINK).where(LINK.c.device == device, LINK.c.state == before.value)
    return unit.execute(this.values({name: _kept(value) for name, value in changed.items()})).rowcount == 1


def note_look(unit: Connection, id_: str, subject: str, kind: str, at: datetime) -> None:
    """Note that a client looked."""
    unit.execute(insert(LOOK), [{"id": id_, "subject": subject, "kind": kind, "at": at}])


def looks(unit: Connection, subject: str, most: int) -> Sequence[Look]:
    """When a client looked at this subject, the newest first."""
    query = select(LOOK.c.kind, LOOK.c.at).where(LOOK.c.subject == subject).order_by(LOOK.c.at.desc(), LOOK.c.id)
    return [Look(row.kind, row.at) for row in unit.execute(query.limit(most))]


def forget_old(unit: Connection, now: datetime, looks_before: datetime) -> None:
    """Links whose time is up, with the yes that nobody collected, and looks that are old."""
    over = LINK.c.until <= now
    uncollected = select(LINK.c.subject).where(over, LINK.c.state == State.GRANTED.value)
    standing = CONSENT.c.subject.in_(uncollected) & CONSENT.c.withdrawn_at.is_(None)
    unit.execute(update(CONSENT).where(standing).values(withdrawn_at=now))
    unit.execute(delete(LINK).where(over))
    unit.execute(delete(LOOK).where(LOOK.c.at < looks_before))


def _kept(value: object) -> object:
    return value.value if isinstance(value, State) else value


def _link(row: Any) -> Link | None:
    if row is None:
        return None
    held = dict(row._mapping)
    return Link(**{**held, "state": State(held["state"])})
