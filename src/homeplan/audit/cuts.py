"""Cuts in the database: up to which seal each clinic's trail was moved to the archive, and the removal of that part."""

from collections.abc import Sequence

from msgspec import convert, structs

from homeplan.audit.archive import ArchiveDiffers
from homeplan.audit.rules import Cut, Seal
from homeplan.context import Context

SELECT_CUT = """
SELECT clinic_id, number, seal_key, seal_mac, sealed_at, last_seq, events, key_id, mac FROM audit_cuts
WHERE clinic_id = :clinic_id"""

UPSERT_CUT = """
INSERT INTO audit_cuts (clinic_id, number, seal_key, seal_mac, sealed_at, last_seq, events, key_id, mac)
VALUES (:clinic_id, :number, :seal_key, :seal_mac, :sealed_at, :last_seq, :events, :key_id, :mac)
ON CONFLICT (clinic_id) DO UPDATE SET number = excluded.number, seal_key = excluded.seal_key,
  seal_mac = excluded.seal_mac, sealed_at = excluded.sealed_at, last_seq = excluded.last_seq,
  events = excluded.events, key_id = excluded.key_id, mac = excluded.mac"""

DELETE_EVENTS = "DELETE FROM audit_events WHERE clinic_id = :clinic_id AND seq IN (:seqs)"

DELETE_SEALS = "DELETE FROM audit_seals WHERE clinic_id = :clinic_id AND number <= :number"

CHANGED = "an event or a seal of its part is not in the database any more"

AT_ONCE = 500
"""Events that one statement removes."""


async def find_cut(ctx: Context) -> Cut | None:
    """The clinic's cut; None while its whole trail is in the database."""
    row = await ctx.tx.fetch_one(SELECT_CUT, clinic_id=ctx.clinic_id)
    return None if row is None else convert(dict(row), Cut)


async def move_cut(ctx: Context, cut: Cut, seals: Sequence[Seal]) -> None:
    """Remove these seals, which the archive has, with their events. Raises ArchiveDiffers when one is not there."""
    await ctx.tx.execute(UPSERT_CUT, **structs.asdict(cut))
    seqs = [seq for seal in seals for seq, _ in seal.events]
    removed = 0
    for first in range(0, len(seqs), AT_ONCE):
        removed += await ctx.tx.execute(DELETE_EVENTS, clinic_id=ctx.clinic_id, seqs=seqs[first : first + AT_ONCE])
    if removed != len(seqs):
        raise ArchiveDiffers(CHANGED)
    if await ctx.tx.execute(DELETE_SEALS, clinic_id=ctx.clinic_id, number=cut.number) != len(seals):
        raise ArchiveDiffers(CHANGED)
