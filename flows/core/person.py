"""Who is spoken about: national id and phone number, read once at the border, masked wherever they are printed."""

import re
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Self

from flows.core.provinces import PROVINCES, Province
from flows.core.vietnamese import tidy

_GROUPED = re.compile(r"[0-9]+(?:[ \t\n\u00a0.\u2013-]+[0-9]+)*")
_PHONE = re.compile(r"(?:\+|\(\+)?[0-9(][0-9()/ \t\n\u00a0.\u2013-]*")
_NATIONAL_ID = re.compile(r"[0-9]{12}")
_MOBILE = re.compile(r"0[35789][0-9]{8}")
_SEPARATOR = re.compile(r"[^0-9]+")

LONGEST_AGE = 120
ADULT_ROAD_AGE = 14

# Public validators agree on these (2024-25); numbers move between networks, so only "known or not" is drawn from them.
KNOWN_PREFIXES = frozenset(
    f"0{network}{n}"
    for network, known in {"3": "23456789", "5": "25689", "7": "06789", "8": "123456789", "9": "012346789"}.items()
    for n in known
)

# Numbers of eleven digits were shortened between 15 September and 14 November 2018.
SHORTENED_2018 = {
    **{f"016{n}": f"03{n}" for n in range(2, 10)},
    "0120": "070",
    "0121": "079",
    "0122": "077",
    "0123": "083",
    "0124": "084",
    "0125": "085",
    "0126": "076",
    "0127": "081",
    "0128": "078",
    "0129": "082",
    "0186": "056",
    "0188": "058",
    "0199": "059",
}


class Sex(Enum):
    """As the number and the card tell it."""

    MALE = "male"
    FEMALE = "female"


class IdRefusal(Enum):
    """Why a text is no national id; OLD_CMND is the nine-digit number of the old identity card."""

    EMPTY = "empty"
    NOT_DIGITS = "not_digits"
    OLD_CMND = "old_cmnd"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"


class IdMark(Enum):
    """What looks odd about a well-formed number: to be asked about, never a refusal (no check digit exists)."""

    UNKNOWN_PROVINCE = "unknown_province"
    BORN_AHEAD = "born_ahead"
    UNDER_14 = "under_14"
    PERHAPS_UNDER_14 = "perhaps_under_14"
    VERY_OLD = "very_old"


@dataclass(frozen=True, slots=True, repr=False)
class NationalId:
    """The twelve digits of a citizen: province of birth registration, century and sex, year, six digits drawn by lot.

    Source: Decree 137/2015 Art. 13, Circular 59/2021/TT-BCA Art. 4; that there are twelve, Law 26/2023/QH15 Art. 12 (no
    document of ours gives the length). Printed it shows `079******000`; `reveal` gives the digits.
    """

    _digits: str = field(repr=False)

    def __post_init__(self) -> None:
        """Raise ValueError, without the value, for anything but twelve ASCII digits."""
        if not _NATIONAL_ID.fullmatch(self._digits):
            raise ValueError("a national id has twelve digits")

    @classmethod
    def read(cls, text: str) -> Self | IdRefusal:
        """The number in a text that holds nothing else; spaces, dots and dashes between its groups are allowed."""
        text = tidy(text).strip()
        if not text:
            return IdRefusal.EMPTY
        if not _GROUPED.fullmatch(text):
            return IdRefusal.NOT_DIGITS
        digits = _SEPARATOR.sub("", text)
        if len(digits) == 9:
            return IdRefusal.OLD_CMND
        if len(digits) != 12:
            return IdRefusal.TOO_SHORT if len(digits) < 12 else IdRefusal.TOO_LONG
        return cls(digits)

    def reveal(self) -> str:
        """The twelve digits themselves."""
        return self._digits

    @property
    def province(self) -> Province | None:
        """The province of birth registration; None for a code that is not on the list (a country, or a slip)."""
        return PROVINCES.get(self._digits[:3])

    @property
    def sex(self) -> Sex:
        """The sex the fourth digit tells: even male, odd female."""
        return Sex.FEMALE if int(self._digits[3]) % 2 else Sex.MALE

    @property
    def birth_year(self) -> int:
        """The year of birth: the fourth digit gives the century from 1900 on, the next two the year."""
        return 1900 + int(self._digits[3]) // 2 * 100 + int(self._digits[4:6])

    def marks(self, today: date) -> tuple[IdMark, ...]:
        """All that looks odd about the number today; it tells the year only, so one year is PERHAPS_UNDER_14."""
        age = today.year - self.birth_year
        found = {
            IdMark.UNKNOWN_PROVINCE: self.province is None,
            IdMark.BORN_AHEAD: age < 0,
            IdMark.UNDER_14: 0 <= age < ADULT_ROAD_AGE,
            IdMark.PERHAPS_UNDER_14: age == ADULT_ROAD_AGE,
            IdMark.VERY_OLD: age > LONGEST_AGE,
        }
        return tuple(mark for mark, present in found.items() if present)

    def __str__(self) -> str:
        return f"{self._digits[:3]}******{self._digits[-3:]}"

    def __repr__(self) -> str:
        return f"NationalId({self})"


