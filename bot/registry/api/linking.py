"""Links that a chat begins (RFC 8628), a phone that a platform proved, taking a subject back, and a client's own looks."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from bot.registry.answers import ContactAnswer, LinkBegun, LooksAnswer, WithdrawnAnswer
from bot.registry.api import forms
from bot.registry.api.callers import Contacts, Gateway, House
from bot.registry.api.forms import Id
from bot.registry.api.gateway import OAUTH, Text, client_of, spoken, whole_form
from bot.registry.api.phone import phone_of
from bot.registry.api.problems import documented
from bot.registry.linking import PATH, contacts, walk
from bot.registry.linking.walk import From

router = APIRouter(prefix="/v1", tags=["linking"])
ASKED = documented(400, 401, 403, 404, 413, 422, 503)
YEARS = range(2020, 2200)
UNSAID = datetime(1970, 1, 1, tzinfo=UTC)
Start = Annotated[
    datetime, Form(description="When the chat began, with its time zone; shown to the person on the page.")
]


@router.post("/device_authorization", responses={**OAUTH, **documented(429, 503)}, response_model=LinkBegun)
async def begin_link(
    registry: House,
    request: Request,
    asked_from: Annotated[From, Form(description="What kind of chat asks; shown to the person on the page.")],
    asked_at: Start = UNSAID,
    client_id: Text = None,
    client_secret: Text = None,
    scope: Text = None,  # noqa: ARG001 - for the document; read from the whole form
) -> Response:
    """RFC 8628, 3.1: begin a link, by client id and secret (HTTP Basic or in the form; scope `gateway`). `scope`: some of
    `status resend notices`, all of them where it is left out. The person goes to the page, types the code and says yes."""
    from bot.registry.linking import protocol

    client = client_of(registry, request, client_id, client_secret)
    page = (registry.options.public_url.rstrip("/") or str(request.base_url).rstrip("/")) + PATH
    said = protocol.begun(registry, client, await whole_form(request), page)
    if said.status != 200 or client is None:
        return spoken(said)
    since = asked_at if asked_at.tzinfo is not None and asked_at.year in YEARS else None
    device, code, allowed = (str(said.body[name]) for name in ("device_code", "user_code", "scope"))
    phrase = await walk.begin(registry, client, device, code, allowed, asked_from, since)
    told = {name: value for name, value in said.body.items() if name != "scope"}
    return spoken(protocol.Spoken(200, LinkBegun(**told, phrase=phrase).model_dump()))


@router.post("/contacts", status_code=201, responses={**ASKED, **documented(429)})
async def share_contact(registry: House, client: Contacts, asked: forms.ContactShared) -> ContactAnswer:
    """For a phone that a platform proved (a contact its owner shared): a subject whose status may be looked at, nothing more.
    A phone that nobody registered is answered alike, and looks like an account of the app alone."""
    return await contacts.by_contact(registry, client, phone_of(registry, asked.phone))


@router.delete("/subjects/{subject}", responses=ASKED)
async def withdraw_subject(registry: House, client: Gateway, subject: Id) -> WithdrawnAnswer:
    """Take a subject back: from now on it is not there. As often as one likes, and alike for one that never was."""
    return await contacts.withdraw(registry, client, subject)


@router.get("/subjects/{subject}/looks", responses=ASKED)
async def list_looks(registry: House, client: Gateway, subject: Id) -> LooksAnswer:
    """What the person agreed to, and when this client looked at the status or had a code sent: the last fifty times."""
    return await contacts.looks_of(registry, client, subject)
