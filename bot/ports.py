"""What parts of the house ask of each other without knowing each other."""

import asyncio
from datetime import UTC, datetime
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.message import Attended, Event, Failed, Letter, Message, Pace, Progress, Sent, Sentence, Taken
from flows.speech import Address

OUTBOX = "outbox"  # the topic woken when something waits to be sent
ERRANDS = "errands"  # the topic woken when something is to be asked or done after a turn
LOG = "log"  # the topic woken when a turn has written something


class Clock(Protocol):
    """The only time in the house; tests compress it."""

    def now(self) -> datetime:
        """This moment, aware, UTC."""
        ...

    async def sleep_until(self, moment: datetime) -> None:
        """Return when `moment` has come."""
        ...


class Wake(Protocol):
    """A hint that something changed for a topic; polling is the truth."""

    def wake(self, topic: str) -> None: ...

    async def wait(self, topic: str, seconds: float) -> bool:
        """True when the topic was woken, False when the time is over."""
        ...


class Door(Protocol):
    """The one door: everything that happens enters here."""

    async def take(self, event: Event) -> Taken:
        """Take an event; returns after its effect is stored. UnavailableError when it could not be: try again."""
        ...


class Mailbox(Protocol):
    """A conversation's messages, for channels that are read instead of written to."""

    async def after(self, address: Address, number: int) -> tuple[list[Message], Progress | None]: ...

    async def newest(self, address: Address, most: int) -> tuple[list[Message], Progress | None]: ...

    async def attended(self, address: Address) -> Attended | None: ...

    async def seen(self, address: Address, upto: int) -> None: ...

    async def forget(self, address: Address) -> None: ...


class PageChat(Protocol):
    """A chat that stands on a page: which conversation a token opens, and which one a browser holds."""

    def routes(self) -> list[BaseRoute]:
        """The addresses its script asks."""
        ...

    def address(self, token: str) -> Address:
        """The conversation that a token opens."""
        ...

    def held(self, request: Request) -> Address | None:
        """The conversation that this browser holds, if any."""
        ...

    def remember(self, response: Response, token: str) -> None:
        """Let this browser hold the conversation of a token."""
        ...


class Sender(Protocol):
    """A channel that is written to. One object may serve several bots of one platform."""

    pace: Pace

    async def send(self, letter: Letter) -> Sent | Failed:
        """Send one message within the channel's own deadline; never raises but for a fault of ours."""
        ...

    async def reachable(self, bot: str) -> bool:
        """Whether the platform answers this bot, asked by something that has no effect."""
        ...

    async def typing(self, address: Address) -> None:
        """Show that an answer is on its way; best effort, never raises."""
        ...

    async def health(self) -> list[Sentence]:
        """What a person who installs this should know: token, address, secret, certificate."""
        ...


class Channel(Sender, Protocol):
    """A platform that is written to, as `main` opens and closes it."""

    def routes(self) -> list[BaseRoute]:
        """Where its webhooks arrive; none when it polls."""
        ...

    async def start(self) -> None:
        """Begin to listen. Never waits for a network: what needs one is begun here and goes on by itself."""
        ...

    async def rest(self) -> None:
        """Take nothing new in any more."""
        ...

    async def stop(self) -> None:
        """Let go of connections, after the last message has left."""
        ...


class Secrets(Protocol):
    """Values of the house's own that change by use, such as a pair of tokens; sealed, one to all processes. Any error means
    that nobody knows whether it was done: read again."""

    async def read(self, name: str) -> tuple[str, int]:
        """The value and the number of its version; "" and 0 where there never was one."""
        ...

    async def lease(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        """Be the one to change it until then; False while another is. `until` no later than `now` lets it go."""
        ...

    async def swap(self, name: str, version: int, value: str) -> bool:
        """Put `value` in the place of that version; False, and nothing changed, where there is a newer one."""
        ...


class UnavailableError(Exception):
    """The house cannot keep anything at the moment; nothing was taken, the sender should try again."""


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep_until(self, moment: datetime) -> None:
        while (left := (moment - self.now()).total_seconds()) > 0:  # noqa: ASYNC110 - the clock may be set while we sleep
            await asyncio.sleep(min(left, 60))


class LocalWake:
    """Hints within one process."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Future[None]]] = {}

    def wake(self, topic: str) -> None:
        for future in self._waiting.pop(topic, ()):
            if not future.done():
                future.set_result(None)

    async def wait(self, topic: str, seconds: float) -> bool:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(topic, set()).add(future)
        try:
            await asyncio.wait_for(future, seconds)
        except TimeoutError:
            return False
        finally:
            waiting = self._waiting.get(topic)
            if waiting is not None:
                waiting.discard(future)
                if not waiting:
                    del self._waiting[topic]
        return True
