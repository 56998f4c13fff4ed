"""The last traces of what was erased, on SQLite: words in the index's old leaves, and copies in the journal beside the file.

PostgreSQL has its own: dead rows until the next vacuum, its journal until the next checkpoints; see `aging_out`.
"""

import contextlib
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, make_url, text

MERGED_AT_ONCE = 200  # pages: a few milliseconds of the writer's time
PATIENCE = 5.0
SMALL = 50_000_000  # bytes
ANY_SIZE = 2**63


def begin_merging(unit: Connection) -> bool:
    """Begin to write the word index anew, without the words that went; False where there is no such index."""
    if unit.dialect.name != "sqlite":
        return False
    if unit.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'log_words'")).first() is None:
        return False
    _merge(unit, -MERGED_AT_ONCE)
    return True


def merge_on(unit: Connection) -> bool:
    """One more piece; False when all is written anew, and only then is the last word overwritten."""
    before = unit.execute(text("SELECT total_changes()")).scalar_one()
    _merge(unit, MERGED_AT_ONCE)
    return bool(unit.execute(text("SELECT total_changes()")).scalar_one() - before >= 2)


def empty_journal(url: str) -> bool:
    """Move the journal into the file and cut it to nothing; False when a reader held it for all of five seconds. Nothing to
    do, and True, on PostgreSQL."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return True
    with contextlib.closing(sqlite3.connect(parsed.database, timeout=PATIENCE, isolation_level=None)) as raw:
        raw.execute("PRAGMA secure_delete=ON")
        busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def write_anew(url: str, largest: int = SMALL) -> bool:
    """Write a SQLite file anew and empty its journal. Overwriting what is deleted is not enough: when a page of the file was
    split long ago, a copy of what stood on it may be left in its gap. Writers wait meanwhile (a second for 50 MB), so a file
    of more than `largest` bytes is left for the night, and False returned; also when somebody held the file."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return True
    if Path(parsed.database).stat().st_size > largest:
        empty_journal(url)
        return False
    with contextlib.closing(sqlite3.connect(parsed.database, timeout=PATIENCE, isolation_level=None)) as raw:
        raw.execute("PRAGMA secure_delete=ON")
        raw.execute("PRAGMA synchronous=FULL")
        if largest <= SMALL:
            raw.execute("PRAGMA temp_store=MEMORY")
        try:
            raw.execute("VACUUM")
        except sqlite3.OperationalError:
            return False
    return empty_journal(url)


def aging_out(url: str, backup_days: int) -> str:
    """When the last copies of something erased are gone, in a sentence for the person whose it was."""
    backups = f"Bản sao lưu cũ còn được cất riêng, có khoá, nhiều nhất {backup_days} ngày rồi huỷ"
    if make_url(url).get_backend_name() == "sqlite":
        return f"{backups}; nếu phải dùng lại bản cũ thì phần đã xoá cũng bị xoá lại ngay."
    return (
        f"Cơ sở dữ liệu còn giữ dấu vết trong nhật ký riêng của nó, thường dưới 1 ngày thì bị ghi đè. {backups}; nếu phải "
        "dùng lại bản cũ thì phần đã xoá cũng bị xoá lại ngay."
    )


def _merge(unit: Connection, pages: int) -> None:
    # A savepoint makes the index write out first what it has only noted, or the merge would come too early.
    with unit.begin_nested():
        unit.execute(text("INSERT INTO log_words (log_words, rank) VALUES ('merge', :pages)"), {"pages": pages})
