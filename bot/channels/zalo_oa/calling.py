"""A call with the token there is; where Zalo refuses that one, once more with a newer."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.channels.zalo_oa.client import RefusedError
from bot.channels.zalo_oa.refusals import TOKEN_REFUSED
from bot.channels.zalo_oa.tokens import Tokens

T = TypeVar("T")


class Caller:
    """Of one account."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    async def ask(self, call: Callable[[str], Awaitable[T]]) -> T:
        """What `call` returns for an access token. Raises what it raises, and NoTokenError."""
        pair = await self._tokens.current()
        try:
            return await call(pair.access)
        except RefusedError as error:
            if error.code not in TOKEN_REFUSED:
                raise
        return await call((await self._tokens.instead_of(pair)).access)
