"""Databases that a restore has put aside: kept for a few days in case of regret, then gone like everything else."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import make_url, text

from storage.engines import engine_for

KEPT = timedelta(days=7)
_STAMP = "%Y%m%d-%H%M%S"
_FILE = re.compile(r".*\.before-restore-(\d{8}-\d{6})(-wal|-shm|-journal)?")
_SCHEMA = re.compile(r"before_restore_(\d{8})_(\d{6})")


def file_name(database: Path, at: datetime) -> Path:
    """What a SQLite file is called from now on."""
    return database.with_name(f"{database.name}.before-restore-{at.astimezone(UTC):{_STAMP}}")


def schema_name(at: datetime) -> str:
    """The same for a schema of PostgreSQL."""
    return f"before_restore_{at.astimezone(UTC):%Y%m%d_%H%M%S}"


def forget(url: str, now: datetime) -> int:
    """Remove what was put aside more than seven days ago; returns how many."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _files(Path(parsed.database or ""), now) if parsed.database else 0
    return _schemas(url, now)


def _files(database: Path, now: datetime) -> int:
    gone = 0
    for file in database.parent.glob(f"{database.name}.before-restore-*"):
        found = _FILE.fullmatch(file.name)
        if found and _old(found[1], now):
            file.unlink()
            gone += 1
    return gone


def _schemas(url: str, now: datetime) -> int:
    engine, gone = engine_for(url, reading=False), 0
    try:
        with engine.begin() as unit:
            names = unit.execute(text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before\\_restore\\_%'"))
            for name in list(names.scalars()):
                found = _SCHEMA.fullmatch(name)
                if found and _old(f"{found[1]}-{found[2]}", now):
                    unit.execute(
                        text(f'DROP SCHEMA "{name}" CASCADE')
                    )  # the name is all digits but for the words above
                    gone += 1
    finally:
        engine.dispose()
    return gone


def _old(stamp: str, now: datetime) -> bool:
    return now - datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC) > KEPT
