"""A request in hand: whose it is, and whether it waits for what was pressed."""

from collections.abc import Iterable
from enum import Enum

from sqlalchemy import Connection

from bot.registry.refusals import Refusal, RefusedError
from bot.registry.registry import Registry
from storage.registry import requests
from storage.registry.accounts import File
from storage.registry.handsets import Handset
from storage.registry.requests import Kind, Request


def may_speak_for(handset: Handset, file: File) -> bool:
    """Whether a handset may act for this person: one who is lent out is there for the handsets of that loan alone, and
    for any other as if there were no account."""
    return file.lent is None or file.lent == handset.lent


async def of_handset(registry: Registry, handset: Handset, kind: Kind, request: str) -> Request:
    """The request of this id; RefusedError NOT_THERE for one that is not there or not this handset's."""
    return _owned(await registry.look(lambda unit: requests.find(unit, request)), handset, kind)


def waiting_for(
    unit: Connection, handset: Handset, kind: Kind, request: str, steps: Iterable[Enum], ends: Iterable[Enum]
) -> Request:
    """The request as it stands inside a transaction, if it waits for one of these steps; else RefusedError with the step
    it waits for, or ENDED."""
    found = _owned(requests.find(unit, request), handset, kind)
    require(found, steps, ends)
    return found


def require(request: Request, steps: Iterable[Enum], ends: Iterable[Enum]) -> None:
    """Refuse what this request does not wait for."""
    if request.step not in {step.value for step in steps}:
        over = request.step in {step.value for step in ends}
        raise RefusedError(Refusal.ENDED if over else Refusal.OUT_OF_ORDER, step=request.step)


def _owned(request: Request | None, handset: Handset, kind: Kind) -> Request:
    if request is None or request.kind is not kind or request.handset != handset.id:
        raise RefusedError(Refusal.NOT_THERE)
    return request
