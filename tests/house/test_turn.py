"""The one door: taken once, decided in order, worded, kept and queued in one transaction."""

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from bot.house import House
from bot.message import Event, Typed
from bot.ports import UnavailableError
from flows.speech import Address, Opened, Pick, Unread
from storage import inbox, messages
from storage.store import UnavailableError as StoreUnavailableError
from tests.kit.book import BOOK
from tests.kit.build import StillClock, house, plain_words

AN = Address("web", "main", "an")
BINH = Address("web", "main", "binh")


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def words(tmp_path: Path) -> Path:
    return plain_words(tmp_path, BOOK)


@pytest.fixture
def home(migrated_url: str, tmp_path: Path, words: Path, clock: StillClock) -> Iterator[House]:
    with house(migrated_url, tmp_path, book=BOOK, words=words, clock=clock) as built:
        yield built


async def say(home: House, address: Address, id_: str, what: Any) -> Any:
    return await home.turn.take(Event(address, id_, Typed(what) if isinstance(what, str) else what))


async def test_a_conversation_goes_on_where_it_stood_after_a_restart(
    migrated_url: str, tmp_path: Path, words: Path, clock: StillClock
) -> None:
    with house(migrated_url, tmp_path, book=BOOK, words=words, clock=clock) as first:
        await say(first, AN, "1", Opened())
        await say(first, AN, "2", Pick("hello.start", "on"))
    with house(migrated_url, tmp_path, book=BOOK, words=words, clock=clock) as second:
        taken = await say(second, AN, "3", "hôm qua")
    assert (taken.place, taken.case) == ("hello.soon", "activate")


async def test_the_same_event_again_has_no_second_effect_however_often_and_at_once(home: House) -> None:
    await say(home, AN, "1", Opened())
    press = Event(AN, "2", Pick("hello.start", "on"))
    taken = await asyncio.gather(*(home.turn.take(press) for _ in range(50)))
    assert sum(t.fresh for t in taken) == 1
    shown, _ = await home.mailbox.after(AN, 0)
    assert [m.number for m in shown] == [1, 2, 3]


async def test_two_quick_messages_with_different_ids_are_two_turns_in_their_order(home: House) -> None:
    await say(home, AN, "1", Opened())
    first, second = await asyncio.gather(
        say(home, AN, "2", Pick("hello.start", "on")), say(home, AN, "3", Pick("hello.start", "on"))
    )
    assert (first.cause, second.cause) == ("pick_on", "old_press")


async def test_one_persons_messages_never_swap_and_never_reach_another(home: House) -> None:
    people = [Address("web", "main", f"p{n}") for n in range(20)]
    await asyncio.gather(*(say(home, p, "0", Opened()) for p in people))
    await asyncio.gather(*(say(home, p, str(n), f"lời {n} của {p.chat}") for n in range(1, 11) for p in people))
    for p in people:
        shown, _ = await home.mailbox.after(p, 0)
        assert [m.number for m in shown] == list(range(1, len(shown) + 1))
        assert [m.text for m in shown if m.who == "me"] == [f"lời {n} của {p.chat}" for n in range(1, 11)]


async def test_the_offer_is_believed_as_it_was_shown(home: House) -> None:
    opened = await say(home, AN, "1", Opened())
    offer = opened.messages[-1].offer
    assert offer.place == "hello.start"
    assert [e for e, _ in offer.choices] == ["on", "trouble", "status"]
    assert (await say(home, AN, "2", "2")).place == "detour.cause"
    assert (await say(home, AN, "3", "detour.cause label_yes")).place == "hello.start"


async def test_what_was_said_is_queued_until_the_page_has_shown_it(home: House) -> None:
    opened = await say(home, AN, "1", Opened())
    waiting = lambda unit: messages.waiting(unit, opened.conversation_id)  # noqa: E731
    assert await home.store.read(waiting) == 1
    await home.mailbox.seen(AN, opened.last)
    assert await home.store.read(waiting) == 0


async def test_the_secret_is_gone_before_anything_is_kept(home: House) -> None:
    await say(home, AN, "1", Opened())
    taken = await say(home, AN, "2", "mã otp là 482913 đó cháu")
    assert taken.messages[0].mark == "removed"
    assert "482913" not in taken.messages[0].text
    assert taken.messages[1].text == "always.house removed_code"
    assert taken.messages[-1].offer is not None


async def test_bad_input_gets_a_clear_answer(home: House) -> None:
    await say(home, AN, "1", Opened())
    causes = {
        "": "unread_empty",
        "   \n\t ": "unread_empty",
        "😀👍": "unread_emoji",
        "\x00\x00": "unread_empty",
        "x" * 100_000: "unread_too_long",
        "a\x00b\ud800c": "missed",
        "\u202e\u200f\u2066": "unread_empty",
        "a" * 4001: "unread_too_long",
    }
    for number, (said, cause) in enumerate(causes.items(), 2):
        taken = await say(home, AN, str(number), said)
        assert taken.cause == cause, repr(said[:20])
        assert taken.place == "hello.start"
    for unread in Unread:
        taken = await say(home, AN, unread.value, unread)
        assert taken.messages[-1].text == f"always.house unread_{unread.value}"


