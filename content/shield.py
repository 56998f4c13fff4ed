"""The shield: what a citizen types by mistake is taken out of a text before the house keeps it, and never asked for.

Found by their form or by the word beside them (issue; T12): codes, passwords, security answers, identity numbers, bank
cards, phones (the last three digits stay), the name in an approval notice (S2-13), the text of a card's QR.

What it cannot see, openly:
- a code or number split over two messages ("482", then "913"); digits spelled with letters (O for 0, l for 1);
- four, five, seven or eight digits with no "mã", "otp", "code", "passcode" within reach; a four-digit code that looks like
  a year (1930-2039) unless "là" or a colon stands before it; a code said in words run into another word ("baKHÔNG");
- a password that looks like ordinary words ("mật khẩu là anh yêu em", "mk là Lan": "mk" is "mình" too), one described
  ("tên con viết hoa rồi năm sinh"), or alone and against the password rule (S2-23), which nothing tells from a word; of a
  password with spaces only the part up to the first ordinary word after it;
- a password alone that ends in a full stop and has no other sign; one shaped like a web or mail address (those are kept:
  people ask about links, and "Hoa1990@gmail.com" is more often an address), a model ("iPhone-14") or a document's number;
- security answers without "câu trả lời" or "đáp án" before them; names anywhere but in the notice; photos;
- bank accounts, tax numbers, cards with a wrong check digit and other numbers of 7, 8, 10, 11 and 13 to 19 digits.

What it takes too much, openly (rather removed than kept): a date of six digits without separators, "1 2 3 4 5 6" as a
list, "12.03.24" without "ngày" before it, "127.0.0.1", a tax number that reads like a phone, six number words in a row
("hai ba bốn năm sáu bảy"). An amount is known by its thousands or its unit: "123.456" alone is taken, "190.000" is not.
"""

import re
from dataclasses import dataclass

from content.secrets_asked import asks_for_secret
from content.secrets_called_codes import codes_called_so
from content.secrets_in_numbers import NUMBER_WORD, numbers
from content.secrets_in_words import words
from content.secrets_of_a_person import of_a_person
from content.secrets_plain import Find, Plain, Secret
from flows.core.vietnamese import tidy

__all__ = ["Secret", "Shielded", "asks_for_secret", "shield"]

_WORTH_A_LOOK = re.compile(
    r"[0-9|]|m(?:at ?(?:khau|ma)|k)(?![a-z])|(?<![a-z])p(?:as|w)|tra loi|dap an|answer|cong dan"
    rf"|(?<![a-z])(?:{NUMBER_WORD}[ .,\-]{{1,3}}){{3}}{NUMBER_WORD}(?![a-z])"
)
_PASSES = 8  # a marker in a gap may show another secret; the second pass nearly always finds nothing


@dataclass(frozen=True, slots=True)
class Shielded:
    """`text` may be kept; `found` says what was in it, never the values."""

    text: str
    found: frozenset[Secret]


def shield(text: str) -> Shielded:
    """The tidied text with a marker in the place of each secret (issue; T12)."""
    text = tidy(text)
    found: set[Secret] = set()
    for _ in range(_PASSES):
        look = Plain.of(text)
        if not _WORTH_A_LOOK.search(look.plain):
            break
        finds, open_runs = numbers(look)
        finds = _apart([*of_a_person(look), *words(look), *finds, *codes_called_so(look, open_runs)])
        if not finds:
            break
        found.update(find.kind for find in finds)
        text = look.without(finds)
    return Shielded(text, frozenset(found))


def _apart(finds: list[Find]) -> list[Find]:
    """Sorted, with those that overlap made one: the widest says what it is."""
    apart: list[Find] = []
    for find in sorted(finds, key=lambda f: (f.start, -f.end)):
        last = apart[-1] if apart else None
        if last is None or find.start >= last.end:
            apart.append(find)
        elif find.end > last.end:
            widest = max(last, find, key=lambda f: f.end - f.start)
            apart[-1] = Find(last.start, find.end, widest.kind, widest.marker)
    return apart
