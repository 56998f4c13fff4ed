"""What Zalo's documents leave open about bots, or say otherwise than the live service was seen to do: a switch each."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.message import Rate
from bot.settings import SettingError
from flows.speech import Limits

OURS, THEIRS = "bot_", "oa_"  # how the names of the two Zalo products' switches begin
LINK = "https://zalo.me/"
SETTING = "DONGHANH_ZALO_SWITCHES"
LONGEST_LINE = 500  # letters of one line of the book; a test holds the book to it


@dataclass(frozen=True, slots=True)
class Switch:
    """One open question. `options`: the values it can have, the first one the default; or `kind` says what a value is:
    seconds, letters, a count, a rate ("20/20": 20 per second, 20 at once; "off": as fast as they come), or a link."""

    name: str
    says: str
    options: tuple[str, ...] = ()
    kind: str = ""
    usual: str = ""

    @property
    def default(self) -> str:
        return self.options[0] if self.options else self.usual


SWITCHES = (
    Switch("bot_envelope", "events posted to the webhook: flat live, wrapped in result in the documents",
           ("any", "flat", "wrapped")),
    Switch("bot_text_unit", "what the longest text is counted in; UTF-16 fits the other reading too",
           ("utf16", "code_points")),
    Switch("bot_text_most", "the longest text", kind="letters", usual="2000"),
    Switch("bot_refusal", "what a refusal is read from: error_code of the body, or the HTTP status", ("body", "status")),
    Switch("bot_403", "403 to a message: the documents say “internal server error”; elsewhere it means a closed chat",
           ("later", "gone")),
    Switch("bot_404", "404 to a message: the chat cannot be reached, or this message is refused", ("gone", "refused")),
    Switch("bot_504", "504 to a message: it may have been taken all the same, or surely was not", ("unsure", "later")),
    Switch("bot_429_wait", "how long to wait when it is too much and no Retry-After comes", kind="seconds", usual="30"),
    Switch("bot_poll_refused", "getUpdates is refused (no code is documented for a webhook that is set): take the webhook "
           "away, or only wait", ("delete", "wait")),
    Switch("bot_poll_seconds", "how long one getUpdates is held open", kind="seconds", usual="25"),
    Switch("bot_follow", "user.follow and user.unfollow, known from one SDK: believed, or passed over", ("on", "off")),
    Switch("bot_pace", "how fast one bot sends; no number is published", kind="rate", usual="20/20"),
    Switch("bot_chat_pace", "how fast to one person", kind="rate", usual="1/4"),
    Switch("bot_group_pace", "how fast to one group", kind="rate", usual="0.5/5"),
    Switch("bot_joins", "short messages go as one, up to so many letters: packages count messages", kind="letters",
           usual="1000"),
    Switch("bot_replies", "how many messages we may send between two of the person, proved by `bot check`; 0 is no limit. None "
           "is known of a bot; eight are what an Official Account has", kind="count", usual="8"),
    Switch("bot_pictures", "the screens that go with some steps, fetched by Zalo from the house's own public address",
           ("on", "off")),
    Switch("bot_link", f"the address of the private chat, shown in groups ({LINK}…); none is documented", kind="link"),
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

    def limits(self, usual: Limits) -> Limits:
        """What a bot can carry, as the switches have it: replies between two messages, and how many lines go as one."""
        joins = max(1, self.number("bot_joins") // LONGEST_LINE)
        return replace(usual, replies=self.number("bot_replies") or None, joins=joins)

    def sentence(self) -> str:
        """All switches as they stand, for the person who installs this."""
        return f"{SETTING}: " + " ".join(f"{name}={value or '(none)'}" for name, value in self._values.items())


def _read(switch: Switch, value: str) -> str:
    """A value as it may be; SettingError says what may be."""
    if switch.options:
        may, good = " or ".join(switch.options), value in switch.options
    else:
        match switch.kind:
            case "seconds":
                may, good = "a number of seconds from 1 to 600", _is_whole(value, 1, 600)
            case "letters":
                may, good = "a number of letters from 0 to 2000", _is_whole(value, 0, 2000)
            case "count":
                may, good = "a number from 1 to 99, or 0 for no limit", _is_whole(value, 0, 99)
            case "link":
                may, good = f"an address that begins with {LINK}", not value or value.startswith(LINK)
            case _:
                may, good = "“per second/at once” (20/20) or off", value == "off" or _rate(value) is not None
    if switch.name == "bot_text_most" and good and int(value) < 100:
        may, good = "a number of letters from 100 to 2000", False
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
