"""Forgetting: a conversation with everything that hangs on it, and the subjects nobody speaks of any more."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, exists, func, select

from flows.speech import Errand
from storage import errands, log_index
from storage.conversations import CONVERSATION, SUBJECT
from storage.errands import ERRAND
from storage.handover import HANDOVER
from storage.inbox import DEAD_LETTER, INBOX
from storage.log_index import ENTRY
from storage.messages import MESSAGE, OUTBOX
from storage.tables import Consent, Link, Member, MoveCode, Reminder, Resend, Spent
from storage.vault import Vault

CONSENT: Any = Consent.__table__  # type: ignore[attr-defined]
LINK: Any = Link.__table__  # type: ignore[attr-defined]
MEMBER: Any = Member.__table__  # type: ignore[attr-defined]
MOVE_CODE: Any = MoveCode.__table__  # type: ignore[attr-defined]
REMINDER: Any = Reminder.__table__  # type: ignore[attr-defined]
RESEND: Any = Resend.__table__  # type: ignore[attr-defined]
SPENT: Any = Spent.__table__  # type: ignore[attr-defined]

FORGET = "forget"  # the errand that tells the registry to forget a link of ours
ERASED = "erased"  # the topic woken when something was erased, so that its last traces go at once
_OF_A_CONVERSATION = (OUTBOX, MESSAGE, INBOX, ERRAND, HANDOVER, MEMBER, CONSENT, REMINDER, RESEND, MOVE_CODE, LINK)
_NAMES_SUBJECTS = (MEMBER, CONSENT, REMINDER, LINK, ERRAND)


@dataclass(frozen=True, slots=True)
class Erased:
    """What went: rows by table (only what there was). `consents` says what had been agreed to, and when, without whom
    ("remind 2026-11-01 to 2026-11-20"): the evidence that may stay when the data is gone."""

    counts: Mapping[str, int]
    consents: tuple[str, ...] = ()

    @property
    def found(self) -> bool:
        """Whether there was such a conversation."""
        return "conversation" in self.counts


def erase_of(unit: Connection, vault: Vault, conversation_id: int, at: datetime) -> Erased:
    """Remove everything of one conversation and of every subject that hangs on it alone; a subject another conversation
    speaks of stays, but for what was promised in this one. SQLite overwrites what is removed (secure_delete). The registry is
    to be told of every link that goes: nobody's errand, with its opaque name sealed, until it has heard."""
    said = _consents(unit, [conversation_id]).get(conversation_id, ())
    return Erased(_erase(unit, vault, [conversation_id], at), said)


def _erase(unit: Connection, vault: Vault, these: Sequence[int], at: datetime) -> dict[str, int]:
    alone = _subjects_alone(unit, these)
    ending = unit.execute(select(LINK).where(LINK.c.conversation_id.in_(these) | LINK.c.subject_id.in_(alone))).all()
    names = [name for row in ending if (name := _opened(vault, row))]
    errands.queue(unit, [errands.Intent(errands.NOBODY, None, Errand(FORGET, "", name)) for name in names], at, vault)
    gone = Counter[str]()
    entries = select(ENTRY.c.conversation_id, func.count()).where(ENTRY.c.conversation_id.in_(these))
    for conversation_id, count in unit.execute(entries.group_by(ENTRY.c.conversation_id)).all():
        log_index.forget(unit, conversation_id)
        gone["log_entry"] += count
    buried = select(INBOX.c.external_id).where(INBOX.c.conversation_id.in_(these), INBOX.c.cause == "dead_letter")
    gone["dead_letter"] += _gone(unit, DEAD_LETTER, DEAD_LETTER.c.external_id.in_(buried))
    if alone:
        asked = select(LINK.c.blind).where(LINK.c.subject_id.in_(alone))
        gone["resend"] += _gone(unit, RESEND, RESEND.c.blind.in_(asked))
        gone["link"] += _gone(unit, LINK, LINK.c.subject_id.in_(alone))
        gone["errand"] += _gone(unit, ERRAND, ERRAND.c.subject_id.in_(alone))
    for table in _OF_A_CONVERSATION:
        gone[table.name] += _gone(unit, table, table.c.conversation_id.in_(these))
    gone["conversation"] += _gone(unit, CONVERSATION, CONVERSATION.c.id.in_(these))
    if alone:
        gone["subject"] += _gone(unit, SUBJECT, SUBJECT.c.id.in_(alone))
    return {name: count for name, count in gone.items() if count}


def find(unit: Connection, channel: str, chat: str, bot: str = "") -> list[int]:
    """The conversations at a chat's name on a platform (several where it has topics, or several bots of ours)."""
    here = (CONVERSATION.c.channel == channel) & (CONVERSATION.c.chat == chat)
    if bot:
        here &= CONVERSATION.c.bot == bot
    return [row.id for row in unit.execute(select(CONVERSATION.c.id).where(here).order_by(CONVERSATION.c.id))]


def stands(unit: Connection, conversation_id: int) -> bool:
    """Whether there is such a conversation."""
    return unit.execute(select(CONVERSATION.c.id).where(CONVERSATION.c.id == conversation_id)).first() is not None


def _gone(unit: Connection, table: Any, which: Any) -> int:
    return int(unit.execute(delete(table).where(which)).rowcount)


def _opened(vault: Vault, link: Any) -> str:
    """The registry's name in a link; "" where another key sealed it: that must not keep anybody from being forgotten here."""
    from cryptography.exceptions import InvalidTag

    try:
        return vault.open(link.name, "link", link.subject_id, "name")
    except InvalidTag:
        return ""


