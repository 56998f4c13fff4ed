"""SMS: queued with the effect, sent after it, each at most once, and nothing that leaves the house poses as real."""

from typing import Any

from sqlalchemy import select

from bot.registry.sms import Ended, Sms
from storage.registry import sms as queue
from storage.registry.sms import SMS, Fate
from tests.registry.office import Office, changed, office, together
from tests.registry.provider import provider


async def states(house: Office) -> list[str]:
    rows = await house.registry.look(lambda unit: unit.execute(select(SMS.c.state).order_by(SMS.c.due)).all())
    return [row.state for row in rows]


async def test_a_provider_gets_each_message_once_under_its_id_and_marked_as_simulated(migrated_url: str) -> None:
    with provider() as line:
        async with office(migrated_url, changed(sms_url=line.url, sms_token="a-token")) as house:
            _, phone = await house.lend("approved2")
            await phone.activate_until_code()
            await house.registry.post.settled()
            assert await states(house) == ["sent", "sent"]
            assert (await phone.get("/handset/messages")) | {"label": ""} == {
                "label": "",
                "kept": False,
                "messages": [],
            }
            await house.registry.provider.close()  # type: ignore[union-attr]
    assert len({sms["id"] for sms in line.arrived}) == 2
    assert {sms["to"] for sms in line.arrived} == {phone.who.phone.reveal()}
    assert all(sms["text"].startswith("MO PHONG") and sms["sender"] == "MO PHONG" for sms in line.arrived)
    assert set(line.tokens) == {"Bearer a-token"}


ENDS: list[tuple[list[int], str, int]] = [
    ([500], "unknown", 1),  # perhaps taken
    ([0], "unknown", 1),  # taken, and no answer came
    ([400], "given_up", 1),
    ([429, 503, 200], "sent", 3),
    ([503] * 9, "given_up", 5),
]


async def test_only_what_was_surely_not_taken_is_sent_again(migrated_url: str) -> None:
    with provider() as line:
        async with office(migrated_url, changed(sms_url=line.url)) as house:
            for answers, ends, tries in ENDS:
                line.answers = list(answers)
                line.arrived.clear()
                loan, _ = await house.lend("approved2")
                for _ in range(6):
                    await house.registry.post.settled()
                    house.clock.on(seconds=11)
                    await house.registry.tick()
                assert (await states(house), len(line.arrived)) == ([ends], tries)
                await house.ask("DELETE", "/loan", loan["token"])
            await house.registry.provider.close()  # type: ignore[union-attr]


async def test_a_provider_that_is_not_there_is_tried_again(migrated_url: str) -> None:
    with provider() as line:
        gone = line.url
    async with office(migrated_url, changed(sms_url=gone)) as house:
        await house.lend("approved2")
        await house.registry.post.settled()
        assert await states(house) == ["waiting"]
        await house.registry.provider.close()  # type: ignore[union-attr]


async def test_what_was_being_sent_when_the_process_died_is_unknown_and_never_sent_again(migrated_url: str) -> None:
    sent: list[str] = []

    async def line(sms: Sms) -> Ended:
        sent.append(sms.id)
        return Ended(Fate.SENT)

    async with office(migrated_url, line=line) as house:
        message = queue.Due("f" * 32, 1, 1, queue.Kind.APPROVED, house.clock.now())
        await house.registry.store.write(lambda unit: queue.queue(unit, message))
        taken = await house.registry.store.write(lambda unit: queue.claim(unit, house.clock.now()))
        assert [one.id for one in taken] == [message.id]
        for _ in range(3):
            house.clock.on(minutes=1)
            await house.registry.tick()
        assert (sent, await states(house)) == ([], ["unknown"])


async def test_two_registries_that_look_at_the_same_moment_send_it_once(migrated_url: str) -> None:
    sent: list[str] = []

    async def line(sms: Sms) -> Ended:
        sent.append(sms.id)
        return Ended(Fate.SENT)

    async with office(migrated_url, line=line) as here, office(migrated_url, line=line, clock=here.clock) as there:
        for n in range(20):
            message = queue.Due(f"{n:032x}", 1, 1, queue.Kind.APPROVED, here.clock.now())
            await here.registry.store.write(lambda unit, message=message: queue.queue(unit, message))  # type: ignore[misc]
        await together(*(one.registry.post.deliver() for one in (here, there) * 3))
        assert sorted(sent) == sorted(set(sent))
        assert len(sent) == 20


async def test_a_refused_request_queues_nothing(house: Office) -> None:
    phone = await house.phone(1)
    path = f"/registrations/{(await phone.post('/registrations', **phone.numbers))['id']}"
    await phone.post(f"{path}/codes", expect=409)
    assert await states(house) == []


async def test_the_words_of_a_message_are_in_no_log_and_no_repr(one_house: Office) -> None:
    _, phone = await one_house.lend("approved2")
    await phone.activate_until_code()
    code = await phone.newest_code()
    held: Any = one_house.registry.inbox
    messages = held.after(phone.who.phone.reveal(), 0)
    assert code not in repr(messages)
    assert code not in repr(Sms("id", "0300000001", f"la {code}."))


async def test_an_inbox_keeps_so_many_and_no_more(one_house: Office) -> None:
    inbox: Any = one_house.registry.inbox
    for n in range(60):
        await inbox.take(Sms(f"{n}", "0300000001", f"tin {n}"))
    kept = inbox.after("0300000001", 0)
    assert [sms.text for sms in kept] == [f"tin {n}" for n in range(10, 60)]
    assert [sms.text for sms in inbox.after("0300000001", kept[-2].number)] == ["tin 59"]
