"""The identity gateway: the one client of a registry of electronic identities. It asks about consented subjects under their
opaque names and says of every question whether it was sent, refused, or that nobody knows.

A lost answer is never a blind resend: what must not happen twice travels under a key of the caller's, and `settle` asks the
same question under the same key, to which a registry gives the answer it gave before.
"""

import asyncio
import base64
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import cached_property
from typing import Any, TypeVar

import msgspec

from bot.gateways.breaker import Breaker
from bot.gateways.ends import REGISTRYS_WORD, Because, Feed, Lent, Refused, Sent, Standing, Told, Unknown
from bot.gateways.shapes import ActivationSaid, ChangesSaid, DeadlineSaid, ProblemSaid, StatusSaid, TokenSaid
from bot.http import Answer, NoAnswerError, NotSentError
from bot.message import Sentence
from bot.ports import Clock, UnavailableError
from flows.core import deadline

WITHIN = 8.0  # seconds for a question, connecting included
LONG_POLL = 25  # seconds the registry may keep a question for changes
EARLY = timedelta(seconds=60)  # a token is renewed so long before it is over
FEED_LANE = 1  # the long poll has connections of its own

T = TypeVar("T")
Ask = Callable[..., Awaitable[Answer]]  # the `ask` of bot.http.HttpLanes, or of bot.gateways.in_process.InProcess


def new_key() -> str:
    """A key for one question that must not be done twice; keep it with the intent, before asking."""
    return secrets.token_hex(16)


