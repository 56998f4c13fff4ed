"""Steps and outcomes of what the core has no machine for: the app account, level 1 in the app, log-in, the counter.

The order within a registration and a level 1 request is the documents' (F2, F4); what may follow what in an account's
life is never decided here but by `flows.core.account`, and an activation is wholly `flows.core.activation`.
"""

from enum import Enum


class Registration(Enum):
    """What the registration of an app account waits for, and how it ends (S0-14 … S0-22)."""

    CARD = "card"
    FORM = "form"
    CODE = "code"
    PASSWORD = "password"
    DONE = "done"
    HAS_ACCOUNT = "has_account"
    ACTIVATE_INSTEAD = "activate_instead"


class RegistrationOutcome(Enum):
    """What came of one press of a registration."""

    GOES_ON = "goes_on"
    QR_UNREADABLE = "qr_unreadable"
    NOT_PASSED = "not_passed"
    CODE_NOT_RIGHT = "code_not_right"
    CODE_SENT = "code_sent"
    CODE_NOT_SENT = "code_not_sent"
    FAULTY = "faulty"
    DONE = "done"
    HAS_ACCOUNT = "has_account"
    ACTIVATE_INSTEAD = "activate_instead"


class LogIn(Enum):
    """What came of a log-in; NOT_RIGHT is said of a wrong password and of a number without one alike."""

    IN = "in"
    NOT_RIGHT = "not_right"
    LOCKED = "locked"


class Level1(Enum):
    """What a level 1 request waits for (S0-24 … S0-32), SUBMITTED when it is sent, REFUSED when it could not begin."""

    GUIDE = "guide"
    UNDERSTAND = "understand"
    CARD = "card"
    SHOWN = "shown"
    VIDEO = "video"
    PORTRAIT = "portrait"
    CONFIRM = "confirm"
    SUBMITTED = "submitted"
    REFUSED = "refused"


class Press(Enum):
    """The buttons of level 1 that only lead on."""

    START = "start"
    UNDERSTOOD = "understood"
    CONTINUE = "continue"
    SKIP = "skip"
    PORTRAIT_TAKEN = "portrait_taken"


# step × button → step. What is not here does not happen: the card is read and the form confirmed by calls of their own.
PRESSES: dict[tuple[Level1, Press], Level1] = {
    (Level1.GUIDE, Press.START): Level1.UNDERSTAND,
    (Level1.UNDERSTAND, Press.UNDERSTOOD): Level1.CARD,
    (Level1.SHOWN, Press.CONTINUE): Level1.VIDEO,
    (Level1.VIDEO, Press.SKIP): Level1.PORTRAIT,
    (Level1.PORTRAIT, Press.PORTRAIT_TAKEN): Level1.CONFIRM,
}


class Reading(Enum):
    """How the app reads the card (S0-26, S0-27)."""

    NFC = "nfc"
    QR = "qr"


class Level1Outcome(Enum):
    """What came of one press of a level 1 request; the last five name why none can be begun."""

    GOES_ON = "goes_on"
    NO_NFC = "no_nfc"
    UNREADABLE = "unreadable"
    OTHER_CARD = "other_card"
    SUBMITTED = "submitted"
    NO_APP_ACCOUNT = "no_app_account"
    REQUEST_WAITS = "request_waits"
    HAS_THIS_LEVEL = "has_this_level"
    IS_LOCKED = "is_locked"
    NEEDS_CHIP_CARD = "needs_chip_card"


class CounterOutcome(Enum):
    """What an officer's form or decision came to: MOVED, what the form lacks, or the core's own refusal."""

    MOVED = "moved"
    NO_CONSENT = "no_consent"
    NOT_TAKEN = "not_taken"
    OTHER_CARD = "other_card"
    NEEDS_CHIP_CARD = "needs_chip_card"
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


class OfficersMove(Enum):
    """What an officer can do to an account besides level 2 and answering applications."""

    LOCK = "lock"
    UNLOCK = "unlock"
    ACTIVATE_BY_HOTLINE = "activate_by_hotline"


class Verdict(Enum):
    """An officer's answer to an application."""

    APPROVE = "approve"
    DECLINE = "decline"


class Asked(Enum):
    """What a gateway's request came to. A third end, "unknown", is the caller's own: no answer came."""

    SENT = "sent"
    REFUSED = "refused"


class RefusedBecause(Enum):
    """Why a gateway's request for a code was refused."""

    NOT_IDENTIFIED = "not_identified"
    ALREADY_ACTIVATED = "already_activated"
    PAST_SEVEN_DAYS = "past_seven_days"
    WAIT = "wait"
    DAY_USED_UP = "day_used_up"
    OVER = "over"
