"""A small dose of `make resend-storm`."""

from pathlib import Path

from tests.house.resend_storm import rage


def test_two_processes_that_are_killed_send_nobody_a_code_too_many(postgres_url: str, tmp_path: Path) -> None:
    storm = rage(people=6, requests=60, kills=1, url=postgres_url, folder=tmp_path)
    assert storm.wrong == []
    assert storm.codes == 6
