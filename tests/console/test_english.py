"""English second: every sentence of the console has one, and whoever chose English reads it."""

import ast
import re
from pathlib import Path

from starlette.applications import Starlette

from bot import console
from bot.console.english import in_english
from bot.console.passwords import LONGEST, fault_of
from bot.handover.guard import objections
from bot.house import House
from storage.staff import Role
from tests.console.desk import COMMUNE
from tests.console.serving import browser, employ

VIETNAMESE = re.compile(r"[À-ỹĐđ]")
IN_BOTH = {
    "looks",
    "causes",
    "english",
    "notices",
}  # these hold both languages beside each other, or speak to citizens' groups
REFUSED = (
    "", "a" * 1001, "Bác đọc mã OTP cho cháu nhé", "mã otp là 482913", "Bác chuyển khoản 50k nhé", "Bác vào www.la.xyz nhé",
    "Bác tải TeamViewer về nhé",
)  # fmt: skip


def sentences(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts
        if VIETNAMESE.search(node.value) and node.value.endswith(".")
    }


def test_every_sentence_has_its_english() -> None:
    files = [f for f in Path(str(console.__file__)).parent.glob("*.py") if f.stem not in IN_BOTH]
    told = set().union(*map(sentences, files)) | {o.sentence for text in REFUSED for o in objections(text)}
    told |= {fault_of(word, "hanh") for word in ("ngắn", "a" * 20, "ab" * LONGEST)}
    told.add("Nhập chưa khớp nhiều lần, nên phải chờ 30 giây mới nhập tiếp được.")
    assert len(told) > 30
    assert [s for s in sorted(told) if VIETNAMESE.search(in_english(s)) and "không mất tiền" not in s] == []


async def test_a_refusal_is_told_in_the_language_that_was_chosen(home: House, app: Starlette) -> None:
    member, seed = employ(home, "hanh", Role.OFFICER, COMMUNE)
    who = browser(app)
    await who.sign_in(home, member.login, seed)
    await who.post("/language", to="en")
    answer = await who.get("/audit")
    assert "This is not for your role." in answer.text
    assert 'lang="en"' in answer.text
