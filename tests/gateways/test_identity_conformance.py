"""What any registry must do for the gateway, by whatever way it is reached."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.gateways.ends import Because, Feed, Refused, Sent, Standing
from bot.gateways.identity import new_key
from flows.core.account import Level
from flows.core.judges import Status
from tests.gateways.reaching import WAYS, Reached, reached

NOBODY = "0" * 32


@pytest.fixture(params=WAYS)
async def here(request: pytest.FixtureRequest, migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Reached]:
    async with reached(request.param, migrated_sqlite, tmp_path) as built:
        yield built


async def test_a_standing_is_told_with_its_level_and_the_days_that_are_left(here: Reached) -> None:
    wanted = {
        "nothing": Standing(Status.APP_ONLY, None, None), "submitted1": Standing(Status.PENDING, Level.LEVEL1, None),
        "approved2": Standing(Status.APPROVED, Level.LEVEL2, 7), "activated2": Standing(Status.ACTIVATED, Level.LEVEL2, None),
        "locked2": Standing(Status.LOCKED, Level.LEVEL2, None),
    }  # fmt: skip
    for start, standing in wanted.items():
        subject, _ = await here.subject(start)
        found = await here.identity.status(subject)
        assert isinstance(found, Standing), (start, found)
        assert (found.status, found.days_left) == (standing.status, standing.days_left), start
        assert found.level in (standing.level, Level.APP), start


async def test_a_code_is_sent_once_however_often_the_same_question_is_asked(here: Reached) -> None:
    subject, phone = await here.subject("approved2")
    key = new_key()
    first = await here.identity.ask_activation(subject, key)
    assert isinstance(first, Sent)
    assert first.step == "device"
    assert await asyncio.gather(*(here.identity.ask_activation(subject, key) for _ in range(3))) == [first] * 3
    assert await here.codes(phone) == 1
    assert await here.identity.look(subject, first.request) == first


@pytest.mark.parametrize(
    ("start", "because"),
    [
        ("app", Because.NOT_IDENTIFIED),
        ("activated2", Because.ALREADY_ACTIVATED),
        ("overdue2", Because.PAST_SEVEN_DAYS),
    ],
)
async def test_a_refusal_names_its_reason_and_sends_nothing(here: Reached, start: str, because: Because) -> None:
    subject, phone = await here.subject(start)
    assert await here.identity.ask_activation(subject, new_key()) == Refused(because)
    assert await here.codes(phone) == 0


async def test_another_code_waits_its_time_and_then_goes_out(here: Reached) -> None:
    subject, phone = await here.subject("approved2")
    sent = await here.identity.ask_activation(subject, new_key())
    assert isinstance(sent, Sent)
    early = await here.identity.send_again(subject, sent.request, new_key())
    assert isinstance(early, Refused)
    assert early.because is Because.WAIT
    assert early.next_at is not None
    here.office.clock.time = early.next_at
    assert await here.identity.send_again(subject, sent.request, new_key()) == sent
    assert await here.codes(phone) == 2


async def test_whoever_is_unknown_or_took_their_yes_back_is_not_there(here: Reached) -> None:
    phone = await here.office.phone(1)
    await phone.register()
    consent = f"/accounts/{await phone.log_in()}/consents/donghanh"
    subject = str((await phone.put(consent))["subject"])
    assert isinstance(await here.identity.status(subject), Standing)
    await here.office.ask("DELETE", consent, phone.token)
    for gone in (subject, NOBODY):
        for asked in (
            here.identity.status(gone), here.identity.ask_activation(gone, new_key()), here.identity.look(gone, NOBODY),
            here.identity.send_again(gone, NOBODY, new_key()),
        ):  # fmt: skip
            assert await asked == Refused(Because.NOT_THERE)


async def test_changes_come_in_their_order_after_a_cursor_and_carry_no_typed_value(here: Reached) -> None:
    subject, phone = await here.subject("approved2")
    heard = await here.identity.changes("0", 0)
    assert isinstance(heard, Feed)
    await phone.activate()
    told = await here.identity.changes(heard.cursor, 0)
    assert isinstance(told, Feed)
    moves = [change.move for change in told.changes]
    assert {change.subject for change in told.changes} == {subject}
    assert moves[-1] == "activation.done"
    assert moves.index("activation.code") < moves.index("activation.password") < moves.index("account.activate")
    assert phone.who.number.reveal() not in repr(told)
    assert await here.identity.changes(told.cursor, 0) == Feed((), told.cursor)


async def test_a_long_poll_answers_when_something_happens(here: Reached) -> None:
    _, phone = await here.subject("nothing")
    heard = await here.identity.changes("0", 0)
    assert isinstance(heard, Feed)
    waiting = asyncio.create_task(here.identity.changes(heard.cursor, 25))
    await phone.post("/registrations", **phone.numbers)
    told = await asyncio.wait_for(waiting, 20)
    assert isinstance(told, Feed)
    assert [change.move for change in told.changes] == ["registration.card"]


async def test_a_token_that_is_over_is_renewed_by_itself(here: Reached) -> None:
    subject, _ = await here.subject("app")
    here.office.clock.on(hours=3)
    assert isinstance(await here.identity.status(subject), Standing)
    here.identity._token = "at_of_before"  # a registry whose key was changed knows no token of before
    assert isinstance(await here.identity.status(subject), Standing)


async def test_a_stranger_and_one_who_may_not_are_told_so(here: Reached) -> None:
    subject, _ = await here.subject("app")
    stranger = here.another("cs_wrong")
    assert await stranger.status(subject) == Refused(Because.NOT_ALLOWED)
    assert [finding.good for finding in await stranger.health()] == [False]
    officer = here.another(here.office.registry.clients.secret("officer"), "officer")
    assert await officer.status(subject) == Refused(Because.NOT_ALLOWED)
    assert [finding.good for finding in await here.identity.health()] == [True]


async def test_a_key_belongs_to_one_subject_so_the_same_word_about_another_is_another_question(here: Reached) -> None:
    subject, phone = await here.subject("approved2")
    other, other_phone = await here.subject("approved2")
    key = new_key()
    sent = await here.identity.ask_activation(subject, key)
    also = await here.identity.ask_activation(other, key)
    assert isinstance(sent, Sent)
    assert isinstance(also, Sent)
    assert sent.request != also.request
    assert (await here.codes(phone), await here.codes(other_phone)) == (1, 1)
