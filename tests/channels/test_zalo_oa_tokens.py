"""The token pair: renewed in time, by one; whatever dies in between, no token leaves twice and nothing is lost unsaid."""

import asyncio
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.zalo_oa.health import consented as told_of
from bot.channels.zalo_oa.pair import Kept, Trouble
from bot.channels.zalo_oa.tokens import SETTLED_AFTER, NoTokenError
from bot.emulators.clock import Clock
from bot.message import Failed, Failure, Letter, Mark, Sent
from flows.speech import Address
from tests.channels.zalo_oa_house import APP, Desk, channel, consented
from tests.kit.zalo import ZaloOa, zalo_oa

TOKEN = "/v4/oa/access_token"
GOOD = "good"
SETTLED = SETTLED_AFTER.total_seconds() + 1


@pytest.fixture
def database(migrated_sqlite: Path, tmp_path: Path) -> str:
    """For what is no question to a database; what is runs on both."""
    return f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'house.sqlite')}"


@pytest.fixture
def zalo() -> Iterator[ZaloOa]:
    with zalo_oa() as running:
        yield running


def renewals(zalo: ZaloOa) -> list[str]:
    """What became of each refresh token that came to Zalo: it was good, or the name of the refusal. None is good twice, so one
    that came a second time would be an "Invalid refresh token" here."""
    calls = [call for call in zalo.calls(TOKEN) if call["asked"].get("grant_type") == "refresh_token"]
    return [call["answer"].get("error_name", GOOD) for call in calls]


async def sent(desk: Desk, zalo: ZaloOa) -> Sent | Failed:
    person = zalo.citizen()
    person.follows()
    return await desk.channel.send(Letter(Address("zalo_oa", APP, person.id), 1, "chào bác", None, Mark.NONE, ""))


async def kept(desk: Desk) -> Kept:
    return await desk.channel.tokens.standing()


async def tended_when_due(desk: Desk, zalo: ZaloOa, fault: str = "") -> None:
    """Half of the access token's life later, the house looks after it; on the way there and back is `fault`."""
    desk.clock.forward(13 * 3600)
    zalo.clock.forward(hours=13)
    if fault:
        zalo.fault(fault, where=TOKEN)
    await desk.channel.tokens.tended()


async def refused(desk: Desk) -> str:
    """The word with which the tokens say that there is none."""
    with pytest.raises(NoTokenError) as told:
        await desk.channel.tokens.instead_of(await desk.channel.tokens.current())
    return told.value.word


async def test_without_a_consent_nothing_leaves_and_the_sentence_says_what_to_do(database: str, zalo: ZaloOa) -> None:
    async with channel(database, zalo) as desk:
        assert await sent(desk, zalo) == Failed(Failure.OURS, "not_authorized")
        assert zalo.calls() == []
        (sentence,) = told_of(await kept(desk), desk.clock.now())
        assert not sentence.good
        assert "python -m bot zalo authorize" in sentence.text


async def test_a_token_that_zalo_does_not_take_any_more_is_renewed_once_and_the_message_goes(
    database: str, zalo: ZaloOa
) -> None:
    async with channel(database, zalo) as desk:
        first = await consented(desk.channel, zalo)
        zalo.clock.forward(hours=26)
        assert isinstance(await sent(desk, zalo), Sent)
        pair = (await kept(desk)).pair
        assert pair is not None
        assert first["access_token"] != pair.access
        assert renewals(zalo) == [GOOD]
        assert isinstance(await sent(desk, zalo), Sent)


async def test_it_is_renewed_at_half_of_its_life_and_not_before(database: str, zalo: ZaloOa) -> None:
    async with channel(database, zalo) as desk:
        await consented(desk.channel, zalo)
        assert await desk.channel.tokens.tended() > 0
        desk.clock.forward(12.4 * 3600)
        await desk.channel.tokens.tended()
        assert renewals(zalo) == []
        desk.clock.forward(0.2 * 3600)
        await desk.channel.tokens.tended()
        assert renewals(zalo) == [GOOD]
        assert desk.counts.keys() & {"zalo_oa_refreshed", "zalo_oa_refreshed_slowly"}


