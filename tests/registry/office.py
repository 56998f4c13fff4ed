"""A registry for a test, a clock that moves when told, and a phone that presses through it by the API alone."""

import asyncio
import contextlib
import itertools
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from fastapi import FastAPI

from bot.registry.api.application import application
from bot.registry.options import SMALLEST, Options, Pace, Paces
from bot.registry.population import Person
from bot.registry.registry import Registry, build
from storage.vault import Vault

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
KEY = bytes(range(32))
GOOD_PASSWORD, GOOD_PASSCODE = "Suoi-Mat-19", "704915"
ALWAYS = Pace(1_000_000, timedelta(microseconds=1))
UNHURRIED = Paces(
    log_in=ALWAYS, population_check=ALWAYS, activation=ALWAYS, opening=ALWAYS, link_begun=ALWAYS, link_guess=ALWAYS,
    link_guess_in_all=ALWAYS, link_number=ALWAYS, link_wrong_in_all=ALWAYS,
)  # fmt: skip
IN_TESTS = Options(people=60, hashing=SMALLEST, paces=UNHURRIED)
_SPARE: list[FastAPI] = []  # an application reads its routes at the first request, which takes half a second
CODE = re.compile(r" la ([0-9]{4,10})\.")


class Clock:
    """Time as the test says."""

    def __init__(self, now: datetime = NOON) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    async def sleep_until(self, moment: datetime) -> None:
        self.time = max(self.time, moment)

    def on(self, **more: float) -> None:
        self.time += timedelta(**more)


