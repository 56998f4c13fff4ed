"""Passwords of the staff, as argon2id with a pepper; one hash at a time, in a thread of its own."""

import asyncio
import hmac
import secrets
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from storage.vault import Vault

SHORTEST = 12
LONGEST = 200
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another on paper


@dataclass(frozen=True, slots=True)
class Cost:
    """What one hash takes: memory, rounds, lanes. The default is OWASP's second choice (19 MiB, 2, 1)."""

    memory_kib: int = 19 * 1024
    rounds: int = 2
    lanes: int = 1


CHEAP = Cost(8, 1, 1)  # for tests


class Passwords:
    """Makes and compares hashes; argon2 is loaded at the first."""

    def __init__(self, vault: Vault, cost: Cost = Cost()) -> None:
        self._pepper, self._cost = vault.subkey("console password pepper"), cost
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="console-hash")
        self._hasher: Any = None
        self._nobody = ""

    async def make(self, password: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self.make_now, password)

    async def fits(self, kept: str, password: str) -> bool:
        """Whether it is the password that was hashed. Where there is none the same work is done, and the answer is no."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._fits, kept, password)

    def make_now(self, password: str) -> str:
        """For a command, which has no event loop."""
        return str(self._ready().hash(self._peppered(password)))

    def close(self) -> None:
        self._thread.shutdown(wait=True)

    def _fits(self, kept: str, password: str) -> bool:
        from argon2.exceptions import InvalidHashError, VerificationError

        hasher = self._ready()
        try:
            hasher.verify(kept or self._nobody, self._peppered(password))
        except (VerificationError, InvalidHashError):
            return False
        return bool(kept)

    def _peppered(self, password: str) -> str:
        return hmac.digest(self._pepper, unicodedata.normalize("NFC", password[:LONGEST]).encode(), sha256).hex()

    def _ready(self) -> Any:
        if self._hasher is None:
            from argon2 import PasswordHasher, Type

            self._hasher = PasswordHasher(self._cost.rounds, self._cost.memory_kib, self._cost.lanes, type=Type.ID)
            self._nobody = self._hasher.hash("nobody")
        return self._hasher


def handed() -> str:
    """A password to be handed over and changed at the first sign-in: 78 bits, in groups one can read aloud."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def fault_of(password: str, login: str) -> str:
    """Why a password cannot be somebody's own, as a sentence; "" when it can."""
    if len(password) < SHORTEST:
        return f"Mật khẩu mới cần ít nhất {SHORTEST} chữ cái. Một câu ngắn dễ nhớ là được, dấu cách cũng tính."
    if len(password) > LONGEST:
        return f"Mật khẩu mới dài quá {LONGEST} chữ cái."
    if len(set(password)) < 5 or login.casefold() in password.casefold():
        return "Mật khẩu mới dễ đoán quá. Hãy dùng một câu ngắn, đừng có tên đăng nhập trong đó."
    return ""
