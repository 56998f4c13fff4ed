"""Who may sign in to the console: add somebody, give them a new password, shut them out, and the units they belong to."""

import argparse
import os
import re
import sys
from datetime import UTC, datetime

from sqlalchemy import Connection

from bot.commands.run import sentenced
from bot.settings import SettingError, Settings, read, unit_cards
from flows.core.hours import Week
from storage import migrations, staff, units
from storage.audit import HOUSE, Act, AuditLog
from storage.staff import LoginError, Role
from storage.store import Store
from storage.units import UnitError
from storage.vault import Vault, claim, open_key

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


def main(arguments: list[str]) -> int:
    given = _parser().parse_args(arguments)
    return sentenced(lambda: _done(given))


def _done(given: argparse.Namespace) -> int:
    try:
        settings = read(os.environ)
        vault, store = open_key(settings.key_file), Store(settings.database_url)
        try:
            migrations.upgrade(settings.database_url)
            store.write_now(lambda unit: claim(unit, vault))
            store.write_now(lambda unit: units.found(unit, unit_cards(settings.unit_file)[0].name))
            return _act(given, settings, store, vault)
        finally:
            store.close()
    except (LoginError, UnitError) as error:
        raise SettingError(str(error)) from error


def _act(given: argparse.Namespace, settings: Settings, store: Store, vault: Vault) -> int:
    audit, now = AuditLog(vault), datetime.now(UTC)
    match given.what:
        case "add":
            return _add(given, settings, store, vault)
        case "reset":
            password, hashed = _handed(vault)

            def again(unit: Connection) -> None:
                whom = staff.reset(unit, given.login, hashed)
                audit.append(unit, now, HOUSE, Act.STAFF_RESET, whom=whom.id)

            store.write_now(again)
            _tell(settings, given.login, password)
        case "disable":

            def out(unit: Connection) -> None:
                whom = staff.disable(unit, given.login)
                audit.append(unit, now, HOUSE, Act.STAFF_DISABLE, whom=whom.id)

            store.write_now(out)
            sys.stdout.write(f"{given.login} is shut out; what they had open ends within seconds.\n")
        case "unit":
            if given.week and Week.read(given.week) is None:
                raise SettingError(
                    f"“{given.week}” is no week; write it like “2-6 07:30-11:30 13:30-16:30; 7 08:00-11:00”."
                )

            def plant(unit: Connection) -> None:
                planted = units.plant(unit, given.code, given.name, given.kind, given.under, given.week)
                for door in given.door:
                    units.open_door(unit, door, planted.code)
                audit.append(unit, now, HOUSE, Act.UNIT, unit=planted.path)

            store.write_now(plant)
            sys.stdout.write(f"{given.code} stands under {given.under}.\n")
        case _:
            _list(store)
    return 0


def _add(given: argparse.Namespace, settings: Settings, store: Store, vault: Vault) -> int:
    login, now = given.login.casefold(), datetime.now(UTC)
    if not _LOGIN.fullmatch(login):
        raise SettingError(f"“{given.login}” is no login: 2 to 40 small letters, digits, dots, dashes.")
    password, hashed = _handed(vault)

    def work(unit: Connection) -> None:
        if units.find(unit, given.unit) is None:
            known = ", ".join(u.code for u in units.below(unit, units.found(unit, "")))
            raise SettingError(f"There is no unit “{given.unit}”; there are {known}. Make one: staff unit CODE NAME.")
        whom = staff.add(unit, login, given.name or login, Role(given.role), given.unit, hashed, now)
        AuditLog(vault).append(unit, now, HOUSE, Act.STAFF_ADD, whom=whom.id, role=given.role, unit=given.unit)

    store.write_now(work)
    _tell(settings, login, password)
    return 0


def _handed(vault: Vault) -> tuple[str, str]:
    """A password to hand over, and its hash. Argon2 is imported here and no earlier."""
    from bot.console.passwords import Passwords, handed

    password, passwords = handed(), Passwords(vault)
    try:
        return password, passwords.make_now(password)
    finally:
        passwords.close()


def _tell(settings: Settings, login: str, password: str) -> None:
    where = settings.public_url or f"http://{settings.host}:{settings.port}"
    sys.stdout.write(
        f"Login:    {login}\nPassword: {password}\n"
        f"Hand both over in person. At {where}/console they choose a password of their own and enrol their phone; this one is "
        "then worth nothing.\n"
    )


def _list(store: Store) -> None:
    everyone = store.write_now(staff.everyone)
    if not everyone:
        sys.stdout.write("Nobody yet. The first one: python -m bot staff add LOGIN --role administrator\n")
    for member in everyone:
        state = "disabled" if member.disabled else ("in use" if member.enrolled else "not yet signed in")
        sys.stdout.write(f"{member.login:20} {member.role.value:14} {member.unit:24} {state:18} {member.name}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m bot staff", description=__doc__)
    what = parser.add_subparsers(dest="what", required=True)
    add = what.add_parser("add", help="somebody new; prints the password to hand over")
    add.add_argument("login")
    add.add_argument("--name", default="", help="as citizens are told it")
    add.add_argument("--role", choices=[r.value for r in Role], default=Role.OFFICER.value)
    add.add_argument("--unit", default=units.ROOT, help="the code of the unit whose conversations they see, and below")
    for name, does in (("reset", "a new password and a new phone"), ("disable", "shut somebody out at once")):
        what.add_parser(name, help=does).add_argument("login")
    what.add_parser("list", help="who there is")
    unit = what.add_parser("unit", help="put a unit under another, or change it")
    unit.add_argument("code")
    unit.add_argument("name")
    unit.add_argument("--kind", choices=units.KINDS, default="commune")
    unit.add_argument("--under", default=units.ROOT)
    unit.add_argument("--week", default="", help='when somebody is there: "2-6 07:30-11:30 13:30-16:30; 7 08:00-11:00"')
    unit.add_argument(
        "--door", action="append", default=[], help='who belongs to it: "bot telegram:123456", "link CODE", "home"'
    )
    return parser