@dataclass
class Office:
    """A registry with its API, in process."""

    registry: Registry
    clock: Clock
    client: httpx.AsyncClient
    keys: Iterator[int] = field(default_factory=itertools.count)
    home: str = "/v1"

    def person(self, n: int) -> Person:
        return self.registry.people.person(n)

    async def ask(
        self, verb: str, path: str, token: str = "", *, key: str | None = None, expect: int | None = None, **body: Any
    ) -> dict[str, Any]:
        """One request; a 2xx if nothing else is expected. Each answer must say that it is simulated."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        headers["idempotency-key"] = key or f"key-{id(self)}-{next(self.keys):06}"
        asked: dict[str, Any] = {} if verb in ("GET", "DELETE") else {"json": body}
        answer = await self.client.request(verb, self.home + path, headers=headers, **asked)
        wanted = (expect,) if expect else (200, 201, 204)
        assert answer.status_code in wanted, f"{verb} {path}: {answer.status_code} {answer.text}"
        if not answer.content:
            return {}
        said: dict[str, Any] = answer.json()
        assert said["label"] == "MÔ PHỎNG"
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
            assert said["status"] == answer.status_code
        return said

    async def client_token(self, client: str = "donghanh") -> str:
        form = {"grant_type": "client_credentials", "client_id": client}
        secret = self.registry.clients.secret(client)
        answer = await self.client.post(f"{self.home}/token", data={**form, "client_secret": secret})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    async def phone(
        self, n: int, *, sim: int | None = None, nfc: bool = True, loan: str = "", open_: bool = True
    ) -> "Phone":
        """A handset with a SIM and the app open, used by person n."""
        more: dict[str, Any] = {"loan": loan} if loan else {}
        made = await self.ask("POST", "/handsets", sim=self.person(sim or n).phone.reveal(), nfc=nfc, **more)
        phone = Phone(self, made["token"], made["handset"], self.person(n))
        for press in ("installed", "open") if open_ else ():
            await phone.put("/handset/app", app=press)
        return phone

    async def lend(self, start: str = "nothing") -> tuple[dict[str, Any], "Phone"]:
        """Somebody lent out, and their own phone."""
        loan = await self.ask("POST", "/loans", start=start)
        return loan, await self.phone(loan["person"]["person"], loan=loan["token"])

    async def approve(self, n: int, verdict: str = "approve") -> dict[str, Any]:
        """An officer answers the application of person n."""
        officer = await self.client_token("officer")
        pile = await self.ask("GET", "/applications?most=100", officer)
        mine = [a for a in pile["applications"] if a["name"] == self.person(n).name]
        return await self.ask("POST", f"/applications/{mine[0]['id']}/decision", officer, verdict=verdict)

    async def take_level2(self, n: int, *, phone: int | None = None, **change: Any) -> dict[str, Any]:
        """An officer takes level 2 of person n."""
        who = self.person(n)
        form = {
            "number": who.number.reveal(), "phone": self.person(phone or n).phone.reveal(), "card": who.card,
            "card_is_issued": who.card is None, "portrait_taken": True, "fingerprints_taken": True, "consents": True,
        }  # fmt: skip
        return await self.ask("POST", "/counter/level2", await self.client_token("officer"), **{**form, **change})

    async def approved2(self, n: int) -> None:
        """Level 2 taken and approved, of person n."""
        assert (await self.take_level2(n))["outcome"] == "moved"
        assert (await self.approve(n))["outcome"] == "moved"


@dataclass
class Phone:
    """A handset in a person's hand, with the app open."""

    office: Office
    token: str
    handset: str
    who: Person

    async def get(self, path: str, **more: Any) -> dict[str, Any]:
        return await self.office.ask("GET", path, self.token, **more)

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        return await self.office.ask("POST", path, self.token, **body)

    async def put(self, path: str, **body: Any) -> dict[str, Any]:
        return await self.office.ask("PUT", path, self.token, **body)

    @property
    def numbers(self) -> dict[str, Any]:
        return {"number": self.who.number.reveal(), "phone": self.who.phone.reveal()}

    async def texts(self) -> list[str]:
        """The words of every SMS in the SIM."""
        await self.office.registry.post.settled()
        return [sms["text"] for sms in (await self.get("/handset/messages"))["messages"]]

    async def newest_code(self) -> str:
        found = [match[1] for text in await self.texts() if (match := CODE.search(text))]
        return found[-1]

    async def register_until_code(self) -> str:
        """F2 up to where the code is waited for; the registration's path."""
        begun = await self.post("/registrations", **self.numbers)
        path = f"/registrations/{begun['id']}"
        await self.post(f"{path}/card", qr=self.who.card)
        checked = await self.post(f"{path}/form", name=self.who.name, born=self.who.born.isoformat())
        assert checked["step"] == "code", checked
        return path

    async def register(self, password: str = GOOD_PASSWORD) -> None:
        """F2, whole."""
        path = await self.register_until_code()
        await self.post(f"{path}/code", code=await self.newest_code())
        assert (await self.post(f"{path}/password", password=password))["step"] == "done"

    async def log_in(self, password: str = GOOD_PASSWORD) -> str:
        """F3; the account's name on this handset."""
        answer = await self.post("/logins", number=self.who.number.reveal(), password=password)
        assert answer["outcome"] == "in", answer
        return str(answer["account"])

    async def submit_level1(self, account: str) -> None:
        """F4, whole."""
        path = f"/level1/{(await self.post(f'/accounts/{account}/level1'))['id']}"
        for press in ("start", "understood"):
            await self.post(f"{path}/presses", press=press)
        await self.post(f"{path}/card", by="nfc", card=self.who.card)
        for press in ("continue", "skip", "portrait_taken"):
            await self.post(f"{path}/presses", press=press)
        assert (await self.post(f"{path}/confirmation"))["step"] == "submitted"

    async def ask_activation(self, **more: Any) -> dict[str, Any]:
        """F7: “Gửi yêu cầu”."""
        return await self.post("/activations", **{**self.numbers, **more})

    async def activate_until_code(self) -> str:
        """F7 to F9; the activation's path."""
        begun = await self.ask_activation()
        assert begun["step"] == "code", begun
        assert begun["code"]["sent"], begun
        return f"/activations/{begun['id']}"

    async def activate(self, password: str | None = None) -> dict[str, Any]:
        """F7 to F14, whole; a password where one is asked for."""
        path = await self.activate_until_code()
        went = await self.post(f"{path}/code", code=await self.newest_code())
        if went["step"] == "password":
            await self.post(f"{path}/password", password=password or GOOD_PASSWORD)
        await self.post(f"{path}/passcode", passcode=GOOD_PASSCODE)
        chosen = [{"question": "q1", "answer": "Trường Suối"}, {"question": "q3", "answer": "Vàng"}]
        return await self.post(f"{path}/questions", chosen=chosen)


@contextlib.asynccontextmanager
async def office(
    url: str, options: Options = IN_TESTS, *, clock: Clock | None = None, **parts: Any
) -> AsyncIterator[Office]:
    """A registry over a migrated database, and its API in process."""
    with build(url, Vault(KEY), options, clock=clock or Clock(), **parts) as registry:
        async with visited(registry) as there:
            yield there


@contextlib.asynccontextmanager
async def visited(registry: Registry) -> AsyncIterator[Office]:
    """The API of a registry, in process."""
    app = _SPARE.pop() if _SPARE else application(registry, own_work=False)
    app.state.registry = registry
    assert isinstance(registry.clock, Clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://registry") as client:
        yield Office(registry, registry.clock, client)
        await registry.post.settled()
    _SPARE.append(app)


def changed(**more: Any) -> Options:
    """The options of a test, with some changed."""
    return replace(IN_TESTS, **more)


async def together(*work: Any) -> list[Any]:
    """Everything at once."""
    return list(await asyncio.gather(*work))
