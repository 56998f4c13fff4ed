"""The gateway over a bad wire: it always knows whether something was surely done, surely not done, or not known."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.commands import channel
from bot.gateways.breaker import FAILURES, REST, Breaker
from bot.gateways.ends import Because, Refused, Sent, Standing, Unknown
from bot.gateways.identity import new_key
from tests.gateways.fault_proxy import NEVER_HEARD, Fault, FaultProxy
from tests.gateways.reaching import SHORT, Reached, reached
from tests.registry.office import NOON


@pytest.fixture
async def here(migrated_sqlite: Path, tmp_path: Path) -> AsyncIterator[Reached]:
    async with reached("through a proxy", migrated_sqlite, tmp_path) as built:
        yield built


def proxy_of(here: Reached) -> FaultProxy:
    assert here.proxy is not None
    return here.proxy


def impatient(here: Reached) -> Reached:
    """The same with little patience, for answers that never come."""
    secret = here.office.registry.clients.secret("donghanh")
    return Reached(here.another(secret, within=SHORT), here.office, here.lanes, here.base, here.proxy)


@pytest.mark.parametrize("fault", list(Fault))
async def test_a_lost_answer_is_unknown_and_settled_without_a_second_code(here: Reached, fault: Fault) -> None:
    subject, phone = await here.subject("approved2")
    asking = impatient(here) if "no answer" in fault.value else here
    await asking.identity.status(subject)  # the token is in hand, so that the fault meets the question itself
    proxy_of(here).next = [fault]
    lost = await asking.identity.ask_activation(subject, new_key())
    assert isinstance(lost, Unknown), (fault, lost)
    assert await here.codes(phone) == (0 if fault in NEVER_HEARD else 1)
    settled = await here.identity.settle(lost)
    assert isinstance(settled, Sent)
    assert await here.identity.settle(lost) == settled
    assert await here.codes(phone) == 1


async def test_a_lost_look_is_unknown_and_harmless(here: Reached) -> None:
    subject, _ = await here.subject("approved2")
    for fault in (Fault.RESET_AFTER, Fault.HTML_AFTER, Fault.TRUNCATED):
        proxy_of(here).next = [fault]
        lost = await here.identity.status(subject)
        assert isinstance(lost, Unknown)
        assert await here.identity.settle(lost) == lost  # there is nothing to settle: it is simply asked again
        assert isinstance(await here.identity.status(subject), Standing)


async def test_a_slow_answer_is_waited_for(here: Reached) -> None:
    subject, phone = await here.subject("approved2")
    proxy_of(here).gate.clear()
    asking = asyncio.create_task(here.identity.ask_activation(subject, new_key()))
    while not any("activations" in path for path in proxy_of(here).heard):  # noqa: ASYNC110 - until the proxy has it
        await asyncio.sleep(0)
    assert not asking.done()
    proxy_of(here).gate.set()
    assert isinstance(await asking, Sent)
    assert await here.codes(phone) == 1


async def test_where_nobody_listens_surely_nothing_was_done(here: Reached) -> None:
    subject, phone = await here.subject("approved2")
    nowhere = Reached(here.identity, here.office, here.lanes, "http://127.0.0.1:9/v1")
    secret = here.office.registry.clients.secret("donghanh")
    assert await nowhere.another(secret).ask_activation(subject, new_key()) == Refused(Because.UNREACHABLE)
    assert await here.codes(phone) == 0


async def test_a_lost_token_means_that_nothing_was_asked(here: Reached) -> None:
    subject, phone = await here.subject("approved2")
    proxy_of(here).about = "/token"
    for fault in (Fault.RESET_AFTER, Fault.HTML_AFTER, Fault.TRUNCATED, Fault.LOGIN_PAGE):
        fresh = here.another(here.office.registry.clients.secret("donghanh"))
        proxy_of(here).next = [fault]
        assert await fresh.ask_activation(subject, new_key()) == Refused(Because.UNREACHABLE)
    assert await here.codes(phone) == 0


async def test_a_registry_that_does_not_answer_is_left_alone_and_then_tried_with_one_question(here: Reached) -> None:
    subject, _ = await here.subject("approved2")
    proxy, clock = proxy_of(here), here.office.clock
    proxy.next = [Fault.RESET_BEFORE] * (FAILURES + 1)
    for _ in range(FAILURES):
        assert isinstance(await here.identity.status(subject), Unknown)
    heard = len(proxy.heard)
    resting = await here.identity.status(subject)
    assert resting == Refused(Because.RESTING, clock.now() + REST)
    assert len(proxy.heard) == heard
    clock.time += REST
    both = await asyncio.gather(here.identity.status(subject), here.identity.status(subject))
    assert sorted(type(one).__name__ for one in both) == ["Refused", "Unknown"]  # one tried, and it failed once more
    clock.time += REST
    assert isinstance(await here.identity.status(subject), Standing)
    assert isinstance(await here.identity.status(subject), Standing)


def test_a_question_that_was_given_up_lets_the_next_one_try() -> None:
    breaker = Breaker(failures=1)
    breaker.failed(NOON)
    assert breaker.rests_until(NOON + timedelta(seconds=1)) == NOON + REST
    later = NOON + REST
    assert breaker.rests_until(later) is None
    assert breaker.rests_until(later) == later
    breaker.passed_over()
    assert breaker.rests_until(later) is None
    breaker.answered()
    assert breaker.rests_until(later) is None


async def test_the_check_of_the_channels_says_whether_the_registry_knows_this_house(
    here: Reached, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {
        "DATABASE_URL": f"sqlite:///{tmp_path}/data/house.db", "KEY_FILE": f"{tmp_path}/keys/house.key",
        "REGISTRY_URL": here.base,
    }.items():  # fmt: skip
        monkeypatch.setenv(f"DONGHANH_{name}", value)
    for secret, code, words in (
        (here.office.registry.clients.secret("donghanh"), 0, "✓ The registry answers"),
        ("cs_wrong", 1, "✗ The registry does not know this house"),
    ):
        monkeypatch.setenv("DONGHANH_REGISTRY_SECRET", secret)
        assert await asyncio.to_thread(channel.check) == code
        assert words in capsys.readouterr().out
