"""The digits that only a word beside them makes a code: "mã là 4829", "1234 là mã otp"."""

import re
from itertools import pairwise

from content.secrets_in_numbers import UNIT, Run, find, is_ordinary
from content.secrets_plain import REMOVED, Find, Plain, Secret

_TRIGGER = re.compile(r"(?<![a-z])(?:o\.?t\.?p|ma|code|pass ?code|passcod)(?![a-z])")
_AFTER = re.compile(
    r"[ ,.:;\"'\-)>]*(?:(?:do|day|nay|chinh|phai|co phai|moi) ){0,2}(?:(?P<link>la|is) )?(?:(?:my|your|the|cai|so|a) )?"
    r"(?:(?:verification|security|vneid) )?(?P<word>otp|ma|code|passcode)(?![a-z])"
)
# "mã lỗi 1001", "mã bưu chính 43000", "gửi về số đuôi 4567": numbers that are no codes.
_OTHER_CODE = re.compile(
    r" (?:loi|buu|vung|tinh|huyen|xa|so thue|thue|ho so|khach hang|don|vach|bao loi|bhxh|bhyt|truong|nganh"
    r"|may bay)(?![a-z])"
)
_OTHER_NUMBER = re.compile(
    r"(?<![a-z])(?:duoi|tong dai|hotline|goi(?: so)?|phi|tien|nghi dinh|thong tu|cong van|luat|nam|ngay|thang|sinh"
    r"|quoc lo|iphone"
    r"|android|mien phi)[ :]*$"
)
_DIRECT = re.compile(r"(?:[ ,]*(?:otp|xac thuc|xac nhan|kich hoat|vneid))?[ ]*(?:[:=]|la(?![a-z])|is(?![a-z]))[ \"']*$")
_LINKED = re.compile(r"(?:[:=]|(?<![a-z])(?:la|is))[ \"']*$")
_REACH, _LINKED_REACH = 44, 90  # letters between "mã" and its digits; more if "là" or a colon stands before them


def codes_called_so(look: Plain, runs: list[Run]) -> list[Find]:
    """Four to eight digits after "mã", "otp", "code", "passcode", or before ("4829 là mã otp")."""
    plain, finds = look.plain, []
    triggers = [m.end() for m in _TRIGGER.finditer(plain) if _is_trigger(look, *m.span())] if runs else []
    passed = 0
    for run in runs if triggers else []:
        while passed < len(triggers) and triggers[passed] <= run[0][0]:
            passed += 1
        trigger = triggers[passed - 1] if passed else -_LINKED_REACH - 1
        gap = plain[trigger : run[0][0]] if run[0][0] - trigger <= _LINKED_REACH else None
        run = _code_in(plain, run, gap is not None and _LINKED.search(gap) is not None)
        start, end = run[0][0], run[-1][1]
        digits = sum(len(g[2]) for g in run)
        if not 4 <= digits <= 8 or (len(run) == 1 and "/" in (plain[start - 1 : start], plain[end : end + 1])):
            continue
        year = digits == 4 and len(run) == 1 and "1930" <= run[0][2] <= "2039"
        if gap is not None and _leads_to_code(plain, gap, run, year):
            finds.append(find(run, Secret.CODE))
        elif after := _AFTER.match(plain, end, end + _REACH):
            linked = after["link"] is not None or not (year or is_ordinary(plain, run))
            if linked and _is_trigger(look, *after.span("word")):
                finds.append(find(run, Secret.CODE))
    return finds


def _code_in(plain: str, run: Run, linked: bool) -> Run:
    """The groups that may be one code: not the rest of "mã 48291334 10 phút", nor "không" in "alo nghe không 1 2 3"."""
    if not linked and len(run) > 1 and run[0][3] and not any(g[3] for g in run[1:]):
        run = run[1:]
    if sum(len(g[2]) for g in run) <= 8 or any(g[3] for g in run):
        return run
    taken = run[:1]
    for before, group in pairwise(run):
        if sum(len(g[2]) for g in taken) + len(group[2]) > 8 or ", " in plain[before[1] : group[0]]:
            break
        taken.append(group)
    return taken


def _is_trigger(look: Plain, start: int, end: int) -> bool:
    """ "mã" and "ma", but not "mà", "má", "mạ"."""
    if look.plain.startswith("loi ", max(0, start - 4)):  # "lỗi mã 1001"
        return False
    return end - start != 2 or look.seen[start:end].lower() in ("mã", "ma")


def _leads_to_code(plain: str, gap: str, run: Run, year: bool) -> bool:
    linked = _LINKED.search(gap) is not None and not year
    if "?" in gap or _OTHER_CODE.match(gap) or _OTHER_NUMBER.search(gap):
        return False
    if not linked and (REMOVED in gap or len(gap) > _REACH):
        return False
    direct = _DIRECT.fullmatch(gap) is not None
    if year and not direct:
        return False
    if direct and not UNIT.match(plain, run[-1][1]):
        return True
    return not is_ordinary(plain, run)
