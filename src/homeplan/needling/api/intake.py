"""The patient's intake: conditions, medicines, pregnancy and implants."""

from typing import Annotated

from msgspec import Meta

from homeplan.context import Context
from homeplan.http.routes import chart
from homeplan.needling import store
from homeplan.needling.actions import intake
from homeplan.needling.model import Intake, IntakeEntry


class IntakeChange(IntakeEntry, frozen=True, kw_only=True):
    """The whole intake as it should be."""

    based_on: Annotated[int, Meta(ge=0, le=100_000)]
    """The version that was seen; 0 for the first."""


@chart.get("intake", audit="intake.read")
async def read_intake(ctx: Context, patient_id: str) -> Intake:
    """The patient's intake, and the caution tags of exercises that follow from it."""
    return await store.latest_intake(ctx, patient_id)


@chart.put("intake", audit="intake.save")
async def save_intake(ctx: Context, patient_id: str, data: IntakeChange) -> Intake:
    """Save the intake as a new version; the versions before stay on record."""
    return await intake.save_intake(ctx, patient_id, data, based_on=data.based_on)


routes = [read_intake, save_intake]
