"""One's own account, from the chat: proved on the registry's page, told in words, and nothing of anybody else's."""

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from bot.gateways.ends import Unknown
from bot.gateways.identity import Identity
from bot.neighbour import FEED, follower_of
from bot.registry.loans import Start
from bot.wording import spoken_day
from flows.core.deadline import day_in_vietnam
from flows.core.journey import Report
from flows.speech import Address, Language, Reminded, Shared
from storage import helped, marks, reminders, resends, subjects
from storage.erasing import erase_silent
from storage.errands import ERRAND
from storage.registry import consents
from storage.reminders import Kind
from tests.kit.own import USER_CODE, Chat, Town, town
from tests.registry.linking_walk import Browser, person_at, texts_to
from tests.registry.office import CODE, Clock

ELSEWHERE = Address("telegram", "1", "2")


@pytest.fixture
async def place(migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Town]:
    shutil.copy(migrated_sqlite, tmp_path / "house.db")
    async with town(tmp_path, Clock()) as here:
        yield here


async def codes(here: Town, person: int) -> int:
    """How many codes for an activation came to a person's phone."""
    return len([text for text in await texts_to(here.office, person) if CODE.search(text) and "lien ket" not in text])


async def test_a_chat_that_proved_nothing_learns_nothing_and_is_shown_how_to_prove(place: Town) -> None:
    said = await place.chat.own("status")
    assert "chứng minh số điện thoại trước" in said[-1]
    said = await place.chat.press("link")
    assert "/lien-ket" in said[-1]
    assert place.chat.place == "own.link_open"


async def test_who_proved_it_is_told_how_the_account_stands_and_the_case_follows(place: Town) -> None:
    await place.linked(Start.APPROVED1)
    said = await place.chat.press("status")
    assert "đã được duyệt" in said[-1]
    assert "còn 7 ngày" in said[-1]
    assert "mức 1" in said[-1]
    again = await place.chat.say("nói lại")
    assert again == said[-1:]  # with the same facts
    await place.chat.press("activate")
    assert place.chat.place.startswith("activate.")


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (Start.APP, "chưa cho cháu biết mức 1 hay mức 2"),
        (Start.SUBMITTED1, "đang chờ"),
        (Start.OVERDUE2, "không mất"),
        (Start.ACTIVATED2, "kích hoạt"),
        (Start.LOCKED2, "khoá"),
    ],
)
async def test_every_standing_has_words_of_its_own(start: Start, words: str, place: Town) -> None:
    await place.linked(start)
    assert words in " ".join(await place.chat.press("status"))


async def test_whoever_activated_is_told_that_it_is_bound_to_a_phone_and_never_to_which(place: Town) -> None:
    loan = await place.office.ask("POST", "/loans", start=Start.ACTIVATED2.value)
    person = int(loan["person"]["person"])
    await place.chat.own("status", "link")
    await place.prove(person)
    assert "chưa ghi tài khoản gắn với điện thoại nào" in " ".join(await place.chat.press("status"))
    phone = await place.office.phone(person, loan=loan["token"])
    await phone.log_in(loan["password"])
    said = " ".join(await place.chat.own("status"))
    assert "đang gắn với một điện thoại, không nói máy nào" in said


async def test_whoever_was_sent_the_link_ends_it_and_the_chat_says_so(place: Town) -> None:
    await place.chat.own("status")
    said = await place.chat.press("link")
    code = USER_CODE.findall(said[-1])[-1]
    browser = Browser(place.office)
    await browser.press("open", code=code)
    await browser.press("asked", press="sent_to_me")
    place.office.clock.on(seconds=6)
    await place.chat.settled()
    assert place.chat.place == "own.link_ended"


async def test_the_registry_is_believed_and_what_happens_there_is_told_once_and_comes_back(place: Town) -> None:
    person = await place.linked(Start.SUBMITTED1)
    await place.chat.press("go_on")
    before = place.chat.place
    await place.office.approve(person)
    for _ in range(2):
        await place.inside.follower.once()
    said = await place.chat.settled()
    assert place.chat.place == "own.news_approved"
    assert len([text for text in said if "được duyệt" in text]) == 1
    await place.chat.press("go_on")
    assert place.chat.place == before


async def test_what_happened_while_the_house_was_off_is_told_when_it_is_back_once_and_with_its_day(place: Town) -> None:
    person = await place.linked(Start.SUBMITTED1)
    await place.chat.press("go_on")
    await place.inside.follower.once()
    await place.office.approve(person)
    approved_on = spoken_day(day_in_vietnam(place.office.clock.now()), Language.VI)
    place.office.clock.on(days=2)
    said = []
    for _ in range(3):  # started again and again
        again = follower_of(place.home, place.inside.outside, place.inside.practice)
        assert await again.once()
        said += await place.chat.settled()
    (told,) = [text for text in said if "được duyệt" in text]
    assert f"đã được duyệt hôm {approved_on}" in told
    assert "tự kích hoạt được đến hết" in told
    assert place.chat.place == "own.news_approved"


