"""One-time codes: made anew from the key, the request and a counter whenever one is needed, and kept nowhere."""

import base64
import hmac
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection

from flows.core.codes import DAY, Checked, Code, CodePolicy, SendDecision, Sending, check, may_send
from storage.registry import codes
from storage.vault import Vault


def code_of(vault: Vault, purpose: str, person: int, request: str, counter: int, digits: int) -> str:
    """The code number `counter` of a request: HOTP (RFC 4226, with SHA-256) under a secret that HKDF derives from the
    vault's key for this purpose, person and request, so that it is right nowhere else."""
    import pyotp

    secret = base64.b32encode(vault.subkey(f"registry code {purpose} {person} {request}")).decode()
    return pyotp.HOTP(secret, digits=digits, digest=sha256).at(counter)


def may_go_out(unit: Connection, person: int, phone: int, at: datetime, policy: CodePolicy) -> SendDecision:
    """Whether a code may be sent now; what went to this phone for somebody else counts as well."""
    return may_send(codes.sent_since(unit, person, phone, at - DAY), at, policy)


def note_sent(
    unit: Connection, request: str, purpose: str, person: int, phone: int, at: datetime, policy: CodePolicy
) -> tuple[SendDecision, int]:
    """Note that a code goes out, if one may; its counter, 0 if none may."""
    decision = may_go_out(unit, person, phone, at, policy)
    if decision.outcome is not Sending.MAY_SEND:
        return decision, 0
    return decision, codes.issue(unit, request, purpose, person, phone, at)


def try_code(
    unit: Connection,
    vault: Vault,
    purpose: str,
    person: int,
    request: str,
    typed: str,
    at: datetime,
    policy: CodePolicy,
) -> tuple[Checked, int]:
    """One try: what came of it and how many are left. A try is spent by one UPDATE before anything is compared."""
    sent = codes.newest(unit, request)
    if sent is None:
        return Checked.EXPIRED, 0
    spent = codes.spend_try(unit, sent, policy.tries, at - policy.life)
    if spent is None:
        dead = Code(sent.sent_at, min(sent.tries, policy.tries), sent.used, sent.superseded)
        return check(dead, False, at, policy).outcome, 0
    right = code_of(vault, purpose, person, request, sent.counter, policy.digits)
    is_right = typed.isascii() and hmac.compare_digest(typed.encode(), right.encode())
    decision = check(Code(sent.sent_at, spent - 1), is_right, at, policy)
    if decision.outcome is Checked.RIGHT and not codes.use(unit, sent):
        return Checked.USED, 0
    return decision.outcome, decision.tries_left


def wait_for(decision: SendDecision, at: datetime) -> timedelta:
    """How long until the next code may go out."""
    return max(decision.next_at - at, timedelta(0))
