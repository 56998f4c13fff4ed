"""All tables on one page. SQLModel declares them; rows are not domain objects, and only `storage` imports this page.

Tables that grow begin their key with the conversation's id, so that they can be partitioned or distributed by it.
Lease, fence and lane columns stand from the first migration; the sender that uses them comes with the channels.
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

SQLModel.metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment on both databases; a naive one is refused, since SQLite would store it without a word."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without a time zone; use the Clock port")
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def _key() -> Any:
    return Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))


def _moment(*, empty: bool = False, index: bool = False) -> Any:
    return Field(sa_column=Column(Moment, nullable=empty, index=index))


class House(SQLModel, table=True):
    """One row: which key this database belongs to (a check value, not the key)."""

    __tablename__ = "house"
    id: int = _key()
    key_check: bytes = Field(sa_column=Column(LargeBinary(16), nullable=False))


class Subject(SQLModel, table=True):
    """A person spoken about. Their case (core `Journey`, as JSON) belongs to them, not to a conversation."""

    __tablename__ = "subject"
    id: int = _key()
    created: datetime = _moment()
    changed: datetime = _moment()
    case: str = Field(sa_column=Column(Text, nullable=False))


class Conversation(SQLModel, table=True):
    """An address (channel, bot, chat, thread) and where the talk there stands; it has one subject in hand, a group none.
    `unit` is whose it is ("": not said yet, the root's); `followed` how far the officers' log has come with its messages."""

    __tablename__ = "conversation"
    id: int = _key()
    address: str = Field(sa_column=Column(String(280), nullable=False, unique=True))
    channel: str = Field(sa_column=Column(String(16), nullable=False))
    bot: str = Field(sa_column=Column(String(64), nullable=False))
    chat: str = Field(sa_column=Column(String(128), nullable=False))
    thread: str = Field(sa_column=Column(String(64), nullable=False))
    subject_id: int | None = Field(sa_column=Column(BigInteger, nullable=True, index=True))
    created: datetime = _moment()
    changed: datetime = _moment(index=True)
    place: str = Field(sa_column=Column(String(80), nullable=False))
    talk: str = Field(sa_column=Column(Text, nullable=False))
    last: int = Field(sa_column=Column(BigInteger, nullable=False))
    lane: int = Field(sa_column=Column(BigInteger, nullable=False))
    lease_until: datetime | None = _moment(empty=True)
    fence: int = Field(sa_column=Column(BigInteger, nullable=False))
    send_after: datetime | None = _moment(empty=True)
    muted: str = Field(sa_column=Column(String(24), nullable=False, server_default=""))
    link: str = Field(sa_column=Column(String(64), nullable=False, server_default=""))
    unit: str = Field(sa_column=Column(String(24), nullable=False, server_default=""))
    followed: int = Field(sa_column=Column(BigInteger, nullable=False, server_default="0"))
    __table_args__ = (
        Index("ix_conversation_unit", "unit", "changed"),
        Index(
            "ix_conversation_ahead",
            "id",
            sqlite_where=text("last > followed"),
            postgresql_where=text("last > followed"),
        ),
    )


class Inbox(SQLModel, table=True):
    """What came, once: ids, kind, time and what it came to. Never the body."""

    __tablename__ = "inbox"
    conversation_id: int = _key()
    external_id: str = Field(sa_column=Column(String(128), primary_key=True))
    kind: str = Field(sa_column=Column(String(16), nullable=False))
    at: datetime = _moment()
    cause: str = Field(sa_column=Column(String(48), nullable=False))


class Message(SQLModel, table=True):
    """The log of a conversation: every message of both sides under a gapless number, shielded, with the place it
    was said at and the offer as it was shown."""

    __tablename__ = "message"
    conversation_id: int = _key()
    number: int = _key()
    at: datetime = _moment()
    who: str = Field(sa_column=Column(String(8), nullable=False))
    place: str = Field(sa_column=Column(String(80), nullable=False))
    mark: str = Field(sa_column=Column(String(16), nullable=False))
    ref: str = Field(sa_column=Column(String(128), nullable=False))
    text: str = Field(sa_column=Column(Text, nullable=False))
    offer: str = Field(sa_column=Column(Text, nullable=False))


class Outbox(SQLModel, table=True):
    """What is still to be delivered: a message's number and how its sending stands. The words are the message's.
    `priority` 0 answers a person, 1 is a notice of their own, 2 goes to many; `unsure` counts the times it was perhaps taken."""

    __tablename__ = "outbox"
    conversation_id: int = _key()
    number: int = _key()
    lane: int = Field(sa_column=Column(BigInteger, nullable=False))
    due: datetime = _moment()
    state: str = Field(sa_column=Column(String(8), nullable=False))
    attempts: int = Field(sa_column=Column(BigInteger, nullable=False))
    fence: int = Field(sa_column=Column(BigInteger, nullable=False))
    priority: int = Field(sa_column=Column(BigInteger, nullable=False, server_default="0"))
    parts: int = Field(sa_column=Column(BigInteger, nullable=False, server_default="0"))
    unsure: int = Field(sa_column=Column(BigInteger, nullable=False, server_default="0"))
    reason: str = Field(sa_column=Column(String(60), nullable=False, server_default=""))
    __table_args__ = (Index("ix_outbox_waiting", "state", "lane", "priority", "due"),)


class Errands(SQLModel, table=True):
    """What is to be asked outside: the intent is written before the asking, the result after it. `key` names the question
    to whoever answers it, so that it is done once; `sealed` what the asking needs."""

    __tablename__ = "errand"
    conversation_id: int = _key()
    id: int = _key()
    kind: str = Field(sa_column=Column(String(32), nullable=False))
    place: str = Field(sa_column=Column(String(80), nullable=False))
    state: str = Field(sa_column=Column(String(8), nullable=False))
    due: datetime = _moment(index=True)
    attempts: int = Field(sa_column=Column(BigInteger, nullable=False))
    lease_until: datetime | None = _moment(empty=True)
    fence: int = Field(sa_column=Column(BigInteger, nullable=False))
    outcome: str = Field(sa_column=Column(String(32), nullable=False))
    subject_id: int | None = Field(sa_column=Column(BigInteger, nullable=True))
    key: str = Field(sa_column=Column(String(40), nullable=False, server_default=""))
    sealed: bytes | None = Field(sa_column=Column(LargeBinary, nullable=True))


class DeadLetter(SQLModel, table=True):
    """An event that failed alone, twice, while its neighbours passed: ids, kind, size, the exception's type."""

    __tablename__ = "dead_letter"
    channel: str = Field(sa_column=Column(String(16), primary_key=True))
    external_id: str = Field(sa_column=Column(String(128), primary_key=True))
    at: datetime = _moment()
    kind: str = Field(sa_column=Column(String(16), nullable=False))
    size: int = Field(sa_column=Column(BigInteger, nullable=False))
    reason: str = Field(sa_column=Column(String(120), nullable=False))


# ---- The simulated registry: another house, in a database of its own. Persons are numbers of the invented population. ----


def _text(most: int, *, empty: bool = False, index: bool = False) -> Any:
    return Field(sa_column=Column(String(most), nullable=empty, index=index))


def _number(*, empty: bool = False, index: bool = False) -> Any:
    return Field(sa_column=Column(BigInteger, nullable=empty, index=index))


def _yes_or_no() -> Any:
    return Field(sa_column=Column(Boolean, nullable=False))


class RegistryAccount(SQLModel, table=True):
    """One row per invented person, from the start, so that an account that is not there costs the same to look at.
    Hashes are argon2id with a pepper; `ahead` is how far practice has moved this person's time (seconds)."""

    __tablename__ = "registry_account"
    person: int = _key()
    state: str = _text(24)
    had_account: bool = _yes_or_no()
    noticed: date | None = Field(sa_column=Column(Date, nullable=True))
    phone: int | None = _number(empty=True, index=True)
    password: str = Field(sa_column=Column(Text, nullable=False))
    passcode: str = Field(sa_column=Column(Text, nullable=False))
    questions: str = Field(sa_column=Column(Text, nullable=False))
    bound: str | None = _text(32, empty=True, index=True)
    signed_in: str | None = _text(32, empty=True, index=True)
    lent: str | None = _text(32, empty=True, index=True)
    lent_until: datetime | None = _moment(empty=True)
    ahead: int = _number()
    sms_delay: int = _number()


class RegistryHandset(SQLModel, table=True):
    """A phone: whose SIM is in it, whether it can read a chip, whether the app is there. The token is kept as a
    fingerprint."""

    __tablename__ = "registry_handset"
    id: str = Field(sa_column=Column(String(32), primary_key=True))
    token: str = Field(sa_column=Column(String(32), nullable=False, unique=True))
    sim: int = _number()
    nfc: bool = _yes_or_no()
    app: str = _text(12)
    lent: str | None = _text(32, empty=True, index=True)
    made: datetime = _moment(index=True)


class RegistryRequest(SQLModel, table=True):
    """Something begun on a handset (or by a gateway, then without one): an app account, level 1, an activation."""

    __tablename__ = "registry_request"
    id: str = Field(sa_column=Column(String(32), primary_key=True))
    kind: str = _text(12)
    person: int = _number(index=True)
    handset: str | None = _text(32, empty=True)
    phone: int = _number()
    step: str = _text(24)
    had_account: bool = _yes_or_no()
    noticed: date | None = Field(sa_column=Column(Date, nullable=True))
    password: str = Field(sa_column=Column(Text, nullable=False))
    passcode: str = Field(sa_column=Column(Text, nullable=False))
    made: datetime = _moment(index=True)


class RegistryCode(SQLModel, table=True):
    """A code that was sent, without the code: which one of its request it was, when, and how often it was tried."""

    __tablename__ = "registry_code"
    request: str = Field(sa_column=Column(String(32), primary_key=True))
    counter: int = _key()
    purpose: str = _text(12)
    person: int = _number(index=True)
    phone: int = _number(index=True)
    sent_at: datetime = _moment()
    tries: int = _number()
    used: bool = _yes_or_no()
    superseded: bool = _yes_or_no()


class RegistrySms(SQLModel, table=True):
    """What is to go out by SMS: a request and its counter, or an approval. The text is made at the moment of sending."""

    __tablename__ = "registry_sms"
    id: str = Field(sa_column=Column(String(32), primary_key=True))
    person: int = _number(index=True)
    phone: int = _number()
    kind: str = _text(12)
    request: str = _text(32)
    counter: int = _number()
    state: str = _text(12)
    due: datetime = _moment()
    attempts: int = _number()
    lease_until: datetime | None = _moment(empty=True)
    __table_args__ = (Index("ix_registry_sms_waiting", "state", "due"),)


class RegistryApplication(SQLModel, table=True):
    """A request for a level that an officer, a clock or a queue answers; at most one of a person waits."""

    __tablename__ = "registry_application"
    id: str = Field(sa_column=Column(String(32), primary_key=True))
    person: int = _number(index=True)
    level: str = _text(8)
    made: datetime = _moment()
    state: str = _text(12)
    due: datetime | None = _moment(empty=True)
    __table_args__ = (Index("ix_registry_application_waiting", "state", "due"),)


class RegistryConsent(SQLModel, table=True):
    """A person's yes to one gateway being told of their account, and the opaque name it knows them by. `scopes`: to what they
    said yes; `phone`: the only registered phone it holds for, where a platform proved that phone and nothing else."""

    __tablename__ = "registry_consent"
    subject: str = Field(sa_column=Column(String(32), primary_key=True))
    client: str = _text(40)
    person: int = _number(index=True)
    notice: str = _text(40)
    given_at: datetime = _moment()
    withdrawn_at: datetime | None = _moment(empty=True)
    scopes: str = _text(60)
    phone: int | None = _number(empty=True)


class RegistryChange(SQLModel, table=True):
    """What happened, in the order of the commits: a move and its time, never a value that was typed."""

    __tablename__ = "registry_change"
    number: int = _key()
    person: int = _number(index=True)
    move: str = _text(48)
    at: datetime = _moment(index=True)


class RegistryAnswer(SQLModel, table=True):
    """The answer that was given under an idempotency key; the key and the question are kept as keyed fingerprints."""

    __tablename__ = "registry_answer"
    key: str = Field(sa_column=Column(String(32), primary_key=True))
    question: str = _text(32)
    answer: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = _moment(index=True)


class RegistryCounter(SQLModel, table=True):
    """Numbers that two processes must not both take: the last change, the end of the approval queue."""

    __tablename__ = "registry_counter"
    name: str = Field(sa_column=Column(String(24), primary_key=True))
    value: int = _number()


class RegistryLimit(SQLModel, table=True):
    """How much of a limit is spent: the theoretical arrival time of GCRA, in microseconds since 1970."""

    __tablename__ = "registry_limit"
    key: str = Field(sa_column=Column(String(32), primary_key=True))
    until: int = _number(index=True)


class RegistryLink(SQLModel, table=True):
    """A link that was begun for a chat (RFC 8628). The device code, the code to type, the browser's cookie and the key it was
    collected under are kept as keyed fingerprints. `person` is 0 until somebody said who they are; a number and a phone that
    do not belong together have the shadow of one, below 0. `said` is what the page has to say about the last press."""

    __tablename__ = "registry_link"
    device: str = Field(sa_column=Column(String(32), primary_key=True))
    typed: str = Field(sa_column=Column(String(32), nullable=False, unique=True))
    client: str = _text(40)
    scopes: str = _text(60)
    asked_from: str = _text(12)
    asked_since: datetime | None = _moment(empty=True)
    phrase: str = _text(40)
    state: str = _text(12)
    browser: str | None = _text(32, empty=True, index=True)
    person: int = _number(index=True)
    phone: int = _number()
    request: str = _text(32)
    said: str = _text(16)
    sent_at: datetime | None = _moment(empty=True)
    granted: str = _text(60)
    subject: str = _text(32)
    taken: str = _text(32)
    made: datetime = _moment()
    until: datetime = _moment(index=True)
    polled: datetime | None = _moment(empty=True)
    pause: int = _number()


class RegistryLook(SQLModel, table=True):
    """That a client looked at a consented subject, or had a code sent: when, and which of the two."""

    __tablename__ = "registry_look"
    id: str = Field(sa_column=Column(String(32), primary_key=True))
    subject: str = _text(32)
    kind: str = _text(8)
    at: datetime = _moment(index=True)
    __table_args__ = (Index("ix_registry_look_subject", "subject", "at"),)


# ---- What belongs to the house itself ----


class Secret(SQLModel, table=True):
    """A value of the house's own that changes by use, such as a pair of tokens: sealed, with a number that counts its
    changes. Whoever holds the lease is the one to change it."""

    __tablename__ = "secret"
    name: str = Field(sa_column=Column(String(80), primary_key=True))
    version: int = _number()
    value: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    holder: str = _text(64)
    lease_until: datetime | None = _moment(empty=True)


# ---- The officers' console: units, staff, what they did, and conversations a person answers ----


class OrganisationalUnit(SQLModel, table=True):
    """A province, commune, school or class. `path` names all above it ("/tinh/01234/thcs-mau/"), so that "everything
    below" is a prefix; `week` its hours ("1-5 07:30-11:30 13:30-16:30"), "" where nobody said."""

    __tablename__ = "unit"
    code: str = Field(sa_column=Column(String(24), primary_key=True))
    name: str = _text(120)
    kind: str = _text(12)
    parent: str | None = _text(24, empty=True, index=True)
    path: str = _text(200, index=True)
    week: str = _text(80)


class UnitDoor(SQLModel, table=True):
    """Which unit those belong to who come by this door: "bot telegram:123456", "link abc", or "home" (any other)."""

    __tablename__ = "unit_door"
    door: str = Field(sa_column=Column(String(120), primary_key=True))
    unit: str = _text(24)


class Staff(SQLModel, table=True):
    """Somebody who signs in to the console. The password is an argon2id hash, the TOTP seed is sealed, `totp_step` is the
    last step that was accepted, `codes` the fingerprints of the recovery codes that are left (JSON)."""

    __tablename__ = "staff"
    id: int = _key()
    login: str = Field(sa_column=Column(String(40), nullable=False, unique=True))
    name: str = _text(80)
    role: str = _text(16)
    unit: str = _text(24)
    password: str = Field(sa_column=Column(Text, nullable=False))
    own_password: bool = _yes_or_no()
    totp_seed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    totp_step: int = _number()
    codes: str = Field(sa_column=Column(Text, nullable=False))
    enrolled: bool = _yes_or_no()
    disabled: bool = _yes_or_no()
    created: datetime = _moment()


class StaffSession(SQLModel, table=True):
    """A sign-in that lasts: the cookie is kept as a fingerprint. `step`: "enrol" or "code" while it is only half done,
    then "in"; `sure_until`: until when the password counts as just given."""

    __tablename__ = "staff_session"
    id: str = Field(sa_column=Column(String(32), primary_key=True))
    staff_id: int = _number(index=True)
    step: str = _text(8)
    device: str = _text(40)
    created: datetime = _moment()
    seen: datetime = _moment()
    sure_until: datetime | None = _moment(empty=True)


class StaffLock(SQLModel, table=True):
    """Failed attempts under one key (a fingerprint: a login may be one that nobody has), and until when to wait."""

    __tablename__ = "staff_lock"
    key: str = Field(sa_column=Column(String(32), primary_key=True))
    failures: int = _number()
    until: datetime = _moment(index=True)


class Audit(SQLModel, table=True):
    """What staff did, in order; each row's hash covers the one before it. Never changed, never removed (a trigger says
    so too); a citizen stands in it under a pseudonym, so an erasure leaves no hole."""

    __tablename__ = "audit"
    number: int = _key()
    at: datetime = _moment()
    staff_id: int = _number()
    act: str = _text(24)
    done: bool = _yes_or_no()
    subject: str = _text(32)
    detail: str = Field(sa_column=Column(Text, nullable=False))
    hash: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))
    __table_args__ = (Index("ix_audit_subject", "subject", "number"), Index("ix_audit_staff_id", "staff_id", "number"))


