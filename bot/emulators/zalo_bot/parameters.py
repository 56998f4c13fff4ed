"""How a call brings its parameters: query, form, JSON or multipart, by GET or POST."""

import json
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a multipart body."""

    name: str
    body: bytes


class UnreadableError(Exception):
    """The body is not what its Content-Type says; the text says what is wrong."""


async def parameters(request: Request) -> tuple[dict[str, Any], str]:
    """All parameters, the body's before the query's, and how they came. UnreadableError when the body cannot be read.

    A form's values are text, a JSON body's what they are, a file is an Upload.
    """
    asked: dict[str, Any] = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if not body:
        return asked, "query" if asked else "nothing"
    match kind:
        case "application/json":
            try:
                read = json.loads(body)
            except ValueError as error:
                raise UnreadableError(f"the body is not JSON: {error}") from error
            if not isinstance(read, dict):
                raise UnreadableError("the JSON body is not an object")
            return {**asked, **read}, "json"
        case "application/x-www-form-urlencoded" | "multipart/form-data":
            try:
                async with request.form() as form:
                    sent = {name: await _read(value) for name, value in form.items()}
            except MultiPartException as error:
                raise UnreadableError(f"the multipart body cannot be read: {error.message}") from error
            return {**asked, **sent}, "form" if kind == FORM else "multipart"
        case _:
            raise UnreadableError(f"a body of the type “{kind}” is not read")


async def _read(value: UploadFile | str) -> Upload | str:
    return value if isinstance(value, str) else Upload(value.filename or "", await value.read())


def shown(values: dict[str, Any]) -> dict[str, Any]:
    """The same for the journal: a file is its name and size."""
    return {k: f"file {v.name} ({len(v.body)})" if isinstance(v, Upload) else v for k, v in values.items()}
