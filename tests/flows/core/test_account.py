"""The life of an account, written a second time from the documents, and told in short stories."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from flows.core.account import (
    ACTIVATED,
    APPROVED,
    LEVEL_OF,
    LOCKED,
    OPENS,
    TABLE,
    WAITING,
    Account,
    Level,
    Move,
    Outcome,
    State,
    Use,
    decide,
)

NOON = datetime(2026, 3, 10, 5, 0, tzinfo=UTC)  # noon in Vietnam
TODAY = date(2026, 3, 10)

# What the documents say of every move in every state: move(s) | state(s) | target, or ! and the refusal | who says so.
# "waits" = level 2 taken at the counter and not answered yet, "1" and "2" = the level.
FROM_THE_DOCUMENTS = """
register_app | none | app | S0-18 S0-22
register_app | taken2 | app_taken2 | S0-42
register_app | app app_taken2 submitted1 activated1 activated1_taken2 activated2 | !has_account | unsaid
register_app | approved1 approved1_taken2 approved2 | !activate_instead | S2-12
register_app | locked1 locked1_taken2 locked2 | !is_locked | unsaid

submit_level1 | none taken2 | !no_app_account | S0-23 S0-24
submit_level1 | app | submitted1 | S0-24 S0-32
submit_level1 | app_taken2 submitted1 | !request_waits | unsaid
submit_level1 | approved1 approved1_taken2 approved2 activated1 activated1_taken2 activated2 | !has_this_level | unsaid
submit_level1 | locked1 locked1_taken2 locked2 | !is_locked | unsaid

take_level2 | none | taken2 | S4-19 S4-21
take_level2 | app | app_taken2 | S4-19 S4-21
take_level2 | submitted1 | app_taken2 | S4-19 unsaid
take_level2 | approved1 | approved1_taken2 | S4-19
take_level2 | activated1 | activated1_taken2 | S4-19
take_level2 | taken2 app_taken2 approved1_taken2 activated1_taken2 | !request_waits | unsaid
take_level2 | approved2 activated2 | !has_this_level | unsaid
take_level2 | locked1 locked1_taken2 locked2 | !is_locked | unsaid

approve | submitted1 | approved1 | S4-29 S1-33
approve | taken2 app_taken2 approved1_taken2 | approved2 | S4-32
approve | activated1_taken2 | approved2 | S4-32 S2-09
approve decline | none app approved1 approved2 activated1 activated2 | !nothing_requested | S4-29 S4-32
approve decline | locked1 locked1_taken2 locked2 | !is_locked | unsaid
decline | taken2 | none | unsaid
decline | app_taken2 submitted1 | app | unsaid
decline | approved1_taken2 | approved1 | unsaid
decline | activated1_taken2 | activated1 | unsaid

activate | approved1 | activated1 | S0-38 S2-29
activate | approved1_taken2 | activated1_taken2 | S0-38 S2-29
activate | approved2 | activated2 | S0-38 S2-29
activate_by_hotline | approved1 | activated1 | 69/2024 Art. 14
activate_by_hotline | approved1_taken2 | activated1_taken2 | 69/2024 Art. 14
activate_by_hotline | approved2 | activated2 | 69/2024 Art. 14
activate activate_by_hotline | none | !not_identified | unsaid
activate activate_by_hotline | app | !not_identified | S0-36
activate activate_by_hotline | taken2 app_taken2 submitted1 | !not_approved_yet | S1-33 S2-12
activate activate_by_hotline | activated1 activated1_taken2 activated2 | !already_activated | S0-37
activate activate_by_hotline | locked1 locked1_taken2 locked2 | !is_locked | unsaid

lock | activated1 | locked1 | unsaid
lock | activated1_taken2 | locked1_taken2 | unsaid
lock | activated2 | locked2 | 69/2024
lock | none taken2 app app_taken2 submitted1 approved1 approved1_taken2 approved2 | !not_activated | unsaid
lock | locked1 locked1_taken2 locked2 | !already_locked | unsaid

