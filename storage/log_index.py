"""The index of masked words that the officers search: it follows the messages, a little behind them.

The log follows off the turn's path: a conversation whose newest message it has not seen stands in an index of its own
(`last > followed`), so that looking for news costs nothing when there is none, needs no clock, and misses nothing.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, select, text, update

from flows.core.vietnamese import fold
from storage import units
from storage.conversations import CONVERSATION
from storage.messages import HOUSE, MESSAGE
from storage.tables import LogEntry
from storage.units import UNIT

ENTRY: Any = LogEntry.__table__  # type: ignore[attr-defined]

AT_ONCE = 200  # conversations followed in one transaction: 5 ms of the writer's time
MOST_MESSAGES = 1000
PEOPLE = "zzpeople"  # stands with every message that is not the house's own
LONGEST_WORD = 40
MOST_WORDS = 400

_WORD = re.compile(r"[a-z0-9]+")


# Our own words are put in as they are: the parser of `to_tsvector` would take "1e5" for a number of its own.
_ENTER = text(
    "INSERT INTO log_entry (conversation_id, number, words) "
    "VALUES (:conversation_id, :number, array_to_tsvector(CAST(:found AS text[])))"
)


@dataclass(frozen=True, slots=True)
class News:
    """A conversation with new messages, whose it is, and the number of the newest."""

    conversation_id: int
    unit: str
    last: int


def words_of(masked: str) -> list[str]:
    """The words of a masked text as they are searched: folded, letters and digits only."""
    return [w[:LONGEST_WORD] for w in _WORD.findall(fold(masked))[:MOST_WORDS]]


def unit_word(code: str) -> str:
    """The word that stands for "below this unit" in the index; no citizen can write it by accident."""
    return "zzu" + hashlib.sha256(code.encode()).hexdigest()[:12]


def prepare(unit: Connection) -> None:
    """What finds words: FTS5 on SQLite, a GIN index on PostgreSQL. Made once; nothing where it is there already."""
    if unit.dialect.name == "sqlite":
        unit.execute(
            text(
                "CREATE VIRTUAL TABLE IF NOT EXISTS log_words USING "
                "fts5(words, content='log_entry', content_rowid='id', detail=none, tokenize='ascii')"
            )
        )
    else:
        unit.execute(text("CREATE INDEX IF NOT EXISTS ix_log_entry_words ON log_entry USING gin (words)"))


@dataclass(frozen=True, slots=True)
class Batch:
    """What the log has not seen yet, made ready to be entered. `found`: conversation → (followed, unit as kept, whose it is,
    how far this goes)."""

    found: dict[int, tuple[int, str, str, int]]
    rows: list[dict[str, Any]]


def gather(unit: Connection, mask: Callable[[str], str], most: int = AT_ONCE) -> Batch:
    """Read up to `most` conversations with something new, masked and folded: on a reading connection, since folding a
    thousand messages is a tenth of a second in which the writer would hold up every turn."""
    behind = select(
        CONVERSATION.c.id, CONVERSATION.c.last, CONVERSATION.c.followed, CONVERSATION.c.unit, CONVERSATION.c.channel,
        CONVERSATION.c.bot, CONVERSATION.c.link,
    ).where(text("last > followed")).limit(most)  # fmt: skip
    found = {r.id: r for r in unit.execute(behind)}
    if not found:
        return Batch({}, [])
    owners = {r.id: r.unit or units.owner(unit, r.channel, r.bot, r.link) for r in found.values()}
    above = _above(unit, set(owners.values()))
    said = unit.execute(
        select(MESSAGE.c.conversation_id, MESSAGE.c.number, MESSAGE.c.who, MESSAGE.c.text)
        .join(CONVERSATION, CONVERSATION.c.id == MESSAGE.c.conversation_id)
        .where(MESSAGE.c.conversation_id.in_(list(found)), MESSAGE.c.number > CONVERSATION.c.followed)
        .order_by(MESSAGE.c.conversation_id, MESSAGE.c.number)
        .limit(MOST_MESSAGES + 1)
    ).all()
    reached = {r.id: r.last for r in found.values()}
    if len(said) > MOST_MESSAGES:
        said = said[:MOST_MESSAGES]
        reached = {r.id: r.followed for r in found.values()}
        for row in said:
            reached[row.conversation_id] = max(reached[row.conversation_id], row.number)
    rows = [
        {
            "conversation_id": r.conversation_id,
            "number": r.number,
            "words": _words(r, mask, above[owners[r.conversation_id]]),
        }
        for r in said
    ]
    return Batch({r.id: (r.followed, r.unit, owners[r.id], reached[r.id]) for r in found.values()}, rows)


def enter(unit: Connection, batch: Batch) -> list[News]:
    """Write a batch into the log, but for the conversations that another process followed, or that moved, since it was read."""
    standing = select(CONVERSATION.c.id, CONVERSATION.c.followed, CONVERSATION.c.unit)
    standing = standing.where(CONVERSATION.c.id.in_(list(batch.found))).order_by(CONVERSATION.c.id)
    if unit.dialect.name != "sqlite":
        standing = standing.with_for_update(skip_locked=True)
    same = {r.id for r in unit.execute(standing) if batch.found[r.id][:2] == (r.followed, r.unit)}
    if not same:
        return []
    _enter(unit, [row for row in batch.rows if row["conversation_id"] in same])
    now = update(CONVERSATION).where(CONVERSATION.c.id == bindparam("this"))
    now = now.values(followed=bindparam("upto"), unit=bindparam("whose"))
    unit.execute(
        now, [{"this": id_, "upto": batch.found[id_][3], "whose": batch.found[id_][2]} for id_ in sorted(same)]
    )
    return [News(id_, batch.found[id_][2], batch.found[id_][3]) for id_ in same]


def follow(unit: Connection, mask: Callable[[str], str], most: int = AT_ONCE) -> list[News]:
    """Both at once; an empty list when the log is up to date."""
    return enter(unit, gather(unit, mask, most))


def _words(row: Any, mask: Callable[[str], str], above: list[str]) -> list[str]:
    """What a message is found by: its words, its units', and whether a person wrote it."""
    said = _of_house(row.text) if row.who == HOUSE else [*words_of(mask(row.text)), PEOPLE]
    return sorted({*said, *above})


