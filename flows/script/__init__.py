"""The conversations, bound into one book."""

from flows.notation import Book
from flows.script.activate import ACTIVATE
from flows.script.after import AFTER
from flows.script.approval import APPROVAL
from flows.script.everywhere import EVERYWHERE, LINES, SIGNS
from flows.script.moved import MOVED
from flows.script.places import Welcome
from flows.script.trouble import TROUBLE
from flows.script.welcome import WELCOME

BOOK = Book(
    flows=(WELCOME, APPROVAL, ACTIVATE, AFTER, TROUBLE, EVERYWHERE),
    start=Welcome.START,
    signs=SIGNS,
    house="everywhere.house",
    lines=LINES,
    moved=MOVED,
)
