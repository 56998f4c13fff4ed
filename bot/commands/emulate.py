"""Serve a strict local stand-in of a platform, with a page to play citizens on: a channel is tried here before it goes live."""

import importlib
import sys

# One line an emulator: its name at the command line, and the module whose `main(arguments) -> int` serves it until told to stop.
EMULATORS = {
    "telegram": "bot.emulators.telegram.serve",
    "zalo-bot": "bot.emulators.zalo_bot.serve",
    "zalo-oa": "bot.emulators.zalo_oa.serve",
}


def main(arguments: list[str]) -> int:
    known = ", ".join(EMULATORS)
    if not arguments or arguments[0] in ("-h", "--help"):
        sys.stdout.write(f"python -m bot emulate <platform> [options]\n\nPlatforms: {known}. Each has --help.\n")
        return 0
    place = EMULATORS.get(arguments[0])
    if place is None:
        sys.stderr.write(f"There is no emulator of “{arguments[0]}”. There are: {known}.\n")
        return 2
    return int(importlib.import_module(place).main(arguments[1:]))
