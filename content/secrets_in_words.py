"""The secrets a citizen writes in letters: passwords and answers to security questions."""

import re
import unicodedata
from collections.abc import Iterator

from content.secrets_plain import ANSWER_MARKER, REMOVED, Find, Plain, Secret
from flows.core.vietnamese import bare

_PASS = r"(?<![a-z])(?:mat ?khau|mat ma|mk|pass ?wo?r?[dk]|passw?o?r?d?|pas+|pasw?ord|passcode?|pass code|pw|pwd)(?![a-z0-9])"
_WORD_GAP = r"(?:[ ,]{1,2}[a-z]{1,12}){0,6}?"
_OWN_GAP = (
    r"(?: (?:cua [a-z]{1,10}(?: [a-z]{1,8}){0,2}|vneid|dien thoai|moi|cu|em|e|toi|tui|minh|bac|con|day"
    r"|hien tai|chau)){0,3}?"
)
_LINK = r" ?(?:[:=]|[-=]>|(?<=[ ])(?:la|lf|is|ne|nek)(?![a-z])[ :=]?)"
_NAMED = re.compile(rf"(?P<word>{_PASS})(?:(?P<own>{_OWN_GAP}{_LINK})|{_WORD_GAP}{_LINK})[ \n]{{0,3}}")
_NEAR = re.compile(rf"{_PASS}[^\n?;0-9]{{0,40}}")
_BEFORE = re.compile(rf"\S{{4,40}} (?:lam|la|is|my|chinh la) ?(?:cai )?{_PASS}")
_ANSWER = re.compile(
    r"(?<![a-z])(?:cau tra loi|dap an|tra loi (?:bao mat|cau hoi bao mat)|(?:security )?answer"
    r"|cau hoi[^.?!\n]{0,24} tra loi)"
    r"(?: (?:bao mat|cua [a-z]{1,10}|cau [a-z0-9]{1,4}|thu [a-z0-9]{1,4}|so [0-9]|minh|toi|em|do|nay)){0,3}?"
    r"(?: ?[:=]| (?:la|lf|is)(?![a-z])[ :]?)[ \n]{0,3}"
)

# Words are written with their accents; a text without any is compared without (`_is_one_of`).
# What cannot begin a password: "mật khẩu là gì", "mật khẩu là do mình tự đặt".
_NO_VALUE = (
    "gì chi sao nào răng mô j z cái do mình bắt phải cần có để được bị bao mấy một thứ loại đây tự như thế vậy rứa "
    "số ký kí khác giống riêng "
    "đúng sai xong ok quên chưa không ko k hông cách bước ngày tên người ai con của phần mã otp hệ công khi lúc vì "
    "nếu thì dài ngắn yếu mạnh tôi "
    "thiếu ít nhiều hợp vào lấy đổi gồm và hay hoặc em anh chị bác cháu hả à nhỉ nhé nha nữa hết cùng rất quá tùy "
    "tuỳ toàn bằng mk mật passcode dc "
    "password pass vneid trong trên tài ra cho nên mới "
    "cũ đi đang nghĩ ông bà nó hắn máy luôn dạng đặt xài dùng thường nhập "
    "bảo quan cuối đầu gõ viết ntn bn"
)
# The same in English. None of them keeps the rule for passwords, so none is one, though it is no Vietnamese syllable either.
_NO_VALUE_IN_ENGLISH = frozenset(
    "what the a not too wrong right required incorrect correct invalid valid expired weak strong locked blocked refused "
    "rejected missing forgotten lost".split()
)
# What ends a phrase: "mật khẩu là hoa lan mà vô không được".
_STOP = (
    "mà nhưng rồi thì và với giờ đăng nhập vào sao nha nhé nhe nè nữa ạ à ah hả hen ad anh chị em cháu bác ơi giúp "
    "dùm giùm hộ có được dc không ko k hk "
    "hok hông cái này nó hắn tui tôi đó do cho xin viết sai đúng ok chưa phải bảo vô e r z huhu hic là như luôn đi "
    "nên but pls please not so hay "
    "hoặc cũ mới mật passcode otp sdt cccd tài khi nếu vậy rứa đây dc hè hén"
)
_NO_ANSWER = "gì chi j sao nào răng phải đúng sai quên bị được không ko chưa tùy tuỳ bắt để do có"
_AFTER_ANSWER = "mà nhưng sao viết rồi thì vậy đó có nó hắn không ko dc được ạ nha nhé nè hè hén giúp lẹ huhu với"


