"""Applications for a level: how one is made, when it answers itself, and what approval brings with it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.registry.answers import ApplicationShown, CounterAnswer
from bot.registry.options import Approval, Notice
from bot.registry.population import Population
from bot.registry.sitting import Sitting, new_id
from bot.registry.steps import CounterOutcome, Verdict
from bot.registry.words import COUNTER
from flows.core.account import Decision, Move, Outcome
from storage.registry import applications, changes
from storage.registry.applications import Application, Standing
from storage.registry.limits import SINCE
from storage.registry.sms import Kind

SECOND = timedelta(seconds=1)


def apply(sitting: Sitting, level: int) -> str:
    """Put an application on the pile, after the account has made the move; its id."""
    application = Application(new_id(), sitting.file.person, level, sitting.now, _due(sitting))
    applications.add(sitting.unit, application)
    return application.id


def approving(application: str) -> Callable[[Sitting], CounterAnswer]:
    """The work of approving one application."""
    return lambda sitting: answer(sitting, application, Verdict.APPROVE)


def answer(sitting: Sitting, application: str, verdict: Verdict) -> CounterAnswer:
    """Answer an application, once: whoever comes second finds nothing that waits."""
    standing = Standing.APPROVED if verdict is Verdict.APPROVE else Standing.DECLINED
    if not applications.decide(sitting.unit, application, standing):
        return said(CounterOutcome.NOTHING_REQUESTED, application)
    if verdict is Verdict.DECLINE:
        return came_of(sitting.moved(Move.DECLINE), application)
    decision = sitting.moved(Move.APPROVE)
    if decision.outcome is Outcome.MOVED:
        _give_notice(sitting)
    return came_of(decision, application)


def came_of(decision: Decision, application: str | None = None) -> CounterAnswer:
    """What the officer is shown of a decision of the core."""
    return said(CounterOutcome(decision.outcome.value), application)


def said(outcome: CounterOutcome, application: str | None = None) -> CounterAnswer:
    """What the officer is shown."""
    return CounterAnswer(outcome=outcome, says=COUNTER[outcome.value], application=application)


def shown(application: Application, people: Population) -> ApplicationShown:
    """An application on the officer's pile; the number is masked."""
    person = people.person(application.person)
    return ApplicationShown(
        id=application.id, number=str(person.number), name=person.name, level=application.level, made=application.made,
        due=application.due, standing=application.standing,
    )  # fmt: skip


def notify_by_sms(sitting: Sitting) -> None:
    """Send the notice of approval to the registered phone, or to the person's own where none is registered."""
    file = sitting.file
    sitting.send_sms(Kind.APPROVED, file.phone if file.phone is not None else file.person)


def _give_notice(sitting: Sitting) -> None:
    """By SMS; in the app where that is how it is done and the person has an app account to read it in."""
    if sitting.options.notice is Notice.SMS or not sitting.file.password:
        notify_by_sms(sitting)


def _due(sitting: Sitting) -> datetime | None:
    """When the application answers itself."""
    options = sitting.options
    match options.approval:
        case Approval.BY_HAND:
            return None
        case Approval.BY_CLOCK:
            return sitting.now + options.approval_after
        case Approval.BY_QUEUE:
            each = max(int(options.approval_after.total_seconds()), 1)
            return SINCE + changes.next_approval(sitting.unit, int(sitting.now.timestamp()), each) * SECOND
