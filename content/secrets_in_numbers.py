"""The numbers a citizen must not leave with us, however spelled: codes, identity numbers, bank cards, phones."""

import re
from itertools import pairwise
from typing import TypeAlias

from content.secrets_plain import MARKERS, PHONE_MARKER, Find, Plain, Secret

Group: TypeAlias = tuple[int, int, str, bool]  # start, end, digits, said in words
Run: TypeAlias = list[Group]

_WORDS = dict(zip("khong mot hai ba bon nam sau bay tam chin".split(), "0123456789", strict=True))
_WORDS |= dict(zip("zero one two three four five six seven eight nine".split(), "0123456789", strict=True))
_WORDS |= {"tu": "4", "lam": "5", "nham": "5", "linh": "0", "le": "0", "muoi": "1", "tram": ""}
# A word that carries another accent is another word: từ, làm, nắm, bà, hại are no digits.
_ACCENTED = set("không một mốt bốn tư năm lăm nhăm sáu bảy bẩy bãy tám chín lẻ mười mươi trăm".split()) | set(_WORDS)
NUMBER_WORD = "(?:" + "|".join(sorted(_WORDS, key=len, reverse=True)) + ")"
_GROUP = re.compile(rf"[0-9]+|(?<![a-z]){NUMBER_WORD}(?![a-z])")
_JOINT = re.compile(r"[ .,\-_()+*\n]{0,4}")

_MONEY = r"(?:dong(?! y)|vnd|usd|nghin|ngan|trieu|ty)(?![a-z])"
UNIT = re.compile(rf" ?(?:{_MONEY}|d(?![a-z])|(?:cong dan|nguoi(?! ta| la)|tai khoan|ho so|luot|dan)(?![a-z]))")
_AMOUNT = re.compile(rf" ?{_MONEY}|d(?![a-z])")
_DATE_CUE = re.compile(r"(?<![a-z])(?:ngay|sinh|hom|tu|den|han|cap)[ :]{1,2}$")

_LONGEST_RUN = 60  # groups beside each other; more are no number of anybody and go as a whole


def numbers(look: Plain) -> tuple[list[Find], list[Run]]:
    """Secrets known by their digits alone (public_facts 1-3; six-digit codes: S2-22, S0-43), and the groups left open."""
    finds: list[Find] = []
    open_runs: list[Run] = []
    for run in _runs(look):
        pieces, spoken = _pieces(run)
        for piece in pieces:
            found, free = _in_groups(look.plain, piece)
            finds += found
            open_runs += free
        for words in spoken:
            found_words = _in_words(words)
            if found_words:
                finds.append(found_words)
            else:
                open_runs.append(words)
    return finds, sorted(open_runs)


def _runs(look: Plain) -> list[Run]:
    """Digit groups and number words that stand beside each other, joined by nothing but spaces, dots, dashes."""
    runs: list[Run] = []
    last = -9
    for match in _GROUP.finditer(look.plain):
        start, end = match.span()
        token = match[0]
        said = token[0] > "9"
        if said and look.seen[start:end].lower() not in _ACCENTED:
            continue
        group = (start, end, _WORDS[token] if said else token, said)
        if start - last <= 4 and _JOINT.fullmatch(look.plain, last, start):
            runs[-1].append(group)
        else:
            runs.append([group])
        last = end
    return runs


def _pieces(run: Run) -> tuple[list[Run], list[Run]]:
    """The parts in numerals, and the parts that may be a spoken code (words and short numerals mixed)."""
    if not any(said for *_, said in run):
        return [run], []
    spoken: list[Run] = [[]]
    for group in run:
        if group[3] or len(group[2]) <= 2:
            spoken[-1].append(group)
        else:
            spoken.append([])
    spoken = [part for part in spoken if _is_dictated(part)]
    taken = {group for part in spoken for group in part}
    numerals: list[Run] = [[]]
    for group in run:
        if group[3] or group in taken:
            numerals.append([])
        else:
            numerals[-1].append(group)
    return [part for part in numerals if part], spoken


def _is_dictated(part: Run) -> bool:
    words = sum(group[3] for group in part)
    return words >= (3 if any(len(g[2]) > 1 for g in part) else 1) and _count(part) >= 4


def _count(spoken: Run) -> int:
    """Digits said: "bốn mươi tám" are two, "mười hai" two, "một trăm linh năm" three."""
    tens = sum(1 for a, b in pairwise(spoken) if b[3] and b[2] == "1" and b[1] - b[0] == 4 and a[2])
    return sum(len(g[2]) for g in spoken) - tens


def _in_words(words: Run) -> Find | None:
    digits, count = "".join(g[2] for g in words), _count(words)
    if count < 6:
        return None
    start, end = words[0][0], words[-1][1]
    if count == len(digits) in (10, 11) and digits.startswith(("0", "84")):
        return Find(start, end, Secret.PHONE, PHONE_MARKER.format(digits[-3:]))
    kind = {12: Secret.NATIONAL_ID, 9: Secret.OLD_ID}.get(count, Secret.CODE)
    return Find(start, end, kind, MARKERS[kind])


