"""A conversation's messages for channels that are read, not written to: the log is the mailbox, and "seen" is "sent"."""

from sqlalchemy import Connection

from bot.message import Message, Progress
from bot.turn import Turn, message_of
from flows.speech import Address
from storage import conversations, erasing, messages
from storage.store import Store

MOST = 100


class ReadMailbox:
    """The `Mailbox` port over the store."""

    def __init__(self, store: Store, turn: Turn) -> None:
        self._store, self._turn = store, turn

    async def after(self, address: Address, number: int) -> tuple[list[Message], Progress | None]:
        """Messages with a greater number, oldest first, at most 100, and where the person stands."""
        return await self._store.read(lambda unit: self._read(unit, address, number, None))

    async def newest(self, address: Address, most: int) -> tuple[list[Message], Progress | None]:
        """The last `most` messages, oldest first."""
        return await self._store.read(lambda unit: self._read(unit, address, 0, most))

    async def seen(self, address: Address, upto: int) -> None:
        """The page has shown everything up to this number: that is delivered."""

        def work(unit: Connection) -> None:
            held = conversations.find(unit, address)
            if held is not None:
                messages.acknowledge(unit, held.id, upto)

        await self._store.write(work)

    async def forget(self, address: Address) -> None:
        """Remove the conversation with everything in it."""
        await self._store.write(lambda unit: erasing.forget(unit, address))

    def _read(
        self, unit: Connection, address: Address, number: int, most: int | None
    ) -> tuple[list[Message], Progress | None]:
        held = conversations.find(unit, address)
        if held is None:
            return [], None
        found = messages.after(unit, held.id, number, MOST) if most is None else messages.newest(unit, held.id, most)
        return [message_of(m) for m in found], self._turn.progress(held.talk, held.journey)
