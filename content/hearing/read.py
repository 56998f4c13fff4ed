"""read(text, offer) → a pick, a sign, something unread, or just words."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from flows.core.vietnamese import fold, tidy
from flows.speech import Offer, Opened, Pick, Sign, Unread, Words

LONGEST = 4000
ROOT = Path(__file__).parent.parent

_COMMANDS: Mapping[str, Sign] = {
    "menu": Sign.MENU, "help": Sign.HELP, "back": Sign.BACK, "again": Sign.AGAIN, "stop": Sign.STOP,
    "person": Sign.PERSON, "restart": Sign.RESTART, "slower": Sign.SLOWER,
}  # fmt: skip
_NUMBER_WORDS = ("mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin", "muoi")
_PICKED = re.compile(
    r"(?:(?:chon|bam|so|cau|y|lua chon|phuong an|cai)\s+)*(?:so\s*)?(\d{1,2}|" + "|".join(_NUMBER_WORDS) + r")[.)]?"
)
_PUNCTUATION = re.compile(r"[^\w\s]+")
_POLITE = (
    re.compile(
        r"^(?:da|vang|u|um|roi|thoi|muon|(?:cho|toi|tui|em|con|chau|bac|minh) (?:toi|tui|em|con|chau|bac|minh|muon))\s+"
    ),
    re.compile(r"\s+(?:a|nhe|nha|nhen|di|voi|cai|(?:giup|gium)(?: voi)?|(?:duoc|dc) (?:khong|ko|k))$"),
)


class Hearing:
    """The rules, in every language we have words for; the classifier joins them in a later chapter."""

    def __init__(self, root: Path = ROOT) -> None:
        written = [tomllib.loads(f.read_text(encoding="utf-8"))["signs"] for f in sorted(root.glob("*/signs.toml"))]
        spoken = [(p, sign) for phrases in written for sign in Sign for p in phrases.get(sign.value, ())]
        self._signs = {_plain(p): sign for p, sign in spoken}
        self._accented = {_accented(p) for p, _ in spoken}

    def read(self, text: str, offer: Offer | None) -> Opened | Pick | Sign | Unread | Words:
        """What the words mean at this moment. `text` is shielded already."""
        text = tidy(text)
        if len(text) > LONGEST:
            return Unread.TOO_LONG
        plain = _plain(text)
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
            return _picked(plain, offer, exact=True) or sign
        return _picked(plain, offer) or Words(text)

    def _sign(self, text: str, plain: str) -> Sign | None:
        """A sign said as it is, or with a polite word before or after it. One word with accents must have the right
        ones: "đúng" is no "dừng"."""
        if len(plain.split()) == 1 and _accented(text) not in (plain, *self._accented):
            return None
        tried = [plain]
        for polite in _POLITE:
            tried += [shorter for known in tried if (shorter := polite.sub("", known).strip()) != known]
        return next((self._signs[t] for t in tried if t in self._signs), None)


def _picked(plain: str, offer: Offer | None, *, exact: bool = False) -> Pick | None:
    """The choice meant by a number, its label, or its first words (when only one label begins so)."""
    if offer is None or not offer.choices:
        return None
    labels = [_plain(label) for _, label in offer.choices]
    if plain in labels:
        return Pick(offer.place, offer.choices[labels.index(plain)][0])
    if exact:
        return None
    if found := _PICKED.fullmatch(plain):
        said = found[1]
        number = int(said) if said.isdecimal() else _NUMBER_WORDS.index(said) + 1
        if 1 <= number <= len(labels):
            return Pick(offer.place, offer.choices[number - 1][0])
    words = plain.split()
    if len(plain) >= 4:
        begins = [i for i, label in enumerate(labels) if label.split()[: len(words)] == words]
        if len(begins) == 1:
            return Pick(offer.place, offer.choices[begins[0]][0])
    return None


def _plain(text: str) -> str:
    """Folded, without punctuation at all: what two people mean by the same label."""
    return " ".join(_PUNCTUATION.sub(" ", fold(text)).split())


def _accented(text: str) -> str:
    """Lower case without punctuation, accents kept."""
    return " ".join(_PUNCTUATION.sub(" ", unicodedata.normalize("NFC", text.casefold())).split())


def _has_symbols(text: str) -> bool:
    return any(unicodedata.category(c).startswith("S") for c in text)
