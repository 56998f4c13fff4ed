"""The life of an account: its levels, its states, and the one table of what may follow what.

Two roads lead in: an app account and then level 1 in the app, or level 2 at the counter, possibly from nothing at all
(which is why activation has a password step, S0-42). A request may lie on top of what a person already has, so
`…_TAKEN2` keeps the ground it lies on: declined, it falls back there. "Overdue" is no state, it follows from the day
of the notice.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from typing import assert_never

from flows.core import deadline
from flows.core.sources import DOCUMENTS_2022, UNSAID, Facts, Source


class Level(Enum):
    """The three kinds of account: the app account is not identified (S0-36, S0-53), the other two are (S4-15)."""

    APP = "app"
    LEVEL1 = "level1"
    LEVEL2 = "level2"


class Use(Enum):
    """What an account is used for, as grouped by S4-16 and S4-17."""

    EPIDEMIC = "epidemic"
    RESIDENCE = "residence"
    PAPERS = "papers"
    FINANCE = "finance"


@dataclass(frozen=True, slots=True)
class Opened:
    """What a level opens, who says so and when; C16: other documents promise all uses to both levels."""

    uses: tuple[Use, ...]
    facts: Facts
    source: Source


OPENS: dict[Level, Opened] = {
    Level.APP: Opened((), UNSAID, DOCUMENTS_2022),
    Level.LEVEL1: Opened((Use.EPIDEMIC, Use.RESIDENCE), ("S4-16",), DOCUMENTS_2022),
    Level.LEVEL2: Opened((Use.EPIDEMIC, Use.RESIDENCE, Use.PAPERS, Use.FINANCE), ("S4-17",), DOCUMENTS_2022),
}


class State(Enum):
    """Where an account is; `…_TAKEN2` is the same with a level 2 request waiting on top of it."""

    NONE = "none"
    TAKEN2 = "taken2"
    APP = "app"
    APP_TAKEN2 = "app_taken2"
    SUBMITTED1 = "submitted1"
    APPROVED1 = "approved1"
    APPROVED1_TAKEN2 = "approved1_taken2"
    APPROVED2 = "approved2"
    ACTIVATED1 = "activated1"
    ACTIVATED1_TAKEN2 = "activated1_taken2"
    ACTIVATED2 = "activated2"
    LOCKED1 = "locked1"
    LOCKED1_TAKEN2 = "locked1_taken2"
    LOCKED2 = "locked2"


class Move(Enum):
    """What can be tried on an account; APPROVE and DECLINE answer the request that waits."""

    REGISTER_APP = "register_app"
    SUBMIT_LEVEL1 = "submit_level1"
    TAKE_LEVEL2 = "take_level2"
    APPROVE = "approve"
    DECLINE = "decline"
    ACTIVATE = "activate"
    ACTIVATE_BY_HOTLINE = "activate_by_hotline"
    LOCK = "lock"
    UNLOCK = "unlock"


class Outcome(Enum):
    """What came of a move: MOVED, or the name of the refusal."""

    MOVED = "moved"
    HAS_ACCOUNT = "has_account"
    ACTIVATE_INSTEAD = "activate_instead"
    NO_APP_ACCOUNT = "no_app_account"
    REQUEST_WAITS = "request_waits"
    HAS_THIS_LEVEL = "has_this_level"
    NOTHING_REQUESTED = "nothing_requested"
    NOT_IDENTIFIED = "not_identified"
    NOT_APPROVED_YET = "not_approved_yet"
    ALREADY_ACTIVATED = "already_activated"
    PAST_SEVEN_DAYS = "past_seven_days"
    NOT_ACTIVATED = "not_activated"
    ALREADY_LOCKED = "already_locked"
    NOT_LOCKED = "not_locked"
    IS_LOCKED = "is_locked"


@dataclass(frozen=True, slots=True)
class Account:
    """An account: its state, whether an app account stood before approval (S0-42), the day of the last notice."""

    state: State = State.NONE
    had_account: bool = False
    noticed: date | None = None

    @property
    def level(self) -> Level | None:
        """The highest level held or approved; None where there is no account yet."""
        return LEVEL_OF[self.state]


@dataclass(frozen=True, slots=True)
class Decision:
    """The account after a move (unchanged when refused), what came of it, and the statements that decide it."""

    account: Account
    outcome: Outcome
    facts: Facts


# state × move → (state, what says so). A cell that is not here is forbidden; `_refusal` names why.
TABLE: dict[tuple[State, Move], tuple[State, Facts]] = {
    (State.NONE, Move.REGISTER_APP): (State.APP, ("S0-18", "S0-22")),
    (State.NONE, Move.TAKE_LEVEL2): (State.TAKEN2, ("S4-19", "S4-21")),
    (State.TAKEN2, Move.REGISTER_APP): (State.APP_TAKEN2, ("S0-42",)),
    (State.TAKEN2, Move.APPROVE): (State.APPROVED2, ("S4-32",)),
    (State.TAKEN2, Move.DECLINE): (State.NONE, UNSAID),
    (State.APP, Move.SUBMIT_LEVEL1): (State.SUBMITTED1, ("S0-24", "S0-32")),
    (State.APP, Move.TAKE_LEVEL2): (State.APP_TAKEN2, ("S4-19", "S4-21")),
    (State.APP_TAKEN2, Move.APPROVE): (State.APPROVED2, ("S4-32",)),
    (State.APP_TAKEN2, Move.DECLINE): (State.APP, UNSAID),
    # Only the card is asked for at the counter (S4-19); what becomes of the waiting level 1 request no document says.
    (State.SUBMITTED1, Move.TAKE_LEVEL2): (State.APP_TAKEN2, ("S4-19", "unsaid")),
    (State.SUBMITTED1, Move.APPROVE): (State.APPROVED1, ("S4-29", "S1-33")),
    (State.SUBMITTED1, Move.DECLINE): (State.APP, UNSAID),
    (State.APPROVED1, Move.TAKE_LEVEL2): (State.APPROVED1_TAKEN2, ("S4-19",)),
    (State.APPROVED1, Move.ACTIVATE): (State.ACTIVATED1, ("S0-38", "S2-29")),
    (State.APPROVED1, Move.ACTIVATE_BY_HOTLINE): (State.ACTIVATED1, ("69/2024 Art. 14",)),
    (State.APPROVED1_TAKEN2, Move.APPROVE): (State.APPROVED2, ("S4-32",)),
    (State.APPROVED1_TAKEN2, Move.DECLINE): (State.APPROVED1, UNSAID),
    (State.APPROVED1_TAKEN2, Move.ACTIVATE): (State.ACTIVATED1_TAKEN2, ("S0-38", "S2-29")),
    (State.APPROVED1_TAKEN2, Move.ACTIVATE_BY_HOTLINE): (State.ACTIVATED1_TAKEN2, ("69/2024 Art. 14",)),
    (State.APPROVED2, Move.ACTIVATE): (State.ACTIVATED2, ("S0-38", "S2-29")),
    (State.APPROVED2, Move.ACTIVATE_BY_HOTLINE): (State.ACTIVATED2, ("69/2024 Art. 14",)),
    (State.ACTIVATED1, Move.TAKE_LEVEL2): (State.ACTIVATED1_TAKEN2, ("S4-19",)),
    (State.ACTIVATED1, Move.LOCK): (State.LOCKED1, UNSAID),
    # Approved is issued only when activated (S2-09); whether level 1 goes on meanwhile no document says.
    (State.ACTIVATED1_TAKEN2, Move.APPROVE): (State.APPROVED2, ("S4-32", "S2-09")),
    (State.ACTIVATED1_TAKEN2, Move.DECLINE): (State.ACTIVATED1, UNSAID),
    (State.ACTIVATED1_TAKEN2, Move.LOCK): (State.LOCKED1_TAKEN2, UNSAID),
    (State.ACTIVATED2, Move.LOCK): (State.LOCKED2, ("69/2024",)),
    (State.LOCKED1, Move.UNLOCK): (State.ACTIVATED1, UNSAID),
    (State.LOCKED1_TAKEN2, Move.UNLOCK): (State.ACTIVATED1_TAKEN2, UNSAID),
    (State.LOCKED2, Move.UNLOCK): (State.ACTIVATED2, ("69/2024",)),
}

LEVEL_OF: dict[State, Level | None] = {
    State.NONE: None,
    State.TAKEN2: None,
    State.APP: Level.APP,
    State.APP_TAKEN2: Level.APP,
    State.SUBMITTED1: Level.APP,
    State.APPROVED1: Level.LEVEL1,
    State.APPROVED1_TAKEN2: Level.LEVEL1,
    State.APPROVED2: Level.LEVEL2,
    State.ACTIVATED1: Level.LEVEL1,
    State.ACTIVATED1_TAKEN2: Level.LEVEL1,
    State.ACTIVATED2: Level.LEVEL2,
    State.LOCKED1: Level.LEVEL1,
    State.LOCKED1_TAKEN2: Level.LEVEL1,
    State.LOCKED2: Level.LEVEL2,
}

WAITING = frozenset({State.TAKEN2, State.APP_TAKEN2, State.SUBMITTED1})
APPROVED = frozenset({State.APPROVED1, State.APPROVED1_TAKEN2, State.APPROVED2})
ACTIVATED = frozenset({State.ACTIVATED1, State.ACTIVATED1_TAKEN2, State.ACTIVATED2})
LOCKED = frozenset({State.LOCKED1, State.LOCKED1_TAKEN2, State.LOCKED2})


def decide(account: Account, move: Move, now: datetime) -> Decision:
    """What comes of a move at this moment (with its time zone; ValueError without, see `deadline.day_in_vietnam`).

    Past the seven days ACTIVATE is refused and nothing is lost: ACTIVATE_BY_HOTLINE stays open (69/2024 Art. 14). What
    the hotline does within the seven days no document says, so nothing here forbids it.
    """
    today = deadline.day_in_vietnam(now)
    cell = TABLE.get((account.state, move))
    if cell is None:
        outcome, facts = _refusal(account.state, move)
        return Decision(account, outcome, facts)
    if move is Move.ACTIVATE:
        seven_days = deadline.standing(account.noticed, today)
        if seven_days.outcome is deadline.Outcome.PAST:
            return Decision(account, Outcome.PAST_SEVEN_DAYS, seven_days.facts)
    state, facts = cell
    moved = replace(
        account,
        state=state,
        had_account=account.had_account or move is Move.REGISTER_APP,
        noticed=today if move is Move.APPROVE else account.noticed,
    )
    return Decision(moved, Outcome.MOVED, facts)


def _refusal(state: State, move: Move) -> tuple[Outcome, Facts]:
    """The name of a missing cell, and what says so."""
    if state in LOCKED and move is not Move.LOCK:
        return Outcome.IS_LOCKED, UNSAID
    match move:
        case Move.REGISTER_APP:
            return (Outcome.ACTIVATE_INSTEAD, ("S2-12",)) if state in APPROVED else (Outcome.HAS_ACCOUNT, UNSAID)
        case Move.SUBMIT_LEVEL1:
            if state in (State.NONE, State.TAKEN2):
                return Outcome.NO_APP_ACCOUNT, ("S0-23", "S0-24")
            return (Outcome.REQUEST_WAITS if state in WAITING else Outcome.HAS_THIS_LEVEL), UNSAID
        case Move.TAKE_LEVEL2:
            held = state in (State.APPROVED2, State.ACTIVATED2)
            return (Outcome.HAS_THIS_LEVEL if held else Outcome.REQUEST_WAITS), UNSAID
        case Move.APPROVE | Move.DECLINE:
            return Outcome.NOTHING_REQUESTED, ("S4-29", "S4-32")
        case Move.ACTIVATE | Move.ACTIVATE_BY_HOTLINE:
            if state in ACTIVATED:
                return Outcome.ALREADY_ACTIVATED, ("S0-37",)
            if state in WAITING:
                return Outcome.NOT_APPROVED_YET, ("S1-33", "S2-12")
            return Outcome.NOT_IDENTIFIED, ("S0-36",) if state is State.APP else UNSAID
        case Move.LOCK:
            return (Outcome.ALREADY_LOCKED if state in LOCKED else Outcome.NOT_ACTIVATED), UNSAID
        case Move.UNLOCK:
            return Outcome.NOT_LOCKED, UNSAID
    assert_never(move)
