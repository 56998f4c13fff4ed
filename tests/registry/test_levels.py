"""Level 1 in the app, level 2 at the counter, and how applications are answered: by hand, by a clock, by a queue."""

from datetime import timedelta

from bot.registry.options import Approval, Notice
from flows.core.approval import Approval as Recognised
from flows.core.approval import recognise
from flows.core.vietnamese import bare
from storage.registry import applications
from tests.registry.office import Office, changed, office


async def test_level1_goes_guide_card_portrait_confirmation_and_then_waits(house: Office) -> None:
    phone = await house.phone(1)
    await phone.register()
    account = await phone.log_in()
    begun = await phone.post(f"/accounts/{account}/level1")
    path, steps = f"/level1/{begun['id']}", [begun["step"]]
    steps += [(await phone.post(f"{path}/presses", press=press))["step"] for press in ("start", "understood")]
    read = await phone.post(f"{path}/card", by="nfc", card=phone.who.card)
    assert read["shown"]["name"] == phone.who.name
    steps.append(read["step"])
    onward = ("continue", "skip", "portrait_taken")
    steps += [(await phone.post(f"{path}/presses", press=press))["step"] for press in onward]
    steps.append((await phone.post(f"{path}/confirmation", mail=phone.who.mail))["step"])
    assert steps == ["guide", "understand", "card", "shown", "video", "portrait", "confirm", "submitted"]
    assert (await phone.get(f"/accounts/{account}"))["status"] == "pending"
    assert (await phone.post(f"/accounts/{account}/level1"))["outcome"] == "request_waits"


async def test_a_phone_without_nfc_reads_the_qr_and_only_the_holders_own_card_is_taken(one_house: Office) -> None:
    phone = await one_house.phone(1, nfc=False)
    await phone.register()
    path = f"/level1/{(await phone.post(f'/accounts/{await phone.log_in()}/level1'))['id']}"
    for press in ("start", "understood"):
        await phone.post(f"{path}/presses", press=press)
    card = phone.who.card
    assert (await phone.post(f"{path}/card", by="nfc", card=card))["outcome"] == "no_nfc"
    assert (await phone.post(f"{path}/card", by="qr", card="mờ"))["outcome"] == "unreadable"
    assert (await phone.post(f"{path}/card", by="qr", card=one_house.person(2).card))["outcome"] == "other_card"
    assert (await phone.post(f"{path}/card", by="qr", card=card))["step"] == "shown"
    assert (await phone.post(f"{path}/presses", press="start", expect=409))["step"] == "shown"


async def test_only_an_invented_mail_address_is_taken(one_house: Office) -> None:
    phone = await one_house.phone(1)
    await phone.register()
    path = f"/level1/{(await phone.post(f'/accounts/{await phone.log_in()}/level1'))['id']}"
    said = await phone.post(f"{path}/confirmation", mail="ai-do@gmail.com", expect=422)
    assert said["code"] == "not_invented"
    assert "gmail" not in str(said)


async def test_level1_ends_with_the_session(one_house: Office) -> None:
    phone = await one_house.phone(1)
    await phone.register()
    account = await phone.log_in()
    path = f"/level1/{(await phone.post(f'/accounts/{account}/level1'))['id']}"
    await one_house.ask("DELETE", f"/accounts/{account}/session", phone.token)
    assert (await phone.post(f"{path}/presses", press="start", expect=404))["code"] == "not_there"


async def test_whoever_has_no_chip_card_is_sent_to_the_counter_where_the_card_is_issued_with_the_account(
    one_house: Office,
) -> None:
    phone = await one_house.phone(12)
    begun = await phone.post("/registrations", **phone.numbers)
    path = f"/registrations/{begun['id']}"
    await phone.post(f"{path}/card", qr=None)
    await phone.post(f"{path}/form", name=phone.who.name, born=phone.who.born.isoformat())
    await phone.post(f"{path}/code", code=await phone.newest_code())
    await phone.post(f"{path}/password", password="Suoi-Mat-19")
    refused = await phone.post(f"/accounts/{await phone.log_in()}/level1")
    assert (refused["step"], refused["outcome"]) == ("refused", "needs_chip_card")
    assert (await one_house.take_level2(12, card_is_issued=False))["outcome"] == "needs_chip_card"
    assert (await one_house.take_level2(12))["outcome"] == "moved"


async def test_the_officers_form_must_be_whole(one_house: Office) -> None:
    assert (await one_house.take_level2(1, consents=False))["outcome"] == "no_consent"
    assert (await one_house.take_level2(1, fingerprints_taken=False))["outcome"] == "not_taken"
    assert (await one_house.take_level2(1, card=one_house.person(2).card))["outcome"] == "other_card"
    assert (await one_house.take_level2(1, card=None))["outcome"] == "needs_chip_card"
    assert (await one_house.take_level2(1))["outcome"] == "moved"
    assert (await one_house.take_level2(1))["outcome"] == "request_waits"


async def test_approval_by_hand_sends_the_notice_with_the_exact_words_of_the_official_one(house: Office) -> None:
    phone = await house.phone(1)
    await house.take_level2(1)
    assert await phone.texts() == []
    assert (await house.approve(1))["outcome"] == "moved"
    (text,) = await phone.texts()
    assert text == (
        "Cuc Canh sat QLHC ve TTXH thong bao: Ho so dang ky tai khoan dinh danh dien tu cua cong dan LY THU CHE da duoc "
        "phe duyet. De nghi truy cap ung dung VNeID hoac dia chi https://vneid.gov.vn de kich hoat tai khoan"
    )
    assert text == bare(text)
    assert recognise(text) is Recognised.GENUINE_TEXT
    (sms,) = (await phone.get("/handset/messages"))["messages"]
    assert (sms["sender"], sms["label"]) == ("VNeID", "MÔ PHỎNG")


