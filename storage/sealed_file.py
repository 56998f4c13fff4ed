"""A file that only the root key opens, and that tells when it was cut off or changed: what a backup is written into.

AES-256-GCM in chunks. The key is made by HKDF of the root key for this file alone (its salt stands in the header), so the chunks
are simply numbered; the last one says that it is the last. The header is in clear and bound to every chunk.
"""

import hmac
import json
import os
import secrets
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from storage.vault import Vault

MAGIC = b"DONGHANH BACKUP\n"
VERSION = 1
CHUNK = 1 << 20
_LENGTH = struct.Struct(">I")
_MOST = CHUNK + 64
_LONGEST_HEADER = 1 << 16
_ENTRY, _BYTES = b"E", b"B"


class RefusedBackupError(Exception):
    """This file cannot be used; the text says why and what to do. Nothing was touched."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of what was written: the beginning of an entry (its name), or bytes of the one begun last."""

    entry: str
    content: bytes


def _cipher(vault: Vault, salt: str) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(vault.subkey(f"backup {salt}"))


def _check(vault: Vault, salt: str) -> str:
    return vault.blind("backup", salt)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class Sealing:
    """Writes such a file; it stands under its own name only when all of it is on the disk. OSError as the disk has it."""

    def __init__(self, path: Path, vault: Vault, header: Mapping[str, Any]) -> None:
        self._path, self._part = path, path.with_name(f"{path.name}.part")
        salt = secrets.token_hex(16)
        told = json.dumps(
            {**header, "version": VERSION, "salt": salt, "key": _check(vault, salt)}, sort_keys=True
        ).encode()
        self._cipher, self._number, self._waiting = _cipher(vault, salt), 0, b""
        begin = MAGIC + _LENGTH.pack(len(told)) + told
        self._bound = sha256(begin).digest()
        self._file = os.fdopen(os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
        self._file.write(begin)

    def entry(self, name: str) -> None:
        """What follows belongs to this."""
        self._put(_ENTRY + name.encode())

    def add(self, content: bytes) -> None:
        """Bytes of any number."""
        for start in range(0, len(content), CHUNK):
            self._put(_BYTES + content[start : start + CHUNK])

    def __enter__(self) -> "Sealing":
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if kind is not None:
            self._file.close()
            self._part.unlink()
            return
        self._write(self._waiting, last=True)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._part.replace(self._path)
        fsync_folder(self._path.parent)

    def _put(self, plain: bytes) -> None:
        # One is held back, so that the last can say that it is.
        if self._waiting:
            self._write(self._waiting, last=False)
        self._waiting = plain

    def _write(self, plain: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number, last=last), plain, self._bound)
        self._file.write(_LENGTH.pack(len(sealed)) + sealed)
        self._number += 1


def header_of(path: Path) -> dict[str, Any]:
    """What a file says of itself, unproved. RefusedBackupError for what is no backup, or one of a newer version."""
    with path.open("rb") as file:
        return _begin(file)[0]


def opened(path: Path, vault: Vault) -> Iterator[Chunk]:
    """All of it in order, each piece proved before it is given out. RefusedBackupError for another key, a file that was cut
    off or changed; only when the iterator has ended is the whole proved."""
    from cryptography.exceptions import InvalidTag

    with path.open("rb") as file:
        header, bound = _begin(file)
        salt = str(header.get("salt", ""))
        if not hmac.compare_digest(str(header.get("key", "")), _check(vault, salt)):
            raise RefusedBackupError(
                "This backup was made with another key. Give the key file of the house it was made by (DONGHANH_KEY_FILE)."
            )
        cipher, number = _cipher(vault, salt), 0
        sealed = _next(file)
        while sealed is not None:
            following = _next(file)
            try:
                plain = cipher.decrypt(_nonce(number, last=following is None), sealed, bound)
            except InvalidTag:
                raise RefusedBackupError(_why(cipher, number, sealed, bound, cut=following is None)) from None
            if plain[:1] == _ENTRY:
                yield Chunk(plain[1:].decode(), b"")
            elif plain:
                yield Chunk("", plain[1:])
            sealed, number = following, number + 1
        if not number:
            raise RefusedBackupError(_CUT)


def fsync_folder(folder: Path) -> None:
    """The name of a file is safe only when its folder is."""
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _begin(file: BinaryIO) -> tuple[dict[str, Any], bytes]:
    foreign = RefusedBackupError("This file is no backup of Đồng Hành. Give one that `python -m bot backup` has made.")
    begin = file.read(len(MAGIC) + _LENGTH.size)
    if not begin.startswith(MAGIC) or len(begin) < len(MAGIC) + _LENGTH.size:
        raise RefusedBackupError(_CUT) if begin and MAGIC.startswith(begin[: len(MAGIC)]) else foreign
    (length,) = _LENGTH.unpack(begin[len(MAGIC) :])
    if length > _LONGEST_HEADER:
        raise RefusedBackupError(_CHANGED)
    told = file.read(length)
    if len(told) < length:
        raise RefusedBackupError(_CUT)
    try:
        header = json.loads(told)
    except ValueError:
        raise RefusedBackupError(_CHANGED) from None
    if not isinstance(header, dict):
        raise RefusedBackupError(_CHANGED)
    if header.get("version") != VERSION:
        raise RefusedBackupError(
            f"This backup is of version {header.get('version')}, and this house knows version {VERSION} only. Use the newer "
            "house that made it."
        )
    return header, sha256(begin + told).digest()


def _next(file: BinaryIO) -> bytes | None:
    begin = file.read(_LENGTH.size)
    if not begin:
        return None
    if len(begin) < _LENGTH.size:
        raise RefusedBackupError(_CUT)
    (length,) = _LENGTH.unpack(begin)
    if length > _MOST:
        raise RefusedBackupError(_CHANGED)
    sealed = file.read(length)
    if len(sealed) < length:
        raise RefusedBackupError(_CUT)
    return sealed


def _why(cipher: Any, number: int, sealed: bytes, bound: bytes, *, cut: bool) -> str:
    """A piece that opens as one in the middle, but stands at the end: what came after it is gone."""
    from cryptography.exceptions import InvalidTag

    if cut:
        try:
            cipher.decrypt(_nonce(number, last=False), sealed, bound)
        except InvalidTag:
            return _CHANGED
        return _CUT
    return _CHANGED


_CUT = "This backup was cut off: its end is missing. Copy it once more from where it was kept, or take an older one."
_CHANGED = (
    "This backup was changed after it was made, or damaged on its way. Copy it once more from where it was kept, or take "
    "another one."
)
