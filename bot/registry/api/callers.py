"""Who asks: a handset, the holder of a loan, an officer, or a program with a client's token."""

from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.openapi.models import OAuthFlowClientCredentials, OAuthFlows
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, OAuth2

from bot.registry import handsets as phones
from bot.registry import loans
from bot.registry.clients import Client
from bot.registry.counter import Officer
from bot.registry.loans import Loan
from bot.registry.options import Scope
from bot.registry.refusals import Refusal, RefusedError
from bot.registry.registry import Registry
from storage.registry import accounts, handsets
from storage.registry.handsets import App, Handset

_handset = HTTPBearer(scheme_name="handset", description="The token of POST /v1/handsets.", auto_error=False)
_loan = HTTPBearer(scheme_name="loan", description="The token of POST /v1/loans.", auto_error=False)
_flow = OAuthFlowClientCredentials(
    tokenUrl="v1/token",
    scopes={
        "gateway": "links, and status, codes and changes of consented subjects",
        "officer": "the counter",
        "contacts": "status for a phone that a platform proved",
    },
)
_client = OAuth2(scheme_name="client", flows=OAuthFlows(clientCredentials=_flow), auto_error=False)

Bearer = HTTPAuthorizationCredentials | None


def registry_of(request: Request) -> Registry:
    """The registry this application was made for."""
    registry: Registry = request.app.state.registry
    return registry


House = Annotated[Registry, Depends(registry_of)]


async def any_handset(registry: House, bearer: Annotated[Bearer, Security(_handset)]) -> Handset:
    """The handset whose token this is."""
    token = bearer.credentials if bearer else ""
    if token.startswith(phones.PREFIX):
        mark = phones.mark_of(registry, token)
        found = await registry.look(lambda unit: handsets.known_by(unit, mark))
        if found is not None:
            return found
    raise RefusedError(Refusal.NO_TOKEN)


async def handset_with_app(handset: Annotated[Handset, Depends(any_handset)]) -> Handset:
    """The handset, with the app open on it."""
    if handset.app is not App.OPEN:
        raise RefusedError(Refusal.APP_NOT_OPEN, step=handset.app.value)
    return handset


async def holder_of_loan(registry: House, bearer: Annotated[Bearer, Security(_loan)]) -> Loan:
    """The loan whose token this is."""
    found = await _loan_behind(registry, bearer.credentials if bearer else "")
    if found is None:
        raise RefusedError(Refusal.NO_TOKEN)
    return found


async def gateway(
    registry: House, request: Request, _: Annotated[str | None, Security(_client, scopes=["gateway"])]
) -> Client:
    """A client with the scope `gateway`."""
    return _client_with(registry, _token(request), Scope.GATEWAY)


async def contacts(
    registry: House, request: Request, _: Annotated[str | None, Security(_client, scopes=["contacts"])]
) -> Client:
    """A client with the scope `contacts`."""
    return _client_with(registry, _token(request), Scope.CONTACTS)


async def officer(
    registry: House,
    request: Request,
    _: Annotated[str | None, Security(_client, scopes=["officer"])],
    __: Annotated[Bearer, Security(_loan)],
) -> Officer:
    """A client with the scope `officer`, or a trainee with the token of a loan."""
    token = _token(request)
    if token.startswith(loans.PREFIX):
        loan = await _loan_behind(registry, token)
        if loan is None:
            raise RefusedError(Refusal.NO_TOKEN)
        return loans.officer_of(loan)
    client = _client_with(registry, token, Scope.OFFICER)
    return Officer(f"client {client.id}")


AnyHandset = Annotated[Handset, Depends(any_handset)]
OpenHandset = Annotated[Handset, Depends(handset_with_app)]
LoanHolder = Annotated[Loan, Depends(holder_of_loan)]
Gateway = Annotated[Client, Depends(gateway)]
Contacts = Annotated[Client, Depends(contacts)]
Counter = Annotated[Officer, Depends(officer)]


async def _loan_behind(registry: Registry, token: str) -> Loan | None:
    if not token.startswith(loans.PREFIX):
        return None
    mark, now = loans.mark_of(registry, token), registry.clock.now()
    people = await registry.look(lambda unit: accounts.lent_to(unit, mark))
    return Loan(mark) if people and people[0].lent_until is not None and people[0].lent_until >= now else None


def _client_with(registry: Registry, token: str, scope: Scope) -> Client:
    client = registry.clients.behind(token, registry.clock.now())
    if client is None:
        raise RefusedError(Refusal.NO_TOKEN)
    if scope not in client.scopes:
        raise RefusedError(Refusal.NOT_YOURS)
    return client


def _token(request: Request) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""
