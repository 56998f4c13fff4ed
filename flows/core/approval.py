"""The approval message: the official wording told from a changed, a foreign-linked and a begging one.

GENUINE_TEXT speaks of the words only. Anybody can copy them, so it never proves the sender: the person must look
whether the message stands under the sender name "VNeID" (S2-14). A password by SMS (S4-08) is an older description
(C6, C30).
"""

import re
import unicodedata
from enum import Enum

from flows.core.sources import UNSAID, Facts
from flows.core.vietnamese import fold, tidy

PAGES = frozenset({"https://vneid.gov.vn", "https://vneid.gov.vn/", "vneid.gov.vn", "vneid.gov.vn/"})


class Approval(Enum):
    """What a message that somebody received is."""

    GENUINE_TEXT = "genuine_text"
    FOREIGN_LINK = "foreign_link"
    ASKS_FOR_SECRET_OR_MONEY = "asks_for_secret_or_money"
    ALTERED = "altered"
    OTHER = "other"


FACTS: dict[Approval, Facts] = {
    Approval.GENUINE_TEXT: ("S2-13", "S2-14"),
    Approval.FOREIGN_LINK: ("S2-13", "C30"),
    Approval.ASKS_FOR_SECRET_OR_MONEY: ("S2-36", "C30"),
    Approval.ALTERED: ("S2-13", "C30"),
    Approval.OTHER: UNSAID,
}

# The message of S2-13, folded; the public form without accents folds to the same. The name may be anything that can be
# a name or a mask of one, but no digits and no dot before a letter: nothing to call and nowhere to go hides in it.
_NAME = r"(?:[^\W\d_]|[\s'’*_\[\]<>()…-]|\.(?!\w)){0,80}?"
_GENUINE = re.compile(
    r"\W*(?:vneid\W{1,5})?cuc canh sat qlhc ve ttxh thong bao ?: ?"
    r"ho so dang ky tai khoan dinh danh dien tu cua cong dan"
    rf"(?P<name>{_NAME})\bda duoc phe duyet ?[.,;]? ?de nghi truy cap ung dung vneid hoac dia chi "
    r"(?:https://)?vneid\.gov\.vn/? de kich hoat tai khoan\W*"
)

_SIGNS_OF_IT = (
    "cuc canh sat qlhc",
    "ve ttxh thong bao",
    "ho so dang ky tai khoan dinh danh dien tu",
    "cua cong dan",
    "da duoc phe duyet",
    "de nghi truy cap",
    "ung dung vneid",
    "de kich hoat tai khoan",
)
_ENOUGH_SIGNS = 3

# A bare name counts as an address when it ends like one or goes on with a path: "làm rồi.Giờ sao" lacks a space only.
_ENDINGS = (
    "vn|com|net|org|info|biz|top|xyz|cc|site|online|shop|store|vip|icu|club|app|link|live|click|pro|asia|mobi|work|life"
    "|world|fun|website|space|tech|cloud|dev|page|web|io|gl|gd|ws|us|tk|ml|cf|gq|ru|cn|hk|tw|kr|jp|eu|uk|pw"
    "|ee|id|pl|sbs|cyou|bond|buzz|rest|monster|win|loan|bid|lol|gle|xn--[a-z0-9-]+"
)
# Endings that are also Vietnamese syllables ("xong.co phai") count only behind the names of shorteners and chats.
_SHORT = r"(?:bit|cutt|ow|rebrand)\.ly|(?:t|m|fb|wa|zalo)\.me|goo\.su|(?:t|g)\.co|is\.gd"
_LINK = re.compile(
    r"[a-z][a-z0-9+.-]{1,20}://\S+|\bhxxps?\S+|\bwww\.\S+"
    rf"|(?<![\w@%:.-])[\w@%:-][\w@%:.-]*\.(?:{_ENDINGS})(?![\w@])(?:[/?#:]\S*|\.[\w-]\S*|-\S+)?"
    r"|(?<![\w.-])[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}[\w-]*/\S+"
    rf"|(?<![\w.-])(?:{_SHORT})(?![\w.-])|(?<![\w.])\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?![\w.])"
)

_VERB = r"(?:gui|nhan tin|nhan lai|doc|cung cap|chia se|cho biet|tra loi|soan|phan hoi|chup|dua|tiet lo)"
_NEGATED = re.compile(
    r"(?<!neu )(?<!su )(?<!ung )\b(?:khong|dung)(?: (?:nen|duoc|bao gio|the|can|phai|tu y|tuy tien)){0,2} "
    rf"{_VERB}\b(?:(?: ?[,/] ?| hoac | hay | va ){_VERB}\b)*"
)
_FREE = re.compile(
    r"\bmien phi\b|\bkhong (?:mat|thu|ton|can|phai)(?: (?:bat ky|bat cu|them|dong))* ?(?:phi|le phi|tien)\b"
)
_SECRET = (
    r"(?:otp|mat khau|passcode|pass code|ma pin|ma xac (?:thuc|nhan|minh)|ma kich hoat|ma bao mat|cau tra loi"
    r"|so the|cvv|anh (?:the|cccd|can cuoc|chan dung|giay to)|so tai khoan)"
)
_ASKS_SECRET = re.compile(rf"(?<!da )(?<!duoc )(?<!se )(?<!vua )\b{_VERB}\b[^.!?\n]{{0,40}}?\b{_SECRET}\b")
_ASKS_MONEY = re.compile(
    r"\bchuyen (?:tien|khoan)\b|\ble phi\b"
    r"|(?<!hoat )(?<!cong )(?<!thong )\b(?:nop|dong|tra|mat) (?:\w+ )?(?:phi|phat|tien(?! ich))\b"
    r"|\bphi (?:kich hoat|dich vu|ho so|xac minh|xac thuc|duy tri|cap)\b|\bthanh toan (?:\w+ ){0,2}?(?:phi|tien)\b"
    r"|\bdat coc\b|\bnap (?:the|tien)\b|\bstk\b"
)


def recognise(text: str) -> Approval:
    """What a received message is, by its words alone; accents, case, spacing and the name do not matter (S2-13)."""
    folded = fold(tidy(text))
    if any(link not in PAGES for link in _links(text)):
        return Approval.FOREIGN_LINK
    if _asks(folded):
        return Approval.ASKS_FOR_SECRET_OR_MONEY
    if _GENUINE.fullmatch(folded):
        return Approval.GENUINE_TEXT
    signs = sum(sign in folded for sign in _SIGNS_OF_IT)
    return Approval.ALTERED if signs >= _ENOUGH_SIGNS else Approval.OTHER


def _links(text: str) -> list[str]:
    """Every address in a text, as written but for case and width; accents stay: vnéid.gov.vn is another place."""
    plain = unicodedata.normalize("NFKC", tidy(text)).replace("\u3002", ".").casefold()
    return [link.rstrip(".,;:!?\"'”’)]}>") for link in _LINK.findall(plain)]


def _asks(folded: str) -> bool:
    """Whether the words want a secret or money; warnings against it ("không cung cấp mã OTP") do not."""
    without_warnings = _FREE.sub(" ", _NEGATED.sub(" ", folded))
    return bool(_ASKS_SECRET.search(without_warnings) or _ASKS_MONEY.search(without_warnings))
