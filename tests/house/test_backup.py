"""A backup is one moment, sealed; a restore proves all before it touches anything, and brings back nobody who was erased."""

import io
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, make_url, select, text, update

from bot import __main__ as program
from bot.commands import backup as backup_command
from bot.house import House
from storage import audit, backups, copies, erasing, exporting, migrations
from storage.audit import AuditLog
from storage.backups import Place
from storage.conversations import READ_LANE
from storage.erasures import Erasures, erase_for_good
from storage.errands import ERRAND
from storage.messages import OUTBOX
from storage.sealed_file import RefusedBackupError
from storage.store import Store
from storage.vault import Vault, claim, open_key
from tests.kit.everything import TABLES, begin, bytes_beside, fill, words

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
AN, BINH = "quyt", "cocmoc"


@dataclass(slots=True)
class Kept:
    """A house's files: its database, key, erasures, and where its backups lie."""

    url: str
    folder: Path
    vault: Vault

    @property
    def erasures(self) -> Erasures:
        return Erasures(self.folder / "data" / "erasures.log", self.vault)

    def with_store(self, work: Callable[[Connection], Any]) -> Any:
        store = Store(self.url)
        try:
            return store.write_now(work)
        finally:
            store.close()

    def fill(self, chat: str) -> int:
        number: int = self.with_store(lambda unit: fill(unit, self.vault, chat, NOW))
        return number

    def rows(self) -> dict[str, int]:
        found: dict[str, int] = self.with_store(
            lambda unit: {t: unit.execute(text(f"SELECT count(*) FROM {t}")).scalar_one() for t in sorted(TABLES)}
        )
        return found


@pytest.fixture
def kept(migrated_url: str, tmp_path: Path) -> Kept:
    (tmp_path / "data").mkdir()
    url = migrated_url
    if url.startswith("sqlite"):
        made = Path(str(make_url(url).database))
        url = f"sqlite:///{made.rename(tmp_path / 'data' / 'house.db')}"
    mine = Kept(url, tmp_path, open_key(tmp_path / "keys" / "house.key"))
    mine.with_store(lambda unit: claim(unit, mine.vault))
    return mine


