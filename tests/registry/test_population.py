"""The invented people: the same in every run, in ranges that nobody has, and the only ones that are taken."""

from datetime import date

import pytest

from bot.registry.population import ID_RANGE, MOST, PHONE_RANGE, Population
from flows.core.card import CardQr
from flows.core.person import KNOWN_PREFIXES, SHORTENED_2018, NationalId, PhoneNumber
from flows.core.provinces import PROVINCES
from tests.registry.office import Office

PEOPLE = Population(500)
EVERYBODY = range(1, 501)


def test_a_number_makes_the_same_person_whatever_the_size_of_the_population() -> None:
    assert [PEOPLE.person(n) for n in EVERYBODY] == [Population(MOST).person(n) for n in EVERYBODY]
    first = PEOPLE.person(1)
    assert (first.number.reveal(), first.phone.reveal(), first.name) == ("000165000001", "0300000001", "Lý Thu Chè")


def test_everybody_is_different() -> None:
    everybody = [PEOPLE.person(n) for n in EVERYBODY]
    assert len({who.number.reveal() for who in everybody}) == len({who.phone.reveal() for who in everybody}) == 500


def test_no_province_and_no_network_has_these_numbers() -> None:
    assert ID_RANGE not in PROVINCES
    assert PHONE_RANGE[:3] not in KNOWN_PREFIXES | set(SHORTENED_2018.values())


def test_numbers_and_cards_are_read_as_real_ones_are() -> None:
    for who in map(PEOPLE.person, EVERYBODY):
        assert NationalId.read(who.number.reveal()) == who.number
        assert PhoneNumber.read(who.phone.reveal()) == who.phone
        if who.card is not None:
            card = CardQr.read(who.card)
            assert isinstance(card, CardQr)
            assert (card.number, card.name, card.born, card.sex) == (who.number, who.name, who.born, who.sex)
            assert card.marks() == ()


def test_everybody_may_have_an_account_and_some_have_no_chip_card_yet() -> None:
    ages = [PEOPLE.person(n).applicant(date(2026, 11, 22)).age for n in EVERYBODY]
    assert min(a for a in ages if a is not None) >= 14
    assert 30 < sum(PEOPLE.person(n).card is None for n in EVERYBODY) < 60


def test_people_are_found_by_their_own_numbers_and_nobody_else_is() -> None:
    for n in EVERYBODY:
        who = PEOPLE.person(n)
        found = PEOPLE.of_number(who.number.reveal()), PEOPLE.of_phone(who.phone.reveal()), PEOPLE.of_mail(who.mail)
        assert found == (n, n, n)
    for foreign in ("079305000000", "000165000002", "000065000001", "000165000501", "", "000165", "0001650000٠1"):
        assert PEOPLE.of_number(foreign) is None
    for foreign in ("0900000001", "0300000000", "0300000501", "0300"):
        assert PEOPLE.of_phone(foreign) is None
    for foreign in ("ai-do@gmail.com", "nguoi000501@mo-phong.example", "nguoi1@mo-phong.example"):
        assert PEOPLE.of_mail(foreign) is None
    with pytest.raises(ValueError, match="nobody"):
        PEOPLE.person(501)


async def test_a_number_outside_the_range_is_refused_unread(one_house: Office) -> None:
    phone = await one_house.phone(1)
    real = {"number": "079305000000", "phone": "0900000000"}
    for path, body in (
        ("/registrations", real),
        ("/activations", real),
        ("/logins", {"number": "079305000000", "password": "x"}),
    ):
        said = await phone.post(path, expect=422, **body)
        assert said["code"] == "not_invented"
        assert "0793" not in str(said)
        assert "0900" not in str(said)


async def test_a_card_of_somebody_real_is_refused_and_nothing_of_it_is_said_again(one_house: Office) -> None:
    phone = await one_house.phone(1)
    begun = await phone.post("/registrations", **phone.numbers)
    real = "079305000000||Nguyễn Thị Thật|01012005|Nữ|Phường Thật, TP Hồ Chí Minh|01012022"
    said = await phone.post(f"/registrations/{begun['id']}/card", qr=real, expect=422)
    assert said["code"] == "not_invented"
    assert "Thật" not in str(said)
    assert (await phone.get(f"/registrations/{begun['id']}"))["step"] == "card"


async def test_a_number_in_the_range_that_nobody_has_is_told_so(one_house: Office) -> None:
    phone = await one_house.phone(1)
    nobody = {"number": "000165999999", "phone": "0300000001"}
    assert (await phone.post("/activations", expect=404, **nobody))["code"] == "nobody"


async def test_the_people_can_be_looked_up_page_by_page(one_house: Office) -> None:
    first = await one_house.ask("GET", "/people?most=25")
    second = await one_house.ask("GET", "/people?most=100&after=25")
    assert [who["person"] for who in first["people"] + second["people"]] == list(range(1, 61))
    assert first["count"] == 60
