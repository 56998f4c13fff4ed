"""A request to activate, written a second time from the documents, and told in short stories."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from flows.core.account import Account, State
from flows.core.activation import (
    ENDS,
    MESSAGES,
    Activation,
    CodeEntered,
    Decision,
    DeviceLooked,
    LevelLooked,
    Move,
    Outcome,
    PasscodeSet,
    PasswordSet,
    QuestionsSet,
    Sent,
    Step,
    decide,
)
from flows.core.codes import Checked
from flows.core.credentials import PasscodeFault, PasswordFault, QuestionFault
from flows.core.device import Binding

NOON = datetime(2026, 3, 10, 5, 0, tzinfo=UTC)
TODAY = date(2026, 3, 10)
LONG_AGO = TODAY - timedelta(days=8)

# Every thing that can be brought to a request: what it is called below, whether the person had an account, the move.
BROUGHT: dict[str, tuple[bool, Move]] = {
    "right_phone": (False, Sent(True)),
    "other_phone": (False, Sent(False)),
    "none": (False, LevelLooked(Account())),
    "app": (False, LevelLooked(Account(State.APP, True))),
    "submitted1": (False, LevelLooked(Account(State.SUBMITTED1, True))),
    "taken2": (False, LevelLooked(Account(State.TAKEN2))),
    "app_taken2": (False, LevelLooked(Account(State.APP_TAKEN2, True))),
    "approved1": (False, LevelLooked(Account(State.APPROVED1, True, TODAY))),
    "approved1_taken2": (False, LevelLooked(Account(State.APPROVED1_TAKEN2, True, TODAY))),
    "approved2": (False, LevelLooked(Account(State.APPROVED2, False, TODAY))),
    "approved_long_ago": (False, LevelLooked(Account(State.APPROVED2, False, LONG_AGO))),
    "activated1": (False, LevelLooked(Account(State.ACTIVATED1, True, LONG_AGO))),
    "activated1_taken2": (False, LevelLooked(Account(State.ACTIVATED1_TAKEN2, True, LONG_AGO))),
    "activated2": (False, LevelLooked(Account(State.ACTIVATED2, False, LONG_AGO))),
    "locked1": (False, LevelLooked(Account(State.LOCKED1, True, LONG_AGO))),
    "locked1_taken2": (False, LevelLooked(Account(State.LOCKED1_TAKEN2, True, LONG_AGO))),
    "locked2": (False, LevelLooked(Account(State.LOCKED2, False, LONG_AGO))),
    "device_free": (False, DeviceLooked(Binding.FREE)),
    "device_of_other": (False, DeviceLooked(Binding.OTHER_ACCOUNT)),
    "device_own": (False, DeviceLooked(Binding.OWN_ACCOUNT)),
    "code_right": (False, CodeEntered(Checked.RIGHT)),
    "code_right_had_account": (True, CodeEntered(Checked.RIGHT)),
    "code_wrong": (False, CodeEntered(Checked.WRONG)),
    "code_expired": (False, CodeEntered(Checked.EXPIRED)),
    "code_used": (True, CodeEntered(Checked.USED)),
    "code_superseded": (False, CodeEntered(Checked.SUPERSEDED)),
    "code_no_tries": (True, CodeEntered(Checked.NO_TRIES_LEFT)),
    "password_good": (False, PasswordSet(())),
    "password_faulty": (False, PasswordSet((PasswordFault.TOO_SHORT,))),
    "passcode_good": (False, PasscodeSet(())),
    "passcode_faulty": (False, PasscodeSet((PasscodeFault.NOT_SIX,))),
    "questions_good": (False, QuestionsSet(())),
    "questions_faulty": (False, QuestionsSet((QuestionFault.NOT_TWO,))),
}

# What the documents say: what waits | what is brought | where the request then stands | what came of it | who says so.
FROM_THE_DOCUMENTS = """
number | right_phone | level | goes_on | S0-35 S2-20
number | other_phone | number | phone_not_registered | S2-20
level | app | not_identified | not_identified | S0-36 S1-36
level | none submitted1 taken2 app_taken2 | not_identified | not_identified | unsaid
level | activated1 activated1_taken2 activated2 | already_activated | already_activated | S0-37 S1-37
level | locked1 locked1_taken2 locked2 | already_activated | already_activated | unsaid
level | approved1 approved1_taken2 approved2 | device | goes_on | S0-38 S1-38
level | approved_long_ago | past_seven_days | past_seven_days | S4-33 69/2024 Art. 14
device | device_free | code | notice_activation | S0-39 S1-39
device | device_of_other | code | notice_other_device | S0-40 S1-39 S3-27
device | device_own | code | notice_activation | unsaid
code | code_right | password | goes_on | S0-41 S0-42
code | code_right_had_account | passcode | goes_on | S0-41 S0-42
code | code_wrong code_expired code_used code_superseded code_no_tries | code | code_not_right | S0-41
password | password_good | passcode | goes_on | S0-42 S2-23
password | password_faulty | password | faulty | S2-23
passcode | passcode_good | questions | goes_on | S0-43 S2-26
passcode | passcode_faulty | passcode | faulty | S0-43 S2-26
passcode | password_good password_faulty | passcode | no_password_step | S0-42 S1-41
questions | questions_good | done | done | S0-44 S2-29 S3-25
questions | questions_faulty | questions | faulty | S0-44
"""
OUT_OF_ORDER = "S0-35 S0-38 S0-41 S0-42 S0-43 S0-44"
THE_ENDS = ("done", "not_identified", "already_activated", "past_seven_days")

GOOD: dict[Step, Move] = {
    Step.NUMBER: Sent(True),
    Step.DEVICE: DeviceLooked(Binding.FREE),
    Step.CODE: CodeEntered(Checked.RIGHT),
    Step.PASSWORD: PasswordSet(()),
    Step.PASSCODE: PasscodeSet(()),
    Step.QUESTIONS: QuestionsSet(()),
}


def transcribed() -> dict[tuple[str, str], tuple[str, str, str]]:
    """Every cell: those the documents allow, and everywhere else the order they share, which forbids."""
    cells: dict[tuple[str, str], tuple[str, str, str]] = {}
    for line in filter(None, FROM_THE_DOCUMENTS.splitlines()):
        step, brought, then, outcome, facts = (part.strip() for part in line.split("|"))
        for name in brought.split():
            assert (step, name) not in cells, f"written twice: {step} × {name}"
            cells[step, name] = (then, outcome, facts)
    for step, name in product((s.value for s in Step), BROUGHT):
        if step in THE_ENDS:
            cells[step, name] = (step, "ended", "unsaid")
        else:
            cells.setdefault((step, name), (step, "out_of_order", OUT_OF_ORDER))
    return cells


def observed() -> dict[tuple[str, str], tuple[str, str, str]]:
    cells: dict[tuple[str, str], tuple[str, str, str]] = {}
    for step, (name, (had_account, move)) in product(Step, BROUGHT.items()):
        decision = decide(Activation(step, had_account), move, NOON)
        cells[step.value, name] = (decision.request.step.value, decision.outcome.value, " ".join(decision.facts))
    return cells


def walk(account: Account, binding: Binding = Binding.FREE, now: datetime = NOON) -> list[Decision]:
    """The decisions of a person who does everything right, until the request ends."""
    request, decisions = Activation(), []
    while request.step not in ENDS:
        moves = {**GOOD, Step.LEVEL: LevelLooked(account), Step.DEVICE: DeviceLooked(binding)}
        decisions.append(decide(request, moves[request.step], now))
        request = decisions[-1].request
    return decisions


def test_the_table_says_of_every_step_and_finding_what_the_documents_say() -> None:
    assert observed() == transcribed()


def test_every_account_state_is_looked_at_in_the_transcription() -> None:
    looked = {move.account.state for _, move in BROUGHT.values() if isinstance(move, LevelLooked)}
    assert looked == set(State)
    assert {move.checked for _, move in BROUGHT.values() if isinstance(move, CodeEntered)} == set(Checked)


def test_a_refused_move_leaves_the_request_as_it_was_and_shows_nothing() -> None:
    for step, (had_account, move) in product(Step, BROUGHT.values()):
        request = Activation(step, had_account, TODAY)
        decision = decide(request, move, NOON)
        if decision.outcome in (Outcome.OUT_OF_ORDER, Outcome.NO_PASSWORD_STEP, Outcome.ENDED):
            assert decision.request is request
            assert decision.message is None


def test_a_level_1_citizen_goes_through_without_a_password_step() -> None:
    decisions = walk(Account(State.APPROVED1, True, TODAY))
    steps = [decision.request.step.value for decision in decisions]
    assert steps == ["level", "device", "code", "passcode", "questions", "done"]
    assert decisions[-1].message is not None
    assert decisions[-1].message.words == "Bạn đã kích hoạt tài khoản định danh điện tử thành công"


def test_a_level_2_citizen_from_the_counter_sets_a_password() -> None:
    steps = [decision.request.step.value for decision in walk(Account(State.APPROVED2, False, TODAY))]
    assert steps == ["level", "device", "code", "password", "passcode", "questions", "done"]


def test_an_activated_account_is_told_so_in_the_official_words() -> None:
    last = walk(Account(State.ACTIVATED2, False, LONG_AGO))[-1]
    assert last.message == MESSAGES[Outcome.ALREADY_ACTIVATED]
    assert last.message.words == "Tài khoản của bạn đã thực hiện kích hoạt"


def test_an_app_account_is_told_in_the_official_words_that_it_is_not_identified() -> None:
    last = walk(Account(State.APP, True))[-1]
    assert last.message == MESSAGES[Outcome.NOT_IDENTIFIED]
    assert last.message.words == "tài khoản của bạn chưa được định danh điện tử"


def test_a_phone_bound_to_another_account_is_a_notice_and_no_refusal() -> None:
    decisions = walk(Account(State.APPROVED1, True, TODAY), Binding.OTHER_ACCOUNT)
    assert decisions[2].outcome is Outcome.NOTICE_OTHER_DEVICE
    assert decisions[2].message is None, "no document gives its exact words"
    assert decisions[-1].outcome is Outcome.DONE


def test_past_the_seven_days_the_level_check_ends_the_request() -> None:
    last = walk(Account(State.APPROVED1, True, LONG_AGO))[-1]
    assert (last.outcome, last.request.step) == (Outcome.PAST_SEVEN_DAYS, Step.PAST_SEVEN_DAYS)


@pytest.mark.parametrize("step", [Step.DEVICE, Step.CODE, Step.PASSWORD, Step.PASSCODE, Step.QUESTIONS])
def test_a_request_left_lying_past_the_seven_days_ends_whatever_is_brought(step: Step) -> None:
    for had_account, move in BROUGHT.values():
        decision = decide(Activation(step, had_account, LONG_AGO), move, NOON)
        assert (decision.outcome, decision.request.step) == (Outcome.PAST_SEVEN_DAYS, Step.PAST_SEVEN_DAYS)


def test_on_the_last_of_the_seven_days_everything_still_works() -> None:
    assert walk(Account(State.APPROVED2, False, TODAY - timedelta(days=7)))[-1].outcome is Outcome.DONE


def test_what_the_level_check_found_goes_with_the_request() -> None:
    request = walk(Account(State.APPROVED2, False, TODAY))[1].request
    assert (request.had_account, request.noticed) == (False, TODAY)
    assert walk(Account(State.APPROVED1, True, TODAY))[1].request.had_account


def test_a_level_looked_at_out_of_order_does_not_change_who_had_an_account() -> None:
    request = Activation(Step.CODE, False, TODAY)
    decision = decide(request, LevelLooked(Account(State.APPROVED1, True, TODAY)), NOON)
    assert decision.request is request


def test_only_the_three_known_screens_have_words() -> None:
    assert {(outcome, quoted.fact) for outcome, quoted in MESSAGES.items()} == {
        (Outcome.NOT_IDENTIFIED, "S0-36"),
        (Outcome.ALREADY_ACTIVATED, "S0-37"),
        (Outcome.DONE, "S2-29"),
    }
