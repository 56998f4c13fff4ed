"""What was begun and goes on step by step: an app account, level 1, an activation."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from storage.tables import RegistryRequest

REQUEST: Any = RegistryRequest.__table__  # type: ignore[attr-defined]

_FIND = select(REQUEST).where(REQUEST.c.id == bindparam("this"))
_CHANGING = ("handset", "step", "had_account", "noticed", "password", "passcode")
_KEEP = update(REQUEST).where(REQUEST.c.id == bindparam("this")).values({n: bindparam(f"now_{n}") for n in _CHANGING})


class Kind(Enum):
    """What a request is for."""

    REGISTRATION = "registration"
    LEVEL1 = "level1"
    ACTIVATION = "activation"


_BY_GATEWAY = (
    select(REQUEST)
    .where(REQUEST.c.person == bindparam("whose"), REQUEST.c.kind == Kind.ACTIVATION.value)
    .where(REQUEST.c.handset.is_(None), REQUEST.c.step == bindparam("at"))
    .order_by(REQUEST.c.made.desc(), REQUEST.c.id)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `step` is a member of the kind's own steps; `handset` is empty while only a gateway asked; hashes
    chosen on the way wait here until the last step."""

    id: str
    kind: Kind
    person: int
    handset: str | None
    phone: int
    step: str
    made: datetime
    had_account: bool = False
    noticed: date | None = None
    password: str = field(default="", repr=False)
    passcode: str = field(default="", repr=False)


def add(unit: Connection, request: Request) -> None:
    """Keep a new request."""
    unit.execute(insert(REQUEST), [{"id": request.id, "made": request.made, **_row(request)}])


def keep(unit: Connection, request: Request) -> None:
    """Write a request back."""
    now = _row(request)
    unit.execute(_KEEP, {"this": request.id, **{f"now_{name}": now[name] for name in _CHANGING}})


def find(unit: Connection, request: str) -> Request | None:
    """The request of this id."""
    return _request(unit.execute(_FIND, {"this": request}).first())


def asked_by_gateway(unit: Connection, person: int, step: str) -> Request | None:
    """The newest activation of a person that a gateway asked for and no handset took over yet, at this step."""
    return _request(unit.execute(_BY_GATEWAY, {"whose": person, "at": step}).first())


def _request(row: Any) -> Request | None:
    if row is None:
        return None
    return Request(
        row.id, Kind(row.kind), row.person, row.handset, row.phone, row.step, row.made, row.had_account, row.noticed,
        row.password, row.passcode,
    )  # fmt: skip


def _row(request: Request) -> dict[str, Any]:
    return {
        "kind": request.kind.value, "person": request.person, "handset": request.handset, "phone": request.phone,
        "step": request.step, "had_account": request.had_account, "noticed": request.noticed,
        "password": request.password, "passcode": request.passcode,
    }  # fmt: skip
