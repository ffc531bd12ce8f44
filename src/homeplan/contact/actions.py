"""Erases what the clinic holds about contact with a patient who leaves, or whose care ended long ago."""

from datetime import datetime

from homeplan.contact.log import actions as log
from homeplan.contact.log import store as log_store
from homeplan.contact.numbers import actions as numbers
from homeplan.contact.visits import actions as visits
from homeplan.contact.visits import store as visits_store
from homeplan.context import Context


async def forget(ctx: Context, patient_id: str, *, keep_number: bool) -> None:
    """Erase numbers and own words, and cancel planned visits. `keep_number`: an urgent alert is open, so that the
    patient's own number stays with it for seven days at most."""
    await numbers.forget(ctx, patient_id, keep=keep_number)
    await log.forget(ctx, patient_id)
    await visits.forget(ctx, patient_id)


async def delete_old(ctx: Context, patient_id: str, before: datetime) -> None:
    """Delete contacts and visits of a patient whose care ended, as far as they are from before then."""
    await log_store.delete_old(ctx, patient_id, before)
    await visits_store.delete_old(ctx, patient_id, before)
