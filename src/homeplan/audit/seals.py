"""Seals of audit events in the database: one chain per clinic, made in batches, apart from the requests that append.

On SQLite the writer seals at the end of each transaction; on PostgreSQL worker.py does each second.
"""

from collections import defaultdict

import msgspec
from msgspec import structs

from homeplan.audit.heads import Head
from homeplan.audit.rules import UNKEYED, Seal, can_follow, digest, next_seal
from homeplan.clock import Clock, to_ms
from homeplan.context import Context, operator_context
from homeplan.db import Database, Row, Tx
from homeplan.settings import Settings

BATCH = 500
"""Most events that one transaction seals."""

SELECT_WAITING = """
SELECT e.seq, e.clinic_id, e.at, e.actor_id, e.role, e.sign_in_id, e.action, e.object_id, e.patient_id, e.ip,
  e.request_id
FROM audit_unsealed u JOIN audit_events e ON e.seq = u.seq
ORDER BY u.clinic_id, u.seq LIMIT :batch"""

SELECT_LAST_SEAL = """
SELECT clinic_id, number, sealed_at, events, key_id, prev, mac FROM audit_seals
WHERE clinic_id = :clinic_id ORDER BY number DESC LIMIT 1"""

INSERT_SEAL = """
INSERT INTO audit_seals (clinic_id, number, sealed_at, events, key_id, prev, mac)
VALUES (:clinic_id, :number, :sealed_at, :events, :key_id, :prev, :mac)"""

DELETE_WAITING = "DELETE FROM audit_unsealed WHERE clinic_id = :clinic_id AND seq IN (:seqs)"


async def last_head(ctx: Context) -> Head | None:
    """The last seal of the clinic; None before the first."""
    row = await ctx.tx.fetch_one(SELECT_LAST_SEAL, clinic_id=ctx.clinic_id)
    return None if row is None else Head(number=row["number"], mac=row["mac"])


SELECT_KEYED = "SELECT 1 FROM audit_seals WHERE key_id <> :unkeyed LIMIT 1"


async def is_keyed(ctx: Context) -> bool:
    """Whether a trail of any clinic has a seal that was made with a secret."""
    return await ctx.tx.fetch_value(SELECT_KEYED, unkeyed=UNKEYED) is not None


async def seal(ctx: Context) -> bool:
    """Seal the next events that wait, of all clinics. Returns whether more of them can be sealed now.

    One process at a time does it. Events of a chain with another secret than the settings' go on waiting.
    """
    await ctx.tx.lock("audit-seals")
    waiting = await ctx.tx.fetch(SELECT_WAITING, batch=BATCH)
    by_clinic: dict[str, list[Row]] = defaultdict(list)
    for row in waiting:
        by_clinic[row["clinic_id"]].append(row)
    sealed = [await _seal_clinic(ctx, clinic_id, rows) for clinic_id, rows in by_clinic.items()]
    return len(waiting) == BATCH and any(sealed)


async def _seal_clinic(ctx: Context, clinic_id: str, rows: list[Row]) -> bool:
    """Add a seal of these events to the clinic's chain. False when the settings' secret does not continue it."""
    last = await ctx.tx.fetch_one(SELECT_LAST_SEAL, clinic_id=clinic_id)
    before = None if last is None else from_row(last)
    if not can_follow(before, ctx.settings.audit_secrets):
        return False
    events = [(row["seq"], digest(dict(row))) for row in rows]
    added = next_seal(before, clinic_id, to_ms(ctx.now), events, ctx.settings.audit_secrets)
    values = structs.asdict(added) | {"events": msgspec.json.encode(events).decode()}
    await ctx.tx.execute(INSERT_SEAL, **values)
    await ctx.tx.execute(DELETE_WAITING, clinic_id=clinic_id, seqs=[row["seq"] for row in rows])
    return True


def seal_at_commit(db: Database, clock: Clock, settings: Settings) -> bool:
    """Seal events from now on in the transaction that appends them. False where several writers commit at once."""

    async def work(tx: Tx) -> None:
        await seal(operator_context(tx, clock.now(), settings=settings))

    return db.run_before_commit(work)


def from_row(row: Row) -> Seal:
    """The seal that is stored in this row. Raises DecodeError for one that cannot be read."""
    return msgspec.convert(
        {**dict(row), "events": msgspec.json.decode(row["events"], type=list[tuple[int, str]])}, Seal
    )
