"""The sender: order within a conversation whatever happens, nothing lost, nothing twice but by a lost answer, and counted."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.bundles import bundles
from bot.delivery import Delivery
from bot.emulators.clock import Clock
from bot.house import House
from bot.message import Blocked, Event, Failed, Failure, Letter, Pace, Rate, Sent, Sentence, Typed
from bot.pacing import Pacer
from flows.speech import Address, Opened
from storage import messages, outbox
from storage.messages import BULK
from storage.outbox import Note, Waiting
from tests.kit.book import BOOK
from tests.kit.build import NOON, StillClock, house, plain_words

AN, BINH, CHI = (Address("telegram", "1", chat) for chat in ("an", "binh", "chi"))
Answer = Callable[[Letter], Sent | Failed]


class Platform:
    """A platform of the test's own: answers as it is told to, and remembers what arrived."""

    def __init__(self, answer: Answer = lambda _: Sent()) -> None:
        self.pace, self.answer = Pace(), answer
        self.arrived: list[tuple[str, int]] = []
        self.asked: list[Letter] = []
        self.up = True
        self.probes = 0

    async def send(self, letter: Letter) -> Sent | Failed:
        await asyncio.sleep(0)
        self.asked.append(letter)
        outcome = self.answer(letter)
        if isinstance(outcome, Sent) or outcome.failure is Failure.UNSURE:
            self.arrived.append((letter.address.chat, letter.number))
        return outcome

    async def reachable(self, bot: str) -> bool:
        self.probes += 1
        await asyncio.sleep(0)
        return self.up

    async def typing(self, address: Address) -> None:
        pass

    async def health(self) -> list[Sentence]:
        return []


@pytest.fixture
def words(tmp_path: Path) -> Path:
    return plain_words(tmp_path, BOOK)


@pytest.fixture
def home(migrated_url: str, tmp_path: Path, words: Path) -> Iterator[House]:
    with house(migrated_url, tmp_path, book=BOOK, words=words, clock=StillClock()) as built:
        built.turn._written = frozenset({"telegram"})
        yield built


@asynccontextmanager
async def delivering(home: House, platform: Platform, clock: Clock | None = None) -> AsyncIterator[Delivery]:
    clock = clock or Clock(start=home.clock.now().timestamp(), factor=20)
    delivery = Delivery(home.store, clock, home.wake, {"telegram": platform}, lambda w: home.counts.update([w]))
    task = asyncio.create_task(delivery.run())
    try:
        yield delivery
    finally:
        await delivery.stop()
        await task


async def until(happened: Callable[[], bool | Awaitable[bool]], seconds: float = 15) -> None:
    async with asyncio.timeout(seconds):
        while not (told if isinstance(told := happened(), bool) else await told):  # noqa: ASYNC110 - any of many things
            await asyncio.sleep(0.005)


async def nothing_waits(home: House) -> bool:
    depth = await home.store.read(outbox.depth)
    return depth[0] == 0


async def talk(home: House, address: Address, turns: int, first: int = 0) -> int:
    """`turns` messages of one person; the number of the last message of the conversation."""
    last = 0
    for number in range(first, first + turns):
        what = Opened() if number == 0 else Typed("menu please")
        last = (await home.turn.take(Event(address, str(number), what))).last
    return last


async def test_every_message_of_a_conversation_arrives_once_and_in_order(home: House) -> None:
    platform = Platform()
    async with delivering(home, platform):
        await asyncio.gather(*(talk(home, address, 6) for address in (AN, BINH, CHI)))
        await until(lambda: nothing_waits(home))
    for chat in ("an", "binh", "chi"):
        numbers = [n for c, n in platform.arrived if c == chat]
        assert numbers == sorted(set(numbers))
    assert len(platform.arrived) == home.counts["sent"]


async def test_what_surely_was_not_taken_is_tried_again_until_it_goes_and_nothing_overtakes_it(home: House) -> None:
    refusals = 3

    def answer(letter: Letter) -> Sent | Failed:
        nonlocal refusals
        if letter.address == AN and refusals:
            refusals -= 1
            return Failed(Failure.LATER, "platform_trouble")
        return Sent()

    platform = Platform(answer)
    async with delivering(home, platform):
        await talk(home, AN, 4)
        await until(lambda: nothing_waits(home))
    numbers = [n for _, n in platform.arrived]
    assert numbers == sorted(set(numbers))
    assert home.counts["delivery_later"] == 3