def _forms(words: str) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(words.split()), frozenset(bare(words).split())


_NO_VALUES, _STOPS, _NO_ANSWERS, _AFTER_ANSWERS = map(_forms, (_NO_VALUE, _STOP, _NO_ANSWER, _AFTER_ANSWER))


def _is_one_of(seen: str, forms: tuple[frozenset[str], frozenset[str]]) -> bool:
    """ "thì" is one, "Thị" is not; a word without accents may be any of its accented forms."""
    word = seen.strip(_EDGES + "!?").lower()
    return word in forms[word.isascii()]


def _ends_talk(seen: str, forms: tuple[frozenset[str], frozenset[str]]) -> bool:
    """As above, but a word with a capital inside a sentence is part of a name: "Lan Anh 1990", "Nguyen Thi Buoi"."""
    word = seen.strip(_EDGES + "!?")
    return not (word.istitle() and len(word) > 1) and _is_one_of(word, forms)


_SYLLABLE = re.compile(
    r"(?:ngh?|gh?|kh|ph|th|tr|ch|nh|gi|qu|[bcdhklmnprstvx])?"
    r"(?:ieu|oai|oay|oeo|uay|uai|uoi|uou|uya|uye|uyu|yeu|a[iouy]|e[ou]|i[aeu]|o[aeio]|u[aeiouy]|ye|[aeiouy])(?:ng"
    r"|nh|ch|[cmnpt])?"
    r"|[a-z]|ko|dc|vs|ntn|cccd|cmnd|sdt|otp|vneid|ad|ok"
)
_TOKEN = re.compile(r"[ \n]*([^ \n]+)")
_LONG_TOKEN = re.compile(r"[^ \n]{8,}")
_TRAILING = ",.;:)]}\"'”’…>»"
_EDGES = "([{\"'“‘<«" + _TRAILING
_WEB = re.compile(r"https?://|www\.|[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.(?:vn|com|net|org|edu|info|gov)\b", re.IGNORECASE)
_PRODUCT = re.compile(
    r"(?:vneid|iphone|ipad|ios|android|samsung|galaxy|oppo|vivo|xiaomi|redmi|realme|nokia|zalo|windows|chrome"
    r"|vsmart|note)\W*[\d.]+[a-z]{0,4}\W*"
)
_DOCUMENT = re.compile(r"\d{1,5}(?:/\d{2,4})?/[A-ZĐ][A-ZĐ0-9]{0,6}(?:-[A-ZĐa-zg0-9]{1,8})*\W*")
_LABEL = re.compile(r"[^\W\d_]+:[\d/.\-]+")
_TIMES = re.compile(r"\d{1,3}(?:h|g|gio|phut)\d{0,2}|\d{1,2}:\d{2}|\d{1,2}[hg]\d{0,2}-\d{1,2}[hg]\d{0,2}")
_YEAR = re.compile(r"19[3-9][0-9]|20[0-3][0-9]")
_COUNTED = re.compile(r"\d{1,3}(?P<unit>[a-z]{1,6})|(?P<word>[a-z]{2,6})\d{1,2}")


def words(look: Plain) -> list[Find]:
    """Passwords (S2-23, S2-25) and security answers (S2-28)."""
    finds = list(_strong(look))
    if "m" in look.plain or "p" in look.plain:
        finds += _passwords(look)
    if "tra loi" in look.plain or "dap an" in look.plain or "answer" in look.plain:
        finds += _answers(look)
    return finds


def _tokens(look: Plain, start: int, limit: int) -> Iterator[tuple[int, int]]:
    """Words as written from `start`, at most `limit`."""
    at, plain = start, look.plain
    for _ in range(limit):
        match = _TOKEN.match(plain, at)
        if match is None or REMOVED in match[1]:
            return
        yield match.span(1)
        at = match.end()


