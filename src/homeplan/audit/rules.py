"""Computes seals of audit events and judges them. Pure.

A seal covers the digests of events of one clinic and the seal before it, so that the seals of a clinic form a chain:
without the secret nobody can edit, remove or move an event or a seal without breaking it.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import structs

UNKEYED = "none"
"""The key's name in a seal that was made without a secret: it shows accidents, not forgery."""

COVERED = (
    "seq", "clinic_id", "at", "actor_id", "role", "sign_in_id", "action", "object_id", "patient_id", "ip", "request_id",
)  # fmt: skip
"""The columns of an event, in the order in which they are digested."""


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """One link of a clinic's chain."""

    clinic_id: str
    number: int
    """1, 2, 3 … within the clinic."""
    sealed_at: int
    """Milliseconds since the epoch."""
    events: list[tuple[int, str]]
    """The seq of each event and its digest."""
    key_id: str
    prev: str
    """The mac of the seal before it; empty for the first."""
    mac: str = ""


def digest(event: Mapping[str, Any]) -> str:
    """SHA-256 of an event, in hexadecimal."""
    return hashlib.sha256(msgspec.json.encode([event[name] for name in COVERED])).hexdigest()


def key_id(secret: bytes) -> str:
    """The name of a secret, which does not tell it."""
    return hashlib.sha256(secret).hexdigest()[:8] if secret else UNKEYED


def sealed(seal: Seal, secret: bytes) -> Seal:
    """The seal with its mac: HMAC-SHA-256 over all its other fields."""
    fields = [getattr(seal, name) for name in seal.__struct_fields__ if name != "mac"]
    used = b"" if seal.key_id == UNKEYED else secret
    return structs.replace(seal, mac=hmac.new(used, msgspec.json.encode(fields), hashlib.sha256).hexdigest())


def can_follow(before: Seal | None, secret: bytes) -> bool:
    """Whether a seal with this secret would continue the chain; a process that has not its secret would break it."""
    return before is None or before.key_id in (UNKEYED, key_id(secret))


def next_seal(
    before: Seal | None, clinic_id: str, sealed_at: int, events: list[tuple[int, str]], secret: bytes
) -> Seal:
    """The seal of these events that follows the clinic's last one."""
    seal = Seal(
        clinic_id=clinic_id,
        number=1 if before is None else before.number + 1,
        sealed_at=sealed_at,
        events=events,
        key_id=key_id(secret),
        prev="" if before is None else before.mac,
    )
    return sealed(seal, secret)


def flaw(seal: Seal, before: Seal | None, secret: bytes) -> str | None:
    """The flaw of a seal that should follow `before`; None when it fits."""
    if seal.number != (1 if before is None else before.number + 1):
        return "the seal before it was removed"
    if seal.prev != ("" if before is None else before.mac):
        return "its seal does not follow the one before it"
    if seal.key_id not in (UNKEYED, key_id(secret)):
        return "sealed with another key"
    if seal.key_id == UNKEYED and before is not None and before.key_id != UNKEYED:
        return "sealed without a key, though the seal before it has one"
    if not hmac.compare_digest(sealed(seal, secret).mac, seal.mac):
        return "its seal was edited"
    return None
