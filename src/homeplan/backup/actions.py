"""Makes a database that came from a backup safe to serve, in one transaction."""

from collections.abc import Mapping, Sequence

from homeplan.accounts.access.actions import take_away
from homeplan.accounts.access.model import Changes, ClinicAccess, Noted
from homeplan.accounts.access.rules import changes
from homeplan.accounts.access.store import read_access
from homeplan.accounts.store import list_clinics
from homeplan.actor import Actor, Role
from homeplan.audit import append
from homeplan.backup.model import ClinicRestored
from homeplan.context import Context
from homeplan.privacy.actions import leave
from homeplan.store_facts import delete_epoch


async def enter_service(
    ctx: Context, replaced: Mapping[str, ClinicAccess], noted: Sequence[Noted], source: str
) -> tuple[ClinicRestored, ...]:
    """Take away what a restore must not give back, and give the database a new epoch. Returns what each clinic lost.

    `replaced` has the access of those clinics whose replaced database continues the backup; `source` names the backup
    in the audit trail. Phones send their last 14 days again because of the epoch.
    """
    found = []
    for clinic in await list_clinics(ctx):
        one = ctx.of_clinic(clinic.id)
        of_clinic = [note for note in noted if note.clinic_id == clinic.id]
        decided = changes(await read_access(one), replaced.get(clinic.id), of_clinic)
        await take_away(one, decided)
        await append(one, "backup.restore", object_id=source)
        await _record(one, decided)
        for patient_id, code in decided.left.items():
            await leave(one.of_clinic(clinic.id, Actor(id=patient_id, role=Role.PATIENT)), code)
        found.append(ClinicRestored(clinic_id=clinic.id, name=clinic.name, changes=decided))
    await delete_epoch(ctx)
    return tuple(found)


async def _record(ctx: Context, decided: Changes) -> None:
    for staff_id in {**decided.disabled, **decided.demoted}:
        await append(ctx, "staff.save", object_id=staff_id)
    for staff_id in decided.reset:
        await append(ctx, "staff.reset-factors", object_id=staff_id)
    for patient_id, staff_id in decided.off_team:
        await append(ctx, "care-team.remove", object_id=staff_id, patient_id=patient_id)
    for patient_id in decided.left:
        await append(ctx, "me.leave", patient_id=patient_id)
