"""The pure decisions about second factors: lifetimes, limits, the name that passkeys are bound to."""

import hashlib
import re
from datetime import datetime, timedelta

from homeplan.accounts.rules import CODE_ALPHABET

CONFIRMED_FOR = timedelta(minutes=5)
"""Time after a proof of identity for which guarded routes are open."""
CODE_STAGE_LIFE = timedelta(minutes=10)
"""Time between the password and the second factor."""
SET_UP_LIFE = timedelta(hours=1)
"""Time to set up the first factor after a set-up link was used; also the life of a secret that was shown."""
CHALLENGE_LIFE = timedelta(minutes=5)
MOST_TRIES = 5
"""Wrong codes after which the password is asked for again."""
MOST_FAILURES = 100
"""Wrong codes of an authenticator app in a row after which it is refused (NIST SP 800-63B-4, 3.2.2). Only somebody who
has the password can enter codes, so strangers cannot use this up."""

RECOVERY_CODES = 10
RECOVERY_LENGTH = 10
"""Characters of five bits each: 50 random bits."""

_MISREAD = str.maketrans("ILO", "110")


def is_confirmed(confirmed_at: datetime | None, now: datetime) -> bool:
    """Whether the person proved at most five minutes ago who they are."""
    return confirmed_at is not None and now - confirmed_at <= CONFIRMED_FOR


def relying_party(origin: str) -> str | None:
    """The host name that passkeys are bound to; None for an IP address, which browsers refuse (WebAuthn, 5.1.3)."""
    host = re.sub(r"^https?://|:\d+$", "", origin)
    return None if host.startswith("[") or re.fullmatch(r"[0-9.]+", host) else host


def user_handle(clinic_id: str, staff_id: str) -> bytes:
    """The 32 bytes by which an authenticator knows the member of staff; they say nothing about the person."""
    return hashlib.sha256(f"passkey\0{clinic_id}\0{staff_id}".encode()).digest()


def shown_code(code: str) -> str:
    """A recovery code as it is shown: two groups of five characters."""
    return f"{code[:5]}-{code[5:]}"


def clean_recovery_code(typed: str) -> str | None:
    """The recovery code in the typed text: any case, spaces, dashes, I for 1, O for 0. None when it cannot be one."""
    code = re.sub(r"[\s-]+", "", typed).upper().translate(_MISREAD)
    return code if len(code) == RECOVERY_LENGTH and set(code) <= set(CODE_ALPHABET) else None
