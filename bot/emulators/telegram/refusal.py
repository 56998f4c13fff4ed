"""How the Bot API says no: a status, a description that clients match on, and sometimes what to do instead."""

from typing import Any


class Refused(Exception):
    """An answer that is not ok. `parameters`: `retry_after` in seconds, or `migrate_to_chat_id`."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters

    def answer(self) -> dict[str, Any]:
        """The body, as Telegram words it."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return {**body, "parameters": self.parameters} if self.parameters else body


def bad(sentence: str) -> Refused:
    """400. The server writes its sentences with a small first letter, unless the second one is a capital too."""
    if len(sentence) < 2 or not (sentence[1].isupper() or sentence[1] == "_"):
        sentence = sentence[:1].lower() + sentence[1:]
    return Refused(400, f"Bad Request: {sentence}")


def forbidden(sentence: str) -> Refused:
    return Refused(403, f"Forbidden: {sentence}")


def conflict(sentence: str) -> Refused:
    return Refused(409, f"Conflict: {sentence}")


def too_many(seconds: int) -> Refused:
    return Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


UNAUTHORIZED = Refused(401, "Unauthorized")
