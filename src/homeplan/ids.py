"""Identifiers: UUID version 7, so that new rows land at the end of their index; digests that say nothing."""

import base64
import hashlib
import secrets
from datetime import datetime

from homeplan.clock import to_ms


def new_id(now: datetime) -> str:
    """A UUIDv7 (RFC 9562) made at `now`: 48 bits of milliseconds, then 74 random bits."""
    value = (to_ms(now) & (2**48 - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def opaque_id(*parts: str) -> str:
    """24 base64url characters, always the same for these parts, that say nothing about them.

    It is also a Topic of web push: RFC 8030 allows 32 characters, Apple refuses lengths ≡ 1 mod 4.
    """
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return base64.urlsafe_b64encode(digest[:18]).decode()
