"""What names a person in a pasted text: the name in an approval notice, the whole of a card's QR."""

import re
from collections.abc import Iterator

from content.secrets_plain import Find, Plain, Secret

_NAME = re.compile(r"cong dan[ :\n]{1,3}(?P<name>[^\x02.,;:?!\d]{2,70}?)[ \n,(]{1,3}(?:da )?duoc (?:phe )?duyet")
_NO_NAME = re.compile(r"(?:nao|toi|em|viet nam|nay|ay|chua|co ten)(?![a-z])")


def of_a_person(look: Plain) -> list[Find]:
    """Names (S2-13, with or without accents) and QR texts (public_facts 2, form of 2021 and of 2024)."""
    finds = list(_card_qr(look)) if look.plain.count("|") >= 4 else []
    if "cong dan" in look.plain:
        named = (match for match in _NAME.finditer(look.plain) if _is_name(match))
        finds += [Find.of(*match.span("name"), Secret.NAME) for match in named]
    return finds


def _is_name(match: re.Match[str]) -> bool:
    """Two to seven words after "của công dân" in the notice (S2-13), with or without accents."""
    name = match["name"].split()
    return 2 <= len(name) <= 8 and any(c.isalpha() for c in match["name"]) and not _NO_NAME.match(match["name"])


def _card_qr(look: Plain) -> Iterator[Find]:
    """A chain of at least five fields between pipes with a number of the card or a birth date and a sex (public_facts 2)."""
    fields, at, chain = look.plain.split("|"), 0, []
    places = []
    for text in fields:
        places.append((at, at + len(text)))
        at += len(text) + 1
    for i, (start, end) in enumerate(places):
        chain.append(i)
        if i + 1 < len(places) and (end - start <= 200 or len(chain) == 1):
            continue
        yield from _qr_in(look, [places[k] for k in chain])
        chain = [i]


def _qr_in(look: Plain, fields: list[tuple[int, int]]) -> Iterator[Find]:
    plain = look.plain
    if len(fields) < 5:
        return
    inside = [plain[a:b].strip() for a, b in fields[1:-1]]
    head = re.search(r"[0-9][0-9 .]{7,16} ?$", plain[max(0, fields[0][1] - 20) : fields[0][1]])
    dated = any(re.fullmatch(r"[0-9]{8}|[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}", f) for f in inside)
    if not (head or dated) or not (dated or any(f in ("nam", "nu") for f in inside)):
        return
    start = fields[0][1] - len(head[0]) if head else fields[0][1]
    a, b = fields[-1]
    last = re.match(r" ?[0-9/.-]*", plain[a:b])
    end = a + (len(last[0].rstrip(" .")) if last else 0)
    if end == a or not plain[end - 1].isdigit():
        proper = re.match(r" ?(?:[^\W\d_]+ ){0,5}[^\W\d_]+", look.seen[a : a + 60])
        taken = 0
        for word in re.finditer(r"\S+", proper[0]) if proper else []:
            if not word[0][0].isupper():
                break
            taken = word.end()
        end = a + taken
    yield Find.of(start, max(end, fields[-1][0]), Secret.CARD_QR)
