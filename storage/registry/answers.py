"""Answers given under an idempotency key: the same question again gets the same answer, and nothing happens twice."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from storage.tables import RegistryAnswer

ANSWER: Any = RegistryAnswer.__table__  # type: ignore[attr-defined]

_GIVEN = select(ANSWER.c.question, ANSWER.c.answer).where(ANSWER.c.key == bindparam("this"))
_KEEP = insert(ANSWER)


@dataclass(frozen=True, slots=True)
class Key:
    """An idempotency key of one caller and what was asked under it, both as keyed fingerprints."""

    key: str
    question: str


def given(unit: Connection, key: str) -> tuple[str, str] | None:
    """The question's fingerprint and the answer that were kept under this key."""
    row = unit.execute(_GIVEN, {"this": key}).first()
    return (row.question, row.answer) if row else None


def keep(unit: Connection, key: Key, answer: str, at: datetime) -> None:
    """Keep an answer, in the transaction of its effect."""
    unit.execute(_KEEP, [{"key": key.key, "question": key.question, "answer": answer, "at": at}])
