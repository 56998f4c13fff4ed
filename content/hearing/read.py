"""read(text, offer) → a pick, a sign, something unread, or just words."""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

from content.catalogue import signs
from content.hearing import counting, labels
from content.hearing.meaning import Meaning, Understood, meaning
from flows.core.vietnamese import fold, tidy
from flows.speech import Offer, Opened, Pick, Sign, Unread, Words

LONGEST = 4000
ROOT = Path(__file__).parent.parent
TOPICS = Path(__file__).parent / "topics.toml"

_COMMANDS: Mapping[str, Sign] = {
    "menu": Sign.MENU, "help": Sign.HELP, "back": Sign.BACK, "again": Sign.AGAIN, "stop": Sign.STOP,
    "person": Sign.PERSON, "restart": Sign.RESTART, "slower": Sign.SLOWER,
}  # fmt: skip
_NUMBERED_LINE = re.compile(r"\s*(\d{1,2})\s*[.):/-]?\s+(?=\D)")
# A bare "không" begins half of all questions; it takes something back where the voice stops after it.
_TAKES_BACK = re.compile(
    r"^\W*(?:(?:a|o|oi|u|da|thoi chet|chet|xin loi)\W+)*(?:(?:khong|ko|hong|no)\s*[,.;:!–-]+|(?:khong|ko|hong) phai\b|"
    r"(?:nham|lon|sai)(?: roi)?\b|(?:toi|tui|em|con|minh|bac) (?:nham|lon)(?: roi)?\b|y (?:toi|tui|em|con|minh|bac) la\b|"
    r"sorry\b|i mean\b)\W*(?:(?:roi|la|dau|ma|phai)\b\W*)*"
)
_NOT = frozenset({"khong", "ko", "chua", "hong", "dung", "chang", "not", "dont"})
_POLITE = (
    re.compile(
        r"^(?:da|vang|u|um|roi|thoi|muon|(?:cho|toi|tui|em|con|chau|bac|minh) (?:toi|tui|em|con|chau|bac|minh|muon))\s+"
    ),
    re.compile(r"\s+(?:a|nhe|nha|nhen|di|voi|cai|(?:giup|gium)(?: voi)?|(?:duoc|dc) (?:khong|ko|k))$"),
)


class Hearing:
    """The rules, in every language we have words for, and behind them what was learnt from phrases."""

    def __init__(self, root: Path = ROOT) -> None:
        written = tuple(
            (phrase, sign)
            for told in signs(root).values()
            for sign in Sign
            for phrase in told["signs"].get(sign.value, ())
        )
        self._signs, self._accented = _folded(written)
        self._topics = _topics()

    def meant(self, said: Understood, place: str) -> Meaning:
        """What a message asks at a place: what the place is about weighs in."""
        return meaning(said, self._topics.get(place) or self._topics.get(place.partition(".")[0], frozenset()))

    def read(self, text: str, offer: Offer | None) -> Opened | Pick | Sign | Unread | Words:
        """What the words mean at this moment. `text` is shielded already."""
        text = tidy(text)
        if len(text) > LONGEST:
            return Unread.TOO_LONG
        plain = labels.plain(text)
        if not plain:
            return Unread.EMOJI if _has_symbols(text) else Unread.EMPTY
        if text.lstrip().startswith("/"):
            command = plain.split()[0]
            if command == "start":
                return Opened()
            if command in _COMMANDS:
                return _COMMANDS[command]
        if sign := self._sign(text, plain):
            # A label on show wins over a word understood everywhere.
            return _picked(text, offer, exact=True) or sign
        return _picked(text, offer) or Words(text)

    def corrected(self, text: str, answered: Sequence[tuple[Offer, str]]) -> Pick | None:
        """ "Không, tôi dùng iPhone": another choice of what was `answered` before (the choices, and which was picked), the
        newest first. Only where the message begins by taking something back, and the rest fits one choice and no other."""
        folded = fold(text)
        said = _TAKES_BACK.match(folded)
        if said is None:
            return None
        rest = set(labels.plain(folded[said.end() :]).split())
        for offer, before in answered:
            words = {exit_: set(labels.plain(label).split()) for exit_, label in offer.choices if exit_ != before}
            often = Counter(word for label in words.values() for word in label)
            fits = {
                exit_: sum(often[word] == 1 and len(word) > 2 for word in label & rest)
                for exit_, label in words.items()
                if rest & _NOT <= label  # "I do not see the code" is no choice that names the code
            }
            best = max(fits.values(), default=0)
            if best:
                meant = [exit_ for exit_, fit in fits.items() if fit == best]
                return Pick(offer.place, meant[0]) if len(meant) == 1 else None
        return None

    def _sign(self, text: str, plain: str) -> Sign | None:
        """A sign said as it is, or with a polite word before or after it. One word with accents must have the right
        ones: "đúng" is no "dừng"."""
        if len(plain.split()) == 1 and _accented(text) not in (plain, *self._accented):
            return None
        tried = [plain]
        for polite in _POLITE:
            tried += [shorter for known in tried if (shorter := polite.sub("", known).strip()) != known]
        return next((self._signs[t] for t in tried if t in self._signs), None)


@lru_cache(maxsize=8)
def _folded(spoken: tuple[tuple[str, Sign], ...]) -> tuple[Mapping[str, Sign], frozenset[str]]:
    """The phrases as they are compared, and the same with their accents."""
    return {labels.plain(p): sign for p, sign in spoken}, frozenset(_accented(p) for p, _ in spoken)


@cache
def _topics() -> Mapping[str, frozenset[str]]:
    told = tomllib.loads(TOPICS.read_text(encoding="utf-8"))
    return {name: frozenset(about) for name, about in (*told["flows"].items(), *told["places"].items())}


def _picked(text: str, offer: Offer | None, *, exact: bool = False) -> Pick | None:
    """The choice meant by its label, its number, both, or its first words; see `labels` and `counting`."""
    if offer is None or not offer.choices:
        return None
    shown = [label for _, label in offer.choices]
    index = labels.same(text, shown)
    if index is None and not exact:
        index = counting.which(text, len(shown))
        index = labels.which(text, shown) if index is None else index
        index = _line_as_shown(text, shown) if index is None else index
    return None if index is None else Pick(offer.place, offer.choices[index][0])


def _line_as_shown(text: str, shown: Sequence[str]) -> int | None:
    """ "2. Chưa thấy mã", copied or typed whole: the number and the label must agree."""
    number = _NUMBERED_LINE.match(text)
    index = labels.which(text[number.end() :], shown) if number else None
    return index if number and index == int(number[1]) - 1 else None


def _accented(text: str) -> str:
    """Lower case without punctuation, accents kept."""
    return " ".join(re.sub(r"[^\w\s]+", " ", unicodedata.normalize("NFC", text.casefold())).split())


def _has_symbols(text: str) -> bool:
    return any(unicodedata.category(c).startswith("S") for c in text)
