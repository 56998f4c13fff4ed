"""A text as chats show it: air between its paragraphs, and in parts where it is longer than a platform takes."""

import re
import unicodedata
from collections.abc import Callable, Mapping

from bot.message import Letter, Mark

_BREATHS = (re.compile(r"(?<=\n)"), re.compile(r"(?<=[.!?…]) "), re.compile(r" "))


def spaced(text: str) -> str:
    """A paragraph is a breath: an empty line before it, none before a bullet or a counted sentence."""
    first, *others = text.split("\n")
    return first + "".join(("\n" if line.startswith(("• ", "(")) else "\n\n") + line for line in others)


def said_in_full(letter: Letter, words: Mapping[str, Mapping[str, Mapping[str, str]]]) -> str:
    """The words of a message where nothing can be taken out of the chat; after a secret they say how to do it oneself."""
    if letter.mark is not Mark.REMOVED:
        return letter.text
    return "\n".join(filter(None, (letter.text, words.get("vi", {}).get("buttons", {}).get("still_there", ""))))


def utf16(text: str) -> int:
    """How platforms that count in UTF-16 units measure a text."""
    return len(text.encode("utf-16-le")) // 2


def parts(text: str, most: int, measure: Callable[[str], int] = len) -> list[str]:
    """`text` in parts of at most `most` each, cut at paragraphs, then sentences, then words, never inside a letter; one part
    when it fits. Joined without the cut blanks they are the text."""
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
