"""A person answers: asked for anywhere, one owner at a time, the bot silent meanwhile, back at the very step."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from bot.house import House
from bot.message import Event, GivenBack, Officer, TakenOver
from flows.speech import Pick
from storage import handover, messages, staff
from storage.staff import Member, Role
from tests.console.desk import COMMUNE, OTHER, SCHOOL, WORDS, Citizen, citizen, come, hire, organise, place_of, unnoted
from tests.kit.build import StillClock, house

IN_HOURS = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # a Monday, nine in the morning in Vietnam
AT_NIGHT = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> StillClock:
    return StillClock(IN_HOURS)


@pytest.fixture
def home(migrated_url: str, tmp_path: Path, clock: StillClock) -> Iterator[House]:
    with house(migrated_url, tmp_path, clock=clock, catalogue=WORDS) as built:
        built.store.write_now(organise)
        yield built


@pytest.fixture
def hanh(home: House) -> Member:
    return home.store.write_now(lambda unit: hire(unit, "hanh", Role.OFFICER, COMMUNE, IN_HOURS))


@pytest.fixture
def duc(home: House) -> Member:
    return home.store.write_now(lambda unit: hire(unit, "duc", Role.OFFICER, COMMUNE, IN_HOURS))


async def does(home: House, name: str, id_: str, what: TakenOver | Officer | GivenBack) -> str:
    return (await home.turn.take(Event(citizen(name), id_, what))).cause


async def test_whoever_asks_for_a_person_is_told_that_one_was_told_and_how_many_wait_before(
    home: House, hanh: Member, clock: StillClock
) -> None:
    for name in ("an", "binh"):
        clock.on(seconds=1)
        await come(home, name)
        assert (await Citizen(home, name).says("gặp người")).place == "everywhere.person"
    first, second = (await Citizen(home, "an").shown())[-2:], (await Citizen(home, "binh").shown())[-2:]
    assert "đã báo cho người" in first[0][1]
    assert "còn 1 người đang chờ" in second[0][1]
    assert "Địa chỉ" in first[1][1]


async def test_asked_again_it_is_the_same_asking(home: House, hanh: Member, clock: StillClock) -> None:
    id_ = await come(home, "an")
    an = Citizen(home, "an")
    await an.says("gặp người")
    before = home.store.write_now(lambda unit: handover.of(unit, id_))
    clock.on(minutes=3)
    await an.says("gặp người")
    assert "vẫn đang chờ" in (await an.shown())[-2][1]
    after = home.store.write_now(lambda unit: handover.of(unit, id_))
    assert before is not None
    assert after is not None
    assert (after.id, after.asked_at) == (before.id, before.asked_at)


async def test_outside_the_hours_it_is_said_when_somebody_is_there(
    home: House, hanh: Member, clock: StillClock
) -> None:
    clock.time = AT_NIGHT
    await come(home, "an")
    an = Citizen(home, "an")
    await an.says("gặp người")
    assert "Từ 7 giờ 30, thứ ba, 24/11 mới có người đọc" in (await an.shown())[-2][1]


@pytest.mark.parametrize("whose", ["nobody", "another unit's"])
async def test_nothing_is_promised_where_nobody_could_keep_it(home: House, whose: str) -> None:
    if whose != "nobody":
        home.store.write_now(lambda unit: hire(unit, "xa", Role.OFFICER, OTHER, IN_HOURS))
    home.store.write_now(lambda unit: hire(unit, "nhin", Role.VIEWER, COMMUNE, IN_HOURS))
    id_ = await come(home, "an")
    an = Citizen(home, "an")
    before = len(await an.shown())
    await an.says("gặp người")
    assert len(await an.shown()) == before + 2
    assert home.store.write_now(lambda unit: handover.of(unit, id_)) is None


async def test_while_it_waits_the_bot_goes_on_and_once_taken_it_is_silent(
    home: House, hanh: Member, clock: StillClock
) -> None:
    await come(home, "an")
    an = Citizen(home, "an")
    await an.says("gặp người")
    assert (await an.says(Pick("everywhere.person", "go_on"))).messages[-1].who == "house"
    assert await does(home, "an", "t", TakenOver(hanh.id, hanh.name, unnoted)) == "taken_over"
    here = (await an.shown())[-1]
    assert here[0] == "house"
    assert "Người hanh" in here[1]
    assert [m.who for m in (await an.says("Tôi không bấm được")).messages] == ["me"]
    assert [m.who for m in (await an.says("menu")).messages] == ["me"]
    assert await does(home, "an", "o1", Officer(hanh.id, "Bác đang thấy chữ gì trên màn hình ạ?", unnoted)) == "officer"
    assert (await an.shown())[-1] == ("person", "Bác đang thấy chữ gì trên màn hình ạ?")


async def test_given_back_the_talk_returns_to_the_very_step_and_is_rated_with_one_tap(
    home: House, hanh: Member
) -> None:
    id_ = await come(home, "an")
    an = Citizen(home, "an")
    await an.says(Pick("welcome.start", (await home.mailbox.after(citizen("an"), 0))[0][-1].offer.choices[0][0]))  # type: ignore[union-attr]
    step = await place_of(home, "an")
    await does(home, "an", "t", TakenOver(hanh.id, hanh.name, unnoted))
    await an.says("Tôi hỏi chút")
    await does(home, "an", "o", Officer(hanh.id, "Bác cứ hỏi ạ.", unnoted))
    assert await does(home, "an", "b", GivenBack(hanh.id, unnoted)) == "given_back"
    shown, _ = await home.mailbox.after(citizen("an"), 0)
    assert await place_of(home, "an") == step
    assert shown[-2].place == step
    assert shown[-2].offer is not None
    assert [exit_ for exit_, _ in shown[-1].offer.choices] == ["rate_good", "rate_some", "rate_none", "rate_skip"]  # type: ignore[union-attr]
    after = await an.says(Pick("everywhere.house", "rate_good"))
    assert [m.place for m in after.messages[1:]] == ["everywhere.house", step]
    assert await place_of(home, "an") == step
    row = home.store.write_now(lambda unit: unit.exec_driver_sql("SELECT rating FROM handover").scalar())
    assert row == "good"
    again = await an.says(Pick("everywhere.house", "rate_none"))  # an old button
    assert home.store.write_now(lambda unit: unit.exec_driver_sql("SELECT rating FROM handover").scalar()) == "good"
    assert again.place == step
    assert home.store.write_now(lambda unit: handover.of(unit, id_)) is None


async def test_the_rating_may_be_a_number_and_the_step_may_be_answered_over_it(home: House, hanh: Member) -> None:
    await come(home, "an")
    an = Citizen(home, "an")
    await does(home, "an", "t", TakenOver(hanh.id, hanh.name, unnoted))
    await does(home, "an", "b", GivenBack(hanh.id, unnoted))
    await an.says("3")
    rated = home.store.write_now(lambda unit: unit.exec_driver_sql("SELECT rating FROM handover").scalar())
    assert rated == "none"


async def test_of_two_officers_one_gets_it(home: House, hanh: Member, duc: Member) -> None:
    await come(home, "an")
    both = await asyncio.gather(
        does(home, "an", "t1", TakenOver(hanh.id, hanh.name, unnoted)),
        does(home, "an", "t2", TakenOver(duc.id, duc.name, unnoted)),
    )
    assert sorted(both) == ["taken_by_another", "taken_over"]
    loser = duc if both[0] == "taken_over" else hanh
    assert await does(home, "an", "o", Officer(loser.id, "Chào bác ạ.", unnoted)) == "not_theirs"
    assert await does(home, "an", "b", GivenBack(loser.id, unnoted)) == "not_theirs"


async def test_the_database_refuses_a_second_open_handover(home: House, hanh: Member) -> None:
    id_ = await come(home, "an")
    home.store.write_now(lambda unit: handover.ask(unit, id_, IN_HOURS))
    with pytest.raises(IntegrityError):
        home.store.write_now(lambda unit: handover._begin(unit, id_, IN_HOURS, {"state": "owned", "asked_by": "staff"}))


async def test_the_door_itself_refuses_what_an_officer_may_not_say(home: House, hanh: Member) -> None:
    await come(home, "an")
    await does(home, "an", "t", TakenOver(hanh.id, hanh.name, unnoted))
    before = await Citizen(home, "an").shown()
    assert await does(home, "an", "o", Officer(hanh.id, "Bác đọc mã OTP cho cháu nhé", unnoted)) == "refused_asks"
    assert await Citizen(home, "an").shown() == before


async def test_a_secret_typed_to_an_officer_is_removed_all_the_same(home: House, hanh: Member) -> None:
    await come(home, "an")
    await does(home, "an", "t", TakenOver(hanh.id, hanh.name, unnoted))
    taken = await Citizen(home, "an").says("mã otp của tôi là 482913")
    assert "482913" not in taken.messages[0].text
    assert taken.messages[0].mark == "removed"
    assert len(taken.messages) == 1


async def test_stop_and_the_button_give_the_citizen_the_bot_back(home: House, hanh: Member) -> None:
    for name, word in (("an", "dừng"), ("binh", "Quay lại với Đồng Hành")):
        id_ = await come(home, name)
        await does(home, name, "t", TakenOver(hanh.id, hanh.name, unnoted))
        what = Pick("everywhere.house", "bot_again") if name == "binh" else word
        assert (await Citizen(home, name).says(what)).messages[-1].who == "house"
        assert home.store.write_now(lambda unit, id_=id_: handover.of(unit, id_)) is None  # type: ignore[misc]


async def test_a_message_nobody_reads_is_answered_honestly_once(home: House, hanh: Member, clock: StillClock) -> None:
    await come(home, "an")
    an = Citizen(home, "an")
    await does(home, "an", "t", TakenOver(hanh.id, hanh.name, unnoted))
    assert len((await an.says("Cháu ơi")).messages) == 1
    clock.on(minutes=6)
    told = await an.says("Cháu ơi?")
    assert "chưa có ai đọc" in told.messages[-1].text
    clock.on(minutes=6)
    assert len((await an.says("Cháu?")).messages) == 1


async def test_whoever_does_not_answer_loses_it_and_the_citizen_is_told(home: House, hanh: Member, duc: Member) -> None:
    await come(home, "an")
    an = Citizen(home, "an")
    await does(home, "an", "t", TakenOver(hanh.id, hanh.name, unnoted))
    await an.says("Cháu ơi")
    assert await does(home, "an", "x", GivenBack(0, unnoted)) == "again"
    assert "người khác" in (await an.shown())[-1][1]
    assert await does(home, "an", "t2", TakenOver(duc.id, duc.name, unnoted)) == "taken_over"


async def test_an_officers_message_goes_out_as_a_persons(home: House, hanh: Member) -> None:
    id_ = await come(home, "an")
    await does(home, "an", "t", TakenOver(hanh.id, hanh.name, unnoted))
    await does(home, "an", "o", Officer(hanh.id, "Chào bác ạ.", unnoted))
    waiting = home.store.write_now(lambda unit: messages.waiting(unit, id_))
    shown, _ = await home.mailbox.after(citizen("an"), 0)
    assert shown[-1].who == "person"
    await home.mailbox.seen(citizen("an"), shown[-1].number)
    assert home.store.write_now(lambda unit: messages.waiting(unit, id_)) == 0
    assert waiting > 0


async def test_an_erased_conversation_does_not_come_back_with_an_officers_word(home: House, hanh: Member) -> None:
    await come(home, "an")
    await does(home, "an", "t", TakenOver(hanh.id, hanh.name, unnoted))
    await home.mailbox.forget(citizen("an"))
    assert await does(home, "an", "o", Officer(hanh.id, "Chào bác ạ.", unnoted)) == "gone"
    rows = home.store.write_now(
        lambda unit: [unit.exec_driver_sql(f"SELECT count(*) FROM {t}").scalar() for t in ("conversation", "handover")]
    )
    assert rows == [0, 0]


async def test_below_and_above_a_unit_somebody_may_answer_for_it(home: House) -> None:
    home.store.write_now(lambda unit: hire(unit, "tren", Role.OFFICER, COMMUNE, IN_HOURS))
    assert home.store.write_now(lambda unit: handover.answered(unit, SCHOOL))
    home.store.write_now(lambda unit: staff.disable(unit, "tren"))
    assert not home.store.write_now(lambda unit: handover.answered(unit, SCHOOL))
