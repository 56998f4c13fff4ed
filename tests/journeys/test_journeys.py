"""The conversations as people have them: each says today what its transcript says, and together they walk every exit."""

from pathlib import Path

import pytest

from flows.script import BOOK
from tests.kit.talk import journeys, recording, replay
from tests.kit.walk import own_exits, walked


@pytest.fixture
def fresh(migrated_sqlite: Path, tmp_path: Path) -> str:
    (tmp_path / "journey.db").write_bytes(migrated_sqlite.read_bytes())
    return f"sqlite:///{tmp_path}/journey.db"


@pytest.mark.parametrize("path", journeys(), ids=lambda p: p.stem)
def test_a_journey_says_what_its_transcript_says(path: Path, fresh: str, tmp_path: Path) -> None:
    replayed = replay(path, tmp_path, fresh)
    if recording():
        path.write_text(replayed.transcript, encoding="utf-8")
    assert replayed.transcript == path.read_text(encoding="utf-8")


def test_there_are_journeys() -> None:
    assert len(journeys()) >= 10


def test_every_exit_of_every_step_is_walked_by_a_journey(migrated_sqlite: Path, tmp_path: Path) -> None:
    """Read from the transcripts themselves: who pressed what, where the talk then stood."""
    missing = own_exits(BOOK)
    for number, path in enumerate(journeys()):
        database = tmp_path / f"{number}.db"
        database.write_bytes(migrated_sqlite.read_bytes())
        missing -= walked(BOOK, replay(path, tmp_path, f"sqlite:///{database}").taken)
    assert sorted(missing) == []