@pytest.mark.parametrize(("days", "forgotten"), [(8, False), (1, True)])
async def test_what_is_no_news_any_more_or_was_perhaps_told_before_is_heard_by_the_case_without_a_word(
    days: int, forgotten: bool, place: Town
) -> None:
    person = await place.linked(Start.SUBMITTED1)
    await place.chat.press("go_on")
    await place.inside.follower.once()
    await place.office.approve(person)
    place.office.clock.on(days=days)
    if forgotten:
        await place.home.store.write(lambda unit: marks.write(unit, place.home.vault, FEED, ""))
    assert await follower_of(place.home, place.inside.outside, place.inside.practice).once()
    assert await place.chat.settled() == []
    held = await place.chat.held()
    assert Report.APPROVED in held.journey.truth


async def test_news_of_somebody_who_is_not_spoken_about_now_waits_with_the_talk_about_them(place: Town) -> None:
    await place.linked(Start.APPROVED1)
    await place.chat.own("people", "add", "yes", "grandmother", "link")
    person = await person_at(place.office, Start.TAKEN2)
    await place.prove(person)
    await place.chat.press("go_on")
    await place.chat.own("people")
    await place.chat.press(place.chat.turning[0])
    mine, before = (await place.chat.held()).journey, place.chat.place
    await place.office.approve(person)
    await place.inside.follower.once()
    said = await place.chat.settled()
    assert place.chat.place == "own.news_kin"
    assert "vừa báo tin về tài khoản của bà." in said[-1]
    assert "được duyệt" not in " ".join(said)
    assert (await place.chat.held()).journey == mine
    await place.chat.press("go_on")
    assert place.chat.place == before
    await place.chat.own("people")
    said = await place.chat.press(place.chat.turning[0])
    assert place.chat.place == "own.news_approved"
    assert "đã được duyệt" in " ".join(said)
    assert Report.APPROVED in (await place.chat.held()).journey.truth


async def test_a_reminder_of_somebody_who_is_not_spoken_about_now_is_not_lost_and_may_be_ended_for_all(
    place: Town,
) -> None:
    chat = place.chat
    await chat.own("people", "add", "yes", "grandmother")
    grandmother = (await chat.held()).subject_id or 0
    await chat.own("people")
    await chat.press(chat.turning[0])
    me = (await chat.held()).subject_id or 0
    id_, before, at = (await chat.held()).id, chat.place, place.home.clock.now()
    for subject in (grandmother, me):
        await place.home.store.write(lambda unit, s=subject: subjects.consent(unit, id_, s, "remind", at))  # type: ignore[misc]
    said = await chat.take(Reminded("seven_days", grandmother))
    assert chat.place == "own.remind_kin"
    assert "có việc của bà cần xem" in said[-1]
    assert "kích hoạt" not in said[-1]
    await chat.press("go_on")
    assert chat.place == before
    await chat.own("people")
    await chat.press(chat.turning[0])
    assert chat.place == "own.remind_seven_days"
    await chat.take(Reminded("stopped", me))
    await chat.press("no_more")
    assert chat.place == "own.remind_off"
    assert await place.home.store.read(lambda unit: reminders.consented(unit, [id_])) == set()


async def test_from_the_news_of_somebody_one_turns_to_them_in_one_tap(place: Town) -> None:
    await place.chat.own("people", "add", "yes", "grandmother", "link")
    person = await person_at(place.office, Start.TAKEN2)
    await place.prove(person)
    await place.chat.press("go_on")
    held = await place.chat.held()
    at, grandmother = place.home.clock.now(), held.subject_id or 0
    await place.home.store.write(lambda unit: subjects.consent(unit, held.id, grandmother, "remind", at))
    await place.chat.own("people")
    await place.chat.press(place.chat.turning[0])
    await place.office.approve(person)
    await place.inside.follower.once()
    await place.chat.settled()
    waiting = await place.home.store.read(lambda unit: reminders.waiting_here(unit, held.id))
    assert Kind.SEVEN_DAYS in {kind for kind, _ in waiting}
    (turning,) = place.chat.turning
    assert dict(place.chat.offered)[turning] == "Sang chuyện: Bà"
    said = await place.chat.press(turning)
    assert said[0] == "Giờ ta nói về: Bà."
    assert place.chat.place == "own.news_approved"


