"""One-time codes: tries that no race multiplies, one use, one purpose, and nobody else's."""

from collections import Counter
from datetime import timedelta
from typing import Any

from bot.registry import activation
from bot.registry.codes import code_of
from bot.registry.refusals import RefusedError
from bot.registry.registry import Registry
from flows.core.codes import POLICY
from storage.registry import handsets
from storage.registry.codes import CODE
from storage.registry.handsets import Handset
from storage.vault import Vault
from tests.registry.office import IN_TESTS, KEY, Office, Phone, office, together


async def wrong(code: str, n: int) -> str:
    """Some code that is not this one."""
    return f"{(int(code) + 1 + n) % 1_000_000:06}"


async def outcomes(phone: Phone, path: str, codes: list[str]) -> Counter[str]:
    """What came of these codes, all tried at once. Behind the HTTP of the API, or two hundred would take seconds."""
    registry, request = phone.office.registry, path.rpartition("/")[2]
    handset = await registry.look(lambda unit: handsets.find(unit, phone.handset))
    assert handset is not None
    return Counter(await together(*(one_try(registry, handset, request, code) for code in codes)))


async def one_try(registry: Registry, handset: Handset, request: str, code: str) -> str:
    try:
        answer = await activation.enter_code(registry, handset, request, code)
    except RefusedError as refused:
        return refused.refusal.value
    assert answer.code is not None
    assert answer.code.checked is not None
    return answer.code.checked.value


async def test_of_two_hundred_wrong_codes_at_once_five_are_looked_at_and_the_right_one_comes_too_late(
    house: Office,
) -> None:
    _, phone = await house.lend("approved2")
    path = await phone.activate_until_code()
    right = await phone.newest_code()
    tried = await outcomes(phone, path, [await wrong(right, n) for n in range(200)])
    # The last wrong one that counts already says that none is left.
    assert tried["wrong"] == POLICY.tries - 1
    assert tried["no_tries_left"] == 200 - tried["wrong"]
    assert (await outcomes(phone, path, [right]))["no_tries_left"] == 1
    assert (await phone.get(path))["step"] == "code"
    rows = await house.registry.look(lambda unit: unit.execute(CODE.select()).all())
    assert [row.tries for row in rows] == [POLICY.tries]


async def test_a_right_code_among_many_wrong_ones_is_taken_only_within_the_first_five(house: Office) -> None:
    _, phone = await house.lend("approved2")
    path = await phone.activate_until_code()
    right = await phone.newest_code()
    codes = [await wrong(right, n) for n in range(40)]
    codes.insert(20, right)
    tried = await outcomes(phone, path, codes)
    assert tried["right"] + tried["wrong"] <= POLICY.tries
    assert tried["right"] == ((await phone.get(path))["step"] == "password")


async def test_the_right_code_at_the_same_moment_twice_is_taken_once(house: Office) -> None:
    _, phone = await house.lend("approved2")
    path = await phone.activate_until_code()
    right = await phone.newest_code()
    assert await outcomes(phone, path, [right] * 20) == {"right": 1, "out_of_order": 19}


async def test_two_registries_on_one_database_give_no_more_tries_than_one(migrated_url: str) -> None:
    """On PostgreSQL as in earnest; on SQLite as when a command writes beside the server."""
    async with office(migrated_url) as here, office(migrated_url, clock=here.clock) as there:
        _, phone = await here.lend("approved2")
        path = await phone.activate_until_code()
        right = await phone.newest_code()
        twin = Phone(there, phone.token, phone.handset, phone.who)
        codes = [await wrong(right, n) for n in range(60)]
        both = await together(outcomes(phone, path, codes[:30]), outcomes(twin, path, codes[30:]))
        assert sum((counted["wrong"] for counted in both), 0) == POLICY.tries - 1
        assert (await outcomes(twin, path, [right]))["no_tries_left"] == 1

        here.clock.on(minutes=2)
        await twin.post(f"{path}/codes")
        right = (await phone.texts() + await twin.texts())[-1].split(" la ")[1][:6]
        both = await together(outcomes(phone, path, [right] * 8), outcomes(twin, path, [right] * 8))
        assert both[0] + both[1] == {"right": 1, "out_of_order": 15}


async def test_a_code_is_good_for_its_own_request_person_and_purpose_alone(house: Office) -> None:
    _, mine = await house.lend("approved2")
    _, theirs = await house.lend("approved2")
    my_path, their_path = await mine.activate_until_code(), await theirs.activate_until_code()
    my_code, their_code = await mine.newest_code(), await theirs.newest_code()
    assert my_code != their_code
    assert (await outcomes(mine, my_path, [their_code]))["wrong"] == 1
    assert (await outcomes(theirs, their_path, [my_code]))["wrong"] == 1
    vault = Vault(KEY)
    made = {
        code_of(vault, purpose, person, request, counter, 10)
        for purpose in ("registration", "activation") for person in (1, 2) for request in ("a", "b")
        for counter in (1, 2)
    }  # fmt: skip
    assert len(made) == 16


