"""What the registry knows, made into what it shows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from bot.registry.answers import AccountAnswer, CardShown, CodeStanding, DeadlineShown, Fault, PersonShown
from bot.registry.population import Person, Population
from bot.registry.words import FAULTS, IN_THE_APP
from flows.core.account import ACTIVATED, APPROVED, LOCKED, OPENS, Account, State
from flows.core.card import CardQr
from flows.core.codes import Checked, SendDecision, Sending
from flows.core.credentials import PasscodeFault, PasswordFault, QuestionFault
from flows.core.deadline import day_in_vietnam, standing
from flows.core.judges import Status
from flows.core.person import Sex
from storage.registry.accounts import File

_IDLE = (State.NONE, State.APP)


def sex(value: Sex) -> Literal["Nam", "Nữ"]:
    """As a card has it."""
    return "Nữ" if value is Sex.FEMALE else "Nam"


def card(read: CardQr) -> CardShown:
    """The form as the card fills it in."""
    return CardShown(
        number=read.number.reveal(), name=read.name, born=read.born, sex=sex(read.sex), residence=read.residence
    )


def person(who: Person) -> PersonShown:
    """All of an invented person."""
    return PersonShown(
        person=who.n, number=who.number.reveal(), phone=who.phone.reveal(), mail=who.mail, name=who.name, born=who.born,
        sex=sex(who.sex), residence=who.residence, card=who.card,
    )  # fmt: skip


def faults(found: Sequence[PasswordFault | PasscodeFault | QuestionFault]) -> list[Fault]:
    """What is wrong with a choice, in words."""
    return [Fault(code=fault.value, says=FAULTS[fault]) for fault in found]


def sending(decision: SendDecision, went: bool, ahead: int) -> CodeStanding:
    """Whether a code went out; the moment at which the next may is told in the machine's time."""
    later = None if decision.outcome is Sending.MAY_SEND else decision.next_at - timedelta(seconds=ahead)
    return CodeStanding(sent=went, sending=decision.outcome, next_at=later)


def tried(checked: Checked, left: int) -> CodeStanding:
    """What came of a try."""
    return CodeStanding(checked=checked, tries_left=left)


def status(account: Account) -> Status:
    """An account's state as a gateway may know it; one that is not there is told like one of the app alone."""
    if account.state in _IDLE:
        return Status.APP_ONLY
    if account.state in APPROVED:
        return Status.APPROVED
    if account.state in ACTIVATED:
        return Status.ACTIVATED
    return Status.LOCKED if account.state in LOCKED else Status.PENDING


def deadline(account: Account, at: datetime) -> DeadlineShown | None:
    """The seven days of an approved account; None where none run."""
    if account.state not in APPROVED:
        return None
    seven = standing(account.noticed, day_in_vietnam(at))
    return DeadlineShown(outcome=seven.outcome.value, last_day=seven.last_day, days_left=seven.days_left)


def account(file: File, ref: str, handset: str, people: Population, now: datetime) -> AccountAnswer:
    """An account as its holder sees it on a handset."""
    who, held = people.person(file.person), file.account
    opened = OPENS[held.level].uses if held.level is not None and held.state in ACTIVATED else ()
    return AccountAnswer(
        account=ref, name=who.name, number=str(who.number), signed_in=file.signed_in == handset,
        activated_here=file.bound == handset, level=held.level, status=status(held), uses=list(opened),
        notices=[IN_THE_APP] if held.state in APPROVED else [],
        deadline=deadline(held, now + timedelta(seconds=file.ahead)),
    )  # fmt: skip
