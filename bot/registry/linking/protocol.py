"""The protocol of a link, by oauthlib (RFC 8628 on RFC 6749): which request is one, and which answer or error follows.

Whatever it decides about a device code it decides inside one transaction of the store, so that a link is collected once.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from oauthlib.common import Request
from oauthlib.oauth2.rfc6749.errors import OAuth2Error
from oauthlib.oauth2.rfc8628.endpoints import DeviceAuthorizationEndpoint
from oauthlib.oauth2.rfc8628.grant_types import DeviceCodeGrant
from oauthlib.oauth2.rfc8628.request_validator import RequestValidator
from sqlalchemy import Connection

from bot.registry.clients import LIFE, Client
from bot.registry.linking.letters import new_code
from bot.registry.linking.walk import device_mark
from bot.registry.options import Scope
from bot.registry.registry import Registry
from storage.registry import linking
from storage.registry.consents import EVERYTHING
from storage.registry.linking import Link, State

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SLOWER = 5  # seconds more after each "slow_down" (RFC 8628, 3.5)
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_DEVICE_GRANT = DeviceCodeGrant

logging.getLogger("oauthlib").setLevel(logging.ERROR)  # it tells requests at DEBUG


@dataclass(frozen=True, slots=True, repr=False)
class Spoken:
    """What an OAuth endpoint says: a status, and a body."""

    status: int
    body: Mapping[str, Any]


class _Rules(RequestValidator):  # type: ignore[misc]
    """The answers that the library asks the registry for. `client` has proved its secret, or is None."""

    def __init__(self, client: Client | None) -> None:
        super().__init__()
        self._client = client

    def client_authentication_required(self, *_: Any, **__: Any) -> bool:
        return True

    def authenticate_client(self, request: Request, *_: Any, **__: Any) -> bool:
        request.client = _Known(self._client.id) if self._client else None
        return self._client is not None

    def validate_client_id(self, *_: Any, **__: Any) -> bool:
        return True  # whether the client is known is told with its secret, by one error

    def validate_grant_type(self, *_: Any, **__: Any) -> bool:
        return self._client is not None and Scope.GATEWAY in self._client.scopes

    def get_default_scopes(self, *_: Any, **__: Any) -> list[str]:
        return EVERYTHING.split()

    def validate_scopes(self, _: str, scopes: Sequence[str], *__: Any, **___: Any) -> bool:
        return bool(scopes) and set(scopes) <= set(EVERYTHING.split())


@dataclass(frozen=True, slots=True)
class _Known:
    client_id: str


class _Collecting(_Rules):
    """The same, with a transaction in hand and the key under which the client collects."""

    def __init__(self, client: Client | None, registry: Registry, unit: Connection, key: str) -> None:
        super().__init__(client)
        self._registry, self._unit, self._key = registry, unit, key
        self.pause: int | None = None

    def validate_device_code(self, _: str, code: str, request: Request, *__: Any, **___: Any) -> str | None:
        link = linking.of_device(self._unit, device_mark(self._registry, code))
        if link is None or self._client is None or link.client != self._client.id:
            return None
        now = self._registry.clock.now()
        if link.state is State.TAKEN:
            if not self._key or self._registry.vault.blind(_TAKEN, self._key) != link.taken:
                return None
        elif now >= link.until:
            return str(_DEVICE_GRANT.DEVICE_CODE_EXPIRED)
        elif link.state is State.DENIED:
            return str(_DEVICE_GRANT.DEVICE_CODE_DENIED)
        elif link.state is not State.GRANTED:
            return self._waits(link)
        request.user, request.scopes = link.subject, link.granted.split()
        return str(_DEVICE_GRANT.DEVICE_CODE_AUTHORIZED)

    def save_token(self, _: Mapping[str, Any], request: Request, *__: Any, **___: Any) -> None:
        taken = self._registry.vault.blind(_TAKEN, self._key) if self._key else ""
        device = device_mark(self._registry, request.device_code)
        linking.move(self._unit, device, State.GRANTED, state=State.TAKEN, taken=taken)

    def _waits(self, link: Link) -> str:
        now, pause = self._registry.clock.now(), link.pause
        hasty = link.polled is not None and now - link.polled < timedelta(seconds=pause)
        self.pause = pause + SLOWER if hasty else pause
        linking.move(self._unit, link.device, link.state, polled=now, pause=self.pause)
        return str(_DEVICE_GRANT.DEVICE_CODE_SLOW_DOWN if hasty else _DEVICE_GRANT.DEVICE_CODE_PENDING)


_TAKEN = "registry link collected"


@dataclass(frozen=True, slots=True)
class _Tokens:
    """What a link is exchanged for: the client's own token, with the subject it may now ask about."""

    registry: Registry

    def create_token(self, request: Request, refresh_token: bool = False) -> dict[str, Any]:
        del refresh_token  # the client has its own secret: nothing is to be renewed
        mine = Client(request.client.client_id, frozenset({Scope.GATEWAY}))
        return {
            "access_token": self.registry.clients.token(mine, self.registry.clock.now()), "token_type": "Bearer",
            "expires_in": int(LIFE.total_seconds()), "scope": " ".join(request.scopes), "subject": request.user,
        }  # fmt: skip


def begun(registry: Registry, client: Client | None, form: Sequence[tuple[str, str]], page: str) -> Spoken:
    """A device authorization as asked for by a form (3.1, 3.2); nothing is kept yet. `page` is where people go.

    The code travels behind “#”: a browser keeps that to itself, so it is in no log, no referrer and no preview.
    """
    if client is not None and Scope.GATEWAY not in client.scopes:
        return Spoken(400, {"error": "unauthorized_client"})
    endpoint = DeviceAuthorizationEndpoint(
        _Rules(client), page, int(registry.options.link_life.total_seconds()), registry.options.link_seconds,
        lambda code: f"{page}#{code}", new_code,
    )  # fmt: skip
    try:
        _, said, status = endpoint.create_device_authorization_response(page, "POST", _body(client, form), dict(_FORM))
    except OAuth2Error as error:
        return _refused(error)
    return Spoken(status, said)


async def collected(registry: Registry, client: Client | None, form: Sequence[tuple[str, str]], key: str) -> Spoken:
    """What a client hears that asks with its device code (3.4, 3.5). Under the same `key` the same answer comes again, for
    whom it was lost on the way; under another or none a link is collected once."""
    body = _body(client, form)

    def work(unit: Connection) -> Spoken:
        rules = _Collecting(client, registry, unit, key)
        grant = DeviceCodeGrant(rules)
        _, said, status = grant.create_token_response(Request("token", "POST", body, dict(_FORM)), _Tokens(registry))
        answer = json.loads(said)
        if status != 200:
            answer = {"error": answer["error"]} | ({"interval": rules.pause} if rules.pause is not None else {})
        return Spoken(status, answer)

    return await registry.store.write(work)


def _body(client: Client | None, form: Sequence[tuple[str, str]]) -> str:
    """The form, with the client's name in it where it proved itself by a header."""
    named = any(name == "client_id" for name, _ in form)
    return urlencode([*form, *(() if named else (("client_id", client.id if client else "-"),))])


def _refused(error: OAuth2Error) -> Spoken:
    return Spoken(error.status_code, {"error": error.error})
