"""Merges in the database."""

import msgspec

from homeplan.clock import from_ms_or_none, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.registry.duplicates.model import MergeEntry, Received

INSERT_MERGE = """
INSERT INTO patient_merges (clinic_id, id, kept_id, merged_id, document, created_at, created_by)
VALUES (:clinic_id, :id, :kept_id, :merged_id, :document, :now, :created_by)"""


async def insert_merge(ctx: Context, merge_id: str, entry: MergeEntry, received: Received) -> None:
    await ctx.tx.execute(
        INSERT_MERGE,
        clinic_id=ctx.clinic_id,
        id=merge_id,
        kept_id=entry.kept,
        merged_id=entry.merged,
        document=msgspec.json.encode(received).decode(),
        now=to_ms(ctx.now),
        created_by=ctx.actor.id,
    )


SELECT_MERGE = """
SELECT id, kept_id, merged_id, document, created_at, undone_at FROM patient_merges
WHERE clinic_id = :clinic_id AND id = :id"""


async def find_merge(ctx: Context, merge_id: str) -> tuple[MergeEntry, Received, bool] | None:
    """The merge, what the kept record received, and whether it was undone; None when there is none of this id."""
    row = await ctx.tx.fetch_one(SELECT_MERGE, clinic_id=ctx.clinic_id, id=merge_id)
    if row is None:
        return None
    received = msgspec.json.decode(row["document"], type=Received)
    return MergeEntry(row["kept_id"], row["merged_id"]), received, from_ms_or_none(row["undone_at"]) is not None


SELECT_MERGES = """
SELECT id, kept_id, merged_id, created_at, undone_at FROM patient_merges
WHERE clinic_id = :clinic_id ORDER BY created_at DESC, id DESC LIMIT 200"""


async def list_merges(ctx: Context) -> list[Row]:
    """The clinic's merges, the latest first; at most 200."""
    return await ctx.tx.fetch(SELECT_MERGES, clinic_id=ctx.clinic_id)


NOTE_UNDONE = "UPDATE patient_merges SET undone_at = :now WHERE clinic_id = :clinic_id AND id = :id"


async def note_undone(ctx: Context, merge_id: str) -> None:
    await ctx.tx.execute(NOTE_UNDONE, clinic_id=ctx.clinic_id, id=merge_id, now=to_ms(ctx.now))
