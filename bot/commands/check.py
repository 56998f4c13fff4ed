"""Find everything that is wrong with the scripts, the words and the unit's card."""

import argparse
import os
import sys
from datetime import date

from bot.channels import LIMITS
from bot.channels.zalo_bot import switches as zalo_bot
from bot.channels.zalo_oa import switches as zalo_oa
from bot.commands.retention import held_by
from bot.settings import SettingError, read, unit_cards
from content import answers, completeness
from content.catalogue import Catalogue
from flows import check as flow_check
from flows.script import BOOK
from flows.speech import Limits


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("python -m bot check", description=__doc__)
    parser.add_argument(
        "--today", type=_day, metavar="YYYY-MM-DD", help="the day reviews are measured by (default: today)"
    )
    today = parser.parse_args(arguments).today or date.today()  # noqa: DTZ011 (a month, wherever one is)
    faults, limits = list[str](), LIMITS
    try:
        settings = read(os.environ)
        limits = carried(settings.zalo_switches)
        unit_cards(settings.unit_file)
        if held := held_by(settings):
            faults.append(held)
    except SettingError as error:
        faults.append(str(error))
    faults += [str(f) for f in flow_check.check(BOOK, limits)]
    words = Catalogue()
    for language in words.languages():
        faults += [str(f) for f in completeness.check(BOOK, words, language, limits)]
        faults += [str(f) for f in answers.check(BOOK, words, language, today)]
    for fault in faults:
        sys.stdout.write(fault + "\n")
    if not faults:
        sys.stdout.write(f"{len(BOOK.flows)} flows, {len(BOOK.steps)} places: nothing is wrong.\n")
    return 1 if faults else 0


def carried(switches: tuple[str, ...]) -> dict[str, Limits]:
    """What the channels can carry; Zalo's as its switches have it: how many replies, and how many lines go as one."""
    bot, oa = zalo_bot.Switches(switches).limits, zalo_oa.Switches(switches).limits
    return LIMITS | {"zalo_bot": bot(LIMITS["zalo_bot"]), "zalo_oa": oa(LIMITS["zalo_oa"])}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}” is no day; write it as 2026-11-22") from error
