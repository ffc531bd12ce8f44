"""The care team: who treats a patient and may therefore see them."""

from homeplan.accounts import actions
from homeplan.context import Context
from homeplan.http.routes import chart
from homeplan.values import Id


@chart.put("care-team/{staff_id}", audit="care-team.add", status=204)
async def add_to_care_team(ctx: Context, patient_id: str, staff_id: Id) -> None:
    """Let a colleague see the patient."""
    await actions.add_to_care_team(ctx, patient_id, staff_id)


@chart.delete("care-team/{staff_id}", audit="care-team.remove", exclusive=True)
async def remove_from_care_team(ctx: Context, patient_id: str, staff_id: Id) -> None:
    """Hide the patient from a colleague."""
    await actions.remove_from_care_team(ctx, patient_id, staff_id)


routes = [add_to_care_team, remove_from_care_team]
