"""How often something may be tried, by GCRA: one row a key, one statement a try, right under any race."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, select

from storage.registry.upserts import insert_for
from storage.tables import RegistryLimit

LIMIT: Any = RegistryLimit.__table__  # type: ignore[attr-defined]
MICROSECOND = timedelta(microseconds=1)
SINCE = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Try:
    """One try under a key: so many at once, and one more each `every`."""

    key: str
    burst: int
    every: timedelta
    at: datetime


def spend(unit: Connection, tries: Sequence[Try]) -> list[timedelta | None]:
    """Take each try if its limit allows: None, or how long to wait. Keys are taken in one order, so that two processes
    never wait for each other."""
    order = sorted(range(len(tries)), key=lambda n: tries[n].key)
    answers: list[timedelta | None] = [None] * len(tries)
    for n in order:
        answers[n] = _spend_one(unit, tries[n])
    return answers


def forget(unit: Connection, key: str) -> None:
    """Start this limit anew."""
    unit.execute(delete(LIMIT).where(LIMIT.c.key == key))


def _spend_one(unit: Connection, one: Try) -> timedelta | None:
    now, every = (one.at - SINCE) // MICROSECOND, one.every // MICROSECOND
    spend = _spending(unit.dialect.name)
    granted = unit.execute(
        spend, {"key": one.key, "until": now + every, "now": now, "every": every, "full": now + every * one.burst}
    )
    if granted.scalar() is not None:
        return None
    until = int(unit.execute(select(LIMIT.c.until).where(LIMIT.c.key == one.key)).scalar_one())
    return (until + every - every * one.burst - now) * MICROSECOND


@cache
def _spending(dialect: str) -> Any:
    """One more of `every` behind what is spent, unless that is more than `full`."""
    reached = case((LIMIT.c.until > bindparam("now"), LIMIT.c.until), else_=bindparam("now"))
    upsert = insert_for(dialect, LIMIT).values(key=bindparam("key"), until=bindparam("until"))
    return upsert.on_conflict_do_update(
        index_elements=[LIMIT.c.key],
        set_={"until": reached + bindparam("every")},
        where=reached + bindparam("every") <= bindparam("full"),
    ).returning(LIMIT.c.until)
