"""Requests for a level, waiting for an officer, a clock or a queue; answered once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from storage.tables import RegistryApplication

APPLICATION: Any = RegistryApplication.__table__  # type: ignore[attr-defined]


class Standing(Enum):
    """How an application stands; REPLACED: level 2 was taken while level 1 waited."""

    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"
    REPLACED = "replaced"


_WAITING = APPLICATION.c.state == Standing.WAITING.value
_FIND = select(APPLICATION).where(APPLICATION.c.id == bindparam("this"))
_DUE = (
    select(APPLICATION)
    .where(_WAITING, APPLICATION.c.due <= bindparam("now"))
    .order_by(APPLICATION.c.due, APPLICATION.c.id)
    .limit(bindparam("most"))
)
_DECIDE = update(APPLICATION).where(APPLICATION.c.id == bindparam("this"), _WAITING).values(state=bindparam("standing"))
_REPLACE = (
    update(APPLICATION)
    .where(APPLICATION.c.person == bindparam("whose"), _WAITING)
    .values(state=Standing.REPLACED.value)
)


@dataclass(frozen=True, slots=True)
class Application:
    """One request for a level (1 or 2); `due` is when it approves itself, None: by hand."""

    id: str
    person: int
    level: int
    made: datetime
    due: datetime | None
    standing: Standing = Standing.WAITING


def add(unit: Connection, application: Application) -> None:
    """Keep a new application; one that waits for the same person is replaced."""
    unit.execute(_REPLACE, {"whose": application.person})
    row = {"id": application.id, "person": application.person, "level": str(application.level), "made": application.made,
           "state": application.standing.value, "due": application.due}  # fmt: skip
    unit.execute(insert(APPLICATION), [row])


def find(unit: Connection, application: str) -> Application | None:
    """The application of this id."""
    row = unit.execute(_FIND, {"this": application}).first()
    return _application(row) if row else None


def decide(unit: Connection, application: str, standing: Standing) -> bool:
    """Answer one that waits. True for whoever did it, False when it does not wait any more."""
    return unit.execute(_DECIDE, {"this": application, "standing": standing.value}).rowcount == 1


def waiting(unit: Connection, person: int | None = None, after: str = "", most: int = 50) -> list[Application]:
    """Those that wait, the oldest first; of one person, or of all after the application `after`."""
    query = select(APPLICATION).where(_WAITING)
    if person is not None:
        query = query.where(APPLICATION.c.person == person)
    last = find(unit, after) if after else None
    if last is not None:
        later = (APPLICATION.c.made > last.made) | ((APPLICATION.c.made == last.made) & (APPLICATION.c.id > last.id))
        query = query.where(later)
    return [_application(r) for r in unit.execute(query.order_by(APPLICATION.c.made, APPLICATION.c.id).limit(most))]


def due(unit: Connection, now: datetime, most: int = 50) -> Sequence[Application]:
    """Those whose clock has run down, in that order."""
    return [_application(row) for row in unit.execute(_DUE, {"now": now, "most": most})]


def bring_forward(unit: Connection, person: int, by: timedelta) -> None:
    """This person's time was moved: their application is due sooner."""
    for application in waiting(unit, person):
        if application.due is not None:
            sooner = update(APPLICATION).where(APPLICATION.c.id == application.id)
            unit.execute(sooner.values(due=application.due - by))


def _application(row: Any) -> Application:
    return Application(row.id, row.person, int(row.level), row.made, row.due, Standing(row.state))
