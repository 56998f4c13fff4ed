"""What was erased stays erased: one line an erasure in a file of its own, which no backup replaces and every start reads.

A line holds a time and two blind indexes (of the address and of the conversation): with the root key one can ask whether
something was erased, without it nothing is learnt. The file lies beside the database, or where DONGHANH_ERASURES_FILE says.
"""

import fcntl
import os
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, select

from storage import marks
from storage.audit import HOUSE, Act, AuditLog
from storage.conversations import CONVERSATION
from storage.erasing import Erased, erase_of
from storage.vault import Vault

_TITLE = re.compile(r"donghanh erasures 1 ([0-9a-f]{16})")
_LINE = re.compile(r"(\S+Z) ([0-9a-f]{32}) ([0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class Line:
    """One erasure."""

    at: datetime
    address: str
    conversation: str


class Erasures:
    """The file at `path`, read and written with the blind indexes of `vault`."""

    def __init__(self, path: Path, vault: Vault) -> None:
        self._path, self._vault = path, vault

    def append(self, address_key: str, conversation_id: int, at: datetime) -> int:
        """Write one line down; returns only when the disk has it. A line too many does no harm (it is found erased already),
        so this may be called inside a transaction that is run again. Returns where the file now ends. OSError when it
        cannot be written: then nothing may be erased, or the erasure would not outlive a restore."""
        stamp = at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        line = f"{stamp} {self._vault.blind('erased address', address_key)} {self._blind(conversation_id)}\n"
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            size = os.fstat(file).st_size
            if not size:
                line = f"donghanh erasures 1 {secrets.token_hex(8)}\n{line}"
            elif os.pread(file, 1, size - 1) != b"\n":
                line = "\n" + line  # the machine went down in the middle of a line
            os.write(file, line.encode())
            os.fsync(file)
            end = os.fstat(file).st_size
        finally:
            os.close(file)
        if not size:
            folder = os.open(self._path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        return end

    def read(self, after: int = 0) -> list[Line]:
        """Every whole line behind this place in the file, oldest first; none where there is no file."""
        if not self._path.exists():
            return []
        with self._path.open("rb") as file:
            file.seek(after)
            written = file.read().decode("ascii", "replace")
        found = (_LINE.fullmatch(line) for line in written.splitlines())
        return [Line(datetime.fromisoformat(f[1]), f[2], f[3]) for f in found if f]

    def note(self, unit: Connection, end: int) -> None:
        """The database knows the file up to here."""
        marks.write(unit, self._vault, self._mark(), str(end))

    def reapply(self, unit: Connection) -> int:
        """Erase again whatever the file says was erased and this database still has: it is an older one, put back. Costs one
        look at the end of the file when the database knows it. Returns how many conversations went."""
        size = self._path.stat().st_size if self._path.exists() else 0
        if not size:
            return 0
        seen = int(marks.read(unit, self._vault, self._mark()) or 0)
        if seen == size:
            return 0
        gone = {line.conversation for line in self.read(seen if seen < size else 0)}
        back = [id_ for id_ in unit.execute(select(CONVERSATION.c.id)).scalars() if self._blind(id_) in gone]
        for conversation_id in back:
            erase_of(unit, self._vault, conversation_id, datetime.now(UTC))
        self.note(unit, size)
        return len(back)

    def erase(self, unit: Connection, conversation_id: int, at: datetime) -> Erased:
        """`erase_of` with this file's key."""
        return erase_of(unit, self._vault, conversation_id, at)

    def _blind(self, conversation_id: int) -> str:
        return self._vault.blind("erased conversation", str(conversation_id))

    def _mark(self) -> str:
        """Under which name the database notes how far it knows this file: another file begins anew."""
        with self._path.open("rb") as file:
            title = _TITLE.match(file.readline(80).decode("ascii", "replace"))
        return f"erasures {title[1] if title else 'unnamed'}"


def erase_for_good(
    unit: Connection, erasures: Erasures, audit: AuditLog, conversation_id: int, at: datetime, *, why: str,
    staff_id: int = HOUSE,
) -> Erased:  # fmt: skip
    """Erase a conversation because somebody asked for it: first the line in the file, then all of `erase_of`, and the
    evidence in the audit (how many rows of what, what had been agreed to when; never whose or what). In the caller's
    transaction, which may be run again. `why` in a word: "asked", "terminal". OSError: nothing was erased."""
    address = unit.execute(select(CONVERSATION.c.address).where(CONVERSATION.c.id == conversation_id)).scalar()
    if address is None:
        return Erased({})
    end = erasures.append(address, conversation_id, at)
    erased = erasures.erase(unit, conversation_id, at)
    erasures.note(unit, end)
    counts = " ".join(f"{name}:{count}" for name, count in sorted(erased.counts.items()))
    consents = "; ".join(erased.consents)
    audit.append(unit, at, staff_id, Act.ERASE, about=conversation_id, why=why, rows=counts, consents=consents)
    return erased
