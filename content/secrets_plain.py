"""The form of a text in which the house looks for secrets: one plain character for each that a person sees."""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise


class Secret(Enum):
    """What is never kept (house rule 7, T12). The values are stable: they are stored and counted."""

    CODE = "code"
    PASSWORD = "password"  # passcodes in words and answers to security questions too
    NATIONAL_ID = "national_id"
    OLD_ID = "old_id"
    BANK_CARD = "bank_card"
    NAME = "name"
    CARD_QR = "card_qr"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Find:
    """A secret at `start:end` of a `Plain`; `marker` is written in its place."""

    start: int
    end: int
    kind: Secret
    marker: str

    @classmethod
    def of(cls, start: int, end: int, kind: Secret) -> "Find":
        """With the kind's own marker; a phone's needs its last digits."""
        return cls(start, end, kind, MARKERS[kind])


MARKERS = {
    Secret.CODE: "[mã đã xoá]",
    Secret.PASSWORD: "[mật khẩu đã xoá]",
    Secret.NATIONAL_ID: "[số căn cước đã xoá]",
    Secret.OLD_ID: "[số chứng minh đã xoá]",
    Secret.BANK_CARD: "[số thẻ đã xoá]",
    Secret.NAME: "[tên]",
    Secret.CARD_QR: "[mã QR đã xoá]",
}
ANSWER_MARKER = "[câu trả lời đã xoá]"
PHONE_MARKER = "[số điện thoại …{}]"
REMOVED = "\x02"  # stands in the plain form where a marker stands; no text can hold it, `tidy` drops control characters

_MARKER = re.compile("|".join(map(re.escape, [*MARKERS.values(), ANSWER_MARKER])) + r"|\[số điện thoại …[0-9]{3}\]")
_LOOKS_LIKE = {
    "đ": "d",
    "Đ": "d",
    "·": ".",
    "•": ".",
    "∙": ".",
    "。": ".",
    "¦": "|",
    "│": "|",
    "┃": "|",
    "∣": "|",
    "ǀ": "|",
}


class _PlainOf(dict[int, str | None]):
    """Code point → its plain character, or None for what only decorates the one before it (keycap rings, loose accents)."""

    def __missing__(self, code: int) -> str | None:
        self[code] = plain = self._plain(chr(code))
        return plain

    @staticmethod
    def _plain(c: str) -> str | None:
        if c in "\n\x02":
            return c
        category = unicodedata.category(c)
        if category in ("Mn", "Me"):
            return None
        digit = unicodedata.digit(c, None)
        if digit is not None:  # full-width, Arabic-Indic, mathematical, circled, superscript …
            return str(digit)
        if c.isspace():
            return " "
        if category == "Pd" or c == "\u2212":
            return "-"
        one = unicodedata.normalize("NFKC", c)
        one = _LOOKS_LIKE.get(one, one)
        letter = unicodedata.normalize("NFD", one)[:1].lower() if len(one) == 1 else c
        return _LOOKS_LIKE.get(letter, letter) if len(letter) == 1 else c


_PLAIN = _PlainOf()


@dataclass(frozen=True, slots=True)
class Plain:
    """`seen` (the tidied text) and `plain` (lower case, no accents, ASCII digits) stand letter for letter beside each other."""

    text: str
    seen: str
    plain: str
    places: list[int] | None = field(default=None, repr=False)  # place in `text` of each letter, where they differ

    @classmethod
    def of(cls, text: str) -> "Plain":
        """`text` is tidied (NFC, nothing invisible)."""
        hidden = _MARKER.sub(lambda m: REMOVED * len(m[0]), text) if "[" in text else text
        plain = hidden.translate(_PLAIN)
        if len(plain) == len(text):
            return cls(text, hidden, plain)
        places = [i for i, c in enumerate(hidden) if _PLAIN[ord(c)] is not None]
        return cls(text, "".join(hidden[i] for i in places), plain, places)

    def without(self, finds: list[Find]) -> str:
        """The text with a marker for every find; `finds` sorted by start, not overlapping."""
        cuts = [(0, 0, "")]
        for find in finds:
            start, end = find.start, find.end
            if self.places is not None:
                start, end = self.places[start], self.places[end] if end < len(self.places) else len(self.text)
            cuts.append((start, end, find.marker))
        kept = [before[2] + self.text[before[1] : cut[0]] for before, cut in pairwise(cuts)]
        return "".join(kept) + cuts[-1][2] + self.text[cuts[-1][1] :]
