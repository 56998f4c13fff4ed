"""What may be asked, field by field; everything else is refused before it is read."""

from typing import Annotated, Literal

from fastapi import Header, Path, Query
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool

from bot.registry.loans import Start
from bot.registry.population import ID_RANGE, MAIL_DOMAIN, PHONE_RANGE
from bot.registry.steps import OfficersMove, Press, Reading, Verdict
from flows.core.card import LONGEST


def _writable(text: str) -> str:
    """No lone surrogates: they are no text and cannot be hashed."""
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError("not a text")
    return text


def _whole(number: object) -> object:
    """A JSON number, not a text or a truth that could be read as one; 5.0 is a whole number there."""
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise ValueError("not a number")  # noqa: TRY004 - pydantic makes an answer of this one alone
    return number


Number = Annotated[str, Field(pattern=f"^{ID_RANGE}[0-9]{{9}}$", description="A national id of the population.")]
Phone = Annotated[str, Field(pattern=f"^{PHONE_RANGE}[0-9]{{6}}$", description="A phone of the population.")]
Mail = Annotated[str, Field(pattern=rf"^nguoi[0-9]{{6}}@{MAIL_DOMAIN.replace('.', '[.]')}$")]
Digits = Annotated[str, Field(pattern="^[0-9]{4,10}$", description="ASCII digits only.")]
Words = Annotated[str, Field(max_length=200), AfterValidator(_writable)]
Card = Annotated[str, Field(max_length=LONGEST), AfterValidator(_writable)]
Id = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
ClientName = Annotated[str, Path(pattern="^[a-z][a-z0-9-]{1,38}$")]
Cursor = Annotated[str, Query(pattern="^[0-9]{1,18}$", description="The cursor of the last answer; 0 at the start.")]
Seconds = Annotated[int, Query(ge=0, le=25, description="How long to wait for something to come.")]
Page = Annotated[int, Query(ge=1, le=100)]
IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern="^[A-Za-z0-9_-]{8,64}$",
        description="A key of your own, new for each question: the same question under it again gets the same answer.",
    ),
]


Paper = Literal["tax_code", "social_insurance", "driving_licence", "vehicle_registration"]


class Asked(BaseModel):
    """Everything that is asked names only fields we know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class HandsetWanted(Asked):
    """A handset with this SIM in it. `loan` is the token of the loan whose person the SIM belongs to."""

    sim: Phone
    nfc: StrictBool = True
    loan: Annotated[str, Field(pattern="^ln_[A-Za-z0-9_-]{43}$")] | None = None


class AppPressed(Asked):
    """ "Cài đặt" / "Nhận" (installed), "Mở" (open), or going back out of it (installed)."""

    app: Literal["installed", "open"]


class NumberAndPhone(Asked):
    """A national id and a phone."""

    number: Number
    phone: Phone


class RegistrationCard(Asked):
    """The text of the card's QR as the camera read it, whatever it read; null for "Không quét được QR code?"."""

    qr: Card | None


class RegistrationForm(Asked):
    """The form that was filled in; compared and not kept."""

    name: Words
    born: Annotated[str, Field(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class CodeTyped(Asked):
    """A code from an SMS."""

    code: Digits


class PasswordChosen(Asked):
    """A password, as it was typed."""

    password: Words


class PasscodeChosen(Asked):
    """A passcode, as it was typed."""

    passcode: Words


class AnswerChosen(Asked):
    """A security question (its name on the list of GET /v1) and the answer."""

    question: Annotated[str, Field(max_length=8), AfterValidator(_writable)]
    answer: Words


class QuestionsChosen(Asked):
    """The security questions that were chosen."""

    chosen: Annotated[list[AnswerChosen], Field(max_length=6)]


class NumberAndPassword(Asked):
    """A log-in."""

    number: Number
    password: Words


class Pressed(Asked):
    """A button of level 1."""

    press: Press


class Level1Card(Asked):
    """The card as it was read."""

    by: Reading
    card: Card


class Confirmation(Asked):
    """The e-mail address is optional, and only the person's invented one is taken."""

    mail: Mail | None = None


class Level2Form(Asked):
    """The officer's form. No picture and no fingerprint is ever sent, only that they were taken."""

    number: Number
    phone: Phone
    card: Card | None = None
    card_is_issued: StrictBool = False
    portrait_taken: StrictBool
    fingerprints_taken: StrictBool
    consents: StrictBool
    papers: Annotated[list[Paper], Field(max_length=4, description="To integrate; noted nowhere.")] = []


class DecisionMade(Asked):
    """The officer's answer to an application."""

    verdict: Verdict


class MoveMade(Asked):
    """What an officer does to an account."""

    number: Number
    move: OfficersMove


class ContactShared(Asked):
    """A phone that a platform proved to be the asker's own."""

    phone: Phone


class LoanWanted(Asked):
    """How far the lent person's account shall be."""

    start: Start = Start.NOTHING


class TimeMoved(Asked):
    """By how many seconds the person's own time goes ahead."""

    forward_seconds: Annotated[int, Field(ge=1, le=60 * 86_400), BeforeValidator(_whole)]


class LineDelay(Asked):
    """How late SMS about the person come."""

    delay_seconds: Annotated[int, Field(ge=0, le=3_600), BeforeValidator(_whole)]


class Neighbour(Asked):
    """The handset on which another person's account shall be activated."""

    handset: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
