"""Photos: given as a file, an address or a file_id; measured, and refused when Telegram would."""

import struct
from typing import Any

import aiohttp

from bot.emulators.telegram.emulator import Emulator
from bot.emulators.telegram.parameters import Parameters, is_loopback
from bot.emulators.telegram.refusal import Refused, bad

Json = dict[str, Any]

LARGEST_UPLOAD, LARGEST_BY_ADDRESS = 10 * 1024 * 1024, 5 * 1024 * 1024
LONGEST_SIDES, STEEPEST = 10_000, 20
FETCH_SECONDS = 5.0


async def photo(emulator: Emulator, given: Parameters) -> Json:
    """The content of a photo message."""
    if upload := given.upload("photo"):
        if len(upload.body) > LARGEST_UPLOAD:
            raise Refused(413, "Request Entity Too Large")
        return _kept(emulator, upload.body)
    code = given.text("photo")
    if not code:
        raise bad("there is no photo in the request")
    if code.startswith(("http://", "https://")):
        return _kept(emulator, await _fetched(code)) if is_loopback(code) else _elsewhere(emulator, code)
    known = emulator.world.files.get(code)
    if known is None or "photo" not in known:
        raise bad("wrong remote file identifier specified: can't unserialize it. Wrong last symbol")
    return {"photo": known["photo"]}


def _kept(emulator: Emulator, body: bytes) -> Json:
    if not body:
        raise bad("file must be non-empty")
    size = measured(body)
    if size is None:
        raise bad("IMAGE_PROCESS_FAILED")
    width, height = size
    if width + height > LONGEST_SIDES or max(width, height) > STEEPEST * min(width, height):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    return _sizes(emulator, body, width, height)


def _sizes(emulator: Emulator, body: bytes, width: int, height: int) -> Json:
    file = emulator.world.keep_file("photo", body)
    sizes = [{**file, "width": width, "height": height}]
    emulator.world.files[file["file_id"]]["photo"] = sizes
    return {"photo": sizes}


def _elsewhere(emulator: Emulator, url: str) -> Json:
    """Telegram's servers would fetch it; this emulator asks nobody outside this machine, so it believes the bot."""
    content = _sizes(emulator, b"", 1280, 720)
    emulator.world.files[content["photo"][0]["file_id"]]["url"] = url
    return content


async def _fetched(url: str) -> bytes:
    try:
        timeout = aiohttp.ClientTimeout(total=FETCH_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout, trust_env=False) as session, session.get(url) as answer:
            if answer.status != 200:
                raise bad("failed to get HTTP URL content")
            body = await answer.content.read(LARGEST_BY_ADDRESS + 1)
    except (aiohttp.ClientError, TimeoutError, ValueError):
        raise bad("failed to get HTTP URL content") from None
    if len(body) > LARGEST_BY_ADDRESS or measured(body) is None:
        raise bad("wrong type of the web page content")
    return body


def measured(body: bytes) -> tuple[int, int] | None:
    """(width, height) of a PNG or JPEG; None when it is neither."""
    if body.startswith(b"\x89PNG\r\n\x1a\n") and len(body) >= 24:
        width, height = struct.unpack(">II", body[16:24])
        return int(width), int(height)
    if not body.startswith(b"\xff\xd8"):
        return None
    at = 2
    while at + 9 < len(body) and body[at] == 0xFF:
        marker, length = body[at + 1], int.from_bytes(body[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", body[at + 5 : at + 9])
            return int(width), int(height)
        at += 2 + length
    return None
