"""Find everything that is wrong with the scripts, the words and the unit's card."""

import argparse
import os
import sys

from bot.channels import LIMITS
from bot.settings import SettingError, read, unit_cards
from content import completeness
from content.catalogue import Catalogue
from flows import check as flow_check
from flows.script import BOOK


def main(arguments: list[str]) -> int:
    argparse.ArgumentParser("python -m bot check", description=__doc__).parse_args(arguments)
    faults: list[str] = [str(f) for f in flow_check.check(BOOK, LIMITS)]
    words = Catalogue()
    for language in words.languages():
        faults += [str(f) for f in completeness.check(BOOK, words, language, LIMITS)]
    try:
        unit_cards(read(os.environ).unit_file)
    except SettingError as error:
        faults.append(str(error))
    for fault in faults:
        sys.stdout.write(fault + "\n")
    if not faults:
        sys.stdout.write(f"{len(BOOK.flows)} flows, {len(BOOK.steps)} places: nothing is wrong.\n")
    return 1 if faults else 0
