"""Check that nothing of what staff did was changed, removed or put in afterwards: `python -m bot audit verify`."""

import argparse
import os
import sys

from bot.commands.run import sentenced
from bot.settings import read
from storage.audit import Anchor, AuditLog
from storage.store import Store
from storage.vault import open_key


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("python -m bot audit", description=__doc__)
    parser.add_argument("what", choices=["verify"])
    parser.add_argument(
        "--anchor", type=Anchor.read, help="NUMBER:HASH as printed before; finds an end that was cut off"
    )
    given = parser.parse_args(arguments)
    return sentenced(lambda: verify(given.anchor))


def verify(anchor: Anchor | None) -> int:
    """0 and the anchor when the chain holds; 1 and the first row that is wrong."""
    settings = read(os.environ)
    store = Store(settings.database_url)
    try:
        verdict = store.write_now(lambda unit: AuditLog(open_key(settings.key_file)).verify(unit, anchor))
    finally:
        store.close()
    if verdict.wrong_at is None:
        sys.stdout.write(
            f"✓ {verdict.anchor.number} rows, nothing changed.\nAnchor: {verdict.anchor}\n"
            "Note the anchor where the keeper of the database cannot write; --anchor finds an end that was cut off since.\n"
        )
        return 0
    sys.stdout.write(f"✗ Row {verdict.wrong_at}: {verdict.why}. Everything before it stands.\n")
    return 1
