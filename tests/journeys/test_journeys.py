"""The conversations as people have them: each says today what its transcript says, and together they walk every exit."""

from pathlib import Path

import pytest

from bot.commands.talk import read_script
from flows.script import BOOK
from tests.kit.talk import journeys, recording, replay
from tests.kit.walk import own_exits, walked


@pytest.mark.parametrize("path", journeys(), ids=lambda p: p.stem)
def test_a_journey_says_what_its_transcript_says(path: Path, migrated_sqlite: Path, tmp_path: Path) -> None:
    database = tmp_path / "journey.db"
    database.write_bytes(migrated_sqlite.read_bytes())
    replayed = replay(path, tmp_path, f"sqlite:///{database}")
    if recording():
        path.write_text(replayed.transcript, encoding="utf-8")
    assert replayed.transcript == path.read_text(encoding="utf-8")


def test_there_are_at_least_sixty_journeys_each_with_a_title() -> None:
    assert len(journeys()) >= 60
    assert [p.name for p in journeys() if not p.read_text(encoding="utf-8").startswith("# ")] == []


def test_every_exit_of_every_step_is_walked_by_a_journey() -> None:
    missing = own_exits(BOOK)
    for path in journeys():
        missing -= walked(BOOK, read_script(path))
    assert sorted(missing) == []
