"""What became of reminders, read back: for the monitoring, and for whoever treats the patient."""

from collections import defaultdict
from datetime import date, timedelta

from homeplan.clock import from_ms
from homeplan.context import Context
from homeplan.push.incidents import Incident, counted
from homeplan.push.model import Delivery
from homeplan.push.store import counts, deliveries_of, lag
from homeplan.reminders import occurrences, queue
from homeplan.reminders.facts import first_done
from homeplan.reminders.metrics import WINDOW, Figures, ledger
from homeplan.reminders.model import Kind, PastDelivery, PastRing, Reason

DAYS_BACK = timedelta(days=14)


async def figures(ctx: Context) -> Figures:
    """The figures for /metrics, from one snapshot."""
    since = ctx.now - WINDOW
    tally = await occurrences.tally(ctx, since)
    incidents = await counted(ctx)
    return Figures(
        ledger=ledger(tally, await counts(ctx, since)),
        silent=tally.silent,
        planning_lag=await queue.lag(ctx),
        sending_lag=await lag(ctx),
        clock_set=incidents[Incident.CLOCK_SET],
        put_off=incidents[Incident.PUT_OFF],
        signature_refused=incidents[Incident.SIGNATURE_REFUSED],
    )


SELECT_PAST = """
SELECT id, kind, local_day, slot, due_at, skipped FROM occurrences
 WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND local_day >= :since
 ORDER BY due_at DESC, id DESC"""


async def past_rings(ctx: Context, patient_id: str) -> list[PastRing]:
    """The due moments of the last 14 days with every step of every device, the newest first."""
    since = (ctx.now - DAYS_BACK).date()
    rows = await ctx.tx.fetch(SELECT_PAST, clinic_id=ctx.clinic_id, patient_id=patient_id, since=since.isoformat())
    pushed: dict[str, list[Delivery]] = defaultdict(list)
    for occurrence_id, delivery in await deliveries_of(ctx, [row["id"] for row in rows]):
        pushed[occurrence_id].append(delivery)
    done = await first_done(ctx, patient_id, since)
    return [
        PastRing(
            day=(day := date.fromisoformat(row["local_day"])),
            kind=(kind := Kind(row["kind"])),
            slot=row["slot"],
            due_at=from_ms(row["due_at"]),
            skipped=None if row["skipped"] is None else Reason(row["skipped"]),
            deliveries=[_past(each) for each in pushed[row["id"]]],
            done_at=done.get((kind, day)),
        )
        for row in rows
    ]


def _past(delivery: Delivery) -> PastDelivery:
    return PastDelivery(**{name: getattr(delivery, name) for name in PastDelivery.__struct_fields__})
