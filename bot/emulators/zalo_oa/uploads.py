"""Files that were uploaded to be sent: checked, kept a week, then gone."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from bot.emulators.clock import Clock
from bot.emulators.pictures import Pictures
from bot.emulators.zalo_oa.answers import invalid, oa
from bot.emulators.zalo_oa.limits import Limits

LIVES = timedelta(days=7)
LARGEST_IMAGE, LARGEST_FILE = 1024 * 1024, 5 * 1024 * 1024
IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
GIFS = (b"GIF87a", b"GIF89a")
FILES = (".pdf", ".doc", ".docx", ".csv")


@dataclass(frozen=True, slots=True)
class Upload:
    """One file: how it is named on a phone, or where its picture is."""

    shown: str
    until: datetime


class Uploads:
    """The uploads of the OA, by attachment_id and by token."""

    def __init__(self, clock: Clock, limits: Limits, pictures: Pictures) -> None:
        self._clock, self._limits, self._pictures = clock, limits, pictures
        self._pictures_kept: dict[str, Upload] = {}
        self._files_kept: dict[str, Upload] = {}

    async def take_image(self, request: Request) -> dict[str, Any]:
        return await self._take_picture(request, IMAGES, LARGEST_IMAGE)

    async def take_gif(self, request: Request) -> dict[str, Any]:
        return await self._take_picture(request, GIFS, LARGEST_FILE)

    async def take_file(self, request: Request) -> dict[str, Any]:
        name, body = await _file(request)
        if not name.lower().endswith(FILES):
            raise invalid("file")
        if len(body) > LARGEST_FILE:
            raise oa(-210)
        self._limits.uploaded()
        token = secrets.token_urlsafe(40)
        self._files_kept[token] = Upload(name, self._clock.now() + LIVES)
        return {"token": token}

    def picture(self, attachment_id: Any) -> str:
        """Where the picture is; RefusedError when it never was, or is no more."""
        return self._kept(self._pictures_kept, attachment_id, "attachment_id")

    def file(self, token: Any) -> str:
        return self._kept(self._files_kept, token, "token")

    def _kept(self, those: dict[str, Upload], key: Any, name: str) -> str:
        upload = those.get(key) if isinstance(key, str) else None
        if upload is None:
            raise invalid(name)
        if upload.until <= self._clock.now():
            raise oa(-100)
        return upload.shown

    async def _take_picture(self, request: Request, begins: tuple[bytes, ...], largest: int) -> dict[str, Any]:
        _, body = await _file(request)
        if not body.startswith(begins):
            raise invalid("file")
        if len(body) > largest:
            raise oa(-210)
        self._limits.uploaded()
        attachment_id = secrets.token_urlsafe(30)
        shown = str(self._pictures.keep(body)["picture"] or "")
        self._pictures_kept[attachment_id] = Upload(shown, self._clock.now() + LIVES)
        return {"attachment_id": attachment_id}


async def _file(request: Request) -> tuple[str, bytes]:
    """The multipart field `file`."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise invalid("file")
    async with request.form() as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise invalid("file")
        return file.filename or "", await file.read()
