"""When the OA may write: windows after an interaction, quotas, the night, and how often a minute."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from typing import Any

from bot.emulators.clock import Clock
from bot.emulators.rules import Switches
from bot.emulators.zalo_oa.answers import oa
from bot.emulators.zalo_oa.console import Console
from bot.emulators.zalo_oa.contacts import Contact, Contacts

VIETNAM = timezone(timedelta(hours=7))
FREE = timedelta(hours=48)
OPEN = timedelta(days=7)
REMAIN = "8"


@dataclass(slots=True)
class Limits:
    """The counters of one OA."""

    clock: Clock
    switches: Switches
    contacts: Contacts
    console: Console
    used: "Counter[str]" = field(default_factory=Counter)

    def night(self) -> bool:
        """22:00 to 06:00 in Vietnam."""
        hour = self.clock.now().astimezone(VIETNAM).hour
        return hour >= 22 or hour < 6

    def counted(self) -> tuple[int, int]:
        """Count one call of this minute: the limit and what remains. RefusedError -32 beyond it."""
        limit = self.switches.number("calls_a_minute")
        minute = f"minute {int(self.clock.now().timestamp()) // 60}"
        self.used[minute] += 1
        return limit, limit - self.used[minute]

    def reachable(self, contact: Contact) -> None:
        """RefusedError when no message of any kind gets to this citizen."""
        if contact.inactive:
            raise oa(-227)
        if contact.blocked:
            raise oa(-217)

    def consultation(self, contact: Contact) -> dict[str, Any]:
        """Whether a consultation message may go, and what it is charged to: the `quota` of the answer."""
        self.reachable(contact)
        since = self.contacts.since(contact)
        if since is None:
            raise oa(-232)
        if since > OPEN:
            raise oa(int(self.switches["window_code"]))
        if since <= FREE:
            return {"quota_type": "reply", **self._remain(REMAIN, REMAIN)}
        for kind in ("sub_quota", "purchase_quota"):
            total = self.switches.number(kind)
            if self.used[kind] < total:
                self.used[kind] += 1
                owner = {"owner_type": "OA", "owner_id": self.console.oa_id}
                return {"quota_type": kind, **self._remain(str(total - self.used[kind]), str(total)), **owner}
        raise oa(-211)

    def purchase(self) -> dict[str, Any]:
        """A template message is always paid for."""
        total = self.switches.number("purchase_quota")
        if self.used["purchase_quota"] >= total:
            raise oa(-211)
        self.used["purchase_quota"] += 1
        return {"quota_type": "purchase_quota", "remain": total - self.used["purchase_quota"]}

    def today(self) -> tuple[int, int]:
        """The daily quota of messages by phone: all of it, and what remains."""
        total = self.switches.number("daily_quota")
        return total, total - self.used[self._day()]

    def count_today(self) -> None:
        self.used[self._day()] += 1

    def uploaded(self) -> None:
        """Count an upload of this month; RefusedError -211 beyond the quota."""
        month = f"uploads {self.clock.now().astimezone(VIETNAM):%Y-%m}"
        if self.used[month] >= self.switches.number("uploads_a_month"):
            raise oa(-211)
        self.used[month] += 1

    def of_person(self, contact: Contact) -> dict[str, Any]:
        """The answer of quota/message for one citizen."""
        last = "" if contact.last is None else str(int(contact.last.timestamp() * 1000))
        return {
            "last_interaction": last,
            "cs_reply": {"remain": 8, "total": 8},
            "promotion": {"daily_remain": 0, "daily_total": 1, "monthly_remain": 4, "monthly_total": 6},
        }

    def of_oa(self, kind: str) -> list[dict[str, Any]]:
        """The answer of quota/message for the OA: each quota, or the one asked for."""
        return [
            {
                "asset_id": f"mo-phong-{name}",
                "product_type": "cs",
                "quota_type": name,
                "valid_through": "31/12/2026",
                "total": self.switches.number(name),
                "remain": self.switches.number(name) - self.used[name],
            }
            for name in ("sub_quota", "purchase_quota")
            if kind in ("", name)
        ]

    def _day(self) -> str:
        return f"day {self.clock.now().astimezone(VIETNAM):%Y-%m-%d}"

    def _remain(self, remain: str, total: str) -> dict[str, str]:
        return {"remain": remain, "total": total} if self.switches["quota_remain"] == "told" else {}