# --- passwords ---------------------------------------------------------------------------------------------------------


def _strong(look: Plain) -> Iterator[Find]:
    """One word that keeps the password rule (S2-23): 8-20 characters, digit, upper, lower, special; accents allowed (S3-21)."""
    for match in _LONG_TOKEN.finditer(look.plain):
        word = look.seen[match.start() : match.end()]
        if _keeps_the_rule(word) and REMOVED not in word:
            yield Find.of(match.start(), match.start() + len(word.rstrip(_TRAILING)), Secret.PASSWORD)


def _keeps_the_rule(word: str) -> bool:
    if not re.search(r"\d", word) or word.isalnum() or _WEB.search(word, 0, 200):
        return False
    word = unicodedata.normalize("NFKC", word)
    bare = word.strip(_EDGES)
    parts = {word, bare, bare.rstrip("!?"), *(re.split(r"[,;/|]", word) if len(word) > 20 else ())}
    return any(8 <= len(part) <= 20 and _has_four_classes(part) and not _is_everyday(part) for part in parts)


def _has_four_classes(word: str) -> bool:
    return (
        any(c.isdigit() for c in word)
        and any(c.isupper() for c in word)
        and any(c.islower() for c in word)
        and not word.isalnum()
        and any(not c.isalnum() for c in word.strip(_EDGES + "!?"))
        | (word.rstrip(_TRAILING + "?").endswith("!"))
        | (word[:1] in "!@#$%^&*")
    )


def _is_everyday(word: str) -> bool:
    """A document's number, a model, a label with its number, two sentences without a space between."""
    folded = Plain.of(word).plain
    if _DOCUMENT.fullmatch(word) or _PRODUCT.fullmatch(folded.strip(_EDGES)) or _LABEL.fullmatch(word.strip(_EDGES)):
        return True
    if re.search(r"[^\w.,;:!?()…]", word) or not re.search(r"[.,;:!?)…][A-ZĐÀ-Ỹ]", word):
        return False
    return all(
        re.fullmatch(rf"(?:{_SYLLABLE.pattern})?\d{{0,2}}|\d{{1,4}}[a-z]{{0,4}}\d{{0,2}}", part)
        for part in re.split(r"[.,;:!?()…]+", folded)
    )


def _passwords(look: Plain) -> Iterator[Find]:
    plain = look.plain
    for match in _NAMED.finditer(plain):
        chat = (
            match["word"] == "mk"
            and match["own"] is not None
            and ":" not in match[0]
            and "=" not in match[0]
            and "cua" not in match[0]
        )
        end = _end_of_value(look, match.end(), sure=match["own"] is not None and not chat)
        if end:
            number = match["word"].startswith("passcod") and plain[match.end() : end].isdigit()
            yield Find.of(match.end(), end, Secret.CODE if number else Secret.PASSWORD)
    for match in _NEAR.finditer(plain):
        yield from _near(look, match.start(), match.end())
    for match in _BEFORE.finditer(plain):
        end = plain.index(" ", match.start())
        value = plain[match.start() : end]
        if _looks_secret(look.seen[match.start() : end], value) or (value.isdigit() and not _YEAR.fullmatch(value)):
            yield Find.of(match.start(), end, Secret.PASSWORD)


def _near(look: Plain, start: int, end: int) -> Iterator[Find]:
    """ "pass điện thoại 482913", "mk của bố em đặt lan1975": the first word with a digit in reach that looks like one."""
    plain = look.plain
    if end >= len(plain) or not plain[end].isdigit() or REMOVED in plain[start:end]:
        return
    first = max(plain.rfind(" ", start, end), plain.rfind("\n", start, end), start + 1) + 1
    for begin, stop in _tokens(look, first, 1):
        value, seen = plain[begin:stop].strip(_EDGES), look.seen[begin:stop]
        alone = value.isdigit() and 4 <= len(value) <= 20 and not _YEAR.fullmatch(value)
        cue = re.search(
            r"(?:nam|ngay|thang|sinh|goi|so|tong dai|hotline|duong|nha|phi|o|quoc lo|lo) $", plain[start:begin]
        )
        if (alone and not cue and not value.startswith(("1900", "1800"))) or _looks_secret(seen, value):
            number = value.isdigit() and plain.startswith("passcod", start)
            kind = Secret.CODE if number else Secret.PASSWORD
            yield Find.of(begin, begin + len(seen.rstrip(_TRAILING)), kind)


