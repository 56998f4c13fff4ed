"""One conversation: as it looked on the citizen's phone, with places and causes beside it; taken, answered, given back."""

import re
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.console.desk import Asked, Desk, alias
from bot.console.gate import Gate, RefusedError, Visitor, said, sure
from bot.console.looks import drawn, sent_to
from bot.console.masking import masked
from bot.console.parts import Room
from bot.console.rights import Action, mays
from bot.console.sign_in import SignIn
from bot.handover.guard import Objection, objections
from bot.message import Event, GivenBack, Noted, Officer, TakenOver
from content.shield import shield
from flows.speech import Talk
from storage import canned, conversations, handover, log_index, logs, units
from storage.audit import Act
from storage.conversations import Held
from storage.handover import Open
from storage.logs import Line, Shown
from storage.messages import HOUSE, OFFICER, PERSON
from storage.staff import Role

REASONS = {
    "asked": ("Người dân nhờ tra lại", "The citizen asked"),
    "scam": ("Nghi có lừa đảo", "Suspected scam"),
    "complaint": ("Giải quyết phản ánh", "A complaint"),
    "other": ("Việc khác (ghi rõ)", "Something else (say what)"),
}
LOST = "Không có cuộc trò chuyện này trong phần việc của bạn."


@dataclass(frozen=True, slots=True)
class Case:
    """What an officer should know before they answer, without a personal fact: the stage, and the last choices made."""

    stage: str
    choices: tuple[tuple[str, str], ...]
    missed: int
    language: str


