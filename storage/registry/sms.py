"""What is to go out by SMS: claimed by one, sent once, its end noted; a claim that was never ended is "unknown"."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from storage.tables import RegistrySms

SMS: Any = RegistrySms.__table__  # type: ignore[attr-defined]
LEASE = timedelta(seconds=60)


class Kind(Enum):
    """What an SMS says."""

    REGISTRATION = "registration"
    ACTIVATION = "activation"
    APPROVED = "approved"
    LINK = "link"


class Fate(Enum):
    """How the sending of one ended, or stands. UNKNOWN: perhaps it went out, so it is never sent again."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    GIVEN_UP = "given_up"
    UNKNOWN = "unknown"


def _claiming(*these: Any) -> Any:
    due = select(SMS.c.id).where(SMS.c.state == Fate.WAITING.value, SMS.c.due <= bindparam("now"), *these)
    chosen = due.order_by(SMS.c.due, SMS.c.id).limit(bindparam("most")).with_for_update(skip_locked=True)
    take = update(SMS).where(SMS.c.id.in_(chosen), SMS.c.state == Fate.WAITING.value)
    values = {"state": Fate.SENDING.value, "attempts": SMS.c.attempts + 1, "lease_until": bindparam("until")}
    return take.values(values).returning(SMS)


_CLAIM, _CLAIM_THESE = _claiming(), _claiming(SMS.c.id.in_(bindparam("ids", expanding=True)))
_END = update(SMS).where(SMS.c.id == bindparam("this"), SMS.c.state == Fate.SENDING.value)
_ENDED = _END.values(state=bindparam("fate"), lease_until=None)
_AGAIN = _END.values(state=bindparam("fate"), lease_until=None, due=bindparam("again_at"))
_LOST = (SMS.c.state == Fate.SENDING.value) & (SMS.c.lease_until < bindparam("now"))
_GIVE_UP = update(SMS).where(_LOST).values(state=Fate.UNKNOWN.value, lease_until=None)
_ANYTHING = (
    select(SMS.c.id).where(((SMS.c.state == Fate.WAITING.value) & (SMS.c.due <= bindparam("now"))) | _LOST).limit(1)
)


@dataclass(frozen=True, slots=True)
class Due:
    """One SMS to be sent: about whom, to whose phone, and the code it carries as request and counter (0: none). One to the
    shadow of a phone (below 0) is queued like any other, and goes nowhere."""

    id: str
    person: int
    phone: int
    kind: Kind
    due: datetime
    request: str = ""
    counter: int = 0
    attempts: int = 0


def queue(unit: Connection, sms: Due) -> None:
    """Note what is to be sent."""
    row = {"id": sms.id, "person": sms.person, "phone": sms.phone, "kind": sms.kind.value, "request": sms.request,
           "counter": sms.counter, "state": Fate.WAITING.value, "due": sms.due, "attempts": 0, "lease_until": None}  # fmt: skip
    unit.execute(insert(SMS), [row])


def claim(unit: Connection, now: datetime, ids: Collection[str] | None = None, most: int = 50) -> list[Due]:
    """Take what is due, of these ids or of all, for the one who asks and nobody else."""
    given: dict[str, Any] = {"now": now, "until": now + LEASE, "most": most}
    if ids is not None:
        given["ids"] = sorted(ids)
    rows = unit.execute(_CLAIM if ids is None else _CLAIM_THESE, given).all()
    taken = [Due(r.id, r.person, r.phone, Kind(r.kind), r.due, r.request, r.counter, r.attempts) for r in rows]
    return sorted(taken, key=lambda sms: (sms.due, sms.id))


def end(unit: Connection, sms: str, fate: Fate, again_at: datetime | None = None) -> None:
    """Note how a sending ended; WAITING with `again_at` when the line surely did not take it."""
    if again_at is None:
        unit.execute(_ENDED, {"this": sms, "fate": fate.value})
    else:
        unit.execute(_AGAIN, {"this": sms, "fate": fate.value, "again_at": again_at})


def anything_due(unit: Connection, now: datetime) -> bool:
    """Whether anything waits that is due, or was taken by a process that is gone."""
    return unit.execute(_ANYTHING, {"now": now}).first() is not None


def give_up_the_lost(unit: Connection, now: datetime) -> int:
    """Whatever was being sent when its process died is UNKNOWN: it may have gone out. Returns how many."""
    return unit.execute(_GIVE_UP, {"now": now}).rowcount


def bring_forward(unit: Connection, person: int, by: timedelta) -> None:
    """This person's time was moved: what waits for them is due sooner."""
    query = select(SMS.c.id, SMS.c.due).where(SMS.c.person == person, SMS.c.state == Fate.WAITING.value)
    for row in unit.execute(query).all():
        unit.execute(update(SMS).where(SMS.c.id == row.id).values(due=row.due - by))