def _in_groups(plain: str, run: Run) -> tuple[list[Find], list[Run]]:
    """The reading of these groups that explains most digits, and the groups it leaves open.

    Dates, amounts and hotlines count half as much again, so that "1900 0368 4" is no old identity number. Groups that
    another reading would call secret are removed too: rather too much than half a code left.
    """
    if len(run) == 1 and len(run[0][2]) < 6:
        return [], [run]
    if len(run) > _LONGEST_RUN:
        return [find(run, Secret.CODE)], []
    size = len(run)
    best: list[tuple[float, int, Secret | None, bool]] = [(0, 0, None, False)] * (size + 1)
    readings: list[tuple[int, int]] = []
    for i in range(size - 1, -1, -1):
        best[i] = (best[i + 1][0], i + 1, None, False)
        total = 0
        for j in range(i, min(size, i + 19)):
            total += len(run[j][2])
            if j > i and (total > 19 or len(run[j][2]) >= 10):
                break
            kept = j - i < 5 and total < 13 and is_ordinary(plain, run[i : j + 1])
            kind = None if kept or total < 6 or total in (7, 8) else _kind(plain, run[i : j + 1])
            if kind is not None:
                readings.append((i, j + 1))
            worth = total * (1.5 if kept else 1) + best[j + 1][0]
            if (kept and worth > best[i][0]) or (kind is not None and worth >= best[i][0]):
                best[i] = (worth, j + 1, kind, kept)
            if len(run[j][2]) >= 10:
                break
    finds: list[Find] = []
    free: list[Run] = []
    ordinary: set[int] = set()
    i = 0
    while i < size:
        _, after, kind, kept = best[i]
        if kind is not None:
            finds.append(find(run[i:after], kind))
        elif kept:
            ordinary.update(range(i, after))
            free.append(run[i:after])
        elif free and i and free[-1][-1] == run[i - 1] and i - 1 not in ordinary:
            free[-1].append(run[i])
        else:
            free.append([run[i]])
        i = after
    if not finds:
        return [], free
    doubtful = {k for a, b in readings if not ordinary.intersection(range(a, b)) for k in range(a, b)}
    in_doubt = {run[k] for k in doubtful}
    finds += [find(part, Secret.CODE) for part in free if part[0] in in_doubt]
    return finds, [part for part in free if part[0] not in in_doubt]


def find(groups: Run, kind: Secret) -> Find:
    digits = "".join(g[2] for g in groups)
    marker = PHONE_MARKER.format(digits[-3:]) if kind is Secret.PHONE else MARKERS[kind]
    return Find(groups[0][0], groups[-1][1], kind, marker)


def _kind(plain: str, groups: Run) -> Secret | None:
    digits = "".join([g[2] for g in groups])
    size = len(digits)
    if len(groups) > 1 and any(len(g[2]) > 1 for g in groups):
        joints = [plain[a[1] : b[0]] for a, b in pairwise(groups)]
        if any("\n" in j or ", " in j for j in joints):  # lists: "lớp 10, 11, 12"
            return None
    if size == 6:
        years = [g for g in groups if len(g[2]) == 4 and g[2][:2] in ("19", "20")]
        if years and all(g in years or int(g[2]) <= 31 for g in groups):  # "12-2023"
            return None
        return Secret.CODE
    if size in (9, 10, 11, 12, 13) and _is_mobile(digits):
        return Secret.PHONE
    if size == 9:
        return Secret.OLD_ID
    if size == 12 or size >= 20:  # numbers pasted together
        return Secret.NATIONAL_ID
    return Secret.BANK_CARD if size >= 13 and _luhn(digits) else None


def _is_mobile(digits: str) -> bool:
    """public_facts 3: ten digits, +84 and nine, or the eleven of before 2018."""
    for country in ("0084", "840", "84", "0"):
        if digits.startswith(country):
            rest = digits[len(country) :]
            if (len(rest) == 9 and rest[0] in "35789") or (len(rest) == 10 and rest[:2] in ("12", "16", "18", "19")):
                return True
    return False


def _luhn(digits: str) -> bool:
    total = sum(int(c) for c in digits[-1::-2]) + sum(sum(divmod(2 * int(c), 10)) for c in digits[-2::-2])
    return total % 10 == 0


def is_ordinary(plain: str, groups: Run) -> bool:
    """A date, an amount, a hotline, a landline: numbers of everyday life in their usual spelling."""
    texts = [g[2] for g in groups]
    start, end = groups[0][0], groups[-1][1]
    digits = "".join(texts)
    if digits.startswith(("1900", "1800")) and len(digits) in (8, 10) and len(texts[0]) in (4, 8, 10):
        return True
    if len(texts) == 1:
        money = _AMOUNT.match(plain, end)
        return len(digits) < 10 and money is not None and (money[0] != "d" or digits.endswith("00"))
    if digits.startswith("02") and len(digits) in (10, 11) and len(texts[0]) in (3, 4):
        return True
    joints = {plain[a[1] : b[0]] for a, b in pairwise(groups)}
    if len(joints) > 1 or not joints <= {"-", ".", " ", ",", " - "}:
        return False
    if (
        len(texts) == 3
        and len(texts[0]) <= 2
        and len(texts[1]) <= 2
        and 1 <= int(texts[0]) <= 31
        and 1 <= int(texts[1]) <= 12
    ):
        if len(texts[2]) == 4 and texts[2][:2] in ("19", "20"):
            return True
        if len(texts[2]) == 2 and _DATE_CUE.search(plain, max(0, start - 8), start):
            return True
    if joints == {"-"} and [len(t) for t in texts] == [2, 6, 4] and plain[max(0, start - 1) : start] == "h":
        return True  # a file at the public service portal: 000.00.19.H26-240312-1234
    if len(texts[0]) <= 3 and all(len(t) == 3 for t in texts[1:]) and joints <= {".", ",", " "} and len(digits) < 12:
        round_one = joints != {" "} and texts[-1] == "000"
        return texts[0][0] != "0" and (round_one or UNIT.match(plain, end) is not None)
    return False
