"""Changes that a patient makes to the queue of due reminders: planned, cancelled, snoozed, planned again."""

from homeplan.clock import to_ms
from homeplan.context import Context
from homeplan.delivery.store import supersede
from homeplan.reminders.due import OUTDATED, DueTime
from homeplan.reminders.model import SilenceReason, Slot
from homeplan.reminders.store import occurrences
from homeplan.reminders.store.queue import PLAN, columns_of


async def plan(ctx: Context, reminder_id: str, next_ring: DueTime) -> None:
    """Put the reminder's next ring into the queue."""
    key = {"clinic_id": ctx.clinic_id, "reminder_id": reminder_id, "slot": Slot.FIRST.value}
    await ctx.tx.execute(PLAN, **key, **columns_of(next_ring), asked_at=to_ms(next_ring.at))


REMOVE_ALL = "DELETE FROM reminder_due WHERE clinic_id = :clinic_id AND reminder_id = :reminder_id"


async def cancel(ctx: Context, reminder_id: str) -> None:
    """Remove all rows of the reminder and supersede its open deliveries."""
    await ctx.tx.execute(REMOVE_ALL, clinic_id=ctx.clinic_id, reminder_id=reminder_id)
    await _supersede_deliveries(ctx, reminder_id, SilenceReason.OFF)


REMOVE_REPEATS = f"{REMOVE_ALL} AND slot > 0"


async def snooze(ctx: Context, reminder_id: str, later: DueTime) -> None:
    """Ring later, instead of an earlier snooze, the second chance, and open deliveries."""
    await ctx.tx.execute(REMOVE_REPEATS, clinic_id=ctx.clinic_id, reminder_id=reminder_id)
    await _supersede_deliveries(ctx, reminder_id, SilenceReason.SNOOZED)
    await ring_again(ctx, reminder_id, later)


async def ring_again(ctx: Context, reminder_id: str, later: DueTime) -> None:
    """Plan one more ring on a day, besides the reminder's own, because the patient asks for it."""
    last = await occurrences.last_slot_by_hand(ctx, reminder_id, later.day)
    key = {"clinic_id": ctx.clinic_id, "reminder_id": reminder_id}
    slot = Slot.BY_HAND.value if last is None else last + 1
    await ctx.tx.execute(PLAN, **key, **columns_of(later), slot=slot, asked_at=to_ms(ctx.now))


REPLAN_PHONE_REMINDERS = """
UPDATE reminder_due SET due_at = :outdated WHERE slot = 0 AND clinic_id = :clinic_id AND reminder_id IN (
  SELECT id FROM reminders WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND zone_policy = 'phone')"""


async def replan_phone_reminders(ctx: Context, patient_id: str) -> None:
    """Make the next tick plan the patient's reminders that follow the phone again."""
    await ctx.tx.execute(
        REPLAN_PHONE_REMINDERS, clinic_id=ctx.clinic_id, patient_id=patient_id, outdated=to_ms(OUTDATED)
    )


async def _supersede_deliveries(ctx: Context, reminder_id: str, reason: SilenceReason) -> None:
    """Close the open deliveries of the reminder's recent occurrences."""
    if recent := await occurrences.recently_rung(ctx, reminder_id):
        await supersede(ctx, recent, reason.value)
