"""The emulator put together: OAuth, OpenAPI and template product on one address, and the desk beside them."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.emulators import page_routes
from bot.emulators.clock import Clock
from bot.emulators.desk import Desk, WrongRequestError
from bot.emulators.faults import Faults
from bot.emulators.journal import Journal
from bot.emulators.phones import Phones
from bot.emulators.pictures import Pictures
from bot.emulators.postman import Postman
from bot.emulators.rules import Switches
from bot.emulators.zalo_oa.api import Api, Endpoint, Reads
from bot.emulators.zalo_oa.citizens import Citizens
from bot.emulators.zalo_oa.console import Console
from bot.emulators.zalo_oa.contacts import Contacts
from bot.emulators.zalo_oa.directory import Directory
from bot.emulators.zalo_oa.events import Events
from bot.emulators.zalo_oa.limits import Limits
from bot.emulators.zalo_oa.messages import Reader
from bot.emulators.zalo_oa.oauth import OAuth
from bot.emulators.zalo_oa.rules import RULES, SWITCHES
from bot.emulators.zalo_oa.sending import Sending
from bot.emulators.zalo_oa.templates import Templates
from bot.emulators.zalo_oa.tokens import Tokens
from bot.emulators.zalo_oa.uploads import Uploads
from bot.emulators.zalo_oa.webhook import Webhook, WrongAddressError
from bot.look.pages import Headers

TOKEN_PATH = "/v4/oa/access_token"


class Office:
    """The whole emulator, part by part."""

    def __init__(self, console: Console, clock: Clock, journal: Journal, switches: Switches) -> None:
        self.console, self.clock, self.journal = console, clock, journal
        self.faults, self.switches = Faults(clock), switches
        self.phones, self.pictures = Phones(clock, journal), Pictures(clock)
        self.postman = Postman(clock, journal, self.faults)
        self.webhook = Webhook(console, self.switches, journal, self.postman)
        self.contacts, self.tokens = Contacts(clock, self.phones), Tokens(clock, self.switches)
        self.events = Events(console, self.switches)
        self.limits = Limits(clock, self.switches, self.contacts, console)
        self.uploads = Uploads(clock, self.limits, self.pictures)
        self.templates = Templates(
            clock, self.switches, self.phones, self.contacts, self.limits, self.events, self.webhook
        )  # fmt: skip
        self.sending = Sending(
            clock, self.switches, self.phones, self.contacts, self.limits, Reader(self.switches, self.uploads),
            self.templates, self.events, self.webhook,
        )  # fmt: skip
        self.directory = Directory(
            clock, console, self.phones, self.contacts, self.limits, self.events, self.webhook
        )  # fmt: skip
        self.citizens = Citizens(
            clock, self.phones, self.contacts, self.pictures, self.events, self.templates, self.webhook
        )  # fmt: skip
        self.api = Api(console, self.tokens, self.limits, clock, journal, self.faults, self.switches)
        self.desk = self.citizens.desk = Desk(
            clock, journal, self.faults, self.switches, self.phones, RULES, self.state, lambda: not self.postman.busy
        )

    def endpoints(self) -> tuple[Endpoint, ...]:
        sending, directory, templates, uploads = self.sending, self.directory, self.templates, self.uploads
        return (
            Endpoint("/v3.0/oa/message/cs", Reads.JSON, sending.consultation),
            Endpoint("/v3.0/oa/message/template", Reads.JSON, sending.template),
            Endpoint("/v3.0/oa/message/transaction", Reads.JSON, sending.gone),
            Endpoint("/v3.0/oa/message/promotion", Reads.JSON, sending.gone),
            Endpoint("/v3.0/oa/group/message", Reads.JSON, sending.group),
            Endpoint("/v3.0/oa/group/getgroupsofoa", Reads.QUERY, directory.groups),
            Endpoint("/v3.0/oa/quota/message", Reads.JSON, directory.quota),
            Endpoint("/v3.0/oa/user/detail", Reads.DATA, directory.detail),
            Endpoint("/v3.0/oa/user/getlist", Reads.DATA, directory.getlist),
            Endpoint("/v2.0/oa/message", Reads.JSON, sending.second_version),
            Endpoint("/v2.0/oa/getoa", Reads.DATA, directory.getoa),
            Endpoint("/v2.0/oa/upload/image", Reads.FILE, uploads.take_image),
            Endpoint("/v2.0/oa/upload/gif", Reads.FILE, uploads.take_gif),
            Endpoint("/v2.0/oa/upload/file", Reads.FILE, uploads.take_file),
            Endpoint("/v2.0/oa/tag/tagfollower", Reads.JSON, directory.tag),
            Endpoint("/v2.0/oa/tag/rmfollowerfromtag", Reads.JSON, directory.untag),
            Endpoint("/v2.0/oa/tag/rmtag", Reads.JSON, directory.remove_tag),
            Endpoint("/v2.0/oa/tag/gettagsofoa", Reads.DATA, directory.tags),
            Endpoint("/message/template", Reads.JSON, templates.send, business=True),
            Endpoint("/message/status", Reads.QUERY, templates.status, business=True),
            Endpoint("/message/quota", Reads.QUERY, templates.quota, business=True),
            Endpoint("/template/all", Reads.QUERY, templates.all, business=True),
            Endpoint("/template/info/v2", Reads.QUERY, templates.described, business=True),
        )

    def state(self) -> dict[str, Any]:
        return {"product": "zalo-oa", "account": self.console.name, "console": self.console.lines()}

    # ---- the developer console, at the desk ----

    async def set_console(self, asked: dict[str, Any]) -> Any:
        """{"webhook"?, "callback"?, "challenge"?}: what is set in Zalo's console. A new webhook is switched on."""
        try:
            if "webhook" in asked:
                self.webhook.set(str(asked["webhook"]))
        except WrongAddressError as error:
            raise WrongRequestError(str(error)) from error
        self.console.callback = str(asked.get("callback", self.console.callback))
        self.console.challenge = str(asked.get("challenge", self.console.challenge))
        self.journal.note("console", **self.console.lines() | {"app_secret": "…", "oa_secret": "…"})
        return self.console.lines()

    async def grant(self, _: dict[str, Any]) -> Any:
        """A token pair as if the owner had said yes, for whoever does not want to try the consent."""
        return self.tokens.grant().answer()

    async def revoke(self, _: dict[str, Any]) -> Any:
        """The OA's owner takes the permission back."""
        self.tokens.remove_all()
        return self.webhook.happened(self.events.permission_revoked(str(self.clock.ms())))


