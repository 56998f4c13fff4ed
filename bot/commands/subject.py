"""Give out, or erase, everything that is kept about one conversation: `python -m bot subject export|erase`."""

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, make_url

from bot.commands.run import sentenced
from bot.retention import leave_no_trace_now
from bot.settings import SettingError, Settings, read
from storage import erasing, migrations
from storage.audit import HOUSE, Act, AuditLog
from storage.erasures import Erasures, erase_for_good
from storage.exporting import export_of
from storage.store import Store
from storage.traces import aging_out
from storage.vault import Vault, claim, open_key

WORD = "ERASE"


def main(arguments: list[str]) -> int:
    given = _parser().parse_args(arguments)
    return sentenced(lambda: _done(given, read(os.environ)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m bot subject", description=__doc__)
    parser.add_argument("what", choices=["export", "erase"])
    parser.add_argument("conversation", type=int, nargs="?", help="its number, as the console shows it")
    parser.add_argument("--channel", help="or by its channel (telegram, zalo_bot, zalo_oa, web) and chat")
    parser.add_argument("--chat", help="the chat's id there; asked for if it is left out")
    parser.add_argument("--bot", default="", help="which of our bots, where there are several")
    parser.add_argument("--output", type=Path, help="export: a new file instead of the screen")
    return parser


def _done(given: argparse.Namespace, settings: Settings) -> int:
    if (given.conversation is None) == (given.channel is None):
        raise SettingError("Say which conversation: its number, or --channel and --chat.")
    file = make_url(settings.database_url).database
    if settings.database_url.startswith("sqlite:") and not Path(file or "").exists():
        raise SettingError(f"There is no database at {file}. See DONGHANH_DATABASE_URL.")
    vault, store = open_key(settings.key_file), Store(settings.database_url)
    try:
        migrations.upgrade(settings.database_url)
        store.write_now(lambda unit: claim(unit, vault))
        these = _meant(given, store)
        return (
            _export(these, given.output, store, vault)
            if given.what == "export"
            else _erase(these, settings, store, vault)
        )
    finally:
        store.close()


def _meant(given: argparse.Namespace, store: Store) -> list[int]:
    if given.conversation is not None:
        these = [given.conversation]
    else:
        chat = given.chat or _asked("The chat's id: ")
        these = store.write_now(lambda unit: erasing.find(unit, given.channel, chat, given.bot))
    standing = [id_ for id_ in these if store.write_now(lambda unit, id_=id_: erasing.stands(unit, id_))]  # type: ignore[misc]
    if not standing:
        raise SettingError("There is no such conversation. The console shows a conversation's number in its address.")
    return standing


def _export(these: list[int], output: Path | None, store: Store, vault: Vault) -> int:
    def work(unit: Connection) -> list[dict[str, object]]:
        found = [export_of(unit, vault, id_) for id_ in these]
        for id_ in these:
            AuditLog(vault).append(unit, datetime.now(UTC), HOUSE, Act.EXPORT, about=id_, reason="terminal")
        return found

    written = json.dumps(store.write_now(work), ensure_ascii=False, indent=1) + "\n"
    if output is None:
        sys.stdout.write(written)
        return 0
    with os.fdopen(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(written)
    sys.stdout.write(
        f"{output}: {len(these)} conversations. It holds what a person said: hand it over, then delete it.\n"
    )
    return 0


def _erase(these: list[int], settings: Settings, store: Store, vault: Vault) -> int:
    sys.stdout.write(
        f"{len(these)} conversation{'s' * (len(these) > 1)} with everything that hangs on it will be gone, and cannot be brought "
        f"back. Type {WORD} to go on: "
    )
    sys.stdout.flush()
    if _asked("") != WORD:
        sys.stdout.write("Nothing was touched.\n")
        return 1
    erasures, audit = Erasures(settings.erasures, vault), AuditLog(vault)
    for id_ in these:
        now = datetime.now(UTC)
        erased = store.write_now(
            lambda unit, id_=id_, now=now: erase_for_good(unit, erasures, audit, id_, now, why="terminal")  # type: ignore[misc]
        )
        rows = ", ".join(f"{count} {name}" for name, count in sorted(erased.counts.items()))
        sys.stdout.write(f"Erased: {rows}.\n")
        if "link" in erased.counts:
            sys.stdout.write("The registry is told to forget the link as soon as the house runs and reaches it.\n")
    if leave_no_trace_now(store):
        sys.stdout.write("No byte of it is left in the database's files.\n" if store.on_sqlite else "")
    else:
        sys.stdout.write("Its last traces in the database's files are overwritten tonight at three.\n")
    sys.stdout.write(f"Noted in {settings.erasures}, so that a restored backup loses it again.\n")
    sys.stdout.write(f"To be told to the person: {aging_out(settings.database_url, settings.backup_days)}\n")
    return 0


def _asked(question: str) -> str:
    sys.stdout.write(question)
    sys.stdout.flush()
    return sys.stdin.readline().strip()
