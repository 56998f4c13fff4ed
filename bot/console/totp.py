"""The second factor: six digits of an authenticator app, each step once, and codes on paper for when the phone is lost."""

import hmac
import secrets
from base64 import b32encode
from collections.abc import Iterator
from datetime import datetime

STEP = 30  # seconds
DRIFT = 1  # steps a phone's clock may be off
RECOVERY_CODES = 8
ISSUER = "Đồng Hành"


def new_seed() -> str:
    """160 random bits, base32, as authenticator apps take them."""
    return b32encode(secrets.token_bytes(20)).decode()


def step_of(seed: str, code: str, now: datetime) -> int | None:
    """Which time step this code is of, near now; None for no step's. ASCII digits alone: `²` and `１` are digits to Python."""
    import pyotp

    code = code.replace(" ", "")
    if not (len(code) == 6 and code.isascii() and code.isdigit()):
        return None
    totp, here = pyotp.TOTP(seed), int(now.timestamp()) // STEP
    found = None
    for step in range(here - DRIFT, here + DRIFT + 1):
        if hmac.compare_digest(totp.generate_otp(step), code):
            found = step
    return found


def address(seed: str, login: str) -> str:
    """What the QR code holds (otpauth://…)."""
    import pyotp

    return pyotp.TOTP(seed).provisioning_uri(name=login, issuer_name=ISSUER)


def picture(seed: str, login: str) -> str:
    """The QR code as a picture in a data: address, dark on white whatever the page's colours are."""
    import segno

    return segno.make(address(seed, login), error="m", micro=False).svg_data_uri(
        scale=5, border=4, dark="#000", light="#fff"
    )


def recovery_codes() -> list[str]:
    """Eight codes of 125 bits, to be written down: each signs in once in the place of the phone."""
    return ["-".join(_groups(b32encode(secrets.token_bytes(16)).decode()[:25].lower())) for _ in range(RECOVERY_CODES)]


def recovery_form(code: str) -> str:
    """One spelling for a code as it is typed from paper."""
    return "".join(c for c in code.lower() if c.isascii() and c.isalnum())


def _groups(text: str) -> Iterator[str]:
    for at in range(0, len(text), 5):
        yield text[at : at + 5]
