"""What somebody wished to be reminded of, and when it may be said: one a day at most, two for one thing, never at night.

Nothing is due where there is no standing yes (consent "remind"), where a person of the staff has the conversation, where the
platform cannot reach it, or where "dừng" was the last word.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import Connection, and_, delete, exists, or_, select, update

from flows.core import journey as journeys
from flows.core.deadline import VIETNAM, day_in_vietnam, deadline
from flows.core.journey import Journey, Report, Stage
from flows.speech import Address, Talk
from storage.conversations import CONVERSATION, READ_LANE
from storage.erasing import CONSENT, REMINDER
from storage.handover import HANDOVER, OWNED
from storage.registry.upserts import insert_into

REMIND = "remind"  # the kind of consent
MOST_FOR_ONE_THING = 2
QUIET_FROM, QUIET_TO, FIRST_AFTER = time(21), time(7), time(7, 30)
_MORNING, _EVENING = time(9), time(18)
_BEFORE_THE_LAST_DAY = (timedelta(days=3), timedelta(days=1))
_LEFT_AFTER = timedelta(days=3)


class Kind(Enum):
    """What can be reminded of: the last of the seven days, a visit to the commune police, a step that was left."""

    SEVEN_DAYS = "seven_days"
    VISIT = "visit"
    STOPPED = "stopped"


# Later than this a reminder is no help any more ("tomorrow" would be yesterday), and is passed over.
_TOO_LATE = {Kind.SEVEN_DAYS: timedelta(days=1), Kind.VISIT: timedelta(hours=3), Kind.STOPPED: timedelta(days=7)}


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder whose moment has come. `sent`: how often it was told before."""

    conversation_id: int
    subject_id: int
    kind: Kind
    due: datetime
    sent: int
    address: Address


@dataclass(frozen=True, slots=True)
class Planned:
    """What a turn came to, for `plan_together`."""

    conversation_id: int
    subject_id: int
    journey: Journey
    talk: Talk


# ---- when ----


def allowed(moment: datetime) -> datetime:
    """The moment itself, or half past seven in Vietnam where it falls into the quiet hours (21:00 to 07:00)."""
    here = moment.astimezone(VIETNAM)
    if QUIET_TO <= here.time() < QUIET_FROM:
        return moment
    day = here.date() + timedelta(days=here.time() >= QUIET_FROM)
    return datetime.combine(day, FIRST_AFTER, VIETNAM).astimezone(moment.tzinfo)


def before_the_last_day(noticed_on: date) -> tuple[datetime, ...]:
    """Three days and one day before the last of the seven, in the morning."""
    last = deadline(noticed_on)
    return tuple(datetime.combine(last - ahead, _MORNING, VIETNAM) for ahead in _BEFORE_THE_LAST_DAY)


def before_a_visit(day: date) -> datetime:
    """The evening before."""
    return datetime.combine(day - timedelta(days=1), _EVENING, VIETNAM)


def left_at(moment: datetime) -> datetime:
    """Three days after the last message, in the morning: the same moment all day, so that a day's messages change nothing."""
    return datetime.combine(day_in_vietnam(moment) + _LEFT_AFTER, _MORNING, VIETNAM)


# ---- what is set ----


def put(unit: Connection, conversation_id: int, subject_id: int, kind: Kind, due: datetime, *, times: int = 1) -> None:
    """Remind of this from `due` on, at most `times` more often; in the place of what was set before for the same."""
    row = {
        "conversation_id": conversation_id, "subject_id": subject_id, "kind": kind.value, "due": due,
        "sent": MOST_FOR_ONE_THING - times, "last": None,
    }  # fmt: skip
    fresh = {"due": due, "sent": MOST_FOR_ONE_THING - times}
    added = insert_into(unit, REMINDER).values(row)
    unit.execute(added.on_conflict_do_update(index_elements=["conversation_id", "subject_id", "kind"], set_=fresh))


