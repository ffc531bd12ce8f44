"""Erases what the clinic holds about contact with a patient who leaves."""

from homeplan.contact.log import actions as log
from homeplan.contact.numbers import actions as numbers
from homeplan.contact.visits import actions as visits
from homeplan.context import Context


async def forget(ctx: Context, patient_id: str, *, keep_number: bool) -> None:
    """Erase numbers and own words, and cancel planned visits. `keep_number`: an urgent alert is open, so that the
    patient's own number stays with it for seven days at most."""
    await numbers.forget(ctx, patient_id, keep=keep_number)
    await log.forget(ctx, patient_id)
    await visits.forget(ctx, patient_id)
