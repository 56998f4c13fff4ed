"""Activation (F7-F14): what each account is shown, the device, the code, what is chosen, and the seven days."""

import re
from typing import Any

from sqlalchemy import event

from bot.registry.loans import Start
from tests.registry.office import GOOD_PASSCODE, GOOD_PASSWORD, Office, Phone

NOT_IDENTIFIED = "tài khoản của bạn chưa được định danh điện tử"
SAVEPOINT = re.compile(r"SAVEPOINT \w+")
ALREADY = "Tài khoản của bạn đã thực hiện kích hoạt"
DONE = "Bạn đã kích hoạt tài khoản định danh điện tử thành công"


SHOWN = {
    Start.NOTHING: ("not_identified", NOT_IDENTIFIED),
    Start.APP: ("not_identified", NOT_IDENTIFIED),
    Start.SUBMITTED1: ("not_identified", NOT_IDENTIFIED),
    Start.TAKEN2: ("not_identified", NOT_IDENTIFIED),
    Start.APPROVED1: ("code", None),
    Start.APPROVED2: ("code", None),
    Start.APPROVED2_WITH_APP: ("code", None),
    Start.OVERDUE2: ("past_seven_days", None),
    Start.ACTIVATED1: ("already_activated", ALREADY),
    Start.ACTIVATED2: ("already_activated", ALREADY),
    Start.LOCKED2: ("already_activated", ALREADY),
}


async def test_the_level_check_shows_each_account_the_official_words(house: Office) -> None:
    assert set(SHOWN) == set(Start)
    for start, (step, words) in SHOWN.items():
        _, phone = await house.lend(start.value)
        said = await phone.ask_activation()
        assert said["step"] == step, start
        assert words is None or said["says"] == words


async def test_from_nothing_level2_is_activated_with_a_password_of_its_own(house: Office) -> None:
    phone = await house.phone(1)
    await house.approved2(1)
    path = await phone.activate_until_code()
    steps = [
        await phone.post(f"{path}/code", code=await phone.newest_code()),
        await phone.post(f"{path}/password", password=GOOD_PASSWORD),
        await phone.post(f"{path}/passcode", passcode=GOOD_PASSCODE),
        await phone.post(
            f"{path}/questions", chosen=[{"question": "q1", "answer": "a"}, {"question": "q2", "answer": "b"}]
        ),
    ]
    assert [s["step"] for s in steps] == ["password", "passcode", "questions", "done"]
    assert steps[-1]["says"] == DONE
    account = await phone.get(f"/accounts/{await phone.log_in()}")
    assert (account["status"], account["level"], account["activated_here"]) == ("activated", "level2", True)
    assert account["uses"] == ["epidemic", "residence", "papers", "finance"]


async def test_whoever_had_an_account_keeps_the_password_and_is_asked_for_none(one_house: Office) -> None:
    phone = await one_house.phone(1)
    await phone.register()
    await one_house.approved2(1)
    one_house.clock.on(minutes=5)
    path = await phone.activate_until_code()
    assert (await phone.post(f"{path}/code", code=await phone.newest_code()))["step"] == "passcode"
    refused = await phone.post(f"{path}/password", password="Khac-Han-77", expect=409)
    assert (refused["code"], refused["step"]) == ("out_of_order", "passcode")
    await phone.post(f"{path}/passcode", passcode=GOOD_PASSCODE)
    chosen = [{"question": "q1", "answer": "a"}, {"question": "q2", "answer": "b"}]
    assert (await phone.post(f"{path}/questions", chosen=chosen))["step"] == "done"
    await phone.log_in(GOOD_PASSWORD)


async def test_faults_of_passcode_and_questions_are_named(one_house: Office) -> None:
    _, phone = await one_house.lend("approved2_with_app")
    path = await phone.activate_until_code()
    await phone.post(f"{path}/code", code=await phone.newest_code())
    for passcode, fault in (("12345", "not_six"), ("12345a", "not_digits"), ("１２３４５６", "not_digits")):
        said = await phone.post(f"{path}/passcode", passcode=passcode)
        assert (said["step"], [f["code"] for f in said["faults"]]) == ("passcode", [fault])
    await phone.post(f"{path}/passcode", passcode=GOOD_PASSCODE)
    pairs: list[tuple[list[tuple[str, str]], set[str]]] = [
        ([("q1", "a")], {"not_two"}),
        ([("q1", "a"), ("q1", "b")], {"same_question"}),
        ([("q1", "a"), ("q2", "  ")], {"empty_answer"}),
        ([("q1", "a"), ("q99", "b")], {"not_on_the_list"}),
    ]
    for chosen, faults in pairs:
        asked = [{"question": question, "answer": answer} for question, answer in chosen]
        said = await phone.post(f"{path}/questions", chosen=asked)
        assert (said["step"], {f["code"] for f in said["faults"]}) == ("questions", faults)


