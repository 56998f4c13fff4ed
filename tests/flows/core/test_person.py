"""National ids and phone numbers, all invented: read once, masked wherever they are printed."""

import csv
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.core.person import KNOWN_PREFIXES, IdMark, IdRefusal, NationalId, PhoneNumber, PhoneRefusal, Sex
from flows.core.provinces import PROVINCES

TODAY = date(2026, 3, 10)
CODES = Path(__file__).parents[3] / "content" / "sources" / "province_codes.csv"


def number(text: str) -> NationalId:
    read = NationalId.read(text)
    assert isinstance(read, NationalId), read
    return read


def phone(text: str) -> PhoneNumber:
    read = PhoneNumber.read(text)
    assert isinstance(read, PhoneNumber), read
    return read


def test_the_province_codes_are_those_of_the_published_table() -> None:
    with CODES.open(encoding="utf-8", newline="") as table:
        published = {
            row["code"]: (row["province_63"], row["province_34_since_2025_07_01"]) for row in csv.DictReader(table)
        }
    assert {code: (p.before, p.since_2025) for code, p in PROVINCES.items()} == published
    assert len(published) == 63


@pytest.mark.parametrize(
    "text",
    ["079305000000", " 079305000000\n", "079 305 000000", "079.305.000.000", "079-305-000-000", "0 7 9 3 0 5 000000",
     "079\u00a0305\u00a0000000", "079 - 305 - 000000", "\u200b079305000000\ufeff", "079–305–000000"],
)  # fmt: skip
def test_a_number_is_read_with_any_separators_between_its_groups(text: str) -> None:
    assert number(text).reveal() == "079305000000"


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", IdRefusal.EMPTY),
        (" \u200b ", IdRefusal.EMPTY),
        ("000000000", IdRefusal.OLD_CMND),
        ("000 000 000", IdRefusal.OLD_CMND),
        ("07930500000", IdRefusal.TOO_SHORT),
        ("0", IdRefusal.TOO_SHORT),
        ("0793050000000", IdRefusal.TOO_LONG),
        ("0793O5000000", IdRefusal.NOT_DIGITS),
        ("số 079305000000", IdRefusal.NOT_DIGITS),
        ("-079305000000", IdRefusal.NOT_DIGITS),
        ("079305000000.", IdRefusal.NOT_DIGITS),
        ("０７９３０５００００００", IdRefusal.NOT_DIGITS),
        ("٠٧٩٣٠٥٠٠٠٠٠٠", IdRefusal.NOT_DIGITS),
        ("079/305/000000", IdRefusal.NOT_DIGITS),
    ],
)
def test_what_is_no_number_is_refused_by_name(text: str, refusal: IdRefusal) -> None:
    assert NationalId.read(text) is refusal


@pytest.mark.parametrize(
    ("digits", "sex", "year"),
    [("079305000000", Sex.FEMALE, 2005), ("001000000000", Sex.MALE, 1900), ("001199000000", Sex.FEMALE, 1999),
     ("001200000000", Sex.MALE, 2000), ("001512000000", Sex.FEMALE, 2112), ("001999000000", Sex.FEMALE, 2399),
     ("001860000000", Sex.MALE, 2360)],
)  # fmt: skip
def test_the_fourth_digit_tells_sex_and_century(digits: str, sex: Sex, year: int) -> None:
    assert (number(digits).sex, number(digits).birth_year) == (sex, year)


def test_the_first_three_digits_name_the_province_then_and_now() -> None:
    province = number("074305000000").province
    assert province is not None
    assert (province.before, province.since_2025) == ("Bình Dương", "TP Hồ Chí Minh")


@pytest.mark.parametrize(
    ("digits", "marks"),
    [
        ("079305000000", ()),
        ("003305000000", (IdMark.UNKNOWN_PROVINCE,)),
        ("079226000000", (IdMark.UNDER_14,)),
        ("079213000000", (IdMark.UNDER_14,)),
        ("079212000000", (IdMark.PERHAPS_UNDER_14,)),
        ("079211000000", ()),
        ("079227000000", (IdMark.BORN_AHEAD,)),
        ("079006000000", ()),
        ("079005000000", (IdMark.VERY_OLD,)),
        ("000500000000", (IdMark.UNKNOWN_PROVINCE, IdMark.BORN_AHEAD)),
    ],
)
def test_what_looks_odd_is_marked_and_never_refused(digits: str, marks: tuple[IdMark, ...]) -> None:
    assert number(digits).marks(TODAY) == marks


