"""Telegram as citizens have it: the real house, the real sender, and a strict Telegram on the loopback."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.house import House
from bot.settings import SettingError
from content.catalogue import Catalogue
from storage import inbox, outbox
from tests.kit.book import BOOK
from tests.kit.build import plain_words
from tests.kit.connected import connected, listening
from tests.kit.telegram import TOKEN, Citizen, TelegramHere, telegram_here

SECRET = "a-secret-of-the-tests_0"
ANOTHER = "9000000002:AAmoPhong_khong_phai_that_9876543210"
HEADER = "x-telegram-bot-api-secret-token"


@pytest.fixture
def database(migrated_sqlite: Path, tmp_path: Path) -> str:
    file = tmp_path / "house.db"
    file.write_bytes(migrated_sqlite.read_bytes())
    return f"sqlite:///{file}"


@asynccontextmanager
async def polled(
    telegram: TelegramHere, database: str, folder: Path, *tokens: str, **more: Any
) -> AsyncIterator[House]:
    settings: dict[str, Any] = {
        "telegram_token": tokens or (TOKEN,),
        "telegram_api": telegram.url,
        "telegram_mode": "polling",
    }
    async with connected(database, folder, clock=telegram.clock, **settings, **more) as home:
        yield home


@asynccontextmanager
async def posted(telegram: TelegramHere, database: str, folder: Path, *tokens: str) -> AsyncIterator[House]:
    settings: dict[str, Any] = {
        "telegram_token": tokens or (TOKEN,),
        "telegram_api": telegram.url,
        "telegram_secret": SECRET,
    }
    async with listening(database, folder, clock=telegram.clock, **settings) as home:
        await telegram.until(
            lambda: len(telegram.calls("setWebhook", answered=True)) == len(settings["telegram_token"])
        )
        yield home


async def begun(telegram: TelegramHere, name: str = "Lan") -> Citizen:
    """A citizen who has been greeted."""
    lan = telegram.citizen(name)
    lan.starts()
    await telegram.until(lambda: lan.texts and lan.last.labels)
    return lan


async def answered(telegram: TelegramHere, lan: Any, before: int | None = None) -> str:
    """The newest message of the bot, after one more has come than there were."""
    count = len(lan.texts) if before is None else before
    await telegram.until(lambda: len(lan.texts) > count)
    return str(lan.texts[-1])


async def test_a_person_is_greeted_and_walked_on_by_buttons_when_the_bot_polls(database: str, tmp_path: Path) -> None:
    async with telegram_here() as telegram, polled(telegram, database, tmp_path):
        lan = await begun(telegram)
        assert "không phải công an" in lan.last.text
        greeted = lan.last
        lan.presses("Bác")
        assert "Bác đang làm tới đâu rồi ạ?" in await answered(telegram, lan, 1)
        await telegram.until(lambda: not lan.spinning)
        await telegram.passes(3)
        # What was pressed stays to be read under the old message, which cannot be pressed again by mistake.
        await telegram.until(lambda: next(b for b in lan.screen if b.id == greeted.id).labels == ("✓ Bác",))


async def test_a_webhook_is_set_with_its_secret_and_serves_several_bots_apart(database: str, tmp_path: Path) -> None:
    async with telegram_here() as telegram:
        telegram.another_bot(ANOTHER, "PhuongHaiBot")
        async with posted(telegram, database, tmp_path, TOKEN, ANOTHER):
            urls = [c["url"] for c in telegram.calls("setWebhook")]
            assert {u.rsplit("/", 1)[-1] for u in urls} == {"9000000001", "9000000002"}
            secrets = {c["secret_token"] for c in telegram.calls("setWebhook")}
            assert len(secrets) == 2
            assert SECRET not in secrets
            lan = await begun(telegram)
            other = lan.with_bot(telegram._bots(ANOTHER))
            other.starts()
            await telegram.until(lambda: other.texts)
            lan.presses("Bác")
            await answered(telegram, lan, 1)
            # The same person with another ward's bot is another conversation.
            assert len(other.texts) == 1


async def test_a_step_comes_with_its_screen_and_the_file_goes_to_telegram_once(database: str, tmp_path: Path) -> None:
    async with telegram_here(factor=10) as telegram, polled(telegram, database, tmp_path):
        telegram.settings(on=False)
        for name in ("Lan", "Bình"):
            person = await begun(telegram, name)
            for label in ("Bác", "Đang kích hoạt, bị vướng", "Đăng nhập, có chữ kích hoạt"):
                before = len(person.texts)
                person.presses(label)
                await answered(telegram, person, before)
            assert person.last.kind == "photo"
            assert "Kích hoạt" in person.last.text
            assert person.last.labels
        photos = [c["photo"] for c in telegram.calls("sendPhoto")]
        assert len(photos) >= 2
        assert len({p for p in photos if not p.startswith("attach://")}) >= 1


async def test_a_press_of_an_old_button_is_explained_and_always_answered(database: str, tmp_path: Path) -> None:
    async with telegram_here() as telegram, polled(telegram, database, tmp_path):
        lan = await begun(telegram)
        first = lan.last
        lan.presses("Bác")
        await answered(telegram, lan, 1)
        lan.presses("English", first.id)
        await telegram.until(lambda: len(lan.texts) >= 4)
        assert "Nút đó thuộc một câu đã qua" in lan.texts[2]
        await telegram.until(lambda: not lan.spinning)
        await telegram.passes(10)
        lan.presses_data("·", first.id) if "✓ Bác" in next(b for b in lan.screen if b.id == first.id).labels else None
        await telegram.until(lambda: not lan.spinning)


async def test_a_secret_that_was_typed_is_deleted_from_the_chat_at_once(database: str, tmp_path: Path) -> None:
    async with telegram_here() as telegram, polled(telegram, database, tmp_path) as home:
        lan = await begun(telegram)
        typed = lan.writes("ma otp cua toi la 834921")
        await telegram.until(lambda: typed not in [b.id for b in lan.screen])
        assert home.counts["telegram_secret_deleted"] == 1
        await telegram.until(lambda: any("đã xoá, không giữ lại" in t for t in lan.texts))
        assert "834921" not in str(telegram.journal("call"))


async def test_a_secret_that_cannot_be_deleted_is_noted(database: str, tmp_path: Path) -> None:
    async with telegram_here() as telegram, polled(telegram, database, tmp_path) as home:
        lan = await begun(telegram)
        telegram.fault("5xx", methods=["deleteMessage"])
        lan.writes("mat khau cua toi la HoaHong@1975")
        await telegram.until(lambda: home.counts["telegram_secret_not_deleted"] == 1)
        await telegram.until(lambda: len(lan.texts) > 1)


async def test_what_is_not_read_gets_a_kind_answer_with_the_choices_again(database: str, tmp_path: Path) -> None:
    async with telegram_here(factor=10) as telegram, polled(telegram, database, tmp_path):
        telegram.settings(on=False)
        lan = await begun(telegram)
        binh = telegram.citizen("Bình")
        sent: list[tuple[Callable[[], Any], str]] = [
            (lambda: lan.sends("voice"), "chưa nghe được tiếng nói"),
            (lambda: lan.sends("photo", caption="thẻ của tôi"), "không mở ảnh nào"),
            (lambda: lan.sends("document"), "không mở tệp nào"),
            (lambda: lan.sends("sticker"), "chưa đọc được hình dán"),
            (lambda: lan.sends("location"), "không cần biết"),
            (lambda: lan.shares_contact(binh), "số của người khác"),
            (lambda: lan.forwards("Bấm vào đây nhận quà"), "Tin chuyển tiếp"),
        ]
        for act, told in sent:
            before = len(lan.texts)
            act()
            assert told in await answered(telegram, lan, before)
            assert lan.last.labels == ("Bác", "Anh chị", "Bạn", "English")
        before = len(lan.texts)
        lan.shares_contact()  # her own number, as Telegram says: it is asked after, and kept nowhere
        assert "sổ định danh" in await answered(telegram, lan, before)


async def test_an_edited_message_passes_the_shield_and_is_asked_for_anew(database: str, tmp_path: Path) -> None:
    async with telegram_here() as telegram, polled(telegram, database, tmp_path) as home:
        lan = await begun(telegram)
        typed = lan.writes("xin chào")
        await answered(telegram, lan, 1)
        lan.corrects(typed, "ma otp la 834921")
        await telegram.until(lambda: typed not in [b.id for b in lan.screen])
        await telegram.until(lambda: any("Tin cũ" in t for t in lan.texts) or any("đã xoá" in t for t in lan.texts))
        kept = await home.store.read(lambda unit: str(unit.exec_driver_sql("SELECT text FROM message").all()))
        assert "834921" not in kept


async def test_a_group_hears_only_what_is_for_everybody_and_nothing_of_it_is_kept(
    database: str, tmp_path: Path
) -> None:
    async with telegram_here() as telegram, polled(telegram, database, tmp_path) as home:
        lan, binh = telegram.citizen("Lan"), telegram.citizen("Bình")
        group = telegram.group("Phụ huynh lớp 3A", lan, binh)
        place = lan.at(group)
        await telegram.until(lambda: place.texts)
        assert "chỉ nói chuyện chung" in place.texts[0]
        assert place.last.labels == ("Nhắn riêng với Đồng Hành",)
        assert place.last.raw["buttons"][0][0]["url"].startswith("https://t.me/")
        place.writes("/help")
        assert "chặng" in await answered(telegram, place, 1)
        place.writes("con tôi tên Nguyễn Văn Mẫu, số 079205000000", reply_to=place.last.id)
        await answered(telegram, place, 2)
        place.writes("chuyện trong nhóm, không nói với bot")
        kept = await home.store.read(lambda unit: str(unit.exec_driver_sql("SELECT text FROM message").all()))
        assert "Mẫu, số" not in kept
        assert "079" not in kept
        assert "Phụ huynh" not in kept
        subjects = await home.store.read(lambda unit: unit.exec_driver_sql("SELECT count(*) FROM subject").scalar())
        assert subjects == 0


async def test_a_group_that_becomes_a_supergroup_is_followed_and_its_topics_are_apart(
    database: str, tmp_path: Path
) -> None:
    async with telegram_here() as telegram, polled(telegram, database, tmp_path) as home:
        lan = telegram.citizen("Lan")
        group = telegram.group("Tổ dân phố 4", lan)
        await telegram.until(lambda: lan.at(group).texts)
        new = telegram.upgrades(lan, group)
        lan.at(new).writes("/help")
        await telegram.until(lambda: any("chặng" in t for t in lan.at(new).texts))
        chats = await home.store.read(
            lambda unit: [r[0] for r in unit.exec_driver_sql("SELECT chat FROM conversation")]
        )
        assert chats.count(str(new.id)) == 1
        forum = telegram.group("Phường Mẫu", lan, supergroup=True, forum=True)
        topic = telegram.topic(lan, forum, "Hỏi đáp")
        lan.at(forum, topic).writes("/help")
        await telegram.until(lambda: lan.at(forum, topic).texts)


async def test_who_blocked_us_is_left_alone_and_met_again_after_coming_back(database: str, tmp_path: Path) -> None:
    async with telegram_here() as telegram, polled(telegram, database, tmp_path) as home:
        lan = await begun(telegram)
        lan.blocks()
        muted = "SELECT muted FROM conversation"

        async def is_muted() -> str:
            return str(await home.store.read(lambda unit: unit.exec_driver_sql(muted).scalar()))

        while await is_muted() != "blocked":
            await telegram.settles()
        before = len(lan.texts)
        lan.starts()
        await answered(telegram, lan, before)
        assert await is_muted() == ""


@pytest.mark.parametrize("headers", [
    [], [(HEADER, "")], [(HEADER, "wrong")], [(HEADER, SECRET), (HEADER, SECRET)], [(HEADER, SECRET.upper())],
    [(HEADER, "bí-mật".encode())], [(HEADER, b"\xff\xfe")], [(HEADER, SECRET + " x")], [(HEADER, f"{SECRET},{SECRET}")],
], ids=["missing", "empty", "wrong", "doubled", "other case", "not ascii", "bytes", "longer", "listed"])  # fmt: skip
async def test_an_update_without_the_right_secret_is_refused(headers: Any, database: str, tmp_path: Path) -> None:
    async with telegram_here() as telegram, posted(telegram, database, tmp_path) as home:
        async with httpx.AsyncClient(trust_env=False) as client:
            raw = [(k.encode(), v if isinstance(v, bytes) else v.encode()) for k, v in headers]
            answer = await client.post(f"{home.settings.public_url}/telegram/webhook", headers=raw, content=b"{}")
        assert answer.status_code in (401, 403)


async def test_the_webhook_takes_no_bot_without_a_secret_and_polling_none(database: str, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="DONGHANH_TELEGRAM_SECRET is missing"):
        async with listening(database, tmp_path, telegram_token=(TOKEN,)):
            pass


async def test_with_the_database_away_telegram_is_asked_to_come_again_and_nothing_is_lost(
    database: str, tmp_path: Path
) -> None:
    update = {
        "update_id": 7, "message": {"message_id": 5, "date": 1, "text": "xin chào", "from": {"id": 77, "is_bot": False},
                                    "chat": {"id": 77, "type": "private"}},
    }  # fmt: skip
    async with telegram_here() as telegram, posted(telegram, database, tmp_path) as home:
        async with httpx.AsyncClient(
            trust_env=False, base_url=home.settings.public_url, headers={HEADER: SECRET}
        ) as client:
            full = (
                "CREATE TRIGGER full BEFORE INSERT ON inbox BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
            )
            del full
            await home.store.write(lambda unit: unit.exec_driver_sql("ALTER TABLE inbox RENAME TO inbox_away"))
            away = await client.post("/telegram/webhook", json=update)
            await home.store.write(lambda unit: unit.exec_driver_sql("ALTER TABLE inbox_away RENAME TO inbox"))
            again = await client.post("/telegram/webhook", json=update)
        assert (away.status_code, again.status_code) == (503, 200)
        assert away.headers["retry-after"]
        assert await home.store.read(inbox.buried) == []


async def test_an_update_that_breaks_the_turn_is_a_dead_letter_and_the_next_twenty_are_answered(
    database: str, tmp_path: Path
) -> None:
    words = plain_words(tmp_path, BOOK)
    broken = words / "vi" / "hello" / "when.jinja"
    broken.write_text("{% block say %}{{ nobody_said }}{% endblock %}", encoding="utf-8")

    def said(number: int, text: str) -> dict[str, Any]:
        sender = {"id": 77, "is_bot": False}
        chat = {"id": 77, "type": "private"}
        return {
            "update_id": number,
            "message": {"message_id": number, "date": 1, "text": text, "from": sender, "chat": chat},
        }

    settings: dict[str, Any] = {"book": BOOK, "words": words, "catalogue": Catalogue(words), "telegram_token": (TOKEN,)}
    async with telegram_here() as telegram:
        telegram.citizen("Lan")
        settings |= {"telegram_api": telegram.url, "telegram_secret": SECRET, "clock": telegram.clock}
        async with listening(database, tmp_path, **settings) as home:
            async with httpx.AsyncClient(
                trust_env=False, base_url=home.settings.public_url, headers={HEADER: SECRET}
            ) as client:
                await client.post("/telegram/webhook", json=said(1, "/start"))
                poison = await client.post("/telegram/webhook", json=said(2, "hello.start label_on"))
                after = [await client.post("/telegram/webhook", json=said(n, "menu please")) for n in range(3, 23)]
            letters = await home.store.read(inbox.buried)
            answers = "SELECT count(*) FROM message WHERE who = 'house'"
            count = await home.store.read(lambda unit: unit.exec_driver_sql(answers).scalar())
    assert [poison.status_code, *(a.status_code for a in after)] == [200] * 21
    assert [(letter.external_id, letter.kind) for letter in letters] == [("m2", "typed")]
    assert "label_on" not in str(letters)
    assert int(count or 0) >= 22


async def test_the_bot_shows_its_commands_in_both_languages(database: str, tmp_path: Path) -> None:
    async with telegram_here() as telegram, polled(telegram, database, tmp_path):
        await telegram.until(lambda: len(telegram.calls("setMyCommands", answered=True)) >= 6)
        told = [(c.get("language_code", ""), "dừng" in c["commands"].lower() or "d\\u1eebng" in c["commands"].lower())
                for c in telegram.calls("setMyCommands") if "private" in c["scope"]]  # fmt: skip
        assert ("", True) in told
        assert ("en", False) in told


async def test_what_a_platform_could_not_take_is_listed_without_a_word_of_it(database: str, tmp_path: Path) -> None:
    async with telegram_here() as telegram, polled(telegram, database, tmp_path) as home:
        lan = await begun(telegram)
        telegram.fault("reset_after", methods=["sendMessage"], times=2)
        lan.writes("menu")
        lost: list[outbox.Undelivered] = []

        async def listed() -> bool:
            lost[:] = await home.store.read(outbox.undelivered)
            return bool(lost)

        while not await listed():
            await telegram.settles()
        assert [(u.state, u.reason) for u in lost] == [("unknown", "answer_lost")]
