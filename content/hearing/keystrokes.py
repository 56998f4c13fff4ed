"""What the keys were meant to write: a word typed for Telex or VNI on a phone where neither was on ("khoong", "d9uoc75")."""

import re
import unicodedata
from functools import lru_cache

_ONSETS = "ngh ng nh gh gi kh ch ph qu th tr b c d đ g h k l m n p r s t v x".split()
_OPEN_RIMES = frozenset(
    """a ai am an ang anh ao au ay ăm ăn ăng âm ân âng âu ây e em en eng eo ê êm ên ênh êu i ia im in inh iu iêm iên iêng iêu
    o oi om on ong oa oai oam oan oang oanh oao oay oăm oăn oăng oe oen oeo ô ôi ôm ôn ông ơ ơi ơm ơn u ua ui um un ung
    uân uâng uây uê uênh uôi uôm uôn uông uơ uy uya uyên uynh uyu ư ưa ưi ưm ưn ưng ưu ươi ươm ươn ương ươu
    y yêm yên yêu""".split()
)
_STOPPED_RIMES = frozenset(
    """ac ach ap at ăc ăp ăt âc âp ât ec ep et êch êp êt ich ip it iêc iêp iêt oc op ot oac oach oap oat oăc oăt oet ôc ôp ôt
    ơp ơt uc up ut uât uôc uôt uych uyt uyêt ưc ưt ươc ươp ươt yêt""".split()
)
_RIMES = _OPEN_RIMES | _STOPPED_RIMES
_PLAIN_RIMES = frozenset(
    "".join(c for c in unicodedata.normalize("NFD", r) if not unicodedata.combining(c)) for r in _RIMES
)

_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT = "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"
_TONES = frozenset((_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT))
_TELEX_TONES = {"s": _ACUTE, "f": _GRAVE, "r": _HOOK, "x": _TILDE, "j": _DOT}
_VNI_TONES = {"1": _ACUTE, "2": _GRAVE, "3": _HOOK, "4": _TILDE, "5": _DOT}
_VNI_WORD = re.compile(r"(?=[^\W\d_]*\d)(?:[^\W\d_]+\d{0,3}){1,3}")
_VNI_MARKS = str.maketrans({"ư": "u", "ơ": "o", "ă": "a", "â": "a", "ê": "e", "ô": "o"})
_TELEX_LETTERS = re.compile(r"[fjw]|dd|aa|ee|oo|z")

# English words that happen to decode into a syllable; they stay as they are.
_ENGLISH = frozenset(
    """about access actually address after also always any are as ask assist awful because bees bees boss box case cases center
    computer does doors else error ever face faces fees fix for free from gas goes good guess has help her here his hers hours how
    if in is it its keep less let letter likes look looks loss lost low makes mass max meet meets mess miss mix mom more my need
    never new news no nor not now number numbers of off offer office or order other our over own owner pass paper pay per phone
    photos please poor power press props reader register rooms see seem seems seen sees sex show six so some soon sorry still
    success such sure tax tees tell than that the their them then there these they this those three tier too took tools two us
    use user users via view vow was way ways we week were what when where who why will with without work works worker wow year
    years yes you your ms mr mrs ios box bus gps sms pos dos class gmail hour her pls tks tax sos fax max mix sex six
    fix""".split()
)


def is_syllable(word: str) -> bool:
    """Whether a word is a Vietnamese syllable with its marks ("được", "không"), by its onset, rime and tone."""
    letters, tones = _without_tone(word)
    if len(tones) > 1:
        return False
    return any(
        rime in _OPEN_RIMES or (rime in _STOPPED_RIMES and tones in ((_ACUTE,), (_DOT,))) for rime in _rimes(letters)
    )


def is_bare_syllable(word: str) -> bool:
    """Whether a word without marks could be a Vietnamese syllable that lost them ("duoc", "khong")."""
    return any(rime in _PLAIN_RIMES for rime in _rimes(word))


@lru_cache(maxsize=4096)
def typed(word: str, *, sure: bool = False) -> str:
    """The syllable meant by raw keys, or the word itself. With `sure` the message is known to be typed so, and a single
    tone key is believed ("laf" is, "las" is not, unless `sure`). `word` is lower case."""
    if len(word) > 10 or len(word) < 2 or word in _ENGLISH:
        return word
    if word[-1:].isdigit() or _VNI_WORD.fullmatch(word):
        meant = _from_digits(word)
        return meant if meant and (sure or _has_mark_digit(word)) and is_syllable(meant) else word
    # "chuaw" has a w; "nhanhs", "dangs" only a tone key: believed alone when the rest could not end so.
    if not sure and not _TELEX_LETTERS.search(word) and (word[-1] not in "sxr" or len(word) < 4):
        return word
    if is_syllable(word):
        return word
    meant = _from_letters(word)
    return meant if meant and is_syllable(meant) else word


