"""Verifies the trails of all clinics, notes their heads apart from the database, stores verdicts for the console."""

import asyncio
from pathlib import Path

from homeplan.audit.heads import Head, note_heads, read_heads
from homeplan.audit.seals import seal
from homeplan.audit.verification import Verdict, verify
from homeplan.clock import Clock, to_ms
from homeplan.context import Context, operator_context
from homeplan.db import Database, Tx
from homeplan.settings import Settings

SELECT_CLINICS = "SELECT clinic_id FROM audit_events UNION SELECT clinic_id FROM audit_seals"

UPSERT_CHECK = """
INSERT INTO audit_checks (clinic_id, checked_at, events, broken_at, reason)
VALUES (:clinic_id, :now, :events, :broken_at, :reason)
ON CONFLICT (clinic_id) DO UPDATE SET checked_at = excluded.checked_at, events = excluded.events,
  broken_at = excluded.broken_at, reason = excluded.reason"""


async def verify_all(db: Database, clock: Clock, settings: Settings) -> dict[str, Verdict]:
    """The verdict of each clinic that has a trail or a noted head. Raises BadHeads, and OSError for the file of heads.

    What waits is sealed first. The head of a sound trail is noted; that of a broken one stays as it was.
    """
    file = None if settings.audit_heads is None else Path(settings.audit_heads)
    heads = {} if file is None else await asyncio.to_thread(read_heads, file)
    while await db.write(lambda tx: seal(operator_context(tx, clock.now(), settings=settings))):
        pass
    stored = await db.read_aside(lambda tx: tx.fetch(SELECT_CLINICS))
    verdicts: dict[str, Verdict] = {}
    for clinic_id in sorted({row["clinic_id"] for row in stored} | heads.keys()):
        verdicts[clinic_id] = await _verify_one(db, clock, settings, clinic_id, heads.get(clinic_id))
    sound = {
        clinic_id: Head(number=one.last_number, mac=one.last_mac)
        for clinic_id, one in verdicts.items()
        if one.broken_at is None and one.last_mac
    }
    if file is not None and sound:
        await asyncio.to_thread(note_heads, file, heads | sound)
    return verdicts


async def _verify_one(db: Database, clock: Clock, settings: Settings, clinic_id: str, head: Head | None) -> Verdict:
    async def check(tx: Tx) -> Verdict:
        return await verify(operator_context(tx, clock.now(), clinic_id, settings), head)

    verdict = await db.read_aside(check)
    await db.write(lambda tx: _store(operator_context(tx, clock.now(), clinic_id, settings), verdict))
    return verdict


async def _store(ctx: Context, verdict: Verdict) -> None:
    await ctx.tx.execute(
        UPSERT_CHECK,
        clinic_id=ctx.clinic_id,
        now=to_ms(ctx.now),
        events=verdict.events,
        broken_at=verdict.broken_at,
        reason=verdict.reason,
    )
