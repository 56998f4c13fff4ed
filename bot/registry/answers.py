"""What the registry answers, as its OpenAPI document shows it; every answer carries the label."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.registry.steps import (
    Asked,
    CounterOutcome,
    Level1,
    Level1Outcome,
    LogIn,
    RefusedBecause,
    Registration,
    RegistrationOutcome,
)
from flows.core.account import Level, Use
from flows.core.activation import Outcome as ActivationOutcome
from flows.core.activation import Step as ActivationStep
from flows.core.codes import Checked, Sending
from flows.core.judges import Status
from storage.registry.applications import Standing
from storage.registry.handsets import App

LOOKED = "What came of this press; null when the request was only looked at."


class Shown(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class Answer(Shown):
    """Every answer says that it is simulated."""

    label: Literal["MÔ PHỎNG"] = "MÔ PHỎNG"


class Problem(Answer):
    """What went wrong, by RFC 9457. `code` is stable; `step` is what a request waits for instead."""

    type: str
    title: str
    status: int
    code: str
    step: str = ""
    wrong: list[str] = Field(default_factory=list, description="Where the request is not as the document has it.")


class Fault(Shown):
    """Something wrong with what a person chose, and the words that say so."""

    code: str
    says: str


class CodeStanding(Shown):
    """How a code stands: whether one went out now; if not, why and from when it may; what came of a try."""

    sent: bool = False
    sending: Sending | None = None
    next_at: datetime | None = None
    checked: Checked | None = None
    tries_left: int | None = None


class CardShown(Shown):
    """What the card told: the form as it was filled in by it (S0-16)."""

    number: str
    name: str
    born: date
    sex: Literal["Nam", "Nữ"]
    residence: str


class RegistrationAnswer(Answer):
    """A registration of an app account: what it waits for, what came of the last press, the words on the screen."""

    id: str
    step: Registration
    outcome: RegistrationOutcome | None = Field(description=LOOKED)
    says: str
    form: CardShown | None = None
    faults: list[Fault] = []
    code: CodeStanding | None = None


class LogInAnswer(Answer):
    """What came of a log-in, and the name under which this handset then speaks of the account."""

    outcome: LogIn
    says: str
    account: str | None = None


class DeadlineShown(Shown):
    """The seven days after the notice."""

    outcome: Literal["days_left", "last_day", "past", "unknown"]
    last_day: date | None
    days_left: int | None


class AccountAnswer(Answer):
    """An account as its holder sees it on this handset."""

    account: str
    name: str
    number: str = Field(description="Masked.")
    signed_in: bool
    activated_here: bool
    level: Level | None
    status: Status
    uses: list[Use]
    notices: list[str]
    deadline: DeadlineShown | None


class Level1Answer(Answer):
    """A level 1 request."""

    id: str
    step: Level1
    outcome: Level1Outcome | None = Field(description=LOOKED)
    says: str
    shown: CardShown | None = None


class ActivationAnswer(Answer):
    """An activation: its step and outcome are those of the core. The words of an account that is only of the app are
    also those for a number without account and for a phone that is not the registered one."""

    id: str
    step: ActivationStep
    outcome: ActivationOutcome | None = Field(description=LOOKED)
    says: str
    faults: list[Fault] = []
    code: CodeStanding | None = None


class HandsetAnswer(Answer):
    """A handset as it is in the hand."""

    handset: str
    phone: str = Field(description="The number of the SIM in it.")
    nfc: bool
    app: App
    accounts: list[AccountAnswer]


class NewHandset(Answer):
    """A new handset and the token by which it is known from now on; it is shown once."""

    handset: str
    token: str


class SmsShown(Answer):
    """An SMS in the inbox of a SIM; its words are as in reality, so the label stands beside them."""

    number: int
    at: datetime
    sender: str
    text: str


class InboxAnswer(Answer):
    """What came to the SIM after `after`; `kept` is false when SMS go to a provider instead of an inbox."""

    kept: bool
    messages: list[SmsShown]


class ApplicationShown(Shown):
    """A request for a level that waits."""

    id: str
    number: str = Field(description="Masked.")
    name: str
    level: int
    made: datetime
    due: datetime | None
    standing: Standing


class ApplicationsAnswer(Answer):
    """Applications that wait, the oldest first."""

    applications: list[ApplicationShown]


class CounterAnswer(Answer):
    """What an officer's form or decision came to."""

    outcome: CounterOutcome
    says: str
    application: str | None = None


class PersonShown(Shown):
    """An invented person, with all that their card says."""

    person: int
    number: str
    phone: str
    mail: str
    name: str
    born: date
    sex: Literal["Nam", "Nữ"]
    residence: str
    card: str | None = Field(description="The text of the QR of the chip card; null: none yet.")


class PeopleAnswer(Answer):
    """Some of the invented people."""

    count: int
    people: list[PersonShown]


class LoanAnswer(Answer):
    """A person to practise with. `token` is shown once, when lent; `password` and `passcode` are set where the account
    had to have them already; `subject` is what the gateway that asked may follow them by."""

    token: str | None
    until: datetime
    person: PersonShown
    neighbours: list[PersonShown]
    status: Status
    applications: list[ApplicationShown]
    ahead_seconds: int
    sms_delay_seconds: int
    password: str | None = None
    passcode: str | None = None
    subject: str | None = None


class Question(Shown):
    """One of the security questions to choose from."""

    question: str
    says: str


class AboutAnswer(Answer):
    """What this is."""

    title: str
    people: int
    questions: list[Question]


class ConsentAnswer(Answer):
    """Whether a gateway may be told of this account."""

    client: str
    given: bool
    subject: str | None


class StatusAnswer(Answer):
    """What a gateway may know of a consented subject."""

    subject: str
    status: Status
    level: Level | None
    deadline: DeadlineShown | None
    device_bound: bool = Field(description="Whether the account is activated on some phone; never on which.")


class LinkBegun(Answer):
    """A device authorization (RFC 8628, 3.2). `phrase` is shown in the chat and on the page, to be compared."""

    device_code: str
    user_code: str
    verification_uri: str
    verification_uri_complete: str
    expires_in: int
    interval: int
    phrase: str


class ContactAnswer(Answer):
    """The name under which the status of a phone's account may be looked at. A phone nobody registered has one too."""

    subject: str
    scope: Literal["status"] = "status"


class WithdrawnAnswer(Answer):
    """From now on the subject is not there for this client; said alike of one that never was."""

    withdrawn: Literal[True] = True


class LookShown(Shown):
    """One look of this client: at the status, or a code it had sent."""

    kind: Literal["status", "resend"]
    at: datetime


class LooksAnswer(Answer):
    """What the person agreed to, since when, and this client's last looks, the newest first."""

    subject: str
    scope: str
    since: datetime
    looks: list[LookShown]


class GatewayActivation(Answer):
    """What came of asking for an activation or for another code; `id` names the request when a code went out."""

    outcome: Asked
    because: RefusedBecause | None
    id: str | None
    step: ActivationStep | None
    next_at: datetime | None


class ChangeShown(Shown):
    """Something that happened: to whom (as this gateway knows them), what, when. Never a typed value."""

    subject: str
    move: str
    at: datetime


class ChangesAnswer(Answer):
    """Changes after a cursor, and the cursor to ask with next."""

    changes: list[ChangeShown]
    cursor: str
