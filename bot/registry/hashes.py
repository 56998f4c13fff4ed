"""What a person chose in secret, as argon2id with a pepper: one hash at a time, in a thread of its own."""

import asyncio
import hmac
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from hashlib import sha256
from typing import Any

from bot.registry.options import Cost
from flows.core.vietnamese import fold, tidy
from storage.vault import Vault


class Secret(Enum):
    """What kind of secret a hash is of; a hash of one kind is worth nothing for another."""

    PASSWORD = "password"
    PASSCODE = "passcode"
    ANSWER = "answer"


class Hashes:
    """Makes and compares hashes. One at a time, because each takes `cost.memory_kib`; argon2 is loaded at the first."""

    def __init__(self, vault: Vault, cost: Cost) -> None:
        self._pepper = vault.subkey("registry pepper")
        self._cost = cost
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="registry-hash")
        self._hasher: Any = None
        self._nobody = ""

    async def make(self, person: int, kind: Secret, value: str) -> str:
        """The hash of a secret of this person."""
        peppered = self._peppered(person, kind, value)
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._make, peppered)

    async def fits(self, kept: str, person: int, kind: Secret, value: str) -> bool:
        """Whether a secret is the one that was hashed. Where none is kept the same work is done, and the answer is no."""
        peppered = self._peppered(person, kind, value)
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._fits, kept, peppered)

    def close(self) -> None:
        self._thread.shutdown(wait=True)

    def _peppered(self, person: int, kind: Secret, value: str) -> str:
        plain = fold(tidy(value)) if kind is Secret.ANSWER else unicodedata.normalize("NFC", value)
        return hmac.digest(self._pepper, f"{kind.value} {person} {plain}".encode(), sha256).hex()

    def _make(self, peppered: str) -> str:
        return str(self._ready().hash(peppered))

    def _fits(self, kept: str, peppered: str) -> bool:
        from argon2.exceptions import VerificationError

        hasher = self._ready()
        try:
            hasher.verify(kept or self._nobody, peppered)
        except VerificationError:
            return False
        return bool(kept)

    def _ready(self) -> Any:
        if self._hasher is None:
            from argon2 import PasswordHasher, Type

            self._hasher = PasswordHasher(self._cost.rounds, self._cost.memory_kib, self._cost.lanes, type=Type.ID)
            self._nobody = self._hasher.hash("nobody")
        return self._hasher
