"""The QR of a card: what the app fills the form with (S0-16), read from its text and never printed."""

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Self

from flows.core.person import NationalId, Sex
from flows.core.vietnamese import fold, tidy

LEAST_FIELDS = 6
LONGEST = 2000  # a QR of this kind holds some 200 characters; more is not a card

_DAY = re.compile(r"([0-9]{2})[/.-]?([0-9]{2})[/.-]?([0-9]{4})")
_CMND = re.compile(r"[0-9]{9}")
_SEXES = {"nam": Sex.MALE, "nu": Sex.FEMALE}


class QrRefusal(Enum):
    """Why a text is not the QR of a card."""

    EMPTY = "empty"
    NOT_A_CARD = "not_a_card"
    TOO_FEW_FIELDS = "too_few_fields"
    BAD_NUMBER = "bad_number"
    NO_NAME = "no_name"
    BAD_BIRTH_DATE = "bad_birth_date"
    BAD_SEX = "bad_sex"


class QrMark(Enum):
    """Where number and card disagree: a slip or a forged code; to be looked at, never a refusal."""

    YEAR_DIFFERS = "year_differs"
    SEX_DIFFERS = "sex_differs"


@dataclass(frozen=True, slots=True, repr=False)
class CardQr:
    """What a card's QR tells. Every attribute is asked for by name; printed, the whole shows nothing of the person.

    `old_cmnd` is None where the card names none, `issued` None where the field is missing or no date. The residence on
    a card from before 1 July 2025 uses the old names of places.
    """

    number: NationalId
    old_cmnd: str | None
    name: str
    born: date
    sex: Sex
    residence: str
    issued: date | None

    @classmethod
    def read(cls, payload: str) -> Self | QrRefusal:
        """The card behind the text of its QR: fields between `|`, six at least, those after the seventh ignored.

        Cards of 2021: number | old CMND or nothing | name | birth | sex | residence | issue, dates as ddMMyyyy. The
        order on cards of 2024 is not published, only the content; if it differs, a refusal names the field.
        """
        payload = tidy(payload).strip()
        if not payload:
            return QrRefusal.EMPTY
        fields = [part.strip() for part in payload.split("|")]
        if len(fields) == 1 or len(payload) > LONGEST:
            return QrRefusal.NOT_A_CARD
        if len(fields) < LEAST_FIELDS:
            return QrRefusal.TOO_FEW_FIELDS
        number = NationalId.read(fields[0])
        if not isinstance(number, NationalId):
            return QrRefusal.BAD_NUMBER
        if not any(c.isalpha() for c in fields[2]):
            return QrRefusal.NO_NAME
        born = _day(fields[3])
        if born is None:
            return QrRefusal.BAD_BIRTH_DATE
        sex = _SEXES.get(fold(fields[4]))
        if sex is None:
            return QrRefusal.BAD_SEX
        old = fields[1] if _CMND.fullmatch(fields[1]) else None
        issued = _day(fields[6]) if len(fields) > LEAST_FIELDS else None
        return cls(number, old, fields[2], born, sex, fields[5], issued)

    def marks(self) -> tuple[QrMark, ...]:
        """Where the number and the rest of the card disagree."""
        found = {
            QrMark.YEAR_DIFFERS: self.number.birth_year != self.born.year,
            QrMark.SEX_DIFFERS: self.number.sex is not self.sex,
        }
        return tuple(mark for mark, present in found.items() if present)

    def reveal(self) -> tuple[str, str, str, str, str, str, str]:
        """The seven fields in the order and style of the 2021 card; what is missing is empty."""
        issued = f"{self.issued:%d%m%Y}" if self.issued else ""
        sex = "Nữ" if self.sex is Sex.FEMALE else "Nam"
        old = self.old_cmnd or ""
        return self.number.reveal(), old, self.name, f"{self.born:%d%m%Y}", sex, self.residence, issued

    def __repr__(self) -> str:
        return "CardQr(***)"

    __str__ = __repr__


def _day(text: str) -> date | None:
    """The day in ddMMyyyy or dd/MM/yyyy; None if it is none."""
    parts = _DAY.fullmatch(text)
    if parts is None:
        return None
    day, month, year = (int(part) for part in parts.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None
