"""A small dose of the events nobody ever thought of."""

import shutil
from pathlib import Path

from tests.channels.fuzz_zalo_oa import fuzz
from tests.channels.zalo_oa_house import WORDS, settings_of
from tests.kit.build import house


async def test_three_thousand_odd_events_and_a_thousand_broken_ones_harm_nothing(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'house.sqlite')}"
    with house(url, tmp_path, catalogue=WORDS, **settings_of(None)) as home:
        answered = await fuzz(home, events=3000, bytes_=1000, seed=7)
        assert answered["event 200"] > 1500
        assert {told for told in answered if told.startswith("bytes")} == {"bytes 200", "bytes 400", "bytes 403"}
        assert home.counts["zalo_oa_fault"] == 0
