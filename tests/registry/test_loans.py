"""People to practise with: lent to one, at any point of an account's life, with every failure on demand, and forgotten."""

from datetime import timedelta

from sqlalchemy import Connection, func, select

from bot.registry.loans import PASSCODE, PASSWORD, WAYS, Start
from flows.core.credentials import passcode_faults, password_faults
from storage.registry.accounts import ACCOUNT
from storage.registry.applications import APPLICATION
from storage.registry.changes import CHANGE
from storage.registry.codes import CODE
from storage.registry.consents import CONSENT
from storage.registry.handsets import HANDSET
from storage.registry.requests import REQUEST
from storage.registry.sms import SMS
from tests.registry.office import Office, changed, office, together

OF_A_PERSON = (APPLICATION, CHANGE, CODE, CONSENT, REQUEST, SMS)


def test_what_is_known_of_a_lent_person_obeys_the_rules() -> None:
    assert password_faults(PASSWORD) == ()
    assert passcode_faults(PASSCODE) == ()


async def test_somebody_is_lent_at_any_point_of_an_accounts_life(house: Office) -> None:
    for start in Start:
        loan, phone = await house.lend(start.value)
        moves = {move.value for move in WAYS[start]}
        assert loan["token"].startswith("ln_")
        assert (loan["password"] is not None) == ("register_app" in moves)
        if loan["password"] is not None:
            answer = await phone.post("/logins", number=loan["person"]["number"], password=loan["password"])
            assert answer["outcome"] == ("locked" if start is Start.LOCKED2 else "in")
        assert len(loan["applications"]) == (start in (Start.SUBMITTED1, Start.TAKEN2))
        assert len([text for text in await phone.texts() if "phe duyet" in text]) == ("approve" in moves)


async def test_everybody_is_lent_to_one_at_a_time_until_nobody_is_left(migrated_url: str) -> None:
    few = changed(people=8)
    async with office(migrated_url, few) as here, office(migrated_url, few, clock=here.clock) as there:
        loans = await together(*(one.ask("POST", "/loans") for one in (here, there) * 4))
        assert sorted(loan["person"]["person"] for loan in loans) == list(range(1, 9))
        assert (await here.ask("POST", "/loans", expect=503))["code"] == "all_lent"
        await there.ask("DELETE", "/loan", loans[3]["token"])
        assert (await here.ask("POST", "/loans"))["person"] == loans[3]["person"]


async def test_who_is_given_back_is_forgotten_and_so_is_everything_that_was_done(house: Office) -> None:
    token = await house.client_token()
    loan = await house.ask("POST", "/followed-loans", token)
    phone = await house.phone(loan["person"]["person"], loan=loan["token"])
    await phone.register()
    await phone.submit_level1(await phone.log_in())
    await house.ask("DELETE", "/loan", loan["token"])

    def left(unit: Connection) -> list[int]:
        tables = (*OF_A_PERSON, HANDSET)
        return [unit.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]

    assert await house.registry.look(left) == [0] * 7
    row = (await house.registry.look(lambda u: u.execute(select(ACCOUNT).where(ACCOUNT.c.person == 1)).all()))[0]
    assert (row.state, row.password, row.phone, row.lent) == ("none", "", None, None)
    for path in ("/loan", "/handset"):
        assert (await house.ask("GET", path, loan["token"] if path == "/loan" else phone.token, expect=401))["code"]
    assert (await house.ask("GET", f"/subjects/{loan['subject']}", token, expect=404))["code"] == "not_there"


async def test_a_loan_is_over_after_its_time_and_swept_up(house: Office) -> None:
    loan, phone = await house.lend("app")
    house.clock.on(hours=4, seconds=1)
    assert (await house.ask("GET", "/loan", loan["token"], expect=401))["code"] == "no_token"
    await house.registry.sweep()
    assert (await phone.get("/handset", expect=401))["code"] == "no_token"
    again, _ = await house.lend()
    assert again["person"] == loan["person"]


async def test_the_holder_of_a_loan_stands_behind_the_counter_for_its_people_alone(one_house: Office) -> None:
    loan, phone = await one_house.lend()
    form = {
        "number": phone.who.number.reveal(), "phone": phone.who.phone.reveal(), "card": phone.who.card,
        "portrait_taken": True, "fingerprints_taken": True, "consents": True,
    }  # fmt: skip
    taken = await one_house.ask("POST", "/counter/level2", loan["token"], **form)  # type: ignore[arg-type]
    assert taken["outcome"] == "moved"
    await one_house.take_level2(30)
    pile = await one_house.ask("GET", "/applications", loan["token"])
    assert [a["id"] for a in pile["applications"]] == [taken["application"]]
    other = one_house.person(30)
    foreign = {**form, "number": other.number.reveal(), "phone": other.phone.reveal(), "card": other.card}
    refused = await one_house.ask("POST", "/counter/level2", loan["token"], expect=403, **foreign)  # type: ignore[arg-type]
    assert refused["code"] == "not_yours"
    lock = one_house.ask("POST", "/counter/moves", loan["token"], number=other.number.reveal(), move="lock", expect=403)
    assert (await lock)["code"] == "not_yours"


async def test_time_moves_for_one_person_and_brings_what_waits_for_them(house: Office) -> None:
    loan, phone = await house.lend("taken2")
    other_loan, other = await house.lend("taken2")
    moved = await house.ask("POST", "/loan/time", loan["token"], forward_seconds=25)
    assert (moved["status"], moved["applications"], moved["ahead_seconds"]) == ("approved", [], 25)
    assert len(await phone.texts()) == 1
    assert (await house.ask("GET", "/loan", other_loan["token"]))["status"] == "pending"
    assert await other.texts() == []


async def test_a_code_comes_late_and_is_too_old_when_it_comes(house: Office) -> None:
    loan, phone = await house.lend("approved2")
    await house.ask("PUT", "/loan/line", loan["token"], delay_seconds=120)
    path = await phone.activate_until_code()
    before = await phone.texts()
    assert not [text for text in before if "Ma kich hoat" in text]
    house.clock.on(seconds=121)
    await house.registry.tick()
    late = await phone.newest_code()
    house.clock.on(seconds=180)
    assert (await phone.post(f"{path}/code", code=late))["code"]["checked"] == "expired"


async def test_a_message_that_would_only_bring_a_dead_code_is_not_sent_any_more(one_house: Office) -> None:
    loan, phone = await one_house.lend("approved2")
    await one_house.ask("PUT", "/loan/line", loan["token"], delay_seconds=60)
    await phone.activate_until_code()
    one_house.clock.on(minutes=30)
    await one_house.registry.tick()
    assert not [text for text in await phone.texts() if "Ma kich hoat" in text]


async def test_a_loan_takes_no_other_handset_and_no_foreign_person(one_house: Office) -> None:
    loan, _ = await one_house.lend("approved2")
    stranger = await one_house.phone(50)
    refused = await one_house.ask("POST", "/loan/neighbour", loan["token"], handset=stranger.handset, expect=403)
    assert refused["code"] == "not_yours"
    missing = await one_house.ask("POST", "/loan/neighbour", loan["token"], handset="0" * 32, expect=404)
    assert missing["code"] == "not_there"


async def test_a_loan_lasts_as_long_as_the_options_say(migrated_url: str) -> None:
    async with office(migrated_url, changed(loan_life=timedelta(minutes=1))) as house:
        loan, _ = await house.lend()
        house.clock.on(seconds=61)
        assert (await house.ask("GET", "/loan", loan["token"], expect=401))["code"] == "no_token"
