"""A link walked from both ends: the house that asks, over its own gateway, and a person's browser without JavaScript."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import httpx

from bot.gateways.identity import Identity
from bot.gateways.in_process import BASE, InProcess
from bot.gateways.linking import Begun, Linking
from bot.registry.loans import Start
from tests.registry.office import CODE, Office

PAGE = "/lien-ket"
ALL = ("status", "resend", "notices")
_HELD: dict[tuple[httpx.AsyncClient, str], Linking] = {}


def linking_of(house: Office, client: str = "donghanh") -> Linking:
    """The gateway of a client, asking this registry in process."""
    if (house.client, client) not in _HELD:
        _HELD.clear()
        app = cast("httpx.ASGITransport", house.client._transport).app
        secret = house.registry.clients.secret(client)
        _HELD[house.client, client] = Linking(
            Identity(InProcess(cast("Any", app)).ask, BASE, client, secret, house.clock)
        )
    return _HELD[house.client, client]


async def begun(house: Office, **more: Any) -> Begun:
    """A link that a Telegram chat of half an hour ago begins."""
    asked: dict[str, Any] = {
        "asked_from": "telegram",
        "since": house.clock.now() - timedelta(minutes=30),
        "scopes": ALL,
    } | more
    link = await linking_of(house).begin(**asked)
    assert isinstance(link, Begun), link
    return link


async def person_at(house: Office, start: Start) -> int:
    """Somebody whose account is so far."""
    loan = await house.ask("POST", "/loans", start=start.value)
    return int(loan["person"]["person"])


@dataclass
class Browser:
    """A person's browser: it keeps a cookie, follows where it is sent, and sends the forms that stand on the page."""

    house: Office
    client: httpx.AsyncClient = field(init=False)
    page: httpx.Response = field(init=False)

    def __post_init__(self) -> None:
        app = cast("httpx.ASGITransport", self.house.client._transport).app
        there = httpx.ASGITransport(app=app)
        self.client = httpx.AsyncClient(transport=there, base_url="http://registry", trust_env=False)

    async def look(self, **headers: str) -> str:
        self.page = await self.client.get(PAGE, headers=headers)
        return self.page.text

    async def press(self, step: str, **fields: str) -> str:
        """Send a form; the page after it."""
        self.page = await self.client.post(PAGE, data={"step": step, **fields})
        if self.page.status_code == 303:
            self.page = await self.client.get(self.page.headers["location"])
        return self.page.text

    @property
    def step(self) -> str:
        """Which page this is, by its first form; "" where nothing is left to be sent."""
        found = re.search(r'name="step" value="(\w+)"', self.page.text)
        return found[1] if found else ""

    async def to_who(self, link: Begun) -> None:
        await self.press("open", code=link.user_code)
        assert self.step == "asked", self.page.text
        await self.press("asked", press="my_own")
        assert self.step == "who"

    async def to_code(self, link: Begun, person: int, phone: int | None = None) -> None:
        await self.to_who(link)
        number, line = self.house.person(person).number.reveal(), self.house.person(phone or person).phone.reveal()
        await self.press("who", number=number, phone=line)
        assert self.step == "code", self.page.text

    async def to_the_end(self, link: Begun, person: int, scopes: tuple[str, ...] = ALL) -> None:
        await self.to_code(link, person)
        await self.press("code", press="try", code=await newest_code(self.house, person))
        assert self.step == "consent", self.page.text
        await self.press("consent", press="agree", **{f"see_{scope}": "yes" for scope in scopes})
        assert "Quay lại cuộc trò chuyện" in self.page.text


async def texts_to(house: Office, person: int) -> list[str]:
    """The words of every SMS that came to a person's own phone."""
    await house.registry.post.settled()
    assert house.registry.inbox is not None
    return [sms.text for sms in house.registry.inbox.after(house.person(person).phone.reveal(), 0)]


async def newest_code(house: Office, person: int) -> str:
    """The code of the newest SMS about a link."""
    return [match[1] for text in await texts_to(house, person) if "lien ket" in text and (match := CODE.search(text))][
        -1
    ]
