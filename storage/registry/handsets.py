"""The phones in people's hands; a handset is known by its token, of which only a fingerprint is kept."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from storage.tables import RegistryHandset

HANDSET: Any = RegistryHandset.__table__  # type: ignore[attr-defined]

_KNOWN_BY = select(HANDSET).where(HANDSET.c.token == bindparam("mark"))
_SET_APP = update(HANDSET).where(HANDSET.c.id == bindparam("this")).values(app=bindparam("now_app"))
_FIND = select(HANDSET).where(HANDSET.c.id == bindparam("this"))


class App(Enum):
    """Whether the app is on the phone, and whether it has been opened."""

    ABSENT = "absent"
    INSTALLED = "installed"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Handset:
    """A phone; `sim` is the number of the person whose SIM is in it, `lent` the loan it belongs to."""

    id: str
    sim: int
    nfc: bool
    app: App = App.ABSENT
    lent: str | None = None


def add(unit: Connection, handset: Handset, token: str, now: datetime) -> None:
    """Keep a new handset under the fingerprint of its token."""
    row = {"id": handset.id, "token": token, "sim": handset.sim, "nfc": handset.nfc, "app": handset.app.value,
           "lent": handset.lent, "made": now}  # fmt: skip
    unit.execute(insert(HANDSET), [row])


def known_by(unit: Connection, token: str) -> Handset | None:
    """The handset whose token has this fingerprint."""
    return _handset(unit.execute(_KNOWN_BY, {"mark": token}).first())


def find(unit: Connection, handset: str) -> Handset | None:
    """The handset of this id."""
    return _handset(unit.execute(_FIND, {"this": handset}).first())


def set_app(unit: Connection, handset: str, app: App) -> None:
    """Note how far the app is on it."""
    unit.execute(_SET_APP, {"this": handset, "now_app": app.value})


def _handset(row: Any) -> Handset | None:
    return Handset(row.id, row.sim, row.nfc, App(row.app), row.lent) if row else None
