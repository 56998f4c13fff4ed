"""The shield's other direction: a text of ours that asks a person for a secret is never sent (house rule 7)."""

import re
from collections.abc import Iterator

from flows.core.vietnamese import fold, tidy

_CARD = r"(?:the|can cuoc|cccd|cmnd|giay to|chung minh|id card|card)"
_SECRET = re.compile(
    r"(?<![a-z])(?:ma (?:so )?(?:otp|pin|xac \w+|kich hoat|bao mat|dang nhap)|otp|(?:ma |day )?(?:6"
    r"|sau) (?:chu )?so(?! dau| cuoi)|mat ?khau|mat ma|pass ?code|pass(?:word)?|mk"
    r"|verification code|code|pin|cau tra loi|dap an|cau hoi bao mat|security \w+|ma(?! (?:qr|vung|tinh|buu|ho so"
    r"|so thue|loi|don))"
    rf"|(?:anh|hinh|photo|picture|ban chup|ban scan)(?: \w+){{0,4}}? {_CARD}|chup(?: \w+){{0,4}}? {_CARD}"
    rf"|(?:mat truoc|mat sau|(?:2|hai) mat)(?: \w+)? {_CARD}"
    rf"|{_CARD}(?: \w+){{0,5}}? chup)(?![a-z])"
)
_GIVE = (  # hands a secret to somebody
    r"gui|goi(?= ma| otp| mat khau| anh| hinh)|doc|cung cap|chia se|tiet lo|dua|chuyen(?: tiep)?|inbox|ib|send|give"
    r"|tell|provide|share|reply|forward|need"
    r"|cho(?= (?:\w+ )?(?:em|toi|minh|chau|ad|xin|biet|muon|xem))|nhan(?= (?:tin |lai |giup |gium )?(?:cho|em|toi"
    r"|minh|chau|ad|lai|giup|gium)(?![a-z]))|xin(?! hoi| loi| dung)"
    r"|bao(?= (?:cho |lai |giup )?(?:em|toi|minh|chau|ad|ma|otp)(?![a-z]))|noi(?= (?:cho|ra|giup|ma|otp|mat khau"
    r"|em))|up|tai(?= anh| hinh| len)|copy|dan|paste|de lai|hoi|can(?= ma| otp| mat khau| anh)"
)
_TYPE = r"nhap|go(?![a-z])|dien|ghi|viet|danh|tra loi|chup|quet|xac nhan(?= ma| otp| mat khau)|enter|type|confirm"
_VERB = re.compile(rf"(?<![a-z])(?:(?P<give>{_GIVE})|(?P<type>{_TYPE}))(?![a-z])")
_QUESTION = re.compile(
    r"(?:ma|otp|mat ?khau|mk|pass\w*|pin|cau tra loi|dap an)(?: \w+){0,3}? (?:cua|ma) (?:bac|anh|chi|ban|ong|ba|co"
    r"|chu|cau|em|chau|quy khach|minh)(?:/\w+)?(?: \w+){0,5}?"
    r" (?:la gi|la bao nhieu|la may|bao nhieu|so may|the nao|la so nao|la chi)(?![a-z])"
    r"|(?:bac|anh|chi|ban|ong|ba|co|chu|em)(?: \w+){0,3} (?:mat khau|passcode|ma|otp"
    r"|cau tra loi)(?: \w+){0,4} (?:la gi|bao nhieu|so may|la so nao)(?![a-z])"
    r"|(?:ma|otp)(?: \w+){0,2} (?:ve|den|toi) (?:la )?(?:so may|bao nhieu|so gi|may)(?![a-z])|(?:ma|otp|mat ?khau"
    r"|passcode|cau tra loi) (?:bac|anh|chi|ban|ong|ba|co|chu|em)(?: \w+){0,3} (?:la gi|la so may"
    r"|la bao nhieu)(?![a-z])|what(?: is|'s) (?:your|the) (?:otp|code|pass\w*|pin|verification)"
)
_TO_US = re.compile(
    r"(?<![a-z])(?:(?:doc|noi|nhan|bao|cho|gui|voi|giup|gium|dum|de|to) (?:em|chau|toi|minh|chung (?:toi|em|minh)"
    r"|ad|admin|can bo|tong dai|nhan vien|dong hanh|tro ly|me|us|anh|chi)(?![a-z/])"
    r"|(?:vao|o|tai|qua|ngay|duoi|xuong|len|trong) (?:day|khung (?:chat|tro chuyen|nay)|zalo|tin nhan nay|chat"
    r"|inbox|(?:ben )?duoi|o duoi|bieu mau|link|duong link|form|telegram"
    r"|cuoc tro chuyen|trang nay|nhom|phan tra loi)(?![a-z])|here|below|em (?:xem|kiem tra|nhap|lam)|chau (?:xem"
    r"|nhap|lam|kiem tra))"
)
_APP = re.compile(r"(?<![a-z])(?:ung dung|app|vneid(?:\.gov\.vn)?|dinh danh)(?![a-z])")
_INTO_APP = re.compile(r"(?: \w+){0,4} (?:vao|tren|trong) (?:ung dung |app )?vneid(?![a-z])")  # "chỉ gõ vào VNeID"
# "không bao giờ đọc, gửi hay chụp mã": the negation reaches the verb over words of this kind only; "đừng lo, gửi mã" does not.
_BETWEEN = re.compile(
    rf"(?<![a-z])(?:dung|khong|chang|ko|cam|chua|never|not|don'?t|no one|nobody|cho(?= co| nen| de| gui| doc"
    rf"| dua))(?:,? (?:bao gio|nen|duoc|can|phai|co|he|ai|mot|tuy tien|de|cho|voi|bat (?:ky|cu)"
    rf"|yeu cau|doi|giu|luu|nho|bac|anh|chi|ban|ong|ba|em|chau|toi|minh|chung|nguoi|khac|la|can bo|cong an"
    rf"|nhan vien|ever|us|anyone|ask|you|to|for|will|hay|hoac|va|or|lai|nao|do|roi"
    rf"|vao day|bang cach|vi|the|hinh|anh|ma|otp|mat khau|passcode|qua|dien thoai|goi|dien|xung|zalo|tin nhan"
    rf"|chup man hinh|nhan|{_GIVE}|{_TYPE}))*,? $"
)
_CALM = re.compile(
    r"(?:dung|khong|ko)(?: can| phai| co gi)? (?:lo|ngai|so|sao|ban tam|van de|gi phai lo)(?![a-z])(?: dau| gi)?"
    r"|khong (?:chi|nhung)|not only|no problem|don'?t worry"
)
_STRANGER = re.compile(
    r"(?<![a-z])(?:(?:neu )?(?:co )?(?:bat (?:ky|cu) )?ai|ke (?:gian|xau|lua dao|la)"
    r"|(?:co )?(?:mot )?nguoi(?: (?:la|khac|xau|nao|ta|nha|goi|xung))?|bon \w+|ho|doi tuong|so la|scammers?|anyone"
    r"|someone|whoever)"
    r"(?: \w+){0,9}? $"
)
_MACHINE = re.compile(
    r"(?<![a-z])(?:ung dung|vneid|man hinh|he thong|app|nha mang|may|tong dai tin nhan|trang web|phan mem"
    r"|cuc canh sat|the app)(?: (?:vneid|se|co the|dang|da|chua|khong|tu|lai|cung|moi|dien thoai|bat"
    r"|yeu cau|hien|doi|bac|anh|chi|ban|ong|ba|em|o|will|may|can|asks?|you|to|o buoc nay|tiep tuc))* $"
)
_LABEL = re.compile(
    r"(?<![a-z])(?:bam|nhan|chon|cham|an|nut|muc|dong|tap|yeu cau|cho|duoc|dang|tu dong|nhu|press|bi)(?: vao| nut"
    r"| muc| o| chu)* $"
)
_DONE = re.compile(r"(?<![a-z])(?:vua|da|lo|lo tay) $")
_TEXTED = re.compile(r"(?<!tin )nhắn(?! tin)", re.IGNORECASE)  # folded it would be "nhận"
_END = re.compile(r"[.!?;…]+(?=\s|$)|\n")
_CLAUSE = re.compile(r":\s|[()–—]| - |(?<![a-z])(?:nhung|con neu|thi|roi|but|then|nen hay|vi vay)(?![a-z])")