def visit(unit: Connection, conversation_id: int, subject_id: int, day: date, at: datetime) -> bool:
    """Remind of a visit on that day, the evening before; False when that evening is over."""
    due = before_a_visit(day)
    if due <= at:
        return False
    put(unit, conversation_id, subject_id, Kind.VISIT, due)
    return True


def cancel(unit: Connection, conversation_id: int, subject_id: int | None = None, kind: Kind | None = None) -> None:
    """Remind no more: of everything here, or of one person or one thing. What was told stays for its day, so that another
    reminder does not follow on the heels of it."""
    these = REMINDER.c.conversation_id == conversation_id
    if subject_id is not None:
        these &= REMINDER.c.subject_id == subject_id
    if kind is not None:
        these &= REMINDER.c.kind == kind.value
    unit.execute(delete(REMINDER).where(these, REMINDER.c.last.is_(None)))
    unit.execute(update(REMINDER).where(these).values(sent=MOST_FOR_ONE_THING))


def consented(unit: Connection, conversations: Collection[int]) -> set[tuple[int, int]]:
    """(conversation, subject) of these conversations for which a yes to being reminded stands."""
    standing = select(CONSENT.c.conversation_id, CONSENT.c.subject_id).where(
        CONSENT.c.conversation_id.in_(conversations), CONSENT.c.kind == REMIND, CONSENT.c.withdrawn_at.is_(None)
    )
    return {(row.conversation_id, row.subject_id) for row in unit.execute(standing)}


def plan(unit: Connection, conversation_id: int, subject_id: int, journey: Journey, talk: Talk, at: datetime) -> None:
    """After a message: set or cancel what follows from the case (the seven days, a step that was left). One look where there
    is no consent, two where nothing changes. A visit is set by `visit` and left alone here."""
    plan_together(unit, [Planned(conversation_id, subject_id, journey, talk)], at)


def plan_together(unit: Connection, turns: Sequence[Planned], at: datetime) -> None:
    """`plan` for a group of turns: the looks are shared by all."""
    willing = consented(unit, sorted({turn.conversation_id for turn in turns}))
    mine = {(t.conversation_id, t.subject_id): t for t in turns if (t.conversation_id, t.subject_id) in willing}
    if not mine:
        return
    these = REMINDER.c.conversation_id.in_(sorted({key[0] for key in mine}))
    kept = {(r.conversation_id, r.subject_id, r.kind): r for r in unit.execute(select(REMINDER).where(these))}
    for (conversation_id, subject_id), turn in mine.items():
        for kind, moments in wanted(turn.journey, at).items():
            row = kept.get((conversation_id, subject_id, kind.value))
            if not moments:
                if row is not None and row.sent < MOST_FOR_ONE_THING:
                    cancel(unit, conversation_id, subject_id, kind)
            elif row is None or row.due != moments[0]:
                put(unit, conversation_id, subject_id, kind, moments[0], times=len(moments))


def wanted(journey: Journey, at: datetime) -> dict[Kind, tuple[datetime, ...]]:
    """The moments ahead of what follows from a case."""
    over = journeys.done(journey)
    noticed = journey.noticed_on
    ahead = before_the_last_day(noticed) if noticed is not None and Stage.ACTIVATE not in over else ()
    finished = Report.FINISHED in journey.reports + journey.truth or Stage.LOG_IN in over
    return {
        Kind.SEVEN_DAYS: tuple(moment for moment in ahead if moment > at),
        Kind.STOPPED: () if finished else (left_at(at),),
    }


# ---- what is due ----


