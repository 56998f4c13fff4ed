"""`python -m bot book --diff REV`: what an official is shown of a new edition."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flows.notation import exits_of
from flows.script import BOOK
from tests.house.test_book_command import Reader, articles
from tests.kit.served import ROOT, environment

# What the second commit makes of the book, whatever the scripts say today: a flow more, and the start's last exit less.
CHANGE = """

from dataclasses import replace as _replace
from enum import Enum as _Enum
from flows.notation import Choose as _Choose, Flow as _Flow, Go as _Go


class _New(_Enum):
    PLACE = "place"


_start = BOOK.steps[BOOK.name(BOOK.start)]
_less = _replace(_start, exits=dict(list(_start.exits.items())[:-1]), moves={})
_flow = BOOK.flow(BOOK.name(BOOK.start))
BOOK = _replace(
    BOOK,
    flows=(
        _replace(_flow, steps=tuple(_less if s is _start else s for s in _flow.steps)),
        *(f for f in BOOK.flows if f is not _flow),
        _Flow("brand_new", _New, (_Choose(_New.PLACE, {"on": _Go(BOOK.start)}),)),
    ),
)
"""


def git(folder: Path, *arguments: str) -> None:
    mine = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    who = ("-c", "user.name=Tester", "-c", "user.email=tester@localhost", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, env=mine)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the house in a git of its own, with two commits: "first", and the changes above."""
    folder = tmp_path_factory.mktemp("repository")
    for name in ("flows", "content", "storage", "bot"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / ".gitignore").write_text("__pycache__/\n")
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    git(folder, "tag", "first")
    script, words = folder / "flows/script/__init__.py", folder / "content/vi/brand_new/place.jinja"
    script.write_text(script.read_text(encoding="utf-8") + CHANGE, encoding="utf-8")
    words.parent.mkdir()
    words.write_text(
        "{% block say %}{# nhà · 2027-05 #}Chỗ mới tinh.{% endblock %}{% block label_on %}Đi tiếp{% endblock %}",
        encoding="utf-8",
    )
    house = folder / "content/vi/everywhere/house.jinja"
    house.write_text(
        re.sub(
            r"{% block missed %}.*?{% endblock %}",
            "{% block missed %}{# S2-36 · 2029-01 #}{{ Me }} chưa nghe ra ạ, <nói lại>.{% endblock %}",
            house.read_text(encoding="utf-8"),
            flags=re.DOTALL,
        ),
        encoding="utf-8",
    )
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "second")
    return folder


def state(folder: Path) -> list[tuple[str, int, bytes]]:
    """Every file, when it was changed, and what is in it."""
    files = (file for file in sorted(folder.rglob("*")) if file.is_file() and "__pycache__" not in file.parts)
    return [(str(file), file.stat().st_mtime_ns, file.read_bytes()) for file in files]


def diff(repository: Path, since: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "book", "--diff", since], cwd=repository, env=environment(folder),
        capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip


def test_the_difference_names_a_changed_line_an_added_place_and_a_removed_exit_and_looking_changes_nothing(
    repository: Path, tmp_path: Path
) -> None:
    before = state(repository)
    said = diff(repository, "first", tmp_path)
    assert said.returncode == 0, said.stderr
    assert state(repository) == before
    Reader(said.stdout)
    told = articles(said.stdout)
    start = BOOK.name(BOOK.start)
    lost = list(exits_of(BOOK.steps[start]))[-1]
    assert set(told) == {start, "brand_new.place", BOOK.house}
    assert "Chỗ mới: " in told["brand_new.place"]
    assert "Chỗ mới tinh." in told["brand_new.place"]

    exits = told[start].partition("<h4>Lối đi</h4>")[2]
    assert exits.count("<tr><td>") == 1
    assert f"<code>{lost}</code> →" in exits
    assert "không có</span></td></tr>" in exits

    changed = told[BOOK.house]
    assert changed.count("colspan") == 1
    old, new = changed.split('<div class="words">')[1:]
    assert "chưa hiểu ý" in old
    assert "Cháu chưa nghe ra ạ, &lt;nói lại&gt;." in new
    assert "căn cứ: nhà → S2-36" in changed
    assert "→ 2029-01" in changed


def test_no_difference_is_a_sentence(repository: Path, tmp_path: Path) -> None:
    said = diff(repository, "HEAD", tmp_path)
    assert (said.returncode, "Không có gì thay đổi." in said.stdout, articles(said.stdout)) == (0, True, {})


@pytest.mark.parametrize("wrong", ["no-such-revision", "--output=x", "HEAD:content"])
def test_a_wrong_revision_is_a_sentence_and_exit_2(wrong: str, repository: Path, tmp_path: Path) -> None:
    said = diff(repository, wrong, tmp_path)
    assert (said.returncode, said.stdout, "Traceback" in said.stderr) == (2, "", False)
    assert wrong in said.stderr or "expected one argument" in said.stderr


def test_a_revision_whose_book_cannot_be_read_is_a_sentence(repository: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(repository, broken)
    script = broken / "flows/script/__init__.py"
    whole = script.read_text(encoding="utf-8")
    script.write_text("raise RuntimeError('half written')\n", encoding="utf-8")
    git(broken, "commit", "-q", "-a", "-m", "half")
    git(broken, "tag", "half")
    script.write_text(whole, encoding="utf-8")
    said = diff(broken, "half", tmp_path)
    assert (said.returncode, "half written" in said.stderr, "Traceback" in said.stderr) == (2, True, False)


def test_outside_git_the_book_is_printed_and_a_difference_is_refused(repository: Path, tmp_path: Path) -> None:
    apart = tmp_path / "apart"
    shutil.copytree(repository, apart, ignore=shutil.ignore_patterns(".git", "__pycache__"))
    said = diff(apart, "first", tmp_path)
    assert (said.returncode, "Traceback" in said.stderr) == (2, False)
