"""Moving caseloads, covering for colleagues, archiving patients."""

from datetime import timedelta

from homeplan import audit
from homeplan.accounts import store as accounts
from homeplan.accounts.model import CareCover, StaffMember
from homeplan.actor import Role
from homeplan.alerts.store import open_alerts_of
from homeplan.clock import to_ms
from homeplan.context import Context
from homeplan.errors import Invalid, NotFound
from homeplan.localtime import start_of_day
from homeplan.messages.store import unanswered_since
from homeplan.programs.episode import Stage
from homeplan.programs.store import latest_episode
from homeplan.registry.caseload.model import Caseload, CoverEntry, StillInCare, Transfer, Transferred, UnfitCover
from homeplan.values import zone


async def sizes(ctx: Context) -> list[Caseload]:
    """Everybody who is or was part of a care team, with the number of their active patients."""
    counts = await accounts.caseload_sizes(ctx)
    members = await accounts.list_staff(ctx)
    return [Caseload(each.id, each.name, counts[each.id]) for each in members if each.id in counts]


async def transfer(ctx: Context, entry: Transfer) -> Transferred:
    """Put the second colleague in the place of the first on all of their care teams.

    Raises NotFound for unknown staff, and Invalid when the second one may not treat.
    """
    await accounts.find_staff(ctx, entry.from_staff)
    await _require_treating(ctx, entry.to_staff, "toStaff")
    if entry.from_staff == entry.to_staff:
        raise Invalid("They are the same person.", field="toStaff")
    moved = await accounts.caseload_of(ctx, entry.from_staff)
    for patient_id in moved:
        await accounts.insert_care_team(ctx, patient_id, entry.to_staff)
        await accounts.delete_care_team(ctx, patient_id, entry.from_staff)
        await audit.append(ctx, "care-team.transfer", object_id=entry.to_staff, patient_id=patient_id)
    return Transferred(len(moved))


async def save_cover(ctx: Context, cover_id: str, entry: CoverEntry) -> CareCover:
    """Let the cover person see the colleague's patients on those days. Raises UnfitCover, and Invalid for an unknown
    zone."""
    found = zone(entry.time_zone)
    if entry.last_day < entry.first_day or entry.staff_id == entry.cover_id:
        raise UnfitCover(field="lastDay" if entry.last_day < entry.first_day else "coverId")
    try:
        await accounts.find_staff(ctx, entry.staff_id)
    except NotFound:
        raise UnfitCover(field="staffId") from None
    await _require_treating(ctx, entry.cover_id, "coverId")
    cover = CareCover(
        id=cover_id,
        staff_id=entry.staff_id,
        cover_id=entry.cover_id,
        first_day=entry.first_day,
        last_day=entry.last_day,
        time_zone=entry.time_zone,
    )
    begins, ends = start_of_day(entry.first_day, found), start_of_day(entry.last_day + timedelta(days=1), found)
    await accounts.save_cover(ctx, cover, to_ms(begins), to_ms(ends))
    return cover


async def end_cover(ctx: Context, cover_id: str) -> None:
    """Remove a cover. Raises NotFound."""
    if not await accounts.delete_cover(ctx, cover_id):
        raise NotFound


async def archive(ctx: Context, patient_id: str) -> None:
    """Take a patient whose care is over off all lists; nothing is deleted. Raises StillInCare."""
    episode = await latest_episode(ctx, patient_id)
    if episode is not None and episode.stage is not Stage.DISCHARGED:
        raise StillInCare
    await require_settled(ctx, patient_id)
    await accounts.set_archived(ctx, patient_id, ctx.now)


async def require_settled(ctx: Context, patient_id: str) -> None:
    """Raise StillInCare while an alert is open or a message waits for an answer."""
    if (await open_alerts_of(ctx, [patient_id])).get(patient_id) or await unanswered_since(ctx, [patient_id]):
        raise StillInCare


async def reactivate(ctx: Context, patient_id: str) -> None:
    """Put an archived patient back on the lists."""
    await accounts.set_archived(ctx, patient_id, None)


async def _require_treating(ctx: Context, staff_id: str, field: str) -> StaffMember:
    try:
        member = await accounts.find_staff(ctx, staff_id)
    except NotFound:
        raise UnfitCover(field=field) from None
    if member.disabled_at is not None or member.role is Role.FRONT_DESK:
        raise UnfitCover(field=field)
    return member
