"""Reads the ledger of reminders: figures for the monitoring system, and the history for the therapist."""

from collections import defaultdict
from datetime import date, timedelta

from homeplan.clock import from_ms
from homeplan.context import Context
from homeplan.delivery.metrics import reminder_counts
from homeplan.delivery.model import Delivery
from homeplan.delivery.store import deliveries_of, tallies
from homeplan.reminders.facts import first_done
from homeplan.reminders.metrics import WINDOW, Figures, ledger
from homeplan.reminders.model import PastDelivery, PastRing, ReminderKind, SilenceReason, Slot, ring_of
from homeplan.reminders.store import occurrences

DAYS_BACK = timedelta(days=14)


async def figures(ctx: Context) -> Figures:
    """The figures for /metrics, from one snapshot."""
    since = ctx.now - WINDOW
    decided = await occurrences.count_since(ctx, since)
    return Figures(
        ledger=ledger(decided, reminder_counts(await tallies(ctx, since))),
        silent=decided.silent,
    )


async def past_rings(ctx: Context, patient_id: str) -> list[PastRing]:
    """The occurrences of the last 14 days with the steps of each delivery, the newest first."""
    since = (ctx.now - DAYS_BACK).date()
    rows = await occurrences.past_occurrences(ctx, patient_id, since)
    pushed: dict[str, list[Delivery]] = defaultdict(list)
    for occurrence_id, delivery in await deliveries_of(ctx, [row["id"] for row in rows]):
        pushed[occurrence_id].append(delivery)
    done = await first_done(ctx, patient_id, since)
    return [
        PastRing(
            day=(day := date.fromisoformat(row["local_day"])),
            kind=(kind := ReminderKind(row["kind"])),
            slot=ring_of(row["slot"]),
            second_way=row["slot"] >= Slot.SECOND_WAY,
            due_at=from_ms(row["due_at"]),
            skipped=None if row["skipped"] is None else SilenceReason(row["skipped"]),
            deliveries=[_past(each) for each in pushed[row["id"]]],
            done_at=done.get((kind, day)),
        )
        for row in rows
    ]


def _past(delivery: Delivery) -> PastDelivery:
    return PastDelivery(**{name: getattr(delivery, name) for name in PastDelivery.__struct_fields__})
