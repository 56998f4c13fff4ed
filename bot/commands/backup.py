"""Put everything the house keeps into one sealed file: `python -m bot backup FILE`, while it runs."""

import argparse
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import make_url

from bot.commands.run import sentenced
from bot.settings import SettingError, Settings, read
from storage import backups
from storage.audit import HOUSE, Act, AuditLog
from storage.copies import engine_of
from storage.sealed_file import RefusedBackupError
from storage.store import Store
from storage.vault import Vault, claim, open_key


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("python -m bot backup", description=__doc__)
    parser.add_argument("file", type=Path, help="a new file; best on another disk than the database")
    given = parser.parse_args(arguments)
    return sentenced(lambda: refused(lambda: _back_up(read(os.environ), given.file)))


def refused(work: Callable[[], int]) -> int:
    """A backup that cannot be used is a sentence, like anything else that is wrong with the surroundings."""
    try:
        return work()
    except RefusedBackupError as error:
        raise SettingError(str(error)) from error


def databases(settings: Settings) -> dict[str, str]:
    """Name → URL of everything to be kept: the house's, and the simulated registry's where it is in this process and has
    begun."""
    found = {"house": settings.database_url}
    if settings.registry_url == "" and _begun(settings.registry_database, settings):
        found["registry"] = settings.registry_database
    return found


def key_of(settings: Settings) -> Vault:
    """The root key, which must be there: one made now would fit nothing."""
    if not settings.key_file.exists():
        raise SettingError(
            f"There is no key at {settings.key_file}. Put the key file of this house there, or say where it is "
            "(DONGHANH_KEY_FILE); without it nothing can be sealed or opened."
        )
    return open_key(settings.key_file)


def _begun(url: str, settings: Settings) -> bool:
    if engine_of(url) == "sqlite":
        file = make_url(url).database
        return bool(file) and Path(str(file)).exists()
    return bool(settings.registry_database_url)


def _back_up(settings: Settings, file: Path) -> int:
    vault, now = key_of(settings), datetime.now(UTC)
    made = backups.back_up(databases(settings), vault, file, now)
    store = Store(settings.database_url)
    try:
        store.write_now(lambda unit: claim(unit, vault))
        store.write_now(lambda unit: AuditLog(vault).append(unit, now, HOUSE, Act.BACKUP, of=" ".join(made.databases)))
    finally:
        store.close()
    keys = [settings.key_file, *([settings.registry_key] if "registry" in made.databases else [])]
    sys.stdout.write(
        f"{file}: {' and '.join(made.databases)}, as of {made.made:%d/%m/%Y %H:%M} UTC, {file.stat().st_size:,} bytes, sealed.\n"
        f"The key is not in it. Without {' and '.join(map(str, keys))} nobody opens it, you neither: keep a copy of the key "
        "on paper or on a stick, in another place than this file.\n"
        f"Nor is {settings.erasures} in it. Keep a copy of that too: what it lists is erased again after a restore.\n"
    )
    for old in _old_ones(file, settings.backup_days, now):
        sys.stdout.write(
            f"{old} is older than {settings.backup_days} days, which is how long people are told backups are kept. Delete it.\n"
        )
    return 0


def _old_ones(file: Path, days: int, now: datetime) -> list[Path]:
    found = []
    for beside in sorted(file.absolute().parent.iterdir()):
        if beside.suffix == file.suffix and beside.is_file():
            try:
                made = backups.told_by(beside).made
            except (RefusedBackupError, OSError):
                continue
            if now - made > timedelta(days=days):
                found.append(beside)
    return found
