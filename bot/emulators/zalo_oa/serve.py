"""Serve the local Official Account until told to stop."""

import argparse

from bot.emulators import serving
from bot.emulators.zalo_oa.console import Console
from bot.emulators.zalo_oa.server import application


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("python -m bot emulate zalo-oa", description=__doc__)
    serving.options(parser, port=8083)
    parser.add_argument(
        "--callback", default="", help="where the owner comes back to with a code, as in Zalo's console"
    )
    given = parser.parse_args(arguments)
    console = Console(callback=given.callback)
    return serving.until_stopped(
        "Zalo OA",
        given,
        lambda journal, switches: application(console=console, journal=journal, switches=switches),
        [
            f"App: {console.app_id}, secret key {console.app_secret}",
            f"OA: {console.oa_id}, webhook secret {console.oa_secret}",
        ],
    )
