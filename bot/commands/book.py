"""Print the whole book as one HTML page for those who must approve it, or what changed since a git revision."""

import argparse
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import asdict
from datetime import date
from io import BytesIO
from pathlib import Path

import msgspec

from bot.look.book_changes import changes_page
from bot.look.book_page import Masthead, book_page
from bot.settings import SettingError, UnitCard, read, unit_cards
from content import edition as editions
from content.catalogue import ROOT as WORDS
from content.edition import Edition, edition
from flows.script import BOOK

HOUSE = WORDS.parent
PACKAGES = ("flows", "content")
LONGEST_LOADING = 60  # seconds


class NoRevisionError(Exception):
    """The revision cannot be read; the text says why, and what to give instead."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("python -m bot book", description=__doc__)
    parser.add_argument(
        "--diff", metavar="REV", help="only what changed since this git revision (a tag, a commit, HEAD~3)"
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="write to a file instead of printing")
    given = parser.parse_args(arguments)
    try:
        unit, _ = unit_cards(read(os.environ).unit_file)
        page = _page(unit, given.diff)
        if given.output:
            given.output.write_text(page, encoding="utf-8")
    except (SettingError, NoRevisionError, OSError, subprocess.TimeoutExpired) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if not given.output:
        sys.stdout.buffer.write(page.encode())  # UTF-8 whatever the terminal is set to: the page says so of itself
    return 0


OF_THE_CONSOLE = ("week", "code")  # what the card tells the console, and no line


def _page(unit: UnitCard, since: str | None) -> str:
    card = {f"unit_{name}": value for name, value in asdict(unit).items() if name not in OF_THE_CONSOLE}
    today = edition(BOOK, WORDS, card)
    top = Masthead(unit.name, date.today(), revision())  # noqa: DTZ011 (the day on the wall of the office that prints it)
    if since is None:
        return book_page(today, top)
    return changes_page(edition_at(since, card), today, top, since)


def revision() -> str:
    """The revision of this house in git, "+" after it when files were changed since; "" outside git."""
    try:
        commit = _git("rev-parse", "--short", "HEAD").decode().strip()
        return commit + ("+" if _git("status", "--porcelain", "--", *PACKAGES).strip() else "")
    except NoRevisionError:
        return ""


def edition_at(since: str, card: dict[str, str]) -> Edition:
    """The book as it was at a revision: its tree in a temporary folder, read by a process of its own."""
    if since.startswith("-"):
        raise NoRevisionError(f"“{since}” is no revision; give a commit, a tag or a branch.")
    try:
        commit = _git("rev-parse", "--verify", "--quiet", f"{since}^{{commit}}").decode().strip()
    except NoRevisionError as error:
        raise NoRevisionError(
            f"“{since}” is no revision of this house's git; give a commit, a tag or a branch (git log --oneline). {error}"
        ) from error
    with tempfile.TemporaryDirectory(prefix="donghanh-book-") as folder:
        with tarfile.open(fileobj=BytesIO(_git("archive", commit, "--", *PACKAGES))) as tree:
            tree.extractall(folder, filter="data")
        read_ = subprocess.run(  # noqa: S603 (our own interpreter and our own file)
            [sys.executable, "-P", "-B", editions.__file__],
            cwd=folder, env={**os.environ, "PYTHONPATH": folder, "PYTHONUTF8": "1"}, input=json.dumps(card).encode(),
            capture_output=True, timeout=LONGEST_LOADING, check=False,
        )  # fmt: skip
    if read_.returncode:
        reason = (read_.stderr.decode(errors="replace").strip().splitlines() or ["it said nothing"])[-1]
        raise NoRevisionError(f"The book of “{since}” cannot be read ({reason}); give a newer revision.")
    return msgspec.json.decode(read_.stdout, type=Edition)


def _git(*arguments: str) -> bytes:
    """What git says. It only reads: without optional locks it does not even refresh its index."""
    command = ["git", "--no-optional-locks", *arguments]
    try:
        done = subprocess.run(command, cwd=HOUSE, capture_output=True, timeout=LONGEST_LOADING, check=False)  # noqa: S603
    except OSError as error:
        raise NoRevisionError(f"git cannot be run here ({error.strerror}).") from error
    if done.returncode:
        raise NoRevisionError(done.stderr.decode(errors="replace").strip())
    return done.stdout
