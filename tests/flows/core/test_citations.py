"""Whatever the core cites exists, and what it quotes is quoted to the letter."""

import csv
import re
from pathlib import Path

import pytest

from flows.core import activation

ROOT = Path(__file__).parents[3]
CORE = sorted((ROOT / "flows" / "core").glob("*.py"))


@pytest.fixture(scope="module")
def statements() -> dict[str, str]:
    with (ROOT / "content" / "sources" / "facts.csv").open(encoding="utf-8", newline="") as table:
        return {row["id"]: row["statement_vi"] for row in csv.DictReader(table)}


@pytest.mark.parametrize("module", CORE, ids=lambda path: path.stem)
def test_every_statement_a_module_cites_exists(module: Path, statements: dict[str, str]) -> None:
    text = module.read_text(encoding="utf-8")
    assert set(re.findall(r"\bS\d-\d\d\b", text)) <= set(statements)
    assert all(1 <= int(number) <= 31 for number in re.findall(r"\bC(\d{1,2})\b", text))


def test_the_words_on_the_official_screens_are_quoted_to_the_letter(statements: dict[str, str]) -> None:
    for quoted in activation.MESSAGES.values():
        assert f"“{quoted.words}”" in statements[quoted.fact]