async def test_many_processes_that_want_to_renew_it_at_once_renew_it_once(migrated_url: str, zalo: ZaloOa) -> None:
    async with (
        channel(migrated_url, zalo) as one,
        channel(migrated_url, zalo) as two,
        channel(migrated_url, zalo) as three,
    ):
        await consented(one.channel, zalo)
        old = await one.channel.tokens.current()
        asked = [desk.channel.tokens.instead_of(old) for desk in (one, two, three) for _ in range(5)]
        newer = await asyncio.gather(*asked)
        assert len({pair.access for pair in newer}) == 1
        assert newer[0].access != old.access
        assert renewals(zalo) == [GOOD]


async def test_a_pair_that_another_process_renewed_is_taken_over_without_asking_zalo(
    migrated_url: str, zalo: ZaloOa
) -> None:
    async with channel(migrated_url, zalo) as one, channel(migrated_url, zalo) as two:
        await consented(one.channel, zalo)
        await two.channel.tokens.current()
        newer = await one.channel.tokens.instead_of(await one.channel.tokens.current())
        assert isinstance(await sent(two, zalo), Sent)
        assert await two.channel.tokens.current() == newer
        assert renewals(zalo) == [GOOD]


@pytest.mark.parametrize("fault", ["reset_before", "server_error"])
async def test_a_lost_answer_to_a_question_that_zalo_never_took_is_cleared_up_by_the_old_token(
    database: str, zalo: ZaloOa, fault: str
) -> None:
    async with channel(database, zalo) as desk:
        first = await consented(desk.channel, zalo)
        await tended_when_due(desk, zalo, fault)
        assert (await kept(desk)).began is not None
        await desk.channel.tokens.tended()
        assert renewals(zalo) == [], "nobody uses it again before it is known"
        assert isinstance(await sent(desk, zalo), Sent), "the old one still serves"
        desk.clock.forward(SETTLED)
        await desk.channel.tokens.tended()
        now = await kept(desk)
        assert now.began is None
        assert now.pair is not None
        assert now.pair.access != first["access_token"]
        assert renewals(zalo) == [GOOD]
        assert isinstance(await sent(desk, zalo), Sent)


async def test_a_pair_whose_answer_was_lost_is_lost_in_one_sentence_and_the_token_never_leaves_again(
    migrated_url: str, zalo: ZaloOa
) -> None:
    async with channel(migrated_url, zalo) as desk:
        await consented(desk.channel, zalo)
        zalo.fault("reset_after", where=TOKEN)
        with pytest.raises(NoTokenError):
            await desk.channel.tokens.instead_of(await desk.channel.tokens.current())
        assert await sent(desk, zalo) == Failed(Failure.OURS, "authorize")
        for _ in range(3):
            desk.clock.forward(SETTLED)
            await desk.channel.tokens.tended()
        assert renewals(zalo) == [GOOD]
        (sentence,) = told_of(await kept(desk), desk.clock.now())
        assert (await kept(desk)).trouble is Trouble.LOST
        assert not sentence.good
        assert "python -m bot zalo authorize" in sentence.text
        await consented(desk.channel, zalo)
        assert isinstance(await sent(desk, zalo), Sent)


async def test_the_next_start_waits_until_what_a_dead_process_asked_can_be_nowhere_on_its_way(
    database: str, zalo: ZaloOa
) -> None:
    async with channel(database, zalo) as dead:
        await consented(dead.channel, zalo)
        await tended_when_due(dead, zalo, "reset_before")
        clock = dead.clock
    async with channel(database, zalo, clock=clock) as next_start:
        assert isinstance(await sent(next_start, zalo), Sent), "the old access token works on"
        await next_start.channel.tokens.tended()
        assert renewals(zalo) == []
        next_start.clock.forward(SETTLED)
        await next_start.channel.tokens.tended()
        assert renewals(zalo) == [GOOD]
        assert isinstance(await sent(next_start, zalo), Sent)


