"""Writes shield_samples.tsv, the phrased samples by which the house judges its shield (T12): frames × manners × values.

    python tests/content/make_shield_samples.py

Frames are written by hand in shield_frames.txt; every value is invented by a seeded generator, so the file is always
the same. Columns: secrets, planted (joined by ␟), text, frame (its number, and `h` if the frame is held out: a random
fifth of the frames, whose errors nobody looks at while the shield is tuned).
"""

import re
import sys
import unicodedata
from pathlib import Path
from random import Random

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent))

from flows.core.vietnamese import bare, fold  # noqa: E402

SAMPLES, WITH_SECRETS, SEED, JOINER = 5_000, 3_000, 20_240_701, "␟"

FAMILY = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Lương Cao Mai".split()
MIDDLE = "Văn Thị Đức Ngọc Minh Hữu Thanh Quốc Xuân Kim Thu Bảo Gia Anh".split()
GIVEN = "An Bình Cúc Dũng Đào Giang Hà Hạnh Hiếu Hoa Hùng Khánh Lan Linh Long Mai Nam Nga Oanh Phúc Quân Sen".split()
GIVEN += "Sơn Tâm Thảo Thắng Tú Uyên Vinh Yến".split()
ANSWERS = ["con mèo mun", "trường tiểu học Kim Liên", "Nguyễn Thị Bưởi", "phở bò", "xe Dream 1997", "màu tím hoa sim"]
ANSWERS += [
    "Vinh",
    "làng Đông Ngạc",
    "cô giáo Hồng",
    "Tí Sún",
    "truong cap 1 Hoa Lu",
    "bún riêu",
    "chu cho vang",
    "Lulu",
]
WORDS = ["hoalan", "conmeo", "anhyeuem", "maimai", "Thanhxuan", "gaubong", "quehuong", "khongbietnua"]
PLACES = [
    "Tổ 5, Khu phố 2, Bình Thuận, Quận 7, TP. Hồ Chí Minh",
    "Thôn Đông, Yên Thành, Nghệ An",
    "12/4 Lê Lợi, Phú Hội, Huế",
]
PLACES += [
    "Ấp 3, Tân Phú, Cai Lậy, Tiền Giang",
    "Số 8, ngõ 45, Láng Hạ, Đống Đa, Hà Nội",
    "Khối 6, Hưng Bình, Vinh, Nghệ An",
]
DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
ENGLISH = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]

OPENERS = [
    "Dạ ",
    "dạ cho em hỏi ",
    "alo ",
    "ad ơi ",
    "Bác ơi, ",
    "chào ad, ",
    "Em chào anh chị ạ, ",
    "ủa ",
    "ê ",
    "Xin hỏi: ",
]
OPENERS += [
    "cho hỏi chút, ",
    "help em với, ",
    "Kính chào, ",
    "ờ ",
    "thưa anh, ",
    "chị ơi ",
    "hic ",
    "à mà ",
    "Hi, ",
    "rồi ",
]
CLOSERS = [
    " ạ",
    " nha",
    " ạ?",
    ", giúp em với",
    ". Cảm ơn!",
    " huhu",
    " 😭",
    ". Mong được giúp đỡ.",
    " với ạ",
    " hè",
    " hén",
]
CLOSERS += [
    ", lẹ giùm",
    ". Tôi đang rất cần",
    "!!!",
    " nhé ad",
    ", cháu cảm ơn",
    "...",
    " vậy đó",
    "\n(gửi từ điện thoại con tôi)",
]
TEEN = {"không": "ko", "được": "dc", "gì": "j", "rồi": "r", "với": "vs", "biết": "bít", "vậy": "z", "bây giờ": "bh"}
TEEN |= {
    "mật khẩu": "mk",
    "bao nhiêu": "bn",
    "điện thoại": "đt",
    "nhắn tin": "nt",
    "quá": "wá",
    "tôi": "t",
    "luôn": "lun",
}
KEPT_FROM_TYPOS = set(
    "mat khau passcode password pass xac thuc kich hoat code traloi tra loi cau hoi bao dap an cong dan "
    "phe duyet duoc nam ngay thang dong trieu nghin nguoi loi buu chinh dien vung tinh".split()
)


