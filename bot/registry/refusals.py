"""A question the registry does not take: said once, as a problem by RFC 9457, and nothing was done.

What a citizen's own screen shows (a wrong code, "Không đạt", an account that is not identified) is an answer, not this.
"""

from enum import Enum


class Refusal(Enum):
    """Why a question was not taken; the name in `code` of a problem."""

    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    NOT_INVENTED = "not_invented"
    NOBODY = "nobody"
    NO_TOKEN = "no_token"
    NOT_YOURS = "not_yours"
    NOT_THERE = "not_there"
    NO_METHOD = "no_method"
    APP_NOT_OPEN = "app_not_open"
    OUT_OF_ORDER = "out_of_order"
    ENDED = "ended"
    LENT_OUT = "lent_out"
    ALL_LENT = "all_lent"
    KEY_REUSED = "key_reused"
    TOO_OFTEN = "too_often"
    UNAVAILABLE = "unavailable"


STATUS: dict[Refusal, int] = {
    Refusal.MALFORMED: 422,
    Refusal.TOO_LARGE: 413,
    Refusal.NOT_INVENTED: 422,
    Refusal.NOBODY: 404,
    Refusal.NO_TOKEN: 401,
    Refusal.NOT_YOURS: 403,
    Refusal.NOT_THERE: 404,
    Refusal.NO_METHOD: 405,
    Refusal.APP_NOT_OPEN: 409,
    Refusal.OUT_OF_ORDER: 409,
    Refusal.ENDED: 409,
    Refusal.LENT_OUT: 409,
    Refusal.ALL_LENT: 503,
    Refusal.KEY_REUSED: 422,
    Refusal.TOO_OFTEN: 429,
    Refusal.UNAVAILABLE: 503,
}

TITLES: dict[Refusal, str] = {
    Refusal.MALFORMED: "The request is not as the OpenAPI document has it.",
    Refusal.TOO_LARGE: "The body is larger than any request of this API.",
    Refusal.NOT_INVENTED: "This is not of the invented population, so it was not read. See GET /v1/people.",
    Refusal.NOBODY: "Nobody of the invented population has this. See GET /v1/people.",
    Refusal.NO_TOKEN: "A bearer token of the right kind is missing, unknown or over.",
    Refusal.NOT_YOURS: "This token does not allow that.",
    Refusal.NOT_THERE: "There is no such thing for this token.",
    Refusal.NO_METHOD: "This path does not take that method.",
    Refusal.APP_NOT_OPEN: "The app is not open on this handset: PUT /v1/handset/app first.",
    Refusal.OUT_OF_ORDER: "That is not what this request waits for; `step` says what is.",
    Refusal.ENDED: "This request is over; begin another.",
    Refusal.LENT_OUT: "This person is lent to somebody else; their loan's token is needed.",
    Refusal.ALL_LENT: "Every invented person is lent out at the moment.",
    Refusal.KEY_REUSED: "This Idempotency-Key was used for another question; take a new one.",
    Refusal.TOO_OFTEN: "That was too often; Retry-After says when it can be done again.",
    Refusal.UNAVAILABLE: "The database does not answer; nothing was done. The same request can be sent again.",
}


class RefusedError(Exception):
    """Raised before anything is written. `step` is what a request waits for instead, `seconds` how long to wait."""

    def __init__(self, refusal: Refusal, *, step: str = "", seconds: float = 0) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.step = step
        self.seconds = seconds
