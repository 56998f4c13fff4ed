"""What changed between two editions, as a page: old and new words side by side, exits that came, went or lead elsewhere."""

from bot.look.book_page import LANGUAGES, TITLES, Masthead
from bot.look.shelf import templates
from content.changes import changes
from content.edition import Edition

KINDS = {"added": "Chỗ mới", "removed": "Chỗ đã bỏ", "changed": "Chỗ có thay đổi"}


def changes_page(old: Edition, new: Edition, top: Masthead, since: str) -> str:
    """The page of all that changed since a revision; one sentence where nothing did."""
    found = changes(old, new)
    counts = {kind: sum(place.kind == kind for place in found) for kind in KINDS}
    values = {
        "top": top, "since": since, "places": found, "counts": counts, "kinds": KINDS, "titles": TITLES,
        "languages": LANGUAGES,
    }  # fmt: skip
    return templates().get_template("book_changes.html.jinja").render(values)