class TalkPages:
    """The pages of one conversation."""

    def __init__(self, room: Room, gate: Gate, desk: Desk, sign_in: SignIn) -> None:
        self._room, self._parts, self._gate = room, room.parts, gate
        self._desk, self._sign_in = desk, sign_in

    def routes(self) -> list[BaseRoute]:
        through = self._gate.through
        return [
            Route("/c/{id:int}", through(self.page, Action.VIEW), methods=["GET"]),
            Route("/c/{id:int}/talk", through(self.part, Action.VIEW, passive=True), methods=["GET"]),
            Route("/c/{id:int}/take", through(self.take, Action.TAKE), methods=["POST"]),
            Route("/c/{id:int}/reply", through(self.reply, Action.REPLY), methods=["POST"]),
            Route("/c/{id:int}/back", through(self.give_back, Action.GIVE_BACK), methods=["POST"]),
            Route("/c/{id:int}/note", through(self.note, Action.NOTE), methods=["POST"]),
            Route("/c/{id:int}/reveal", through(self.reveal, Action.REVEAL), methods=["POST"]),
            Route("/c/{id:int}/notices", through(self.notices, Action.MOVE), methods=["POST"]),
            Route("/c/{id:int}/unit", through(self.move, Action.MOVE), methods=["POST"]),
            Route("/c/{id:int}/{act:str}", through(self.back_to, Action.VIEW), methods=["GET"]),
        ]

    # ---- looking ----

    async def page(self, request: Request, visitor: Visitor, _: FormData) -> Response:
        shown, now = await self._shown(request, visitor, Act.VIEW), self._parts.clock.now()
        await self._parts.store.write(
            lambda unit: self._room.audit.append(
                unit, now, visitor.member.id, Act.VIEW, about=shown.id, unit=visitor.unit.name
            )
        )
        return await self._drawn(request, visitor, shown)

    async def part(self, request: Request, visitor: Visitor, _: FormData) -> Response:
        """The talk alone, for a page that is open already."""
        shown = await self._shown(request, visitor, Act.VIEW)
        values = await self._values(visitor, shown)
        return drawn(request, "talk_part.html.jinja", self._parts.clock.now(), **values)

    async def reveal(self, request: Request, visitor: Visitor, form: FormData) -> Response:
        """The same page with nothing masked, this once; written down before it is shown, for the citizen to see."""
        shown = await self._shown(request, visitor, Act.REVEAL)
        kind, why = said(form, "reason", 20), masked(said(form, "why", 200).strip())
        if kind not in REASONS or (kind == "other" and len(why) < 5):
            raise RefusedError(
                400, "Cần chọn lý do mở phần che; “việc khác” thì ghi rõ việc gì.", Act.REVEAL, shown.id, "no reason"
            )
        await self._sign_in.be_sure(visitor, form, shown.id)
        now, reason = self._parts.clock.now(), f"{REASONS[kind][0]}{f': {why}' if why else ''}"
        await self._parts.store.write(
            lambda unit: self._room.audit.append(
                unit, now, visitor.member.id, Act.REVEAL, about=shown.id, reason=reason, unit=visitor.unit.name
            )
        )
        return await self._drawn(request, visitor, shown, revealed=True)

    async def back_to(self, request: Request, _visitor: Visitor, _: FormData) -> Response:
        """The address of something that was posted, asked for by itself: the conversation."""
        return sent_to(f"/c/{int(request.path_params['id'])}")

    # ---- answering ----

    async def take(self, request: Request, visitor: Visitor, _: FormData) -> Response:
        shown = await self._shown(request, visitor, Act.TAKE)
        address = await self._parts.store.read(lambda unit: logs.address(unit, shown.id))
        held = await self._parts.store.read(lambda unit: conversations.find(unit, address)) if address else None
        if held is not None and held.subject_id is None:
            raise RefusedError(409, "Đây là một nhóm, không trả lời thay ở nhóm được.", Act.TAKE, shown.id, "group")
        noted = self._noting(visitor, Act.TAKE, ("taken_over", "taken_already"))
        cause = await self._through_the_door(shown, TakenOver(visitor.member.id, visitor.member.name, noted))
        if cause == "taken_by_another":
            return await self._drawn(request, visitor, shown, 409, told="Người khác vừa nhận cuộc này rồi.")
        return sent_to(f"/c/{shown.id}")

    async def reply(self, request: Request, visitor: Visitor, form: FormData) -> Response:
        shown = await self._shown(request, visitor, Act.REPLY)
        text = said(form, "text").replace("\r\n", "\n").strip()
        id_ = said(form, "id", 40)
        if refused := objections(text):
            kinds = ",".join(o.kind for o in refused)
            await self._gate.denied(visitor, Act.REPLY, shown.id, kinds)
            return await self._drawn(request, visitor, shown, 422, refused=refused, text=text)
        noted = self._noting(visitor, Act.REPLY, ("officer",))
        cause = await self._through_the_door(shown, Officer(visitor.member.id, text, noted), id_)
        if cause not in ("officer", "repeat"):
            told = "Bạn chưa nhận cuộc này, nên tin chưa gửi. Bấm “Nhận trả lời” trước."
            return await self._drawn(request, visitor, shown, 409, told=told, text=text)
        return sent_to(f"/c/{shown.id}#end")

    async def give_back(self, request: Request, visitor: Visitor, _: FormData) -> Response:
        shown = await self._shown(request, visitor, Act.GIVE_BACK)
        noted = self._noting(visitor, Act.GIVE_BACK, ("given_back",))
        cause = await self._through_the_door(shown, GivenBack(visitor.member.id, noted))
        if cause == "not_theirs":
            return await self._drawn(request, visitor, shown, 409, told="Cuộc này không phải bạn đang nhận.")
        return sent_to(f"/c/{shown.id}")

    async def note(self, request: Request, visitor: Visitor, form: FormData) -> Response:
        """What officers tell each other about an open handover; shielded like everything that is kept."""
        shown = await self._shown(request, visitor, Act.NOTE)
        note, now = shield(said(form, "note", 2000)).text.strip(), self._parts.clock.now()

        def work(unit: Connection) -> bool:
            known = handover.of(unit, shown.id)
            if known is not None:
                handover.keep_note(unit, known, note)
            self._room.audit.append(unit, now, visitor.member.id, Act.NOTE, done=known is not None, about=shown.id)
            return known is not None

        if not await self._parts.store.write(work):
            raise RefusedError(409, "Ghi chú đi cùng một lần nhận trả lời; cuộc này đang không có ai nhận.")
        return sent_to(f"/c/{shown.id}")

    async def move(self, request: Request, visitor: Visitor, form: FormData) -> Response:
        """The conversation belongs to another unit, of one's own, from now on."""
        shown = await self._shown(request, visitor, Act.UNIT)
        target = await self._desk.chosen(visitor, said(form, "unit", 24), Act.UNIT)
        now = self._parts.clock.now()

        def work(unit: Connection) -> None:
            units.assign(unit, [shown.id], target.code)
            handover.belongs(unit, shown.id, target.code)
            log_index.again(unit, shown.id)
            self._room.audit.append(unit, now, visitor.member.id, Act.UNIT, about=shown.id, to=target.code)

        await self._parts.store.write(work)
        return sent_to(f"/c/{shown.id}")

    async def notices(self, request: Request, visitor: Visitor, form: FormData) -> Response:
        """This group is the staff's own chat of a unit from now on, or no longer: there it is told when somebody waits."""
        shown = await self._shown(request, visitor, Act.UNIT)
        target = await self._desk.chosen(visitor, said(form, "unit", 24), Act.UNIT)
        on, now, door = bool(said(form, "on")), self._parts.clock.now(), f"{units.CHAT_DOOR}{shown.id}"

        def work(unit: Connection) -> bool:
            address = logs.address(unit, shown.id)
            held = conversations.find(unit, address) if address is not None else None
            group = held is not None and held.subject_id is None
            if on and group:
                units.open_door(unit, door, target.code)
            elif not on:
                units.close_door(unit, door)
            told = f"{'notices to' if on else 'no notices to'} {target.code}"
            self._room.audit.append(
                unit, now, visitor.member.id, Act.UNIT, done=group or not on, about=shown.id, what=told
            )
            return group or not on

        if not await self._parts.store.write(work):
            raise RefusedError(409, "Chỉ báo vào nhóm của nhân viên được, không báo vào cuộc của người dân.")
        return sent_to(f"/c/{shown.id}")

    # ---- what they share ----

    async def _shown(self, request: Request, visitor: Visitor, act: Act) -> Shown:
        """The conversation of this address, if it is below the visitor's unit; refused alike where it is not, or is none."""
        id_ = int(request.path_params["id"])
        found = await self._parts.store.read(lambda unit: logs.find(unit, id_, visitor.unit)) if id_ < 2**63 else None
        if found is None:
            raise RefusedError(404, LOST, act, id_ % 2**63, "not below")
        return found

    async def _through_the_door(self, shown: Shown, what: TakenOver | Officer | GivenBack, id_: str = "") -> str:
        address = await self._parts.store.read(lambda unit: logs.address(unit, shown.id))
        if address is None:
            raise RefusedError(404, LOST)
        name = id_ if re.fullmatch(r"[0-9a-f-]{36}", id_) else str(uuid.uuid4())
        return (await self._parts.door.take(Event(address, f"staff-{name}", what))).cause

    def _noting(self, visitor: Visitor, act: Act, good: tuple[str, ...]) -> Noted:
        now = self._parts.clock.now()

        def noted(unit: Connection, conversation_id: int, cause: str) -> None:
            done = cause in good
            why = "" if done else cause
            self._room.audit.append(unit, now, visitor.member.id, act, done=done, about=conversation_id, why=why)

        return noted

    async def _drawn(
        self, request: Request, visitor: Visitor, shown: Shown, status: int = 200, *, revealed: bool = False,
        refused: list[Objection] | None = None, told: str = "", text: str = "",
    ) -> Response:  # fmt: skip
        values = await self._values(visitor, shown, revealed=revealed)
        asked = Asked.of(request.query_params)
        listed = await self._desk.listed(visitor, asked)
        return drawn(
            request, "talk.html.jinja", self._parts.clock.now(), status, **{**listed, **values}, may=mays(visitor.member.role),
            unit_name=self._parts.unit_name, plain=not self._parts.secure, here="talk", refused=refused or [], told=told,
            text=text, reasons=REASONS, sure=sure(visitor, self._parts.clock.now()), form_id=str(uuid.uuid4()),
        )  # fmt: skip

    async def _values(self, visitor: Visitor, shown: Shown, *, revealed: bool = False) -> dict[str, Any]:
        now = self._parts.clock.now()

        def query(unit: Connection) -> dict[str, Any]:
            address = logs.address(unit, shown.id)
            lines, person = logs.talk(unit, shown.id), handover.of(unit, shown.id)
            held = conversations.find(unit, address) if address is not None else None
            return {
                "lines": [(line, self._words(line, revealed=revealed)) for line in lines], "person": person,
                "events": logs.causes(unit, shown.id), "case": self._case(held),
                "group": held is not None and held.subject_id is None, "told_here": units.chats(unit).get(shown.id, ""),
                "chat": f"{address.bot} · {address.chat}" if revealed and address is not None else "",
                "key": address.key if address is not None else "", "ready": canned.of(unit, visitor.unit),
                "acts": self._room.audit.about(unit, shown.id, 12),
                "units": {u.code: u.name for u in units.below(unit, visitor.unit)},
            }  # fmt: skip

        values = await self._parts.store.read(query)
        person: Open | None = values["person"]
        mine = person is not None and person.owned and person.staff_id == visitor.member.id
        lines: list[tuple[Line, str]] = values["lines"]
        if mine and person is not None and lines and lines[-1][0].number > person.read_upto:
            upto = lines[-1][0].number
            await self._parts.store.write(lambda unit: handover.read(unit, shown.id, visitor.member.id, upto, now))
            self._parts.wake.wake(values["key"])  # their page says that it was read
        said = [words for line, words in lines if line.who == PERSON and not line.cause.startswith(("sign_", "pick_"))]
        return {
            **values, "last_said": " ".join(said[-1].split())[:160] if said else "", "visitor": visitor,
            "conversation": shown, "alias": alias, "mine": mine, "revealed": revealed,
            "who_house": HOUSE, "who_officer": OFFICER, "able": visitor.member.role in (Role.OFFICER, Role.ADMINISTRATOR),
        }  # fmt: skip

    def _words(self, line: Line, *, revealed: bool) -> str:
        return line.text if revealed or line.who == HOUSE else masked(line.text)

    def _case(self, held: Held | None) -> Case | None:
        if held is None or held.subject_id is None:
            return None
        progress = self._parts.progress(held.talk, held.journey)
        chosen = tuple((a.place, self._parts.label(a.place, a.exit)) for a in held.talk.answers[-5:])
        return Case(
            f"{progress.number}/{progress.count} {progress.name}", chosen, held.talk.missed, _language(held.talk)
        )


def _language(talk: Talk) -> str:
    return talk.language.value
