"""Messages of VNeID as people paste or retype them: what they mean is certain, whatever the classifier makes of their words."""

import re

from flows.core.vietnamese import fold

MOST_BESIDE = 8  # other words around a message that is only asked about; more is a story, which is read as one

# facts S0-36 and S1-36, S0-37 and S1-37, S0-40 and S1-39, S2-13
_MESSAGES = (
    (re.compile(r"tai khoan cua (?:ban|toi|em|minh|bac) chua (?:duoc )?dinh danh(?: dien tu)?"), "activate_not_identified"),
    (re.compile(r"tai khoan cua (?:ban|toi|em|minh|bac) da (?:duoc )?thuc hien kich hoat"), "activate_already"),
    (re.compile(r"(?:thong bao )?kich hoat tai khoan tren thiet bi khac"), "device_multi_account"),
    (re.compile(r"ho so dang ky tai khoan dinh danh dien tu cua cong dan .{0,60}da duoc phe duyet.{0,160}"),
     "approval_sms_question"),
)  # fmt: skip
# Who doubts it, or asks about another thing of it, asks that.
_DOUBTS = re.compile(
    r"\b(?:lua|gia mao|gia hay|that hay|that khong|that ko|link|duong dan|la ai|mat khau|quen|bao lau|xoa|ai)\b"
)
_PUNCTUATION = re.compile(r"[^\w\s]+")


def quoted(text: str) -> str:
    """The intent of a message that is nearly nothing but a quoted official message, else ""."""
    plain = " ".join(_PUNCTUATION.sub(" ", fold(text[:600])).split())
    for message, intent in _MESSAGES:
        if found := message.search(plain):
            beside = plain[: found.start()] + " " + plain[found.end() :]
            if len(beside.split()) <= MOST_BESIDE and not _DOUBTS.search(beside):
                return intent
    return ""
