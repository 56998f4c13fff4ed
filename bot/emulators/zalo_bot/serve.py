"""Serve the local Bot platform until told to stop."""

import argparse

from bot.emulators import serving
from bot.emulators.zalo_bot.account import TOKEN
from bot.emulators.zalo_bot.server import application


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("python -m bot emulate zalo-bot", description=__doc__)
    serving.options(parser, port=8082)
    parser.add_argument("--token", default=TOKEN, help="the bot's token; any text with a colon in it")
    parser.add_argument("--name", default="Bot Đồng Hành", help="the bot's name, as a group mentions it")
    given = parser.parse_args(arguments)
    if ":" not in given.token:
        parser.error("a token has a colon in it, like 12345689:abc-xyz")
    return serving.until_stopped(
        "Zalo Bot",
        given,
        lambda journal, switches: application(token=given.token, name=given.name, journal=journal, switches=switches),
        [f"Token: {given.token}"],
    )
