"""Carries the OA's events to its webhook: signed over the raw bytes, two seconds to answer in, five repetitions, then off."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from bot.emulators.addresses import is_https, is_public
from bot.emulators.journal import Journal
from bot.emulators.postman import Parcel, Postman
from bot.emulators.rules import Switches
from bot.emulators.zalo_oa.console import Console

SIGNATURE, SERVER, REPETITION = "X-ZEvent-Signature", "X-ZEvent-Server", "num_retry"
AGAIN = (30.0, 300.0, 900.0, 1800.0, 3600.0)


class WrongAddressError(Exception):
    """The console does not take this address; the text says why."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """The one webhook of the app."""

    console: Console
    switches: Switches
    journal: Journal
    postman: Postman

    def set(self, url: str) -> None:
        """Set where events go, and switch it on; an empty address takes it away."""
        private = self.switches["private_hosts"] == "allowed"
        if url and not (is_https(url) or (private and url.startswith("http://"))):
            raise WrongAddressError("The webhook must be an https address.")
        if url and not private and not is_public(url):
            raise WrongAddressError("The webhook must be reachable from the internet.")
        self.console.webhook, self.console.webhook_on = url, True
        self.journal.note("webhook", url=url)

    def happened(self, event: dict[str, Any], *, server: str = "") -> dict[str, Any]:
        """Send an event on its way: how it goes, and the request that carries it or would."""
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {"Content-Type": "application/json", SIGNATURE: self.signature(body, str(event["timestamp"]))}
        if server:
            headers[SERVER] = server
        goes = bool(self.console.webhook) and self.console.webhook_on
        self.journal.note("event", way="webhook" if goes else "lost", event=event)
        if goes:
            lane = str((event.get("sender") or {}).get("id", ""))
            within = self.switches.number("webhook_ms") / 1000
            self.postman.carry(
                Parcel(
                    self.console.webhook, body, headers, lane, within, AGAIN, REPETITION, self._taken, self._switch_off,
                    lambda: self.console.webhook_on,
                )
            )  # fmt: skip
        request = {"headers": headers, "body": body.decode()}
        return {"way": "webhook" if goes else "lost", "event": event, "request": request}

    def signature(self, body: bytes, timestamp: str) -> str:
        """A plain SHA-256 over id, raw body, timestamp and secret, as the header has it."""
        first = self.console.app_id if self.switches["mac_id"] == "app_id" else self.console.oa_id
        secret = self.console.oa_secret if self.switches["mac_secret"] == "oa_secret" else self.console.app_secret
        mac = hashlib.sha256(first.encode() + body + timestamp.encode() + secret.encode()).hexdigest()
        return f"mac={mac}" if self.switches["mac_prefix"] == "mac=" else mac

    def _taken(self, status: int) -> bool:
        return status == 200 or self.switches["retry_on"] == "no_answer"

    def _switch_off(self) -> None:
        self.console.webhook_on = False
        self.journal.note("webhook_off", url=self.console.webhook)
