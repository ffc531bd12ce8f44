"""The codes of authenticator apps (TOTP, RFC 6238): six digits, SHA-1, steps of 30 seconds, as all apps have them."""

import re
from datetime import datetime

import pyotp
from pyotp.exceptions import OTPVerificationError

ISSUER = "homeplan"
DRIFT = 1
"""Steps by which the app's clock may be wrong, in either direction (RFC 6238, 5.2)."""


def new_secret() -> str:
    """160 random bits in base32."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, email: str) -> str:
    """The `otpauth:` address that an app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def step_of(secret: str, typed: str, now: datetime) -> int | None:
    """The step whose code this is; None for a wrong code. The caller refuses a step that was used before."""
    code = re.sub(r"\s+", "", typed)
    if not re.fullmatch(r"[0-9]{6}", code):
        return None
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(code, for_time=int(now.timestamp()), valid_window=DRIFT)
    except OTPVerificationError:
        return None