class Handover(SQLModel, table=True):
    """A person was asked for, or came: "waiting", "owned" (then the bot is silent there) or "back". At most one of a
    conversation is open; the database refuses a second."""

    __tablename__ = "handover"
    id: int = _key()
    conversation_id: int = _number(index=True)
    state: str = _text(8)
    asked_by: str = _text(8)
    unit: str = _text(24)
    asked_at: datetime = _moment()
    staff_id: int | None = _number(empty=True)
    taken_at: datetime | None = _moment(empty=True)
    back_at: datetime | None = _moment(empty=True)
    words: str = _text(40)
    read_upto: int = _number()
    read_at: datetime | None = _moment(empty=True)
    unread_since: datetime | None = _moment(empty=True)
    unread_told: bool = _yes_or_no()
    escalated: int = _number()
    rating: str = _text(8)
    note: str = Field(sa_column=Column(Text, nullable=False))
    __table_args__ = (
        Index("ix_handover_waiting", "state", "asked_at"),
        Index(
            "uq_handover_open", "conversation_id", unique=True,
            sqlite_where=text("state <> 'back'"), postgresql_where=text("state <> 'back'"),
        ),
    )  # fmt: skip


class Canned(SQLModel, table=True):
    """An answer that is ready: whose it is, its title, its words."""

    __tablename__ = "canned"
    id: int = _key()
    unit: str = _text(24, index=True)
    title: str = _text(80)
    words: str = Field(sa_column=Column(Text, nullable=False))
    staff_id: int = _number()
    changed: datetime = _moment()