def _from_digits(word: str) -> str:
    letters: list[str] = []
    tone = ""
    for c in word:
        if c in _VNI_TONES:
            if tone:
                return ""
            tone = _VNI_TONES[c]
        elif c == "9":
            if "d" not in letters:
                return ""
            letters[letters.index("d")] = "đ"
        elif c in "678":
            if not _marked(letters, {"6": "aeo", "7": "uo", "8": "a"}[c], {"6": "âêô", "7": "ươ", "8": "ă"}[c]):
                return ""
        elif c.isdigit():
            return ""
        else:
            letters.append(c)
    return _toned("".join(letters), tone)


def _from_letters(word: str) -> str:
    """Telex: a doubled letter or w marks a vowel, one of s f r x j sets the tone, wherever after its vowel they stand."""
    letters: list[str] = []
    tone = ""
    base, known = _without_tone(word)
    tone = known[0] if known else ""
    for c in base:
        has_vowel = any(v in "aăâeêioôơuưy" for v in letters[_onset_length(letters) :])
        if c == "d" and "d" in letters[:1] and (len(letters) == 1 or has_vowel):
            letters[0] = "đ"
        elif c in "aeo" and c in letters and (marked := {"a": "â", "e": "ê", "o": "ô"}[c]):
            letters[len(letters) - 1 - letters[::-1].index(c)] = marked
        elif c == "w":
            if not _marked(letters, "uoa", "ươă"):
                letters.append("ư")
        elif c in _TELEX_TONES and has_vowel:
            if tone and tone != _TELEX_TONES[c]:
                return ""
            tone = _TELEX_TONES[c]
        elif c in "zjfw":
            return ""
        else:
            letters.append(c)
    return _toned("".join(letters), tone)


def _marked(letters: list[str], plain: str, marked: str) -> bool:
    """Put the mark on the last letter that takes it; "uo" becomes "ươ" as one."""
    for i in range(len(letters) - 1, -1, -1):
        if letters[i] in plain:
            letters[i] = marked[plain.index(letters[i])]
            if letters[i] == "ơ" and i and letters[i - 1] == "u" and letters[:i] != ["q", "u"]:
                letters[i - 1] = "ư"
            elif letters[i] == "ư" and letters[i + 1 : i + 2] == ["o"]:
                letters[i + 1] = "ơ"
            return True
    return False


def _toned(letters: str, tone: str) -> str:
    """The syllable with its tone where it is written (on the marked vowel, else by the house rule of the rime)."""
    if not tone:
        return letters
    start = _onset_length(list(letters))
    vowels = [i for i, c in enumerate(letters) if c in "aăâeêioôơuưy" and i >= start]
    if not vowels:
        return ""
    marked = [i for i in vowels if letters[i] in "ăâêôơư"]
    if marked:
        at = marked[-1]
    elif len(vowels) == 1 or vowels[-1] < len(letters) - 1 or letters[start:] in ("oa", "oe", "uy"):
        at = vowels[-1]
    else:
        at = vowels[-2] if len(vowels) > 1 else vowels[-1]
    return unicodedata.normalize("NFC", letters[: at + 1] + tone + letters[at + 1 :])


def _onset_length(letters: list[str]) -> int:
    word = "".join(letters)
    for onset in _ONSETS:
        if word.startswith(onset):
            if onset in ("gi", "qu") and not any(c in "aăâeêioôơuưy" for c in word[2:]):
                return 1 if onset == "gi" else 2
            return len(onset)
    return 0


def _has_mark_digit(word: str) -> bool:
    return any(c in "6789" for c in word) and not word[:2].isdigit()


def _without_tone(word: str) -> tuple[str, tuple[str, ...]]:
    """The letters with their shape marks (ă, ê, ơ…) and, apart, the tones."""
    apart = unicodedata.normalize("NFD", word)
    tones = tuple(c for c in apart if c in _TONES)
    return unicodedata.normalize("NFC", "".join(c for c in apart if c not in _TONES)), tones


def _rimes(letters: str) -> list[str]:
    """What remains of the letters after each onset they may begin with ("gin": "in" after g, "n" after gi)."""
    return [letters[len(o) :] for o in _ONSETS if letters.startswith(o)] + [letters]