class PhoneRefusal(Enum):
    """Why a text is no Vietnamese mobile number; NOT_MOBILE is digits that are none (a hotline, a missing zero)."""

    EMPTY = "empty"
    NOT_DIGITS = "not_digits"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    LANDLINE = "landline"
    FOREIGN = "foreign"
    NOT_MOBILE = "not_mobile"


@dataclass(frozen=True, slots=True, repr=False)
class PhoneNumber:
    """A Vietnamese mobile number as ten digits; `converted` says it was read from an old one of eleven.

    Printed it shows `0900***00`; `reveal` gives the digits.
    """

    _digits: str = field(repr=False)
    converted: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        """Raise ValueError, without the value, for anything but a mobile number of ten ASCII digits."""
        if not _MOBILE.fullmatch(self._digits):
            raise ValueError("a mobile number has ten digits")

    @classmethod
    def read(cls, text: str) -> Self | PhoneRefusal:
        """The number in a text that holds nothing else: 0…, +84…, 84…, 0084…, or eleven digits from before 2018."""
        text = tidy(text).strip()
        if not text:
            return PhoneRefusal.EMPTY
        if not _PHONE.fullmatch(text):
            return PhoneRefusal.NOT_DIGITS
        digits = _SEPARATOR.sub("", text)
        if "+" in text or digits.startswith("00"):
            digits = digits.removeprefix("00")
            if not digits.startswith("84"):
                return PhoneRefusal.FOREIGN
            digits = "0" + digits[2:].removeprefix("0")
        elif digits.startswith("84") and len(digits) >= 11:
            digits = "0" + digits[2:].removeprefix("0")
        return cls._national(digits)

    @classmethod
    def _national(cls, digits: str) -> Self | PhoneRefusal:
        """The number written within the country."""
        if len(digits) < 10:
            return PhoneRefusal.NOT_MOBILE if digits.startswith(("1", "2")) else PhoneRefusal.TOO_SHORT
        if len(digits) > 11:
            return PhoneRefusal.TOO_LONG
        if digits.startswith("02"):
            return PhoneRefusal.LANDLINE
        if len(digits) == 11:
            prefix = SHORTENED_2018.get(digits[:4])
            if prefix is not None:
                return cls(prefix + digits[4:], converted=True)
            return PhoneRefusal.TOO_LONG if _MOBILE.match(digits) else PhoneRefusal.NOT_MOBILE
        return cls(digits) if _MOBILE.fullmatch(digits) else PhoneRefusal.NOT_MOBILE

    def reveal(self) -> str:
        """The ten digits themselves."""
        return self._digits

    @property
    def prefix_known(self) -> bool:
        """Whether the first three digits are on the public lists; if not, ask, do not refuse."""
        return self._digits[:3] in KNOWN_PREFIXES

    def __str__(self) -> str:
        return f"{self._digits[:4]}***{self._digits[-2:]}"

    def __repr__(self) -> str:
        return f"PhoneNumber({self})"
