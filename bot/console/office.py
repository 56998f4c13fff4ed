"""What is looked after besides conversations: channels that hold, answers that are ready, who works here, and the audit."""

from typing import Any

from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.console.desk import alias
from bot.console.gate import Gate, RefusedError, Visitor, said
from bot.console.looks import drawn, sent_to
from bot.console.parts import Room
from bot.console.rights import Action, mays
from bot.handover.guard import objections
from bot.ports import OUTBOX
from content.shield import shield
from flows.core.vietnamese import tidy
from storage import audit, canned, inbox, logs, outbox, resends, staff, units
from storage.audit import Act

OLDEST_FINE = 60  # seconds something due may wait before the page says so
MOST_LETTERS = 50


class Office:
    """The pages beside the conversations."""

    def __init__(self, room: Room, gate: Gate) -> None:
        self._room, self._parts, self._gate = room, room.parts, gate

    def routes(self) -> list[BaseRoute]:
        through = self._gate.through
        return [
            Route("/channels", through(self.channels, Action.HEALTH), methods=["GET"]),
            Route("/channels/check", through(self.check, Action.HEALTH), methods=["POST"]),
            Route("/channels/again", through(self.again, Action.SEND_AGAIN), methods=["POST"]),
            Route("/answers", through(self.answers, Action.CANNED), methods=["GET"]),
            Route("/answers", through(self.keep, Action.CANNED), methods=["POST"]),
            Route("/staff", through(self.staff, Action.STAFF), methods=["GET"]),
            Route("/staff/disable", through(self.disable, Action.STAFF), methods=["POST"]),
            Route("/audit", through(self.audit, Action.AUDIT), methods=["GET"]),
        ]

    # ---- channels ----

    async def channels(self, request: Request, visitor: Visitor, _: FormData) -> Response:
        return await self._channels(request, visitor, {})

    async def check(self, request: Request, visitor: Visitor, form: FormData) -> Response:
        """Ask one channel how it is, now: this goes out to its platform, so only on demand."""
        name = said(form, "channel", 20)
        if name not in self._parts.health:
            raise RefusedError(404, "Kênh này chưa bật.", Act.HEALTH, why="no such channel")
        findings = await self._parts.health[name]()
        await self._noted(visitor, Act.HEALTH, channel=name)
        return await self._channels(request, visitor, {name: findings})

    async def again(self, _request: Request, visitor: Visitor, form: FormData) -> Response:
        """A given-up message goes out after all."""
        conversation, number = said(form, "conversation", 20), said(form, "number", 20)
        if not all(v.isascii() and v.isdecimal() for v in (conversation, number)) or int(conversation) >= 2**63:
            raise RefusedError(400, "Tin này không còn trong danh sách.", Act.SEND_AGAIN, why="no such message")
        now = self._parts.clock.now()

        def work(unit: Connection) -> bool:
            seen = visitor.unit.whole or any(
                u.conversation_id == int(conversation)
                for u in outbox.undelivered(unit)
                if self._below(unit, visitor, u)
            )
            done = seen and outbox.send_again(unit, int(conversation), int(number), now)
            self._room.audit.append(unit, now, visitor.member.id, Act.SEND_AGAIN, done=done, about=int(conversation))
            return done

        if await self._parts.store.write(work):
            self._parts.wake.wake(OUTBOX)
        return sent_to("/channels")

    async def _channels(self, request: Request, visitor: Visitor, findings: dict[str, Any]) -> Response:
        now = self._parts.clock.now()

        def query(unit: Connection) -> dict[str, Any]:
            bots = logs.queues(unit, visitor.unit)
            given_up = [u for u in outbox.undelivered(unit) if self._below(unit, visitor, u)]
            letters = inbox.buried(unit)[-MOST_LETTERS:][::-1] if visitor.unit.whole else []
            codes = resends.spending(unit, now) if visitor.unit.whole else None
            return {"bots": bots, "given_up": given_up, "letters": letters, "codes": codes}

        found = await self._parts.store.read(query)
        bots: list[logs.Queue] = found["bots"]
        late = any(b.oldest is not None and (now - b.oldest).total_seconds() > OLDEST_FINE for b in bots)
        return self._page(
            request, visitor, "channels.html.jinja", **found, late=late, held=sorted(self._parts.held().items()),
            known=sorted(self._parts.health), findings=findings, alias=alias,
        )  # fmt: skip

    def _below(self, unit: Connection, visitor: Visitor, one: outbox.Undelivered) -> bool:
        if visitor.unit.whole:
            return True
        whose = units.find(unit, units.kept_of(unit, one.conversation_id))
        return whose is not None and visitor.unit.over(whose)

    # ---- ready answers ----

    async def answers(self, request: Request, visitor: Visitor, _: FormData) -> Response:
        return await self._answers(request, visitor)

    async def keep(self, request: Request, visitor: Visitor, form: FormData) -> Response:
        """Write, change or remove one; the guard of an officer's message holds here too."""
        given, now = said(form, "id", 20), self._parts.clock.now()
        id_ = int(given) if given.isascii() and given.isdecimal() and len(given) < 20 else 0
        title, words = shield(said(form, "title", 80)).text.strip(), tidy(said(form, "words")).strip()
        if said(form, "remove"):
            done = await self._parts.store.write(lambda unit: canned.remove(unit, visitor.unit, id_))
        elif refused := objections(words):
            await self._gate.denied(visitor, Act.CANNED, None, ",".join(o.kind for o in refused))
            return await self._answers(request, visitor, 422, refused=refused, title=title, words=words)
        elif not title:
            return await self._answers(request, visitor, 422, told="Câu này cần một tên ngắn để tìm.", words=words)
        else:
            done = await self._parts.store.write(
                lambda unit: canned.keep(unit, visitor.unit, id_, title, words, visitor.member.id, now)
            )
        if not done:
            raise RefusedError(404, "Không có câu này trong phần việc của bạn.", Act.CANNED, why="not below")
        await self._noted(visitor, Act.CANNED, title=title)
        return sent_to("/answers")

    async def _answers(
        self, request: Request, visitor: Visitor, status: int = 200, *, refused: Any = (), told: str = "", title: str = "",
        words: str = "",
    ) -> Response:  # fmt: skip
        ready = await self._parts.store.read(lambda unit: canned.of(unit, visitor.unit))
        return self._page(
            request, visitor, "answers.html.jinja", status, ready=ready, refused=refused, told=told, title_now=title,
            words_now=words,
        )  # fmt: skip

    # ---- who works here, and what was done ----

    async def staff(self, request: Request, visitor: Visitor, _: FormData) -> Response:
        def query(unit: Connection) -> list[staff.Member]:
            mine = {u.code for u in units.below(unit, visitor.unit)}
            return [m for m in staff.everyone(unit) if m.unit in mine]

        members = await self._parts.store.read(query)
        return self._page(request, visitor, "staff.html.jinja", members=members)

    async def disable(self, _request: Request, visitor: Visitor, form: FormData) -> Response:
        """Somebody below may not sign in any more, and is out at once; only a command lets them in again."""
        login, now = said(form, "login", 40), self._parts.clock.now()

        def work(unit: Connection) -> bool:
            whom = staff.by_login(unit, login)
            whose = units.find(unit, whom.unit) if whom is not None else None
            good = whom is not None and whose is not None and visitor.unit.over(whose) and whom.id != visitor.member.id
            if good:
                staff.disable(unit, login)
            whom_id = whom.id if whom is not None else 0
            self._room.audit.append(unit, now, visitor.member.id, Act.STAFF_DISABLE, done=good, whom=whom_id)
            return good

        if not await self._parts.store.write(work):
            raise RefusedError(404, "Không có người này trong phần việc của bạn, hoặc đó là chính bạn.")
        return sent_to("/staff")

    async def audit(self, request: Request, visitor: Visitor, _: FormData) -> Response:
        """What was done, newest first; of the whole house for its root, of one's own staff for others."""
        given = request.query_params.get("before", "")
        before = int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else None

        def query(unit: Connection) -> list[audit.Entry]:
            found = audit.newest(unit, before, 200)
            if visitor.unit.whole:
                return found
            mine = {u.code for u in units.below(unit, visitor.unit)}
            own = {m.id for m in staff.everyone(unit) if m.unit in mine}
            return [entry for entry in found if entry.staff_id in own]

        entries = await self._parts.store.read(query)
        return self._page(request, visitor, "audit.html.jinja", entries=entries)

    # ---- what they share ----

    async def _noted(self, visitor: Visitor, act: Act, **detail: str) -> None:
        now = self._parts.clock.now()
        await self._parts.store.write(
            lambda unit: self._room.audit.append(unit, now, visitor.member.id, act, **detail)  # type: ignore[arg-type]
        )

    def _page(self, request: Request, visitor: Visitor, template: str, status: int = 200, **values: Any) -> Response:
        return drawn(
            request, template, self._parts.clock.now(), status, visitor=visitor, may=mays(visitor.member.role),
            here=template.partition(".")[0], unit_name=self._parts.unit_name, plain=not self._parts.secure, **values,
        )  # fmt: skip
