"""Backups: all databases of the house in one sealed file, and back. Nothing is touched before all of it is proved.

What was put back is brought to today first: the newest tables, what was erased since erased again, nothing of what waited to be
sent sent again. The file of the erasures is read, never written over; the database that was there is put aside.
"""

import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, create_engine, delete, make_url, text, update

from storage import aside, copies, migrations, traces
from storage.conversations import CONVERSATION, READ_LANE
from storage.copies import engine_of
from storage.erasing import MOVE_CODE, REMINDER
from storage.errands import ASKED, DONE, ERRAND, INTENT
from storage.messages import GIVEN_UP, OUTBOX, WAITING
from storage.registry.sms import SMS, Fate
from storage.sealed_file import Chunk, RefusedBackupError, Sealing, fsync_folder, header_of, opened
from storage.store import AlreadyServedError, Store
from storage.vault import Vault

OF = "donghanh"
RESTORED = "restored"

# What is done to a database that was read back, before it is anybody's: in one transaction.
Settle = Callable[[Connection], None]


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup says of itself: when it was made, and of which databases (name → engine and revision)."""

    made: datetime
    databases: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a database is to be put back to, and what is to be done to it there."""

    url: str
    settle: Settle


# ---- making ----


def back_up(databases: Mapping[str, str], vault: Vault, path: Path, now: datetime) -> Backup:
    """All these databases (name → URL), each as of one moment, into a new sealed file; others go on writing. The key is not
    in it. RefusedBackupError where there is nothing, or a file of that name already."""
    if path.exists():
        raise RefusedBackupError(f"{path} is there already, and a backup is never written over. Give another name.")
    told = {name: {"engine": engine_of(url), "migration": copies.standing(url)} for name, url in databases.items()}
    header = {"of": OF, "made": now.astimezone(UTC).isoformat(timespec="seconds"), "databases": told}
    with Sealing(path, vault, header) as file:
        for name, url in databases.items():
            file.entry(f"database {name}")
            for chunk in copies.stream(url):
                if chunk.entry:
                    file.entry(chunk.entry)
                file.add(chunk.content)
    return told_by(path)


def told_by(path: Path) -> Backup:
    """What a file says of itself. RefusedBackupError for one that is no backup."""
    header = header_of(path)
    try:
        databases = {name: (of["engine"], of["migration"]) for name, of in header["databases"].items()}
        return Backup(datetime.fromisoformat(header["made"]), databases)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RefusedBackupError("This file is a backup, but it does not say of what. Take another one.") from error


def prove(path: Path, vault: Vault) -> Backup:
    """Read all of it and keep nothing: whole, unchanged, and ours. RefusedBackupError otherwise."""
    backup = told_by(path)
    for _ in opened(path, vault):
        pass
    return backup


# ---- putting back ----


def restore(path: Path, vault: Vault, places: Mapping[str, Place], now: datetime) -> list[str]:
    """Put back what the file holds; returns under which names the old databases are kept. RefusedBackupError and
    AlreadyServedError leave everything as it was."""
    backup = prove(path, vault)
    _fits(backup, places)
    with contextlib.ExitStack() as held:
        put = [_ready(name, backup, path, vault, places[name], now, held) for name in backup.databases]
        return [kept for one in put if (kept := one())]


def _fits(backup: Backup, places: Mapping[str, Place]) -> None:
    for name, (engine, _) in backup.databases.items():
        if name not in places:
            raise RefusedBackupError(f"This backup holds a database “{name}” for which this house has no place.")
        if engine != engine_of(places[name].url):
            raise RefusedBackupError(
                f"This backup is of a {engine} database, and the settings name a {engine_of(places[name].url)} one. Set "
                "DONGHANH_DATABASE_URL to one of its kind."
            )


def _ready(
    name: str, backup: Backup, path: Path, vault: Vault, place: Place, now: datetime, held: contextlib.ExitStack
) -> Callable[[], str]:  # fmt: skip
    """Read one database back beside the old one and bring it to today; what is returned changes them over."""
    _, revision = backup.databases[name]
    rows = _part(opened(path, vault), name)
    if engine_of(place.url) == "sqlite":
        return _ready_file(Path(make_url(place.url).database or ""), rows, place, revision, now, held)
    return _ready_schema(rows, place, revision, now, held)


def _part(chunks: Iterator[Chunk], name: str) -> Iterator[Chunk]:
    """What belongs to one database."""
    mine = False
    for chunk in chunks:
        if chunk.entry.startswith("database "):
            mine = chunk.entry == f"database {name}"
        elif mine:
            yield chunk


