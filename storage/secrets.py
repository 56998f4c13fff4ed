"""Values of the house's own that change by use, sealed: swapped by number, so that of two who change one a single one does.

A lease says who is about to change a value, across processes; the number alone decides who did.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, not_, or_, select, update

from storage.registry.upserts import insert_into
from storage.store import Store
from storage.tables import Secret
from storage.vault import Vault

SECRET: Any = Secret.__table__  # type: ignore[attr-defined]


class SealedSecrets:
    """The `Secrets` port over the store. Every method raises UnavailableError when the database does not answer, and `read`
    cryptography's InvalidTag for what another key sealed."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store, self._vault = store, vault

    async def read(self, name: str) -> tuple[str, int]:
        """The value and its number; "" and 0 where there never was one."""

        def query(unit: Connection) -> Any:
            return unit.execute(select(SECRET.c.value, SECRET.c.version).where(SECRET.c.name == name)).first()

        row = await self._store.read(query)
        return (self._opened(name, row.version, row.value), row.version) if row is not None else ("", 0)

    async def lease(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        """Be the one to change it until then; False while another is. `until` no later than `now` lets it go."""
        free = or_(SECRET.c.holder == holder, SECRET.c.lease_until.is_(None), SECRET.c.lease_until <= now)
        taken = select(SECRET.c.name).where(SECRET.c.name == name, not_(free))
        if await self._store.read(lambda unit: unit.execute(taken).first()) is not None:
            return False  # who waits only reads, so that the holder's writes need not wait for them

        def work(unit: Connection) -> bool:
            _stands(unit, name)
            mine = update(SECRET).where(SECRET.c.name == name, free).values(holder=holder, lease_until=until)
            return bool(unit.execute(mine).rowcount)

        return await self._store.write(work)

    async def swap(self, name: str, version: int, value: str) -> bool:
        """Put `value` in the place of the one of this number; False, and nothing changed, where it has another by now."""
        sealed = self._sealed(name, version + 1, value)

        def work(unit: Connection) -> bool:
            if version == 0:
                _stands(unit, name)
            this = update(SECRET).where(SECRET.c.name == name, SECRET.c.version == version)
            return bool(unit.execute(this.values(value=sealed, version=version + 1)).rowcount)

        return await self._store.write(work)

    def _sealed(self, name: str, version: int, value: str) -> bytes:
        return self._vault.seal(value, "secret", version, name) if value else b""

    def _opened(self, name: str, version: int, sealed: bytes) -> str:
        return self._vault.open(bytes(sealed), "secret", version, name) if sealed else ""


def _stands(unit: Connection, name: str) -> None:
    """A row to change, without a value yet."""
    empty = {"name": name, "version": 0, "value": b"", "holder": "", "lease_until": None}
    unit.execute(insert_into(unit, SECRET).values(empty).on_conflict_do_nothing())
