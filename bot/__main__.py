"""`python -m bot <command>`: hands over to one module of `bot/commands`."""

import importlib
import sys
from pathlib import Path

HERE = Path(__file__).parent / "commands"


def main(arguments: list[str]) -> int:
    known = sorted(f.stem for f in HERE.glob("*.py") if f.stem != "__init__")
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        sys.stdout.write("python -m bot <command>\n\n")
        for name in known:
            sentence = (importlib.import_module(f"bot.commands.{name}").__doc__ or "").split("\n")[0]
            sys.stdout.write(f"  {name:8} {sentence}\n")
        return 0
    if arguments[0] not in known:
        sys.stderr.write(f"There is no command “{arguments[0]}”. There are: {', '.join(known)}.\n")
        return 2
    command = importlib.import_module(f"bot.commands.{arguments[0]}")
    return int(command.main(arguments[1:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