class Words:
    """Invents values; `planted` gathers the secrets of the sample in hand with their kinds."""

    def __init__(self, chance: Random) -> None:
        self.r = chance
        self.planted: list[tuple[str, str]] = []

    def digits(self, n: int) -> str:
        return "".join(self.r.choice("0123456789") for _ in range(n))

    def grouped(self, number: str, sizes: list[int], joint: str) -> str:
        parts, at = [], 0
        for size in sizes:
            parts.append(number[at : at + size])
            at += size
        return joint.join(p for p in [*parts, number[at:]] if p)

    def script(self, number: str) -> str:
        first = self.r.choice([0xFF10, 0x0660, 0x06F0, 0x1D7CE, 0x0966])
        return "".join(chr(first + int(c)) if c.isdigit() else c for c in number)

    def in_words(self, number: str) -> str:
        style = self.r.random()
        if style < 0.06:
            return " ".join(ENGLISH[int(c)] for c in number)
        said = [DIGITS[int(c)] for c in number]
        said = [self.r.choice(["bẩy", "bảy"]) if w == "bảy" else w for w in said]
        said = [w if w != "bốn" or i == 0 or self.r.random() < 0.8 else "tư" for i, w in enumerate(said)]
        if 0.06 <= style < 0.25:
            said = [w if self.r.random() < 0.5 else c for w, c in zip(said, number, strict=True)]
        joint = self.r.choice([" ", " ", " ", ", ", "-", "  "])
        text = joint.join(said)
        return bare(text) if self.r.random() < 0.35 else text.upper() if self.r.random() < 0.08 else text

    def spelled(self, number: str) -> str:
        """A code as people spell it."""
        style, n = self.r.random(), len(number)
        if style < 0.45:
            return number
        joint = self.r.choice([" ", " ", ".", "-", " - ", "\u00a0", "–"])
        if style < 0.57:
            return self.grouped(number, [2] * 9, joint)
        if style < 0.69:
            return self.grouped(number, [(n + 1) // 2], joint)
        if style < 0.77:
            return self.grouped(number, [1] * 9, self.r.choice([" ", ".", "-", ", "]))
        if style < 0.82:
            return self.script(number)
        if style < 0.86:
            return self.r.choice(["", " "]).join(c + "\ufe0f\u20e3" for c in number)
        if style < 0.88:
            return self.r.choice(["\u200b", "\u00ad"]).join(number)
        return self.in_words(number)

    def name(self) -> str:
        middle = self.r.sample(MIDDLE, self.r.choice([1, 1, 1, 2]))
        return " ".join([self.r.choice(FAMILY), *middle, self.r.choice(GIVEN)])

    def number(self) -> str:
        province = self.r.choice("001 022 034 036 038 040 042 046 049 052 068 075 079 082 087 092 096".split())
        return province + self.r.choice("0123") + self.digits(8)

    def mobile(self) -> tuple[str, str]:
        """The ten (or old eleven) digits, and a spelling."""
        if self.r.random() < 0.08:
            ten = "01" + self.r.choice("2689") + self.digits(8)
            return ten, self.r.choice([ten, self.grouped(ten, [4, 3, 4], " ")])
        ten = "0" + self.r.choice(["9", "9", "3", "7", "8", "5"]) + self.digits(8)
        style = self.r.random()
        if style < 0.5:
            return ten, ten
        if style < 0.7:
            sizes = self.r.choice([[4, 3, 3], [3, 3, 4], [4, 2, 2, 2], [3, 3, 2, 2]])
            return ten, self.grouped(ten, sizes, self.r.choice([" ", ".", "-", " ", "\u00a0"]))
        if style < 0.94:
            nine = ten[1:]
            short = self.r.choice([nine, self.grouped(nine, [3, 3, 3], " "), self.grouped(nine, [2, 3, 2, 2], " ")])
            return ten, self.r.choice(["+84", "84", "+84 ", "(+84) ", "+84-"]) + short
        return ten, self.script(ten)

    def strong(self) -> str:
        r, special = self.r, self.r.choice("@@@@!#$%&*_-+=?^")
        given, tail = bare(r.choice(GIVEN)).lower(), self.digits(r.choice([3, 4, 6]))
        shape = r.randrange(6)
        word = (given + bare(r.choice(FAMILY)).lower())[: r.choice([5, 6, 8])].ljust(4, "a")
        if shape == 0:
            text = word.capitalize() + special + tail
        elif shape == 1:
            text = word.capitalize() + tail + r.choice("!@#$*")
        elif shape == 2:
            text = r.choice([*GIVEN, "Ngọc", "Thảo", "Đức"]).ljust(4, "h") + special + tail
        elif shape == 3:
            text = word + tail + special + word[:2].upper()
        elif shape == 4:
            text = special + word.capitalize() + tail
        else:
            pool = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789!@#$%^&*_"
            text = "aB3" + "".join(r.choice(pool) for _ in range(r.choice([4, 6, 9]))) + "@" + r.choice("xyz")
        while len(text) < 8:
            text += self.r.choice("123456789")
        return text[:20]

    def weak(self) -> str:
        given = bare(self.r.choice(GIVEN)).lower()
        return self.r.choice(
            [
                given + self.digits(4),
                given + self.r.choice(GIVEN).lower() + self.digits(2),
                self.digits(8),
                self.digits(6) + "a",
                given.capitalize() + "@" + self.digits(2),
                "abc" + self.digits(3),
            ]
        )

    def card(self) -> str:
        body = self.r.choice(["9704", "4", "5", "9704"])
        body += self.digits(self.r.choice([15, 15, 18, 12]) - len(body))
        body += next(c for c in "0123456789" if luhn(body + c))
        style = self.r.random()
        return body if style < 0.5 else self.grouped(body, [4] * 5, self.r.choice([" ", "-", "."]))

    def birth(self) -> str:
        return f"{self.r.randint(1, 28):02}{self.r.randint(1, 12):02}{self.r.randint(1940, 2010)}"

    def qr(self, new: bool) -> str:
        old = self.digits(9) if self.r.random() < 0.6 else ""
        fields = [self.number(), old, self.name(), self.birth(), self.r.choice(["Nam", "Nữ"]), self.r.choice(PLACES)]
        fields.append(f"{self.r.randint(1, 28):02}{self.r.randint(1, 12):02}{self.r.randint(2021, 2025)}")
        if new:
            fields += self.r.choice([["", self.name(), self.name(), ""], [self.name(), self.name()], ["", "", ""]])
        return self.r.choice(["|", "|", "|", " | ", "｜"]).join(fields)

    def plant(self, kind: str, text: str) -> str:
        self.planted.append((kind, text))
        return text

    def fill(self, slot: str) -> str:
        r = self.r
        match slot:
            case "six":
                return self.plant("code", self.spelled(self.digits(6)))
            case "code":
                return self.plant("code", self.spelled(self.digits(r.choice([6, 6, 6, 6, 4, 5, 7, 8]))))
            case "pin":
                return self.plant("code", r.choice([self.digits(6), self.digits(6), self.spelled(self.digits(6))]))
            case "words":
                return self.plant("code", self.in_words(self.digits(r.choice([6, 6, 6, 4, 8]))))
            case "words6":
                return self.plant("code", self.in_words(self.digits(6)))
            case "tens":
                pairs = [(r.randint(2, 9), r.choice([1, 2, 3, 4, 6, 7, 8, 9])) for _ in range(3)]
                text = " ".join(f"{DIGITS[a]} mươi {DIGITS[b]}" for a, b in pairs)
                return self.plant("code", r.choice([text, bare(text)]))
            case "idwords":
                return self.plant("national_id", self.in_words(self.number()))
            case "oldwords":
                return self.plant("old_id", self.in_words("1" + self.digits(8)))
            case "phonewords":
                return self.plant("phone", self.in_words("09" + self.digits(8)))
            case "strong":
                return self.plant("password", self.strong())
            case "weak":
                return self.plant("password", self.weak())
            case "word":
                return self.plant("password", r.choice(WORDS))
            case "ans":
                return self.plant("password", r.choice(ANSWERS))
            case "id":
                number, style = self.number(), r.random()
                sizes = r.choice([[3, 3, 3, 3], [3, 3, 3, 3], [4, 4, 4], [3, 1, 2, 6], [6, 6], [3, 9]])
                spaced = self.grouped(number, sizes, r.choice([" ", ".", "-", "\u00a0"]))
                return self.plant(
                    "national_id", number if style < 0.6 else self.script(number) if style > 0.95 else spaced
                )
            case "old":
                number = r.choice("0123") + self.digits(8)
                spaced = self.grouped(number, [3, 3, 3], r.choice([" ", ".", "-"]))
                return self.plant("old_id", number if r.random() < 0.65 else spaced)
            case "card":
                return self.plant("bank_card", self.card())
            case "NAME":
                return self.plant("name", bare(self.name()).upper())
            case "Name":
                name = self.name()
                return self.plant("name", r.choice([name, name.upper()]))
            case "name":
                return self.plant("name", bare(self.name()).lower())
            case "qr" | "qr24":
                return self.plant("card_qr", self.qr(slot == "qr24"))
            case "phone":
                return self.plant("phone", self.mobile()[1])
            case _:
                return self.harmless(slot)

    def harmless(self, slot: str) -> str:
        r = self.r
        day, month, year = r.randint(1, 28), r.randint(1, 12), r.randint(1950, 2025)
        hour, minute = r.randint(6, 21), r.choice([0, 15, 20, 30, 45])
        choices = {
            "n": [str(r.randint(1, 9))],
            "age": [str(r.randint(15, 95))],
            "year": [str(year)],
            "date": [
                f"{day}/{month}/{year}",
                f"{day:02}-{month:02}-{year}",
                f"{day}.{month}.{year}",
                f"{day}/{month}",
                f"{day:02}/{month:02}/{year}",
                f"{day} tháng {month} năm {year}",
                f"{day:02}/{month:02}/{year % 100:02}",
                f"{day}-{month}-{year}",
            ],
            "time": [
                f"{hour}h{minute:02}",
                f"{hour}:{minute:02}",
                f"{hour}h",
                f"{hour} giờ {minute}",
                f"{hour}g{minute:02}",
            ],
            "house": [
                str(r.randint(1, 999)),
                f"{r.randint(1, 99)}/{r.randint(1, 40)}",
                f"{r.randint(2, 99)}B",
                f"{r.randint(100, 999)}/{r.randint(10, 99)}/{r.randint(1, 9)}",
            ],
            "money": ["50.000", "190.000", "1.500.000", "50000", "100000", "20,000", "2.000.000", "350.000", "500 000"],
            "count": ["190.000", "1.234", "12.500", "1.234.567", "87 triệu", "123.456", "55,6 triệu", "190 000"],
            "decree": [
                "Nghị định 69/2024/NĐ-CP",
                "thông tư 17/2024/TT-BCA",
                "quyết định 06/QĐ-TTg",
                "Công văn 1234/C06-TTDLDC",
                "Kế hoạch 278/KH-UBND",
                "nđ 59/2022",
            ],
            "email": [
                "lan.nguyen@gmail.com",
                "Hoa.Tran1990@gmail.com",
                "minhquan_88@yahoo.com.vn",
                "thayBinh75@vinhphuc.edu.vn",
            ],
        }
        return r.choice(choices[slot])


def luhn(number: str) -> bool:
    doubled = [int(c) if i % 2 == 0 else sum(divmod(2 * int(c), 10)) for i, c in enumerate(reversed(number))]
    return sum(doubled) % 10 == 0


def typo(words: str, r: Random) -> str:
    parts = re.split(r"(\W+)", words)
    places = [i for i, w in enumerate(parts) if len(w) > 3 and w.isalpha() and fold(w) not in KEPT_FROM_TYPOS]
    if places:
        i = r.choice(places)
        w, k = parts[i], r.randrange(1, len(parts[i]) - 1)
        parts[i] = r.choice([w[:k] + w[k + 1] + w[k] + w[k + 2 :], w[:k] + w[k] + w[k:], w[:k] + w[k + 1 :]])
    return "".join(parts)


def in_manner(manner: str, literal: str, r: Random) -> str:
    """The frame's own words as another person would type them; planted values are never touched."""
    match manner:
        case "bare":
            return bare(literal)
        case "capitals":
            return literal if "http" in literal else literal.upper()
        case "spoken":
            return (
                literal
                if "http" in literal or "gov.vn" in literal
                else re.sub(r"[,;?!…]|\.(?=\s|$)", "", literal.lower())
            )
        case "teen":
            for word, short in TEEN.items():
                literal = re.sub(rf"\b{word}\b", short, literal)
            return literal
        case "typos":
            return literal if "http" in literal else typo(literal, r)
        case _:
            return literal


def sample(frame: str, r: Random) -> tuple[str, str, str]:
    """One row: kinds, planted secrets, text."""
    words = Words(r)
    manner = r.choices(["asis", "bare", "capitals", "spoken", "teen", "typos"], [44, 24, 7, 9, 8, 8])[0]
    if r.random() < 0.28 and not frame.startswith("Fwd"):
        opener = r.choice(OPENERS)
        frame = opener + frame
    if r.random() < 0.28:
        frame += r.choice(CLOSERS)
    parts = re.split(r"\{(\w+)\}", frame)
    text = "".join(words.fill(p) if i % 2 else in_manner(manner, p, r) for i, p in enumerate(parts))
    kinds = sorted({kind for kind, _ in words.planted})
    return ",".join(kinds), JOINER.join(p for _, p in words.planted), text.replace("\n", "\\n")


def frames() -> list[tuple[bool, str]]:
    lines = (HERE / "shield_frames.txt").read_text("utf-8").splitlines()
    return [(line[0] == "+", unicodedata.normalize("NFC", line[2:])) for line in lines if line[:2] in ("+ ", "- ")]


def samples() -> list[tuple[str, str, str, str]]:
    """The rows of the file, in the order of the frames."""
    r, written = Random(SEED), frames()
    held_out = set(r.sample(range(len(written)), len(written) // 5))
    rows: dict[str, tuple[int, str, str, str]] = {}
    for planting, wanted in ((True, WITH_SECRETS), (False, SAMPLES - WITH_SECRETS)):
        order = [i for i, (plants, _) in enumerate(written) if plants == planting]
        done, turn = 0, 0
        while done < wanted:
            i = order[turn % len(order)]
            turn += 1
            kinds, planted, text = sample(written[i][1], r)
            if text not in rows:
                rows[text] = (i, kinds, planted, text)
                done += 1
    return [
        (kinds, planted, text, f"{i:03}{'h' if i in held_out else ''}")
        for i, kinds, planted, text in sorted(rows.values())
    ]


if __name__ == "__main__":
    path = HERE / "shield_samples.tsv"
    path.write_text(
        "".join("\t".join(row) + "\n" for row in [("secrets", "planted", "text", "frame"), *samples()]), "utf-8"
    )
    print(path, sum(1 for _ in path.open(encoding="utf-8")) - 1)
