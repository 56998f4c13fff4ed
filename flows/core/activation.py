"""A request to activate: the one order in which it goes, as a table, with the words the official screens show.

Number and phone → level → device → code → password (only without an account before approval, S0-42) → passcode → two
questions → done. Nothing is looked up: a move brings in what was found (account, device, faults of a choice).
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from typing import assert_never

from flows.core import account, deadline
from flows.core.account import Account
from flows.core.codes import Checked
from flows.core.credentials import PasscodeFault, PasswordFault, QuestionFault
from flows.core.device import Binding
from flows.core.sources import UNSAID, Facts, Quoted


class Step(Enum):
    """What a request waits for next, and the four ways it ends."""

    NUMBER = "number"
    LEVEL = "level"
    DEVICE = "device"
    CODE = "code"
    PASSWORD = "password"
    PASSCODE = "passcode"
    QUESTIONS = "questions"
    DONE = "done"
    NOT_IDENTIFIED = "not_identified"
    ALREADY_ACTIVATED = "already_activated"
    PAST_SEVEN_DAYS = "past_seven_days"


ENDS = frozenset({Step.DONE, Step.NOT_IDENTIFIED, Step.ALREADY_ACTIVATED, Step.PAST_SEVEN_DAYS})


@dataclass(frozen=True, slots=True)
class Activation:
    """One request: its step, and of the account what the level check found."""

    step: Step = Step.NUMBER
    had_account: bool = False
    noticed: date | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """“Gửi yêu cầu” was pressed (S0-35): whether the phone is the one registered for this number (S2-20)."""

    phone_is_registered: bool


@dataclass(frozen=True, slots=True)
class LevelLooked:
    """The account behind the number was looked at."""

    account: Account


@dataclass(frozen=True, slots=True)
class DeviceLooked:
    """The phone in use was looked at."""

    binding: Binding


@dataclass(frozen=True, slots=True)
class CodeEntered:
    """A code was entered and checked (`codes.check`)."""

    checked: Checked


@dataclass(frozen=True, slots=True)
class PasswordSet:
    """A password was chosen; its faults, none if it is good."""

    faults: tuple[PasswordFault, ...]


@dataclass(frozen=True, slots=True)
class PasscodeSet:
    """A passcode was chosen; its faults, none if it is good."""

    faults: tuple[PasscodeFault, ...]


@dataclass(frozen=True, slots=True)
class QuestionsSet:
    """The security questions were chosen and answered; their faults, none if they are good."""

    faults: tuple[QuestionFault, ...]


Move = Sent | LevelLooked | DeviceLooked | CodeEntered | PasswordSet | PasscodeSet | QuestionsSet


class Finding(Enum):
    """What a move found: the column of the table."""

    PHONE_REGISTERED = "phone_registered"
    PHONE_OTHER = "phone_other"
    NO_ACCOUNT = "no_account"
    APP_ONLY = "app_only"
    WAITING = "waiting"
    APPROVED = "approved"
    APPROVED_LONG_AGO = "approved_long_ago"
    ACTIVATED = "activated"
    LOCKED = "locked"
    DEVICE_FREE = "device_free"
    DEVICE_OF_OTHER = "device_of_other"
    DEVICE_OWN = "device_own"
    CODE_RIGHT_FIRST_ACCOUNT = "code_right_first_account"
    CODE_RIGHT_HAD_ACCOUNT = "code_right_had_account"
    CODE_NOT_RIGHT = "code_not_right"
    PASSWORD_GOOD = "password_good"
    PASSWORD_FAULTY = "password_faulty"
    PASSCODE_GOOD = "passcode_good"
    PASSCODE_FAULTY = "passcode_faulty"
    QUESTIONS_GOOD = "questions_good"
    QUESTIONS_FAULTY = "questions_faulty"
    TIME_IS_UP = "time_is_up"


class Outcome(Enum):
    """What came of a move: the request goes on, waits for the same again, has ended, or the name of the refusal."""

    GOES_ON = "goes_on"
    PHONE_NOT_REGISTERED = "phone_not_registered"
    NOT_IDENTIFIED = "not_identified"
    ALREADY_ACTIVATED = "already_activated"
    PAST_SEVEN_DAYS = "past_seven_days"
    NOTICE_ACTIVATION = "notice_activation"
    NOTICE_OTHER_DEVICE = "notice_other_device"
    CODE_NOT_RIGHT = "code_not_right"
    FAULTY = "faulty"
    DONE = "done"
    OUT_OF_ORDER = "out_of_order"
    NO_PASSWORD_STEP = "no_password_step"
    ENDED = "ended"


NOT_IDENTIFIED = Quoted("S0-36", "tài khoản của bạn chưa được định danh điện tử")
ALREADY_ACTIVATED = Quoted("S0-37", "Tài khoản của bạn đã thực hiện kích hoạt")
DONE = Quoted("S2-29", "Bạn đã kích hoạt tài khoản định danh điện tử thành công")

# The device notices have no entry: the documents say what they are about and not how they read (S0-39, S0-40).
MESSAGES: dict[Outcome, Quoted] = {
    Outcome.NOT_IDENTIFIED: NOT_IDENTIFIED,
    Outcome.ALREADY_ACTIVATED: ALREADY_ACTIVATED,
    Outcome.DONE: DONE,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """The request after a move (unchanged when refused), what came of it, the words the screen shows, the facts."""

    request: Activation
    outcome: Outcome
    message: Quoted | None
    facts: Facts


_TOO_LATE: tuple[Step, Outcome, Facts] = (Step.PAST_SEVEN_DAYS, Outcome.PAST_SEVEN_DAYS, ("S4-33", "69/2024 Art. 14"))

# step × finding → (step, outcome, what says so). A cell that is not here is forbidden; `_refusal` names why.
TABLE: dict[tuple[Step, Finding], tuple[Step, Outcome, Facts]] = {
    (Step.NUMBER, Finding.PHONE_REGISTERED): (Step.LEVEL, Outcome.GOES_ON, ("S0-35", "S2-20")),
    (Step.NUMBER, Finding.PHONE_OTHER): (Step.NUMBER, Outcome.PHONE_NOT_REGISTERED, ("S2-20",)),
    (Step.LEVEL, Finding.APP_ONLY): (Step.NOT_IDENTIFIED, Outcome.NOT_IDENTIFIED, ("S0-36", "S1-36")),
    # What a number without account and one with a waiting request are shown no document says (C3).
    (Step.LEVEL, Finding.NO_ACCOUNT): (Step.NOT_IDENTIFIED, Outcome.NOT_IDENTIFIED, UNSAID),
    (Step.LEVEL, Finding.WAITING): (Step.NOT_IDENTIFIED, Outcome.NOT_IDENTIFIED, UNSAID),
    (Step.LEVEL, Finding.ACTIVATED): (Step.ALREADY_ACTIVATED, Outcome.ALREADY_ACTIVATED, ("S0-37", "S1-37")),
    (Step.LEVEL, Finding.LOCKED): (Step.ALREADY_ACTIVATED, Outcome.ALREADY_ACTIVATED, UNSAID),
    (Step.LEVEL, Finding.APPROVED): (Step.DEVICE, Outcome.GOES_ON, ("S0-38", "S1-38")),
    (Step.LEVEL, Finding.APPROVED_LONG_AGO): _TOO_LATE,
    (Step.DEVICE, Finding.DEVICE_FREE): (Step.CODE, Outcome.NOTICE_ACTIVATION, ("S0-39", "S1-39")),
    (Step.DEVICE, Finding.DEVICE_OF_OTHER): (Step.CODE, Outcome.NOTICE_OTHER_DEVICE, ("S0-40", "S1-39", "S3-27")),
    (Step.DEVICE, Finding.DEVICE_OWN): (Step.CODE, Outcome.NOTICE_ACTIVATION, UNSAID),
    (Step.DEVICE, Finding.TIME_IS_UP): _TOO_LATE,
    (Step.CODE, Finding.CODE_RIGHT_FIRST_ACCOUNT): (Step.PASSWORD, Outcome.GOES_ON, ("S0-41", "S0-42")),
    (Step.CODE, Finding.CODE_RIGHT_HAD_ACCOUNT): (Step.PASSCODE, Outcome.GOES_ON, ("S0-41", "S0-42")),
    (Step.CODE, Finding.CODE_NOT_RIGHT): (Step.CODE, Outcome.CODE_NOT_RIGHT, ("S0-41",)),
    (Step.CODE, Finding.TIME_IS_UP): _TOO_LATE,
    (Step.PASSWORD, Finding.PASSWORD_GOOD): (Step.PASSCODE, Outcome.GOES_ON, ("S0-42", "S2-23")),
    (Step.PASSWORD, Finding.PASSWORD_FAULTY): (Step.PASSWORD, Outcome.FAULTY, ("S2-23",)),
    (Step.PASSWORD, Finding.TIME_IS_UP): _TOO_LATE,
    (Step.PASSCODE, Finding.PASSCODE_GOOD): (Step.QUESTIONS, Outcome.GOES_ON, ("S0-43", "S2-26")),
    (Step.PASSCODE, Finding.PASSCODE_FAULTY): (Step.PASSCODE, Outcome.FAULTY, ("S0-43", "S2-26")),
    (Step.PASSCODE, Finding.TIME_IS_UP): _TOO_LATE,
    (Step.QUESTIONS, Finding.QUESTIONS_GOOD): (Step.DONE, Outcome.DONE, ("S0-44", "S2-29", "S3-25")),
    (Step.QUESTIONS, Finding.QUESTIONS_FAULTY): (Step.QUESTIONS, Outcome.FAULTY, ("S0-44",)),
    (Step.QUESTIONS, Finding.TIME_IS_UP): _TOO_LATE,
}


def decide(request: Activation, move: Move, now: datetime) -> Decision:
    """What comes of a move at this moment (with its time zone; ValueError without, see `deadline.day_in_vietnam`).

    The seven days are watched at every step, so a request that is DONE at a moment is one whose account
    `account.decide(…, ACTIVATE, …)` activates at that same moment, unless the account changed meanwhile.
    """
    today = deadline.day_in_vietnam(now)
    found = _finding(request, move, today)
    if _is_overdue(request.noticed, today):
        found = Finding.TIME_IS_UP
    cell = TABLE.get((request.step, found))
    if cell is None:
        outcome, facts = _refusal(request.step, found)
        return Decision(request, outcome, None, facts)
    step, outcome, facts = cell
    request = replace(request, step=step)
    if isinstance(move, LevelLooked):
        request = replace(request, had_account=move.account.had_account, noticed=move.account.noticed)
    return Decision(request, outcome, MESSAGES.get(outcome), facts)


def _finding(request: Activation, move: Move, today: date) -> Finding:
    """The column of a move."""
    match move:
        case Sent():
            return Finding.PHONE_REGISTERED if move.phone_is_registered else Finding.PHONE_OTHER
        case LevelLooked():
            return _level(move.account, today)
        case DeviceLooked():
            return _DEVICE[move.binding]
        case CodeEntered():
            if move.checked is not Checked.RIGHT:
                return Finding.CODE_NOT_RIGHT
            return Finding.CODE_RIGHT_HAD_ACCOUNT if request.had_account else Finding.CODE_RIGHT_FIRST_ACCOUNT
        case PasswordSet():
            return Finding.PASSWORD_FAULTY if move.faults else Finding.PASSWORD_GOOD
        case PasscodeSet():
            return Finding.PASSCODE_FAULTY if move.faults else Finding.PASSCODE_GOOD
        case QuestionsSet():
            return Finding.QUESTIONS_FAULTY if move.faults else Finding.QUESTIONS_GOOD
    assert_never(move)


_DEVICE = {
    Binding.FREE: Finding.DEVICE_FREE,
    Binding.OTHER_ACCOUNT: Finding.DEVICE_OF_OTHER,
    Binding.OWN_ACCOUNT: Finding.DEVICE_OWN,
}


def _level(looked: Account, today: date) -> Finding:
    """What the level check finds; only an approved account can be overdue."""
    if looked.state in account.APPROVED:
        return Finding.APPROVED_LONG_AGO if _is_overdue(looked.noticed, today) else Finding.APPROVED
    if looked.state in account.ACTIVATED:
        return Finding.ACTIVATED
    if looked.state in account.LOCKED:
        return Finding.LOCKED
    if looked.state in account.WAITING:
        return Finding.WAITING
    return Finding.APP_ONLY if looked.state is account.State.APP else Finding.NO_ACCOUNT


def _is_overdue(noticed: date | None, today: date) -> bool:
    return deadline.standing(noticed, today).outcome is deadline.Outcome.PAST


def _refusal(step: Step, found: Finding) -> tuple[Outcome, Facts]:
    """The name of a missing cell, and what says so: the order is the one all guides share (A5)."""
    if step in ENDS:
        return Outcome.ENDED, UNSAID
    if step is Step.PASSCODE and found in (Finding.PASSWORD_GOOD, Finding.PASSWORD_FAULTY):
        return Outcome.NO_PASSWORD_STEP, ("S0-42", "S1-41")
    return Outcome.OUT_OF_ORDER, ("S0-35", "S0-38", "S0-41", "S0-42", "S0-43", "S0-44")