class LogEntry(SQLModel, table=True):
    """A message as the officers search it: its masked words, folded, with the units above it as words of their own. In the
    order in which the log came to them. What finds the words is each database's own and made by `logs.prepare`."""

    __tablename__ = "log_entry"
    id: int = Field(
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    )
    conversation_id: int = _number()
    number: int = _number()
    words: str = Field(sa_column=Column(Text().with_variant(TSVECTOR(), "postgresql"), nullable=False))
    __table_args__ = (Index("ix_log_entry_message", "conversation_id", "number"),)


# ---- Self-service: who has proved who they are, several people on one chat, and what was promised to them ----


class Link(SQLModel, table=True):
    """A subject whose account the registry tells us of: the opaque name it knows them by, sealed, and its fingerprint to
    find it by. `scopes`: what they consented to ("status resend notices")."""

    __tablename__ = "link"
    subject_id: int = _key()
    conversation_id: int = _number(index=True)
    name: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    blind: str = Field(sa_column=Column(String(32), nullable=False, index=True))
    scopes: str = _text(60)
    since: datetime = _moment()


class Member(SQLModel, table=True):
    """One of the people spoken about on one chat. `kin` is what they are to whoever writes ("grandmother", never a name);
    `talk` where the talk about them stood when it went to somebody else; `phone` on whose phone it was activated."""

    __tablename__ = "member"
    conversation_id: int = _key()
    subject_id: int = _key()
    kin: str = _text(16)
    added: datetime = _moment()
    talk: str = Field(sa_column=Column(Text, nullable=False))
    phone: str = _text(16)