async def test_a_too_long_message_is_kept_short_and_without_its_secrets(home: House) -> None:
    await say(home, AN, "1", Opened())
    taken = await say(home, AN, "2", "mã otp 482913 " + "dài " * 5000)
    assert "482913" not in taken.messages[0].text
    assert len(taken.messages[0].text) < 200


async def test_a_group_has_no_subject_and_a_private_talk_has_one(home: House) -> None:
    await home.turn.take(Event(AN, "1", Opened()))
    await home.turn.take(Event(BINH, "1", Opened(), private=False))
    subjects = text("SELECT chat, subject_id IS NULL FROM conversation ORDER BY chat")
    rows = await home.store.read(lambda unit: [tuple(r) for r in unit.execute(subjects)])
    assert [(c, bool(n)) for c, n in rows] == [("an", False), ("binh", True)]


async def test_an_event_that_breaks_the_turn_is_buried_told_and_harms_nobody(home: House, words: Path) -> None:
    for who in (AN, BINH):
        await say(home, who, "1", Opened())
    # The words of one place are broken after the start: every turn that needs them fails, and only those.
    (words / "vi" / "hello" / "when.jinja").write_text(
        "{% block say %}{{ nobody_said }}{% endblock %}", encoding="utf-8"
    )
    poisoned, fine = await asyncio.gather(
        say(home, AN, "2", Pick("hello.start", "on")), say(home, BINH, "2", Pick("hello.start", "trouble"))
    )
    assert (poisoned.cause, poisoned.place) == ("dead_letter", "hello.start")
    assert poisoned.messages[-1].text == "always.house paused_service"
    assert fine.place == "detour.cause"
    (letter,) = await home.store.read(inbox.buried)
    assert (letter.external_id, letter.kind, letter.reason) == ("2", "pick", "UnknownLineError")
    again = await say(home, AN, "2", Pick("hello.start", "on"))
    assert again.fresh is False
    assert (await say(home, AN, "3", Pick("hello.start", "trouble"))).place == "detour.cause"


def full(unit: Connection) -> None:
    """From now on the database refuses to grow (SQLite), or its connection is cut once (PostgreSQL)."""
    if unit.dialect.name == "sqlite":
        pages = unit.exec_driver_sql("PRAGMA page_count").scalar()
        unit.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    else:
        unit.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


async def test_a_failing_database_is_said_to_the_sender_and_is_never_poison(home: House) -> None:
    await say(home, AN, "1", Opened())
    with contextlib.suppress(StoreUnavailableError):
        await home.store.write(full)
    if home.store.on_sqlite:
        answers = await asyncio.gather(
            *(say(home, BINH, f"fill {n}", "dài " * 900) for n in range(40)), return_exceptions=True
        )
        assert any(isinstance(a, UnavailableError) for a in answers)
        await home.store.write(lambda unit: unit.exec_driver_sql("PRAGMA max_page_count=1073741823").scalar())
    assert await home.store.read(inbox.buried) == []
    assert (await say(home, AN, "2", Pick("hello.start", "on"))).place == "hello.when"


async def test_forgetting_leaves_nothing_of_the_conversation(home: House) -> None:
    await say(home, AN, "1", Opened())
    await say(home, AN, "2", "xin chào ông bà")
    await home.mailbox.forget(AN)
    tables = ("conversation", "subject", "message", "outbox", "inbox")
    counts = lambda unit: [unit.execute(text(f"SELECT count(*) FROM {t}")).scalar() for t in tables]  # noqa: E731
    assert await home.store.read(counts) == [0] * 5
    assert (await say(home, AN, "1", Opened())).fresh


async def test_progress_is_counted_over_the_persons_own_path(home: House) -> None:
    taken = await say(home, AN, "1", Opened())
    assert (taken.progress.number, taken.progress.count) == (5, 7)


async def test_an_errand_is_written_as_an_intent_with_its_turn(home: House) -> None:
    await say(home, AN, "1", Opened())
    await say(home, AN, "2", Pick("hello.start", "status"))
    found = text("SELECT kind, place, state FROM errand")
    assert await home.store.read(lambda unit: [tuple(r) for r in unit.execute(found)]) == [
        ("status", "outside.waiting", "intent")
    ]


async def test_last_seen_is_told_when_a_person_comes_back(home: House, clock: StillClock) -> None:
    await say(home, AN, "1", Opened())
    await say(home, AN, "2", Pick("hello.start", "on"))
    clock.on(days=3)
    taken = await say(home, AN, "3", Opened())
    assert taken.cause == "resumed"
    assert replace(taken.messages[0], number=0).text == "always.menu say"
    assert (await say(home, AN, "4", Pick("always.menu", "go_on"))).place == "hello.when"
