"""Logging in (F3): the same words for everybody who may not, one handset at a time, several accounts on one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.registry.options import Pace
from tests.registry.office import GOOD_PASSWORD, UNHURRIED, Office, changed, office


def without_id(said: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in said.items() if k != "account"}


async def test_a_number_without_account_and_a_wrong_password_get_the_same_words_by_the_same_work(
    one_house: Office,
) -> None:
    phone = await one_house.phone(1)
    await phone.register()
    hashed: list[str] = []
    made = one_house.registry.hashes._fits

    def counted(kept: str, peppered: str) -> bool:
        hashed.append("one")
        return made(kept, peppered)

    one_house.registry.hashes._fits = counted  # type: ignore[method-assign]
    said = [
        await phone.post("/logins", number=one_house.person(n).number.reveal(), password="Sai-Mat-Khau-1")
        for n in (1, 2)
    ]
    assert without_id(said[0]) == without_id(said[1])
    assert said[0]["outcome"] == "not_right"
    assert len(hashed) == 2


async def test_whoever_was_approved_without_a_password_cannot_log_in_with_an_empty_one(one_house: Office) -> None:
    _, phone = await one_house.lend("approved2")
    for password in ("", "None"):
        said = await phone.post("/logins", number=phone.who.number.reveal(), password=password)
        assert said["outcome"] == "not_right"


async def test_one_account_is_signed_in_on_one_handset_at_a_time(house: Office) -> None:
    first, second = await house.phone(1), await house.phone(1)
    await first.register()
    on_first = await first.log_in()
    on_second = await second.log_in()
    assert on_first != on_second
    assert (await first.get(f"/accounts/{on_first}", expect=404))["code"] == "not_there"
    assert (await second.get(f"/accounts/{on_second}"))["signed_in"]


async def test_several_accounts_live_on_one_handset_and_each_is_known_there_by_its_own_name(house: Office) -> None:
    mine = await house.phone(1)
    await mine.register()
    mothers = replace(mine, who=house.person(2))
    with_her_sim = await house.phone(2)
    await with_her_sim.register()
    names = [await mine.log_in(), await mothers.log_in()]
    here = (await mine.get("/handset"))["accounts"]
    assert [a["account"] for a in here] == names
    assert [a["name"] for a in here] == [house.person(1).name, house.person(2).name]
    await house.ask("DELETE", f"/accounts/{names[0]}/session", mine.token)
    assert [a["account"] for a in (await mine.get("/handset"))["accounts"]] == names[1:]


async def test_the_name_of_an_account_on_one_handset_means_nothing_on_another(one_house: Office) -> None:
    mine, other = await one_house.phone(1), await one_house.phone(2)
    await mine.register()
    account = await mine.log_in()
    assert (await other.get(f"/accounts/{account}", expect=404))["code"] == "not_there"
    assert (await other.post(f"/accounts/{account}/level1", expect=404))["code"] == "not_there"


async def test_guessing_is_slowed_down_for_every_number_alike_and_a_right_password_starts_anew(
    migrated_url: str,
) -> None:
    paced = changed(paces=replace(UNHURRIED, log_in=Pace(5, timedelta(minutes=3))))
    async with office(migrated_url, paced) as house:
        phone = await house.phone(1)
        await phone.register()
        for n in (1, 2):
            number = house.person(n).number.reveal()
            for _ in range(5):
                assert (await phone.post("/logins", number=number, password="x"))["outcome"] == "not_right"
            late = await phone.post("/logins", number=number, password=GOOD_PASSWORD, expect=429)
            assert late["code"] == "too_often"
        house.clock.on(minutes=3)
        await phone.log_in()
        for _ in range(5):
            await phone.post("/logins", number=phone.who.number.reveal(), password="x")


async def test_of_fifty_guesses_at_once_five_are_looked_at(migrated_url: str) -> None:
    paced = changed(paces=replace(UNHURRIED, log_in=Pace(5, timedelta(minutes=3))))
    async with office(migrated_url, paced) as here, office(migrated_url, paced, clock=here.clock) as there:
        phone = await here.phone(1)
        await phone.register()
        twin = replace(phone, office=there)
        statuses = []
        for one in (phone, twin) * 25:
            answer = await one.office.client.post(
                "/v1/logins", json={"number": phone.who.number.reveal(), "password": "x"},
                headers={"authorization": f"Bearer {phone.token}"},
            )  # fmt: skip
            statuses.append(answer.status_code)
        assert statuses.count(200) == 5
        assert statuses.count(429) == 45


async def test_the_person_who_is_lent_to_somebody_is_not_there_for_anybody_else(one_house: Office) -> None:
    loan, phone = await one_house.lend("app")
    assert (await phone.post("/logins", number=phone.who.number.reveal(), password=loan["password"]))["outcome"] == "in"
    stranger = await one_house.phone(50)
    said = await stranger.post("/logins", number=phone.who.number.reveal(), password=loan["password"])
    assert said["outcome"] == "not_right"
    assert (await phone.get("/handset"))["accounts"][0]["signed_in"]
    refused = await one_house.ask("POST", "/handsets", sim=phone.who.phone.reveal(), expect=409)
    assert refused["code"] == "lent_out"
