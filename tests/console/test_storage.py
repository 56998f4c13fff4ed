"""What the console keeps, on both databases: one step once, units over each other, a chain that holds, words that are found."""

import contextlib
import sqlite3
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError

from bot.console.masking import masked
from bot.house import House
from storage import audit, conversations, log_index, logs, staff, units
from storage.audit import Act, Anchor, AuditLog
from storage.erasing import erase_silent
from storage.logs import Wanted
from storage.staff import Role
from storage.store import Store
from storage.units import UnitError
from tests.console.conftest import IN_HOURS
from tests.console.desk import CLASS, COMMUNE, OTHER, SCHOOL, Citizen, citizen, come, hire
from tests.kit.build import StillClock
from tests.kit.postgres import Databases

ROOT = Path(__file__).parents[2]


def test_twenty_at_once_in_two_processes_take_a_step_once(postgres: Databases, migrated_postgres: str) -> None:
    url = postgres.create(template=migrated_postgres)
    store = Store(url)
    hanh = store.write_now(lambda unit: hire(unit, "hanh", Role.OFFICER, COMMUNE, IN_HOURS))
    command = [sys.executable, "-m", "tests.console.steps", url, str(hanh.id), "58000000", "10"]
    running = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    assert sum(int(process.communicate(timeout=30)[0]) for process in running) == 1
    store.close()
    postgres.drop(url)


def test_attempts_are_counted_before_they_are_looked_at_so_that_none_slips_by(both: House) -> None:
    def many(unit: Connection) -> int:
        return sum(staff.attempt(unit, "k", IN_HOURS) is None for _ in range(30))

    assert both.store.write_now(many) == 5
    later = IN_HOURS + timedelta(seconds=31)
    assert both.store.write_now(lambda unit: staff.attempt(unit, "k", later)) is None
    until = both.store.write_now(lambda unit: staff.attempt(unit, "k", later))
    assert until == later + timedelta(seconds=60)
    both.store.write_now(lambda unit: staff.forgive(unit, "k"))
    assert both.store.write_now(lambda unit: staff.attempt(unit, "k", later)) is None


def test_units_stand_under_each_other_and_move_with_all_below(both: House) -> None:
    def codes(unit: Connection, top: str) -> list[str]:
        found = units.find(unit, top)
        assert found is not None
        return [u.code for u in units.below(unit, found)]

    assert both.store.write_now(lambda unit: codes(unit, COMMUNE)) == [COMMUNE, SCHOOL, CLASS]
    both.store.write_now(lambda unit: units.plant(unit, SCHOOL, "Trường Mẫu", "school", OTHER))
    assert both.store.write_now(lambda unit: codes(unit, COMMUNE)) == [COMMUNE]
    assert both.store.write_now(lambda unit: codes(unit, OTHER)) == [OTHER, SCHOOL, CLASS]
    for wrong in (
        lambda unit: units.plant(unit, OTHER, "x", "commune", CLASS),
        lambda unit: units.plant(unit, "Có Dấu", "x", "commune"),
        lambda unit: units.plant(unit, "x", "x", "kingdom"),
        lambda unit: units.plant(unit, "x", "x", "commune", "nowhere"),
    ):
        with pytest.raises(UnitError):
            both.store.write_now(wrong)
    assert both.store.write_now(lambda unit: units.week_of(unit, CLASS)).startswith("2-6 07:30")


def test_a_conversation_is_its_bots_else_its_links_else_the_homes_else_the_roots(both: House) -> None:
    def of(channel: str, bot: str, link: str) -> str:
        return both.store.write_now(lambda unit: units.owner(unit, channel, bot, link))

    assert of("telegram", "1", "") == units.ROOT
    both.store.write_now(lambda unit: units.open_door(unit, units.HOME_DOOR, OTHER))
    assert of("telegram", "1", "") == OTHER
    assert of("telegram", "1", SCHOOL) == SCHOOL
    assert of("telegram", "1", "unknown") == OTHER
    both.store.write_now(lambda unit: units.open_door(unit, "bot telegram:1", COMMUNE))
    assert of("telegram", "1", SCHOOL) == COMMUNE
    assert of("telegram", "2", SCHOOL) == SCHOOL


# ---- the audit ----


def acts(home: House, count: int) -> AuditLog:
    log = AuditLog(home.vault)
    for n in range(count):
        at = IN_HOURS + timedelta(seconds=n)
        home.store.write_now(lambda unit, n=n, at=at: log.append(unit, at, n % 3, Act.VIEW, about=n, whose="Phường"))  # type: ignore[misc]
    return log


def unlocked(unit: Connection) -> None:
    """What somebody does who has the database by hand: the trigger goes first."""
    if unit.dialect.name == "sqlite":
        unit.execute(text("DROP TRIGGER audit_no_update"))
        unit.execute(text("DROP TRIGGER audit_no_delete"))
    else:
        unit.execute(text("DROP TRIGGER audit_stays ON audit"))


