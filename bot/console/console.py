"""The console put together: its routes under /console, and the work it does by itself while the house stands."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from sqlalchemy import Connection
from starlette.routing import Mount

from bot.console.desk import Desk
from bot.console.gate import Gate
from bot.console.live import Live
from bot.console.looks import ROOT, pages
from bot.console.office import Office
from bot.console.parts import Parts, Room
from bot.console.passwords import Passwords
from bot.console.sign_in import SignIn
from bot.console.talk import TalkPages
from storage import log_index, units
from storage.audit import AuditLog


class Console:
    """Everything under /console. `close` ends its streams; `running` is to be held open while the house serves."""

    def __init__(self, parts: Parts) -> None:
        self.room = Room(parts, AuditLog(parts.vault), Passwords(parts.vault, parts.cost))
        self.gate = Gate(self.room)
        self.live = Live(self.room, self.gate)
        sign_in = SignIn(self.room, self.gate)
        desk = Desk(self.room, self.gate, sign_in)
        talk, office = TalkPages(self.room, self.gate, desk, sign_in), Office(self.room, self.gate)
        kinds = (sign_in, desk, talk, self.live, office)
        self.mount = Mount(ROOT, routes=[pages().assets(), *(route for kind in kinds for route in kind.routes())])

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Make what the log needs, follow it, and watch over those who wait."""
        await self.room.parts.store.write(self._stand)
        work = asyncio.create_task(self.live.run())
        try:
            yield
        finally:
            self.close()
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work
            self.room.passwords.close()

    def close(self) -> None:
        """Let open streams go."""
        self.live.close()

    def _stand(self, unit: Connection) -> None:
        """The root stands, the home of those who came by no door of anybody's, and the index of words."""
        parts = self.room.parts
        units.found(unit, parts.unit_name, parts.unit_week)
        if parts.unit_code and units.find(unit, parts.unit_code) is not None:
            units.open_door(unit, units.HOME_DOOR, parts.unit_code)
        if parts.unit_week:
            units.keep_hours(unit, parts.unit_code or units.ROOT, parts.unit_week)
        log_index.prepare(unit)