@pytest.mark.parametrize(
    ("text", "digits", "converted"),
    [
        ("0900000000", "0900000000", False),
        ("090 000 0000", "0900000000", False),
        ("090.000.0000", "0900000000", False),
        ("+84900000000", "0900000000", False),
        ("+84 900 000 000", "0900000000", False),
        ("(+84) 900-000-000", "0900000000", False),
        ("+84 (0) 900 000 000", "0900000000", False),
        ("84900000000", "0900000000", False),
        ("840900000000", "0900000000", False),
        ("0084900000000", "0900000000", False),
        ("01620000000", "0320000000", True),
        ("0169 000 0000", "0390000000", True),
        ("01200000000", "0700000000", True),
        ("01290000000", "0820000000", True),
        ("01270000000", "0810000000", True),
        ("01880000000", "0580000000", True),
        ("01990000000", "0590000000", True),
        ("+841680000000", "0380000000", True),
        ("\u202d0900000000\u202c", "0900000000", False),
    ],
)
def test_a_mobile_number_is_read_in_every_way_people_write_it(text: str, digits: str, converted: bool) -> None:
    assert (phone(text).reveal(), phone(text).converted) == (digits, converted)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", PhoneRefusal.EMPTY),
        ("không có", PhoneRefusal.NOT_DIGITS),
        ("09000000OO", PhoneRefusal.NOT_DIGITS),
        ("０９００００００００", PhoneRefusal.NOT_DIGITS),
        ("0900+000000", PhoneRefusal.NOT_DIGITS),
        ("090000000", PhoneRefusal.TOO_SHORT),
        ("+8490000000", PhoneRefusal.TOO_SHORT),
        ("900000000", PhoneRefusal.TOO_SHORT),
        ("09000000000", PhoneRefusal.TOO_LONG),
        ("079305000000", PhoneRefusal.TOO_LONG),
        ("02400000000", PhoneRefusal.LANDLINE),
        ("+842400000000", PhoneRefusal.LANDLINE),
        ("+14150000000", PhoneRefusal.FOREIGN),
        ("0082000000000", PhoneRefusal.FOREIGN),
        ("+61 400 000 000", PhoneRefusal.FOREIGN),
        ("19000368", PhoneRefusal.NOT_MOBILE),
        ("113", PhoneRefusal.NOT_MOBILE),
        ("0400000000", PhoneRefusal.NOT_MOBILE),
        ("01610000000", PhoneRefusal.NOT_MOBILE),
        ("9000000000", PhoneRefusal.NOT_MOBILE),
    ],
)
def test_what_is_no_mobile_number_is_refused_by_name(text: str, refusal: PhoneRefusal) -> None:
    assert PhoneNumber.read(text) is refusal


def test_an_unknown_prefix_is_only_marked() -> None:
    assert phone("0900000000").prefix_known
    assert not phone("0950000000").prefix_known
    assert not phone("0710000000").prefix_known
    viettel = {f"03{n}" for n in range(2, 10)} | {"086", "096", "097", "098"}
    vinaphone = {f"08{n}" for n in range(1, 6)} | {"088", "091", "094"}
    mobifone = {"070", "076", "077", "078", "079", "089", "090", "093"}
    others = {"052", "056", "058", "092", "059", "099", "087", "055"}
    assert viettel | vinaphone | mobifone | others == KNOWN_PREFIXES


def test_a_converted_number_is_the_same_number() -> None:
    assert phone("01620000000") == phone("0320000000")
    assert hash(phone("01620000000")) == hash(phone("0320000000"))


def test_printed_in_any_way_only_the_mask_is_seen() -> None:
    citizen, mobile = number("079305123000"), phone("0900123400")
    for shown in (str(citizen), repr(citizen), f"{citizen}", f"{citizen!r}", "%s" % citizen, str([citizen])):  # noqa: UP031
        assert "079******000" in shown
        assert "305" not in shown
    for shown in (str(mobile), repr(mobile), f"{mobile}", str({"phone": mobile})):
        assert "0900***00" in shown
        assert "1234" not in shown


@settings(deadline=None, max_examples=100)
@given(st.from_regex(r"[0-9]{12}", fullmatch=True))
def test_every_twelve_digits_are_read_back_and_stay_masked(digits: str) -> None:
    citizen = number(digits)
    assert citizen.reveal() == digits
    assert repr(citizen) == f"NationalId({digits[:3]}******{digits[-3:]})"
    assert 1900 <= citizen.birth_year <= 2399
    citizen.marks(TODAY)


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet="0123456789+() .-٣a\n", max_size=20))
def test_any_text_is_read_or_refused_without_error(text: str) -> None:
    assert isinstance(NationalId.read(text), NationalId | IdRefusal)
    read = PhoneNumber.read(text)
    if isinstance(read, PhoneNumber):
        assert phone(read.reveal()) == read
        assert len(read.reveal()) == 10


def test_a_value_made_by_hand_must_be_right_and_the_error_does_not_show_it() -> None:
    for made in (lambda: NationalId("079305"), lambda: PhoneNumber("0241234567")):
        with pytest.raises(ValueError, match="digits") as caught:
            made()
        assert "079305" not in str(caught.value)
        assert "0241234567" not in str(caught.value)


def test_a_value_cannot_be_changed() -> None:
    citizen = number("079305000000")
    with pytest.raises(FrozenInstanceError):
        citizen._digits = "001305000000"  # type: ignore[misc]
