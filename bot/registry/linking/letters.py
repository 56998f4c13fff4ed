"""What a person carries from the chat to the page: eight letters, and two words to compare."""

import re
import secrets
import unicodedata

from flows.core.vietnamese import fold

# No vowels, so that no word comes out; no letter that looks like a digit; no D and no W, which a Vietnamese keyboard (Telex)
# makes đ and ư of. 18 letters at 8 places: 1.1 × 10^10 codes.
ALPHABET = "BCFGHJKLMNPQRSTVXZ"
PLACES = 8
_NOT_OURS = re.compile(f"[^{ALPHABET}]")

_THINGS = (
    "mèo trâu bò voi gà vịt cá cua ong bướm chim sóc thỏ dê thuyền xe cầu nhà cổng nón áo khăn gương đèn quạt trống sáo diều "
    "núi suối mây lá hoa cây bưởi chuối dừa bí khoai ngô bát ấm chum giỏ"
).split()
_SORTS = "vàng xanh đỏ tím trắng đen nâu hồng to nhỏ dài tròn cao gầy vuông mới".split()


def new_code() -> str:
    """A code to type, as it is shown: XXXX-XXXX."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(PLACES))
    return f"{drawn[:4]}-{drawn[4:]}"


def read_code(text: str) -> str:
    """What somebody typed, as its eight letters; "" where it can be none of ours."""
    letters = _NOT_OURS.sub("", fold(text[:64]).upper())
    return letters if len(letters) == PLACES else ""


def new_phrase() -> str:
    """Two words that are easily told apart, read aloud and remembered for ten minutes."""
    return unicodedata.normalize("NFC", f"{secrets.choice(_THINGS)} {secrets.choice(_SORTS)}")
