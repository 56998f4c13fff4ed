"""What must not happen twice happens once: keys, races under one key, and questions that differ."""

from collections import Counter
from typing import Any

from storage.registry.applications import APPLICATION
from tests.registry.office import Office, office, together


async def applications(house: Office, n: int) -> int:
    query = APPLICATION.select().where(APPLICATION.c.person == n)
    return len(await house.registry.look(lambda unit: unit.execute(query).all()))


async def test_the_same_question_under_the_same_key_has_one_effect_and_one_answer(house: Office) -> None:
    officer = await house.client_token("officer")
    form: dict[str, Any] = {
        "number": house.person(1).number.reveal(), "phone": house.person(1).phone.reveal(), "card": house.person(1).card,
        "portrait_taken": True, "fingerprints_taken": True, "consents": True,
    }  # fmt: skip
    answers = await together(
        *(house.ask("POST", "/counter/level2", officer, key="one-and-the-same", **form) for _ in range(12))
    )
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["outcome"] == "moved"
    assert await applications(house, 1) == 1
    different = await house.ask("POST", "/counter/level2", officer, **form)
    assert different["outcome"] == "request_waits"


async def test_two_registries_give_one_answer_under_one_key(migrated_url: str) -> None:
    async with office(migrated_url) as here, office(migrated_url, clock=here.clock) as there:
        _, phone = await here.lend("approved2")
        answers = await together(
            *(
                one.ask("POST", "/activations", phone.token, key="one-and-the-same", **phone.numbers)
                for one in (here, there) * 6
            )
        )
        assert len({answer["id"] for answer in answers}) == 1
        for one in (here, there):
            await one.registry.post.settled()
        texts = [
            text
            for one in (here, there)
            for text in one.registry.inbox.after(phone.who.phone.reveal(), 0)  # type: ignore[union-attr]
            if "Ma kich hoat" in text.text
        ]
        assert len(texts) == 1


async def test_a_key_that_was_used_for_another_question_is_refused(house: Office) -> None:
    phone = await house.phone(1)
    await phone.post("/registrations", key="one-and-the-same", **phone.numbers)
    other: dict[str, Any] = {"number": house.person(2).number.reveal(), "phone": house.person(2).phone.reveal()}
    assert (await phone.post("/registrations", key="one-and-the-same", expect=422, **other))["code"] == "key_reused"


async def test_a_key_is_one_callers_own_and_one_paths_own(one_house: Office) -> None:
    phone, other = await one_house.phone(1), await one_house.phone(1)
    first = await phone.post("/registrations", key="one-and-the-same", **phone.numbers)
    assert (await other.post("/registrations", key="one-and-the-same", **phone.numbers))["id"] != first["id"]
    await phone.post(f"/registrations/{first['id']}/card", qr=None)
    form: dict[str, Any] = {"name": phone.who.name, "born": phone.who.born.isoformat()}
    said = await phone.post(f"/registrations/{first['id']}/form", key="one-and-the-same", **form)
    assert said["step"] == "code"


async def test_a_key_is_forgotten_after_a_day(house: Office) -> None:
    phone = await house.phone(1)
    first = await phone.post("/registrations", key="one-and-the-same", **phone.numbers)
    house.clock.on(hours=23)
    await house.registry.sweep()
    assert (await phone.post("/registrations", key="one-and-the-same", **phone.numbers))["id"] == first["id"]
    house.clock.on(hours=2)
    await house.registry.sweep()
    assert (await phone.post("/registrations", key="one-and-the-same", **phone.numbers))["id"] != first["id"]


async def test_a_key_is_asked_for_and_has_a_form(one_house: Office) -> None:
    phone = await one_house.phone(1)
    for key in ("", "short", "x" * 65, "mệt quá đi", "a b c d e f"):
        headers = [(b"authorization", f"Bearer {phone.token}".encode()), (b"idempotency-key", key.encode())]
        answer = await one_house.client.post(
            "/v1/registrations", json=phone.numbers, headers=headers[: 2 if key else 1]
        )
        assert (answer.status_code, answer.json()["wrong"]) == (422, ["header.Idempotency-Key"])


async def test_one_application_answered_by_many_officers_at_once_is_approved_once(house: Office) -> None:
    phone = await house.phone(1)
    taken = await house.take_level2(1)
    officer = await house.client_token("officer")
    path = f"/applications/{taken['application']}/decision"
    answers = await together(*(house.ask("POST", path, officer, verdict="approve") for _ in range(10)))
    assert Counter(a["outcome"] for a in answers) == {"moved": 1, "nothing_requested": 9}
    assert len(await phone.texts()) == 1


async def test_a_hundred_people_at_once_in_two_registries_each_get_their_own_account(migrated_url: str) -> None:
    async with office(migrated_url) as here, office(migrated_url, clock=here.clock) as there:
        officer = await here.client_token("officer")

        async def taken(n: int) -> str:
            who, house = here.person(n), (here, there)[n % 2]
            answer = await house.ask(
                "POST", "/counter/level2", officer, number=who.number.reveal(), phone=who.phone.reveal(), card=who.card,
                card_is_issued=who.card is None, portrait_taken=True, fingerprints_taken=True, consents=True,
            )  # fmt: skip
            return str(answer["outcome"])

        assert await together(*(taken(n) for n in range(1, 61))) == ["moved"] * 60
        assert [await applications(here, n) for n in range(1, 61)] == [1] * 60
