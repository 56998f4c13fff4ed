"""One person's file on the desk: everything that changes it happens here, inside one transaction, file by file."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import Connection

from bot.ports import Clock, LocalWake
from bot.registry.codes import note_sent, try_code
from bot.registry.options import Options
from bot.registry.population import Population
from bot.registry.post import Post
from bot.registry.refusals import Refusal, RefusedError
from flows.core.account import Decision, Move, Outcome, decide
from flows.core.codes import Checked, SendDecision
from storage.registry import accounts, answers, changes, sms
from storage.registry.accounts import File
from storage.registry.answers import Key
from storage.registry.changes import Change
from storage.registry.requests import Request
from storage.store import Store
from storage.vault import Vault

T = TypeVar("T")
FEED = "registry.changes"  # the topic woken when the feed has grown


def new_id() -> str:
    """128 random bits, as 32 hex letters."""
    return secrets.token_hex(16)


@dataclass(slots=True)
class Sitting:
    """What one piece of work has in hand. `file` is replaced, never changed, and kept when the work is done; `now` is the
    machine's time, `at` the person's own, which practice may have moved ahead."""

    unit: Connection
    now: datetime
    file: File
    vault: Vault
    people: Population
    options: Options
    told: list[Change] = field(default_factory=list)
    queued: list[str] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        return self.now + timedelta(seconds=self.file.ahead)

    def moved(self, move: Move) -> Decision:
        """Try a move on the account; the file has it when the core says so, and the feed tells it."""
        decision = decide(self.file.account, move, self.at)
        if decision.outcome is Outcome.MOVED:
            self.file = replace(self.file, account=decision.account)
            self.told.append(Change(self.file.person, f"account.{move.value}", self.now))
        return decision

    def tell(self, what: str, how: str) -> None:
        """Put a press or a screen into the feed: of practice alone, never of an account in earnest."""
        if self.file.lent is not None:
            self.told.append(Change(self.file.person, f"{what}.{how}", self.now))

    def send_code(self, request: Request) -> tuple[SendDecision, bool]:
        """Let a code of this request go out to its phone, if one may: the decision, and whether it does."""
        purpose = request.kind.value
        decision, counter = note_sent(
            self.unit, request.id, purpose, request.person, request.phone, self.at, self.options.codes
        )
        if counter:
            self.send_sms(sms.Kind(purpose), request.phone, request.id, counter)
        return decision, counter > 0

    def send_sms(self, kind: sms.Kind, phone: int, request: str = "", counter: int = 0) -> None:
        """Queue an SMS about this person; it leaves after the commit."""
        due = self.now + timedelta(seconds=self.file.sms_delay)
        message = sms.Due(new_id(), self.file.person, phone, kind, due, request, counter)
        sms.queue(self.unit, message)
        self.queued.append(message.id)

    def try_code(self, request: Request, typed: str) -> tuple[Checked, int]:
        """One try on the newest code of this request: what came of it, how many are left."""
        purpose, policy = request.kind.value, self.options.codes
        return try_code(self.unit, self.vault, purpose, request.person, request.id, typed, self.at, policy)


Act = Callable[[Sitting], Any]


@dataclass(frozen=True, slots=True)
class _Work:
    person: int
    act: Act
    key: Key | None
    shape: type[BaseModel] | None


@dataclass(frozen=True, slots=True)
class _Done:
    result: Any
    told: bool = False
    queued: tuple[str, ...] = ()


class Desk:
    """Where files are worked on. What waits is taken together in one transaction: first all files, in the order of their
    numbers, then the work, each behind a savepoint, last the feed, so that no two processes block each other."""

    def __init__(
        self,
        store: Store,
        vault: Vault,
        clock: Clock,
        wake: LocalWake,
        people: Population,
        options: Options,
        post: Post,
    ) -> None:
        self._store, self._vault, self._clock, self._wake = store, vault, clock, wake
        self._people, self._options, self._post = people, options, post

    async def sit(
        self, person: int, act: Callable[[Sitting], T], key: Key | None = None, shape: type[BaseModel] | None = None
    ) -> T:
        """Work on a person's file; returns what `act` made after the commit. Under a key, `act` runs once for ever and
        its answer (a `shape`) is given again to the same question. RefusedError leaves nothing behind."""
        done: _Done = await self._store.write_together(self._together, _Work(person, act, key, shape))
        if isinstance(done.result, RefusedError):
            raise done.result
        if done.told:
            self._wake.wake(FEED)
        self._post.soon(done.queued)
        answer: T = done.result
        return answer

    def _together(self, unit: Connection, works: list[_Work]) -> list[_Done]:
        now = self._clock.now()
        files = accounts.lock(unit, (work.person for work in works))
        told: list[Change] = []
        done = [self._one(unit, files, work, now, told) for work in works]
        changes.append(unit, told)
        return done

    def _one(self, unit: Connection, files: dict[int, File], work: _Work, now: datetime, told: list[Change]) -> _Done:
        if work.key is not None and work.shape is not None:
            given = answers.given(unit, work.key.key)
            if given is not None:
                same = given[0] == work.key.question
                return _Done(work.shape.model_validate_json(given[1]) if same else RefusedError(Refusal.KEY_REUSED))
        sitting = Sitting(unit, now, files[work.person], self._vault, self._people, self._options)
        try:
            with unit.begin_nested():
                result = work.act(sitting)
                if sitting.file is not files[work.person]:
                    accounts.keep(unit, sitting.file)
                if work.key is not None and isinstance(result, BaseModel):
                    answers.keep(unit, work.key, result.model_dump_json(), now)
        except RefusedError as refused:
            return _Done(refused)
        files[work.person] = sitting.file
        told += sitting.told
        return _Done(result, bool(sitting.told), tuple(sitting.queued))


def question(vault: Vault, caller: str, path: str, key: str, asked: Sequence[object]) -> Key:
    """The keyed fingerprints under which an answer is kept: of who asks, where and with which key; and of what is asked
    (nothing secret may be in it)."""
    return Key(
        vault.blind("registry idempotency key", f"{caller} {path} {key}"), vault.blind("registry question", repr(asked))
    )
