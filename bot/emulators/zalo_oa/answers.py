"""The envelope of the OA and of the template products: `error` says how it went, the HTTP status is 200 all the same."""

from typing import Any

SUCCESS = "Success"

# The platform's own words; the typing mistakes are its.
OA_MESSAGES = {
    -32: "Your application reached limit call api",
    -100: "attachment_id was expired",
    -204: "Offical Account is disable",
    -209: "Not supported this api",
    -210: "Parameter exceeds allowable limit",
    -211: "Out of quota",
    -213: "User has not followed OA",
    -216: "Access token is invalid",
    -217: "User has blocked invitation from OA",
    -220: "access_token is expired or removed",
    -221: "OA needs verification",
    -224: "OA must upgrade tier",
    -227: "User is banned or inactive for more than 45 days",
    -230: "User has not interacted with the OA in the past 7 days",
    -232: "User has not interacted with the OA, or the last interaction has expired",
    -233: "message type is invalid or not support",
    -234: "This message cannot be sent at night (10:00PM - 6:00AM)",
    -237: "Group has been disabled",
    -240: "MessageV2 API has been shut down, please switch to MessageV3",
    -242: "appsecret_proof is invalid",
    -249: "This template cannot be sent by UID",
    -403: "OA is not in group",
}
TEMPLATE_MESSAGES = {
    -32: "Your application reached limit call api",
    -107: "Message id is invalid",
    -108: "Phone number is invalid",
    -109: "Template id is invalid",
    -111: "Template data is empty",
    -112: "Template data has a parameter that is not defined",
    -1121: "A parameter is too long",
    -1122: "A parameter is missing",
    -118: "There is no Zalo account of this phone number",
    -119: "This account cannot receive messages",
    -121: "The body is empty",
    -122: "The body is not JSON",
    -124: "Access token is invalid",
    -1241: "appsecret_proof is invalid",
    -127: "A test message can only be sent to an admin",
    -131: "The template has not been approved",
    -132: "A parameter is invalid",
    -133: "This message cannot be sent at night (22:00 - 6:00)",
    -1351: "The user has blocked the OA",
    -144: "Daily limit is exceeded",
    -162: "sending_mode is invalid",
}


class RefusedError(Exception):
    """A call is answered with an error. `code` is Zalo's, the text its message."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def oa(code: int) -> RefusedError:
    """A refusal of the OpenAPI."""
    return RefusedError(code, OA_MESSAGES[code])


def invalid(field: str) -> RefusedError:
    """-201, with the field that is wrong."""
    return RefusedError(-201, f"{field} is invalid!")


def template(code: int, what: str = "") -> RefusedError:
    """A refusal of the template products; `what` names the part."""
    return RefusedError(code, f"{TEMPLATE_MESSAGES[code]}{': ' if what else ''}{what}")


def success(data: Any) -> dict[str, Any]:
    return {"error": 0, "message": SUCCESS} | ({} if data is None else {"data": data})


def refusal(error: RefusedError) -> dict[str, Any]:
    return {"error": error.code, "message": str(error)}
