"""A text longer than a platform takes, in parts: cut at paragraphs, then sentences, then words, never inside a letter."""

import re
import unicodedata
from collections.abc import Callable

_BREATHS = (re.compile(r"(?<=\n)"), re.compile(r"(?<=[.!?…]) "), re.compile(r" "))


def utf16(text: str) -> int:
    """How platforms that count in UTF-16 units measure a text."""
    return len(text.encode("utf-16-le")) // 2


def parts(text: str, most: int, measure: Callable[[str], int] = len) -> list[str]:
    """`text` in parts of at most `most` each; one part when it fits. Joined without the cut blanks they are the text."""
    if measure(text) <= most:
        return [text]
    found, rest = [], text
    while rest:
        cut = _cut(rest, most, measure)
        found.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [part for part in found if part]


def _cut(text: str, most: int, measure: Callable[[str], int]) -> int:
    """Where the first part ends: at the last breath that fits and is no tiny one, else at the last whole letter."""
    room = _room(text, most, measure)
    if room == len(text):
        return room
    for breath in _BREATHS:
        ends = [found.end() for found in breath.finditer(text, 0, room + 1) if found.end() <= room + 1]
        if ends and ends[-1] > room // 4:
            return min(ends[-1], room)
    return room


def _room(text: str, most: int, measure: Callable[[str], int]) -> int:
    """The most letters that fit, without parting a letter from its marks."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(text[:middle]) <= most else (low, middle - 1)
    while low > 1 and low < len(text) and _belongs_to_the_letter_before(text[low]):
        low -= 1
    return low


def _belongs_to_the_letter_before(letter: str) -> bool:
    return unicodedata.combining(letter) != 0 or letter in "\u200d\ufe0f"