class Identity:
    """A client of one registry. `base` is its address up to and with `/v1`; `client` and `secret` are ours there (a secret
    that follows from a key is asked for when it is needed first)."""

    def __init__(
        self, ask: Ask, base: str, client: str, secret: str | Callable[[], str], clock: Clock, *, within: float = WITHIN,
        breaker: Breaker | None = None,
    ) -> None:  # fmt: skip
        self._ask, self._base, self._clock, self._within = ask, base.rstrip("/"), clock, within
        self._client, self._secret = client, secret
        self._breaker = breaker or Breaker()
        self._token, self._good_until = "", clock.now()

    @cached_property
    def _basic(self) -> str:
        secret = self._secret if isinstance(self._secret, str) else self._secret()
        return "Basic " + base64.b64encode(f"{self._client}:{secret}".encode()).decode()

    async def status(self, subject: str) -> Standing | Refused | Unknown:
        """How the account of a consented subject stands."""
        said = await self._question("GET", f"/subjects/{subject}", StatusSaid)
        if isinstance(said, Refused | Unknown):
            return said
        seven = said.deadline or DeadlineSaid()
        over = seven.outcome == deadline.Outcome.PAST.value
        return Standing(said.status, said.level, seven.days_left, said.device_bound, seven.last_day, over)

    async def ask_activation(self, subject: str, key: str) -> Sent | Refused | Unknown:
        """Have a code sent to the registered phone. `key`: of `new_key`, kept by the caller before asking."""
        return await self._activation(f"/subjects/{subject}/activations", key)

    async def send_again(self, subject: str, request: str, key: str) -> Sent | Refused | Unknown:
        """Another code for a request that waits for one."""
        return await self._activation(f"/subjects/{subject}/activations/{request}/codes", key)

    async def settle(self, unknown: Unknown) -> Sent | Refused | Unknown:
        """What became of a question whose answer was lost: the same one under its key, done at most once."""
        if not unknown.key:
            return unknown
        return await self._activation(unknown.path, unknown.key)

    async def look(self, subject: str, request: str) -> Sent | Refused | Unknown:
        """A request as it stands."""
        said = await self._question("GET", f"/subjects/{subject}/activations/{request}", ActivationSaid)
        return said if isinstance(said, Refused | Unknown) else Sent(said.id or "", said.step or "")

    async def changes(self, after: str, wait: int = LONG_POLL) -> Feed | Refused | Unknown:
        """What happened after a cursor ("0" at the start); the registry may wait up to `wait` seconds for something."""
        query = {"after": after, "wait": str(wait)}
        said = await self._question("GET", "/changes", ChangesSaid, query=query, lane=FEED_LANE, longer=wait)
        if isinstance(said, Refused | Unknown):
            return said
        return Feed(tuple(Told(c.subject, c.move, c.at) for c in said.changes), said.cursor)

    async def lend(self, start: str) -> Lent | Refused | Unknown:
        """Somebody invented, followed by us from the start. Of a simulated registry alone; a loan whose answer was lost
        ends by itself."""
        said = await self._question("POST", "/followed-loans", dict[str, Any], json={"start": start})
        if isinstance(said, Refused | Unknown):
            return said
        subject = said.pop("subject", None)
        return Lent(subject, said) if isinstance(subject, str) and subject else Unknown("unreadable")

    async def question(self, verb: str, path: str, shape: type[T], *, json: object = None) -> T | Refused | Unknown:
        """Any other question under our token, for a part of the house that has questions of its own."""
        return await self._question(verb, path, shape, json=json)

    async def ask_as_client(self, path: str, form: Mapping[str, str], *, key: str = "") -> Answer | Refused | Unknown:
        """Ask with our id and secret instead of a token, as OAuth's own endpoints want it. The answer comes as it is, unless
        it is a problem of the registry's."""
        resting = self._breaker.rests_until(self._clock.now())
        if resting is not None:
            return Refused(Because.RESTING, resting)
        try:
            answer = await self._heard(self._ask_by_secret(path, form, {"idempotency-key": key} if key else {}))
        except asyncio.CancelledError:
            self._breaker.passed_over()
            raise
        if isinstance(answer, Answer) and (answer.status >= 500 or _problem(answer) is not None):
            refused: Refused | Unknown | None = self._read(answer, type(None))
            answer = refused or Unknown("unreadable")
        self._note(answer)
        return answer

    async def health(self) -> list[Sentence]:
        """What whoever installs this should know."""
        match await self._fresh_token():
            case str():
                return [Sentence(True, "The registry answers, and knows this house as its client.")]
            case Refused(because=Because.NOT_ALLOWED):
                what = "The registry does not know this house. Check the client's name and secret."
            case _:
                what = "The registry does not answer. Check its address; until it does, the talk guides without it."
        return [Sentence(False, what)]

    async def _activation(self, path: str, key: str) -> Sent | Refused | Unknown:
        said = await self._question("POST", path, ActivationSaid, key=key)
        if isinstance(said, Refused | Unknown):
            return said
        if said.outcome == "sent":
            return Sent(said.id or "", said.step or "")
        return Refused(_SAID.get(said.because or "", Because.OURS), said.next_at)

    async def _question(
        self, verb: str, path: str, shape: type[T], *, key: str = "", json: object = None,
        query: Mapping[str, str] | None = None, lane: int = 0, longer: float = 0,
    ) -> T | Refused | Unknown:  # fmt: skip
        """Ask, unless the registry is left alone at the moment; and tell the breaker how it went."""
        resting = self._breaker.rests_until(self._clock.now())
        if resting is not None:
            return Refused(Because.RESTING, resting)
        headers = {"idempotency-key": key} if key else {}
        asked = {"verb": verb, "lane": lane, "query": query, "json": json, "within": self._within + longer}
        try:
            answer = await self._answer(path, headers, asked)
        except asyncio.CancelledError:
            self._breaker.passed_over()
            raise
        said = self._read(answer, shape) if isinstance(answer, Answer) else answer
        self._note(said)
        return Unknown(said.reason, path, key) if isinstance(said, Unknown) else said

    async def _answer(
        self, path: str, headers: Mapping[str, str], asked: Mapping[str, Any]
    ) -> Answer | Refused | Unknown:
        """The answer to a question under our token. One that is over is renewed once: with a 401 nothing was done."""
        answer: Answer | Refused | Unknown = Refused(Because.NOT_ALLOWED)
        for _ in range(2):
            token = await self._token_in_hand()
            if isinstance(token, Refused):
                return token
            bearing = {**headers, "authorization": f"Bearer {token}"}
            answer = await self._heard(self._ask(self._base + path, headers=bearing, **asked))
            if not (isinstance(answer, Answer) and answer.status == 401):
                break
            self._token = ""
        return answer

    async def _ask_by_secret(
        self, path: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Answer:
        try:
            bearing = {"authorization": self._basic, **(headers or {})}
        except UnavailableError:
            raise NotSentError("there is no secret") from None
        return await self._ask(self._base + path, headers=bearing, form=form, within=self._within)

    async def _heard(self, asking: Awaitable[Answer]) -> Answer | Refused | Unknown:
        try:
            return await asking
        except NotSentError:
            return Refused(Because.UNREACHABLE)
        except NoAnswerError as lost:
            return Unknown(str(lost))

    def _read(self, answer: Answer, shape: type[T]) -> T | Refused | Unknown:
        """What an answer says. One that is not the registry's own (a proxy's page, a cut one) says nothing."""
        if 200 <= answer.status < 300:
            try:
                return msgspec.json.decode(answer.body, type=shape)
            except (msgspec.DecodeError, UnicodeDecodeError):
                return Unknown("unreadable")
        problem = _problem(answer)
        if problem is None:
            return Unknown(f"http_{answer.status}")
        if answer.status in (429, 503) and problem.code in _NOTHING_DONE:
            return Refused(Because.BUSY, self._clock.now() + _retry_after(answer))
        if answer.status >= 500:
            return Unknown(f"http_{answer.status}")
        return Refused(_BECAUSE.get(problem.code, Because.OURS))

    def _note(self, said: object) -> None:
        """Tell the breaker. A question that the registry read and refused is an answer."""
        gone = isinstance(said, Unknown) or (isinstance(said, Refused) and said.because is Because.UNREACHABLE)
        if gone:
            self._breaker.failed(self._clock.now())
        else:
            self._breaker.answered()

    async def _token_in_hand(self) -> str | Refused:
        if self._token and self._clock.now() < self._good_until:
            return self._token
        return await self._fresh_token()

    async def _fresh_token(self) -> str | Refused:
        """A token by client credentials. Whatever goes wrong here, nothing was asked about anybody."""
        answer = await self._heard(self._ask_by_secret("/token", {"grant_type": "client_credentials"}))
        if isinstance(answer, Answer) and answer.status == 200:
            try:
                given = msgspec.json.decode(answer.body, type=TokenSaid)
            except (msgspec.DecodeError, UnicodeDecodeError):
                return Refused(Because.UNREACHABLE)
            self._token = given.access_token
            self._good_until = self._clock.now() + timedelta(seconds=given.expires_in) - EARLY
            return self._token
        refused = isinstance(answer, Answer) and answer.status in (400, 401, 403)
        return Refused(Because.NOT_ALLOWED if refused else Because.UNREACHABLE)


_SAID = {one.value: one for one in REGISTRYS_WORD}
_NOTHING_DONE = {"unavailable", "too_often", "all_lent"}
_BECAUSE = {
    "not_there": Because.NOT_THERE, "no_token": Because.NOT_ALLOWED, "not_yours": Because.NOT_ALLOWED,
}  # fmt: skip


def _problem(answer: Answer) -> ProblemSaid | None:
    """The problem document (RFC 9457) of a refusal; None for any other body: then somebody else may have answered."""
    if not answer.headers.get("content-type", "").startswith("application/problem+json"):
        return None
    try:
        return msgspec.json.decode(answer.body, type=ProblemSaid)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _retry_after(answer: Answer) -> timedelta:
    said = answer.headers.get("retry-after", "")
    return timedelta(seconds=int(said) if said.isascii() and said.isdecimal() and len(said) < 6 else 5)
