"""The manners of SQLite and of PostgreSQL: how a connection is opened, begins, and what it may do."""

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import NullPool

READERS = 4
LONGEST_PAUSE = 5000  # milliseconds a transaction may stand still


def engine_for(url: str, *, reading: bool) -> Engine:
    """An engine that writes (one connection) or one that only reads (a small pool in consistent views)."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        size = READERS if reading else 1
        # A process that freezes in the middle of a transaction keeps its row locks: the database ends it, others go on.
        manners = {"options": f"-c idle_in_transaction_session_timeout={LONGEST_PAUSE}"}
        engine = create_engine(
            parsed, pool_size=size, max_overflow=0, pool_pre_ping=reading, hide_parameters=True, connect_args=manners
        )
        if reading:
            engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        return engine
    wait = {"check_same_thread": False, "timeout": 5}
    if reading:
        engine = create_engine(parsed, pool_size=READERS + 1, max_overflow=2, connect_args=wait, hide_parameters=True)
    else:
        engine = create_engine(parsed, poolclass=NullPool, connect_args=wait, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _manners(raw: Any, _: Any) -> None:
        raw.isolation_level = None  # the driver's own transactions begin too late: BEGIN is ours
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "cache_size=-8000",
                       "wal_autocheckpoint=0" if not reading else "query_only=ON"):  # fmt: skip
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(unit: Connection) -> None:
        unit.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
