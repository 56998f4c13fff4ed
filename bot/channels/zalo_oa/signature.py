"""Whether an event comes from Zalo: a SHA-256 over the very bytes that came, with a key only Zalo and we have."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from bot.channels.zalo_oa.reading import id_of
from bot.channels.zalo_oa.switches import Switches

HEADER = "x-zevent-signature"
PREFIX = "mac="


class NoEventError(ValueError):
    """The body is no event: not JSON, not an object, or a name stands in it twice (of which one could be read, and another
    be signed)."""


@dataclass(frozen=True, slots=True)
class Seal:
    """What signatures are made of and looked at with."""

    app_id: str
    key: str = field(repr=False)
    begins_with: str = "app_id"
    prefix: str = "required"

    @classmethod
    def of(cls, app_id: str, oa_secret: str, app_secret: str, switches: Switches) -> "Seal":
        key = oa_secret if switches["oa_mac_secret"] == "oa_secret" else app_secret
        return cls(app_id, key, switches["oa_mac_id"], switches["oa_mac_prefix"])

    def genuine(self, raw: bytes, told: dict[str, Any], given: str, account: str) -> bool:
        """Whether `given` (the header) signs these bytes. `account`: the OA's id, empty where it is not known."""
        if self.prefix == "required" and not given.startswith(PREFIX):
            return False
        mac, at = given.removeprefix(PREFIX).encode("latin-1", "replace"), id_of(told.get("timestamp"))
        if not self.key or not at:
            return False
        right = [hmac.compare_digest(mac, self.mac(first, raw, at).encode()) for first in self._firsts(told, account)]
        return any(right)

    def mac(self, first: str, raw: bytes, at: str) -> str:
        """A plain SHA-256, no HMAC: id, bytes, timestamp, key (Zalo's MacUtils)."""
        return hashlib.sha256(first.encode() + raw + at.encode() + self.key.encode()).hexdigest()

    def _firsts(self, told: dict[str, Any], account: str) -> Sequence[str]:
        firsts = [self.app_id] if self.begins_with in ("app_id", "either") else []
        if self.begins_with in ("oa_id", "either"):
            firsts += [account] if account else _accounts(told)
        return firsts


def decoded(raw: bytes) -> dict[str, Any]:
    """The body of a post. NoEventError."""
    try:
        told = json.loads(raw.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise NoEventError(type(error).__name__) from None
    if not isinstance(told, dict):
        raise NoEventError("no object")
    return told


def _accounts(told: dict[str, Any]) -> list[str]:
    """The ids in an event that may be the OA's; without the key none of them helps anybody."""
    sides = [told.get(side) for side in ("recipient", "sender")]
    found = [id_of(told.get("oa_id")), *(id_of(side.get("id")) for side in sides if isinstance(side, dict))]
    return [one for one in found if one]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NoEventError("a name stands there twice")
    return found


def _no_number(name: str) -> NoReturn:
    raise NoEventError(name)