async def test_what_a_gateway_or_a_stranger_could_learn_is_nothing(house: Office) -> None:
    """A number without account, an app account, one that waits, and an approved one asked for with another phone get
    the same answer, letter by letter, and the database the same questions."""
    _, nothing = await house.lend("nothing")
    _, app = await house.lend("app")
    _, waiting = await house.lend("taken2")
    _, approved = await house.lend("approved2")
    stranger = house.person(59).phone.reveal()
    unlent = await house.phone(50)
    seen: list[tuple[dict[str, Any], list[str]]] = []
    of_a_lent_person = {"number": approved.who.number.reveal(), "phone": approved.who.phone.reveal()}
    tries: list[tuple[Phone, dict[str, str]]] = [
        (nothing, {}),
        (app, {}),
        (waiting, {}),
        (approved, {"phone": stranger}),
        (unlent, {}),
        (unlent, of_a_lent_person),
    ]
    for phone, other in tries:
        statements: list[str] = []

        def note(_c: Any, _k: Any, statement: str, *_: Any, kept: list[str] = statements) -> None:
            kept.append(SAVEPOINT.sub("SAVEPOINT", statement))

        engines = [house.registry.store._writing, house.registry.store._reading]
        for engine in engines:
            event.listen(engine, "before_cursor_execute", note)
        answer = await phone.ask_activation(**other)
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
        # What only practice is told stands apart: the feed of a person who is lent out.
        asked = [s for s in statements if "registry_change" not in s and "registry_counter" not in s]
        seen.append(({k: v for k, v in answer.items() if k != "id"}, asked))
    for one in seen[1:]:
        assert one == seen[0]
    assert seen[0][0]["says"] == NOT_IDENTIFIED
    assert seen[0][0]["code"] is None
    assert len(seen[0][1]) > 5
    assert await approved.texts() == [t for t in await approved.texts() if "phe duyet" in t]


async def test_a_handset_with_another_account_gets_a_notice_and_goes_on(house: Office) -> None:
    loan, phone = await house.lend("approved2")
    await house.ask("POST", "/loan/neighbour", loan["token"], handset=phone.handset)
    said = await phone.ask_activation()
    assert (said["step"], said["outcome"]) == ("code", "notice_other_device")
    assert "thiết bị khác" in said["says"]
    path = f"/activations/{said['id']}"
    await phone.post(f"{path}/code", code=await phone.newest_code())
    await phone.post(f"{path}/password", password=GOOD_PASSWORD)
    await phone.post(f"{path}/passcode", passcode=GOOD_PASSCODE)
    chosen = [{"question": "q1", "answer": "a"}, {"question": "q2", "answer": "b"}]
    assert (await phone.post(f"{path}/questions", chosen=chosen))["step"] == "done"
    assert len([a for a in (await phone.get("/handset"))["accounts"] if a["activated_here"]]) == 2


async def test_an_activated_account_lives_on_one_handset_at_a_time(one_house: Office) -> None:
    old = await one_house.phone(1)
    await one_house.approved2(1)
    await old.activate()
    account = await old.log_in()
    new = await one_house.phone(1)
    await new.log_in()
    await old.get(f"/accounts/{account}", expect=404)
    assert [a["activated_here"] for a in (await new.get("/handset"))["accounts"]] == [True]
    assert (await old.get("/handset"))["accounts"] == []


async def test_the_seventh_day_still_counts_and_the_eighth_does_not(one_house: Office) -> None:
    loan, phone = await one_house.lend("approved2")
    await one_house.ask("POST", "/loan/time", loan["token"], forward_seconds=7 * 86_400)
    begun = await phone.ask_activation()
    assert begun["step"] == "code"
    path = f"/activations/{begun['id']}"
    await phone.post(f"{path}/code", code=await phone.newest_code())
    await one_house.ask("POST", "/loan/time", loan["token"], forward_seconds=86_400)
    late = await phone.post(f"{path}/password", password=GOOD_PASSWORD)
    assert (late["step"], late["outcome"]) == ("past_seven_days", "past_seven_days")
    assert (await phone.ask_activation())["step"] == "past_seven_days"
    number = phone.who.number.reveal()
    asked = one_house.ask("POST", "/counter/moves", loan["token"], number=number, move="activate_by_hotline")
    assert (await asked)["outcome"] == "moved"
    assert (await phone.ask_activation())["step"] == "already_activated"


async def test_an_account_that_was_activated_meanwhile_is_not_activated_twice(house: Office) -> None:
    loan, phone = await house.lend("approved2_with_app")
    first, second = await phone.activate_until_code(), ""
    code = await phone.newest_code()
    await phone.post(f"{first}/code", code=code)
    await phone.post(f"{first}/passcode", passcode=GOOD_PASSCODE)
    await house.ask("POST", "/loan/time", loan["token"], forward_seconds=600)
    second = await phone.activate_until_code()
    await phone.post(f"{second}/code", code=await phone.newest_code())
    await phone.post(f"{second}/passcode", passcode=GOOD_PASSCODE)
    chosen = [{"question": "q1", "answer": "a"}, {"question": "q2", "answer": "b"}]
    assert (await phone.post(f"{second}/questions", chosen=chosen))["step"] == "done"
    late = await phone.post(f"{first}/questions", chosen=chosen)
    assert (late["step"], late["says"]) == ("already_activated", ALREADY)


async def test_whoever_never_asked_for_it_cannot_see_an_activation(one_house: Office) -> None:
    _, phone = await one_house.lend("approved2")
    path = await phone.activate_until_code()
    stranger = await one_house.phone(50)
    for verb in ("code", "password", "passcode"):
        body = {"code": "123456"} if verb == "code" else {verb: "x"}
        await stranger.post(f"{path}/{verb}", expect=404, **body)
