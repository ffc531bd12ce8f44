"""Computes seals of audit events and judges them. Pure.

A seal covers the digests of events of one clinic and the seal before it, so that the seals of a clinic form a chain:
without the secret nobody can edit, remove or move an event or a seal without breaking it.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
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
    return structs.replace(seal, mac=hmac.new(secret, msgspec.json.encode(fields), hashlib.sha256).hexdigest())


def key_order(secrets: Sequence[bytes]) -> list[str]:
    """The names of the keys from the newest to the oldest, and last the name of having none."""
    return [*(key_id(secret) for secret in secrets), UNKEYED]


def can_follow(before: Seal | None, secrets: Sequence[bytes]) -> bool:
    """Whether a seal with the newest of these secrets would continue the chain.

    A process that does not know the secret of the last seal would break the chain.
    """
    return before is None or before.key_id in key_order(secrets)


def next_seal(
    before: Seal | None, clinic_id: str, sealed_at: int, events: list[tuple[int, str]], secrets: Sequence[bytes]
) -> Seal:
    """The seal of these events that follows the clinic's last one, with the newest secret."""
    secret = secrets[0] if secrets else b""
    seal = Seal(
        clinic_id=clinic_id,
        number=1 if before is None else before.number + 1,
        sealed_at=sealed_at,
        events=events,
        key_id=key_id(secret),
        prev="" if before is None else before.mac,
    )
    return sealed(seal, secret)


def flaw(seal: Seal, before: Seal | None, secrets: Sequence[bytes]) -> str | None:
    """The flaw of a seal that should follow `before`; None when it fits. A newer key may follow an older one only."""
    order = key_order(secrets)
    if seal.number != (1 if before is None else before.number + 1):
        return "the seal before it was removed"
    if seal.prev != ("" if before is None else before.mac):
        return "its seal does not follow the one before it"
    if seal.key_id not in order:
        return "sealed with another key"
    if before is not None and order.index(seal.key_id) > order.index(before.key_id):
        if seal.key_id == UNKEYED:
            return "sealed without a key, though the seal before it has one"
        return "sealed with an older key than the seal before it"
    used = dict(zip(order, [*secrets, b""], strict=True))[seal.key_id]
    if not hmac.compare_digest(sealed(seal, used).mac, seal.mac):
        return "its seal was edited"
    return None