def _subjects_alone(unit: Connection, these: Sequence[int]) -> list[int]:
    """The subjects of these conversations that no other one speaks of."""
    in_hand = select(CONVERSATION.c.subject_id).where(CONVERSATION.c.id.in_(these))
    named = [select(table.c.subject_id).where(table.c.conversation_id.in_(these)) for table in _NAMES_SUBJECTS]
    mine = {subject for query in (in_hand, *named) for subject in unit.execute(query).scalars() if subject}
    if not mine:
        return []
    elsewhere = (
        select(table.c.subject_id).where(table.c.subject_id.in_(mine), name.not_in(these))
        for table, name in ((CONVERSATION, CONVERSATION.c.id), (MEMBER, MEMBER.c.conversation_id))
    )
    return sorted(mine - {subject for query in elsewhere for subject in unit.execute(query).scalars()})


def _consents(unit: Connection, these: Sequence[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    mine = (
        select(CONSENT).where(CONSENT.c.conversation_id.in_(these)).order_by(CONSENT.c.given_at, CONSENT.c.kind.desc())
    )
    for row in unit.execute(mine):
        until = f" to {row.withdrawn_at:%Y-%m-%d}" if row.withdrawn_at else ""
        found[row.conversation_id] = (
            *found.get(row.conversation_id, ()), f"{row.kind} {row.given_at:%Y-%m-%d}{until}",
        )  # fmt: skip
    return found


# ---- what has grown old ----

IDS_KEPT = timedelta(days=30)  # what came, once: no platform sends an old event again after days
DONE_KEPT = timedelta(days=30)  # errands that are over, resends, reminders that were told
SPENT_KEPT = timedelta(days=2)
MOVE_CODES_KEPT = timedelta(days=1)
_SINCE = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Gone:
    """A conversation that went by its age, and what had been agreed to in it."""

    conversation_id: int
    consents: tuple[str, ...]


def anything_silent(unit: Connection, before: datetime) -> bool:
    """Whether a conversation is kept in which nothing was said since."""
    return unit.execute(select(CONVERSATION.c.id).where(CONVERSATION.c.changed < before).limit(1)).first() is not None


def erase_silent(unit: Connection, vault: Vault, before: datetime, at: datetime, most: int = 20) -> list[Gone]:
    """Keep the promise told at the start: conversations silent since `before` go whole, at most so many at a time, so that
    no turn waits long."""
    silent = (
        select(CONVERSATION.c.id).where(CONVERSATION.c.changed < before).order_by(CONVERSATION.c.changed).limit(most)
    )
    these = list(unit.execute(silent).scalars())
    said = _consents(unit, these)
    if these:
        _erase(unit, vault, these, at)
    return [Gone(id_, said.get(id_, ())) for id_ in these]


def saying_older(unit: Connection, before: datetime, most: int = 200) -> list[int]:
    """Conversations that keep something said before that moment: found on a reading connection, since it looks at all."""
    found = select(MESSAGE.c.conversation_id).where(MESSAGE.c.at < before).distinct().limit(most)
    return list(unit.execute(found).scalars())


def erase_said(unit: Connection, conversations: Collection[int], before: datetime) -> None:
    """Of these conversations, what was said before that moment goes."""
    log_index.forget_older(unit, before)
    said = (MESSAGE.c.conversation_id == OUTBOX.c.conversation_id) & (MESSAGE.c.number == OUTBOX.c.number)
    these = OUTBOX.c.conversation_id.in_(conversations)
    unit.execute(delete(OUTBOX).where(these, exists().where(said, MESSAGE.c.at < before)))
    unit.execute(delete(MESSAGE).where(MESSAGE.c.conversation_id.in_(conversations), MESSAGE.c.at < before))


def receiving_older(unit: Connection, before: datetime, most: int = 200) -> list[int]:
    """The same for the ids of what came."""
    found = select(INBOX.c.conversation_id).where(INBOX.c.at < before).distinct().limit(most)
    return list(unit.execute(found).scalars())


def erase_received(unit: Connection, conversations: Collection[int], before: datetime) -> None:
    unit.execute(delete(INBOX).where(INBOX.c.conversation_id.in_(conversations), INBOX.c.at < before))


def anything_spent(unit: Connection, now: datetime) -> bool:
    """Whether any of the small things below has had its time."""
    return any(
        unit.execute(select(1).select_from(table).where(old).limit(1)).first() is not None for table, old in _spent(now)
    )


def erase_spent(unit: Connection, now: datetime) -> int:
    """Dead letters, errands, resends, limits, codes for moving and reminders whose time is over."""
    return sum(_gone(unit, table, old) for table, old in _spent(now))


def _spent(now: datetime) -> list[tuple[Any, Any]]:
    done = now - DONE_KEPT
    return [
        (DEAD_LETTER, DEAD_LETTER.c.at < now - IDS_KEPT),
        (ERRAND, ERRAND.c.due < done),
        (RESEND, RESEND.c.at < done),
        (REMINDER, REMINDER.c.due < done),
        (SPENT, SPENT.c.until < (now - SPENT_KEPT - _SINCE) // _MICROSECOND),
        (MOVE_CODE, MOVE_CODE.c.until < now - MOVE_CODES_KEPT),
    ]


def newest(unit: Connection) -> datetime | None:
    """When anything was last said anywhere."""
    moment: datetime | None = unit.execute(select(func.max(CONVERSATION.c.changed))).scalar()
    return moment
