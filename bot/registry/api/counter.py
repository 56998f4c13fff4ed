"""What an officer's counter asks (scope `officer`, or the token of a loan for its own people)."""

from typing import Annotated

from fastapi import APIRouter, Query

from bot.registry import counter
from bot.registry.answers import ApplicationsAnswer, CounterAnswer
from bot.registry.api import forms
from bot.registry.api.callers import Counter, House
from bot.registry.api.forms import Id, IdempotencyKey, Page
from bot.registry.api.phone import person_of, phone_of
from bot.registry.api.problems import documented
from bot.registry.counter import Form

router = APIRouter(prefix="/v1", tags=["counter"], responses=documented(400, 401, 403, 404, 413, 422, 503))
After = Annotated[str, Query(pattern="^([0-9a-f]{32})?$", description="The last application of the page before.")]


@router.post("/counter/level2", status_code=201)
async def take_level2(registry: House, officer: Counter, asked: forms.Level2Form, key: IdempotencyKey) -> CounterAnswer:
    """F5: level 2 taken at the counter."""
    form = Form(
        person_of(registry, asked.number), phone_of(registry, asked.phone), asked.card, asked.card_is_issued,
        asked.portrait_taken, asked.fingerprints_taken, asked.consents,
    )  # fmt: skip
    return await counter.take_level2(registry, officer, form, registry.key(officer.name, "level2", key, form))


@router.get("/applications")
async def list_applications(
    registry: House, officer: Counter, after: After = "", most: Page = 50
) -> ApplicationsAnswer:
    """Applications that wait for an answer."""
    return await counter.waiting(registry, officer, after, most)


@router.post("/applications/{application}/decision")
async def decide(
    registry: House, officer: Counter, application: Id, asked: forms.DecisionMade, key: IdempotencyKey
) -> CounterAnswer:
    """F6: approve or decline by hand; approval sends the notice."""
    once = registry.key(officer.name, f"applications/{application}", key, asked.verdict.value)
    return await counter.answer(registry, officer, application, asked.verdict, once)


@router.post("/counter/moves")
async def move(registry: House, officer: Counter, asked: forms.MoveMade, key: IdempotencyKey) -> CounterAnswer:
    """Lock, unlock, or activate after the seven days."""
    person = person_of(registry, asked.number)
    once = registry.key(officer.name, "moves", key, person, asked.move.value)
    return await counter.move(registry, officer, person, asked.move, once)
