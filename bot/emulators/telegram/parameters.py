"""The parameters of a call, however they came: query, JSON, form or multipart; all are text first, as in the real server."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.web_request import FileField

from bot.emulators.telegram.refusal import Refused, bad

LARGEST = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    kind: str
    body: bytes


@dataclass(slots=True)
class Parameters:
    """Named texts and files."""

    texts: dict[str, str] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    @classmethod
    def of(cls, values: dict[str, Any]) -> "Parameters":
        """From JSON values."""
        return cls({name: _as_text(value) for name, value in values.items() if value is not None})

    def text(self, name: str) -> str:
        text = self.texts.get(name, "")
        try:
            text.encode()
        except UnicodeEncodeError:
            raise bad("strings must be encoded in UTF-8") from None
        return text

    def integer(self, name: str, default: int = 0, low: int | None = None, high: int | None = None) -> int:
        """The number, kept within its bounds; what is no number counts as 0, as there."""
        given = self.texts.get(name, "").strip()
        value = default if not given else int(given) if given.lstrip("-").isdecimal() else 0
        value = value if low is None else max(low, value)
        return value if high is None else min(high, value)

    def flag(self, name: str) -> bool:
        return self.texts.get(name, "").strip().lower() in ("true", "yes", "1")

    def message_id(self, name: str = "message_id") -> int:
        return max(0, self.integer(name))

    def json(self, name: str, problem: str) -> Any:
        """The value of a JSON parameter; None when it is missing."""
        if not (given := self.text(name)):
            return None
        try:
            return json.loads(given)
        except ValueError:
            raise bad(problem) from None

    def upload(self, name: str) -> Upload | None:
        """A file given in place, or as attach://other_name."""
        given = self.texts.get(name, "")
        return self.files.get(given.removeprefix("attach://") if given.startswith("attach://") else name)

    def told(self) -> dict[str, Any]:
        """For the journal: texts as they are, of files the size."""
        return {**self.texts, **{name: f"{len(file.body)} bytes, {file.kind}" for name, file in self.files.items()}}


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


async def read(request: web.Request) -> Parameters:
    """The parameters of a request. Refused when the body is not what it says it is."""
    parameters = Parameters(dict(request.query))
    if request.method != "POST":
        return parameters
    match request.content_type:
        case "application/json":
            try:
                values = json.loads(await request.read() or b"{}")
            except ValueError:
                raise Refused(400, "Bad Request: can't parse JSON object") from None
            if not isinstance(values, dict):
                raise Refused(400, "Bad Request: expected JSON Object")
            parameters.texts |= Parameters.of(values).texts
        case "multipart/form-data" | "application/x-www-form-urlencoded":
            for name, value in (await request.post()).items():
                if isinstance(value, FileField):
                    parameters.files[name] = Upload(value.filename, value.content_type, value.file.read())
                else:
                    parameters.texts[name] = str(value)
        case _:
            pass
    return parameters


def is_loopback(url: str) -> bool:
    """Whether an address means this machine."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return False
    return host in ("localhost", "127.0.0.1", "::1")
