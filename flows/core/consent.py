"""Consent: what a person has agreed to, purpose by purpose; without a clear yes the answer is no.

Law 91/2025/QH15 with Decree 356/2025/NĐ-CP (in force 1 Jan 2026): consent is voluntary, informed and expressed clearly,
silence is none, proof is kept, and it can be withdrawn at any time.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from flows.core.sources import Facts

FACTS: Facts = ("91/2025/QH15", "356/2025/NĐ-CP")


class Purpose(Enum):
    """What personal data may be used for; each is agreed to on its own."""

    REMEMBER_PROGRESS = "remember_progress"
    ASK_REGISTRY = "ask_registry"
    REMIND = "remind"
    SHOW_OFFICER = "show_officer"


class Expressed(Enum):
    """How a person answered when asked."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"
    SILENCE = "silence"


class Outcome(Enum):
    """What came of an answer or a withdrawal."""

    GIVEN = "given"
    ALREADY_GIVEN = "already_given"
    NOT_CONSENT = "not_consent"
    WITHDRAWN = "withdrawn"
    NOTHING_TO_WITHDRAW = "nothing_to_withdraw"


@dataclass(frozen=True, slots=True)
class Consent:
    """One yes: to what, when, the version of the notice that was shown, and when it was withdrawn (None: it stands)."""

    purpose: Purpose
    given_at: datetime
    notice: str
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Consents:
    """All that one person (an opaque subject, never a name or a number) has agreed to; withdrawn ones stay as proof."""

    who: str
    kept: tuple[Consent, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The consents afterwards and what came of it."""

    consents: Consents
    outcome: Outcome
    facts: Facts = FACTS


def allows(consents: Consents, purpose: Purpose, now: datetime) -> bool:
    """Whether this person's data may be used for this purpose at this moment; no unless a yes stands."""
    return any(c.purpose is purpose and _stands(c, now) for c in consents.kept)


def answer(consents: Consents, purpose: Purpose, expressed: Expressed, notice: str, now: datetime) -> Decision:
    """Keep a clear yes. Anything else gives nothing; it takes nothing back either, `withdraw` does."""
    if expressed is not Expressed.YES:
        return Decision(consents, Outcome.NOT_CONSENT)
    if allows(consents, purpose, now):
        return Decision(consents, Outcome.ALREADY_GIVEN)
    return Decision(replace(consents, kept=(*consents.kept, Consent(purpose, now, notice))), Outcome.GIVEN)


def withdraw(consents: Consents, purpose: Purpose, now: datetime) -> Decision:
    """Take back every yes to this purpose that still stands; from this moment on `allows` says no."""
    standing = [c for c in consents.kept if c.purpose is purpose and c.withdrawn_at is None]
    if not standing:
        return Decision(consents, Outcome.NOTHING_TO_WITHDRAW)
    kept = tuple(replace(c, withdrawn_at=now) if c in standing else c for c in consents.kept)
    return Decision(replace(consents, kept=kept), Outcome.WITHDRAWN)


def _stands(consent: Consent, now: datetime) -> bool:
    return consent.given_at <= now and (consent.withdrawn_at is None or now < consent.withdrawn_at)
