"""A group of the staff is told that somebody waits: once, within the hours, how many and since when, and nothing else."""

import asyncio
from collections import Counter
from datetime import UTC, datetime

import pytest
from starlette.applications import Starlette

from bot.console.console import Console
from bot.house import House
from bot.message import Blocked, Event, Typed
from bot.ports import LocalWake
from flows.speech import Address
from storage import audit, handover, messages, units
from storage.audit import Act
from storage.staff import Role
from tests.console.desk import COMMUNE, OTHER, SCHOOL, Citizen, asked_for, come, hire
from tests.console.serving import begin_the_console, browser, console_of, employ
from tests.kit.build import StillClock

AT_NIGHT = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


async def group(home: House, name: str = "-1001") -> int:
    """A group the bot was put into; the conversation's id."""
    taken = await home.turn.take(Event(Address("telegram", "7", name), "hello", Typed("/start"), private=False))
    return taken.conversation_id


async def told(home: House, chat: int) -> list[str]:
    log = await home.store.read(lambda unit: messages.newest(unit, chat))
    return [m.text for m in log][1:]


def staffed(home: House) -> None:
    home.store.write_now(lambda unit: hire(unit, "truc", Role.OFFICER, "root", home.clock.now()))


@pytest.fixture
def both_console(both: House) -> Console:
    made = console_of(both, health={"telegram": None})
    begin_the_console(both, made)
    return made


async def test_a_group_is_told_once_how_many_wait_and_since_when(
    both: House, both_console: Console, clock: StillClock
) -> None:
    staffed(both)
    chat = await group(both)
    both.store.write_now(lambda unit: units.open_door(unit, f"chat {chat}", COMMUNE))
    notices = both_console.live.notices
    assert await notices.tell() == 0
    await come(both, "an", SCHOOL)
    await Citizen(both, "an").says("Tôi tên Nguyễn Thị Thử, gặp người")
    await Citizen(both, "an", 5).says("gặp người")
    assert await notices.tell() == 1
    assert await notices.tell() == 0
    assert await told(both, chat) == [
        "Phường Mẫu: 1 người đang chờ gặp người, từ 09:00 ngày 23/11.\nAi rảnh thì mở bàn trực nhận giúp ạ."
    ]
    for name in ("binh", "chi"):
        await come(both, name)
        await Citizen(both, name).says("gặp người")
    clock.on(seconds=10)
    assert await notices.tell() == 0  # a rush is no flood
    clock.on(seconds=60)
    assert await notices.tell() == 1
    assert (await told(both, chat))[-1].startswith("Phường Mẫu: 3 người đang chờ gặp người, lâu nhất từ 09:00")
    another = console_of(both, health={"telegram": None})  # another process, or after a new start
    assert await another.live.notices.tell() == 0


async def test_when_too_many_codes_are_asked_for_the_chats_of_the_house_are_told_once_an_hour(
    both: House, both_console: Console, clock: StillClock
) -> None:
    staffed(both)
    chat, beside = [await group(both, name) for name in ("-1", "-2")]
    for one, code in ((chat, units.ROOT), (beside, COMMUNE)):
        both.store.write_now(lambda unit, c=one, u=code: units.open_door(unit, f"chat {c}", u))  # type: ignore[misc]
    both.store.write_now(lambda unit: asked_for(unit, 90, clock.time))
    assert await both_console.live.notices.tell() == 0
    both.store.write_now(lambda unit: asked_for(unit, 9, clock.time))
    assert [await both_console.live.notices.tell() for _ in range(2)] == [1, 0]
    assert "quá nhiều lời nhờ gửi lại mã" in (await told(both, chat))[-1]
    assert "quá nhiều" not in " ".join(await told(both, beside))
    clock.on(minutes=61)
    assert await both_console.live.notices.tell() == 0  # there is room again
    both.store.write_now(lambda unit: asked_for(unit, 99, clock.time))
    assert await both_console.live.notices.tell() == 1


async def test_the_nearest_chat_is_told_and_those_above_once_nobody_came(
    home: House, console: Console, clock: StillClock
) -> None:
    staffed(home)
    near, above, beside = [await group(home, name) for name in ("-1", "-2", "-3")]
    for chat, code in ((near, SCHOOL), (above, COMMUNE), (beside, OTHER)):
        home.store.write_now(lambda unit, c=chat, u=code: units.open_door(unit, f"chat {c}", u))  # type: ignore[misc]
    await come(home, "an", SCHOOL)
    await Citizen(home, "an").says("gặp người")
    assert await console.live.notices.tell() == 1
    clock.on(minutes=11)
    await console.live.watch()
    assert await console.live.notices.tell() == 2
    assert [len(await told(home, chat)) for chat in (near, above, beside)] == [2, 1, 0]
    assert (await told(home, above))[0].startswith("Chờ lâu chưa ai nhận. Phường Mẫu")


