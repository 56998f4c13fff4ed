"""Folding: the one way this house makes two spellings of a Vietnamese text comparable."""

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_UNSEEN = dict.fromkeys(
    [0x00AD, 0x061C, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)]
)


def tidy(text: str) -> str:
    """The same text in NFC, without invisible and control characters (line breaks stay) and without lone surrogates.

    What a person sees is kept; what only a machine sees (bidirectional marks, zero-width characters, NUL) goes,
    because it hides secrets from the shield and is refused by PostgreSQL (`T22`, `T23` of the threat model).
    """
    if text.isascii() and text.isprintable():
        return text
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if _has_surrogates(text) else text
    text = unicodedata.normalize("NFC", text.translate(_UNSEEN))
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Cn", "Co"))


def bare(text: str) -> str:
    """The text without accents, `đ` as `d`; case and length in letters stay ("Đặng" → "Dang")."""
    text = unicodedata.normalize("NFD", text)
    text = "".join(c for c in text if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", text.replace("đ", "d").replace("Đ", "D"))


def fold(text: str) -> str:
    """A comparable form: compatibility forms unified, lower case, no accents, `đ` as `d`, single spaces, trimmed.

    >>> fold("  KÍCH  HOẠT Tài khoản ")
    'kich hoat tai khoan'
    """
    return _SPACES.sub(" ", bare(unicodedata.normalize("NFKC", text).casefold())).strip()


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= c <= "\udfff" for c in text)
