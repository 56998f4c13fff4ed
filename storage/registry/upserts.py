"""INSERT … ON CONFLICT, which both databases speak and SQLAlchemy spells once for each."""

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite


def insert_into(unit: Connection, table: Any) -> Any:
    """An insert of this database's own kind, with `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return insert_for(unit.dialect.name, table)


def insert_for(dialect: str, table: Any) -> Any:
    """The same by the dialect's name, for a statement that is made once."""
    return (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table)