async def test_where_the_old_token_lives_on_it_proves_nothing_and_serves_to_its_end(
    database: str, zalo: ZaloOa
) -> None:
    zalo.switch(old_access_token="lives")
    async with channel(database, zalo, zalo_switches=("oa_old_token=lives",)) as desk:
        await consented(desk.channel, zalo)
        await tended_when_due(desk, zalo, "reset_after")
        desk.clock.forward(SETTLED)
        await desk.channel.tokens.tended()
        assert isinstance(await sent(desk, zalo), Sent)
        desk.clock.forward(13 * 3600)
        zalo.clock.forward(hours=13)
        assert await sent(desk, zalo) == Failed(Failure.OURS, "authorize")
        assert (await kept(desk)).trouble is Trouble.UNSURE
        assert renewals(zalo) == [GOOD]


async def test_what_never_left_is_as_if_nothing_had_been(database: str, zalo: ZaloOa) -> None:
    async with channel(database, zalo, zalo_oauth="http://127.0.0.1:9") as desk:
        await consented(desk.channel, zalo)
        before = await kept(desk)
        assert await refused(desk) == "not_reached"
        assert await kept(desk) == before
        assert isinstance(await sent(desk, zalo), Sent)


@pytest.mark.parametrize("number", ["with", "without"])
@pytest.mark.parametrize("status", ["200", "400"])
async def test_a_refresh_token_that_zalo_does_not_know_needs_a_new_consent(
    database: str, zalo: ZaloOa, number: str, status: str
) -> None:
    zalo.switch(oauth_number=number, oauth_status=status)
    async with channel(database, zalo) as desk:
        await consented(desk.channel, zalo)
        zalo.clock.forward(days=91)
        assert await sent(desk, zalo) == Failed(Failure.OURS, "authorize")
        assert await sent(desk, zalo) == Failed(Failure.OURS, "authorize")
        assert (await kept(desk)).trouble is Trouble.SPENT
        assert renewals(zalo) == ["Invalid refresh token"]


@pytest.mark.parametrize("named", ["with", "without"])
async def test_which_number_means_that_the_refresh_token_is_gone_is_a_switch(
    database: str, zalo: ZaloOa, named: str
) -> None:
    zalo.switch(oauth_number=named)
    async with channel(database, zalo, zalo_switches=("oa_spent=-14014/-14024",)) as desk:
        await consented(desk.channel, zalo)
        zalo.clock.forward(days=91)
        # A number that is not among them is believed to concern the app, and the sentence names it; without one the words tell.
        assert await refused(desk) == ("app_refused" if named == "with" else "authorize")
        (sentence,) = told_of(await kept(desk), desk.clock.now())
        assert "python -m bot zalo authorize" in sentence.text
        assert ("-14020" in sentence.text) is (named == "with")


async def test_an_app_that_zalo_refuses_is_said_and_the_unused_token_is_tried_later(
    database: str, zalo: ZaloOa
) -> None:
    async with channel(database, zalo, zalo_oa_app_secret="wrong") as desk:
        await consented(desk.channel, zalo)
        assert await refused(desk) == "app_refused"
        assert await refused(desk) == "app_refused"
        assert renewals(zalo) == ["Invalid secret key"]
        (sentence,) = told_of(await kept(desk), desk.clock.now())
        assert "-14004" in sentence.text
    async with channel(database, zalo) as desk:
        desk.clock.forward(3600)
        await desk.channel.tokens.instead_of(await desk.channel.tokens.current())
        assert (await kept(desk)).trouble is Trouble.NONE


