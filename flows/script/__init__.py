"""The conversations, bound into one book."""

from flows.notation import Book
from flows.script.about import ABOUT
from flows.script.abroad import ABROAD
from flows.script.activate import ACTIVATE
from flows.script.after import AFTER
from flows.script.agency import AGENCY
from flows.script.answers import ANSWERS, BY_INTENT
from flows.script.approval import APPROVAL
from flows.script.child import CHILD
from flows.script.everywhere import EVERYWHERE, LINES, SIGNS
from flows.script.foreigner import FOREIGNER
from flows.script.helper import HELPER
from flows.script.install import INSTALL
from flows.script.later import LATER
from flows.script.level1 import LEVEL1
from flows.script.level2 import LEVEL2
from flows.script.moved import MOVED
from flows.script.no_chip import NO_CHIP
from flows.script.no_smartphone import NO_SMARTPHONE
from flows.script.organisation import ORGANISATION
from flows.script.own import NEWS, OWN
from flows.script.places import Everywhere, Own, Welcome
from flows.script.practice import MOVES, PRACTICE
from flows.script.register import REGISTER
from flows.script.safety import SAFETY
from flows.script.setup import SETUP
from flows.script.trouble import TROUBLE
from flows.script.use import USE
from flows.script.welcome import WELCOME

BOOK = Book(
    flows=(
        WELCOME,
        INSTALL,
        REGISTER,
        LEVEL1,
        LEVEL2,
        APPROVAL,
        ACTIVATE,
        AFTER,
        USE,
        SAFETY,
        SETUP,
        TROUBLE,
        LATER,
        HELPER,
        CHILD,
        NO_CHIP,
        NO_SMARTPHONE,
        FOREIGNER,
        ABROAD,
        ORGANISATION,
        AGENCY,
        ABOUT,
        ANSWERS,
        OWN,
        PRACTICE,
        EVERYWHERE,
    ),
    start=Welcome.START,
    signs=SIGNS,
    again=Everywhere.AGAIN,
    house="everywhere.house",
    lines=LINES,
    moved=MOVED,
    answers=BY_INTENT,
    practice=MOVES,
    news=NEWS,
    shared=Own.CONTACT,
    carried=Own.MOVING,
)
