"""What an officer may not send: the house keeps for its people the promises it makes to citizens."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from content.shield import asks_for_secret, shield
from flows.core.vietnamese import fold, tidy
from flows.runner import GRAVE

LONGEST = 1000
LINKS = ("vneid.gov.vn", "dichvucong.gov.vn")

_ENDS = "vn|com|net|org|info|biz|top|xyz|site|online|shop|club|vip|icu|cc|me|ly|gl|gd|io|app|dev|page|link|live|asia|cn|ru|tk|apk"
_LINK = re.compile(
    rf"(?:https?|hxxps?|ftp)\W{{1,4}}\S+|www\.\S+|(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:{_ENDS})(?![a-z0-9-])[^\s,;)”]*"
    r"|(?<!\d)\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?/\S*"
)
_SPELLED = re.compile(r"(?<![a-z])(?:cham|dot|\[\.\]|\(\.\))\s*(?:vn|com|net|org|top|xyz|info|apk)(?![a-z])")
_MONEY = re.compile(
    r"(?<![a-z])(?:(?:chuyen|nop|dong|tra|gui|thu|dua|nap|ung|mat|ton|het|phi|bang|can) (?:truoc |them |giup |cho \w+ )?"
    r"(?:\d\S* )?(?:tien|khoan|phi|le phi|coc|the cao|the nap)|le phi|phi dich vu|dat coc|so tai khoan|stk|chuyen khoan"
    r"|tien (?:cong|phi|mat|dich vu|cafe|ca phe)|momo|zalopay|viettel money|vi dien tu|the cao|boi duong|qua cap)(?![a-z])"
    r"|(?<![\w.])\d[\d.,]* ?(?:k|d|dong|nghin|ngan|trieu|cu|vnd|usd)(?![a-z])"
)
_DENIED = re.compile(
    r"(?<![a-z])(?:khong|chang|dung|mien|chua|ko|cam|ai|ke|neu co (?:ai|nguoi))(?: \w+){0,6} ?$|(?<![a-z])mien $"
)
_REMOTE = re.compile(
    r"(?<![a-z])(?:team ?viewer|any ?desk|ultra ?viewer|rust ?desk|apk|nguon khong xac dinh|unknown sources"
    r"|chia se man hinh|share screen|dieu khien tu xa|quyen tro nang|tai file|cai file)(?![a-z])"
)


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a text may not be sent: a word of ours for the audit, and a sentence for the officer."""

    kind: str
    sentence: str


_SENTENCES = {
    "empty": "Tin chưa có chữ nào.",
    "long": f"Tin dài quá {LONGEST} chữ cái. Chia thành vài tin ngắn, mỗi tin một ý.",
    "asks": "Tin này xin mã, mật khẩu, câu trả lời bí mật hoặc ảnh giấy tờ. Không ai của đơn vị được xin những thứ đó, "
    "kể cả để giúp. Hãy dặn người dân tự gõ vào VNeID.",
    "secret": "Trong tin có dãy số hoặc chữ giống mã, mật khẩu, số giấy tờ. Bỏ nó ra: gửi rồi thì nằm lại trên máy khác.",
    "money": "Tin có nói đến tiền hoặc phí. Không ai thu tiền qua đây. Để báo là không phải trả, viết rõ “không mất tiền”.",
    "link": f"Tin có đường dẫn ngoài danh sách. Chỉ gửi được: {', '.join(LINKS)}.",
    "remote": "Tin nói đến tệp cài ngoài, chia sẻ màn hình hoặc điều khiển từ xa. Kẻ lừa đảo làm đúng việc này; "
    "hãy hẹn người dân đến nơi.",
}


def objections(text: str) -> list[Objection]:
    """Everything that keeps this text from being sent; an empty list means that it may go."""
    return [Objection(kind, _SENTENCES[kind]) for kind in _kinds(tidy(text).strip())]


def _kinds(text: str) -> Iterator[str]:
    if not text:
        yield "empty"
        return
    if len(text) > LONGEST:
        yield "long"
    # Letters that only look Latin, and full-width ones, are what they look like.
    plain = unicodedata.normalize("NFKC", text)
    if asks_for_secret(plain):
        yield "asks"
    if any(secret.value in GRAVE for secret in shield(plain).found):
        yield "secret"
    folded = fold(plain)
    if any(not _denied(folded, found.start()) for found in _MONEY.finditer(folded)):
        yield "money"
    if any(not _allowed(found[0]) for found in _LINK.finditer(folded)) or _SPELLED.search(folded):
        yield "link"
    if any(not _denied(folded, found.start()) for found in _REMOTE.finditer(folded)):
        yield "remote"


def _denied(folded: str, start: int) -> bool:
    """Whether it is said not to be: "không mất tiền", "đừng chuyển khoản cho ai"."""
    clause = re.split(r"[.!?;:,\n]", folded[:start])[-1]
    return _DENIED.search(clause) is not None


def _allowed(link: str) -> bool:
    found = re.fullmatch(r"(?:https://)?([a-z0-9.-]+)(/[\w./-]*)?", link.rstrip(".,)”?!"))
    return found is not None and found[1] in LINKS
