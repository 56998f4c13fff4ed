"""What Zalo's documents leave open about Official Accounts, or readers of them tell differently: a switch each."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.message import Rate
from bot.settings import SettingError
from flows.speech import Limits

OURS, THEIRS = "oa_", "bot_"  # how the names of the two Zalo products' switches begin
LINK = "https://zalo.me/"
SETTING = "DONGHANH_ZALO_SWITCHES"
LONGEST_LINE = 500  # letters of one line of the book; a test holds the book to it


@dataclass(frozen=True, slots=True)
class Switch:
    """One open question. `options`: the values it can have, the first one the default; or `kind` says what a value is:
    letters, a count, numbers, a rate ("60/60": 60 a second, 60 at once; "off": as fast as they come), a link, or a code."""

    name: str
    says: str
    options: tuple[str, ...] = ()
    kind: str = ""
    usual: str = ""

    @property
    def default(self) -> str:
        return self.options[0] if self.options else self.usual


SWITCHES = (
    Switch("oa_mac_id", "what a webhook's signature begins with: the app's id by the documents, the OA's by a forum",
           ("app_id", "oa_id", "either")),
    Switch("oa_mac_secret", "which key signs: the OA secret key of the webhook page, or the app's own",
           ("oa_secret", "app_secret")),
    Switch("oa_mac_prefix", "whether “mac=” stands before the signature; readers differ", ("required", "optional")),
    Switch("oa_forged", "what an event with a wrong signature gets; “ignored” answers 200 and takes nothing, for the minute in "
           "which the console tries the address, should it try with one", ("refused", "ignored")),
    Switch("oa_verifier", "PKCE: a new verifier with each consent link, or one for good whose challenge is pasted into the "
           "console", ("link", "console")),
    Switch("oa_old_token", "what a refresh does to the old access token: it dies at once, or lives to its end; a dead one is "
           "the proof that a refresh whose answer was lost has happened", ("dies", "lives")),
    Switch("oa_spent", "by which numbers Zalo refuses a refresh token that it does not know any more, with / between them; no "
           "page lists them. Another number is taken for trouble with the app, and tried again", kind="numbers", usual="-14020"),
    Switch("oa_proof", "whether calls carry appsecret_proof; a refusal -242 asks for it", ("off", "on")),
    Switch("oa_buttons", "buttons besides the numbered lines: none, after the text, or as a list; no page of version 3 "
           "describes them, and a refusal falls back to the lines", ("off", "bare", "list")),
    Switch("oa_pictures", "the screens that go with some steps, uploaded once a week", ("on", "off")),
    Switch("oa_group", "what is heard in a group: what names the OA, everything, or nothing", ("mention", "all", "off")),
    Switch("oa_504", "504 to a message: it may have been taken all the same, or surely was not", ("unsure", "later")),
    Switch("oa_text_unit", "what the longest text is counted in; UTF-16 fits the other reading too", ("utf16", "code_points")),
    Switch("oa_text_most", "the longest text", kind="letters", usual="2000"),
    Switch("oa_joins", "short messages go as one, up to so many letters: replies are counted", kind="letters", usual="1000"),
    Switch("oa_replies", "how many messages we may send between two of the person, proved by `bot check`; 0 is no limit: since "
           "2026 replies within 48 hours are said to be free without one", kind="count", usual="8"),
    Switch("oa_pace", "how fast the OA sends; 4000 calls a minute are documented", kind="rate", usual="60/60"),
    Switch("oa_chat_pace", "how fast to one person", kind="rate", usual="1/4"),
    Switch("oa_group_pace", "how fast to one group", kind="rate", usual="0.5/5"),
    Switch("oa_link", f"the address of the private chat, shown in groups; without one it is {LINK} and the OA's id",
           kind="link"),
    Switch("oa_site", "the code by which Zalo knows that the domain is yours; then zalo_verifier….html is served",
           kind="code"),
)  # fmt: skip


class Switches:
    """The switches as the settings have them."""

    def __init__(self, given: Iterable[str]) -> None:
        known = {s.name: s for s in SWITCHES}
        self._values = {s.name: s.default for s in SWITCHES}
        for one in given:
            name, _, value = one.partition("=")
            if name.startswith(THEIRS):
                continue
            if name not in known:
                raise SettingError(f"{SETTING}: there is no switch {name}; there are {', '.join(known)}.")
            self._values[name] = _read(known[name], value)

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def number(self, name: str) -> int:
        return int(self._values[name])

    def rate(self, name: str) -> Rate | None:
        return _rate(self._values[name])

    def numbers(self, name: str) -> frozenset[int]:
        return frozenset(int(one) for one in self._values[name].split("/"))

    def limits(self, usual: Limits) -> Limits:
        """What an OA can carry, as the switches have it: replies between two messages, and how many lines go as one."""
        joins = max(1, self.number("oa_joins") // LONGEST_LINE)
        return replace(usual, replies=self.number("oa_replies") or None, joins=joins)

    def sentence(self) -> str:
        """All switches as they stand, for the person who installs this."""
        return f"{SETTING}: " + " ".join(f"{name}={value or '(none)'}" for name, value in self._values.items())


def _read(switch: Switch, value: str) -> str:
    """A value as it may be; SettingError says what may be."""
    if switch.options:
        may, good = " or ".join(switch.options), value in switch.options
    else:
        match switch.kind:
            case "letters":
                least = 100 if switch.name == "oa_text_most" else 0
                may, good = f"a number of letters from {least} to 2000", _is_whole(value, least, 2000)
            case "count":
                may, good = "a number from 1 to 99, or 0 for no limit", _is_whole(value, 0, 99)
            case "numbers":
                may, good = (
                    "whole numbers with / between them",
                    re.fullmatch(r"-?\d{1,9}(/-?\d{1,9})*", value, re.ASCII) is not None,
                )
            case "link":
                may, good = f"an address that begins with {LINK}", not value or value.startswith(LINK)
            case "code":
                may, good = (
                    "the letters, digits, - and _ of the code",
                    re.fullmatch(r"[\w-]{0,100}", value, re.ASCII) is not None,
                )
            case _:
                may, good = "“per second/at once” (60/60) or off", value == "off" or _rate(value) is not None
    if not good:
        raise SettingError(f"{SETTING}: {switch.name} is “{value}”; give {may}: {switch.name}={switch.default}.")
    return value


def _is_whole(value: str, least: int, most: int) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 9 and least <= int(value) <= most


def _rate(value: str) -> Rate | None:
    per_second, _, burst = value.partition("/")
    try:
        speed = float(per_second)
    except ValueError:
        return None
    return Rate(speed, int(burst)) if 0.01 <= speed <= 1000 and _is_whole(burst, 1, 1000) else None
