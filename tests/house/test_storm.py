"""A small dose of the storm; the whole is `make storm`."""

from pathlib import Path

from tests.storm.__main__ import MUTANT
from tests.storm.driver import Storm


async def test_a_house_that_acknowledges_before_the_commit_is_caught(tmp_path: Path) -> None:
    assert await Storm(tmp_path, command=MUTANT, people=24, kills=3).rage()


async def test_after_kills_at_random_every_acknowledged_message_has_its_effect_once(tmp_path: Path) -> None:
    storm = Storm(tmp_path, people=24, kills=3)
    assert await storm.rage() == []
    assert storm.counts["acknowledged"] > 24
