"""Takes access away after a restore, in the transaction of the restore."""

from msgspec import structs

from homeplan.accounts import store as accounts
from homeplan.accounts.access import store
from homeplan.accounts.access.model import Changes
from homeplan.accounts.factors.actions import remove_all
from homeplan.context import Context


async def take_away(ctx: Context, changes: Changes) -> None:
    """Apply the changes of the clinic, but for patients who left."""
    await store.void_all(ctx)
    await store.end_phones(ctx, changes.ended_phones)
    await store.end_helpers(ctx)
    for staff_id in changes.disabled:
        member = await accounts.find_staff(ctx, staff_id)
        await accounts.save_staff(ctx, structs.replace(member, disabled_at=ctx.now))
    for staff_id, (_, role) in changes.demoted.items():
        member = await accounts.find_staff(ctx, staff_id)
        await accounts.save_staff(ctx, structs.replace(member, role=role))
    for staff_id in changes.reset:
        await remove_all(ctx, staff_id)
        await accounts.note_factors_reset(ctx, staff_id, ctx.now)
    for patient_id, staff_id in changes.off_team:
        await accounts.delete_care_team(ctx, patient_id, staff_id)
