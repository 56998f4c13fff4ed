"""Show which statements of the documents citizens are told, where, and which are missing."""

import argparse
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from content.catalogue import ROOT, Catalogue
from content.coverage import Coverage, Told, cover
from flows.notation import Book
from flows.script import BOOK

RULES = """\
A statement is told when a line that cites it can be reached from the welcome, from an everywhere-word (menu, help, …) or
when a person comes back. Labels do not count. What is of kind “organisational” counts only in the flow “agency”.
Exit code: 0 when every statement is told, 1 when one is missing. Public sources (P-…) that nobody hears of and lines whose
month of review is past are warnings and do not change it."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        "python -m bot facts", description=__doc__, epilog=RULES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--where", action="store_true", help="each statement with the places that tell it")
    parser.add_argument(
        "--today",
        type=_day,
        default=None,
        metavar="YYYY-MM-DD",
        help="the day reviews are measured by (default: today)",
    )
    given = parser.parse_args(arguments)
    return tell(BOOK, ROOT, given.today or date.today(), where=given.where)  # noqa: DTZ011 (a month, wherever one is)


def tell(book: Book, root: Path, today: date, *, where: bool = False) -> int:
    """Print what the words under `root` tell; 1 if a statement is missing."""
    coverage = cover(book, Catalogue(root), today, root=root)
    sys.stdout.write("\n".join(_report(coverage, where=where)) + "\n")
    return 1 if coverage.missing else 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is no day; write it as 2026-11-22") from error


def _report(coverage: Coverage, *, where: bool) -> Iterator[str]:
    yield from _table(coverage.told)
    if where:
        yield "\nWhere each is told"
        for told in coverage.told:
            yield f"  {told.statement.id}  {', '.join(told.places) or '(missing)'}"
    missing = coverage.missing
    yield f"\nMissing: {len(missing)}"
    for told in missing:
        yield f"  {told.statement.id}  {told.statement.text}"
        if told.elsewhere:
            yield f"         told outside the flow “agency”, which does not count: {', '.join(told.elsewhere)}"
    yield f"\nCited only where nobody can come: {len(coverage.nowhere)}"
    for told in coverage.nowhere:
        yield f"  {told.statement.id}  {', '.join(told.unreachable)}"
    yield f"\nWarning: public sources nobody hears of: {len(coverage.silent)}"
    yield from (f"  {source}" for source in coverage.silent)
    yield f"\nWarning: lines whose month of review is past: {len(coverage.overdue)}"
    yield from (f"  {late.review}  {late.place} {late.line}" for late in coverage.overdue)


def _table(told: tuple[Told, ...]) -> Iterator[str]:
    """told/total, a row per document and a column per kind."""
    kinds = list(dict.fromkeys(t.statement.kind for t in told))
    documents = sorted({t.statement.document for t in told})
    width = max(8, *(len(k) + 2 for k in kinds)) if kinds else 8
    yield "document" + "".join(f"{k:>{width}}" for k in [*kinds, "all"])
    for document in [*documents, "all"]:
        rows = [t for t in told if document in ("all", t.statement.document)]
        cells = [_share([t for t in rows if kind in ("all", t.statement.kind)]) for kind in [*kinds, "all"]]
        yield f"{document:<8}" + "".join(f"{c:>{width}}" for c in cells)


def _share(told: list[Told]) -> str:
    return f"{sum(not t.missing for t in told)}/{len(told)}" if told else "-"
