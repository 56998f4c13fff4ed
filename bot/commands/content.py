"""Show which words must be read again soon, oldest first: `content due`."""

import argparse
import sys
from datetime import date
from itertools import groupby
from pathlib import Path

from content.catalogue import ROOT, Catalogue
from content.reviews import due
from flows.notation import Book
from flows.script import BOOK

RULES = """\
Every block tells the month of its next review, and the head of every answer too. Due are those whose month has begun, or begins
within the days given. One line per place: month, language and place, blocks, and “past” where the month is over.
`python -m bot check` fails when the month of an answer is over."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        "python -m bot content", description=__doc__, epilog=RULES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["due"], help="what comes up for review")
    parser.add_argument("--within", type=int, default=31, metavar="DAYS", help="how far ahead to look (default: 31)")
    given = parser.parse_args(arguments)
    return tell(BOOK, ROOT, date.today(), given.within)  # noqa: DTZ011 (a month, wherever one is)


def tell(book: Book, root: Path, today: date, within: int) -> int:
    """Print what of the words under `root` comes up within so many days of a day."""
    reviews = due(book, Catalogue(root), today, within)
    for (month, language, place), group in groupby(reviews, key=lambda r: (r.month, r.language, r.place)):
        past = "  past" if month < f"{today:%Y-%m}" else ""
        sys.stdout.write(f"{month}  {language}/{place}  {', '.join(r.line for r in group)}{past}\n")
    if not reviews:
        sys.stdout.write(f"Nothing must be read again within {within} days.\n")
    return 0