unlock | locked1 | activated1 | unsaid
unlock | locked1_taken2 | activated1_taken2 | unsaid
unlock | locked2 | activated2 | 69/2024
unlock | none taken2 app app_taken2 submitted1 approved1 approved1_taken2 approved2 | !not_locked | unsaid
unlock | activated1 activated1_taken2 activated2 | !not_locked | unsaid
"""


def transcribed() -> dict[tuple[str, str], tuple[str, str]]:
    """Every cell of the transcription; a cell written twice is a fault of the transcription."""
    cells: dict[tuple[str, str], tuple[str, str]] = {}
    for line in filter(None, FROM_THE_DOCUMENTS.splitlines()):
        moves, states, comes_to, facts = (part.strip() for part in line.split("|"))
        for state, move in product(states.split(), moves.split()):
            assert (state, move) not in cells, f"written twice: {state} × {move}"
            cells[state, move] = (comes_to, facts)
    return cells


def observed() -> dict[tuple[str, str], tuple[str, str]]:
    """What `decide` answers in every state to every move, on the day of the notice."""
    cells: dict[tuple[str, str], tuple[str, str]] = {}
    for state, move in product(State, Move):
        decision = decide(Account(state, had_account=False, noticed=TODAY), move, NOON)
        moved = decision.outcome is Outcome.MOVED
        comes_to = decision.account.state.value if moved else f"!{decision.outcome.value}"
        cells[state.value, move.value] = (comes_to, " ".join(decision.facts))
    return cells


def walk(*moves: Move, at: datetime = NOON) -> Account:
    account = Account()
    for move in moves:
        decision = decide(account, move, at)
        assert decision.outcome is Outcome.MOVED, (account.state, move, decision.outcome)
        account = decision.account
    return account


LEVEL1 = (Move.REGISTER_APP, Move.SUBMIT_LEVEL1, Move.APPROVE)
COUNTER = (Move.TAKE_LEVEL2, Move.APPROVE)


def test_the_table_says_of_every_state_and_move_what_the_documents_say() -> None:
    assert observed() == transcribed()


def test_no_state_is_out_of_reach_and_every_state_but_locked_ones_leads_on_to_activation() -> None:
    reached, edge = {State.NONE}, {State.NONE}
    while edge:
        edge = {to for (state, _), (to, _) in TABLE.items() if state in edge} - reached
        reached |= edge
    assert reached == set(State)


def test_a_refusal_leaves_the_account_as_it_was() -> None:
    for state, move in product(State, Move):
        account = Account(state, had_account=True, noticed=TODAY)
        decision = decide(account, move, NOON)
        if decision.outcome is not Outcome.MOVED:
            assert decision.account is account


def test_every_refusal_that_has_a_name_is_given_somewhere() -> None:
    given = {
        decide(Account(state, noticed=day), move, NOON).outcome
        for state, move, day in product(State, Move, (TODAY, TODAY - timedelta(days=8)))
    }
    assert given == set(Outcome)


def test_a_citizen_who_registers_in_the_app_and_sends_level_1_activates_after_the_notice() -> None:
    waiting = walk(*LEVEL1[:2])
    assert decide(waiting, Move.ACTIVATE, NOON).outcome is Outcome.NOT_APPROVED_YET
    approved = decide(waiting, Move.APPROVE, NOON).account
    assert (approved.state, approved.level, approved.noticed) == (State.APPROVED1, Level.LEVEL1, TODAY)
    assert approved.had_account
    assert decide(approved, Move.ACTIVATE, NOON).account.state is State.ACTIVATED1


def test_a_citizen_who_took_level_2_at_the_counter_from_nothing_had_no_account_before_approval() -> None:
    approved = walk(*COUNTER)
    assert (approved.state, approved.had_account) == (State.APPROVED2, False)
    assert decide(approved, Move.ACTIVATE, NOON).account == Account(State.ACTIVATED2, False, TODAY)


def test_an_app_account_made_before_approval_counts_and_one_cannot_be_made_after_it() -> None:
    assert walk(Move.TAKE_LEVEL2, Move.REGISTER_APP, Move.APPROVE).had_account
    assert walk(Move.REGISTER_APP, Move.TAKE_LEVEL2, Move.APPROVE).had_account
    late = decide(walk(*COUNTER), Move.REGISTER_APP, NOON)
    assert (late.outcome, late.account.had_account) == (Outcome.ACTIVATE_INSTEAD, False)


def test_an_app_account_alone_cannot_be_activated() -> None:
    decision = decide(walk(Move.REGISTER_APP), Move.ACTIVATE, NOON)
    assert (decision.outcome, decision.facts) == (Outcome.NOT_IDENTIFIED, ("S0-36",))


def test_a_declined_request_falls_back_to_the_ground_it_lay_on() -> None:
    for ground in ((), (Move.REGISTER_APP,), LEVEL1, (*LEVEL1, Move.ACTIVATE)):
        before = walk(*ground)
        asked = decide(before, Move.TAKE_LEVEL2, NOON).account
        assert decide(asked, Move.DECLINE, NOON).account == before


def test_raising_an_activated_level_1_needs_the_new_level_to_be_activated_too() -> None:
    raised = walk(*LEVEL1, Move.ACTIVATE, *COUNTER)
    assert raised.state is State.APPROVED2
    assert decide(raised, Move.ACTIVATE, NOON).account.state is State.ACTIVATED2


def test_past_the_seven_days_the_app_refuses_and_the_hotline_still_activates() -> None:
    approved = walk(*LEVEL1)
    last = NOON + timedelta(days=7)
    assert decide(approved, Move.ACTIVATE, last).outcome is Outcome.MOVED
    late = decide(approved, Move.ACTIVATE, last + timedelta(days=1))
    assert (late.outcome, late.facts) == (Outcome.PAST_SEVEN_DAYS, ("S4-33", "69/2024 Art. 14"))
    assert late.account == approved, "the account is not lost"
    rescued = decide(late.account, Move.ACTIVATE_BY_HOTLINE, last + timedelta(days=300))
    assert rescued.account.state is State.ACTIVATED1


def test_a_new_approval_starts_the_seven_days_anew() -> None:
    again = walk(*LEVEL1, Move.TAKE_LEVEL2)
    later = NOON + timedelta(days=30)
    approved = decide(again, Move.APPROVE, later).account
    assert approved.noticed == TODAY + timedelta(days=30)
    assert decide(approved, Move.ACTIVATE, later).outcome is Outcome.MOVED


def test_a_decline_does_not_touch_the_day_of_the_former_notice() -> None:
    asked = walk(*LEVEL1, Move.TAKE_LEVEL2)
    assert decide(asked, Move.DECLINE, NOON + timedelta(days=3)).account.noticed == TODAY


def test_the_day_of_the_notice_is_the_day_in_vietnam() -> None:
    late_evening_utc = datetime(2026, 3, 10, 17, 30, tzinfo=UTC)
    assert walk(*LEVEL1, at=late_evening_utc).noticed == date(2026, 3, 11)


def test_an_approved_account_whose_notice_day_is_unknown_may_be_activated() -> None:
    assert decide(Account(State.APPROVED1), Move.ACTIVATE, NOON).outcome is Outcome.MOVED


def test_unlocking_gives_back_exactly_what_was_locked() -> None:
    for state in ACTIVATED:
        account = Account(state, True, TODAY)
        locked = decide(account, Move.LOCK, NOON).account
        assert locked.state in LOCKED
        assert locked.level is account.level
        assert decide(locked, Move.UNLOCK, NOON).account == account


def test_a_moment_without_time_zone_is_refused_loudly() -> None:
    with pytest.raises(ValueError, match="time zone"):
        decide(Account(), Move.REGISTER_APP, datetime(2026, 3, 10, 5, 0))  # noqa: DTZ001


def test_every_state_has_its_level_and_belongs_to_one_stage() -> None:
    assert set(LEVEL_OF) == set(State)
    assert {s for s in State if LEVEL_OF[s] in (Level.LEVEL1, Level.LEVEL2)} == APPROVED | ACTIVATED | LOCKED
    assert all(
        state.value.rstrip("_taken2").endswith("1") == (LEVEL_OF[state] is Level.LEVEL1)
        for state in APPROVED | ACTIVATED | LOCKED
    )
    stages = [WAITING, APPROVED, ACTIVATED, LOCKED, {State.NONE, State.APP}]
    assert sorted((s for stage in stages for s in stage), key=list(State).index) == list(State)


def test_level_2_opens_what_level_1_opens_and_papers_and_finance_as_told_in_2022() -> None:
    assert set(OPENS) == set(Level)
    assert OPENS[Level.APP].uses == ()
    assert OPENS[Level.APP].facts == ("unsaid",)
    assert OPENS[Level.LEVEL1].uses == (Use.EPIDEMIC, Use.RESIDENCE)
    assert set(OPENS[Level.LEVEL2].uses) == set(Use)
    assert [OPENS[level].facts for level in (Level.LEVEL1, Level.LEVEL2)] == [("S4-16",), ("S4-17",)]
    assert {opened.source.dated for opened in OPENS.values()} == {date(2022, 12, 24)}