async def test_an_application_is_answered_once(house: Office) -> None:
    phone = await house.phone(1)
    taken = await house.take_level2(1)
    officer = await house.client_token("officer")
    path = f"/applications/{taken['application']}/decision"
    assert (await house.ask("POST", path, officer, verdict="approve"))["outcome"] == "moved"
    for verdict in ("approve", "decline"):
        assert (await house.ask("POST", path, officer, verdict=verdict))["outcome"] == "nothing_requested"
    assert len(await phone.texts()) == 1
    kept = await house.registry.look(lambda unit: applications.find(unit, taken["application"]))
    assert kept is not None
    assert kept.standing is applications.Standing.APPROVED


async def test_a_declined_application_leaves_what_was_there_before(house: Office) -> None:
    phone = await house.phone(1)
    await phone.register()
    account = await phone.log_in()
    await phone.submit_level1(account)
    await house.approve(1, "decline")
    assert (await phone.get(f"/accounts/{account}"))["status"] == "app_only"
    await phone.submit_level1(account)


async def test_level2_taken_while_level1_waits_replaces_that_application(house: Office) -> None:
    phone = await house.phone(1)
    await phone.register()
    await phone.submit_level1(await phone.log_in())
    await house.take_level2(1)
    pile = await house.ask("GET", "/applications", await house.client_token("officer"))
    assert [a["level"] for a in pile["applications"]] == [2]


async def test_by_clock_an_application_is_approved_when_its_time_has_come(migrated_url: str) -> None:
    by_clock = changed(approval=Approval.BY_CLOCK, approval_after=timedelta(seconds=20))
    async with office(migrated_url, by_clock) as house:
        phone = await house.phone(1)
        await house.take_level2(1)
        house.clock.on(seconds=19)
        await house.registry.tick()
        assert await phone.texts() == []
        house.clock.on(seconds=1)
        await house.registry.tick()
        await house.registry.tick()
        assert len(await phone.texts()) == 1


async def test_by_queue_one_is_approved_after_the_other_in_the_order_they_came(migrated_url: str) -> None:
    by_queue = changed(approval=Approval.BY_QUEUE, approval_after=timedelta(seconds=10))
    async with office(migrated_url, by_queue) as house:
        phones = [await house.phone(n) for n in (3, 1, 2)]
        for phone in phones:
            await house.take_level2(phone.who.n)
            house.clock.on(seconds=1)
        told = []
        for seconds in (6, 1, 9, 1, 9, 1):
            house.clock.on(seconds=seconds)
            await house.registry.tick()
            told.append([len(await phone.texts()) for phone in phones])
        assert told == [[0, 0, 0], [1, 0, 0], [1, 0, 0], [1, 1, 0], [1, 1, 0], [1, 1, 1]]


async def test_by_hand_nothing_happens_by_itself(migrated_url: str) -> None:
    async with office(migrated_url, changed(approval=Approval.BY_HAND)) as house:
        phone = await house.phone(1)
        await house.take_level2(1)
        house.clock.on(days=30)
        await house.registry.tick()
        assert await phone.texts() == []


async def test_a_notice_in_the_app_goes_to_whoever_has_the_app_and_by_sms_to_all_others(migrated_url: str) -> None:
    async with office(migrated_url, changed(notice=Notice.APP)) as house:
        with_app, without = await house.phone(1), await house.phone(2)
        await with_app.register()
        for phone, by_sms in ((with_app, 0), (without, 1)):
            await house.approved2(phone.who.n)
            assert len([text for text in await phone.texts() if "phe duyet" in text]) == by_sms
        account = await with_app.get(f"/accounts/{await with_app.log_in()}")
        assert account["notices"]
        assert account["deadline"]["days_left"] == 7


async def test_an_officer_locks_and_unlocks_and_a_locked_account_is_signed_in_nowhere(one_house: Office) -> None:
    phone = await one_house.phone(1)
    await one_house.approved2(1)
    await phone.activate()
    account = await phone.log_in()
    officer = await one_house.client_token("officer")
    number = phone.who.number.reveal()
    assert (await one_house.ask("POST", "/counter/moves", officer, number=number, move="lock"))["outcome"] == "moved"
    await phone.get(f"/accounts/{account}", expect=404)
    login = {"number": number, "password": "Suoi-Mat-19"}
    assert (await phone.post("/logins", **login))["outcome"] == "locked"
    assert (await phone.post("/logins", number=number, password="Sai-Roi-12"))["outcome"] == "not_right"
    assert (await one_house.ask("POST", "/counter/moves", officer, number=number, move="lock"))[
        "outcome"
    ] == "already_locked"
    assert (await one_house.ask("POST", "/counter/moves", officer, number=number, move="unlock"))["outcome"] == "moved"
    assert (await phone.post("/logins", **login))["outcome"] == "in"


async def test_the_pile_is_read_page_by_page_and_shows_no_number(house: Office) -> None:
    for n in (1, 2, 3):
        await house.take_level2(n)
        house.clock.on(seconds=1)
    officer = await house.client_token("officer")
    first = await house.ask("GET", "/applications?most=2", officer)
    rest = await house.ask("GET", f"/applications?most=2&after={first['applications'][-1]['id']}", officer)
    assert [a["name"] for a in first["applications"] + rest["applications"]] == [
        house.person(n).name for n in (1, 2, 3)
    ]
    assert all("******" in a["number"] for a in first["applications"])
