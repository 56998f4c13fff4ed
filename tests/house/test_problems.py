"""Each of the 68 problems people have, typed in the middle of any step: its resolution, and back to the step."""

import random
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.house import House
from bot.message import Event, Typed
from flows.notation import Choose
from flows.script import BOOK
from flows.speech import Address, Offer, Opened, Pick, Talk
from storage import conversations
from tests.kit.build import StillClock, house
from tests.kit.connected import WORDS

HERE = Path(__file__).parents[1] / "content"
SAID = {int(n): said for n, said in tomllib.loads((HERE / "said.toml").read_text(encoding="utf-8")).items()}
RESOLVED = {int(n): told for n, told in tomllib.loads((HERE / "problems.toml").read_text(encoding="utf-8")).items()}
STEPS = sorted(
    name
    for name, step in BOOK.steps.items()
    if isinstance(step, Choose) and name.partition(".")[0] not in ("everywhere", "answers", "practice", "foreigner")
)


@pytest.fixture(scope="module")
def home(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("problems")
    file = folder / "house.db"
    file.write_bytes(migrated_sqlite.read_bytes())
    with house(f"sqlite:///{file}", folder, clock=StillClock(), catalogue=WORDS) as built:
        yield built


def standing(home: House, address: Address, place: str) -> None:
    """Put a conversation at a step, as if the person had walked there."""

    def work(unit: object) -> None:
        held = conversations.load(unit, {address: True}, Talk(place), home.clock.now())[address]  # type: ignore[arg-type]
        held.become(Talk(place, opened=True, offer=Offer(place)), held.journey)
        conversations.keep(unit, [held], home.clock.now())  # type: ignore[arg-type]

    home.store.write_now(work)


@pytest.mark.parametrize("number", sorted(RESOLVED))
async def test_a_problem_typed_at_a_step_is_resolved_and_the_step_comes_back(number: int, home: House) -> None:
    place = random.Random(number).choice(STEPS)
    address = Address("web", "main", f"problem-{number}")
    await home.turn.take(Event(address, "open", Opened()))
    standing(home, address, place)
    intent = RESOLVED[number]["intent"]
    taken = await home.turn.take(Event(address, "1", Typed(SAID[number])))
    if taken.cause == "guessing":
        offer = taken.messages[-1].offer
        assert offer is not None
        assert intent in dict(offer.choices), f"not among the guesses: {offer.choices}"
        taken = await home.turn.take(Event(address, "2", Pick(offer.place, intent)))
    assert taken.cause.partition("_")[2] == intent
    if taken.place != place:
        assert taken.place == f"answers.{intent}"
        taken = await home.turn.take(Event(address, "3", Pick(taken.place, "go_on")))
    assert taken.place == place
