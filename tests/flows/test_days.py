"""A day as people say it."""

from datetime import date

import pytest
from hypothesis import given, strategies

from flows.core.days import read_day

TODAY = date(2026, 11, 22)  # a Sunday

SAID = {
    "hôm nay": date(2026, 11, 22),
    "moi nhan sang nay": date(2026, 11, 22),
    "hôm qua": date(2026, 11, 21),
    "bữa qua": date(2026, 11, 21),
    "hôm kia": date(2026, 11, 20),
    "3 hôm trước": date(2026, 11, 19),
    "ba ngày rồi": date(2026, 11, 19),
    "2 tuần rồi": date(2026, 11, 8),
    "tuần trước": date(2026, 11, 15),
    "hơn một tháng": date(2026, 10, 23),
    "tháng trước": date(2026, 10, 23),
    "thứ ba": date(2026, 11, 17),
    "thu 3 tuan truoc": date(2026, 11, 10),
    "chủ nhật": date(2026, 11, 22),
    "19/11": date(2026, 11, 19),
    "19-11-2026": date(2026, 11, 19),
    "ngày 3 tháng 12 năm 2025": date(2025, 12, 3),
    "3/12": date(2025, 12, 3),
    "ngày mùng 5 tháng 11": date(2026, 11, 5),
    "nhận ngày 20": date(2026, 11, 20),
    "tin về hôm 19/11 đó cháu": date(2026, 11, 19),
}


@pytest.mark.parametrize("said", SAID)
def test_a_day_is_read_as_people_say_it(said: str) -> None:
    assert read_day(said, TODAY) == SAID[said]


@pytest.mark.parametrize("said", ["", "không nhớ", "lâu rồi", "31/2", "99/99", "ngày 40", "ờ thì"])
def test_what_is_no_day_is_none(said: str) -> None:
    assert read_day(said, TODAY) is None


def test_a_day_in_the_coming_week_is_taken_as_said() -> None:
    assert read_day("25/11", TODAY) == date(2026, 11, 25)


@given(strategies.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    day = read_day(text, TODAY)
    assert day is None or isinstance(day, date)
