"""The way of an event to the bot: held for the next getUpdates, or carried to the webhook; never both."""

import asyncio
import json
from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.requests import Request

from bot.emulators.addresses import is_https, is_public
from bot.emulators.clock import Clock
from bot.emulators.faults import Faults, Kind, gone
from bot.emulators.journal import Journal
from bot.emulators.postman import Parcel, Postman
from bot.emulators.rules import Switches
from bot.emulators.zalo_bot.answers import bad, idle
from bot.emulators.zalo_bot.events import Event, enveloped

SECRET_HEADER = "X-Bot-Api-Secret-Token"
ALIVE = 5.0  # seconds after a poll in which the next one is still expected
AGAIN = (1.0, 5.0, 30.0)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where events are carried to; no address: nowhere."""

    url: str = ""
    secret: str = ""
    updated_at: int = 0


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an event, and the request that carries it or would carry it."""

    way: str  # webhook, polling or lost
    headers: dict[str, str]
    body: str


class Updates:
    """The bot's one queue and its webhook."""

    def __init__(self, clock: Clock, journal: Journal, faults: Faults, switches: Switches, postman: Postman) -> None:
        self._clock, self._journal, self._faults = clock, journal, faults
        self._switches, self._postman = switches, postman
        self._queue: deque[Event] = deque()
        self._polls: deque[asyncio.Future[Event]] = deque()
        self._polled_until = clock.now() - timedelta(days=1)
        self.webhook = Webhook()

    # ---- from Zalo to the bot ----

    def happened(self, event: Event, lane: str) -> Fate:
        """An event for the bot. `lane` is the conversation, whose events stay in order."""
        body = json.dumps(enveloped(event, self._switches), ensure_ascii=False)
        headers = {"Content-Type": "application/json", SECRET_HEADER: self.webhook.secret}
        if self.webhook.url:
            self._journal.note("event", way="webhook", event=event)
            self._postman.carry(
                Parcel(
                    self.webhook.url,
                    body.encode(),
                    headers,
                    lane,
                    float(self._switches.number("webhook_seconds")),
                    AGAIN if self._switches.on("webhook_retries") else (),
                )
            )
            return Fate("webhook", headers, body)
        if self._switches["unpolled"] == "lost" and not self._is_polled():
            self._journal.note("event", way="lost", event=event)
            return Fate("lost", headers, body)
        self._journal.note("event", way="polling", event=event)
        self._queue.append(event)
        self._serve_polls()
        return Fate("polling", headers, body)

    async def next(self, seconds: float, request: Request) -> Event:
        """The oldest event, which is then gone; 408 when none comes in time. RefusedError with a webhook set."""
        if self.webhook.url:
            raise bad("getUpdates is not available while a webhook is set; call deleteWebhook first")
        waiting: asyncio.Future[Event] = asyncio.get_running_loop().create_future()
        self._polls.append(waiting)
        self._serve_polls()
        if not waiting.done():
            self._journal.note("poll", seconds=seconds)
        limit = asyncio.create_task(self._clock.sleep(seconds))
        hung_up = asyncio.create_task(gone(request))
        first: set[asyncio.Future[Any]] = {waiting, limit, hung_up}
        try:
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
            if not waiting.done():
                raise idle()
            event = waiting.result()
            if self._faults.strike("webhook", Kind.DUPLICATE) is not None:
                self._queue.appendleft(event)
            return event
        finally:
            if waiting in self._polls:
                self._polls.remove(waiting)
            limit.cancel()
            hung_up.cancel()
            self._polled_until = self._clock.now() + timedelta(seconds=ALIVE)

    @property
    def waiting(self) -> int:
        """How many events nobody has fetched."""
        return len(self._queue)

    def _serve_polls(self) -> None:
        while self._queue and self._polls:
            poll = self._polls.popleft()
            if not poll.done():
                poll.set_result(self._queue.popleft())

    def _is_polled(self) -> bool:
        return bool(self._polls) or self._clock.now() < self._polled_until

    # ---- the webhook ----

    async def set_webhook(self, url: Any, secret: Any) -> dict[str, Any]:
        """Keep the address, whether or not it answers the probe; RefusedError for one that is not allowed."""
        private = self._switches["private_hosts"] == "allowed"
        if not isinstance(url, str) or not (is_https(url) or (private and url.startswith("http://"))):
            raise bad("url must be an https address")
        if not private and not is_public(url):
            raise bad("url must be reachable from the internet: no localhost, no private network")
        if not isinstance(secret, str) or not 8 <= len(secret) <= 256:
            raise bad("secret_token must have 8 to 256 characters")
        self.webhook = Webhook(url, secret, self._clock.ms())
        result = self.standing()
        verification = await self.probe()
        return result | ({"verification": verification} if self._switches.on("verification") else {})

    def delete_webhook(self) -> dict[str, Any]:
        self.webhook = Webhook(updated_at=self._clock.ms())
        return self.standing()

    def standing(self) -> dict[str, Any]:
        return {"url": self.webhook.url, "updated_at": self.webhook.updated_at}

    async def probe(self) -> dict[str, Any]:
        """An empty POST without a Content-Type, carrying the secret; `ok` when it was answered with 2xx."""
        url = self.webhook.url
        answered = await self._postman.knock(url, {SECRET_HEADER: self.webhook.secret}, b"", within=5)
        fine = isinstance(answered, int) and 200 <= answered < 300
        self._journal.note("probe", url=url, answered=answered, taken=fine)
        return {"ok": fine, "hint": "" if fine else f"the address did not answer with 2xx: {answered}"}
