"""What the house notes for itself between two starts: how far it came with something, and when. Sealed, one value a name."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from storage.registry.upserts import insert_into
from storage.tables import Secret
from storage.vault import Vault

SECRET: Any = Secret.__table__  # type: ignore[attr-defined]


def read(unit: Connection, vault: Vault, name: str) -> str:
    """The value noted under this name; "" where there is none, or one that another key sealed."""
    from cryptography.exceptions import InvalidTag

    row = unit.execute(select(SECRET.c.value, SECRET.c.version).where(SECRET.c.name == name)).first()
    if row is None or not row.value:
        return ""
    try:
        return vault.open(bytes(row.value), "secret", row.version, name)
    except InvalidTag:
        return ""


def write(unit: Connection, vault: Vault, name: str, value: str) -> None:
    """Note a value in the place of the one before it."""
    sealed = vault.seal(value, "secret", 1, name)
    row = {"name": name, "version": 1, "value": sealed, "holder": "", "lease_until": None}
    added = insert_into(unit, SECRET).values(row)
    unit.execute(added.on_conflict_do_update(index_elements=["name"], set_={"version": 1, "value": sealed}))


def moment(unit: Connection, vault: Vault, name: str) -> datetime | None:
    """The moment noted under this name; None where there is none."""
    written = read(unit, vault, name)
    return datetime.fromisoformat(written) if written else None