async def test_a_code_is_sent_to_the_registered_phone_and_the_chat_says_when_the_next_may_be(place: Town) -> None:
    person = await place.linked(Start.APPROVED1)
    place.office.clock.on(minutes=2)  # the code of the link itself went to the same phone
    said = await place.chat.press("resend")
    assert place.chat.place == "own.sent"
    assert "Hôm nay còn 4 lượt" in said[-1]
    assert await codes(place, person) == 1
    await place.chat.own("resend")
    assert place.chat.place == "own.wait"
    assert await codes(place, person) == 1
    place.office.clock.on(minutes=2)
    await place.chat.press("again")
    assert place.chat.place == "own.sent_often"  # the second one that does not come has a cause
    assert await codes(place, person) == 2
    await place.chat.press("not_arrived")
    assert place.chat.place == "own.causes"


async def test_nobody_but_the_linked_has_a_code_sent(place: Town) -> None:
    await place.chat.own("resend")
    assert place.chat.place == "own.not_linked"
    person = await person_at(place.office, Start.APPROVED1)
    phone = place.office.person(person).phone.reveal()
    chat = Chat(place.home, ELSEWHERE)
    await chat.start()
    said = await chat.take(Shared(phone))
    assert "đã được duyệt" in " ".join(said)  # their own number, as the platform says: for looking alone
    await chat.press("resend")
    assert chat.place == "own.not_linked"
    assert await codes(place, person) == 0


async def test_a_number_nobody_registered_reads_what_an_account_of_the_app_alone_reads(place: Town) -> None:
    known, unknown = Chat(place.home, ELSEWHERE), Chat(place.home, Address("telegram", "1", "3"))
    person = await person_at(place.office, Start.APP)
    for chat in (known, unknown):
        await chat.start()
    first = await known.take(Shared(place.office.person(person).phone.reveal()))
    second = await unknown.take(
        Shared(place.office.person(await person_at(place.office, Start.NOTHING)).phone.reveal())
    )
    assert first == second


