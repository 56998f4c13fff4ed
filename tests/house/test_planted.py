"""A hundred secrets through every door of a house that logs all it can: none kept or printed (`make planted`: 2 000)."""

from pathlib import Path

from tests.house.planted import CONTROLS, chosen, found_in, run, spellings


def test_no_door_lets_a_secret_by(tmp_path: Path) -> None:
    result = run(100, tmp_path / "house", away=False, exports=1)
    assert result.planted >= 100
    assert len(result.kinds) >= 7
    for channel, places in result.control.items():
        assert any(place.startswith("while it stood") for place in places), (
            channel,
            "the search must find what is there",
        )
    assert any(place.startswith("export") for places in result.control.values() for place in places)
    assert result.found == {}


def test_the_search_finds_every_spelling_and_no_accident() -> None:
    secrets = [s for sample in chosen(60) for s in sample.secrets]
    for secret in secrets:
        for form in spellings(secret):
            assert found_in(b"\0x " + form + b" \n", [secret]) == [secret], (secret, form)
    assert found_in(b"2026-11-22 05:00:00.739154 0a7391540b7391540c", ["739154"]) == []
    assert found_in(b"x 739154 y", ["739154"]) == ["739154"]
    assert found_in(" ".join(CONTROLS.values()).encode() * 100, secrets) == []
