"""The lists: who is waiting first, then the conversations, then what is searched for; and a list to take away."""

import csv
import io
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.console.gate import Gate, RefusedError, Visitor, said
from bot.console.looks import CHANNELS, SAFE, drawn
from bot.console.masking import masked
from bot.console.parts import Room
from bot.console.rights import Action, mays
from bot.console.sign_in import SignIn
from flows.core.journey import Stage
from flows.core.vietnamese import fold, tidy
from storage import handover, logs, units
from storage.audit import Act
from storage.handover import Open
from storage.logs import Hit, Shown, Wanted
from storage.messages import HOUSE
from storage.units import Unit

PAGE_SIZE = 40
MOST_EXPORTED = 5000
SILENT = {"1h": timedelta(hours=1), "1d": timedelta(days=1), "3d": timedelta(days=3), "7d": timedelta(days=7)}
LONGEST_QUERY = 100
_LINK = re.compile(r"[\w-]{1,64}")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Asked:
    """A list as it was asked for, in the words of its address."""

    unit: str = ""
    channel: str = ""
    place: str = ""
    silent: str = ""
    link: str = ""
    waiting: str = ""
    sort: str = ""
    q: str = ""
    every: str = ""
    after: str = ""

    @classmethod
    def of(cls, given: QueryParams | FormData) -> "Asked":
        """What is not of the kind it should be counts as not given."""

        def one(name: str, most: int = 80) -> str:
            value = given.get(name, "")
            return tidy(value)[:most].strip() if isinstance(value, str) else ""

        silent, sort, channel, link = one("silent"), one("sort"), one("channel"), one("link")
        return cls(
            one("unit", 24), channel if channel in CHANNELS else "", one("place"), silent if silent in SILENT else "",
            link if _LINK.fullmatch(link) else "", "1" if one("waiting") else "", sort if sort == "old" else "",
            one("q", LONGEST_QUERY), "1" if one("every") else "", one("after"),
        )  # fmt: skip