def asks_for_secret(text: str) -> bool:
    """Whether a template or a staff member's text asks a person for a code, password, passcode, security answer or card photo.

    A warning ("đừng gửi mã OTP cho ai", "không bao giờ hỏi mã") and a step of the app itself ("nhập mã vào ứng dụng
    VNeID") are fine; where neither is said in so many words the answer is yes (issue; T7: our product looks like the scam).
    """
    in_app = False
    for sentence in _END.split(
        re.sub("[\"“”'‘’«»*_]", "", "\n".join(map(fold, _TEXTED.sub("gửi", tidy(text)).splitlines())))
    ):
        sentence = _CALM.sub(",", sentence)
        if _QUESTION.search(sentence) and not _warned(sentence):
            return True
        if any(_asks(clause, in_app or _APP.search(sentence) is not None) for clause in _clauses(sentence)):
            return True
        in_app = in_app or _APP.search(sentence) is not None
    return False


def _clauses(sentence: str) -> Iterator[str]:
    """Parts that say one thing each; a secret named in front belongs to what follows ("mật khẩu thì bác gửi em")."""
    named = ""
    for part in _CLAUSE.split(sentence):
        part = f"{named} {part}"
        named = part if _SECRET.search(part) and not _VERB.search(part) else ""
        yield part


def _warned(sentence: str) -> bool:
    return (
        re.search(
            r"(?<![a-z])(?:dung|khong|ai|ke gian|ke xau|nguoi la|never)(?: \w+){0,8} (?:hoi|yeu cau|doi|xin|noi"
            r"|ask)(?![a-z])",
            sentence,
        )
        is not None
    )


def _asks(clause: str, in_app: bool) -> bool:
    """One clause: a verb of giving with a secret, or one of typing that does not name the app as the place."""
    if not _SECRET.search(clause):
        return False
    to_us = _TO_US.search(clause) is not None
    for verb in _VERB.finditer(clause):
        before, after = clause[: verb.start()], clause[verb.end() :]
        near = _SECRET.search(clause, verb.start() if verb["type"] else verb.end())
        behind = near is not None and len(clause[verb.end() : near.start()].split()) <= 9
        ahead = to_us and _SECRET.search(before) is not None
        if not behind and not ahead:
            continue
        if (
            _BETWEEN.search(before)
            or _STRANGER.search(before)
            or _DONE.search(before)
            or re.match(r" (?:lai )?(?:ve|den) ", after)
        ):
            continue
        if (
            _MACHINE.search(before) or _LABEL.search(before) or re.match(r" lai (?:ma|otp)(?![a-z])", after)
        ) and not to_us:
            continue
        if verb["type"] and ((in_app and not to_us) or _INTO_APP.match(after)):
            continue
        if verb[0] == "hoi" and not to_us and "cho em" not in before and "cho toi" not in before:
            continue
        return True
    return False
