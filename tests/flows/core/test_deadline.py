"""The seven days and what comes after them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from flows.core.deadline import Outcome, Way, day_in_vietnam, deadline, standing

RECEIVED = date(2026, 3, 1)


def test_the_seven_days_run_from_the_day_after_the_notice() -> None:
    assert deadline(RECEIVED) == date(2026, 3, 8)
    assert deadline(date(2026, 12, 28)) == date(2027, 1, 4)


@pytest.mark.parametrize(
    ("today", "outcome", "left", "way"),
    [
        (date(2026, 3, 1), Outcome.DAYS_LEFT, 7, Way.SELF),
        (date(2026, 3, 7), Outcome.DAYS_LEFT, 1, Way.SELF),
        (date(2026, 3, 8), Outcome.LAST_DAY, 0, Way.SELF),
        (date(2026, 3, 9), Outcome.PAST, None, Way.HOTLINE),
        (date(2027, 3, 9), Outcome.PAST, None, Way.HOTLINE),
    ],
)
def test_every_day_has_its_standing(today: date, outcome: Outcome, left: int | None, way: Way) -> None:
    said = standing(RECEIVED, today)
    assert (said.outcome, said.days_left, said.way, said.last_day) == (outcome, left, way, date(2026, 3, 8))


def test_past_the_seven_days_the_law_that_came_later_is_cited_beside_the_rule() -> None:
    past, within = standing(RECEIVED, date(2026, 3, 20)), standing(RECEIVED, RECEIVED)
    assert past.facts == ("S4-33", "69/2024 Art. 14")
    assert [source.dated for source in past.sources] == [date(2022, 12, 24), date(2024, 7, 1)]
    assert (within.facts, len(within.sources)) == (("S4-33",), 1)


def test_a_day_nobody_knows_or_one_ahead_is_unknown_and_the_citizen_may_try() -> None:
    for received in (None, RECEIVED, date.max):
        said = standing(received, RECEIVED - timedelta(days=1))
        assert (said.outcome, said.last_day, said.days_left, said.way) == (Outcome.UNKNOWN, None, None, Way.SELF)


def test_a_day_in_vietnam_begins_seven_hours_before_utc() -> None:
    assert day_in_vietnam(datetime(2026, 3, 1, 16, 59, tzinfo=UTC)) == date(2026, 3, 1)
    assert day_in_vietnam(datetime(2026, 3, 1, 17, 0, tzinfo=UTC)) == date(2026, 3, 2)
    assert day_in_vietnam(datetime(2026, 3, 2, 0, 0, tzinfo=timezone(timedelta(hours=7)))) == date(2026, 3, 2)


def test_a_moment_without_time_zone_is_no_moment() -> None:
    with pytest.raises(ValueError, match="time zone"):
        day_in_vietnam(datetime(2026, 3, 1))  # noqa: DTZ001