class Consent(SQLModel, table=True):
    """What somebody said yes to: to be reminded, to be linked, to be spoken about. A no afterwards stands beside the yes."""

    __tablename__ = "consent"
    conversation_id: int = _key()
    subject_id: int = _key()
    kind: str = Field(sa_column=Column(String(12), primary_key=True))
    given_at: datetime = _moment()
    withdrawn_at: datetime | None = _moment(empty=True)


class Resend(SQLModel, table=True):
    """A code that the registry was asked to send, noted before asking: for whom (the fingerprint of their opaque name), from
    which chat, what became of it."""

    __tablename__ = "resend"
    id: int = _key()
    conversation_id: int = _number(index=True)
    blind: str = _text(32)
    at: datetime = _moment()
    key: str = _text(40)
    request: str = _text(40)
    state: str = _text(8)
    __table_args__ = (Index("ix_resend_whom", "blind", "at"),)


class Spent(SQLModel, table=True):
    """How much of a limit is spent: the theoretical arrival time of GCRA, in microseconds since 1970."""

    __tablename__ = "spent"
    key: str = Field(sa_column=Column(String(48), primary_key=True))
    until: int = _number(index=True)


class MoveCode(SQLModel, table=True):
    """A code that carries a conversation elsewhere, kept as a fingerprint: good once, for a few minutes."""

    __tablename__ = "move_code"
    blind: str = Field(sa_column=Column(String(32), primary_key=True))
    conversation_id: int = _number(index=True)
    until: datetime = _moment(index=True)
    used: bool = _yes_or_no()


class Reminder(SQLModel, table=True):
    """Something to be told at a moment, to somebody who said yes to it. `kind` names what; `sent` how often it was told."""

    __tablename__ = "reminder"
    conversation_id: int = _key()
    subject_id: int = _key()
    kind: str = Field(sa_column=Column(String(12), primary_key=True))
    due: datetime = _moment(index=True)
    sent: int = _number()
    last: datetime | None = _moment(empty=True)


class Helped(SQLModel, table=True):
    """How often a way of a trouble tree was tried, and how often it helped."""

    __tablename__ = "helped"
    place: str = Field(sa_column=Column(String(80), primary_key=True))
    exit: str = Field(sa_column=Column(String(48), primary_key=True))
    tried: int = _number()
    helped: int = _number()