async def test_what_perhaps_was_taken_is_tried_once_more_at_most_and_then_listed_as_unknown(home: House) -> None:
    first: list[int] = []

    def answer(letter: Letter) -> Sent | Failed:
        first.append(letter.number) if not first else None
        return Failed(Failure.UNSURE, "answer_lost") if letter.number == first[0] else Sent()

    platform = Platform(answer)
    async with delivering(home, platform):
        await talk(home, AN, 3)
        await until(lambda: nothing_waits(home))
    numbers = [n for _, n in platform.arrived]
    assert numbers.count(first[0]) == 2
    assert sorted(set(numbers)) == sorted(numbers)[1:]
    lost = await home.store.read(outbox.undelivered)
    assert [(u.number, u.state, u.reason) for u in lost] == [(first[0], "unknown", "answer_lost")]
    assert (home.counts["delivery_unsure"], home.counts["delivery_unknown"]) == (2, 1)


async def test_after_a_lost_answer_nothing_is_sent_until_the_platform_answers_a_harmless_question(home: House) -> None:
    platform = Platform(lambda letter: Failed(Failure.UNSURE, "answer_lost") if not letter_seen else Sent())
    letter_seen: list[int] = []
    platform.up = False
    async with delivering(home, platform) as delivery:
        await talk(home, AN, 1)
        await until(lambda: len(platform.asked) == 1)
        letter_seen.append(1)
        await talk(home, BINH, 1)
        await until(lambda: platform.probes >= 3)
        assert (len(platform.asked), list(delivery.held())) == (1, [("telegram", "1")])
        platform.up = True
        await until(lambda: nothing_waits(home))
    assert {c for c, _ in platform.arrived} == {"an", "binh"}


async def test_a_chat_that_cannot_be_reached_is_muted_and_heard_again_when_the_person_writes(home: House) -> None:
    gone = True
    platform = Platform(lambda letter: Failed(Failure.GONE, "blocked") if gone and letter.address == AN else Sent())
    async with delivering(home, platform):
        await talk(home, AN, 1)
        await talk(home, BINH, 1)
        await until(lambda: nothing_waits(home))
        assert {c for c, _ in platform.arrived} == {"binh"}
        assert [u.reason for u in await home.store.read(outbox.undelivered)] == ["blocked"]
        gone = False
        await talk(home, AN, 1, first=1)
        await until(lambda: any(c == "an" for c, _ in platform.arrived))


async def test_a_message_that_can_never_go_is_given_up_alone_and_can_be_sent_again_by_hand(home: House) -> None:
    bad: list[int] = []

    def answer(letter: Letter) -> Sent | Failed:
        bad.append(letter.number) if not bad else None
        return Failed(Failure.REFUSED, "refused") if letter.number == bad[0] and len(platform.arrived) < 2 else Sent()

    platform = Platform(answer)
    async with delivering(home, platform):
        await talk(home, AN, 3)
        await until(lambda: nothing_waits(home))
        (lost,) = await home.store.read(outbox.undelivered)
        assert (lost.number, lost.state, lost.reason) == (bad[0], "given_up", "refused")
        assert all(n != bad[0] for _, n in platform.arrived)
        now = home.clock.now()
        assert await home.store.write(lambda unit: outbox.send_again(unit, lost.conversation_id, lost.number, now))
        await until(lambda: ("an", bad[0]) in platform.arrived)
    assert not await home.store.write(lambda unit: outbox.send_again(unit, lost.conversation_id, 999, now))


async def test_the_wait_that_a_platform_asks_for_is_kept_for_that_chat_and_others_go_on(home: House) -> None:
    asked_at: dict[str, list[float]] = {"an": [], "binh": []}
    clock = Clock(start=NOON.timestamp(), factor=40)

    def answer(letter: Letter) -> Sent | Failed:
        asked_at[letter.address.chat].append(clock.time())
        once = letter.address == AN and len(asked_at["an"]) == 1
        return Failed(Failure.LATER, "too_fast", after=30) if once else Sent()

    platform = Platform(answer)
    async with delivering(home, platform, clock):
        await talk(home, AN, 1)
        await until(lambda: len(asked_at["an"]) == 1)
        await talk(home, BINH, 1)
        await until(lambda: nothing_waits(home))
    assert asked_at["an"][1] - asked_at["an"][0] >= 30
    assert asked_at["binh"][0] < asked_at["an"][1]


async def test_a_person_who_blocks_us_gets_nothing_more(home: House) -> None:
    await talk(home, AN, 1)
    await home.turn.take(Event(AN, "b", Blocked()))
    platform = Platform()
    async with delivering(home, platform):
        await talk(home, BINH, 1)
        await until(lambda: nothing_waits(home))
    assert {c for c, _ in platform.arrived} == {"binh"}


async def test_an_answer_of_yesterday_is_not_sent_any_more(home: House) -> None:
    await talk(home, AN, 1)
    assert isinstance(home.clock, StillClock)
    home.clock.on(hours=25)
    platform = Platform()
    async with delivering(home, platform):
        await until(lambda: nothing_waits(home))
    assert platform.arrived == []
    assert [u.reason for u in await home.store.read(outbox.undelivered)] == ["too_old"]


