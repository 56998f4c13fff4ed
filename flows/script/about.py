"""What this rests on: which documents, of what date, what changed since; what we are, what we keep, how to check us."""

from flows.notation import Choose, Flow, Go, Visit
from flows.script.places import About as At
from flows.script.places import Agency, Own, Safety, Trouble, Welcome


def reading(at: At, onward: At) -> Choose:
    """One thing told; the next one, or back to the menu."""
    return Choose(at, {"next": onward, "menu": At.START})


ABOUT = Flow(
    "about",
    At,
    (
        Choose(
            At.START,
            {
                "us": At.US,
                "real": At.REAL,
                "documents": At.DOCUMENTS,
                "changed": At.CHANGED,
                "guides": At.GUIDES,
                "go_on": Go(Welcome.WAY),
            },
        ),
        reading(At.US, At.KEEP),
        reading(At.KEEP, At.FORGET),
        Choose(At.FORGET, {"erase": Visit(Own.ERASE, back=At.FORGET), "menu": At.START}),
        Choose(
            At.REAL,
            {"person": Visit(Trouble.PERSON, back=At.REAL), "safety": Go(Safety.START), "menu": At.START},
        ),
        reading(At.DOCUMENTS, At.DOCUMENTS_TWO),
        reading(At.DOCUMENTS_TWO, At.LAW),
        reading(At.LAW, At.DECREE),
        reading(At.DECREE, At.HISTORY),
        Choose(At.HISTORY, {"agency": Go(Agency.DOCUMENTS), "menu": At.START}),
        reading(At.CHANGED, At.CHANGED_DEADLINE),
        reading(At.CHANGED_DEADLINE, At.CHANGED_DISTRICT),
        reading(At.CHANGED_DISTRICT, At.CHANGED_DATA),
        reading(At.CHANGED_DATA, At.CHANGED_SCREENS),
        Choose(At.CHANGED_SCREENS, {"menu": At.START, "go_on": Go(Welcome.WAY)}),
        reading(At.GUIDES, At.SPELLING),
        reading(At.SPELLING, At.PICTURES),
        Choose(At.PICTURES, {"menu": At.START, "go_on": Go(Welcome.WAY)}),
    ),
)