async def test_whoever_waits_for_a_renewal_may_go_and_it_comes_to_its_end(database: str, zalo: ZaloOa) -> None:
    async with channel(database, zalo) as desk:
        first = await consented(desk.channel, zalo)
        zalo.fault("slow", where=TOKEN, seconds=0.3)
        waiting = asyncio.create_task(desk.channel.tokens.instead_of(await desk.channel.tokens.current()))
        while (await kept(desk)).began is None:  # noqa: ASYNC110 - the note is the first that can be seen
            await asyncio.sleep(0)
        waiting.cancel()
        await desk.channel.stop()
        pair = (await kept(desk)).pair
        assert pair is not None
        assert pair.access != first["access_token"]


async def test_a_consent_given_while_a_renewal_is_under_way_is_the_one_that_stays(database: str, zalo: ZaloOa) -> None:
    async with channel(database, zalo) as desk, channel(database, zalo) as other:
        await consented(desk.channel, zalo)
        zalo.fault("slow", where=TOKEN, seconds=0.3)
        waiting = asyncio.create_task(desk.channel.tokens.instead_of(await desk.channel.tokens.current()))
        while (await kept(desk)).began is None:  # noqa: ASYNC110 - the note is the first that can be seen
            await asyncio.sleep(0)
        new = await consented(other.channel, zalo)
        await waiting
        pair = (await kept(desk)).pair
        assert pair is not None
        assert pair.access == new["access_token"]
        assert (await desk.channel.tokens.current()).access == new["access_token"]


class Losing:
    """A database whose answer to every other swap is lost, before or after it was done."""

    def __init__(self, desk: Desk, *, done: bool) -> None:
        self._secrets, self._done, self._turn = desk.secrets, done, 0

    async def read(self, name: str) -> tuple[str, int]:
        return await self._secrets.read(name)

    async def lease(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        return await self._secrets.lease(name, holder, now, until)

    async def swap(self, name: str, version: int, value: str) -> bool:
        self._turn += 1
        if self._turn % 2:
            return await self._secrets.swap(name, version, value)
        if self._done:
            await self._secrets.swap(name, version, value)
        raise ConnectionError("the answer was lost")


@pytest.mark.parametrize("done", [True, False])
async def test_a_new_pair_is_kept_though_the_database_fails_at_that_moment(
    migrated_url: str, zalo: ZaloOa, done: bool
) -> None:
    async with channel(migrated_url, zalo) as desk:
        await consented(desk.channel, zalo)
        old = await desk.channel.tokens.current()
        desk.channel.tokens._kept._secrets = Losing(desk, done=done)
        newer = await desk.channel.tokens.instead_of(old)
        assert (await kept(desk)).pair == newer
        assert renewals(zalo) == [GOOD]
        assert isinstance(await sent(desk, zalo), Sent)


async def test_a_consent_that_is_taken_back_is_said_and_an_old_notice_of_it_does_not_undo_a_newer_one(
    database: str, zalo: ZaloOa
) -> None:
    async with channel(database, zalo) as desk:
        await consented(desk.channel, zalo)
        notice = zalo.revoke().event
        before = desk.clock.now()
        desk.clock.forward(1)
        at = int((before + timedelta(seconds=1)).timestamp() * 1000)
        await desk.channel._take(notice | {"timestamp": str(at)})
        assert (await kept(desk)).trouble is Trouble.REVOKED
        assert await sent(desk, zalo) == Failed(Failure.OURS, "authorize")
        desk.clock.forward(60)
        await consented(desk.channel, zalo)
        await desk.channel._take(notice)
        assert isinstance(await sent(desk, zalo), Sent)


async def test_no_word_of_ours_has_a_token_in_it(database: str, zalo: ZaloOa, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    async with channel(database, zalo, clock=Clock()) as desk:
        pair = await consented(desk.channel, zalo)
        zalo.fault("reset_after", where=TOKEN)
        outcome = [await refused(desk), repr(await sent(desk, zalo)), repr(await kept(desk))]
        outcome += [sentence.text for sentence in await desk.channel.health()]
        for secret in (pair["access_token"], pair["refresh_token"], ZaloOa.app_secret, ZaloOa.oa_secret):
            assert secret not in " ".join([*outcome, caplog.text, repr(desk.counts)])
