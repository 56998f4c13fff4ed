"""Put a backup back: `python -m bot restore FILE`, while the house stands still; the database that was there is kept aside."""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from bot.commands.backup import key_of, refused
from bot.commands.run import sentenced
from bot.retention import believe
from bot.settings import Settings, read
from storage import backups
from storage.aside import KEPT
from storage.audit import HOUSE, Act, AuditLog
from storage.backups import Backup, Place
from storage.erasures import Erasures
from storage.vault import Vault, claim, open_key

WORD = "RESTORE"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("python -m bot restore", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--check", action="store_true", help="only look whether it is whole and opens; touch nothing")
    given = parser.parse_args(arguments)
    return sentenced(lambda: refused(lambda: _restore(read(os.environ), given.file, only_look=given.check)))


def _restore(settings: Settings, file: Path, *, only_look: bool) -> int:
    vault = key_of(settings)
    backup = backups.prove(file, vault)
    sys.stdout.write(
        f"{file} is whole, and this house's key opens it: {' and '.join(backup.databases)}, as of "
        f"{backup.made:%d/%m/%Y %H:%M} UTC.\n"
    )
    if only_look:
        return 0
    erasures = Erasures(settings.erasures, vault)
    lines = len(erasures.read())
    sys.stdout.write(
        f"{settings.erasures} lists {lines} erasures; what it lists is erased again.\n"
        if lines
        else f"There is no erasure in {settings.erasures}. If the house had such a file, put it there first: without it people "
        "who had themselves erased since would be back.\n"
    )
    sys.stdout.write(f"What was written since is put aside. Type {WORD} to go on: ")
    sys.stdout.flush()
    if sys.stdin.readline().strip() != WORD:
        sys.stdout.write("Nothing was touched.\n")
        return 1
    kept = backups.restore(file, vault, places(settings, backup, vault, erasures), datetime.now(UTC))
    sys.stdout.write("Restored. What waited to be sent then is not sent again (`python -m bot outbox` lists it).\n")
    for name in kept:
        sys.stdout.write(f"The old database is kept as {name}, and goes by itself after {KEPT.days} days.\n")
    return 0


def places(settings: Settings, backup: Backup, vault: Vault, erasures: Erasures) -> dict[str, Place]:
    """Where each database of a backup goes, and what is done to it before it is anybody's."""

    def house(unit: Connection) -> None:
        now = datetime.now(UTC)
        claim(unit, vault)
        backups.quiet_house(unit)
        erasures.reapply(unit)
        believe(unit, vault, now)
        AuditLog(vault).append(unit, now, HOUSE, Act.RESTORE, of=backup.made.isoformat())

    def registry(unit: Connection) -> None:
        if settings.registry_key.exists():
            claim(unit, open_key(settings.registry_key))
        backups.quiet_registry(unit)

    return {"house": Place(settings.database_url, house), "registry": Place(settings.registry_database, registry)}
