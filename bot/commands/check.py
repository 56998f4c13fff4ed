"""Find everything that is wrong with the scripts, the words and the unit's card."""

import argparse
import os
import sys
from datetime import date

from bot.channels import LIMITS
from bot.settings import SettingError, read, unit_cards
from content import answers, completeness
from content.catalogue import Catalogue
from flows import check as flow_check
from flows.script import BOOK


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("python -m bot check", description=__doc__)
    parser.add_argument(
        "--today", type=_day, metavar="YYYY-MM-DD", help="the day reviews are measured by (default: today)"
    )
    today = parser.parse_args(arguments).today or date.today()  # noqa: DTZ011 (a month, wherever one is)
    faults: list[str] = [str(f) for f in flow_check.check(BOOK, LIMITS)]
    words = Catalogue()
    for language in words.languages():
        faults += [str(f) for f in completeness.check(BOOK, words, language, LIMITS)]
        faults += [str(f) for f in answers.check(BOOK, words, language, today)]
    try:
        unit_cards(read(os.environ).unit_file)
    except SettingError as error:
        faults.append(str(error))
    for fault in faults:
        sys.stdout.write(fault + "\n")
    if not faults:
        sys.stdout.write(f"{len(BOOK.flows)} flows, {len(BOOK.steps)} places: nothing is wrong.\n")
    return 1 if faults else 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is no day; write it as 2026-11-22") from error
