"""Programs that use the registry: each has an id and a secret, and gets a bearer token for an hour."""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from bot.registry.options import Options, Scope
from storage.vault import Vault

LIFE = timedelta(hours=1)
PREFIX = "at_"


@dataclass(frozen=True, slots=True)
class Client:
    """A program that has proved who it is, and what this token lets it do."""

    id: str
    scopes: frozenset[Scope]


class Clients:
    """Secrets and tokens are derived from the vault's key, so that neither is kept anywhere."""

    def __init__(self, vault: Vault, options: Options) -> None:
        self._known = dict(options.clients)
        self._vault = vault
        self._signing = vault.subkey("registry access tokens")

    def secret(self, client: str) -> str:
        """The secret of a client of the options; KeyError for any other."""
        if client not in self._known:
            raise KeyError(client)
        return self._secret(client)

    def proved(self, client: str, secret: str) -> Client | None:
        """The client behind an id and a secret, with all it may do; the same work for an id that is not known."""
        is_right = hmac.compare_digest(self._secret(client).encode(), secret.encode("utf-8", "replace"))
        return Client(client, self._known[client]) if is_right and client in self._known else None

    def token(self, client: Client, now: datetime) -> str:
        """A bearer token for this client, good for an hour."""
        scopes = ",".join(sorted(scope.value for scope in client.scopes))
        said = f"{client.id}|{scopes}|{int((now + LIFE).timestamp())}".encode()
        return f"{PREFIX}{_letters(said)}.{_letters(self._mark(said))}"

    def behind(self, token: str, now: datetime) -> Client | None:
        """The client a token was given to; None for one that is over, changed or no token of ours."""
        said, _, mark = token.removeprefix(PREFIX).partition(".")
        try:
            plain, shown = _bytes(said), _bytes(mark)
        except ValueError:
            return None
        if not token.startswith(PREFIX) or not hmac.compare_digest(self._mark(plain), shown):
            return None
        client, scopes, until = plain.decode().split("|")
        if now.timestamp() >= int(until) or client not in self._known:
            return None
        return Client(client, frozenset(Scope(scope) for scope in scopes.split(",") if scope))

    def _secret(self, client: str) -> str:
        return "cs_" + self._vault.subkey(f"registry client {client}").hex()

    def _mark(self, said: bytes) -> bytes:
        return hmac.digest(self._signing, said, sha256)


def _letters(plain: bytes) -> str:
    return base64.urlsafe_b64encode(plain).decode().rstrip("=")


def _bytes(letters: str) -> bytes:
    return base64.b64decode(letters.encode("ascii") + b"=" * (-len(letters) % 4), b"-_", validate=True)
