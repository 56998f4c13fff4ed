"""What is looked after beside the conversations: who waits too long, channels that hold, ready answers, and the commands."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import Connection
from starlette.applications import Starlette

from bot.commands import audit as audit_command
from bot.commands import staff
from bot.console.console import Console
from bot.console.live import ESCALATE_AFTER, UNREAD_AFTER
from bot.house import House
from bot.message import Event, Sentence, TakenOver
from flows.speech import Opened
from storage import audit, handover, inbox, messages, units
from storage.messages import GIVEN_UP, OUTBOX, WAITING
from storage.staff import Role
from tests.console.desk import COMMUNE, OTHER, SCHOOL, Citizen, asked_for, citizen, come, unnoted
from tests.console.race import race
from tests.console.serving import Browser, application, begin_the_console, browser, console_of, employ
from tests.kit.build import StillClock
from tests.kit.served import ROOT, environment


@pytest.fixture
def channels(home: House) -> Iterator[Console]:
    async def fine() -> list[Sentence]:
        return [Sentence(True, "Bot trả lời, tên là thu_bot."), Sentence(False, "Chứng thư hết hạn <b>hôm qua</b>.")]

    made = console_of(home, health={"telegram": fine}, held=lambda: {("telegram", "123"): home.clock.now()})
    begin_the_console(home, made)
    yield made
    made.room.passwords.close()


async def at_the_desk(home: House, app: Starlette, role: Role, unit: str, login: str = "ai") -> Browser:
    member, seed = employ(home, login, role, unit)
    who = browser(app)
    await who.sign_in(home, member.login, seed)
    return who


def acts(home: House) -> list[tuple[str, bool]]:
    return [(e.act, e.done) for e in home.store.write_now(lambda unit: audit.newest(unit))]


# ---- who waits too long ----


async def test_who_waits_too_long_within_the_hours_is_told_above_once(
    home: House, console: Console, clock: StillClock
) -> None:
    employ(home, "hanh", Role.OFFICER, COMMUNE)
    id_ = await come(home, "an")
    await Citizen(home, "an").says("gặp người")
    clock.on(minutes=5)
    await console.live.watch()
    assert ("escalate", True) not in acts(home)
    clock.time += ESCALATE_AFTER
    for _ in range(3):
        await console.live.watch()
    assert acts(home).count(("escalate", True)) == 1
    known = home.store.write_now(lambda unit: handover.of(unit, id_))
    assert known is not None
    assert known.escalated == 1


async def test_outside_the_hours_nobody_is_blamed(home: House, console: Console, clock: StillClock) -> None:
    employ(home, "hanh", Role.OFFICER, COMMUNE)
    await come(home, "an")
    await Citizen(home, "an").says("gặp người")
    clock.on(hours=12)
    await console.live.watch()
    assert ("escalate", True) not in acts(home)


async def test_whoever_took_it_and_does_not_read_loses_it(home: House, console: Console, clock: StillClock) -> None:
    hanh, _ = employ(home, "hanh", Role.OFFICER, COMMUNE)
    id_ = await come(home, "an")
    await home.turn.take(Event(citizen("an"), "t", TakenOver(hanh.id, hanh.name, unnoted)))
    await Citizen(home, "an").says("Cháu ơi")
    clock.time += UNREAD_AFTER + timedelta(seconds=1)
    await console.live.watch()
    known = home.store.write_now(lambda unit: handover.of(unit, id_))
    assert known is not None
    assert (known.state, known.staff_id) == ("waiting", None)
    assert "người khác" in (await Citizen(home, "an").shown())[-1][1]


async def test_reading_it_counts_and_a_page_that_asks_by_itself_reads_for_its_owner_alone(
    home: House, app: Starlette, clock: StillClock
) -> None:
    id_ = await come(home, "an")
    hanh, duc = [await at_the_desk(home, app, Role.OFFICER, COMMUNE, login) for login in ("hanh", "duc")]
    await hanh.get(f"/c/{id_}")
    await hanh.post(f"/c/{id_}/take")
    await Citizen(home, "an").says("Cháu ơi")

    def unread() -> bool:
        known = home.store.write_now(lambda unit: handover.of(unit, id_))
        return known is not None and known.unread_since is not None

    await duc.get(f"/c/{id_}/talk")
    assert unread()
    await hanh.get(f"/c/{id_}/talk")
    assert not unread()


async def test_the_same_form_sent_twice_is_one_message(home: House, app: Starlette) -> None:
    id_ = await come(home, "an")
    hanh = await at_the_desk(home, app, Role.OFFICER, COMMUNE)
    await hanh.post(f"/c/{id_}/take")
    for _ in range(2):
        name = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"
        assert (await hanh.post(f"/c/{id_}/reply", text="Chào bác ạ.", id=name)).status_code == 303
    assert sum(who == "person" for who, _ in await Citizen(home, "an").shown()) == 1
    assert acts(home).count(("reply", True)) == 1


async def test_a_note_holds_no_secret_and_the_citizen_never_sees_it(home: House, app: Starlette) -> None:
    id_ = await come(home, "an")
    hanh = await at_the_desk(home, app, Role.OFFICER, COMMUNE)
    await hanh.post(f"/c/{id_}/take")
    await hanh.post(f"/c/{id_}/note", note="đã gọi, mã otp là 482913")
    page = (await hanh.get(f"/c/{id_}")).text
    assert "đã gọi" in page
    assert "482913" not in page
    assert not any("đã gọi" in text for _, text in await Citizen(home, "an").shown())


async def test_the_race_a_hundred_times(home: House) -> None:
    seen = await race(home, 100)
    assert seen.wrong == []
    assert seen.taken >= 100
    assert seen.refused > 0


# ---- channels ----


async def test_the_channels_say_how_they_are_what_waits_what_was_given_up_and_why(
    home: House, channels: Console, clock: StillClock
) -> None:
    app = application(home, channels)
    who = await at_the_desk(home, app, Role.ADMINISTRATOR, "root")
    taken = await home.turn.take(Event(citizen("an"), "open", Opened(OTHER)))

    def give_up(unit: Connection) -> None:
        unit.execute(OUTBOX.update().values(state=GIVEN_UP, reason="blocked"))
        inbox.bury(unit, "telegram", "77", "typed", 12, "ZeroDivisionError", clock.time)

    home.store.write_now(give_up)
    page = (await who.get("/channels")).text
    assert "người dân đã chặn" in page
    assert "ZeroDivisionError" in page
    assert "đang dừng gửi tới" in page
    assert "thu_bot" not in page  # a channel is asked only when somebody asks
    asked = (await who.post("/channels/check", channel="telegram")).text
    assert "tên là thu_bot" in asked
    assert "&lt;b&gt;hôm qua&lt;/b&gt;" in asked
    number = str(home.store.write_now(lambda unit: messages.newest(unit, taken.conversation_id)[0].number))
    await who.post("/channels/again", conversation=str(taken.conversation_id), number=number)
    states = home.store.write_now(
        lambda unit: [r[0] for r in unit.execute(OUTBOX.select().with_only_columns(OUTBOX.c.state))]
    )
    assert WAITING in states
    assert ("send_again", True) in acts(home)
    below = await at_the_desk(home, app, Role.ADMINISTRATOR, COMMUNE, "duoi")
    assert "ZeroDivisionError" not in (await below.get("/channels")).text
    await below.post("/channels/again", conversation=str(taken.conversation_id), number=number)
    assert ("send_again", False) in acts(home)


async def test_the_channels_say_how_many_codes_were_asked_for_and_when_hardly_any_is_left(
    home: House, app: Starlette, clock: StillClock
) -> None:
    who = await at_the_desk(home, app, Role.ADMINISTRATOR, "root")
    home.store.write_now(lambda unit: asked_for(unit, 3, clock.time))
    page = (await who.get("/channels")).text
    assert "24 giờ qua đã nhờ 3 mã cho 3 người; ngay lúc này còn nhờ được 97 trên 100." in page
    assert "Gần hết lượt chung" not in page
    home.store.write_now(lambda unit: asked_for(unit, 90, clock.time))
    assert "Gần hết lượt chung" in (await who.get("/channels")).text
    clock.on(hours=25)
    who = await at_the_desk(home, app, Role.ADMINISTRATOR, "root", "sau")
    assert "đã nhờ 0 mã cho 0 người; ngay lúc này còn nhờ được 100 trên 100." in (await who.get("/channels")).text
    below = await at_the_desk(home, app, Role.ADMINISTRATOR, COMMUNE, "duoi")
    assert "Mã nhờ gửi lại" not in (await below.get("/channels")).text


async def test_a_ready_answer_is_guarded_and_belongs_to_a_unit(home: House, app: Starlette) -> None:
    editor = await at_the_desk(home, app, Role.EDITOR, COMMUNE)
    other = await at_the_desk(home, app, Role.EDITOR, OTHER, "kia")
    await editor.get("/answers")
    assert (await editor.post("/answers", title="Chào", words="Chào bác, cháu nghe đây ạ.")).status_code == 303
    refused = await editor.post("/answers", title="Xin mã", words="Bác đọc mã OTP cho cháu nhé")
    assert refused.status_code == 422
    assert "Chưa ghi" in refused.text
    assert ("canned", False) in acts(home)
    assert "cháu nghe đây" in (await editor.get("/answers")).text
    assert "cháu nghe đây" not in (await other.get("/answers")).text
    id_ = home.store.write_now(lambda unit: unit.exec_driver_sql("SELECT id FROM canned").scalar())
    assert (await other.post("/answers", id=str(id_), title="x", words="Chào bác.")).status_code == 404
    assert (await other.post("/answers", id=str(id_), remove="1")).status_code == 404
    assert (await editor.post("/answers", id=str(id_), remove="1")).status_code == 303


async def test_english_second(home: House, app: Starlette) -> None:
    who = await at_the_desk(home, app, Role.ADMINISTRATOR, "root")
    await who.post("/language", to="en")
    for path, words in (("/", "Who is waiting"), ("/channels", "How the channels are"), ("/me", "Sign out")):
        assert words in (await who.get(path)).text


async def test_a_house_says_its_root_and_its_home(home: House) -> None:
    made = console_of(home, unit_code=SCHOOL)
    begin_the_console(home, made)
    begin_the_console(home, made)
    assert home.store.write_now(lambda unit: units.owner(unit, "web", "main", "")) == SCHOOL
    made.room.passwords.close()


# ---- commands ----


def test_the_commands_add_reset_shut_out_list_and_verify(
    memory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in environment(memory).items():
        monkeypatch.setenv(name, value)

    def bot(command: ModuleType, *words: str) -> tuple[int, str]:
        code = command.main(list(words))
        return code, "".join(capsys.readouterr())

    assert bot(staff, "list") == (0, "Nobody yet. The first one: python -m bot staff add LOGIN --role administrator\n")
    assert bot(staff, "unit", "mau", "Phường Mẫu", "--door", "home", "--week", "2-6 07:30-16:30")[0] == 0
    assert bot(staff, "unit", "nai", "Phường Nai", "--week", "giờ hành chính")[0] == 2
    code, said = bot(staff, "add", "hanh", "--unit", "mau", "--name", "Nguyễn Thị Mẫu")
    assert code == 0
    password = said.split("Password:")[1].split()[0]
    kept = b"".join(p.read_bytes() for p in memory.rglob("*") if p.is_file())
    assert password.encode() not in kept
    assert b"hanh" in kept
    assert bot(staff, "add", "x9", "--unit", "nowhere")[0] == 2
    assert bot(staff, "add", "hanh")[0] == 2
    assert password not in bot(staff, "reset", "hanh")[1]
    assert bot(staff, "disable", "hanh")[0] == 0
    assert "disabled" in bot(staff, "list")[1]
    code, said = bot(audit_command, "verify")
    assert code == 0
    assert "4 rows" in said
    anchor = said.split("Anchor: ")[1].split()[0]
    assert bot(audit_command, "verify", "--anchor", anchor)[0] == 0
    assert bot(audit_command, "verify", "--anchor", f"9:{anchor.split(':')[1]}")[0] == 1


def test_what_is_not_used_is_not_imported() -> None:
    script = (
        "import bot.main, bot.console.late, bot.console.console, bot.handover, sys; "
        "print([m for m in ('argon2', 'pyotp', 'segno', 'fastapi') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
