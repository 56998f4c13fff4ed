"""A database as a stream of bytes and back: SQLite as the image of its file, PostgreSQL table by table in one transaction.

PostgreSQL is not left to pg_dump: its tools must be installed, and of the server's version, or the night's backup fails; COPY in
one REPEATABLE READ transaction is the same moment for all tables, and what reads it back is the code that was tried.
"""

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, make_url, text

from storage import migrations
from storage.engines import engine_for
from storage.sealed_file import CHUNK, Chunk, RefusedBackupError

_PIECE = 1 << 20


def engine_of(url: str) -> str:
    """ "sqlite" or "postgresql" """
    return make_url(url).get_backend_name()


def standing(url: str) -> str:
    """The revision a database stands at. RefusedBackupError where there is none."""
    file = make_url(url).database
    if engine_of(url) == "sqlite" and not (file and Path(file).exists()):
        raise RefusedBackupError(f"There is no database at {file}. See DONGHANH_DATABASE_URL.")
    engine = engine_for(url, reading=True)
    try:
        with engine.begin() as unit:
            revision = migrations.standing(unit)
    finally:
        engine.dispose()
    if revision is None:
        raise RefusedBackupError("This database is empty: the house has never run on it. See DONGHANH_DATABASE_URL.")
    return revision


def stream(url: str) -> Iterator[Chunk]:
    """Everything in a database as of one moment, while others go on writing."""
    return _image(Path(make_url(url).database or "")) if engine_of(url) == "sqlite" else _tables(url)


def leftover(database: Path) -> Path:
    """Where the image of a SQLite file stands while it is being sealed: as well kept as the file itself."""
    return database.with_name(f"{database.name}.copying")


def _image(database: Path) -> Iterator[Chunk]:
    copy = leftover(database)
    copy.unlink(missing_ok=True)
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with (
            contextlib.closing(sqlite3.connect(database, timeout=30)) as source,
            contextlib.closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)  # in one step: the writers go on beside it, and it is one moment
        yield Chunk("image", b"")
        with copy.open("rb") as file:
            while piece := file.read(_PIECE):
                yield Chunk("", piece)
    finally:
        copy.unlink(missing_ok=True)


def _tables(url: str) -> Iterator[Chunk]:
    engine = create_engine(url, hide_parameters=True, isolation_level="REPEATABLE READ")
    try:
        with engine.connect() as unit, unit.begin():
            unit.execute(text("SET TRANSACTION READ ONLY"))
            for table, columns in sorted(_columns(unit).items()):
                yield Chunk(json.dumps({"table": table, "columns": columns}), b"")
                names = ", ".join(f'"{c}"' for c in columns)
                raw: Any = unit.connection.dbapi_connection
                waiting = bytearray()
                with raw.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) TO STDOUT') as rows:
                    for row in rows:
                        waiting += row
                        if len(waiting) >= CHUNK:
                            yield Chunk("", bytes(waiting))
                            waiting.clear()
                if waiting:
                    yield Chunk("", bytes(waiting))
    finally:
        engine.dispose()


def _columns(unit: Connection) -> dict[str, list[str]]:
    rows = unit.execute(
        text(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables t "
            "USING (table_schema, table_name) WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' "
            "AND c.table_name <> 'alembic_version' ORDER BY c.table_name, c.ordinal_position"
        )
    )
    found: dict[str, list[str]] = {}
    for table, column in rows:
        found.setdefault(table, []).append(column)
    return found


def write_image(chunks: Iterator[Chunk], file: Path) -> None:
    """The image into a new file, readable by its owner alone."""
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        for chunk in chunks:
            target.write(chunk.content)
        target.flush()
        os.fsync(target.fileno())


def write_tables(chunks: Iterator[Chunk], unit: Connection) -> None:
    """The rows into the empty tables of the revision they were taken at, in the caller's transaction."""
    known = _columns(unit)
    raw: Any = unit.connection.dbapi_connection
    with contextlib.ExitStack() as open_:
        rows: Any = None
        for chunk in chunks:
            if chunk.entry:
                open_.close()
                begun = json.loads(chunk.entry)
                table, columns = begun["table"], begun["columns"]
                if not set(columns) <= set(known.get(table, ())):
                    raise RefusedBackupError(f"This backup holds a table “{table}” that this house does not know.")
                names = ", ".join(f'"{c}"' for c in columns)
                cursor = open_.enter_context(raw.cursor())
                rows = open_.enter_context(cursor.copy(f'COPY "{table}" ({names}) FROM STDIN'))
            elif rows is not None:
                rows.write(chunk.content)
    _count_on(unit)


def _count_on(unit: Connection) -> None:
    """Where numbers are counted by the database, it goes on behind the last."""
    counted = unit.execute(
        text(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema() "
            "AND (column_default LIKE 'nextval%' OR is_identity = 'YES')"
        )
    )
    for table, column in counted.all():
        unit.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('\"{table}\"', '{column}'), "  # noqa: S608 - names of our own tables
                f'COALESCE((SELECT max("{column}") FROM "{table}"), 0) + 1, false)'
            )
        )
