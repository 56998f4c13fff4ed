"""Where an SMS goes: an inbox in memory beside the practice phone, or a provider over HTTP. One line, three ends."""

from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from bot.ports import LocalWake
from bot.registry.words import SENDER
from storage.registry.sms import Fate

OUTSIDE_MARK = "MO PHONG"
AGAIN_AFTER = timedelta(seconds=10)
WITHIN = 10.0  # seconds for an answer of the provider


@dataclass(frozen=True, slots=True)
class Sms:
    """One message: its id (the same at every attempt), the phone as ten digits, the words."""

    id: str
    to: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a sending ended: SENT, GIVEN_UP (surely not taken, and never will be), UNKNOWN (perhaps taken), or WAITING:
    surely not taken, try again after a while."""

    fate: Fate
    again_after: timedelta | None = None


Line = Callable[[Sms], Awaitable[Ended]]


@dataclass(frozen=True, slots=True)
class Arrived:
    """An SMS as it lies in an inbox."""

    number: int
    at: datetime
    sender: str
    text: str = field(repr=False)


class Inbox:
    """The messages of every invented phone, in memory alone: they hold codes. The oldest go first."""

    def __init__(self, wake: LocalWake, now: Callable[[], datetime], phones: int = 5_000, each: int = 50) -> None:
        self._wake, self._now, self._phones, self._each = wake, now, phones, each
        self._numbers = count(1)
        self._held: OrderedDict[str, deque[Arrived]] = OrderedDict()

    async def take(self, sms: Sms) -> Ended:
        """The line into this inbox."""
        mine = self._held.setdefault(sms.to, deque(maxlen=self._each))
        mine.append(Arrived(next(self._numbers), self._now(), SENDER, sms.text))
        self._held.move_to_end(sms.to)
        while len(self._held) > self._phones:
            self._held.popitem(last=False)
        self._wake.wake(self.topic(sms.to))
        return Ended(Fate.SENT)

    def after(self, phone: str, number: int) -> list[Arrived]:
        """What came to this phone (ten digits) after message `number`, the oldest first."""
        return [sms for sms in self._held.get(phone, ()) if sms.number > number]

    def empty(self, phone: str) -> None:
        """Forget what came to this phone."""
        self._held.pop(phone, None)

    @staticmethod
    def topic(phone: str) -> str:
        """What is woken when something comes to this phone."""
        return f"registry.inbox.{phone}"


class HttpLine:
    """A provider: POST {id, to, sender, text} as JSON with a bearer token; 2xx is sent, 429 and 503 is "later", any other
    4xx is refused, everything else unknown. What leaves the house says inside its text that it is no real message."""

    def __init__(self, url: str, token: str) -> None:
        from bot.http import HttpLanes  # whoever has no provider loads no HTTP client

        self._url, self._lanes = url, HttpLanes()
        self._headers = {"authorization": f"Bearer {token}"} if token else {}

    async def take(self, sms: Sms) -> Ended:
        """The line to the provider."""
        from bot.http import NotSentError, PerhapsSentError

        text = sms.text if sms.text.startswith(OUTSIDE_MARK) else f"{OUTSIDE_MARK}: {sms.text}"
        letter = {"id": sms.id, "to": sms.to, "sender": OUTSIDE_MARK, "text": text}
        try:
            answer = await self._lanes.ask(self._url, json=letter, headers=self._headers, within=WITHIN)
        except NotSentError:
            return Ended(Fate.WAITING, AGAIN_AFTER)
        except PerhapsSentError:
            return Ended(Fate.UNKNOWN)
        if 200 <= answer.status < 300:
            return Ended(Fate.SENT)
        if answer.status in (429, 503):
            return Ended(Fate.WAITING, _later(answer.headers.get("retry-after", "")))
        return Ended(Fate.GIVEN_UP if 400 <= answer.status < 500 else Fate.UNKNOWN)

    async def close(self) -> None:
        """Let go of connections."""
        await self._lanes.close()


def _later(said: str) -> timedelta:
    seconds = int(said) if said.isascii() and said.isdecimal() and len(said) <= 4 else 0
    return max(timedelta(seconds=seconds), AGAIN_AFTER)
