"""How the fonts beside this file were made: Be Vietnam Pro from the npm package, the letters we need in one file a weight.

    npm pack @fontsource/be-vietnam-pro@5.3.0 && tar xzf fontsource-be-vietnam-pro-5.3.0.tgz
    python bot/look/fonts/merge.py package

The package splits a weight by alphabet, so one Vietnamese word would fetch two files and change its face half-way. Hinting goes
(a fifth of the size, and phones do not use it); kerning and the accents' marks stay.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from fontTools import merge, subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

HERE = Path(__file__).parent
WEIGHTS = (400, 600)
ALPHABETS = ("latin", "vietnamese")
# Latin-1, the Vietnamese letters, the accents as they come from some keyboards, and the typography our texts use.
LETTERS = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    *(0x102, 0x103, 0x110, 0x111, 0x128, 0x129, 0x168, 0x169, 0x1A0, 0x1A1, 0x1AF, 0x1B0),
    *range(0x1EA0, 0x1EFA),
    *(0x300, 0x301, 0x303, 0x309, 0x323),
    *(0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2026, 0x20AB, 0x2212),
)


def make(package: Path, weight: int) -> Path:
    """One woff2 of this weight beside this file, with no time of making in it: the same input gives the same bytes."""
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for alphabet in ALPHABETS:
            font = TTFont(package / "files" / f"be-vietnam-pro-{alphabet}-{weight}-normal.woff2", recalcTimestamp=False)
            font.flavor = None
            part = Path(folder) / f"{alphabet}.ttf"
            font.save(part)
            parts.append(str(part))
        whole = merge.Merger(merge.Options(drop_tables=["fpgm", "prep", "cvt ", "gasp"])).merge(parts)
    options = subset.Options(
        hinting=False, layout_features=["kern", "mark", "mkmk", "ccmp", "locl"], name_IDs=[0, 1, 2, 5, 13, 14]
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=LETTERS)
    subsetter.subset(whole)
    whole["head"].created = whole["head"].modified = 3_786_912_000  # 2024-01-01, as fonts count
    whole.recalcTimestamp = False
    whole.flavor = "woff2"
    made = HERE / f"be-vietnam-pro-{weight}.woff2"
    whole.save(made)
    return made


if __name__ == "__main__":
    package = Path(sys.argv[1])
    for weight in WEIGHTS:
        print(make(package, weight))  # noqa: T201
    shutil.copyfile(package / "LICENSE", HERE / "OFL.txt")