class Desk:
    """The first page and everything that lists."""

    def __init__(self, room: Room, gate: Gate, sign_in: SignIn) -> None:
        self._room, self._parts, self._gate, self._sign_in = room, room.parts, gate, sign_in
        flows = [flow.name for flow in room.parts.book.flows]
        self._places = [*flows, *room.parts.book.steps]
        self._over = tuple(flow.name for flow in room.parts.book.flows if flow.stage is Stage.USE)

    def routes(self) -> list[BaseRoute]:
        through = self._gate.through
        return [
            Route("/", through(self.first, Action.LIST), methods=["GET"]),
            Route("/list", through(self.part, Action.LIST, passive=True), methods=["GET"]),
            Route("/search", through(self.search, Action.SEARCH), methods=["GET"]),
            Route("/suggest", through(self.suggest, Action.SEARCH, passive=True), methods=["GET"]),
            Route("/export", through(self.export, Action.EXPORT), methods=["POST"]),
        ]

    async def first(self, request: Request, visitor: Visitor, _: FormData) -> Response:
        asked = Asked.of(request.query_params)
        listed = await self.listed(visitor, asked)
        return drawn(
            request, "desk.html.jinja", self._parts.clock.now(), visitor=visitor, may=mays(visitor.member.role),
            unit_name=self._parts.unit_name, plain=not self._parts.secure, here="desk", **listed,
        )  # fmt: skip

    async def part(self, request: Request, visitor: Visitor, _: FormData) -> Response:
        """The lists alone, for a page that is open already."""
        listed = await self.listed(visitor, Asked.of(request.query_params))
        part = "now" if request.query_params.get("part") == "now" else "all"
        return drawn(request, "lists.html.jinja", self._parts.clock.now(), visitor=visitor, part=part, **listed)

    async def search(self, request: Request, visitor: Visitor, _: FormData) -> Response:
        asked, now = Asked.of(request.query_params), self._parts.clock.now()
        whose, hits = await self._found(visitor, asked, now)
        below = await self._parts.store.read(lambda unit: units.below(unit, visitor.unit))
        return drawn(
            request, "search.html.jinja", now, visitor=visitor, may=mays(visitor.member.role), unit_name=self._parts.unit_name,
            plain=not self._parts.secure, here="search", asked=asked, hits=hits, chosen=whose,
            more=hits[-1].entry if len(hits) == PAGE_SIZE else None, link=_link, alias=alias, words=self.words,
            units={u.code: u.name for u in below},
        )  # fmt: skip

    async def suggest(self, request: Request, visitor: Visitor, _: FormData) -> Response:
        """Units below one's own and places of the book that begin like this; nobody's words, nobody's names."""
        like = fold(Asked.of(request.query_params).unit or Asked.of(request.query_params).place)
        mine = await self._parts.store.read(lambda unit: units.below(unit, visitor.unit))
        kind = "unit" if "unit" in request.query_params else "place"
        found = [(u.code, u.name) for u in mine if like in fold(f"{u.code} {u.name}")][:12] if kind == "unit" else []
        if kind == "place":
            found = [(name, "") for name in self._places if like in name][:12]
        return drawn(request, "suggestions.html.jinja", self._parts.clock.now(), found=found)

    async def export(self, _request: Request, visitor: Visitor, form: FormData) -> Response:
        """The list or the search as CSV, masked; with the password, a reason, and a trace."""
        asked, now = Asked.of(form), self._parts.clock.now()
        reason = masked(tidy(said(form, "reason", 200)).strip())
        if len(reason) < 5:
            raise RefusedError(400, "Cần ghi lý do xuất danh sách, vài chữ là đủ.", Act.EXPORT, why="no reason")
        await self._sign_in.be_sure(visitor, form)
        if asked.q:
            _, hits = await self._found(visitor, asked, now, Act.EXPORT, MOST_EXPORTED)
            rows = [[str(h.conversation_id), h.at.isoformat(), h.unit, h.channel, h.who, self.words(h)] for h in hits]
            head = ["conversation", "at", "unit", "channel", "who", "text"]
        else:
            wanted = await self._wanted(visitor, asked, now, Act.EXPORT)
            shown = await self._parts.store.read(lambda unit: logs.conversations(unit, wanted, MOST_EXPORTED))
            rows = [[str(s.id), s.changed.isoformat(), s.unit, s.channel, s.link, s.place] for s in shown]
            head = ["conversation", "changed", "unit", "channel", "link", "place"]
        await self._parts.store.write(
            lambda unit: self._room.audit.append(
                unit, now, visitor.member.id, Act.EXPORT, reason=reason, rows=len(rows), query=masked(asked.q)
            )
        )
        out = io.StringIO()
        writer = csv.writer(out, quoting=csv.QUOTE_ALL)
        writer.writerows([head, *([_cell(cell) for cell in row] for row in rows)])
        headers = {**SAFE, "content-disposition": f'attachment; filename="donghanh-{now:%Y%m%d-%H%M}.csv"'}
        return Response("\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)

    # ---- what is shown ----

    async def listed(self, visitor: Visitor, asked: Asked) -> dict[str, Any]:
        """Who waits, who is being answered, and a page of the conversations, as the templates take them."""
        now = self._parts.clock.now()
        wanted = await self._wanted(visitor, asked, now)

        def query(unit: Connection) -> tuple[list[Open], list[Shown], list[Unit]]:
            going_on = handover.open_ones(unit, wanted.unit)
            return going_on, logs.conversations(unit, wanted, PAGE_SIZE), units.below(unit, visitor.unit)

        going_on, shown, below = await self._parts.store.read(query)
        last = shown[-1] if len(shown) == PAGE_SIZE else None
        return {
            "asked": asked, "waiting": [o for o in going_on if not o.owned], "answered": [o for o in going_on if o.owned],
            "shown": shown, "units": {u.code: u.name for u in below}, "chosen": wanted.unit, "channels": CHANNELS,
            "flows": [f.name for f in self._parts.book.flows], "alias": alias, "words": self.words, "link": _link,
            "more": f"{last.changed.timestamp():.6f} {last.id}" if last is not None else "",
        }  # fmt: skip

    def words(self, one: Shown | Hit) -> str:
        """The last words of a conversation, or the ones found, as an officer may see them."""
        return " ".join((one.text if one.who == HOUSE else masked(one.text)).split())[:200]

    async def _wanted(self, visitor: Visitor, asked: Asked, now: datetime, act: Act = Act.LIST) -> Wanted:
        place = asked.place if asked.place in self._places else ""
        wanted = Wanted(
            await self.chosen(visitor, asked.unit, act), asked.channel, place, asked.link,
            now - SILENT[asked.silent] if asked.silent else None, bool(asked.waiting), self._over, asked.sort == "old",
        )  # fmt: skip
        at, _, id_ = asked.after.partition(" ")
        if re.fullmatch(r"\d{1,12}\.\d{6}", at) and id_.isascii() and id_.isdecimal() and len(id_) < 20:
            return replace(wanted, after=(datetime.fromtimestamp(float(at), now.tzinfo), int(id_)))
        return wanted

    async def chosen(self, visitor: Visitor, code: str, act: Act) -> Unit:
        """A unit somebody asks for: their own or one below it; any other is refused as if it were not there."""
        if not code:
            return visitor.unit
        found = await self._parts.store.read(lambda unit: units.find(unit, code))
        if found is None or not visitor.unit.over(found):
            raise RefusedError(404, "Không có đơn vị này trong phần việc của bạn.", act, why="unit")
        return found

    async def _found(
        self, visitor: Visitor, asked: Asked, now: datetime, act: Act = Act.SEARCH, most: int = PAGE_SIZE
    ) -> tuple[Unit, list[Hit]]:
        whose = await self.chosen(visitor, asked.unit, act)
        before = (
            int(asked.after) if asked.after.isascii() and asked.after.isdecimal() and len(asked.after) < 19 else None
        )
        hits = list[Hit]()
        if asked.q:
            people = not asked.every
            hits = await self._parts.store.read(
                lambda unit: logs.search(unit, asked.q, whose, people=people, before=before, most=most)
            )
            await self._parts.store.write(
                lambda unit: self._room.audit.append(
                    unit, now, visitor.member.id, Act.SEARCH, query=masked(asked.q), unit=whose.code, found=len(hits)
                )
            )
        return whose, hits


def alias(conversation_id: int) -> str:
    """What a conversation is called among officers: five letters, no name."""
    letters, left = "", conversation_id
    for _ in range(5):
        left, at = divmod(left, 29)
        letters += "ABCDEGHIKLMNOPQRSTUVXY2346789"[at]
    return letters


def _link(asked: Asked, **changed: str) -> str:
    """The query of a list with something changed; empty parts are left out."""
    values = {f: getattr(asked, f) for f in Asked.__dataclass_fields__}
    return urlencode({k: v for k, v in {**values, "after": "", **changed}.items() if v})


def _cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
