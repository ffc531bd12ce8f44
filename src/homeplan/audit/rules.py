"""Computes seals of audit events and judges them. Pure.

A seal covers the digests of events of one clinic and the seal before it, so that the seals of a clinic form a chain:
without the secret nobody can edit, remove or move an event or a seal without breaking it.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from msgspec import structs

UNKEYED = "none"
"""The key's name in a seal that was made without a secret: it shows accidents, not forgery."""

COVERED = (
    "seq", "clinic_id", "at", "actor_id", "role", "sign_in_id", "action", "object_id", "patient_id", "ip", "request_id",
)  # fmt: skip
"""The columns of an event, in the order in which they are digested."""


Sealed = TypeVar("Sealed", "Seal", "Cut")


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


def sealed(made: Sealed, secret: bytes) -> Sealed:
    """The seal or cut with its mac: HMAC-SHA-256 over all its other fields."""
    fields = [getattr(made, name) for name in made.__struct_fields__ if name != "mac"]
    return structs.replace(made, mac=hmac.new(secret, msgspec.json.encode(fields), hashlib.sha256).hexdigest())


def key_order(secrets: Sequence[bytes]) -> list[str]:
    """The names of the keys from the newest to the oldest, and last the name of having none."""
    return [*(key_id(secret) for secret in secrets), UNKEYED]


def can_follow(before: Seal | None, secrets: Sequence[bytes]) -> bool:
    """Whether a seal with the newest of these secrets would continue the chain.

    A process that does not know the secret of the last seal would break the chain.
    """
    return before is None or before.key_id in key_order(secrets)


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """The beginning of the stored part of a clinic's chain: what came before is in the archive."""

    clinic_id: str
    number: int
    """The last archived seal; its key and mac follow, as the next seal knows them."""
    seal_key: str
    seal_mac: str
    sealed_at: int
    """The time of that seal, in milliseconds since the epoch."""
    last_seq: int
    """The newest archived event."""
    events: int
    """Number of archived events."""
    key_id: str
    mac: str = ""

    @property
    def seal(self) -> Seal:
        """The last archived seal, as far as the one after it needs it."""
        return Seal(
            clinic_id=self.clinic_id,
            number=self.number,
            sealed_at=self.sealed_at,
            events=[],
            key_id=self.seal_key,
            prev="",
            mac=self.seal_mac,
        )


def cut_after(seals: Sequence[Seal], before: Cut | None, secrets: Sequence[bytes]) -> Cut:
    """The cut after these seals, which follow the cut before, with the newest secret."""
    secret = secrets[0] if secrets else b""
    last, seqs = seals[-1], [seq for seal in seals for seq, _ in seal.events]
    cut = Cut(
        clinic_id=last.clinic_id,
        number=last.number,
        seal_key=last.key_id,
        seal_mac=last.mac,
        sealed_at=last.sealed_at,
        last_seq=max([*seqs, 0 if before is None else before.last_seq]),
        events=len(seqs) + (0 if before is None else before.events),
        key_id=key_id(secret),
    )
    return sealed(cut, secret)


def cut_flaw(cut: Cut, secrets: Sequence[bytes]) -> str | None:
    """The flaw of a cut; None when it was made with one of the secrets, and none older than that of its seal."""
    order = key_order(secrets)
    if cut.key_id not in order or cut.seal_key not in order:
        return "archived with another key"
    if order.index(cut.key_id) > order.index(cut.seal_key):
        return "archived with an older key than it was sealed with"
    used = dict(zip(order, [*secrets, b""], strict=True))[cut.key_id]
    if not hmac.compare_digest(sealed(cut, used).mac, cut.mac):
        return "the record of what is in the archive was edited"
    return None


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
