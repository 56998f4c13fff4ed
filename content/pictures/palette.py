"""A rendered picture with at most 256 colours: half the bytes on a weak network (dev only: numpy)."""

import struct
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST = 256


def shrunk(png: bytes) -> bytes:
    """The same picture with a palette. It takes what the renderer makes: 8 bits, RGBA, no interlace, nothing seen through."""
    red, green, blue, opaque = np.moveaxis(_pixels(png), 2, 0)
    if opaque.min() < 255:
        raise ValueError("the picture can be seen through somewhere; lay paper under it")
    colours, where, counts = np.unique(red << 16 | green << 8 | blue, return_inverse=True, return_counts=True)
    parted = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1)
    palette = parted[np.argsort(-counts, kind="stable")[:MOST]]
    nearest = np.array([((palette - colour) ** 2).sum(axis=1).argmin() for colour in parted], np.uint8)
    rows = nearest[where].reshape(red.shape)
    high, wide = rows.shape
    raw = b"".join(b"\0" + row.tobytes() for row in rows)
    made = (
        (b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 3, 0, 0, 0)),
        (b"PLTE", palette.astype(np.uint8).tobytes()),
        (b"IDAT", zlib.compress(raw, 9)),
        (b"IEND", b""),
    )
    return SIGNATURE + b"".join(_chunk(kind, body) for kind, body in made)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """What a PNG is made of, kind and body."""
    start = len(SIGNATURE)
    while start < len(png):
        (size,) = struct.unpack(">I", png[start : start + 4])
        yield png[start + 4 : start + 8], png[start + 8 : start + 8 + size]
        start += size + 12


def _pixels(png: bytes) -> Any:
    """The pixels of an RGBA picture: rows × columns × 4.

    Every pixel may be told by its neighbours on the left, above and between them, so they are undone diagonal by diagonal.
    """
    parts = list(chunks(png))
    wide, high, *manner = struct.unpack(">IIBBBBB", parts[0][1])
    if manner != [8, 6, 0, 0, 0]:
        raise ValueError(f"the renderer made another kind of PNG than RGBA with 8 bits: {manner}")
    raw = np.frombuffer(zlib.decompress(b"".join(body for kind, body in parts if kind == b"IDAT")), np.uint8)
    raw = raw.reshape(high, 1 + wide * 4)
    filters = raw[:, 0].astype(np.int32)
    told = raw[:, 1:].reshape(high, wide, 4).astype(np.int32)
    seen = np.zeros((high + 1, wide + 1, 4), np.int32)
    for diagonal in range(high + wide - 1):
        y = np.arange(max(0, diagonal - wide + 1), min(high, diagonal + 1))
        x = diagonal - y
        left, above, between = seen[y + 1, x], seen[y, x + 1], seen[y, x]
        guess = left + above - between
        far = [abs(guess - other) for other in (left, above, between)]
        paeth = np.where((far[0] <= far[1]) & (far[0] <= far[2]), left, np.where(far[1] <= far[2], above, between))
        by_filter = np.stack([np.zeros_like(left), left, above, (left + above) // 2, paeth])
        seen[y + 1, x + 1] = (told[y, x] + by_filter[filters[y], np.arange(len(y))]) & 255
    return seen[1:, 1:]
