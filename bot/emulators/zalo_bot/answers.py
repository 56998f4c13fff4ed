"""The envelope of the Bot API: `ok` says how it went, whatever the HTTP status."""

from typing import Any

from starlette.responses import JSONResponse

from bot.emulators.rules import Switches

# error_code -> the HTTP status when real ones are switched on
STATUS = {400: 400, 401: 401, 403: 403, 404: 404, 408: 408, 409: 409, 429: 429}


class RefusedError(Exception):
    """A call is answered with ok:false. `code` is Zalo's error_code, the text its description."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code = code


def unauthorized() -> RefusedError:
    return RefusedError(401, "Unauthorized")


def idle() -> RefusedError:
    return RefusedError(408, "Request timeout")


def bad(description: str) -> RefusedError:
    return RefusedError(400, f"Bad Request: {description}")


def success(result: Any = None) -> JSONResponse:
    return JSONResponse({"ok": True} if result is None else {"ok": True, "result": result})


def refusal(error: RefusedError, switches: Switches, retry_after: float = 0) -> JSONResponse:
    status = STATUS.get(error.code, 400) if switches["statuses"] == "real" else 200
    headers = {"retry-after": f"{retry_after:.0f}"} if retry_after else {}
    body = {"ok": False, "error_code": error.code, "description": str(error)}
    return JSONResponse(body, status_code=status, headers=headers)
