"""Which of some labels a person means who types it instead of pressing: whole, its first words, shortened, or with one slip."""

import re
from collections.abc import Iterator, Sequence

from flows.core.vietnamese import fold

SHORTEST = 4  # letters of a label's first words
SLIP_FROM = 6  # letters in which one may be wrong
FAR = 3  # slips to every other label, before one of them is believed
FEW = 3  # choices of which "có" or "chưa" may be the first word of one
_PUNCTUATION = re.compile(r"[^\w\s]+")
_DENIALS = frozenset({"khong", "chua"})
_ANSWERS = frozenset("co khong chua roi phai dung".split())
_SHORT = dict.fromkeys(("k", "ko", "kh", "kg", "khg", "hok", "hong", "hem"), "khong") | {
    "dc": "duoc", "r": "roi", "rui": "roi", "vs": "voi", "j": "gi",
}  # fmt: skip
_BEFORE = frozenset("da vang u um uh ok oke thi la thoi chon bam an nhan lay".split())
_SPOKEN_TO = frozenset("chau em ban oi".split())
_PERSON = _SPOKEN_TO | frozenset("toi tui con bac minh anh chi co chu ong ba".split())
_BEHIND = frozenset("a ak nhe nha nhen nghe nghen hen di do day nay ne".split())
_TONE_KEYS = "sfrxj"  # of Telex: "gox" is "gõ"


def plain(text: str) -> str:
    """Folded, without punctuation at all: what two people mean by the same label."""
    return " ".join(_PUNCTUATION.sub(" ", fold(text)).split())


def which(text: str, labels: Sequence[str]) -> int | None:
    """The label meant, from 0; None when none is, or more than one could be."""
    whole = [plain(label) for label in labels]
    # "không ở xa" is no beginning of "Không, ở xa": there the comma must be typed as well.
    begun = ["" if "," not in text and plain(label.partition(",")[0]) in _DENIALS else plain(label) for label in labels]
    closed_up = [label.replace(" ", "") if len(label) >= SLIP_FROM else "" for label in whole]
    for said in _readings(plain(text)):
        for candidates in (whole, [plain(label.partition(",")[0]) for label in labels], closed_up):
            if (found := _only([i for i, label in enumerate(candidates) if label == said])) is not None:
                return found
        if (found := _by_first_words(said, begun)) is not None:
            return found
    return _with_a_slip(plain(text), begun)


def same(text: str, labels: Sequence[str]) -> int | None:
    """The first label that is exactly this, but for case, marks and punctuation."""
    wanted, said = [plain(label) for label in labels], plain(text)
    return wanted.index(said) if said in wanted else None


def _readings(said: str) -> Iterator[str]:
    """As it was typed, with short forms written out, and without the polite words around it."""
    yield said
    words = [_SHORT.get(word, word) for word in said.split()]
    yield " ".join(words)
    start, end = 0, len(words)
    while start < end and words[start] in _BEFORE:
        start += 1
    while end > start and words[end - 1] in _BEHIND | _PERSON:
        end -= 1
    while end < len(words) and words[end] in _PERSON - _SPOKEN_TO:  # "chưa có con" is no politeness
        end += 1
    if start < end:
        yield " ".join(words[start:end])


def _by_first_words(said: str, wanted: Sequence[str]) -> int | None:
    words = said.split()
    if not words or (len(said) < SHORTEST and not (said in _ANSWERS and len(wanted) <= FEW)):
        return None
    return _only([i for i, label in enumerate(wanted) if label.split()[: len(words)] == words])


def _with_a_slip(said: str, wanted: Sequence[str]) -> int | None:
    """The label, or its first words, that is one letter away, when all others are far."""
    if len(said) < SLIP_FROM:
        return None
    count = len(said.split())
    near: list[int] = []
    for index, label in enumerate(wanted):
        begun = " ".join(label.split()[:count])
        closest = min((label, begun), key=lambda one: _slips(said, one))
        slips = _slips(said, closest)
        if slips <= 1 and _is_harmless(said, closest):
            near.append(index)
        elif slips < FAR:
            return None
    return _only(near)


def _is_harmless(said: str, meant: str) -> bool:
    """Whether a slip cannot have been meant: no digit (level 1 is not level 2), no short word (not "co" for "ko")."""
    if [c for c in said if c.isdigit()] != [c for c in meant if c.isdigit()]:
        return False
    if said.replace(" ", "") == meant.replace(" ", ""):
        return True
    ours, theirs = said.split(), meant.split()
    if len(ours) != len(theirs):
        return False
    wrong = [(a, b) for a, b in zip(ours, theirs, strict=True) if a != b]
    return all(
        a not in _ANSWERS and (len(b) > 3 or sorted(a) == sorted(b) or (a[:-1] == b and a[-1] in _TONE_KEYS))
        for a, b in wrong
    )


def _slips(one: str, other: str) -> int:
    """How many letters are wrong, missing, too many or exchanged with their neighbour; FAR stands for all that is more."""
    if abs(len(one) - len(other)) >= FAR:
        return FAR
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before_last[j - 2] + 1)
            row.append(cost)
        if min(row) >= FAR:
            return FAR
        before_last, last = last, row
    return min(last[-1], FAR)


def _only(found: list[int]) -> int | None:
    return found[0] if len(found) == 1 else None
