"""Audit events in the database: who read or wrote what about whom, in one chain per clinic that shows tampering.

Each event's mac covers the event and the mac before it. Only names and ids are recorded, never values.
"""

import hashlib
import hmac
from collections.abc import Sequence

import msgspec

from homeplan.clock import to_ms
from homeplan.context import Context
from homeplan.db import Row

UNKEYED = "none"

SELECT_LAST = """
SELECT seq, mac FROM audit_events WHERE clinic_id = :clinic_id ORDER BY seq DESC LIMIT 1"""

INSERT_EVENT = """
INSERT INTO audit_events (clinic_id, seq, at, actor_id, role, sign_in_id, action, object_id, patient_id, ip, request_id,
  key_id, prev, mac)
VALUES (:clinic_id, :seq, :at, :actor_id, :role, :sign_in_id, :action, :object_id, :patient_id, :ip, :request_id,
  :key_id, :prev, :mac)"""


async def append(ctx: Context, action: str, *, object_id: str | None = None, patient_id: str | None = None) -> None:
    """Append one event, for example "checkin.save". Call it last: it locks the clinic's chain."""
    await ctx.tx.lock(f"audit:{ctx.clinic_id}")
    last = await ctx.tx.fetch_one(SELECT_LAST, clinic_id=ctx.clinic_id)
    key = _key(ctx)
    event = {
        "clinic_id": ctx.clinic_id,
        "seq": 1 if last is None else last["seq"] + 1,
        "at": to_ms(ctx.now),
        "actor_id": ctx.actor.id,
        "role": ctx.actor.role.value,
        "sign_in_id": ctx.actor.sign_in_id,
        "action": action,
        "object_id": object_id,
        "patient_id": patient_id,
        "ip": ctx.actor.ip,
        "request_id": ctx.actor.request_id,
        "key_id": _key_id(key),
        "prev": "" if last is None else last["mac"],
    }
    await ctx.tx.execute(INSERT_EVENT, **event, mac=_mac(event, key))


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The result of checking a clinic's chain."""

    events: int
    broken_at: int | None = None
    """The seq of the first event that was edited, removed or moved; None when the chain is intact."""
    reason: str | None = None
    last_mac: str = ""
    """Note it elsewhere: a chain alone cannot show that its newest events were removed."""
    unsealed: int = 0
    """Number of events that were written before there was a key."""


SELECT_EVENTS = """
SELECT clinic_id, seq, at, actor_id, role, sign_in_id, action, object_id, patient_id, ip, request_id, key_id, prev, mac
FROM audit_events WHERE clinic_id = :clinic_id AND seq > :after ORDER BY seq LIMIT 1000"""


async def verify(ctx: Context) -> Verdict:
    """Recompute the clinic's chain, a thousand events at a time, up to the first event that does not fit."""
    seen, unsealed, mac = 0, 0, ""
    sealed = False
    while rows := await ctx.tx.fetch(SELECT_EVENTS, clinic_id=ctx.clinic_id, after=seen):
        for row in rows:
            reason = _fault(row, seen + 1, mac, sealed, _key(ctx))
            if reason is not None:
                return Verdict(events=seen, broken_at=seen + 1, reason=reason, last_mac=mac, unsealed=unsealed)
            seen, mac = row["seq"], row["mac"]
            sealed = sealed or row["key_id"] != UNKEYED
            unsealed += row["key_id"] == UNKEYED
    return Verdict(events=seen, last_mac=mac, unsealed=unsealed)


def _fault(row: Row, seq: int, prev: str, sealed: bool, key: bytes) -> str | None:
    if row["seq"] != seq:
        return "removed"
    if row["prev"] != prev:
        return "does not follow the event before it"
    if row["key_id"] not in (UNKEYED, _key_id(key)):
        return "sealed with another key"
    if sealed and row["key_id"] == UNKEYED:
        return "not sealed, though the event before it is"
    event = {name: row[name] for name in row.keys() if name != "mac"}  # noqa: SIM118 - a Row, not a dict
    return None if hmac.compare_digest(_mac(event, key), row["mac"]) else "edited"


_COVERED: Sequence[str] = (
    "clinic_id",
    "seq",
    "at",
    "actor_id",
    "role",
    "sign_in_id",
    "action",
    "object_id",
    "patient_id",
    "ip",
    "request_id",
    "key_id",
    "prev",
)


def _mac(event: dict[str, object], key: bytes) -> str:
    used = b"" if event["key_id"] == UNKEYED else key
    return hmac.new(used, msgspec.json.encode([event[name] for name in _COVERED]), hashlib.sha256).hexdigest()


def _key(ctx: Context) -> bytes:
    """The secret of the chain (HOMEPLAN_AUDIT_KEY). Without one the chain shows accidents, not forgery."""
    return (ctx.settings.audit_key or "").encode()


def _key_id(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:8] if key else UNKEYED