async def test_a_second_request_kills_the_code_of_the_first(one_house: Office) -> None:
    loan, phone = await one_house.lend("approved2")
    first = await phone.activate_until_code()
    old = await phone.newest_code()
    await one_house.ask("POST", "/loan/time", loan["token"], forward_seconds=60)
    second = await phone.activate_until_code()
    assert (await outcomes(phone, first, [old]))["superseded"] == 1
    assert (await outcomes(phone, second, [old]))["wrong"] == 1
    assert (await outcomes(phone, second, [await phone.newest_code()]))["right"] == 1


async def test_a_new_code_kills_the_old_one_and_the_next_waits_longer_each_time(house: Office) -> None:
    _, phone = await house.lend("approved2")
    path = await phone.activate_until_code()
    old = await phone.newest_code()
    for seconds in (60, 120, 240, 480):
        early = await phone.post(f"{path}/codes")
        assert (early["code"]["sent"], early["code"]["sending"]) == (False, "wait")
        house.clock.on(seconds=seconds - 1)
        assert not (await phone.post(f"{path}/codes"))["code"]["sent"]
        house.clock.on(seconds=1)
        assert (await phone.post(f"{path}/codes"))["code"]["sent"]
    assert (await outcomes(phone, path, [old]))["wrong"] == 1
    used_up = await phone.post(f"{path}/codes")
    assert used_up["code"]["sending"] == "day_used_up"
    assert (await outcomes(phone, path, [await phone.newest_code()]))["right"] == 1


async def test_the_day_of_a_phone_is_one_whatever_the_codes_are_for(house: Office) -> None:
    phone = await house.phone(1)
    path = await phone.register_until_code()
    for minutes in (1, 2, 4, 8):
        house.clock.on(minutes=minutes)
        assert (await phone.post(f"{path}/codes"))["code"]["sent"]
        await phone.texts()
    await phone.post(f"{path}/code", code=await phone.newest_code())
    await phone.post(f"{path}/password", password="Suoi-Mat-19")
    await house.approved2(1)
    asked = await phone.ask_activation()
    assert (asked["step"], asked["code"]["sent"], asked["code"]["sending"]) == ("code", False, "day_used_up")
    assert len([text for text in await phone.texts() if "Ma " in text]) == POLICY.a_day
    house.clock.on(hours=24)
    assert (await phone.post(f"/activations/{asked['id']}/codes"))["code"]["sent"]


async def test_a_code_lives_five_minutes_to_the_second(one_house: Office) -> None:
    _, phone = await one_house.lend("approved2")
    path = await phone.activate_until_code()
    code = await phone.newest_code()
    one_house.clock.on(seconds=300)
    assert (await outcomes(phone, path, [code]))["expired"] == 1
    await phone.post(f"{path}/codes")
    one_house.clock.on(seconds=299)
    assert (await outcomes(phone, path, [await phone.newest_code()]))["right"] == 1


async def test_only_ascii_digits_are_a_code_and_anything_else_costs_no_try(one_house: Office) -> None:
    _, phone = await one_house.lend("approved2")
    path = await phone.activate_until_code()
    for typed in ("１２３４５６", "١٢٣٤٥٦", "12345²", " 123456", "123456\n", "+123456", "1e5555", ""):
        said = await phone.post(f"{path}/code", code=typed, expect=422)
        assert said["code"] == "malformed"
    assert (await outcomes(phone, path, [await phone.newest_code()]))["right"] == 1


async def test_the_database_holds_a_counter_and_no_code(house: Office) -> None:
    _, phone = await house.lend("approved2")
    path = await phone.activate_until_code()
    code = await phone.newest_code()
    rows: list[Any] = await house.registry.look(lambda unit: list(unit.execute(CODE.select()).mappings()))
    assert [row["counter"] for row in rows] == [1]
    assert code not in str(rows)
    again = code_of(house.registry.vault, "activation", phone.who.n, path.rpartition("/")[2], 1, 6)
    assert again == code


async def test_a_code_that_was_never_sent_cannot_be_guessed_at(house: Office) -> None:
    phone = await house.phone(1)
    await phone.register()
    await house.approved2(1)
    asked = await phone.ask_activation()  # within the minute after the code of the registration
    assert (asked["code"]["sent"], asked["code"]["sending"]) == (False, "wait")
    assert asked["code"]["next_at"] == (house.clock.now() + timedelta(seconds=60)).isoformat().replace("+00:00", "Z")
    guesses = await outcomes(phone, f"/activations/{asked['id']}", [f"{n:06}" for n in range(20)])
    assert guesses == {"expired": 20}
    assert IN_TESTS.codes == POLICY


async def test_asking_all_day_from_two_registries_sends_five_codes(migrated_url: str) -> None:
    async with office(migrated_url) as here, office(migrated_url, clock=here.clock) as there:
        _, phone = await here.lend("approved2")
        twin = Phone(there, phone.token, phone.handset, phone.who)
        sent, arrived = 0, list[str]()
        for _ in range(8):
            asked = await together(*(one.ask_activation() for one in (phone, twin) * 2))
            sent += sum(one["code"]["sent"] for one in asked)
            arrived = [text for one in (phone, twin) for text in await one.texts() if "Ma " in text]
            here.clock.on(hours=1)
        assert sent == len(arrived) == POLICY.a_day
