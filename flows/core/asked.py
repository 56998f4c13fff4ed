"""What can come of asking outside, or of the house's own desk: each question with every outcome it can have."""

from enum import Enum


class Shown(Enum):
    """How an account stands; NOT_LINKED: nobody has proved who they are here; OFF: there is no registry to ask."""

    NOT_LINKED = "not_linked"
    OFF = "off"
    AWAY = "away"
    APP_ONLY = "app_only"
    PENDING = "pending"
    APPROVED = "approved"
    PAST = "past"
    ACTIVATED = "activated"
    LOCKED = "locked"


class LinkBegun(Enum):
    """Whether there is a link now on which the person can prove who they are; OFTEN: too many were asked for."""

    READY = "ready"
    OFF = "off"
    AWAY = "away"
    OFTEN = "often"


class Proof(Enum):
    """How the proving ended."""

    LINKED = "linked"
    DENIED = "denied"
    EXPIRED = "expired"
    AWAY = "away"


class SentAgain(Enum):
    """What came of asking the registry for a code. UNSURE: the answer was lost, so it may have gone; LATER: our own limits,
    of all chats together."""

    SENT = "sent"
    SENT_OFTEN = "sent_often"
    WAIT = "wait"
    DAY_USED_UP = "day_used_up"
    NOT_LINKED = "not_linked"
    OFF = "off"
    AWAY = "away"
    APP_ONLY = "app_only"
    PAST = "past"
    ACTIVATED = "activated"
    UNSURE = "unsure"
    LATER = "later"


class Settled(Enum):
    """What is known afterwards about a code whose answer was lost."""

    SENT = "sent"
    NOT_SENT = "not_sent"
    UNSURE = "unsure"


class Done(Enum):
    """Something of the house's own that cannot fail but by a fault of ours."""

    DONE = "done"


class Added(Enum):
    """Whether one more person is spoken about here; ENOUGH: as many as a day allows."""

    ADDED = "added"
    ENOUGH = "enough"


class Carried(Enum):
    """Whether a code carried a conversation here; OVER: used, too old, mistyped, or of this very chat."""

    MOVED = "moved"
    OVER = "over"


class Looked(Enum):
    """Whether anybody of the staff looked at this conversation."""

    SOMEBODY = "somebody"
    NOBODY = "nobody"


class Wanted(Enum):
    """Reminders, wanted or not; NOT_HERE: this page is read, and nothing can be sent to it."""

    DONE = "done"
    NOT_HERE = "not_here"


class Undone(Enum):
    """Whether the registry has been told that it shall tell us nothing more."""

    DONE = "done"
    AWAY = "away"