@pytest.fixture
def terminal(kept: Kept, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Types a command as a person would; gives back what the screen shows."""
    for name, value in {
        "DATABASE_URL": kept.url,
        "KEY_FILE": str(kept.folder / "keys" / "house.key"),
        "ERASURES_FILE": str(kept.folder / "data" / "erasures.log"),
        "REGISTRY_URL": "none",
    }.items():
        monkeypatch.setenv(f"DONGHANH_{name}", value)

    def typed(*arguments: str, answers: str = "", code: int = 0) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(answers))
        assert program.main(list(arguments)) == code
        shown = capsys.readouterr()
        return shown.out + shown.err

    return typed


def sent_to_nobody(unit: Connection) -> list[tuple[str, str]]:
    return sorted((r.state, r.reason) for r in unit.execute(select(OUTBOX)))


# ---- there and back ----


def test_all_comes_back_as_it_was_and_what_was_there_is_kept_aside(kept: Kept, terminal: Callable[..., str]) -> None:
    an = kept.fill(AN)
    export = kept.with_store(lambda unit: exporting.export_of(unit, kept.vault, an))
    file = kept.folder / "monday.backup"
    made = terminal("backup", str(file))
    assert "The key is not in it" in made
    kept.fill(BINH)
    shown = terminal("restore", str(file), answers="RESTORE\n")
    assert "is whole, and this house's key opens it" in shown
    again = kept.with_store(lambda unit: exporting.export_of(unit, kept.vault, an))
    for put_off in ("reminders", "asked_outside"):
        export.pop(put_off)
        again.pop(put_off)
    assert again == export
    assert kept.rows()["conversation"] == 1
    acts = [e.act for e in kept.with_store(lambda unit: audit.newest(unit))]
    assert acts == ["restore"]
    assert kept.with_store(AuditLog(kept.vault).verify).wrong_at is None
    if kept.url.startswith("sqlite"):
        (aside,) = (kept.folder / "data").glob("house.db.before-restore-*")
        with closing(sqlite3.connect(aside)) as old:
            assert old.execute("SELECT count(*) FROM conversation").fetchone() == (2,)
        assert sorted(p.name for p in (kept.folder / "data").iterdir()) == sorted(
            ["house.db", "house.db.lock", aside.name]
        )
    else:
        name = shown.partition("schema ")[2].split(",")[0]
        count = text(f"SELECT count(*) FROM {name}.conversation")
        assert kept.with_store(lambda unit: unit.execute(count).scalar_one()) == 2


def test_after_a_restore_the_house_goes_on(kept: Kept, terminal: Callable[..., str]) -> None:
    kept.fill(AN)
    file = kept.folder / "monday.backup"
    terminal("backup", str(file))
    terminal("restore", str(file), answers="RESTORE\n")
    kept.fill(BINH)  # numbers that the database counts go on too
    assert kept.rows()["log_entry"] == 2
    with house_of(kept) as home:
        assert home.store.write_now(lambda unit: migrations.standing(unit)) == migrations.head()


def house_of(kept: Kept) -> Any:
    from bot.main import build
    from bot.settings import Settings

    return build(
        Settings(
            database_url=kept.url, key_file=kept.folder / "keys" / "house.key", registry_url="none",
            erasures_file=kept.folder / "data" / "erasures.log",
        )
    )  # fmt: skip


def test_a_backup_is_one_moment_while_others_write(kept: Kept) -> None:
    """Between the pieces of the copy somebody writes; what comes back is of the moment it began."""
    kept.fill(AN)
    store, chunks = Store(kept.url), list[bytes]()
    for number, chunk in enumerate(copies.stream(kept.url)):
        chunks.append(chunk.content)
        if number % 10 == 0:
            store.write_now(partial(begin, chat=f"{BINH}{number}", now=NOW))
    store.close()
    assert kept.rows()["conversation"] > 1
    written = b"".join(chunks)
    assert AN.encode() in written
    assert BINH.encode() not in written


def test_nothing_of_what_it_holds_is_to_be_read_in_it(kept: Kept, terminal: Callable[..., str]) -> None:
    kept.fill(AN)
    file = kept.folder / "monday.backup"
    terminal("backup", str(file))
    sealed = file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    assert not [w for w in (*words(AN), "conversation", "SQLite format") if w.encode() in sealed]
    key = (kept.folder / "keys" / "house.key").read_text().strip()
    assert key.encode() not in sealed
    assert bytes.fromhex(key) not in sealed
    assert not list(kept.folder.rglob("*.copying*"))
    assert not list(kept.folder.rglob("*.part"))
    assert "is there already" in terminal("backup", str(file), code=2)


# ---- what is refused, with nothing touched ----


@pytest.fixture
def sealed(kept: Kept) -> Path:
    kept.fill(AN)
    file = kept.folder / "monday.backup"
    backups.back_up({"house": kept.url}, kept.vault, file, NOW)
    kept.fill(BINH)
    return file


def test_a_wrong_key_is_refused(kept: Kept, sealed: Path, terminal: Callable[..., str]) -> None:
    (kept.folder / "keys" / "house.key").write_text("ab" * 32 + "\n")
    assert "made with another key" in terminal("restore", str(sealed), answers="RESTORE\n", code=2)
    (kept.folder / "keys" / "house.key").unlink()
    assert "There is no key at" in terminal("restore", str(sealed), answers="RESTORE\n", code=2)
    assert not (kept.folder / "keys" / "house.key").exists(), "none is made on the way"
    assert kept.rows()["conversation"] == 2


def test_a_cut_a_changed_and_a_foreign_file_are_refused_wherever_it_happened(
    kept: Kept, sealed: Path, terminal: Callable[..., str]
) -> None:
    before, whole = kept.rows(), sealed.read_bytes()
    wrong = kept.folder / "wrong.backup"
    said = set()
    for length in (0, 3, 16, 18, 40, 300, len(whole) // 2, len(whole) - 1):
        wrong.write_bytes(whole[:length])
        said.add(terminal("restore", str(wrong), answers="RESTORE\n", code=2).partition(":")[0])
    assert said == {
        "This backup was cut off",
        "This file is no backup of Đồng Hành. Give one that `python -m bot backup` has made.\n",
    }
    for at in (20, 60, 200, 420, len(whole) // 3, len(whole) // 2, len(whole) - 30, len(whole) - 1):
        wrong.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        terminal("restore", str(wrong), answers="RESTORE\n", code=2)
    wrong.write_bytes(whole + b"\0")
    assert "cut off" in terminal("restore", str(wrong), answers="RESTORE\n", code=2)
    wrong.write_bytes(b"SQLite format 3\0" * 100)
    assert "no backup of" in terminal("restore", str(wrong), answers="RESTORE\n", code=2)
    assert kept.rows() == before
    assert "No such file" in terminal("restore", str(kept.folder / "nowhere"), code=2)
    assert not list(kept.folder.rglob("*.restoring*"))


def test_a_file_cut_between_two_pieces_is_found_cut(kept: Kept, sealed: Path) -> None:
    """The most treacherous cut: every piece that is left is whole."""
    import struct

    whole = sealed.read_bytes()
    begin = whole.index(b"\n") + 1
    begin += 4 + struct.unpack(">I", whole[begin : begin + 4])[0]
    ends = []
    while begin < len(whole):
        begin += 4 + struct.unpack(">I", whole[begin : begin + 4])[0]
        ends.append(begin)
    assert len(ends) > 2
    for end in ends[:-1]:
        sealed.write_bytes(whole[:end])
        with pytest.raises(RefusedBackupError, match="cut off"):
            backups.prove(sealed, kept.vault)
    sealed.write_bytes(whole)
    assert backups.prove(sealed, kept.vault).made == NOW


def test_a_newer_houses_backup_is_refused(kept: Kept, sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "known", lambda: frozenset({"r0001_first_tables"}))
    place = {"house": Place(kept.url, backups.quiet_house)}
    with pytest.raises(RefusedBackupError, match="newer house"):
        backups.restore(sealed, kept.vault, place, NOW)
    assert kept.rows()["conversation"] == 2


def test_a_backup_of_the_other_kind_of_database_is_refused(kept: Kept, sealed: Path) -> None:
    other = "postgresql+psycopg://nowhere/x" if kept.url.startswith("sqlite") else f"sqlite:///{kept.folder}/x.db"
    with pytest.raises(RefusedBackupError, match="Set DONGHANH_DATABASE_URL to one of its kind"):
        backups.restore(sealed, kept.vault, {"house": Place(other, backups.quiet_house)}, NOW)


def test_while_a_house_serves_nothing_is_put_back(kept: Kept, sealed: Path, terminal: Callable[..., str]) -> None:
    serving = Store(kept.url)
    serving.serve()
    serving.write_now(lambda unit: unit.execute(text("SELECT 1")))
    assert "Another process serves" in terminal("restore", str(sealed), answers="RESTORE\n", code=2)
    serving.close()
    terminal("restore", str(sealed), answers="RESTORE\n")
    assert kept.rows()["conversation"] == 1


def test_it_goes_on_only_when_the_word_was_typed(kept: Kept, sealed: Path, terminal: Callable[..., str]) -> None:
    for answer in ("", "yes\n", "restore\n"):
        assert "Nothing was touched" in terminal("restore", str(sealed), answers=answer, code=1)
    assert "is whole" in terminal("restore", str(sealed), "--check")
    assert kept.rows()["conversation"] == 2


def test_what_fails_in_the_middle_leaves_all_as_it_was(kept: Kept, sealed: Path) -> None:
    def broken(unit: Connection) -> None:
        backups.quiet_house(unit)
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        backups.restore(sealed, kept.vault, {"house": Place(kept.url, broken)}, NOW)
    assert kept.rows()["conversation"] == 2
    assert not list(kept.folder.rglob("*.restoring*"))


# ---- nobody who was erased comes back, and nothing is said twice ----


def test_an_older_backup_brings_back_nobody_who_was_erased_since(kept: Kept, terminal: Callable[..., str]) -> None:
    an, binh = kept.fill(AN), kept.fill(BINH)
    file = kept.folder / "monday.backup"
    terminal("backup", str(file))
    kept.with_store(lambda unit: erase_for_good(unit, kept.erasures, AuditLog(kept.vault), an, NOW, why="asked"))
    written = (kept.folder / "data" / "erasures.log").read_bytes()
    shown = terminal("restore", str(file), answers="RESTORE\n")
    assert "lists 1 erasures" in shown
    assert not kept.with_store(lambda unit: erasing.stands(unit, an))
    assert kept.with_store(lambda unit: erasing.stands(unit, binh))
    assert (kept.folder / "data" / "erasures.log").read_bytes() == written
    if kept.url.startswith("sqlite"):
        for aside in (kept.folder / "data").glob("*before-restore*"):
            aside.unlink()
        found = bytes_beside(kept.url)
        assert not [w for w in words(AN) if w.encode() in found]
        assert all(w.encode() in found for w in words(BINH))


def test_a_database_put_back_by_hand_loses_them_before_the_first_request(kept: Kept, sqlite_url: str) -> None:
    """Nobody ran `bot restore`: an old file was copied back, or the machine was set back to an old state."""
    an = kept.fill(AN)
    if kept.url.startswith("sqlite"):
        database = Path(str(make_url(kept.url).database))
        copy = database.read_bytes()
        kept.with_store(lambda unit: erase_for_good(unit, kept.erasures, AuditLog(kept.vault), an, NOW, why="asked"))
        for beside in database.parent.glob("house.db*"):
            beside.unlink()
        database.write_bytes(copy)
    else:
        kept.erasures.append(f"telegram|1|{AN}chat|", an, NOW)
    assert kept.with_store(lambda unit: erasing.stands(unit, an))
    with house_of(kept) as home:
        assert isinstance(home, House)
        assert not home.store.write_now(lambda unit: erasing.stands(unit, an))
        if kept.url.startswith("sqlite"):
            assert not [w for w in words(AN) if w.encode() in bytes_beside(kept.url)]


def test_what_waited_to_be_sent_or_asked_is_not_sent_or_asked_again(kept: Kept, terminal: Callable[..., str]) -> None:
    kept.fill(AN)
    web = kept.fill(BINH)
    kept.with_store(
        lambda unit: unit.execute(update(OUTBOX).where(OUTBOX.c.conversation_id == web).values(lane=READ_LANE))
    )
    file = kept.folder / "monday.backup"
    terminal("backup", str(file))
    terminal("restore", str(file), answers="RESTORE\n")
    assert kept.with_store(sent_to_nobody) == [("given_up", "restored"), ("waiting", "")]
    asked = kept.with_store(lambda unit: [(r.state, r.attempts) for r in unit.execute(select(ERRAND))])
    assert asked == [("asked", 1), ("asked", 1)], "taken up as something that may have been done"
    assert kept.rows()["reminder"] == kept.rows()["move_code"] == 0
    assert "restored" in terminal("outbox")


def test_an_older_houses_backup_is_brought_to_today(database_url: str, tmp_path: Path) -> None:
    from storage.engines import engine_for

    engine = engine_for(database_url, reading=False)
    with engine.begin() as unit:
        migrations.run(unit, "r0002_delivery")
        unit.execute(
            text("INSERT INTO subject (id, created, changed, \"case\") VALUES (1, '2026-01-01', '2026-01-01', '{}')")
        )
    engine.dispose()
    vault, file = open_key(tmp_path / "keys" / "house.key"), tmp_path / "old.backup"
    made = backups.back_up({"house": database_url}, vault, file, NOW)
    assert made.databases["house"][1] == "r0002_delivery"
    backups.restore(file, vault, {"house": Place(database_url, backups.quiet_house)}, NOW + timedelta(days=1))
    store = Store(database_url)
    standing = store.write_now(
        lambda unit: (migrations.standing(unit), unit.execute(text("SELECT id FROM subject")).scalar())
    )
    store.close()
    assert standing == (migrations.head(), 1)


# ---- the simulated registry beside it, and old backups ----


def test_both_databases_go_into_one_file_and_come_back(
    tmp_path: Path, migrated_sqlite: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for name in ("house.db", "registry.db"):
        (data / name).write_bytes(migrated_sqlite.read_bytes())
    monkeypatch.setenv("DONGHANH_DATABASE_URL", f"sqlite:///{data / 'house.db'}")
    monkeypatch.setenv("DONGHANH_KEY_FILE", str(tmp_path / "keys" / "house.key"))
    open_key(tmp_path / "keys" / "house.key")
    with closing(sqlite3.connect(data / "registry.db")) as raw, raw:
        raw.execute("INSERT INTO registry_counter VALUES ('changes', 41)")
        raw.execute("INSERT INTO registry_sms VALUES ('a', 1, 1, 'approved', '', 0, 'waiting', '2026-01-01', 0, NULL)")
    file = tmp_path / "both.backup"
    assert backup_command.main([str(file)]) == 0
    assert "house and registry" in capsys.readouterr().out
    with closing(sqlite3.connect(data / "registry.db")) as raw, raw:
        raw.execute("UPDATE registry_counter SET value = 99")
    monkeypatch.setattr("sys.stdin", io.StringIO("RESTORE\n"))
    assert program.main(["restore", str(file)]) == 0
    with closing(sqlite3.connect(data / "registry.db")) as raw:
        assert raw.execute("SELECT value FROM registry_counter").fetchall() == [(41,)]
        assert raw.execute("SELECT state FROM registry_sms").fetchall() == [("unknown",)]
    assert len(list(data.glob("*.before-restore-*"))) == 2


def test_a_backup_older_than_people_are_told_is_named(kept: Kept, sealed: Path, terminal: Callable[..., str]) -> None:
    old = kept.folder / "old.backup"
    backups.back_up({"house": kept.url}, kept.vault, old, datetime.now(UTC) - timedelta(days=31))
    shown = terminal("backup", str(kept.folder / "new.backup"))
    assert "old.backup is older than 30 days" in shown
    assert os.access(old, os.R_OK), "it is named, not removed"
