"""Routes of caseloads and covers for administrators, and of the archive."""

from homeplan.accounts import store as accounts
from homeplan.accounts.model import CareCover
from homeplan.context import Context
from homeplan.http.routes import admin, chart
from homeplan.registry.caseload import actions
from homeplan.registry.caseload.model import Caseload, CoverEntry, Transfer, Transferred
from homeplan.values import Id


@admin.get("caseloads")
async def list_caseloads(ctx: Context) -> list[Caseload]:
    """Everybody with patients, and how many."""
    return await actions.sizes(ctx)


@admin.post("caseloads/transfer", audit="care-team.transfer-all", status=200, confirmed=True)
async def transfer_caseload(ctx: Context, data: Transfer) -> Transferred:
    """Move all patients of a member of staff to a colleague."""
    return await actions.transfer(ctx, data)


@admin.get("care-covers")
async def list_care_covers(ctx: Context) -> list[CareCover]:
    """The covers that are not over."""
    return await accounts.list_covers(ctx)


@admin.put("care-covers/{cover_id}", audit="care-cover.save")
async def save_care_cover(ctx: Context, cover_id: Id, data: CoverEntry) -> CareCover:
    """Let a colleague see the patients of a member of staff from the first to the last day."""
    return await actions.save_cover(ctx, cover_id, data)


@admin.delete("care-covers/{cover_id}", audit="care-cover.end")
async def end_care_cover(ctx: Context, cover_id: Id) -> None:
    """End a cover."""
    await actions.end_cover(ctx, cover_id)


@chart.put("archive", audit="patient.put-away", status=204, exclusive=True)
async def archive_patient(ctx: Context, patient_id: str) -> None:
    """Take a patient whose care is over off all lists; nothing is deleted."""
    await actions.archive(ctx, patient_id)


@chart.delete("archive", audit="patient.reactivate", exclusive=True)
async def reactivate_patient(ctx: Context, patient_id: str) -> None:
    """Put an archived patient back on the lists."""
    await actions.reactivate(ctx, patient_id)


routes = [
    list_caseloads,
    transfer_caseload,
    list_care_covers,
    save_care_cover,
    end_care_cover,
    archive_patient,
    reactivate_patient,
]
