"""What a message speaks of, whatever the words and the language: concepts, found by a table of phrases."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from content.hearing.folding import Sentence
from content.hearing.keystrokes import is_bare_syllable
from flows.core.vietnamese import bare

HERE = Path(__file__).parent
LONGEST_PHRASE = 6
OF_AGE = 14  # years: younger children have an account through their parents only
FIRST_YEAR_AT_14, LAST_YEAR = 8, 12  # of school

_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
_ONES = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9}
_COUNT = re.compile(r"(\d{1,3})t?")


@dataclass(frozen=True, slots=True)
class Table:
    """Phrases → concept: `accented` and `bare` Vietnamese, and `english`; `exact` are said so only among accents."""

    accented: Mapping[str, str]
    bare: Mapping[str, str]
    english: Mapping[str, str]
    exact: frozenset[str]


def table(path: Path = HERE / "concepts.txt") -> Table:
    """The table as it is written. The house has the one its model was trained with, from the model's file."""
    accented: dict[str, str] = {}
    without: dict[str, str] = {}
    english: dict[str, str] = {}
    exact: set[str] = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        concept, _, phrases = line.partition(": ")
        ours, _, theirs = phrases.partition(" | ")
        for phrase in ours.split(", "):
            words = " ".join(_WORD.findall(phrase))
            accented.setdefault(words, concept)
            if phrase.endswith("!"):
                exact.add(words)
            else:
                without.setdefault(bare(words), concept)
        for phrase in theirs.split(", "):
            english.setdefault(" ".join(_WORD.findall(phrase)), concept)
    return Table(accented, without, english, frozenset(exact))


def tagged(sentence: Sentence, known: Table) -> list[tuple[str, str]]:
    """The sentence cut into phrases: (concept, "") for a known one, ("", word) for any other word."""
    accented, plain = sentence.accented, sentence.plain
    marked = not "".join(accented).isascii()
    cut: list[tuple[str, str]] = []
    at = 0
    while at < len(plain):
        if age := _age(plain, at):
            cut.append((age[0], ""))
            at += age[1]
            continue
        for length in range(min(LONGEST_PHRASE, len(plain) - at), 0, -1):
            phrase = accented[at : at + length], plain[at : at + length]
            if concept := _concept(known, *phrase, english=sentence.english, marked=marked):
                if concept != "-" and not (phrase[1] == ("khong",) and at + 1 == len(plain)):
                    cut.append((concept, ""))
                else:
                    cut += [("", word) for word in phrase[1]]
                at += length
                break
        else:
            cut.append(("", plain[at]))
            at += 1
    return cut


def _concept(
    known: Table, accented: tuple[str, ...], plain: tuple[str, ...], *, english: bool, marked: bool
) -> str | None:
    phrase = " ".join(plain)
    if english:
        return known.english.get(phrase)
    as_meant = " ".join(accented)
    if (found := known.accented.get(as_meant)) and (marked or as_meant not in known.exact):
        return found
    # One word that has accents has the wrong ones; several words together are known by their letters alone.
    if (len(plain) > 1 or accented == plain) and (found := known.bare.get(phrase)):
        return found
    return known.english.get(phrase) if len(phrase) > 4 and (len(plain) > 1 or not is_bare_syllable(phrase)) else None


def _age(plain: tuple[str, ...], at: int) -> tuple[str, int] | None:
    """An age or a school year: (under_14 or of_age, how many words it takes)."""
    if plain[at] in ("lop", "grade"):
        year, length = _number(plain, at + 1)
        if not length or year > LAST_YEAR:
            return None
        return ("under_14" if year < FIRST_YEAR_AT_14 else "of_age"), 1 + length
    number, length = _number(plain, at)
    if not length:
        return None
    after = plain[at + length : at + length + 2]
    if after == ("thang", "tuoi"):
        return "under_14", length + 2
    if plain[at][-1:] == "t":
        unit = 0
    elif after[:1] in (("tuoi",), ("tui",), ("t",), ("yo",)):
        unit = 1
    elif after[1:] == ("old",) and after[0] in ("years", "year", "yrs"):
        unit = 2
    else:
        return None
    return ("under_14" if number < OF_AGE else "of_age"), length + unit


def _number(plain: tuple[str, ...], at: int) -> tuple[int, int]:
    """A number from 0 to 199 in digits or words: (number, how many words it takes), the latter 0 where there is none."""
    words = plain[at : at + 3]
    if not words:
        return 0, 0
    if found := _COUNT.fullmatch(words[0]):
        return int(found[1]), 1
    ones = {**_ONES, "lam": 5, "tu": 4}
    if words[0] == "muoi":
        return (10 + ones[words[1]], 2) if len(words) > 1 and words[1] in ones else (10, 1)
    tens = _ONES.get(words[0], 0)
    if tens and words[1:2] in (("muoi",), ("chuc",)):
        return (tens * 10 + ones[words[2]], 3) if len(words) > 2 and words[2] in ones else (tens * 10, 2)
    return tens, 1 if tens else 0
