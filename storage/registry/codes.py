"""Codes that were sent, without the codes: counters, and tries that one UPDATE spends, so that no race gives more."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from storage.tables import RegistryCode

CODE: Any = RegistryCode.__table__  # type: ignore[attr-defined]

_THIS = (CODE.c.request == bindparam("this")) & (CODE.c.counter == bindparam("which"))
_LIVING = CODE.c.used.is_(False) & CODE.c.superseded.is_(False) & (CODE.c.sent_at > bindparam("dead_before"))
_NEWEST = select(CODE).where(CODE.c.request == bindparam("this")).order_by(CODE.c.counter.desc()).limit(1)
_SPEND = (
    update(CODE)
    .where(_THIS, _LIVING, CODE.c.tries < bindparam("most"))
    .values(tries=CODE.c.tries + 1)
    .returning(CODE.c.tries)
)
_SENT_SINCE = select(CODE.c.sent_at).where(
    or_(CODE.c.person == bindparam("person"), CODE.c.phone == bindparam("phone")), CODE.c.sent_at > bindparam("since")
)
_LAST = select(func.max(CODE.c.counter)).where(CODE.c.request == bindparam("this"))
_KILL = (
    update(CODE)
    .where(CODE.c.person == bindparam("whose"), CODE.c.purpose == bindparam("for_what"), CODE.c.superseded.is_(False))
    .values(superseded=True)
)
_USE = update(CODE).where(_THIS, CODE.c.used.is_(False)).values(used=True)


@dataclass(frozen=True, slots=True)
class Sent:
    """One code of a request: which (`counter`, from 1), when, how many tries were spent on it, whether it is over."""

    request: str
    counter: int
    sent_at: datetime
    tries: int
    used: bool
    superseded: bool


def newest(unit: Connection, request: str) -> Sent | None:
    """The last code of a request."""
    row = unit.execute(_NEWEST, {"this": request}).first()
    return Sent(row.request, row.counter, row.sent_at, row.tries, row.used, row.superseded) if row else None


def sent_since(unit: Connection, person: int, phone: int, since: datetime) -> list[datetime]:
    """When codes went out for this person or to this phone after `since`, whatever they were for."""
    return [row.sent_at for row in unit.execute(_SENT_SINCE, {"person": person, "phone": phone, "since": since})]


def issue(unit: Connection, request: str, purpose: str, person: int, phone: int, at: datetime) -> int:
    """Note that a code goes out; every former one of this person and purpose is dead. Returns its counter."""
    unit.execute(_KILL, {"whose": person, "for_what": purpose})
    last = unit.execute(_LAST, {"this": request}).scalar() or 0
    row = {"request": request, "counter": last + 1, "purpose": purpose, "person": person, "phone": phone,
           "sent_at": at, "tries": 0, "used": False, "superseded": False}  # fmt: skip
    unit.execute(insert(CODE), [row])
    return int(last) + 1


def spend_try(unit: Connection, sent: Sent, most: int, dead_before: datetime) -> int | None:
    """Spend one try on a living code: how many are spent now; None when the code is used, killed, too old or tried out.
    One statement, so that tries at the same moment, in whatever processes, are counted one after the other."""
    which = {"this": sent.request, "which": sent.counter, "most": most, "dead_before": dead_before}
    spent = unit.execute(_SPEND, which).scalar()
    return None if spent is None else int(spent)


def use(unit: Connection, sent: Sent) -> bool:
    """Use a code up. True for the one who does it, False when it was used already."""
    return unit.execute(_USE, {"this": sent.request, "which": sent.counter}).rowcount == 1
