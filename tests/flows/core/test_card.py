"""The QR of a card, invented throughout: read field by field, printed never."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.core.card import CardQr, QrMark, QrRefusal
from flows.core.person import Sex

CARD_2021 = "079305000000|000000000|Nguyễn Thị Mẫu|01022005|Nữ|Số 1, Đường Mẫu, Phường Mẫu|03042021"


def card(payload: str) -> CardQr:
    read = CardQr.read(payload)
    assert isinstance(read, CardQr), read
    return read


def test_a_card_of_2021_is_read_field_by_field() -> None:
    read = card(CARD_2021)
    assert read.number.reveal() == "079305000000"
    assert (read.old_cmnd, read.name, read.born, read.sex) == (
        "000000000",
        "Nguyễn Thị Mẫu",
        date(2005, 2, 1),
        Sex.FEMALE,
    )
    assert (read.residence, read.issued) == ("Số 1, Đường Mẫu, Phường Mẫu", date(2021, 4, 3))
    assert "|".join(read.reveal()) == CARD_2021


def test_a_card_without_an_old_number_leaves_the_field_empty() -> None:
    read = card("079205000000||Nguyễn Văn Mẫu|01022005|Nam||03042021")
    assert (read.old_cmnd, read.residence, read.sex) == (None, "", Sex.MALE)


def test_a_card_of_2024_has_more_fields_and_the_rest_is_not_read() -> None:
    read = card(CARD_2021 + "|000000000001|Cha Mẫu|Mẹ Mẫu")
    assert read == card(CARD_2021)


def test_six_fields_are_enough() -> None:
    read = card(CARD_2021.rsplit("|", 1)[0])
    assert read.issued is None
    assert read.reveal()[-1] == ""


@pytest.mark.parametrize("born", ["01022005", "01/02/2005", "01-02-2005", "01.02.2005"])
def test_both_styles_of_dates_are_read(born: str) -> None:
    assert card(CARD_2021.replace("01022005", born)).born == date(2005, 2, 1)


def test_an_issue_day_that_is_no_day_is_left_out() -> None:
    assert card(CARD_2021.replace("03042021", "?")).issued is None


@pytest.mark.parametrize(
    ("payload", "refusal"),
    [
        ("", QrRefusal.EMPTY),
        ("https://example.org/x", QrRefusal.NOT_A_CARD),
        ("|".join(["079305000000"] * 500), QrRefusal.NOT_A_CARD),
        ("079305000000|", QrRefusal.TOO_FEW_FIELDS),
        ("079305000000||Nguyễn Thị Mẫu|01022005|Nữ", QrRefusal.TOO_FEW_FIELDS),
        (CARD_2021.replace("079305000000", "79305000000"), QrRefusal.BAD_NUMBER),
        (CARD_2021.replace("Nguyễn Thị Mẫu", " - "), QrRefusal.NO_NAME),
        (CARD_2021.replace("01022005", "2005"), QrRefusal.BAD_BIRTH_DATE),
        (CARD_2021.replace("01022005", "31022005"), QrRefusal.BAD_BIRTH_DATE),
        (CARD_2021.replace("Nữ", "F"), QrRefusal.BAD_SEX),
    ],
)
def test_what_is_no_card_is_refused_by_name(payload: str, refusal: QrRefusal) -> None:
    assert CardQr.read(payload) is refusal


def test_where_number_and_card_disagree_is_marked() -> None:
    assert card(CARD_2021).marks() == ()
    assert card(CARD_2021.replace("01022005", "01022004")).marks() == (QrMark.YEAR_DIFFERS,)
    assert card(CARD_2021.replace("|Nữ|", "|NAM|")).marks() == (QrMark.SEX_DIFFERS,)


def test_printed_in_any_way_a_card_shows_nothing_of_the_person() -> None:
    read = card(CARD_2021)
    assert {str(read), repr(read), f"{read}", str([read])} == {"CardQr(***)", "[CardQr(***)]"}


@settings(deadline=None, max_examples=150)
@given(st.lists(st.text(alphabet="0127935 |Nữam/", max_size=14), max_size=9))
def test_any_text_is_read_or_refused_without_error(fields: list[str]) -> None:
    assert isinstance(CardQr.read("|".join(fields)), CardQr | QrRefusal)
