"""One-time codes: sending, waiting, trying, dying. All numbers are the simulated registry's own."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.core import codes
from flows.core.codes import POLICY, Checked, Code, CodePolicy, Sending, check, is_live, issue, may_send

NOW = datetime(2026, 3, 10, 5, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def test_the_defaults_are_in_view_and_said_to_be_ours() -> None:
    assert CodePolicy(6, timedelta(minutes=5), 5, timedelta(seconds=60), 2, 5) == POLICY
    assert codes.FACTS == ("unsaid",)


def test_the_first_code_may_be_sent_at_once() -> None:
    decision = may_send((), NOW)
    assert (decision.outcome, decision.next_at, decision.left_today) == (Sending.MAY_SEND, NOW, 5)


def test_the_second_code_waits_sixty_seconds_to_the_second() -> None:
    early = may_send((NOW,), NOW + MINUTE - SECOND)
    assert (early.outcome, early.next_at, early.left_today) == (Sending.WAIT, NOW + MINUTE, 4)
    assert may_send((NOW,), NOW + MINUTE).outcome is Sending.MAY_SEND


def test_each_wait_is_twice_the_one_before() -> None:
    sent = [NOW]
    for minutes in (1, 2, 4, 8):
        decision = may_send(sent, sent[-1])
        assert decision.next_at - sent[-1] == minutes * MINUTE
        sent.append(decision.next_at)
    assert may_send(sent, sent[-1]).outcome is Sending.DAY_USED_UP


def test_after_five_codes_the_day_is_used_up_until_the_first_is_a_day_old() -> None:
    sent = [NOW + hour * timedelta(hours=1) for hour in range(5)]
    decision = may_send(reversed(sent), NOW + timedelta(hours=5))
    assert (decision.outcome, decision.left_today) == (Sending.DAY_USED_UP, 0)
    assert decision.next_at == NOW + timedelta(hours=24)
    assert may_send(sent, decision.next_at - SECOND).outcome is Sending.DAY_USED_UP
    assert may_send(sent, decision.next_at).outcome is Sending.MAY_SEND


def test_midnight_doubles_nothing() -> None:
    evening = datetime(2026, 3, 10, 16, 0, tzinfo=UTC)  # 23:00 in Vietnam
    sent = [evening + i * 10 * MINUTE for i in range(5)]
    assert may_send(sent, evening + timedelta(hours=2)).outcome is Sending.DAY_USED_UP


@settings(deadline=None, max_examples=100)
@given(st.lists(st.integers(0, 3 * 86400), max_size=8), st.integers(0, 3 * 86400))
def test_a_code_may_really_be_sent_at_the_moment_that_was_promised(seconds: list[int], at: int) -> None:
    history = [NOW + s * SECOND for s in seconds]
    promised = may_send(history, NOW + at * SECOND).next_at
    assert promised >= NOW + at * SECOND
    assert may_send(history, promised).outcome is Sending.MAY_SEND


@pytest.mark.parametrize("broken", [{"digits": 0}, {"tries": 0}, {"a_day": 0}, {"growth": 0}, {"life": timedelta(0)}])
def test_a_policy_under_which_nothing_works_is_refused(broken: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="policy"):
        CodePolicy(**broken)  # type: ignore[arg-type]


def test_a_right_code_works_once() -> None:
    first = check(Code(NOW), True, NOW + MINUTE)
    assert first.outcome is Checked.RIGHT
    assert check(first.code, True, NOW + MINUTE).outcome is Checked.USED


def test_a_code_dies_after_five_minutes_to_the_second() -> None:
    assert check(Code(NOW), True, NOW + 5 * MINUTE - SECOND).outcome is Checked.RIGHT
    late = check(Code(NOW), True, NOW + 5 * MINUTE)
    assert (late.outcome, late.code) == (Checked.EXPIRED, Code(NOW))


def test_five_wrong_tries_kill_a_code_and_the_right_one_comes_too_late() -> None:
    code, told = Code(NOW), []
    for _ in range(5):
        decision = check(code, False, NOW)
        code = decision.code
        told.append((decision.outcome, decision.tries_left))
    wrong = Checked.WRONG
    assert told == [(wrong, 4), (wrong, 3), (wrong, 2), (wrong, 1), (Checked.NO_TRIES_LEFT, 0)]
    assert check(code, True, NOW).outcome is Checked.NO_TRIES_LEFT
    assert check(code, False, NOW).code.wrong == 5


def test_the_fifth_try_may_still_be_the_right_one() -> None:
    assert check(Code(NOW, wrong=4), True, NOW).outcome is Checked.RIGHT


def test_a_new_code_kills_the_old_one() -> None:
    old, new = issue(issue((), NOW), NOW + MINUTE)
    assert check(old, True, NOW + MINUTE).outcome is Checked.SUPERSEDED
    assert check(new, True, NOW + MINUTE).outcome is Checked.RIGHT
    assert [is_live(code, NOW + MINUTE) for code in (old, new)] == [False, True]


def test_a_new_code_has_all_its_tries() -> None:
    tried = check(issue((), NOW)[-1], False, NOW).code
    assert check(issue((tried,), NOW + MINUTE)[-1], False, NOW + MINUTE).tries_left == 4


def test_a_stricter_policy_is_obeyed() -> None:
    strict = CodePolicy(life=MINUTE, tries=1, a_day=1)
    assert check(Code(NOW), False, NOW, strict).outcome is Checked.NO_TRIES_LEFT
    assert check(Code(NOW), True, NOW + MINUTE, strict).outcome is Checked.EXPIRED
    assert may_send((NOW,), NOW + timedelta(hours=1), strict).outcome is Sending.DAY_USED_UP
