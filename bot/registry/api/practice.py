"""What anybody may ask: what this is, who its people are, a handset, and somebody to practise with."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response

from bot.registry import handsets as phones
from bot.registry import loans, shown
from bot.registry.answers import AboutAnswer, LoanAnswer, NewHandset, PeopleAnswer, Question
from bot.registry.api import forms
from bot.registry.api.callers import House, LoanHolder
from bot.registry.api.forms import Page
from bot.registry.api.phone import phone_of
from bot.registry.api.problems import documented
from bot.registry.refusals import Refusal, RefusedError
from bot.registry.words import QUESTIONS, TITLE
from storage.registry import handsets

router = APIRouter(prefix="/v1", tags=["practice"], responses=documented(400, 404, 413, 422, 503))
lent = APIRouter(prefix="/v1/loan", tags=["practice"], responses=documented(400, 401, 403, 404, 413, 422, 503))
After = Annotated[int, Query(ge=0, le=1_000_000, description="The number of the last person of the page before.")]


@router.get("")
async def about(registry: House) -> AboutAnswer:
    """What this is, and the list of security questions."""
    questions = [Question(question=name, says=words) for name, words in QUESTIONS.items()]
    return AboutAnswer(title=TITLE, people=registry.people.count, questions=questions)


@router.get("/people")
async def list_people(registry: House, after: After = 0, most: Page = 20) -> PeopleAnswer:
    """The invented people; their numbers are the only ones that are taken."""
    numbers = range(after + 1, min(after + most, registry.people.count) + 1)
    people = [shown.person(registry.people.person(n)) for n in numbers]
    return PeopleAnswer(count=registry.people.count, people=people)


@router.post("/handsets", status_code=201, responses=documented(409, 429))
async def make_handset(registry: House, asked: forms.HandsetWanted) -> NewHandset:
    """A handset with somebody's SIM in it. The SIM of a lent person needs the loan's token."""
    loan = loans.mark_of(registry, asked.loan) if asked.loan else None
    return await phones.make(registry, phone_of(registry, asked.sim), asked.nfc, loan)


@router.post("/loans", status_code=201, responses=documented(429))
async def lend(registry: House, asked: forms.LoanWanted) -> LoanAnswer:
    """Somebody to practise with, alone, for a while. The token is shown once."""
    return await loans.lend(registry, asked.start, None)


@lent.get("")
async def look_at_loan(registry: House, loan: LoanHolder) -> LoanAnswer:
    """The loan as it stands."""
    return await loans.look_at(registry, loan)


@lent.delete("", status_code=204)
async def give_back(registry: House, loan: LoanHolder) -> Response:
    """Give the person back: everything that was done with them is forgotten."""
    await loans.give_back(registry, loan)
    return Response(status_code=204)


@lent.post("/time")
async def move_time(registry: House, loan: LoanHolder, asked: forms.TimeMoved) -> LoanAnswer:
    """Move the person's own time ahead: a code grows old, an application is answered, seven days pass."""
    return await loans.move_time(registry, loan, timedelta(seconds=asked.forward_seconds))


@lent.put("/line")
async def delay_sms(registry: House, loan: LoanHolder, asked: forms.LineDelay) -> LoanAnswer:
    """Let SMS about this person come late."""
    return await loans.delay_sms(registry, loan, timedelta(seconds=asked.delay_seconds))


@lent.post("/neighbour", status_code=201)
async def add_neighbour(registry: House, loan: LoanHolder, asked: forms.Neighbour) -> LoanAnswer:
    """Another person whose account is activated on one of the loan's handsets: the device is bound (S0-40)."""
    handset = await registry.look(lambda unit: handsets.find(unit, asked.handset))
    if handset is None:
        raise RefusedError(Refusal.NOT_THERE)
    return await loans.neighbour(registry, loan, handset)
