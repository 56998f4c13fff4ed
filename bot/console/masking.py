"""What an officer sees by default: a citizen's words without numbers, names, mail addresses. The shield has been there before."""

import re

_NUMBER = re.compile(r"\d(?:[\s./:-]?\d){2,}")
_MAIL = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,120}")
_WORD = r"[^\W\d_]+"
_CALLED = re.compile(
    rf"(?i:(?<!\w)(?:tên(?: tôi| em| con| bác| mẹ| bố| nó| cháu)?(?: là)?|(?:tôi|em|con|cháu|bác) tên|họ tên(?: là)?))[ \t:]+"
    rf"({_WORD}(?:[ \t]+{_WORD}){{0,3}})"
)


def masked(text: str) -> str:
    """The text with "•••" for runs of three digits or more and for mail addresses, and initials for names.

    >>> masked("Tôi tên Nguyễn Thị Thử, số 0912")
    'Tôi tên N. T. T., số •••'
    """
    text = _NUMBER.sub("•••", _MAIL.sub("•••", text))
    text = _CALLED.sub(lambda found: found[0][: found.start(1) - found.start()] + _initials(found[1]), text)
    return _names(text)


def _names(text: str) -> str:
    """Two to five words in a row that begin with capitals; "VNeID" and what is all capitals is no name."""
    words = re.split(r"([ \t]+)", text)
    out, run = list[str](), list[str]()

    def close() -> None:
        named = [w for w in run if w.strip()]
        trailing = run.pop() if run and not run[-1].strip() else ""
        out.append(_initials("".join(run)) if len(named) >= 2 else "".join(run))
        out.append(trailing)
        run.clear()

    for word in words:
        bare = word.strip(".,;:!?“”\"'()…")
        capital = len(bare) > 1 and bare[0].isupper() and bare[1:].islower() and bare.isalpha()
        if not word.strip() and run:
            run.append(word)
        elif capital:
            run.append(word)
            if word != bare and not word.startswith(bare):
                continue
            if word != bare:  # a comma or a full stop ends a name
                close()
        else:
            close()
            out.append(word)
    close()
    return "".join(out)


def _initials(name: str) -> str:
    tail = re.search(r"[.,;:!?…”\"')]*$", name)
    ending = tail[0] if tail else ""
    words = name[: len(name) - len(ending)].split()
    return " ".join(f"{w[0].upper()}." for w in words if w) + ending
