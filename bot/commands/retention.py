"""How long what is kept, when it was last looked through, and whether this machine's clock is believed."""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, make_url

from bot import retention
from bot.commands.run import sentenced
from bot.settings import SettingError, Settings, read
from storage import erasing, marks, migrations
from storage.store import Store, UnavailableError
from storage.vault import claim, open_key


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("python -m bot retention", description=__doc__)
    parser.add_argument("--clock-is-right", action="store_true", help="go on erasing: the clock is right as it is")
    given = parser.parse_args(arguments)
    return sentenced(lambda: _told(read(os.environ), believe=given.clock_is_right))


def held_by(settings: Settings) -> str:
    """Why nothing is erased at the moment; "" when nothing stands against it, or there is no database of today yet."""
    file = make_url(settings.database_url).database
    if settings.database_url.startswith("sqlite:") and not Path(file or "").exists():
        return ""
    if not settings.key_file.exists():
        return ""
    vault, store = open_key(settings.key_file), Store(settings.database_url)
    now = datetime.now(UTC)

    def look(unit: Connection) -> str:
        if migrations.standing(unit) != migrations.head():
            return ""
        return retention.hindrance(unit, vault, now, settings.keep_days)

    try:
        return store.write_now(look)
    except UnavailableError:
        return ""
    finally:
        store.close()


def _told(settings: Settings, *, believe: bool) -> int:
    file = make_url(settings.database_url).database
    if settings.database_url.startswith("sqlite:") and not Path(file or "").exists():
        raise SettingError(f"There is no database at {file}. See DONGHANH_DATABASE_URL.")
    vault, store = open_key(settings.key_file), Store(settings.database_url)
    try:
        now = datetime.now(UTC)
        migrations.upgrade(settings.database_url)
        store.write_now(lambda unit: claim(unit, vault))
        if believe:
            store.write_now(lambda unit: retention.believe(unit, vault, now))

        def look(unit: Connection) -> tuple[str, datetime | None]:
            return retention.hindrance(unit, vault, now, settings.keep_days), marks.moment(unit, vault, retention.SWEPT)

        why, last = store.write_now(look)
    finally:
        store.close()
    sys.stdout.write(
        f"Conversations and what was said: {settings.keep_days} days. Ids of what came, dead letters, errands, codes sent again: "
        f"{erasing.IDS_KEPT.days} days. Limits: {erasing.SPENT_KEPT.days} days. Codes for moving: "
        f"{erasing.MOVE_CODES_KEPT.days} day. What staff did: for good, under pseudonyms.\n"
        f"Last looked through: {f'{last:%d/%m/%Y %H:%M} UTC' if last else 'never yet'}.\n"
    )
    if why:
        sys.stdout.write(why + "\n")
    return 1 if why else 0
