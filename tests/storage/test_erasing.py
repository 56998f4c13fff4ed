"""What a person has erased is gone from every table, from every byte on the disk, and stays gone; and nothing else is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Connection, insert, text, update

from bot.retention import erase_again, leave_no_trace_now
from flows.speech import Address, Talk
from storage import audit, conversations, erasing, errands, traces
from storage.audit import AuditLog
from storage.conversations import CONVERSATION
from storage.erasing import MEMBER, erase_of, erase_silent, erase_spent
from storage.erasures import Erasures, erase_for_good
from storage.store import Store
from storage.vault import Vault
from tests.kit import everything
from tests.kit.everything import TABLES, begin, clear_words, fill, words

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
AN, BINH = "quyt", "cocmoc"


@pytest.fixture
def vault() -> Vault:
    return Vault(b"v" * 32)


@pytest.fixture
def store(migrated_url: str) -> Iterator[Store]:
    opened = Store(migrated_url)
    yield opened
    opened.close()


def rows(store: Store) -> dict[str, int]:
    def count(unit: Connection) -> dict[str, int]:
        return {t: unit.execute(text(f"SELECT count(*) FROM {t}")).scalar_one() for t in sorted(TABLES)}

    return store.write_now(count)


def filled(store: Store, vault: Vault, chat: str) -> int:
    return store.write_now(lambda unit: fill(unit, vault, chat, NOW))


def test_an_erasure_leaves_no_row_of_it_in_any_table_and_all_of_the_others(store: Store, vault: Vault) -> None:
    filled(store, vault, BINH)
    before = rows(store)
    an = filled(store, vault, AN)
    both = rows(store)
    assert all(both[t] > before[t] for t in TABLES), "the conversation must have something everywhere"
    erased = store.write_now(lambda unit: erase_of(unit, vault, an, NOW))
    assert rows(store) == before | {"errand": before["errand"] + 1}, "the registry has yet to be told of one link"
    assert dict(erased.counts) == {t: both[t] - before[t] for t in TABLES}
    assert erased.consents == ("remind 2026-11-22", "link 2026-11-22 to 2026-11-23")


def test_the_registry_is_told_of_every_link_that_went_and_nothing_else_of_it_is_kept(
    store: Store, vault: Vault
) -> None:
    an = filled(store, vault, AN)
    store.write_now(lambda unit: erase_of(unit, vault, an, NOW))
    until = NOW + timedelta(minutes=1)
    (one,) = store.write_now(lambda unit: errands.claim(unit, vault, NOW, until, 9))
    assert (one.kind, one.detail, one.place) == ("forget", f"{AN}opaque", "")
    assert (one.conversation_id, one.subject_id, one.address.chat) == (errands.NOBODY, None, "")
    store.write_now(lambda unit: errands.finish(unit, vault, one, "done", "{}"))
    (answer,) = store.write_now(lambda unit: errands.to_tell(unit, vault))
    store.write_now(lambda unit: errands.told(unit, [answer.id]))
    assert rows(store)["errand"] == 0


def test_what_another_key_sealed_is_erased_all_the_same(store: Store, vault: Vault) -> None:
    an = filled(store, vault, AN)
    assert store.write_now(lambda unit: erase_of(unit, Vault(b"w" * 32), an, NOW)).counts["link"] == 1
    assert rows(store)["errand"] == 0


def test_no_table_that_names_conversations_or_subjects_is_forgotten(store: Store) -> None:
    def naming(unit: Connection) -> set[str]:
        found = unit.execute(
            text(
                "SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' "
                "AND c.name IN ('conversation_id', 'subject_id')"
                if unit.dialect.name == "sqlite"
                else "SELECT table_name FROM information_schema.columns WHERE table_schema = current_schema() "
                "AND column_name IN ('conversation_id', 'subject_id')"
            )
        )
        return set(found.scalars())

    assert store.write_now(naming) - TABLES == set()


def test_a_subject_of_another_conversation_stays_but_for_what_was_promised_in_this_one(
    store: Store, vault: Vault
) -> None:
    an, binh = filled(store, vault, AN), store.write_now(lambda unit: begin(unit, BINH, NOW))

    def shared(unit: Connection) -> int:
        subject: int = unit.execute(
            text("SELECT subject_id FROM member WHERE kin = 'grandmother' AND conversation_id = :an"), {"an": an}
        ).scalar_one()
        row = {"conversation_id": binh, "subject_id": subject, "kin": "self", "added": NOW, "talk": "", "phone": ""}
        unit.execute(insert(MEMBER), [row])
        return subject

    grandmother = store.write_now(shared)
    store.write_now(lambda unit: erase_of(unit, vault, an, NOW))
    left = rows(store)
    assert (left["conversation"], left["subject"], left["member"]) == (1, 2, 1)
    assert store.write_now(lambda unit: unit.execute(text("SELECT count(*) FROM link")).scalar_one()) == 0
    kept = store.write_now(lambda unit: erase_of(unit, vault, binh, NOW))
    assert kept.counts["subject"] == 2
    assert grandmother


def test_erasing_what_is_not_there_says_so_and_does_nothing(store: Store, vault: Vault, tmp_path: Path) -> None:
    filled(store, vault, AN)
    before, log = rows(store), Erasures(tmp_path / "erasures.log", vault)
    assert not store.write_now(lambda unit: erase_of(unit, vault, 7, NOW)).found
    assert not store.write_now(lambda unit: erase_for_good(unit, log, AuditLog(vault), 7, NOW, why="asked")).found
    assert rows(store) == before
    assert log.read() == []


@pytest.fixture
def file_url(tmp_path: Path, migrated_sqlite: Path) -> str:
    """A SQLite file in a folder of its own."""
    (tmp_path / "house.sqlite").write_bytes(migrated_sqlite.read_bytes())
    return f"sqlite:///{tmp_path / 'house.sqlite'}"


def test_no_byte_of_it_is_left_on_the_disk(file_url: str, tmp_path: Path, vault: Vault) -> None:
    store, chats = Store(file_url), [f"x{n:03d}z" for n in range(20)]
    ids = {chat: store.write_now(partial(fill, vault=vault, chat=chat, now=NOW)) for chat in chats}
    gone, kept = chats[::2], chats[1::2]
    assert traces.empty_journal(file_url)
    assert len(clear_words(file_url, words(gone[0]))) == 7, "the search itself must find, in the file"
    log, audit_log = Erasures(tmp_path / "erasures.log", vault), AuditLog(vault)
    for chat in gone:
        store.write_now(lambda unit, chat=chat: erase_for_good(unit, log, audit_log, ids[chat], NOW, why="asked"))  # type: ignore[misc]
    assert leave_no_trace_now(store)
    assert clear_words(file_url, [w for chat in gone for w in words(chat)]) == []
    assert len(clear_words(file_url, [w for chat in kept for w in words(chat)])) == 7 * len(kept)
    kept_bytes = everything.bytes_beside(file_url)
    assert not [chat for chat in gone if str(ids[chat]).encode() in kept_bytes], "nor its number"
    store.close()


def test_nor_in_the_gap_of_a_page_that_was_split(file_url: str) -> None:
    """Rows that grow split the pages of the file, and a split leaves copies where nobody looks and no deletion comes."""
    store, chats, chance, ids = Store(file_url), [f"g{n:04d}quyt" for n in range(240)], Random(3), dict[str, int]()
    for start in range(0, len(chats), 60):

        def together(unit: Connection, start: int = start) -> dict[str, int]:
            places = {Address("telegram", "1", chat): True for chat in chats[start : start + 60]}
            held = conversations.load(unit, places, Talk("welcome.start"), NOW + timedelta(seconds=start), {"telegram"})
            return {address.chat: one.id for address, one in held.items()}

        ids |= store.write_now(together)
    for size in (300, 700, 200, 900):
        chance.shuffle(chats)

        def grow(unit: Connection, size: int = size) -> None:
            for chat in chats[:160]:
                grown = {"talk": "x" * (size + chance.randrange(300))}
                unit.execute(update(CONVERSATION).where(CONVERSATION.c.id == ids[chat]).values(**grown))

        store.write_now(grow)
    gone, kept = chats[::2], chats[1::2]
    silent = update(CONVERSATION).where(CONVERSATION.c.id.in_([ids[chat] for chat in gone]))
    store.write_now(lambda unit: unit.execute(silent.values(changed=NOW - timedelta(days=2))))
    before = NOW - timedelta(days=1)
    assert len(store.write_now(lambda unit: erase_silent(unit, Vault(b"v" * 32), before, NOW, 500))) == len(gone)
    assert leave_no_trace_now(store)
    assert clear_words(file_url, gone) == []
    assert len(clear_words(file_url, kept)) == len(kept)
    store.close()


def test_an_erasure_is_noted_before_it_happens_and_told_without_what_was_erased(
    store: Store, vault: Vault, tmp_path: Path
) -> None:
    an, path = filled(store, vault, AN), tmp_path / "log" / "erasures.log"
    log, audit_log = Erasures(path, vault), AuditLog(vault)
    store.write_now(lambda unit: erase_for_good(unit, log, audit_log, an, NOW, why="asked"))
    (line,) = log.read()
    assert line.at == NOW
    assert line.address == vault.blind("erased address", f"telegram|1|{AN}chat|")
    written = path.read_text()
    assert AN not in written
    assert str(an) not in written
    assert path.stat().st_mode & 0o777 == 0o600
    (entry,) = store.write_now(lambda unit: audit.newest(unit))
    assert (entry.act, entry.subject) == ("erase", audit_log.pseudonym(an))
    assert entry.detail["consents"] == "remind 2026-11-22; link 2026-11-22 to 2026-11-23"
    assert "message:1" in entry.detail["rows"]


def test_where_it_cannot_be_noted_nothing_is_erased(store: Store, vault: Vault, tmp_path: Path) -> None:
    an = filled(store, vault, AN)
    before = rows(store)
    log = Erasures(tmp_path, vault)  # a folder
    with pytest.raises(OSError, match="directory"):
        store.write_now(lambda unit: erase_for_good(unit, log, AuditLog(vault), an, NOW, why="asked"))
    assert rows(store) == before


def test_an_older_database_that_is_put_back_loses_it_again_at_the_start(
    migrated_url: str, vault: Vault, tmp_path: Path, store: Store
) -> None:
    an, binh = filled(store, vault, AN), filled(store, vault, BINH)
    log = Erasures(tmp_path / "erasures.log", vault)
    log.append("somebody|else||", 5, NOW)
    log.append(f"telegram|1|{AN}chat|", an, NOW)
    assert erase_again(store, log) == 1
    assert rows(store)["conversation"] == 1
    assert store.write_now(lambda unit: erasing.stands(unit, binh))
    # The database knows the file now: only what is added is looked at, and whoever came back since stays.
    again = store.write_now(lambda unit: begin(unit, AN, NOW + timedelta(seconds=1)))
    assert erase_again(store, log) == 0
    log.append("x", 6, NOW)
    assert erase_again(store, log) == 0
    assert store.write_now(lambda unit: erasing.stands(unit, again))


def test_another_file_of_erasures_begins_anew_and_a_torn_line_costs_nothing_but_itself(
    store: Store, vault: Vault, tmp_path: Path
) -> None:
    an, binh = filled(store, vault, AN), filled(store, vault, BINH)
    log = Erasures(tmp_path / "one", vault)
    for n in range(5):
        log.append("x", n, NOW)
    assert erase_again(store, log) == 0
    other = Erasures(tmp_path / "two", vault)
    other.append("x", an, NOW)
    with (tmp_path / "two").open("a") as torn:
        torn.write("2026-11-22T05:00:00.000000Z 00ff")
    other.append("y", binh, NOW)
    assert len(other.read()) == 2
    assert erase_again(store, other) == 2


def test_two_processes_note_into_one_file_line_by_line(vault: Vault, tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    logs = [Erasures(tmp_path / "erasures.log", vault) for _ in range(2)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: logs[n % 2].append("a", n, NOW), range(60)))
    assert len(logs[0].read()) == 60
    assert (tmp_path / "erasures.log").read_text().count("donghanh erasures") == 1


def test_what_had_its_time_goes_by_its_kind(store: Store, vault: Vault) -> None:
    filled(store, vault, AN)

    def kept_after(days: int) -> dict[str, int]:
        store.write_now(lambda unit: erase_spent(unit, NOW + timedelta(days=days)))
        return rows(store)

    store.write_now(
        lambda unit: unit.execute(insert(erasing.SPENT), [{"key": "k", "until": int(NOW.timestamp() * 1_000_000)}])
    )
    first = kept_after(1)
    assert (first["move_code"], first["resend"], first["errand"], first["dead_letter"]) == (1, 1, 1, 1)
    assert kept_after(2)["move_code"] == 0
    spent = text("SELECT count(*) FROM spent")
    assert store.write_now(lambda unit: unit.execute(spent).scalar_one()) == 1
    assert kept_after(3) | {} == first | {"move_code": 0}
    assert store.write_now(lambda unit: unit.execute(spent).scalar_one()) == 0
    assert kept_after(30) == first | {"move_code": 0}
    assert kept_after(31) == first | {"move_code": 0, "resend": 0, "errand": 0, "reminder": 0, "dead_letter": 0}


def test_silent_conversations_go_a_few_at_a_time(store: Store, vault: Vault) -> None:
    def begun(unit: Connection) -> None:
        for n in range(7):
            begin(unit, f"c{n}", NOW + timedelta(minutes=n))

    store.write_now(begun)
    before = NOW + timedelta(minutes=5)
    assert [len(store.write_now(lambda unit: erase_silent(unit, vault, before, NOW, 3))) for _ in range(3)] == [3, 2, 0]
    assert rows(store)["conversation"] == rows(store)["subject"] == 2