def test_the_audit_can_be_neither_changed_nor_removed(both: House) -> None:
    acts(both, 3)
    for act in (
        "UPDATE audit SET staff_id = 9 WHERE number = 2",
        "DELETE FROM audit WHERE number = 3",
        "DELETE FROM audit",
    ):
        with pytest.raises(DatabaseError, match="append-only"):
            both.store.write_now(lambda unit, act=act: unit.execute(text(act)))  # type: ignore[misc]


def test_whatever_is_done_to_the_audit_by_hand_is_found_and_named(both: House) -> None:
    log = acts(both, 12)
    whole = both.store.write_now(log.verify)
    assert (whole.wrong_at, whole.anchor.number) == (None, 12)
    assert Anchor.read(str(whole.anchor)) == whole.anchor
    changes = {
        "UPDATE audit SET staff_id = 9 WHERE number = 5": 5,
        "UPDATE audit SET done = (1 = 0) WHERE number = 6": 6,
        "UPDATE audit SET detail = '{}' WHERE number = 7": 7,
        "UPDATE audit SET subject = '' WHERE number = 1": 1,
        "UPDATE audit SET at = '2026-11-23 02:00:09' WHERE number = 4": 4,
        "DELETE FROM audit WHERE number = 8": 8,
        "DELETE FROM audit WHERE number = 1": 1,
        "UPDATE audit SET number = 99 WHERE number = 10": 10,
        "UPDATE audit SET hash = (SELECT hash FROM audit WHERE number = 3) WHERE number = 2": 2,
    }

    def tried(unit: Connection, change: str) -> int | None:
        with unit.begin_nested() as undone:
            unlocked(unit)
            unit.execute(text(change))
            found = log.verify(unit).wrong_at
            undone.rollback()
        return found

    assert {c: both.store.write_now(lambda unit, c=c: tried(unit, c)) for c in changes} == changes  # type: ignore[misc]

    def cut(unit: Connection) -> tuple[int | None, int | None]:
        with unit.begin_nested() as undone:
            unlocked(unit)
            unit.execute(text("DELETE FROM audit WHERE number > 9"))
            found = (log.verify(unit).wrong_at, log.verify(unit, whole.anchor).wrong_at)
            undone.rollback()
        return found

    assert both.store.write_now(cut) == (None, 10)  # a tail that was cut is found by the anchor alone


def test_an_act_that_fails_leaves_no_trace_and_a_trace_that_fails_no_act(both: House) -> None:
    log = AuditLog(both.vault)

    def half(unit: Connection) -> None:
        log.append(unit, IN_HOURS, 1, Act.VIEW)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        both.store.write_now(half)
    assert both.store.write_now(audit.newest) == []


# ---- the log ----


async def filled(home: House) -> None:
    for name, code, words in (
        ("an", COMMUNE, "Tôi không nhận được mã"),
        ("binh", SCHOOL, "Ứng dụng cứ QUAY VÒNG mãi"),
        ("chi", CLASS, "Tôi tên Nguyễn Thị Thử, gọi 0912 345 678 nhé"),
        ("dung", OTHER, "không nhận được thông báo"),
    ):
        await come(home, name, code)
        await Citizen(home, name).says(words)
    home.store.write_now(log_index.prepare)
    while home.store.write_now(lambda unit: log_index.follow(unit, masked, 3)):
        pass


def found(home: House, words: str, code: str = units.ROOT, *, people: bool = True) -> list[str]:
    def query(unit: Connection) -> list[str]:
        top = units.find(unit, code)
        assert top is not None
        return [h.text for h in logs.search(unit, words, top, people=people)]

    return home.store.write_now(query)


async def test_words_are_found_without_accents_below_ones_own_unit_and_never_what_is_masked(both: House) -> None:
    await filled(both)
    assert len(found(both, "khong nhan duoc")) == 2
    assert len(found(both, "KHÔNG NHẬN ĐƯỢC")) == 2
    assert found(both, "khong nhan duoc", COMMUNE) == ["Tôi không nhận được mã"]
    assert len(found(both, "quay von")) == 1  # the last word may be unfinished
    assert len(found(both, "quay", SCHOOL)) == len(found(both, "quay", COMMUNE)) == 1
    assert found(both, "quay", OTHER) == found(both, "quay", CLASS) == []
    for secret in ("0912", "345", "678", "nguyen", "thu", "thi"):
        assert found(both, secret) == [], secret
    assert found(both, "không bao giờ hỏi") == []  # the house's own words only when they are asked for
    assert len(found(both, "mã OTP", people=False)) >= 1
    for odd in ("", "'", '" OR *', "a:b", "NEAR(", "zzu%", "\\", "-", "( & | !", "''::tsquery", "🙂"):
        found(both, odd)