def due(unit: Connection, now: datetime, stopped_at: str, most: int = 100) -> list[Due]:
    """What may be told now, one a conversation, the longest due first; nothing in the quiet hours. `stopped_at` is the place
    where a talk stands after "dừng"."""
    if allowed(now) != now or now.astimezone(VIETNAM).time() < FIRST_AFTER:
        return []
    today = datetime.combine(day_in_vietnam(now), time(), VIETNAM)
    told = REMINDER.alias("told")
    this = CONVERSATION.c.id
    rows = unit.execute(
        select(REMINDER, CONVERSATION.c.channel, CONVERSATION.c.bot, CONVERSATION.c.chat, CONVERSATION.c.thread)
        .join(CONVERSATION, CONVERSATION.c.id == REMINDER.c.conversation_id)
        .where(
            REMINDER.c.due <= now,
            ~_late(now),
            REMINDER.c.sent < MOST_FOR_ONE_THING,
            CONVERSATION.c.muted == "",
            CONVERSATION.c.lane > READ_LANE,  # a page that is read: nobody is there to be reminded
            CONVERSATION.c.place != stopped_at,
            ~exists().where(told.c.conversation_id == this, told.c.last >= today),
            ~exists().where(HANDOVER.c.conversation_id == this, HANDOVER.c.state == OWNED),
            exists().where(
                CONSENT.c.conversation_id == this, CONSENT.c.subject_id == REMINDER.c.subject_id,
                CONSENT.c.kind == REMIND, CONSENT.c.withdrawn_at.is_(None),
            ),
        )
        .order_by(REMINDER.c.due, REMINDER.c.conversation_id)
        .limit(most)
    )  # fmt: skip
    first: dict[int, Due] = {}
    for r in rows:
        address = Address(r.channel, r.bot, r.chat, r.thread)
        one = Due(r.conversation_id, r.subject_id, Kind(r.kind), r.due, r.sent, address)
        first.setdefault(r.conversation_id, one)
    return list(first.values())


def told(unit: Connection, one: Due, at: datetime) -> bool:
    """It was told: the second time of the seven days comes two days later, anything else is over. False when another process
    wrote that down before."""
    return _over(unit, one.conversation_id, one.subject_id, one.kind, one.due, one.sent, at)


def anything_late(unit: Connection, now: datetime) -> bool:
    """Whether something waits that is no help any more."""
    late = select(REMINDER.c.kind).where(REMINDER.c.sent < MOST_FOR_ONE_THING, _late(now)).limit(1)
    return unit.execute(late).first() is not None


def pass_over(unit: Connection, now: datetime, most: int = 200) -> None:
    """What could not be told in its time (nobody could be reached, the house was down) is as good as told."""
    late = select(REMINDER).where(REMINDER.c.sent < MOST_FOR_ONE_THING, _late(now)).limit(most)
    for row in unit.execute(late).all():
        _over(unit, row.conversation_id, row.subject_id, Kind(row.kind), row.due, row.sent, row.last)


def waiting_here(unit: Connection, conversation_id: int) -> list[tuple[Kind, datetime]]:
    """What is set in one conversation, the next first: for telling people what they will hear."""
    these = select(REMINDER.c.kind, REMINDER.c.due).where(
        REMINDER.c.conversation_id == conversation_id, REMINDER.c.sent < MOST_FOR_ONE_THING
    )
    return [(Kind(r.kind), r.due) for r in unit.execute(these.order_by(REMINDER.c.due))]


def _late(now: datetime) -> Any:
    return or_(*(and_(REMINDER.c.kind == kind.value, REMINDER.c.due < now - most) for kind, most in _TOO_LATE.items()))


def _over(
    unit: Connection, conversation_id: int, subject_id: int, kind: Kind, moment: datetime, sent: int, last: datetime | None
) -> bool:  # fmt: skip
    again = kind is Kind.SEVEN_DAYS and sent + 1 < MOST_FOR_ONE_THING
    first, second = _BEFORE_THE_LAST_DAY
    values: dict[str, Any] = {"sent": sent + 1 if again else MOST_FOR_ONE_THING, "last": last}
    if again:
        values["due"] = moment + (first - second)
    this = and_(
        REMINDER.c.conversation_id == conversation_id, REMINDER.c.subject_id == subject_id,
        REMINDER.c.kind == kind.value, REMINDER.c.sent == sent, REMINDER.c.due == moment,
    )  # fmt: skip
    return bool(unit.execute(update(REMINDER).where(this).values(**values)).rowcount)
