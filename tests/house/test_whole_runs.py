"""A run that left something out says so: half a storage test fails it, unrun browser tests are spoken of."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(folder: Path, test: str, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A pytest of its own over one written test, with this project's conftest."""
    (folder / "test_written.py").write_text(test)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n  browser\n  postgres\n")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", *options, folder],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": "", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


ON_BOTH = "def test_kept(database_url): assert database_url\n"
ON_ONE = """
import pytest

@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_asked_for_one(database_url): assert database_url

def test_skipped_one(database_url):
    if database_url.startswith("postgresql"):
        pytest.skip("not today")
"""


def test_a_run_on_one_database_fails(tmp_path: Path) -> None:
    result = run(tmp_path, ON_BOTH + ON_ONE, "-n", "1")
    assert "4 passed, 1 skipped" in result.stdout
    assert result.returncode == 1, result.stdout
    assert "test_asked_for_one[*]: ran on sqlite" in result.stdout
    assert "test_skipped_one[*]: ran on sqlite" in result.stdout
    assert "test_kept[*]: ran" not in result.stdout


def test_who_asks_for_some_tests_gets_some(tmp_path: Path) -> None:
    assert run(tmp_path, ON_BOTH + ON_ONE, "-k", "sqlite").returncode == 0


def test_browser_tests_without_a_browser_are_spoken_of(tmp_path: Path) -> None:
    result = run(tmp_path, "def test_seen(page): page.goto('about:blank')\n", PATH="/nowhere", CHROMIUM="")
    assert result.returncode == 0, result.stdout
    assert "BROWSER TESTS NOT RUN: 1" in result.stdout
