"""One's own account: asks the registry for whoever proved who they are, and says what came of it in words of the talk.

A code that is sent again is noted before the registry is asked. If the answer is lost, or this process fell in between, nobody
asks a second time for another: the same question, under its key, is asked what became of it.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.gateways.ends import Because, Refused, Sent, Standing, Unknown
from bot.gateways.identity import Identity
from bot.gateways.linking import Linked, Linking, Over, Pending
from bot.message import Doer, Done, Once, Task
from bot.ports import Clock
from bot.wording import spoken_moment
from flows.core.account import Level
from flows.core.asked import LinkBegun, Proof, SentAgain, Settled, Shown, Undone
from flows.core.deadline import DAYS
from flows.core.journey import Report
from flows.core.judges import Status
from flows.speech import Language
from storage import errands, limits, resends, subjects
from storage.audit import HOUSE, Act, AuditLog
from storage.resends import BUDGET, Allowed, Asking, Budget
from storage.store import Store
from storage.subjects import Linked as Held
from storage.vault import Vault

LOG = logging.getLogger(__name__)
SCOPES = ("status", "resend", "notices")
LINK_BURST, LINK_EVERY = 6, timedelta(hours=1)
SETTLE_AFTER = (2.0, 5.0, 15.0, 40.0)  # seconds between questions what became of a lost answer
OFTEN = 2  # the second code of a day that does not come has a cause

_SHOWN = {
    Status.APP_ONLY: Shown.APP_ONLY, Status.PENDING: Shown.PENDING, Status.APPROVED: Shown.APPROVED,
    Status.ACTIVATED: Shown.ACTIVATED, Status.LOCKED: Shown.LOCKED,
}  # fmt: skip
_REFUSED = {
    Because.NOT_IDENTIFIED: SentAgain.APP_ONLY, Because.ALREADY_ACTIVATED: SentAgain.ACTIVATED,
    Because.PAST_SEVEN_DAYS: SentAgain.PAST, Because.WAIT: SentAgain.WAIT, Because.DAY_USED_UP: SentAgain.DAY_USED_UP,
    Because.NOT_THERE: SentAgain.NOT_LINKED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Own:
    """Does what is asked of the registry. `identity` None: there is none, only guidance. `levels` words a level."""

    identity: Identity | None
    store: Store
    vault: Vault
    clock: Clock
    levels: Callable[[Level], str]
    counted: Callable[[str], None]
    budget: Budget = BUDGET

    def doers(self) -> dict[str, Doer]:
        """By the kind of errand."""
        return {
            "status": self.status, "link": self.link, "proof": self.proof, "contact": self.contact, "resend": self.resend,
            "settle": self.settle, "unlink": self.unlink, "forget": self.forget,
        }  # fmt: skip

    # ---- proving who one is ----

    async def link(self, task: Task) -> Done | Callable[[Connection], Done]:
        """Begin a link: what is shown goes to the chat, what it is asked with stays here, sealed."""
        if self.identity is None:
            return Done(LinkBegun.OFF.value)
        one = limits.Try(f"links {task.conversation_id}", LINK_BURST, LINK_EVERY, self.clock.now())
        if (await self.store.write(lambda unit: limits.spend(unit, [one])))[0] is not None:
            return Done(LinkBegun.OFTEN.value)
        begun = await Linking(self.identity).begin(_channel(task), task.began, SCOPES)
        if isinstance(begun, Refused | Unknown):
            return Done(LinkBegun.AWAY.value)
        facts = {"link": begun.uri, "code": begun.user_code, "phrase": begun.phrase}
        until = self.clock.now() + timedelta(seconds=begun.expires_in)
        waiting = f"{begun.device_code} {int(until.timestamp())} {begun.interval}"

        def settle(unit: Connection) -> Done:
            errands.hand_on(unit, self.vault, task.conversation_id, "proof", waiting, self.clock.now())
            return Done(LinkBegun.READY.value, facts)

        return settle

    async def proof(self, task: Task) -> Done | Once | Callable[[Connection], Done]:
        """Look whether the person has proved who they are; until they have, they said no, or the time is up."""
        waiting = task.detail or await self.store.read(
            lambda unit: errands.handed(unit, self.vault, task.conversation_id, "proof")
        )
        if self.identity is None or not waiting:
            return Done(Proof.AWAY.value)
        device, until, interval = waiting.split()
        said = await Linking(self.identity).poll(device)
        if isinstance(said, Linked):
            return await self._linked(task, said)
        if isinstance(said, Over):
            return Done(Proof.DENIED.value if said.reason == "denied" else Proof.EXPIRED.value)
        if self.clock.now().timestamp() >= int(until):
            return Done(Proof.EXPIRED.value)
        return Once(float(said.interval if isinstance(said, Pending) else max(int(interval), 5)), waiting)

    async def contact(self, task: Task) -> Done | Callable[[Connection], Done]:
        """A number that the platform says is theirs: for looking at the status alone."""
        if self.identity is None:
            return Done(Shown.OFF.value)
        said = await Linking(self.identity).by_contact(task.detail)
        if (
            isinstance(said, Refused) and said.because is Because.OURS
        ):  # a simulated registry takes invented numbers alone
            return Done(Shown.OFF.value)
        if not isinstance(said, Linked):
            return Done(Shown.AWAY.value)
        standing = await self.identity.status(said.subject)
        shown = self._shown(standing)

        def settle(unit: Connection) -> Done:
            self._keep(unit, task, said)
            return shown

        return settle

    async def unlink(self, task: Task) -> Done | Callable[[Connection], Done]:
        """Nothing more from the registry: it is told, and the link is forgotten here."""
        held = await self._held(task)
        if held is not None and self.identity is not None:
            said = await Linking(self.identity).unlink(held.name)
            if isinstance(said, Refused | Unknown) and not _gone(said):
                return Done(Undone.AWAY.value)

        def settle(unit: Connection) -> Done:
            subjects.unlink(unit, task.subject_id, self.clock.now())
            self._evidence(unit, task, yes="False")
            return Done(Undone.DONE.value)

        return settle

    async def forget(self, task: Task) -> Done | Once:
        """The registry is told for somebody who was erased here; nobody waits for it."""
        if self.identity is None:
            return Done(Undone.DONE.value)
        said = await Linking(self.identity).unlink(task.detail)
        if isinstance(said, Refused | Unknown) and not _gone(said):
            return Once(60.0)
        return Done(Undone.DONE.value)

    async def _linked(self, task: Task, said: Linked) -> Callable[[Connection], Done]:
        standing = await self.identity.status(said.subject) if self.identity else Unknown("off")
        shown = self._shown(standing)

        def settle(unit: Connection) -> Done:
            self._keep(unit, task, said)
            return Done(Proof.LINKED.value, {}, shown.tells, shown.noticed_on)

        return settle

    def _keep(self, unit: Connection, task: Task, said: Linked) -> None:
        if task.subject_id is None:
            return
        at = self.clock.now()
        subjects.link(unit, self.vault, task.subject_id, task.conversation_id, said.subject, said.scopes, at)
        self._evidence(unit, task, yes="True", scopes=" ".join(sorted(said.scopes)))

    # ---- how it stands ----

    async def status(self, task: Task) -> Done:
        """How the account of whoever is in hand stands."""
        if self.identity is None:
            return Done(Shown.OFF.value)
        held = await self._held(task)
        if held is None or "status" not in held.scopes:
            return Done(Shown.NOT_LINKED.value)
        standing = await self.identity.status(held.name)
        if isinstance(standing, Refused) and standing.because is Because.NOT_THERE:
            await self.store.write(lambda unit: subjects.unlink(unit, task.subject_id, self.clock.now()))
            return Done(Shown.NOT_LINKED.value)
        return self._shown(standing)

    def _shown(self, standing: Standing | Refused | Unknown) -> Done:
        """A standing in words, and what it is to the case."""
        if not isinstance(standing, Standing):
            return Done(Shown.AWAY.value)
        shown = Shown.PAST if standing.past else _SHOWN.get(standing.status, Shown.AWAY)
        facts = {"level": self.levels(standing.level)} if standing.level is not None else {}
        if shown is Shown.ACTIVATED:
            facts["bound"] = "phone" if standing.device_bound else "nothing"
        if standing.days_left is not None and shown is Shown.APPROVED:
            facts["days_left"] = str(standing.days_left)
        noticed = standing.last_day - timedelta(days=DAYS) if standing.last_day else None
        return Done(shown.value, facts, _reports(standing), noticed)

    # ---- a code sent again ----

    async def resend(self, task: Task) -> Done | Callable[[Connection], Done]:
        """Have a code sent to the registered phone, unless too many were; noted first."""
        if self.identity is None:
            return Done(SentAgain.OFF.value)
        held = await self._held(task)
        if held is None or "resend" not in held.scopes:
            return Done(SentAgain.NOT_LINKED.value)
        before = await self.store.read(lambda unit: resends.standing(unit, task.id))
        if before is not None:  # a process fell over this one: it may have gone
            await self.store.write(lambda unit: resends.note(unit, task.id, resends.UNSURE))
            return Done(SentAgain.UNSURE.value)
        at = self.clock.now()

        def note(unit: Connection) -> Asking:
            return resends.ask(unit, task.id, task.conversation_id, held.blind, task.key, at, self.budget)

        asking = await self.store.write(note)
        if asking.allowed is not Allowed.YES:
            return self._not_now(asking)
        said = await self.identity.ask_activation(held.name, task.key)

        def settle(unit: Connection) -> Done:
            return self._came(unit, task.id, asking, said)

        return settle

    async def settle(self, task: Task) -> Done | Once | Callable[[Connection], Done]:
        """What became of a code whose answer was lost: the same question under its key, so it goes once at most."""
        lost = await self.store.read(lambda unit: resends.last_of(unit, task.conversation_id, resends.UNSURE))
        held = await self._held(task)
        if lost is None or held is None or self.identity is None or held.blind != lost[1]:
            return Done(Settled.UNSURE.value)
        if task.attempts == 1:
            return Once(SETTLE_AFTER[0])
        said = await self.identity.ask_activation(held.name, lost[2])
        if isinstance(said, Unknown) or (isinstance(said, Refused) and said.because not in _REFUSED):
            if task.attempts <= len(SETTLE_AFTER):
                return Once(SETTLE_AFTER[min(task.attempts, len(SETTLE_AFTER)) - 1])
            return Done(Settled.UNSURE.value)
        request = said.request if isinstance(said, Sent) else ""

        def settle(unit: Connection) -> Done:
            went = isinstance(said, Sent)
            resends.note(unit, lost[0], resends.SENT if went else resends.REFUSED, request)
            next_ = resends.forecast(unit, held.blind, self.clock.now())
            facts = self._when(next_.next_at, next_.left_today)
            return Done((Settled.SENT if went else Settled.NOT_SENT).value, facts)

        return settle

    def _came(self, unit: Connection, errand: int, asking: Asking, said: Sent | Refused | Unknown) -> Done:
        facts = self._when(asking.next_at, asking.left)
        match said:
            case Sent(request=request):
                resends.note(unit, errand, resends.SENT, request)
                return Done((SentAgain.SENT_OFTEN if asking.nth >= OFTEN else SentAgain.SENT).value, facts)
            case Unknown():
                resends.note(unit, errand, resends.UNSURE)
                return Done(SentAgain.UNSURE.value)
            case Refused(because=because, next_at=next_at):
                resends.note(unit, errand, resends.REFUSED)
                outcome = _REFUSED.get(because, SentAgain.AWAY)
                if next_at is not None:
                    facts = self._when(next_at, asking.left)
                return Done(outcome.value, facts)

    def _not_now(self, asking: Asking) -> Done:
        facts = self._when(asking.next_at, asking.left)
        match asking.allowed:
            case Allowed.WAIT:
                return Done(SentAgain.WAIT.value, facts)
            case Allowed.DAY_USED_UP:
                return Done(SentAgain.DAY_USED_UP.value, facts)
            case _:
                self.counted("resend_budget_spent")
                LOG.warning("more codes are asked for than the whole house may: see Channels in the console")
                return Done(SentAgain.LATER.value)

    def _when(self, moment: datetime, left: int) -> dict[str, str]:
        return {"next_at": spoken_moment(moment, Language.VI), "left_today": str(left)}

    async def _held(self, task: Task) -> Held | None:
        return await self.store.read(lambda unit: subjects.linked(unit, self.vault, task.subject_id))

    def _evidence(self, unit: Connection, task: Task, yes: str, scopes: str = "") -> None:
        audit, at = AuditLog(self.vault), self.clock.now()
        audit.append(unit, at, HOUSE, Act.CONSENT, about=task.conversation_id, kind="link", yes=yes, scopes=scopes)


def _channel(task: Task) -> str:
    return task.address.channel if task.address.channel in ("telegram", "zalo_bot", "zalo_oa") else "web"


def _gone(said: Refused | Unknown) -> bool:
    return isinstance(said, Refused) and said.because is Because.NOT_THERE


def _reports(standing: Standing) -> tuple[Report, ...]:
    """What the registry's word is to the case: the last report that its standing proves."""
    sent = Report.TAKEN_LEVEL2 if standing.level is Level.LEVEL2 else Report.SENT_LEVEL1
    match standing.status:
        case Status.APP_ONLY:
            return (Report.REGISTERED,)
        case Status.PENDING:
            return (sent,)
        case Status.APPROVED:
            return (sent, Report.APPROVED)
        case Status.ACTIVATED | Status.LOCKED:
            return (sent, Report.APPROVED, Report.ACTIVATED)
        case _:
            return ()
