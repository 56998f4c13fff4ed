"""How a message is read, in training and afterwards alike: sentences of words, with and without accents."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from content.hearing.keystrokes import is_syllable, typed
from content.hearing.shorthand import NOT_REGIONAL, REGIONAL, TEXTING
from content.hearing.spelling import Spelling
from flows.core.vietnamese import bare

MOST_LETTERS = 1_000
MOST_SENTENCES = 8
MOST_SLIPS = 12  # of a sentence that are put right: whoever writes more of them writes no words

AS_TYPED = Spelling()


@dataclass(frozen=True, slots=True)
class Sentence:
    """The words of one sentence in order, `accented` as they were meant and `plain` without any mark, one for one;
    `english` when the message is mainly in English."""

    accented: tuple[str, ...]
    plain: tuple[str, ...]
    english: bool = False


_WORDS = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
_ENDS = re.compile(r"(?<=[.?!…;\n])\s+|\n+|(?<=[?!…;])(?=\w)")
_RUNS = re.compile(r"(\w)\1{2,}")
_VOWEL_RUN = re.compile(r"([aăâeêioôơuưyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ])\1+$")
_ENGLISH = frozenset(
    """the is my to how can what do does not i and of in for it on are this that with have was you your me please an or if when
    where why which who need want get got cannot dont no still after from at be should will any but""".split()
)

# Names as they are typed, spelled out and dictated. Over lower-case text, before it is cut into words.
_NAMES = (
    (re.compile(r"\bv[\s.\-_]*n[\s.\-_]*e[\s.\-_]*i[\s.\-_]*[dđ](?![a-zđ]{2})[dđ]?"), " vneid "),
    (re.compile(r"\b(?:vê|vi|ve|vờ|vơ)[\s\-]*(?:nờ|nơ|en|n|e nờ|e-nờ|nê|ne|anh nờ)[\s\-]*(?:e|ê|i|ơ)?[\s\-]*(?:i|ai|y|e)[\s\-]*"
                r"(?:đê|đi|dê|di|đờ|de|đ|d|đề)\b"), " vneid "),
    (re.compile(r"\b(?:vnid|vnied|vnneid|vnieid|vneeid|vneiid|vned|vneidd+|vneit|vnedi|vneod|vbeid|vneif|vneis|vmeid|vnei|"
                r"vneld|vne1d|venid|vneidc|veneid|vinaid|vnaid|vnd id|vnide|vn ?e?-?id|vneíd|vneiđ|vnêid|vnêiđ|vn[eê]i[dđ])\b"),
     " vneid "),
    (re.compile(r"\b(?:cccd|cccđ|ccd|cccdd|c c c d|xê xê xê đê|thẻ cc|cc gắn chip|căn cước công dân|can cuoc cong dan|cancuoc"
                r"|căncước|ccgc)\b"), " căn cước "),
    (re.compile(r"\b(?:cmnd|cmtnd|cmt|c m n d|xê em en đê|chứng minh thư|chung minh thu|chứng minh nhân dân|chung minh nhan dan"
                r"|chứng minh|giấy cm)\b"), " cmnd "),
    (re.compile(r"\b(?:otp|ôtp|otpp|ốp ti pi|ốp tê pê|ô tê pê|ô ti pi|o t p|ô t p|ờ tê pê|ót tê pê|opt|otb|ô tp)\b"), " otp "),
    (re.compile(r"\b(?:nfc|n f c|nffc|nf c|nờ ép xê|nờ ép xờ|en ép xê|en ép xi|en ép cê|nờ phờ cờ|n ép c)\b"), " nfc "),
    (re.compile(r"\b(?:qr|q r|qrcode|quy rờ|qui rờ|kiu a|kiu rờ|cu rờ|quy a|kiu ar|quy e rờ|mã vuông|ma vuong)\b"
                r"(?: code)?"), " qr "),
    (re.compile(r"\b(?:sms|s m s|ét em ét|ét mờ ét|e sờ em e sờ)\b"), " tin nhắn "),
    (re.compile(r"\b(?:pass ?code|pát cốt|pát cót|pas ?code|paascode|pass cod|pascode|passcod|passcốt|mã 6 số|ma 6 so)\b"),
     " passcode "),
    (re.compile(r"\b(?:di ?a ?lô|za lô|gia lô|zalô)\b"), " zalo "),
    (re.compile(r"\b(?:smart ?phone|sờ mát phôn|xì mát phôn|x mát phôn|sì mát phôn)\b"), " smartphone "),
)  # fmt: skip


def sentences(text: str, spelling: Spelling = AS_TYPED) -> tuple[Sentence, ...]:
    """What is read of a message: at most 1 000 letters and eight sentences, each as words. Empty when it has no word."""
    text = unicodedata.normalize("NFKC", text[:MOST_LETTERS]).casefold().replace("i̇", "i")
    english = is_english(text)
    for name, meant in _NAMES:
        text = name.sub(meant, text)
    raw = _keys_are_raw(text)
    read = []
    for part in _ENDS.split(text):
        if part and (words := _WORDS.findall(part)):
            read.append(_sentence(words, spelling, english=english, raw=raw))
            if len(read) == MOST_SENTENCES:
                break
    return tuple(read)


def is_english(text: str) -> bool:
    """Whether a lower-case message is mainly English: then no letter of it stands for a Vietnamese word."""
    words = _WORDS.findall(text)
    return len([w for w in words if w in _ENGLISH]) * 5 >= max(len(words), 5)


def _keys_are_raw(text: str) -> bool:
    return len([w for w in set(_WORDS.findall(text)) if typed(w) != w]) >= 2


def _sentence(words: list[str], spelling: Spelling, *, english: bool, raw: bool) -> Sentence:
    accented: list[str] = []
    for i, word in enumerate(words):
        if english:
            accented.append(word)
            continue
        after = words[i + 1] if i + 1 < len(words) else ""
        before = words[i - 1] if i else ""
        accented += _meant(word, raw, (word, after) in NOT_REGIONAL or (len(word) == 1 and before.isdigit()))
    plain = [_bare(w) for w in accented]
    unknown = [i for i, word in enumerate(plain) if not spelling.knows(word)][:MOST_SLIPS]
    for i in reversed(unknown):
        meant = spelling.meant(plain[i], english=english)
        if meant != (plain[i],):
            accented[i : i + 1] = meant
            plain[i : i + 1] = meant
    return Sentence(tuple(accented), tuple(plain), english)


@lru_cache(maxsize=8192)
def _meant(word: str, raw: bool, as_it_is: bool) -> tuple[str, ...]:
    """The word or words that one typed word stands for."""
    if as_it_is:
        return (word,)
    if (known := TEXTING.get(word) or REGIONAL.get(word)) is not None:
        return tuple(known.split())
    word = _RUNS.sub(r"\1", word)
    if not is_syllable(word):
        short = _VOWEL_RUN.sub(r"\1", word)
        known_so = is_syllable(short) or short in TEXTING or short in REGIONAL
        if short != word and known_so and typed(word, sure=raw) == word:
            word = short
    word = typed(word, sure=raw)
    known = TEXTING.get(word) or REGIONAL.get(word)
    return tuple(known.split()) if known else (word,)


@lru_cache(maxsize=8192)
def _bare(word: str) -> str:
    return bare(word)