async def test_a_lost_answer_is_told_as_not_sure_yet_and_nothing_goes_twice(
    place: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await place.linked(Start.APPROVED1)
    place.office.clock.on(minutes=2)
    asked = Identity.ask_activation

    async def lost(self: Identity, subject: str, key: str) -> object:
        await asked(self, subject, key)
        return Unknown("late", "", key)

    monkeypatch.setattr(Identity, "ask_activation", lost)  # the wire: the registry did it, the answer never came
    said = await place.chat.press("resend")
    assert "chưa chắc mã đã đi hay chưa" in " ".join(said)
    assert place.chat.place == "own.unsure"
    monkeypatch.undo()
    for _ in range(2):
        place.office.clock.on(seconds=20)
        await place.chat.settled()
    assert place.chat.place == "own.sent"
    assert await codes(place, person) == 1


async def test_all_chats_together_ask_for_no_more_than_the_budget(place: Town) -> None:
    budget = resends.Budget(burst=1, every=timedelta(hours=1))

    def ask(n: int) -> resends.Allowed:
        at = place.office.clock.now()
        return place.home.store.write_now(
            lambda unit: resends.ask(unit, n, n, f"somebody {n}", f"key {n}", at, budget)
        ).allowed

    assert [ask(1), ask(2)] == [resends.Allowed.YES, resends.Allowed.BUDGET]


async def test_people_of_one_chat_are_never_mixed_and_a_board_says_where_each_stands(place: Town) -> None:
    await place.linked(Start.APPROVED1)
    await place.chat.press("go_on")
    stood = place.chat.place
    await place.chat.own("people", "add", "yes", "grandmother")
    assert place.chat.place == "own.added"
    await place.chat.press("link")
    assert "/lien-ket" in place.chat.told[-1].text  # grandmother has proved nothing yet
    said = await place.chat.own("people")
    assert "Bà: chặng 1" in " ".join(said)
    assert "Bản thân" in " ".join(said)
    offer = next(m.offer for m in reversed(place.chat.told) if m.offer is not None)
    other = next(exit_ for exit_, label in offer.choices if "Bản thân" in label)
    await place.chat.press(other)
    assert place.chat.place == stood
    said = await place.chat.own("status")
    assert "đã được duyệt" in " ".join(said)


async def test_no_more_than_five_people_a_day(place: Town) -> None:
    for _ in range(5):
        await place.chat.own("people", "add", "yes", "child")
        assert place.chat.place == "own.added"
    await place.chat.own("people", "add", "yes", "child")
    assert place.chat.place == "own.enough"


async def test_a_conversation_is_carried_to_another_app_once_and_both_are_told(place: Town) -> None:
    await place.linked(Start.APPROVED1)
    await place.chat.press("go_on")
    said = await place.chat.own("move", "away")
    code = next(line for line in said[-1].split("\n") if line.startswith("DI-"))
    there = Chat(place.home, ELSEWHERE)
    await there.start()
    said = await there.say(code.lower())
    assert "đã mang cuộc trò chuyện sang đây" in " ".join(said).lower() or "sang đây" in " ".join(said)
    await there.own("status")
    assert there.place == "own.approved"
    await place.chat.settled()
    assert place.chat.place == "own.moved_away"
    await place.chat.own("status")
    assert place.chat.place == "own.not_linked"
    third = Chat(place.home, Address("telegram", "1", "9"))
    await third.start()
    await third.say(code)
    assert third.place == "own.move_over"


async def test_an_old_code_carries_nothing(place: Town) -> None:
    said = await place.chat.own("move", "away")
    code = next(line for line in said[-1].split("\n") if line.startswith("DI-"))
    place.office.clock.on(minutes=11)
    there = Chat(place.home, ELSEWHERE)
    await there.start()
    await there.say(code)
    assert there.place == "own.move_over"


async def test_what_is_kept_is_told_and_erased_and_the_registry_hears_it(place: Town) -> None:
    await place.linked(Start.APPROVED1)
    said = await place.chat.own("privacy", "export")
    assert "tin nhắn" in said[-1]
    said = await place.chat.own("privacy", "erase", "yes")
    assert place.chat.place == "own.erased"
    assert len(place.chat.told) == 1  # nothing else is left
    await place.chat.press("start")
    await place.chat.press("bac")
    await place.chat.own("status")
    assert place.chat.place == "own.not_linked"


@pytest.mark.parametrize("way", ["chat", "page", "age"])
async def test_however_a_conversation_is_forgotten_the_registry_hears_that_nobody_asks_any_more(
    way: str, place: Town
) -> None:
    person = await place.linked(Start.APPROVED1)
    if way == "chat":
        await place.chat.own("privacy", "erase", "yes")
    elif way == "page":
        await place.home.mailbox.forget(place.chat.address)
    else:
        place.office.clock.on(days=91)
        at = place.home.clock.now()
        await place.home.store.write(
            lambda unit: erase_silent(unit, place.home.vault, at - timedelta(days=90), at),
        )
    await place.home.errands.settled()
    given = await place.inside.registry.look(lambda unit: consents.of(unit, "donghanh", person))
    assert [one.withdrawn_at is not None for one in given] == [True]
    assert await place.home.store.read(lambda unit: unit.execute(select(ERRAND)).all()) == []


async def test_a_yes_is_taken_back_in_two_taps(place: Town) -> None:
    await place.linked(Start.APPROVED1)
    await place.chat.own("privacy", "withdraw", "link")
    assert place.chat.place == "own.unlinked"
    await place.chat.own("status")
    assert place.chat.place == "own.not_linked"


async def test_who_looked_is_told_and_nobody_is_said_when_nobody_did(place: Town) -> None:
    await place.chat.own("privacy", "looked")
    assert place.chat.place == "own.looked_nobody"


async def test_an_errand_whose_process_fell_is_not_asked_again_blindly(place: Town) -> None:
    person = await place.linked(Start.APPROVED1)
    place.office.clock.on(minutes=2)
    asked = place.home.errands._doers["resend"]

    async def falls(task: object) -> object:
        await asked(task)  # type: ignore[arg-type]
        raise RuntimeError("the process is gone")

    place.home.errands._doers = {**place.home.errands._doers, "resend": falls}  # type: ignore[dict-item]
    await place.chat.press("resend")
    assert await codes(place, person) == 1
    place.home.errands._doers = {**place.home.errands._doers, "resend": asked}
    for _ in range(4):
        place.office.clock.on(seconds=45)
        await place.chat.settled()
    assert place.chat.place == "own.sent"
    assert await codes(place, person) == 1


async def test_what_helped_most_often_is_offered_first(place: Town) -> None:
    await place.linked(Start.APPROVED1)
    place.office.clock.on(minutes=2)
    await place.chat.press("resend", "not_arrived")
    written = [exit_ for exit_, _ in place.chat.told[-1].offer.choices]  # type: ignore[union-attr]
    await place.chat.press("roaming", "helped")

    def often(unit: Connection) -> None:
        for exit_ in written:
            for helps in (False, exit_ == "roaming"):
                helped.count(unit, [("own.causes", exit_, helps)] * 20)

    tallies = await place.home.store.read(helped.standing)
    assert tallies["own.causes", "roaming"] == helped.Tally(tried=1, helped=1)
    await place.home.store.write(often)
    tallies = await place.home.store.read(helped.standing)
    place.home.wording.learn({way: (tally.tried, tally.helped) for way, tally in tallies.items()})
    place.office.clock.on(minutes=10)
    await place.chat.own("resend")
    await place.chat.press("not_arrived")
    assert place.chat.told[-1].offer.choices[0][0] == "roaming"  # type: ignore[union-attr]
