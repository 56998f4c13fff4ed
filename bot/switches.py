"""What the documents of Zalo leave open, or readers of them tell differently: a switch each, set in one place.

The switches themselves stand with the channel they are about; a name begins with its product ("bot_", "oa_").
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.message import Rate
from bot.settings import SettingError
from flows.speech import Limits

SETTING = "DONGHANH_ZALO_SWITCHES"
LINK = "https://zalo.me/"
LONGEST_LINE = 500  # letters of one line of the book; a test holds the book to it
PRODUCTS = ("bot_", "oa_")


@dataclass(frozen=True, slots=True)
class Switch:
    """One open question. `options`: the values it can have, the first one the default; or `kind` says what a value is:
    seconds, letters (at least `least`), a count, numbers, a rate ("60/60": 60 a second, 60 at once; "off": as fast as they
    come), a link, or a code."""

    name: str
    says: str
    options: tuple[str, ...] = ()
    kind: str = ""
    usual: str = ""
    least: int = 0

    @property
    def default(self) -> str:
        return self.options[0] if self.options else self.usual


class Switches:
    """The switches of one product as the settings have them; those of the others are passed over."""

    def __init__(self, product: str, known: Sequence[Switch], given: Iterable[str]) -> None:
        """SettingError says what is wrong with a setting, and what may be."""
        self._product, by_name = product, {s.name: s for s in known}
        self._values = {s.name: s.default for s in known}
        for one in given:
            name, _, value = one.partition("=")
            if name.startswith(PRODUCTS) and not name.startswith(product):
                continue
            if name not in by_name:
                raise SettingError(f"{SETTING}: there is no switch {name}; there are {', '.join(by_name)}.")
            self._values[name] = _read(by_name[name], value)

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def number(self, name: str) -> int:
        return int(self._values[name])

    def rate(self, name: str) -> Rate | None:
        return _rate(self._values[name])

    def numbers(self, name: str) -> frozenset[int]:
        return frozenset(int(one) for one in self._values[name].split("/"))

    def limits(self, usual: Limits) -> Limits:
        """What the channel can carry, as the switches have it: replies between two messages, and how many lines go as one."""
        joins = max(1, self.number(f"{self._product}joins") // LONGEST_LINE)
        return replace(usual, replies=self.number(f"{self._product}replies") or None, joins=joins)

    def sentence(self) -> str:
        """All switches as they stand, for the person who installs this."""
        return f"{SETTING}: " + " ".join(f"{name}={value or '(none)'}" for name, value in self._values.items())


def _read(switch: Switch, value: str) -> str:
    """A value as it may be; SettingError says what may be."""
    may, good = _may_be(switch, value)
    if not good:
        raise SettingError(f"{SETTING}: {switch.name} is “{value}”; give {may}: {switch.name}={switch.default}.")
    return value


def _may_be(switch: Switch, value: str) -> tuple[str, bool]:
    """What a value may be, in words, and whether this one is."""
    if switch.options:
        return " or ".join(switch.options), value in switch.options
    match switch.kind:
        case "seconds":
            return "a number of seconds from 1 to 600", _is_whole(value, 1, 600)
        case "letters":
            return f"a number of letters from {switch.least} to 2000", _is_whole(value, switch.least, 2000)
        case "count":
            return "a number from 1 to 99, or 0 for no limit", _is_whole(value, 0, 99)
        case "numbers":
            whole = re.fullmatch(r"-?\d{1,9}(/-?\d{1,9})*", value, re.ASCII) is not None
            return "whole numbers with / between them", whole
        case "link":
            return f"an address that begins with {LINK}", not value or value.startswith(LINK)
        case "code":
            return "the letters, digits, - and _ of the code", re.fullmatch(
                r"[\w-]{0,100}", value, re.ASCII
            ) is not None
        case _:
            return f"“per second/at once” ({switch.default}) or off", value == "off" or _rate(value) is not None


def _is_whole(value: str, least: int, most: int) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 9 and least <= int(value) <= most


def _rate(value: str) -> Rate | None:
    per_second, _, burst = value.partition("/")
    try:
        speed = float(per_second)
    except ValueError:
        return None
    return Rate(speed, int(burst)) if 0.01 <= speed <= 1000 and _is_whole(burst, 1, 1000) else None
