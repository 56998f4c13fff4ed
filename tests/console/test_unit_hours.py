"""When somebody is there: a week as a unit writes it, and the next moment in it."""

from datetime import datetime, timedelta

import pytest

from flows.core.deadline import VIETNAM
from flows.core.hours import Week

MONDAY = datetime(2026, 11, 23, tzinfo=VIETNAM)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


def test_somebody_is_there_within_the_hours_and_next_when_they_begin() -> None:
    week = Week.read("2-6 07:30-11:30 13:30-16:30; 7 8h00-11h00")
    assert week is not None
    assert week.open_at(at(0, 7, 30))
    assert not week.open_at(at(0, 11, 30))
    assert not week.open_at(at(6, 9))
    assert week.opens_after(at(0, 9)) == at(0, 9)
    assert week.opens_after(at(0, 12)) == at(0, 13, 30)
    assert week.opens_after(at(4, 17)) == at(5, 8)
    assert week.opens_after(at(5, 12)) == at(7, 7, 30)


def test_a_day_alone_is_next_in_a_week() -> None:
    week = Week.read("cn 08:00-09:00")
    assert week is not None
    assert week.opens_after(at(6, 10)) == at(13, 8)


@pytest.mark.parametrize(
    "written", ["", "2-6", "8 07:00-08:00", "2 09:00-08:00", "2 25:00-26:00", "giờ hành chính", "2 7-11"]
)
def test_what_is_no_week_is_not_guessed_at(written: str) -> None:
    assert Week.read(written) is None
