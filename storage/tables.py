"""All tables on one page. SQLModel declares them; rows are not domain objects, and only `storage` imports this page.

Tables that grow begin their key with the conversation's id, so that they can be partitioned or distributed by it.
Lease, fence and lane columns stand from the first migration; the sender that uses them comes with the channels.
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Dialect, Index, LargeBinary, MetaData, String, Text
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
    """An address (channel, bot, chat, thread) and where the talk there stands; it has one subject in hand, a group none."""

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
    """What is to be asked outside: the intent is written before the asking, the result after it."""

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


class DeadLetter(SQLModel, table=True):
    """An event that failed alone, twice, while its neighbours passed: ids, kind, size, the exception's type."""

    __tablename__ = "dead_letter"
    channel: str = Field(sa_column=Column(String(16), primary_key=True))
    external_id: str = Field(sa_column=Column(String(128), primary_key=True))
    at: datetime = _moment()
    kind: str = Field(sa_column=Column(String(16), nullable=False))
    size: int = Field(sa_column=Column(BigInteger, nullable=False))
    reason: str = Field(sa_column=Column(String(120), nullable=False))