def _ready_file(
    database: Path, rows: Iterator[Chunk], place: Place, revision: str, now: datetime, held: contextlib.ExitStack
) -> Callable[[], str]:  # fmt: skip
    database.parent.mkdir(parents=True, exist_ok=True)
    held.enter_context(_claimed(database))
    fresh = database.with_name(f"{database.name}.restoring")
    held.callback(_remove, fresh)
    copies.write_image(rows, fresh)
    _sound(fresh)
    url = f"sqlite:///{fresh}"
    _known(url, revision)
    migrations.upgrade(url)
    store = Store(url)
    try:
        store.write_now(place.settle)
    finally:
        store.close()
    if not traces.write_anew(url, traces.ANY_SIZE):
        raise RefusedBackupError(f"{fresh} could not be put in order; is somebody looking into it? Try again.")

    def put() -> str:
        kept = ""
        if database.exists():
            if not traces.empty_journal(f"sqlite:///{database}"):
                raise RefusedBackupError(f"Another program has {database} open. Close it, then try again.")
            old = aside.file_name(database, now)
            os.link(database, old)  # then the new one takes its name in one step: at no moment is there no database
            kept = str(old)
        fresh.replace(database)
        for beside in ("-wal", "-shm"):
            database.with_name(database.name + beside).unlink(missing_ok=True)
        fsync_folder(database.parent)
        return kept

    return put


def _ready_schema(
    rows: Iterator[Chunk], place: Place, revision: str, now: datetime, held: contextlib.ExitStack
) -> Callable[[], str]:  # fmt: skip
    """All in one transaction: the old tables move into a schema of another name, and back if anything goes wrong."""
    engine = create_engine(place.url, hide_parameters=True)
    held.callback(engine.dispose)
    unit = held.enter_context(engine.connect())
    transaction = held.enter_context(unit.begin())
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND backend_type = 'client backend'"
    )
    if unit.execute(others).scalar_one():
        raise AlreadyServedError("this PostgreSQL database")
    schema, kept = unit.execute(text("SELECT current_schema()")).scalar_one(), ""
    if migrations.standing(unit) is not None:
        kept = aside.schema_name(now)
        unit.execute(text(f'ALTER SCHEMA "{schema}" RENAME TO "{kept}"'))
        unit.execute(text(f'CREATE SCHEMA "{schema}"'))
    if revision not in migrations.known():
        raise RefusedBackupError(_NEWER)
    migrations.run(unit, revision)
    copies.write_tables(rows, unit)
    migrations.run(unit)
    place.settle(unit)

    def put() -> str:
        transaction.commit()
        return f"schema {kept}" if kept else ""

    return put


def _known(url: str, revision: str) -> None:
    if copies.standing(url) != revision or revision not in migrations.known():
        raise RefusedBackupError(_NEWER)


_NEWER = "This backup was made by a newer house than this one. Bring this house to that version first."


def _sound(file: Path) -> None:
    with contextlib.closing(sqlite3.connect(file)) as raw:
        try:
            said = raw.execute("PRAGMA quick_check").fetchone()[0]
        except sqlite3.DatabaseError as error:
            said = str(error)
    if said != "ok":
        raise RefusedBackupError("The database in this backup is damaged. Take an older one.")


def _remove(file: Path) -> None:
    for beside in ("", "-wal", "-shm", ".lock"):
        file.with_name(file.name + beside).unlink(missing_ok=True)


@contextlib.contextmanager
def _claimed(database: Path) -> Iterator[None]:
    """The file is ours while this lasts; AlreadyServedError while a house serves it."""
    with Path(f"{database}.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyServedError(str(database)) from error
        yield


# ---- what an older database must not do again ----


def quiet_house(unit: Connection) -> None:
    """What waited to be sent when the backup was made may have gone since: it is listed, not sent. What was being asked
    outside may have been done, and is taken up as such; what was to be told of it is not. No reminder before a new message."""
    late = (OUTBOX.c.state == WAITING) & (OUTBOX.c.lane > READ_LANE)
    unit.execute(update(OUTBOX).where(late).values(state=GIVEN_UP, reason=RESTORED))
    unit.execute(update(CONVERSATION).values(lease_until=None, send_after=None))
    unit.execute(delete(ERRAND).where(ERRAND.c.state == DONE))
    asked = update(ERRAND).where(ERRAND.c.state.in_([INTENT, ASKED]))
    unit.execute(asked.values(state=ASKED, attempts=ERRAND.c.attempts + 1, lease_until=None))
    for table in (REMINDER, MOVE_CODE):
        unit.execute(delete(table))


def quiet_registry(unit: Connection) -> None:
    """The same for the simulated registry: an SMS that waited may have gone out."""
    waiting = SMS.c.state.in_([Fate.WAITING.value, Fate.SENDING.value])
    unit.execute(update(SMS).where(waiting).values(state=Fate.UNKNOWN.value, lease_until=None))
