"""One root key outside the database, and what is made from it: subkeys by purpose, sealed fields, blind indexes.

The key file is made at the first start, readable by its owner alone. It must not lie beside the database: whoever
copies the data folder must not get the key with it.
"""

import hmac
import os
import secrets
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, insert, select

from storage.tables import House

KEY_BYTES = 32
VERSION = b"\x01"
NONCE_BYTES = 12


class KeyMissingError(Exception):
    """The database belongs to a key that is not the one given."""


class Vault:
    """Subkeys are HKDF-SHA256 (RFC 5869) of the root key with the purpose as info."""

    def __init__(self, root: bytes) -> None:
        if len(root) != KEY_BYTES:
            raise KeyMissingError(f"the key must hold {KEY_BYTES} bytes")
        self._extracted = hmac.digest(b"donghanh", root, sha256)

    def subkey(self, purpose: str) -> bytes:
        """32 bytes for one named purpose."""
        return hmac.digest(self._extracted, purpose.encode() + b"\x01", sha256)

    def blind(self, purpose: str, value: str) -> str:
        """A keyed fingerprint of a value (32 hex letters): equal values are found by it, and nothing is learnt from it."""
        return hmac.digest(self.subkey(f"blind {purpose}"), value.encode(), sha256)[:16].hex()

    def seal(self, value: str, table: str, row: int, field: str) -> bytes:
        """AES-256-GCM bound to its place: version, nonce, ciphertext. Moved to another row it does not open."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(NONCE_BYTES)
        bound = f"{table}:{row}:{field}".encode()
        return VERSION + nonce + AESGCM(self.subkey("fields")).encrypt(nonce, value.encode(), bound)

    def open(self, sealed: bytes, table: str, row: int, field: str) -> str:
        """What was sealed there. Raises cryptography's InvalidTag when it was not sealed for this place."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce, ciphertext = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        return AESGCM(self.subkey("fields")).decrypt(nonce, ciphertext, f"{table}:{row}:{field}".encode()).decode()

    @property
    def check_value(self) -> bytes:
        """16 bytes that tell this key from another and give nothing of it away."""
        return self.subkey("check")[:16]


def open_key(path: Path) -> Vault:
    """Read the key file, or make one (mode 0600) where there is none. KeyMissingError for a file that holds no key."""
    try:
        return Vault(bytes.fromhex(path.read_text(encoding="ascii").strip()))
    except FileNotFoundError:
        pass
    except ValueError as error:
        raise KeyMissingError(f"{path} holds no key") from error
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    root = secrets.token_bytes(KEY_BYTES)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(root.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return Vault(root)


def claim(unit: Connection, vault: Vault) -> None:
    """Tie an unclaimed database to this key; KeyMissingError when it is tied to another."""
    house = House.__table__  # type: ignore[attr-defined]
    held = unit.execute(select(house.c.key_check)).scalar()
    if held is None:
        unit.execute(insert(house), [{"id": 1, "key_check": vault.check_value}])
    elif not hmac.compare_digest(bytes(held), vault.check_value):
        raise KeyMissingError("this database was written with another key")
