"""How often something may be tried at the registry: the same counting as the house's own, in a table of its own."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, update

from storage import limits
from storage.limits import MICROSECOND as MICROSECOND
from storage.limits import SINCE as SINCE
from storage.limits import Try as Try

LIMIT: Any = limits.TABLES["registry_limit"]
forget = partial(limits.forget, table="registry_limit")


def spend(unit: Connection, tries: Sequence[Try]) -> list[timedelta | None]:
    """Take each try if its limit allows: None, or how long to wait."""
    return limits.spend(unit, tries, "registry_limit")


def give_back(unit: Connection, one: Try) -> None:
    """Undo a try that was taken and turned out not to count."""
    unit.execute(update(LIMIT).where(LIMIT.c.key == one.key).values(until=LIMIT.c.until - one.every // MICROSECOND))