async def test_a_crash_between_sending_and_marking_repeats_one_message_and_loses_none(home: House) -> None:
    """The process dies after the platform took a message and before it was marked: here, the marking never happens."""
    last = await talk(home, AN, 3)
    now = home.clock.now()
    (claim,) = await home.store.write(lambda unit: outbox.claim(unit, now, now + timedelta(seconds=60), 10))
    assert await home.store.write(lambda unit: outbox.claim(unit, now, now + timedelta(seconds=60), 10)) == []
    assert isinstance(home.clock, StillClock)
    home.clock.on(seconds=61)
    platform = Platform()
    async with delivering(home, platform):
        await until(lambda: nothing_waits(home))
    numbers = [n for _, n in platform.arrived]
    assert (numbers, numbers[-1]) == (sorted(set(numbers)), last)
    assert claim.fence == 1


async def test_who_lost_a_conversation_to_another_sender_marks_nothing(home: House) -> None:
    await talk(home, AN, 1)
    now = home.clock.now()
    later = now + timedelta(seconds=90)
    (old,) = await home.store.write(lambda unit: outbox.claim(unit, now, now + timedelta(seconds=60), 10))
    (new,) = await home.store.write(lambda unit: outbox.claim(unit, later, later + timedelta(seconds=60), 10))
    assert new.fence == old.fence + 1
    number = (await home.store.read(lambda unit: outbox.letters(unit, old.conversation_id)))[0].number
    kept = await home.store.write(
        lambda unit: outbox.note(unit, [Note(old, (number,), "sent"), Note(new, (number,), "sent")])
    )
    assert kept == [False, True]
    assert not await home.store.write(lambda unit: outbox.renew(unit, old, later))


async def test_answers_to_people_overtake_what_goes_to_many(home: House) -> None:
    conversations = [Address("telegram", "1", f"many-{n}") for n in range(30)]
    for address in conversations:
        await talk(home, address, 1)
    await home.store.write(lambda unit: unit.exec_driver_sql(f"UPDATE outbox SET priority = {BULK}"))
    clock = Clock(start=NOON.timestamp(), factor=5)
    platform = Platform()
    platform.pace = Pace(bot=Rate(5, 4))
    async with delivering(home, platform, clock):
        await until(lambda: len(platform.arrived) >= 6)
        await talk(home, AN, 1)
        gone = len(platform.arrived)
        await until(lambda: nothing_waits(home))
    place = [c for c, _ in platform.arrived].index("an")
    assert place <= gone + 6, "an answer waited behind the many"
    assert len({c for c, _ in platform.arrived}) == 31


async def test_a_bucket_lets_its_burst_go_at_once_and_the_rest_at_its_pace() -> None:
    clock = StillClock()
    pacer, pace = Pacer(clock), Pace(chat=Rate(1, 3))
    for _ in range(3):
        await pacer.turn(pace, AN, group=False, priority=0)
    assert clock.now() == NOON
    for _ in range(4):
        await pacer.turn(pace, AN, group=False, priority=0)
    assert timedelta(seconds=3.9) < clock.now() - NOON < timedelta(seconds=4.2)
    before = clock.now()
    await pacer.turn(pace, BINH, group=False, priority=0)
    assert clock.now() == before


def test_short_messages_go_as_one_where_a_platform_counts_them_and_never_over_a_choice() -> None:
    def waiting(number: int, text: str, unsure: int = 0) -> Waiting:
        return Waiting(1, number, NOON, "a.b", "", text, None, 0, 0, 0, unsure)

    three = [waiting(1, "một"), waiting(2, "hai"), waiting(3, "ba")]
    assert [b.numbers for b in bundles(three, 0)] == [(1,), (2,), (3,)]
    (joined,) = bundles(three, 20)
    assert (joined.numbers, joined.text) == ((1, 2, 3), "một\nhai\nba")
    assert [b.numbers for b in bundles(three, 8)] == [(1, 2), (3,)]
    # What perhaps arrived is sent again as it was, without what came after it.
    assert [b.numbers for b in bundles([waiting(1, "một", 1), waiting(2, "hai", 1), waiting(3, "ba")], 50)] == [
        (1, 2),
        (3,),
    ]


async def test_the_outbox_is_read_only_for_channels_that_are_written_to(home: House) -> None:
    await talk(home, Address("web", "main", "x"), 2)
    platform = Platform()
    async with delivering(home, platform):
        await talk(home, AN, 1)
        await until(lambda: nothing_waits(home))
    assert {c for c, _ in platform.arrived} == {"an"}
    assert await home.store.read(messages.waiting) > 0
