"""Several senders on one PostgreSQL: one that slept past its lease and woke up sends nothing and marks nothing."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.message import Event, Typed
from flows.speech import Address, Opened
from storage import outbox
from storage.store import Store
from tests.kit.book import BOOK
from tests.kit.build import house, plain_words
from tests.kit.postgres import Databases
from tests.kit.served import ROOT

CHATS, TURNS, LEASE = 4, 6, 1.6


@contextlib.contextmanager
def sender(url: str, file: Path, name: str, per_second: float) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.house.frozen_sender", url, str(file), name, str(LEASE), str(per_second)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "sending\n"
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGCONT)
        process.kill()
        process.wait(timeout=20)
        process.stdout.close()


def written(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


async def lines(file: Path, at_least: int = 0) -> list[str]:
    async with asyncio.timeout(30):
        while True:
            found = await asyncio.to_thread(written, file)
            if len(found) >= at_least:
                return found
            await asyncio.sleep(0.01)  # the senders are other processes


@pytest.fixture
def url(postgres: Databases, migrated_postgres: str) -> Iterator[str]:
    """PostgreSQL alone: a SQLite file is served by one process."""
    made = postgres.create(template=migrated_postgres)
    yield made
    postgres.drop(made)


async def test_a_sender_frozen_past_its_lease_and_woken_sends_nothing_and_marks_nothing(
    url: str, tmp_path: Path
) -> None:
    with house(url, tmp_path, book=BOOK, words=plain_words(tmp_path, BOOK)) as home:
        home.turn._written = frozenset({"telegram"})
        for turn in range(TURNS):
            for chat in range(CHATS):
                what = Opened() if turn == 0 else Typed("menu please")
                await home.turn.take(Event(Address("telegram", "1", str(chat)), str(turn), what))
        said = (await home.store.read(outbox.depth))[0]
    journal = tmp_path / "sent"
    # The first one sends slowly, so that it holds its conversations when it falls asleep.
    with sender(url, journal, "first", 3.0) as first:
        await lines(journal, CHATS)
        os.kill(first.pid, signal.SIGSTOP)
        before = await lines(journal)
        with sender(url, journal, "second", 1000.0):
            await lines(journal, said)
            os.kill(first.pid, signal.SIGCONT)
            store = Store(url)
            try:
                async with asyncio.timeout(20):
                    while (await store.read(outbox.depth))[0]:  # noqa: ASYNC110 - the senders are other processes
                        await asyncio.sleep(0.02)
                # Whatever the woken one would still do, it does within a few of its own rounds.
                fences = await store.read(
                    lambda unit: unit.exec_driver_sql("SELECT sum(fence) FROM conversation").scalar()
                )
                await asyncio.sleep(2 * LEASE)
                after = await store.read(
                    lambda unit: unit.exec_driver_sql("SELECT sum(fence) FROM conversation").scalar()
                )
            finally:
                store.close()
    sent = await lines(journal)
    assert [s for s in sent[len(before) :] if s.startswith("first")] == []
    assert len(sent) - said <= CHATS, (
        "at most one repeat a conversation, where the freeze fell between sending and marking"
    )
    for chat in range(CHATS):
        numbers = [int(s.split()[2]) for s in sent if s.split()[1] == str(chat)]
        assert sorted(set(numbers)) == list(dict.fromkeys(numbers)), "order is kept"
    assert fences == after
