"""The app account (F2): card or typing, the check against the population, code, password."""

from tests.registry.office import GOOD_PASSWORD, Office


async def test_number_phone_card_form_code_password_and_there_is_an_app_account(house: Office) -> None:
    phone = await house.phone(1)
    begun = await phone.post("/registrations", **phone.numbers)
    assert begun["step"] == "card"
    path = f"/registrations/{begun['id']}"
    filled = await phone.post(f"{path}/card", qr=phone.who.card)
    assert (filled["step"], filled["form"]["name"]) == ("form", phone.who.name)
    passed = await phone.post(f"{path}/form", name=filled["form"]["name"], born=filled["form"]["born"])
    assert (passed["step"], passed["code"]["sent"]) == ("code", True)
    assert passed["says"].startswith("Đạt.")
    assert (await phone.post(f"{path}/code", code=await phone.newest_code()))["step"] == "password"
    assert (await phone.post(f"{path}/password", password=GOOD_PASSWORD))["step"] == "done"
    account = await phone.get(f"/accounts/{await phone.log_in()}")
    assert (account["status"], account["level"], account["activated_here"]) == ("app_only", "app", False)


async def test_without_a_readable_qr_one_types(one_house: Office) -> None:
    phone = await one_house.phone(1)
    path = f"/registrations/{(await phone.post('/registrations', **phone.numbers))['id']}"
    for blurred in ("", "không phải thẻ", "000165000001||Lý"):
        said = await phone.post(f"{path}/card", qr=blurred)
        assert (said["step"], said["outcome"]) == ("card", "qr_unreadable")
    typed = await phone.post(f"{path}/card", qr=None)
    assert (typed["step"], typed["form"]) == ("form", None)
    assert (await phone.post(f"{path}/form", name="ly thu che", born="1965-01-04"))["step"] == "code"


async def test_data_that_differ_are_not_passed_and_can_be_corrected(one_house: Office) -> None:
    phone = await one_house.phone(1)
    path = f"/registrations/{(await phone.post('/registrations', **phone.numbers))['id']}"
    await phone.post(f"{path}/card", qr=phone.who.card)
    for name, born in (("Lý Thu Trà", "1965-01-04"), ("Lý Thu Chè", "1965-01-05"), ("", "1965-01-04")):
        said = await phone.post(f"{path}/form", name=name, born=born)
        assert (said["step"], said["outcome"], said["code"]) == ("form", "not_passed", None)
        assert said["says"].startswith("Không đạt")
    assert await phone.texts() == []
    assert (await phone.post(f"{path}/form", name=phone.who.name, born="1965-01-04"))["step"] == "code"


async def test_nobody_registers_another_ones_number_on_their_own_phone(one_house: Office) -> None:
    thief = await one_house.phone(2)
    victim = one_house.person(1)
    begun = await thief.post("/registrations", number=victim.number.reveal(), phone=thief.who.phone.reveal())
    path = f"/registrations/{begun['id']}"
    await thief.post(f"{path}/card", qr=victim.card)
    said = await thief.post(f"{path}/form", name=victim.name, born=victim.born.isoformat())
    assert said["outcome"] == "not_passed"


async def test_that_there_is_an_account_already_is_told_to_whoever_has_the_code_and_to_nobody_before(
    house: Office,
) -> None:
    await (await house.phone(1)).register()
    house.clock.on(minutes=2)
    again, fresh = await house.phone(1), await house.phone(3)
    said = []
    for phone in (again, fresh):
        path = f"/registrations/{(await phone.post('/registrations', **phone.numbers))['id']}"
        steps = [
            await phone.post(f"{path}/card", qr=phone.who.card),
            await phone.post(f"{path}/form", name=phone.who.name, born=phone.who.born.isoformat()),
            await phone.post(f"{path}/code", code="000000"),
        ]
        said.append([{k: v for k, v in step.items() if k not in ("id", "form")} for step in steps])
        ended = await phone.post(f"{path}/code", code=await phone.newest_code())
        assert ended["step"] == ("has_account" if phone is again else "password")
    assert said[0] == said[1]


async def test_whoever_was_approved_without_an_app_account_is_sent_to_activate(house: Office) -> None:
    await house.approved2(1)
    phone = await house.phone(1)
    path = await phone.register_until_code()
    ended = await phone.post(f"{path}/code", code=await phone.newest_code())
    assert ended["step"] == ended["outcome"] == "activate_instead"
    assert (await phone.post(f"{path}/password", password=GOOD_PASSWORD, expect=409))["code"] == "ended"


async def test_every_fault_of_a_password_is_named_and_a_good_one_can_follow(one_house: Office) -> None:
    phone = await one_house.phone(1)
    path = await phone.register_until_code()
    await phone.post(f"{path}/code", code=await phone.newest_code())
    said = await phone.post(f"{path}/password", password="Ngọc@1")
    assert {fault["code"] for fault in said["faults"]} == {"too_short", "accented_letter"}
    assert (said["step"], said["outcome"]) == ("password", "faulty")
    assert (await phone.post(f"{path}/password", password=GOOD_PASSWORD))["step"] == "done"


async def test_what_is_pressed_out_of_order_changes_nothing_and_is_told_what_is_waited_for(one_house: Office) -> None:
    phone = await one_house.phone(1)
    begun = await phone.post("/registrations", **phone.numbers)
    path = f"/registrations/{begun['id']}"
    for press, body in (
        ("form", {"name": "x", "born": "1965-01-04"}), ("code", {"code": "123456"}), ("codes", {}),
        ("password", {"password": GOOD_PASSWORD}),
    ):  # fmt: skip
        said = await phone.post(f"{path}/{press}", expect=409, **body)
        assert (said["code"], said["step"]) == ("out_of_order", "card")
    assert (await phone.get(path))["step"] == "card"


async def test_a_request_is_there_for_its_own_handset_alone(one_house: Office) -> None:
    phone, other = await one_house.phone(1), await one_house.phone(1)
    path = f"/registrations/{(await phone.post('/registrations', **phone.numbers))['id']}"
    assert (await other.get(path, expect=404))["code"] == "not_there"
    assert (await other.post(f"{path}/card", qr=phone.who.card, expect=404))["code"] == "not_there"


async def test_nothing_can_be_pressed_before_the_app_is_on_the_phone_and_open(one_house: Office) -> None:
    phone = await one_house.phone(1, open_=False)
    assert (await phone.post("/registrations", expect=409, **phone.numbers))["code"] == "app_not_open"
    assert (await one_house.ask("PUT", "/handset/app", phone.token, app="open", expect=409))["step"] == "absent"
    assert (await phone.put("/handset/app", app="installed"))["app"] == "installed"
    assert (await phone.post("/registrations", expect=409, **phone.numbers))["step"] == "installed"
    assert (await phone.put("/handset/app", app="open"))["app"] == "open"
    assert (await phone.post("/registrations", **phone.numbers))["step"] == "card"
