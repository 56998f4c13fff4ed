"""Which of some numbered lines a person means: "2", "số 2 ạ", "câu thứ hai", "cái cuối cùng"; and what only looks like it.

A number is believed when nothing else is said, or only what belongs to choosing. "2 hôm rồi", "thứ ba" (Tuesday), "1 mình tôi"
and "bác hai" are no choices: one word that is not known here, and nothing is picked.
"""

import itertools
import re
import unicodedata

LONGEST = 80


def _marked(letter: str) -> set[str]:
    """A letter with all, some or none of its marks: ố, ô, ó, o."""
    apart = unicodedata.normalize("NFD", letter)
    base, marks = apart[0], apart[1:]
    chosen = itertools.chain.from_iterable(itertools.combinations(marks, n) for n in range(len(marks) + 1))
    forms = {unicodedata.normalize("NFC", base + "".join(some)) for some in chosen}
    return forms | {"d"} if letter == "đ" else forms


def _typed(words: str) -> frozenset[str]:
    """Words, parted by bars, as they are typed with some or all of their marks left out."""
    return frozenset(
        "".join(form) for word in words.split("|") for form in itertools.product(*(_marked(c) for c in word.strip()))
    )


_OPENING = _typed(
    "dạ|vâng|ừ|ờ|um|ừm|uh|uhm|thưa|thôi|thì|vậy|thế|rồi|ok|oke|okay|okie|yes|the|xin|chắc|chắc là|hình như|có lẽ|đúng là|là"
)
_PERSON = _typed("tôi|tui|em|con|cháu|bác|mình|anh|chị|cô|chú|ông|bạn") | {"bà"}  # without its mark, "ba" is three
_CHOOSING = _typed(
    "chọn|bấm|ấn|nhấn|nhắn|gõ|lấy|là|muốn|xin|cho|theo|trả lời|xem|coi|mở|đọc|nghe|hỏi|chốt|choose|pick|press|select"
)
_LINE = _typed(
    "câu|ý|cái|dòng|mục|lựa chọn|sự lựa chọn|phương án|đáp án|nút|phần|trường hợp|ô|hàng|khoản|điều|nội dung|câu trả lời|trả lời"
    "|gạch đầu dòng|option|choice"
)
_NUMBERED = _typed("số|con số|number")
_ORDERED = _typed("thứ")
_KIND = _typed(
    "ạ|á|nhé|nhe|nha|nhá|nhen|nghen|nghe|hen|đi|thôi|với|giúp|giùm|dùm|hộ|luôn|đó|đấy|này|nè|ấy|xem|coi|ak|nhak|please|pls"
)
_KIND_TO = _PERSON | _typed(
    "ơi|rồi|trước"
)  # understood only behind a kind word, or where it is clear that a line is meant
_PHRASES = frozenset(
    w
    for w in _OPENING | _CHOOSING | _LINE | _NUMBERED | _typed("đầu tiên|cuối cùng|sau cùng|trên cùng|dưới cùng")
    if " " in w
)

_COUNTED = {
    form: n
    for n, words in enumerate(("một", "hai", "ba", "bốn|tư", "năm", "sáu", "bảy|bẩy", "tám", "chín", "mười"), 1)
    for form in _typed(words)
} | {word: n for n, word in enumerate("one two three four five six seven eight nine ten".split(), 1)}
# A word alone must be the right one: "sau" is after, "nam" a man; behind "số" or "câu" they can only be numbers.
_NOT_ALONE = _typed("sáu|năm|tư") - {"sáu", "năm", "tư"}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "1st": 1, "2nd": 2, "3rd": 3}
_FIRST, _LAST = _typed("đầu|đầu tiên|trên cùng"), _typed("cuối|cuối cùng|chót|sau cùng|dưới cùng")
_ENDS_ALONE = _typed("đầu tiên|trên cùng|cuối cùng|dưới cùng")
_UPPER, _LOWER = _typed("trên"), _typed("dưới")

_GLUED = re.compile(r"([^\W\d_]+)(\d{1,2})|(\d{1,2})([^\W\d_]+)")


def which(text: str, count: int) -> int | None:
    """The line meant, from 0, of `count` lines; None when no line is meant, or one that is not there."""
    if len(text) > LONGEST:
        return None
    number = _number(_words(text), count)
    return number - 1 if number is not None and 1 <= number <= count else None


def _number(words: list[str], count: int) -> int | None:
    while len(words) > 1 and words[0] in _OPENING:
        words = words[1:]
    words, chosen = _without_choosing(words)
    line = numbered = False
    while len(words) > 1 and words[0] in _LINE:
        words, line = words[1:], True
    if len(words) > 1 and words[0] in _NUMBERED:
        words, numbered = words[1:], True
    ordered = len(words) > 1 and words[0] in _ORDERED and not numbered
    if ordered:
        words = words[1:]
    if not words or not _is_kind(words[1:], clear=chosen or line or numbered or ordered):
        return None
    said = words[0]
    if ordered and said in _typed("nhất|nhứt"):
        return 1
    if ordered and said in _typed("nhì"):
        return 2
    if said in _FIRST | _LAST | _UPPER | _LOWER:
        return None if ordered or numbered else _end(said, count, line=line)
    if said in _ORDINALS or (said == "last" and not ordered):
        return count if said == "last" else _ORDINALS[said]
    if ordered and not line:
        return None  # a day of the week
    if said.isascii() and said.isdecimal():
        return int(said) if len(said) <= 2 else None
    return None if said in _NOT_ALONE and not (chosen or line or numbered) else _COUNTED.get(said)


def _end(said: str, count: int, *, line: bool) -> int | None:
    """ "cái đầu", "câu cuối cùng"; of two, also "cái trên" and "cái dưới"."""
    if not line and said not in _ENDS_ALONE:
        return None
    if said in _UPPER | _LOWER and count != 2:
        return None
    return 1 if said in _FIRST | _UPPER else count


def _without_choosing(words: list[str]) -> tuple[list[str], bool]:
    """Without "em chọn", "cho bác xem"; whether something of it was said."""
    chosen = False
    while len(words) > 1:
        if words[0] in _CHOOSING:
            after = 2 if len(words) > 2 and words[1] in _PERSON else 1
        elif len(words) > 2 and words[0] in _PERSON and words[1] in _CHOOSING:
            after = 2
        else:
            break
        words, chosen = words[after:], True
    return words, chosen


def _is_kind(rest: list[str], *, clear: bool) -> bool:
    """Whether what follows a number adds nothing to it: "nhé", "ạ", "nha con". "2 cháu" are two grandchildren."""
    if rest == ["one"] or rest == ["option"]:
        return True
    return all(word in _KIND or (word in _KIND_TO and (clear or index)) for index, word in enumerate(rest))


def _words(text: str) -> list[str]:
    """Lower case, marks kept, without punctuation; "câu2" and "2nha" parted, known pairs of words joined."""
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())
    text = re.sub(r"([^\W\d_])\1{2,}", r"\1", re.sub(r"[^\w\s]+|_", " ", text))
    words: list[str] = []
    for word in text.split():
        glued = _GLUED.fullmatch(word)
        if glued and glued[1] and glued[1] in _LINE | _NUMBERED | _CHOOSING:
            words += [glued[1], glued[2]]
        elif glued and glued[4] and glued[4] in _KIND:
            words += [glued[3], glued[4]]
        else:
            words.append(word)
    joined: list[str] = []
    while words:
        width = next((n for n in (3, 2) if " ".join(words[:n]) in _PHRASES and len(words) >= n), 1)
        joined.append(" ".join(words[:width]))
        words = words[width:]
    return joined
