"""The invented people: a number makes a person, always the same one, so nobody real can be in it and nothing is stored.

National ids begin with 000, which is no province and no country; phones begin with 0300, which no network has
(`flows.core.person.KNOWN_PREFIXES`). Any other number is refused without being looked at further.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from flows.core.card import CardQr
from flows.core.eligibility import Applicant, Card, Kind
from flows.core.person import NationalId, PhoneNumber, Sex
from flows.core.vietnamese import fold, tidy

ID_RANGE, PHONE_RANGE, MAIL_DOMAIN = "000", "0300", "mo-phong.example"
MOST = 999_999
WITHOUT_CHIP = 12  # every twelfth person has no chip card yet (S4-21)

_FAMILIES = "Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý Lò Giàng Thào Quàng Sầm Nông Vi".split()
_GIVEN = "Mây Suối Lúa Sen Trúc Bưởi Nắng Gió Sương Rừng Đồi Cúc Mận Đào Quế Hồi Chè Bông Dừa Cau Tre Nứa Lau".split()
_MIDDLE = {Sex.MALE: ("Văn", "Hữu", "Đình", "Đức"), Sex.FEMALE: ("Thị", "Thúy", "Ngọc", "Thu", "Kim")}
_PLACES = (
    "Xã Suối Thử, Tỉnh Mô Phỏng", "Phường Hòa Mẫu, Tỉnh Mô Phỏng", "Xã Đồi Chè, Tỉnh Mô Phỏng",
    "Phường Bến Tập, Thành phố Mô Phỏng", "Đặc khu Đảo Thử, Thành phố Mô Phỏng",
)  # fmt: skip
_OLDEST, _YOUNGEST = date(1941, 1, 1), date(2011, 12, 31)
_FIRST_CARD, _LAST_CARD = date(2021, 3, 1), date(2024, 6, 30)
_FOURTEEN = timedelta(days=14 * 366)


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person: number `n` of the population. `card` is the text of the QR of their chip card, None where they
    have none."""

    n: int
    number: NationalId
    phone: PhoneNumber
    name: str
    born: date
    sex: Sex
    residence: str
    card: str | None

    @property
    def mail(self) -> str:
        """The only e-mail address the registry takes from this person."""
        return f"nguoi{self.n:06}@{MAIL_DOMAIN}"

    def applicant(self, today: date) -> Applicant:
        """As the rules of eligibility see them."""
        age = today.year - self.born.year - ((today.month, today.day) < (self.born.month, self.born.day))
        return Applicant(Kind.CITIZEN, age, Card.CHIP if self.card else Card.NO_CHIP)


class Population:
    """The people numbered 1 to `count`."""

    def __init__(self, count: int) -> None:
        if not 1 <= count <= MOST:
            raise ValueError(f"a population has 1 to {MOST} people")
        self.count = count

    def person(self, n: int) -> Person:
        """Who has this number; ValueError beyond the population."""
        if not 1 <= n <= self.count:
            raise ValueError("nobody has this number")
        return _invent(n)

    def of_number(self, text: str) -> int | None:
        """Whose national id this is; None for anything that is not of the population."""
        number = NationalId.read(text)
        if not isinstance(number, NationalId) or not number.reveal().startswith(ID_RANGE):
            return None
        n = int(number.reveal()[-6:])
        return n if 1 <= n <= self.count and _invent(n).number == number else None

    def of_phone(self, text: str) -> int | None:
        """Whose phone this is; None for anything that is not of the population."""
        phone = PhoneNumber.read(text)
        if not isinstance(phone, PhoneNumber) or not phone.reveal().startswith(PHONE_RANGE):
            return None
        n = int(phone.reveal()[-6:])
        return n if 1 <= n <= self.count else None

    def of_mail(self, text: str) -> int | None:
        """Whose e-mail address this is; None for anything that is not of the population."""
        number = text.strip().lower().removesuffix(f"@{MAIL_DOMAIN}").removeprefix("nguoi")
        n = int(number) if number.isascii() and number.isdecimal() and len(number) == 6 else 0
        return n if 1 <= n <= self.count and _invent(n).mail == text.strip().lower() else None

    def passes(self, n: int, name: str, born: str) -> bool:
        """The check of what was typed against the population (S0-18): name, accents apart, and birth date (ISO)."""
        person = self.person(n)
        return fold(tidy(name)) == fold(person.name) and born == person.born.isoformat()


def _invent(n: int) -> Person:
    """Person number n: everything drawn from a hash of the number."""
    drawn = iter(sha256(f"donghanh population {n}".encode()).digest())
    sex = Sex.FEMALE if next(drawn) % 2 else Sex.MALE
    name = " ".join((
        _FAMILIES[next(drawn) % len(_FAMILIES)],
        _MIDDLE[sex][next(drawn) % len(_MIDDLE[sex])],
        _GIVEN[next(drawn) % len(_GIVEN)],
    ))  # fmt: skip
    born = _day(_OLDEST, _YOUNGEST, next(drawn) << 8 | next(drawn))
    century = (born.year - 1900) // 100 * 2 + (sex is Sex.FEMALE)
    number = NationalId(f"{ID_RANGE}{century}{born.year % 100:02}{n:06}")
    residence = _PLACES[next(drawn) % len(_PLACES)]
    issued = max(_day(_FIRST_CARD, _LAST_CARD, next(drawn) << 8 | next(drawn)), born + _FOURTEEN)
    name = unicodedata.normalize("NFC", name)
    card = (
        None if n % WITHOUT_CHIP == 0 else "|".join(CardQr(number, None, name, born, sex, residence, issued).reveal())
    )
    return Person(n, number, PhoneNumber(f"{PHONE_RANGE}{n:06}"), name, born, sex, residence, card)


def _day(first: date, last: date, drawn: int) -> date:
    return first + timedelta(days=drawn * ((last - first).days + 1) // 65_536)
