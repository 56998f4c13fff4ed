"""A day read from a person's words: "hôm qua", "thứ ba", "3 tuần trước", "19/5", "ngày 3 tháng 12"."""

import re
from datetime import date, timedelta

from flows.core.vietnamese import fold

_NUMBERS = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
    "may": 3, "vai": 3, "nua": 0,
}  # fmt: skip
_WEEKDAYS = {"hai": 0, "2": 0, "ba": 1, "3": 1, "tu": 2, "4": 2, "nam": 3, "5": 3, "sau": 4, "6": 4, "bay": 5, "7": 5}
_NEAR = (
    (re.compile(r"\b(hom nay|sang nay|trua nay|chieu nay|toi nay|vua (xong|roi|nay|nhan)|moi nhan|nay)\b"), 0),
    (re.compile(r"\b(hom qua|toi qua|hom wa|bua qua)\b"), 1),
    (re.compile(r"\b(hom kia|bua kia)\b"), 2),
    (re.compile(r"\b(hom kia nua|hom kia kia)\b"), 3),
)
_COUNT = r"(\d{1,3}|" + "|".join(n for n in _NUMBERS if n != "nua") + r")"
_AGO = re.compile(_COUNT + r"\s*(hom|ngay|bua|tuan|thang|nam)\b(?!\s*\d)")
_UNIT = {"hom": 1, "ngay": 1, "bua": 1, "tuan": 7, "thang": 30, "nam": 365}
_SPOKEN = re.compile(r"\bngay (?:mung |mong )?(\d{1,2}) ?(?:thang|/|-|\.) ?(\d{1,2})(?:(?: nam | ?[/.-] ?)(\d{4}))?\b")
_WRITTEN = re.compile(r"(?<![\d/.-])(\d{1,2})\s?[/.-]\s?(\d{1,2})(?:\s?[/.-]\s?(\d{4}|\d{2}))?(?![\d/.-])")
_MONTHLY = re.compile(r"\bngay (?:mung |mong )?(\d{1,2})\b(?! ?(?:thang|truoc|roi|nay))")
_WEEKDAY = re.compile(r"\bthu (hai|ba|tu|nam|sau|bay|[2-7])\b( tuan truoc)?|\b(chu nhat)\b( tuan truoc)?")


def read_day(text: str, today: date) -> date | None:
    """The day meant, seen from `today`; None where nothing of the kind is said. A day without a year is the latest past
    one, except that a day up to a week ahead is taken as said (so that the caller can ask about a future date)."""
    folded = fold(text)
    for pattern in (_SPOKEN, _WRITTEN):
        if found := pattern.search(folded):
            return _dated(int(found[1]), int(found[2]), found[3], today)
    for near, back in reversed(_NEAR):
        if near.search(folded):
            return today - timedelta(days=back)
    if found := _WEEKDAY.search(folded):
        wanted = 6 if found[3] else _WEEKDAYS[found[1]]
        back = (today.weekday() - wanted) % 7 + (7 if found[2] or found[4] else 0)
        return today - timedelta(days=back)
    if found := _AGO.search(folded):
        count = int(found[1]) if found[1].isdecimal() else _NUMBERS[found[1]]
        return today - timedelta(days=count * _UNIT[found[2]])
    if "tuan truoc" in folded:
        return today - timedelta(days=7)
    if "thang truoc" in folded:
        return today - timedelta(days=30)
    if found := _MONTHLY.search(folded):
        return _of_month(int(found[1]), today)
    return None


def _dated(day: int, month: int, year: str | None, today: date) -> date | None:
    try:
        if year is not None:
            return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
        this = date(today.year, month, day)
        return this if this <= today + timedelta(days=7) else date(today.year - 1, month, day)
    except ValueError:
        return None


def _of_month(day: int, today: date) -> date | None:
    """ "ngày 20" is the last twentieth that has been."""
    if not 1 <= day <= 31:
        return None
    probe = today
    for _ in range(62):
        if probe.day == day:
            return probe
        probe -= timedelta(days=1)
    return None
