"""A small dose of the refresh storm: processes killed at every point that matters, and the fault that the storm must find."""

import subprocess
import sys

import pytest

from tests.kit.served import ROOT


@pytest.mark.parametrize(
    "arguments",
    [("--rounds", "10", "--processes", "3"), ("--rounds", "3", "--processes", "2", "--blind")],
    ids=["", "blind"],
)
def test_whoever_dies_in_a_refresh_loses_nothing_unsaid_and_no_token_leaves_twice(arguments: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.channels.storm_zalo_oauth", *arguments], cwd=ROOT, capture_output=True, text=True,
        check=False, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
