"""When somebody is there: a week as a unit writes it down ("2-6 07:30-11:30 13:30-16:30; 7 08:00-11:00"), in Vietnam's time.

Days are counted as in Vietnam: 2 is Monday, 7 Saturday, cn Sunday. Holidays are not known here: on one the answer is wrong.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.core.deadline import VIETNAM

_DAYS = {"2": 0, "3": 1, "4": 2, "5": 3, "6": 4, "7": 5, "cn": 6}
_SPAN = re.compile(r"([01]?\d|2[0-3])[:h]([0-5]\d)-([01]?\d|2[0-4])[:h]([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days, Monday first; each the spans it is open, as minutes after midnight."""

    days: tuple[tuple[tuple[int, int], ...], ...]

    @classmethod
    def read(cls, written: str) -> "Week | None":
        """The week as it was written; None for what is none (nothing is guessed about when somebody is there)."""
        days: list[tuple[tuple[int, int], ...]] = [()] * 7
        for part in filter(None, (p.strip().lower() for p in written.split(";"))):
            named, *spans = part.split()
            first, _, last = named.partition("-")
            if first not in _DAYS or (last or first) not in _DAYS or not spans:
                return None
            open_: list[tuple[int, int]] = []
            for span in spans:
                found = _SPAN.fullmatch(span)
                if found is None:
                    return None
                begins, ends = (int(found[n]) * 60 + int(found[n + 1]) for n in (1, 3))
                if begins >= ends or ends > 24 * 60:
                    return None
                open_.append((begins, ends))
            for day in range(_DAYS[first], _DAYS[last or first] + 1):
                days[day] = tuple(sorted(open_))
        return cls(tuple(days)) if any(days) else None

    def open_at(self, moment: datetime) -> bool:
        """Whether somebody is there at this moment."""
        here = moment.astimezone(VIETNAM)
        minute = here.hour * 60 + here.minute
        return any(begins <= minute < ends for begins, ends in self.days[here.weekday()])

    def opens_after(self, moment: datetime) -> datetime:
        """When somebody is there next, in Vietnam's time; the moment itself while somebody is."""
        here = moment.astimezone(VIETNAM)
        if self.open_at(moment):
            return here
        midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
        for later in range(8):
            day = midnight + timedelta(days=later)
            for begins, _ in self.days[day.weekday()]:
                opens = day + timedelta(minutes=begins)
                if opens > here:
                    return opens
        return here  # no span at all: `read` makes no such week