async def test_where_a_group_has_put_us_out_the_one_above_is_told(home: House, console: Console) -> None:
    staffed(home)
    near, above = [await group(home, name) for name in ("-1", "-2")]
    for chat, code in ((near, SCHOOL), (above, COMMUNE)):
        home.store.write_now(lambda unit, c=chat, u=code: units.open_door(unit, f"chat {c}", u))  # type: ignore[misc]
    await home.turn.take(Event(Address("telegram", "7", "-1"), "out", Blocked(), private=False))
    await come(home, "an", SCHOOL)
    await Citizen(home, "an").says("gặp người")
    assert await console.live.notices.tell() == 1
    assert [len(await told(home, chat)) for chat in (near, above)] == [0, 1]


async def test_at_night_nobody_is_woken_and_in_the_morning_they_are_told(
    home: House, console: Console, clock: StillClock
) -> None:
    staffed(home)
    chat = await group(home)
    home.store.write_now(lambda unit: units.open_door(unit, f"chat {chat}", COMMUNE))
    clock.time = AT_NIGHT
    await come(home, "an")
    await Citizen(home, "an").says("gặp người")
    assert await console.live.notices.tell() == 0
    clock.on(hours=11)
    assert await console.live.notices.tell() == 1
    assert "từ 21:00 ngày 23/11" in (await told(home, chat))[0]


async def test_whoever_was_taken_before_is_not_told_of(home: House, console: Console) -> None:
    staffed(home)
    chat = await group(home)
    home.store.write_now(lambda unit: units.open_door(unit, f"chat {chat}", COMMUNE))
    id_ = await come(home, "an")
    await Citizen(home, "an").says("gặp người")
    home.store.write_now(lambda unit: handover.take(unit, id_, 1, "sen vàng", 0, home.clock.now()))
    assert await console.live.notices.tell() == 0


async def test_an_administrator_makes_a_group_the_staffs_chat_and_never_a_citizens_talk(
    home: House, app: Starlette
) -> None:
    member, seed = employ(home, "quan", Role.ADMINISTRATOR, "root")
    chat, id_ = await group(home), await come(home, "an")
    who = browser(app)
    await who.sign_in(home, member.login, seed)
    assert "Báo vào nhóm này" in (await who.get(f"/c/{chat}")).text
    assert "Báo vào nhóm này" not in (await who.get(f"/c/{id_}")).text
    assert (await who.post(f"/c/{chat}/notices", unit=COMMUNE, on="1")).status_code == 303
    assert (await who.post(f"/c/{id_}/notices", unit=COMMUNE, on="1")).status_code == 409
    assert home.store.write_now(units.chats) == {chat: COMMUNE}
    assert (await who.post(f"/c/{chat}/notices", unit=COMMUNE, on="")).status_code == 303
    assert home.store.write_now(units.chats) == {}
    acts = [(e.done, e.detail["what"]) for e in home.store.write_now(audit.newest) if e.act == Act.UNIT.value]
    assert acts == [
        (True, f"no notices to {COMMUNE}"),
        (False, f"notices to {COMMUNE}"),
        (True, f"notices to {COMMUNE}"),
    ]


class Stumbling(LocalWake):
    """Hints that fail when something is to be sent; `went_on` once it was waited for after that."""

    def __init__(self) -> None:
        super().__init__()
        self.stumbled, self.went_on = False, asyncio.Event()

    def wake(self, topic: str) -> None:
        self.stumbled = True
        raise ZeroDivisionError(topic)

    async def wait(self, topic: str, seconds: float) -> bool:
        if self.stumbled:
            self.went_on.set()
        return await super().wait(topic, seconds)


async def test_a_fault_in_telling_leaves_nobody_without_news(home: House) -> None:
    staffed(home)
    counted: Counter[str] = Counter()
    hints = Stumbling()
    made = console_of(home, wake=hints, counted=lambda word: counted.update([word]))
    begin_the_console(home, made)
    chat = await group(home)
    home.store.write_now(lambda unit: units.open_door(unit, f"chat {chat}", COMMUNE))
    await come(home, "an")
    await Citizen(home, "an").says("gặp người")
    following = asyncio.create_task(made.live.run())
    await asyncio.wait_for(hints.went_on.wait(), 30)
    made.close()
    following.cancel()
    assert counted == {"console_fault_ZeroDivisionError": 1}
    made.room.passwords.close()