@lru_cache(maxsize=2048)
def _of_house(told: str) -> tuple[str, ...]:
    """The house says the same to many."""
    return tuple(words_of(told))


def _above(unit: Connection, codes: Iterable[str]) -> dict[str, list[str]]:
    paths = {r.code: r.path for r in unit.execute(select(UNIT.c.code, UNIT.c.path).where(UNIT.c.code.in_(list(codes))))}
    return {code: [unit_word(c) for c in paths.get(code, "").split("/") if c and c != units.ROOT] for code in codes}


def _enter(unit: Connection, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    if unit.dialect.name != "sqlite":
        values = [{"conversation_id": r["conversation_id"], "number": r["number"], "found": r["words"]} for r in rows]
        unit.execute(_ENTER, values)
        return
    first = (unit.execute(select(func.max(ENTRY.c.id))).scalar() or 0) + 1
    numbered = [{**r, "id": first + n, "words": " ".join(r["words"])} for n, r in enumerate(rows)]
    unit.execute(insert(ENTRY), numbered)
    unit.execute(text("INSERT INTO log_words (rowid, words) VALUES (:id, :words)"), numbered)


# ---- forgetting ----


def forget(unit: Connection, conversation_id: int) -> None:
    """Nothing of this conversation is found any more."""
    _forget(unit, ENTRY.c.conversation_id == conversation_id)


def forget_older(unit: Connection, before: datetime) -> None:
    """Nothing that was said before this moment is found any more; to be called before the messages go."""
    old = and_(
        MESSAGE.c.conversation_id == ENTRY.c.conversation_id, MESSAGE.c.number == ENTRY.c.number, MESSAGE.c.at < before
    )
    _forget(unit, select(MESSAGE.c.number).where(old).exists())


def again(unit: Connection, conversation_id: int) -> None:
    """Follow this conversation anew from its beginning: it belongs to another unit now."""
    forget(unit, conversation_id)
    unit.execute(update(CONVERSATION).where(CONVERSATION.c.id == conversation_id).values(followed=0))


def _forget(unit: Connection, which: Any) -> None:
    if unit.dialect.name == "sqlite":
        known = unit.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'log_words'")).first()
        gone = [{"id": r.id, "words": r.words} for r in unit.execute(select(ENTRY.c.id, ENTRY.c.words).where(which))]
        if known and gone:
            unit.execute(text("INSERT INTO log_words (log_words, rowid, words) VALUES ('delete', :id, :words)"), gone)
            # Until its leaves are merged the index still holds the words that went; a savepoint makes it write out first what
            # it has only noted, or the merge would come too early.
            with unit.begin_nested():
                unit.execute(text("INSERT INTO log_words (log_words, rank) VALUES ('merge', -200)"))
    unit.execute(delete(ENTRY).where(which))


def behind_at_all(unit: Connection) -> bool:
    """Whether there is anything to follow: asked on a reading connection, so that waiting costs the writer nothing."""
    return unit.execute(select(CONVERSATION.c.id).where(text("last > followed")).limit(1)).first() is not None