async def test_what_many_said_is_found_page_by_page_each_once_newest_first(
    both: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        logs, "NEWEST", 6
    )  # so that pages are found among the newest, beyond them, and across the border
    both.store.write_now(log_index.prepare)
    await come(both, "an")
    for n in range(9):
        await Citizen(both, "an", n).says("chuồn chuồn bay thấp")
    while both.store.write_now(lambda unit: log_index.follow(unit, masked)):
        pass
    root = both.store.write_now(lambda unit: units.found(unit, ""))

    def page_before(before: int | None, words: str) -> list[logs.Hit]:
        return both.store.write_now(lambda unit: logs.search(unit, words, root, before=before, most=2))

    for words in ("chuon", "chuo"):  # whole, and begun
        found, page = list[int](), page_before(None, words)
        while page:
            found += [hit.number for hit in page]
            page = page_before(page[-1].entry, words)
        assert len(found) == 9
        assert found == sorted(set(found), reverse=True)


async def test_a_conversation_of_another_unit_now_is_found_there_and_no_longer_here(both: House) -> None:
    await filled(both)
    held = both.store.write_now(lambda unit: conversations.find(unit, citizen("an")))
    assert held is not None
    id_ = held.id

    def move(unit: Connection) -> None:
        units.assign(unit, [id_], OTHER)
        log_index.again(unit, id_)

    both.store.write_now(move)
    assert found(both, "khong nhan", COMMUNE) == []
    both.store.write_now(lambda unit: log_index.follow(unit, masked))
    assert len(found(both, "khong nhan", OTHER)) == 2


async def test_what_is_forgotten_is_found_no_more_and_no_byte_of_it_is_left(both: House, clock: StillClock) -> None:
    await come(both, "an")
    await Citizen(both, "an").says("hoathienlyvang")
    await come(both, "binh")
    await Citizen(both, "binh").says("rausamdatxanh")
    both.store.write_now(log_index.prepare)
    both.store.write_now(lambda unit: log_index.follow(unit, masked))
    assert len(found(both, "hoathienlyvang")) == len(found(both, "rausamdatxanh")) == 1
    await both.mailbox.forget(citizen("an"))
    assert found(both, "hoathienlyvang") == []
    clock.on(days=2)
    both.store.write_now(lambda unit: erase_silent(unit, both.vault, clock.time, clock.time))
    assert found(both, "rausamdatxanh") == []
    if both.store.on_sqlite:
        database = Path(str(both.store.url.database))
        with contextlib.closing(sqlite3.connect(database)) as by_hand:
            assert by_hand.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
        kept = b"".join(p.read_bytes() for p in database.parent.glob(f"{database.name}*"))
        assert b"hoathienlyvang" not in kept
        assert b"rausamdatxanh" not in kept


async def test_the_lists_are_narrowed_by_each_thing_one_asks_for(both: House, clock: StillClock) -> None:
    await filled(both)
    clock.on(hours=5)
    await come(both, "em", OTHER)
    both.store.write_now(lambda unit: log_index.follow(unit, masked))

    def listed(code: str = units.ROOT, **wanted: object) -> int:
        def query(unit: Connection) -> int:
            top = units.find(unit, code)
            assert top is not None
            return len(logs.conversations(unit, Wanted(top, **wanted)))  # type: ignore[arg-type]

        return both.store.write_now(query)

    assert [listed(c) for c in (units.ROOT, COMMUNE, SCHOOL, CLASS, OTHER)] == [5, 3, 2, 1, 2]
    assert [listed(channel=c) for c in ("web", "telegram")] == [5, 0]
    standing = Counter(
        s.place for s in both.store.write_now(lambda unit: logs.conversations(unit, Wanted(units.found(unit, ""))))
    )
    assert {place: listed(place=place) for place in standing} == standing
    flow = next(iter(standing)).partition(".")[0]
    assert listed(place=flow) == sum(n for place, n in standing.items() if place.startswith(f"{flow}."))
    assert [listed(place=p) for p in ("activate", "wel%", f"{flow}.")] == [0, 0, 0]
    assert [listed(link=c) for c in (COMMUNE, "x")] == [1, 0]
    assert listed(silent_since=clock.time - timedelta(hours=1)) == 4
    assert listed(waiting=True) == 0

    def pages(unit: Connection) -> list[int]:
        top = units.find(unit, units.ROOT)
        assert top is not None
        seen: list[int] = []
        after = None
        while page := logs.conversations(unit, Wanted(top, after=after), 2):
            seen += [s.id for s in page]
            after = (page[-1].changed, page[-1].id)
        return seen

    seen = both.store.write_now(pages)
    assert len(seen) == len(set(seen)) == 5


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Tôi tên Nguyễn Thị Thử, số 0912", "Tôi tên N. T. T., số •••"),
        ("gọi 12 34 56", "gọi •••"),
        ("còn 2 bước, 15 phút", "còn 2 bước, 15 phút"),
        ("thu.nguyen@example.com nhé", "••• nhé"),
        ("VNeID báo lỗi ở màn hình", "VNeID báo lỗi ở màn hình"),
        ("tên tôi là lan", "tên tôi là L."),
    ],
)
def test_numbers_names_and_addresses_are_masked(said: str, shown: str) -> None:
    assert masked(said) == shown
