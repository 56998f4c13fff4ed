"""The phone in the hand: what it must be able to do, how it reads the card, and whose account it already carries."""

from dataclasses import dataclass
from enum import Enum
from typing import assert_never

from flows.core.sources import REQUIREMENTS_2022, UNSAID, Facts, Source


class System(Enum):
    """What runs on the phone; NOT_SMART is a phone that runs no apps."""

    IOS = "ios"
    ANDROID = "android"
    NOT_SMART = "not_smart"
    UNKNOWN = "unknown"


MINIMUM: dict[System, tuple[int, int]] = {System.IOS: (13, 0), System.ANDROID: (5, 0)}


class Fit(Enum):
    """Whether a phone meets the requirements; MET_IN_2022 is no promise, the store decides today (C13)."""

    MET_IN_2022 = "met_in_2022"
    TOO_OLD = "too_old"
    NOT_SMART = "not_smart"
    NO_INTERNET = "no_internet"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Suitability:
    """Whether a phone will do, the least version for its system (major, minor), what says so and when."""

    fit: Fit
    least: tuple[int, int] | None
    facts: Facts
    source: Source


class CardReading(Enum):
    """How the app reads the card: by NFC, by its QR where the phone has no NFC, or not known yet."""

    NFC = "nfc"
    QR = "qr"
    ASK = "ask"


class Binding(Enum):
    """Whose level 1 or 2 account is activated on this phone: nobody's, another person's, this same person's."""

    FREE = "free"
    OTHER_ACCOUNT = "other_account"
    OWN_ACCOUNT = "own_account"


class Notice(Enum):
    """What the device check shows; a notice and never a refusal (C9). No document gives its exact words."""

    ACTIVATION = "activation"
    ACTIVATION_ON_ANOTHER_DEVICE = "activation_on_another_device"


def suitability(system: System, version: tuple[int, int] | None, internet: bool = True) -> Suitability:
    """Whether a phone met the requirements of October 2022 (S2-16); `version` is (major, minor), None if not known."""
    least = MINIMUM.get(system)
    if system is System.NOT_SMART:
        fit = Fit.NOT_SMART
    elif least is None or (internet and version is None):
        fit = Fit.ASK
    elif version is not None and version < least:
        fit = Fit.TOO_OLD
    else:
        fit = Fit.MET_IN_2022 if internet else Fit.NO_INTERNET
    return Suitability(fit, least, ("S2-16",), REQUIREMENTS_2022)


def card_reading(has_nfc: bool | None) -> tuple[CardReading, Facts]:
    """How this phone reads the card (S0-26); without NFC by QR (S0-27, S1-30); None means nobody knows yet."""
    if has_nfc is None:
        return CardReading.ASK, ("S0-26", "S0-27")
    return (CardReading.NFC, ("S0-26",)) if has_nfc else (CardReading.QR, ("S0-27", "S1-30"))


def notice(binding: Binding) -> tuple[Notice, Facts]:
    """What the device check shows (S0-39, S0-40); the other account: unsaid, several may be (S3-27)."""
    match binding:
        case Binding.FREE:
            return Notice.ACTIVATION, ("S0-39", "S1-39")
        case Binding.OTHER_ACCOUNT:
            return Notice.ACTIVATION_ON_ANOTHER_DEVICE, ("S0-40", "S1-39", "S3-27")
        case Binding.OWN_ACCOUNT:
            return Notice.ACTIVATION, UNSAID
    assert_never(binding)
