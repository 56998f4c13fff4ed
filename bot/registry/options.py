"""How a registry is run: how many people, which policy of codes, what a hash costs, who approves, where SMS go."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum

from flows.core.codes import POLICY, CodePolicy


class Approval(Enum):
    """Who answers an application: an officer, the clock (`approval_after` after it was made), or a queue that answers
    one each `approval_after`."""

    BY_HAND = "hand"
    BY_CLOCK = "clock"
    BY_QUEUE = "queue"


class Notice(Enum):
    """How a person learns of the approval (S4-29, S4-32); whoever has no app account yet learns by SMS in any case."""

    SMS = "sms"
    APP = "app"


class Scope(Enum):
    """What a client of the registry may do."""

    GATEWAY = "gateway"
    OFFICER = "officer"
    CONTACTS = "contacts"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one argon2id hash costs."""

    memory_kib: int = 19 * 1024
    rounds: int = 2
    lanes: int = 1


SMALLEST = Cost(8, 1, 1)  # for tests: what argon2 takes at least
DEAREST = Cost()
CLIENTS: Mapping[str, frozenset[Scope]] = {
    "donghanh": frozenset({Scope.GATEWAY, Scope.CONTACTS}),
    "officer": frozenset({Scope.OFFICER}),
}


@dataclass(frozen=True, slots=True)
class Pace:
    """How often what costs something may be done: a burst, and one more each so often."""

    burst: int
    every: timedelta


@dataclass(frozen=True, slots=True)
class Paces:
    """Our own limits, in view: log-ins and population checks of one person, activations asked from one handset, and
    handsets and loans in all. Of linking: links one client begins; codes from the chat that fit nothing, from one address
    and in all; numbers typed at one address, and codes sent for one number with one phone; codes by SMS that were wrong, in
    all; and how often one phone is asked about as a contact."""

    log_in: Pace = Pace(5, timedelta(minutes=3))
    population_check: Pace = Pace(10, timedelta(minutes=1))
    activation: Pace = Pace(20, timedelta(seconds=30))
    opening: Pace = Pace(300, timedelta(milliseconds=200))
    link_begun: Pace = Pace(300, timedelta(milliseconds=200))
    link_guess: Pace = Pace(10, timedelta(minutes=1))
    link_guess_in_all: Pace = Pace(500, timedelta(seconds=20))
    link_number: Pace = Pace(20, timedelta(seconds=30))
    link_send: Pace = Pace(5, timedelta(minutes=30))
    link_wrong_in_all: Pace = Pace(500, timedelta(seconds=90))
    contact: Pace = Pace(30, timedelta(minutes=1))


@dataclass(frozen=True, slots=True)
class Options:
    """Everything that can be chosen; the defaults are those of `python -m bot registry`. `sms_url` empty: messages lie in
    an inbox in memory. `clients` are those that may ask for a token, with what each may do. `public_url`: where people reach
    the registry's own pages ("": where it is asked); a link is good for `link_life` and looked after every `link_seconds`.
    `phone_beside_page`: whoever tries it out may open the invented phone beside the page (never where it matters that a
    number is not known)."""

    people: int = 1_000
    codes: CodePolicy = POLICY
    hashing: Cost = DEAREST
    approval: Approval = Approval.BY_CLOCK
    approval_after: timedelta = timedelta(seconds=20)
    notice: Notice = Notice.SMS
    sms_url: str = ""
    sms_token: str = field(default="", repr=False)
    loan_life: timedelta = timedelta(hours=4)
    paces: Paces = field(default_factory=Paces)
    public_url: str = ""
    link_life: timedelta = timedelta(minutes=10)
    link_seconds: int = 5
    phone_beside_page: bool = False
    clients: Mapping[str, frozenset[Scope]] = field(default_factory=lambda: dict(CLIENTS))
