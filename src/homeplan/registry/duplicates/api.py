"""Routes of duplicates and merges, for administrators."""

from homeplan.context import Context
from homeplan.http.routes import admin
from homeplan.registry.duplicates import actions
from homeplan.registry.duplicates.model import Merge, MergeEntry, Pair
from homeplan.values import Id


@admin.get("duplicates", audit="patient.list-duplicates", aside=True)
async def list_duplicates(ctx: Context) -> list[Pair]:
    """Records that may be of one person: the same record number, or the same name; at most 200 pairs."""
    return await actions.find_pairs(ctx)


@admin.get("patient-merges")
async def list_merges(ctx: Context) -> list[Merge]:
    """The clinic's merges, the latest first; at most 200."""
    return await actions.list_merges(ctx)


@admin.put("patient-merges/{merge_id}", audit="patient-merge.run", status=204, confirmed=True)
async def merge_patients(ctx: Context, merge_id: Id, data: MergeEntry) -> None:
    """Put one record away beside the other, which receives what is said of the person; no course of care is mixed."""
    await actions.merge(ctx, merge_id, data)


@admin.delete("patient-merges/{merge_id}", audit="patient-merge.undo", confirmed=True)
async def undo_merge(ctx: Context, merge_id: Id) -> None:
    """Undo a merge."""
    await actions.undo(ctx, merge_id)


routes = [list_duplicates, list_merges, merge_patients, undo_merge]
