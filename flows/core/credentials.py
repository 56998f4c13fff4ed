"""What a citizen chooses at activation: the rules for password, passcode and security questions, every fault named.

A secret comes in and only outcomes go out: nothing is returned, kept, printed or raised that holds any of it.
"""

import unicodedata
from collections.abc import Sequence, Set
from enum import Enum

from flows.core.sources import UNSAID, Facts
from flows.core.vietnamese import fold, tidy

PASSWORD_LENGTH = range(8, 21)
PASSCODE_DIGITS = 6
QUESTIONS = 2

_DIGITS = frozenset("0123456789")
_UPPER = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_LOWER = frozenset("abcdefghijklmnopqrstuvwxyz")
_SPECIAL = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


class PasswordFault(Enum):
    """What is wrong with a password; OTHER_SIGN is a space, an emoji, a full-width digit: no document names them."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NO_DIGIT = "no_digit"
    NO_UPPER = "no_upper"
    NO_LOWER = "no_lower"
    NO_SPECIAL = "no_special"
    ACCENTED_LETTER = "accented_letter"
    OTHER_SIGN = "other_sign"


class PasscodeFault(Enum):
    """What is wrong with a passcode."""

    NOT_SIX = "not_six"
    NOT_DIGITS = "not_digits"


class QuestionFault(Enum):
    """What is wrong with the security questions."""

    NOT_TWO = "not_two"
    SAME_QUESTION = "same_question"
    EMPTY_QUESTION = "empty_question"
    EMPTY_ANSWER = "empty_answer"
    NOT_ON_THE_LIST = "not_on_the_list"


FACTS: dict[PasswordFault | PasscodeFault | QuestionFault, Facts] = {
    PasswordFault.TOO_SHORT: ("S2-23", "S3-21"),
    PasswordFault.TOO_LONG: ("S2-23", "S3-21"),
    PasswordFault.NO_DIGIT: ("S2-23", "S3-21"),
    PasswordFault.NO_UPPER: ("S2-23", "S3-21"),
    PasswordFault.NO_LOWER: ("S2-23", "S3-21"),
    PasswordFault.NO_SPECIAL: ("S2-23", "S3-21"),
    # The rule names four classes and no accents; the leaflet's own sample has one, so the sample is not followed (C7).
    PasswordFault.ACCENTED_LETTER: ("S2-23", "C7"),
    PasswordFault.OTHER_SIGN: UNSAID,
    PasscodeFault.NOT_SIX: ("S0-43", "S2-26"),
    PasscodeFault.NOT_DIGITS: ("S2-26",),
    QuestionFault.NOT_TWO: ("S0-44", "S1-43", "C8"),
    QuestionFault.SAME_QUESTION: ("S0-44", "C8"),
    QuestionFault.EMPTY_QUESTION: ("S0-44",),
    QuestionFault.EMPTY_ANSWER: ("S0-44", "S2-27"),
    QuestionFault.NOT_ON_THE_LIST: ("S0-44", "S1-43"),
}


def password_faults(password: str) -> tuple[PasswordFault, ...]:
    """All faults of a password, none if it is good: 8 to 20 signs with digit, upper, lower, special (S2-23, S3-21)."""
    signs = unicodedata.normalize("NFC", password)
    others = [c for c in signs if c not in _DIGITS | _UPPER | _LOWER | _SPECIAL]
    found = {
        PasswordFault.TOO_SHORT: len(signs) < PASSWORD_LENGTH.start,
        PasswordFault.TOO_LONG: len(signs) >= PASSWORD_LENGTH.stop,
        PasswordFault.NO_DIGIT: _DIGITS.isdisjoint(signs),
        PasswordFault.NO_UPPER: _UPPER.isdisjoint(signs),
        PasswordFault.NO_LOWER: _LOWER.isdisjoint(signs),
        PasswordFault.NO_SPECIAL: _SPECIAL.isdisjoint(signs),
        PasswordFault.ACCENTED_LETTER: any(_is_letter(c) for c in others),
        PasswordFault.OTHER_SIGN: any(not _is_letter(c) for c in others),
    }
    return tuple(fault for fault, present in found.items() if present)


def passcode_faults(passcode: str) -> tuple[PasscodeFault, ...]:
    """All faults of a passcode, none if it is good: exactly six digits 0 to 9 (S0-43, S2-26)."""
    found = {
        PasscodeFault.NOT_SIX: len(passcode) != PASSCODE_DIGITS,
        PasscodeFault.NOT_DIGITS: not _DIGITS.issuperset(passcode),
    }
    return tuple(fault for fault, present in found.items() if present)


def question_faults(chosen: Sequence[tuple[str, str]], listed: Set[str] | None = None) -> tuple[QuestionFault, ...]:
    """All faults of the chosen (question, answer) pairs; none if exactly two different ones are answered (S0-44, C8).

    `listed` is the list they come from; the documents name the list but not its questions, so it may be left out.
    """
    questions = [fold(tidy(question)) for question, _ in chosen]
    known = None if listed is None else {fold(tidy(question)) for question in listed}
    found = {
        QuestionFault.NOT_TWO: len(chosen) != QUESTIONS,
        QuestionFault.SAME_QUESTION: len(set(questions)) < len(questions),
        QuestionFault.EMPTY_QUESTION: not all(questions),
        QuestionFault.EMPTY_ANSWER: not all(tidy(answer).strip() for _, answer in chosen),
        QuestionFault.NOT_ON_THE_LIST: known is not None and any(q and q not in known for q in questions),
    }
    return tuple(fault for fault, present in found.items() if present)


def _is_letter(sign: str) -> bool:
    """A letter outside a-z and A-Z, or an accent standing alone."""
    return unicodedata.category(sign)[0] in "LM"
