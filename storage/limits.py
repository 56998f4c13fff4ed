"""How often something may be tried, by GCRA: one row a key, one statement a try, right under any race."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import RegistryLimit, Spent

TABLES: dict[str, Any] = {
    "spent": Spent.__table__,  # type: ignore[attr-defined]
    "registry_limit": RegistryLimit.__table__,  # type: ignore[attr-defined]
}
MICROSECOND = timedelta(microseconds=1)
SINCE = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Try:
    """One try under a key: so many at once, and one more each `every`."""

    key: str
    burst: int
    every: timedelta
    at: datetime


def spend(unit: Connection, tries: Sequence[Try], table: str = "spent") -> list[timedelta | None]:
    """Take each try if its limit allows: None, or how long to wait. Keys are taken in one order, so that two processes
    never wait for each other. `table`: "spent" is the house's, "registry_limit" the simulated registry's."""
    order = sorted(range(len(tries)), key=lambda n: tries[n].key)
    answers: list[timedelta | None] = [None] * len(tries)
    for n in order:
        answers[n] = _spend_one(unit, tries[n], table)
    return answers


def left(unit: Connection, one: Try, table: str = "spent") -> int:
    """How many such tries would be allowed now, one after another; nothing is spent."""
    limit = TABLES[table]
    until = unit.execute(select(limit.c.until).where(limit.c.key == one.key)).scalar()
    now, every = (one.at - SINCE) // MICROSECOND, one.every // MICROSECOND
    return max(0, (every * one.burst - max(0, (until or 0) - now)) // every)


def forget(unit: Connection, key: str, table: str = "spent") -> None:
    """Start this limit anew."""
    unit.execute(delete(TABLES[table]).where(TABLES[table].c.key == key))


def _spend_one(unit: Connection, one: Try, table: str) -> timedelta | None:
    now, every = (one.at - SINCE) // MICROSECOND, one.every // MICROSECOND
    spend = _spending(unit.dialect.name, table)
    granted = unit.execute(
        spend, {"key": one.key, "until": now + every, "now": now, "every": every, "full": now + every * one.burst}
    )
    if granted.scalar() is not None:
        return None
    limit = TABLES[table]
    until = int(unit.execute(select(limit.c.until).where(limit.c.key == one.key)).scalar_one())
    return (until + every - every * one.burst - now) * MICROSECOND


@cache
def _spending(dialect: str, table: str) -> Any:
    """One more of `every` behind what is spent, unless that is more than `full`."""
    limit = TABLES[table]
    reached = case((limit.c.until > bindparam("now"), limit.c.until), else_=bindparam("now"))
    upsert = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(limit)
    upsert = upsert.values(key=bindparam("key"), until=bindparam("until"))
    return upsert.on_conflict_do_update(
        index_elements=[limit.c.key],
        set_={"until": reached + bindparam("every")},
        where=reached + bindparam("every") <= bindparam("full"),
    ).returning(limit.c.until)
