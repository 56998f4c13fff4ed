"""A conversation's messages for channels that are read, not written to: the log is the mailbox, and "seen" is "sent"."""

from sqlalchemy import Connection

from bot.message import Attended, Message, Progress
from bot.ports import Clock, Wake
from bot.turn import Turn, message_of
from flows.speech import Address
from storage import conversations, handover, messages
from storage.audit import AuditLog
from storage.erasing import ERASED
from storage.erasures import Erasures, erase_for_good
from storage.store import Store

MOST = 100


class ReadMailbox:
    """The `Mailbox` port over the store."""

    def __init__(self, store: Store, turn: Turn, erasures: Erasures, audit: AuditLog, clock: Clock, wake: Wake) -> None:
        self._store, self._turn = store, turn
        self._erasures, self._audit, self._clock, self._wake = erasures, audit, clock, wake

    async def after(self, address: Address, number: int) -> tuple[list[Message], Progress | None]:
        """Messages with a greater number, oldest first, at most 100, and where the person stands."""
        return await self._store.read(lambda unit: self._read(unit, address, number, None))

    async def newest(self, address: Address, most: int) -> tuple[list[Message], Progress | None]:
        """The last `most` messages, oldest first."""
        return await self._store.read(lambda unit: self._read(unit, address, 0, most))

    async def attended(self, address: Address) -> Attended | None:
        """Whether a person of the staff has this conversation, and how far they have read."""

        def query(unit: Connection) -> Attended | None:
            held = conversations.find(unit, address)
            person = handover.of(unit, held.id) if held is not None else None
            return Attended(person.read_upto, person.read_at) if person is not None and person.owned else None

        return await self._store.read(query)

    async def seen(self, address: Address, upto: int) -> None:
        """The page has shown everything up to this number: that is delivered."""

        def work(unit: Connection) -> None:
            held = conversations.find(unit, address)
            if held is not None:
                messages.acknowledge(unit, held.id, upto)

        await self._store.write(work)

    async def forget(self, address: Address) -> None:
        """Remove the conversation with everything in it, for good."""
        now = self._clock.now()

        def work(unit: Connection) -> None:
            held = conversations.find(unit, address)
            if held is not None:
                erase_for_good(unit, self._erasures, self._audit, held.id, now, why="asked")

        await self._store.write(work)
        self._wake.wake(ERASED)

    def _read(
        self, unit: Connection, address: Address, number: int, most: int | None
    ) -> tuple[list[Message], Progress | None]:
        held = conversations.find(unit, address)
        if held is None:
            return [], None
        found = messages.after(unit, held.id, number, MOST) if most is None else messages.newest(unit, held.id, most)
        return [message_of(m) for m in found], self._turn.progress(held.talk, held.journey)