def application(
    *,
    console: Console | None = None,
    journal: Path | None = None,
    clock: Clock | None = None,
    switches: Mapping[str, str] = MappingProxyType({}),
) -> Starlette:
    """A new emulator with nobody in it.

    `journal`: a file to which every entry is appended and flushed. WrongSwitchError for a switch that is not known.
    """
    clock = clock or Clock()
    standing = Switches(SWITCHES)
    standing.set(switches)
    office = Office(console or Console(), clock, Journal(clock, journal), standing)
    oauth = OAuth(office.console, office.tokens, office.switches, office.journal, page_routes.pages().version)

    async def token(request: Request) -> Response:
        await request.body()
        noted: dict[str, Any] = {"method": TOKEN_PATH, "verb": "POST"}
        return await office.api.under_faults(TOKEN_PATH, request, lambda: oauth.token(request), noted)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        office.journal.close()

    async def ending() -> None:
        await office.postman.close()
        office.desk.end()

    citizens = office.citizens
    works = {
        "people": citizens.meet,
        "groups": citizens.gather,
        "say": citizens.say,
        "follow": citizens.follow,
        "submit": citizens.submit,
        "see": citizens.see,
        "chat_now": citizens.chat_now,
        "tap": citizens.tap,
        "become": citizens.become,
        "group_changes": citizens.change_group,
        "console": office.set_console,
        "grant": office.grant,
        "revoke": office.revoke,
    }
    routes = [
        *page_routes.routes("zalo-oa", "Zalo OA mô phỏng"),
        *office.desk.routes(**works),
        office.pictures.route(),
        Route(TOKEN_PATH, token, methods=["POST"]),
        *oauth.routes(),
        *(office.api.route(endpoint) for endpoint in office.endpoints()),
    ]
    app = Starlette(routes=routes, lifespan=lifespan, middleware=[Middleware(Headers)])
    app.state.ending = ending
    return app
