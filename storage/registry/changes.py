"""The changes feed, numbered in the order of the commits, and the counters two processes must not both take from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, insert, select, update

from storage.registry.consents import CONSENT, NOTICES
from storage.registry.upserts import insert_into
from storage.tables import RegistryChange, RegistryCounter

CHANGE: Any = RegistryChange.__table__  # type: ignore[attr-defined]
COUNTER: Any = RegistryCounter.__table__  # type: ignore[attr-defined]
FEED, APPROVALS = "feed", "approvals"

_TAKE = (
    update(COUNTER)
    .where(COUNTER.c.name == FEED)
    .values(value=COUNTER.c.value + bindparam("so_many"))
    .returning(COUNTER.c.value)
)
_STANDING = (
    (CONSENT.c.client == bindparam("client"))
    & CONSENT.c.withdrawn_at.is_(None)
    & (CHANGE.c.at >= CONSENT.c.given_at)
    & CONSENT.c.scopes.contains(NOTICES)
)
_AFTER = (
    select(CHANGE.c.number, CONSENT.c.subject, CHANGE.c.move, CHANGE.c.at)
    .select_from(CHANGE.join(CONSENT, CONSENT.c.person == CHANGE.c.person))
    .where(_STANDING, CHANGE.c.number > bindparam("number"))
    .order_by(CHANGE.c.number, CONSENT.c.subject)
    .limit(bindparam("most"))
)
_END = select(COUNTER.c.value).where(COUNTER.c.name == FEED)


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to a person's account or request."""

    person: int
    move: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """A change as a client may hear of it: by its own name for the person."""

    subject: str
    move: str
    at: datetime


def prepare(unit: Connection) -> None:
    """The counters' rows, once."""
    unit.execute(
        insert_into(unit, COUNTER).on_conflict_do_nothing(), [{"name": n, "value": 0} for n in (FEED, APPROVALS)]
    )


def append(unit: Connection, happened: Sequence[Change]) -> None:
    """Number these changes. The counter's row stays locked until the commit, so numbers become visible in their order
    and a reader who has seen one has seen all before it."""
    if not happened:
        return
    last = int(unit.execute(_TAKE, {"so_many": len(happened)}).scalar_one())
    first = last - len(happened) + 1
    rows = [{"number": first + n, "person": c.person, "move": c.move, "at": c.at} for n, c in enumerate(happened)]
    unit.execute(insert(CHANGE), rows)


def after(unit: Connection, client: str, number: int, most: int = 200) -> tuple[list[Told], int]:
    """What a client may hear after this number, and the number up to which it has then heard everything (a smaller one,
    where the cursor is of another registry's feed)."""
    end = int(unit.execute(_END).scalar() or 0)
    rows = unit.execute(_AFTER, {"client": client, "number": number, "most": most}).all()
    last = int(rows[-1].number) if len(rows) == most else end
    if len(rows) == most and rows[0].number < last:
        # One person may be linked to several chats: what is told of the last change could be cut, so it waits for the next.
        rows, last = [row for row in rows if row.number < last], last - 1
    return [Told(row.subject, row.move, row.at) for row in rows], last


def next_approval(unit: Connection, now_seconds: int, each: int) -> int:
    """The moment (seconds since 1970) at which the next one in the approval queue is answered: `each` after the last."""
    last = case((COUNTER.c.value > now_seconds, COUNTER.c.value), else_=now_seconds)
    take = update(COUNTER).where(COUNTER.c.name == APPROVALS).values(value=last + each)
    return int(unit.execute(take.returning(COUNTER.c.value)).scalar_one())
