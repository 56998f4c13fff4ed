"""The phone in the hand: requirements of October 2022, reading the card, and the notice of the device check."""

from datetime import date

import pytest

from flows.core.device import Binding, CardReading, Fit, Notice, System, card_reading, notice, suitability


@pytest.mark.parametrize(
    ("system", "version", "internet", "fit"),
    [
        (System.IOS, (13, 0), True, Fit.MET_IN_2022),
        (System.IOS, (12, 5), True, Fit.TOO_OLD),
        (System.IOS, (17, 1), True, Fit.MET_IN_2022),
        (System.ANDROID, (5, 0), True, Fit.MET_IN_2022),
        (System.ANDROID, (4, 4), True, Fit.TOO_OLD),
        (System.ANDROID, (10, 0), True, Fit.MET_IN_2022),
        (System.ANDROID, (4, 4), False, Fit.TOO_OLD),
        (System.ANDROID, (10, 0), False, Fit.NO_INTERNET),
        (System.ANDROID, None, False, Fit.NO_INTERNET),
        (System.ANDROID, None, True, Fit.ASK),
        (System.UNKNOWN, (10, 0), True, Fit.ASK),
        (System.NOT_SMART, None, True, Fit.NOT_SMART),
    ],
)
def test_a_phone_is_measured_by_the_requirements_of_2022(
    system: System, version: tuple[int, int] | None, internet: bool, fit: Fit
) -> None:
    assert suitability(system, version, internet).fit is fit


def test_the_requirements_carry_their_source_and_date_because_the_store_decides_today() -> None:
    said = suitability(System.IOS, (13, 0))
    assert (said.least, said.facts, said.source.dated) == ((13, 0), ("S2-16",), date(2022, 10, 14))
    assert suitability(System.ANDROID, (5, 0)).least == (5, 0)


def test_without_nfc_the_card_is_read_by_its_qr() -> None:
    assert card_reading(True) == (CardReading.NFC, ("S0-26",))
    assert card_reading(False) == (CardReading.QR, ("S0-27", "S1-30"))
    assert card_reading(None)[0] is CardReading.ASK


def test_the_device_check_gives_notices_only() -> None:
    assert {binding: notice(binding) for binding in Binding} == {
        Binding.FREE: (Notice.ACTIVATION, ("S0-39", "S1-39")),
        Binding.OTHER_ACCOUNT: (Notice.ACTIVATION_ON_ANOTHER_DEVICE, ("S0-40", "S1-39", "S3-27")),
        Binding.OWN_ACCOUNT: (Notice.ACTIVATION, ("unsaid",)),
    }