def _looks_secret(seen: str, value: str) -> bool:
    """Letters and digits in one word, and no everyday reading (time, count, model, address)."""
    value = value.strip(_EDGES)
    if len(value) < 5 or not re.search(r"[a-z]", value) or not re.search(r"[0-9]", value):
        return False
    if (
        _WEB.search(seen, 0, 200)
        or _TIMES.fullmatch(value)
        or _PRODUCT.fullmatch(value)
        or _DOCUMENT.fullmatch(seen.strip(_EDGES))
    ):
        return False
    counted = _COUNTED.fullmatch(value)
    if counted and _SYLLABLE.fullmatch(counted["unit"] or counted["word"]):
        return False
    return not re.fullmatch(r"[0-9]+[a-z]?(?:/[0-9]+[a-z]?)+|[0-9.,]+(?:d|k|vnd|tr|dong)", value)


def _end_of_value(look: Plain, start: int, sure: bool) -> int:
    """Where the password ends that begins at `start`, or 0 if what follows is talk ("là gì", "là do mình đặt").

    The rule allows no spaces, so a word that is no Vietnamese syllable is the password; a phrase of syllables is taken
    only where nothing else can be meant (`sure`), up to a comma, a stop or a word that goes on talking.
    """
    end, first, found = 0, True, False
    for begin, stop in _tokens(look, start, 6):
        seen, word = look.seen[begin:stop], look.plain[begin:stop]
        core = word.strip(_EDGES + "!?")
        if not core:
            return stop if first and len(word) > 3 else end
        if first and core == "chu":  # "là chữ hoalan viết liền"
            continue
        if first and core in _NO_VALUE_IN_ENGLISH:
            return 0
        if _is_no_word(seen, core, sure):
            end, found = begin + len(seen.rstrip(_TRAILING)), True
        elif found:
            return end
        else:
            if not first and _ends_talk(seen, _STOPS):
                return end
            if first and (_is_one_of(seen, _NO_VALUES) or core.isdigit()):
                return 0
            if sure:
                end = begin + len(seen.rstrip(_TRAILING + "?!"))
        first = False
        if word[-1] in ",;.?!":
            return end
    return end


def _is_no_word(seen: str, core: str, sure: bool) -> bool:
    """Not a Vietnamese syllable, nor a small number or a count such as "6 số", "8-20", "20ky": then it is the password."""
    if _SYLLABLE.fullmatch(core):
        letters = seen.strip(_EDGES + "!?")
        return not letters.isupper() and letters[1:] != letters[1:].lower()
    if core.isdigit() or re.fullmatch(r"[0-9]{1,2}-[0-9]{1,2}", core):
        return len(core) > 3 and "-" not in core
    counted = _COUNTED.fullmatch(core)
    return counted is None or (sure and _SYLLABLE.fullmatch(counted["unit"] or counted["word"]) is None)


# --- answers -----------------------------------------------------------------------------------------------------------


def _answers(look: Plain) -> Iterator[Find]:
    for match in _ANSWER.finditer(look.plain):
        end = 0
        for begin, stop in _tokens(look, match.end(), 9):
            seen = look.seen[begin:stop]
            if _ends_talk(seen, _AFTER_ANSWERS) if end else _is_one_of(seen, _NO_ANSWERS):
                break
            end = begin + len(seen.rstrip(_TRAILING + "?!"))
            if seen[-1] in ",;.?!":
                break
        if end > match.end():
            yield Find(match.end(), end, Secret.PASSWORD, ANSWER_MARKER)
