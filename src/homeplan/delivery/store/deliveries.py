"""The ledger of deliveries, as it is read: one, many, counted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from homeplan.backlog import Backlog, backlog
from homeplan.clock import from_ms, from_ms_or_none, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.delivery.metrics import Tally
from homeplan.delivery.model import Delivery
from homeplan.errors import NotFound

SELECT_DELIVERY = """
SELECT * FROM deliveries
WHERE clinic_id = :clinic_id AND id = :id AND recipient_kind = 'patient' AND recipient_id = :patient_id"""


async def find_delivery(ctx: Context, patient_id: str, delivery_id: str) -> Delivery:
    """A delivery to the patient. Raises NotFound."""
    row = await ctx.tx.fetch_one(SELECT_DELIVERY, clinic_id=ctx.clinic_id, patient_id=patient_id, id=delivery_id)
    if row is None:
        raise NotFound
    return _delivery(row)


SELECT_OF_OCCURRENCES = """
SELECT * FROM deliveries WHERE clinic_id = :clinic_id AND occurrence_id IN (:occurrence_ids) ORDER BY planned_at, id"""


async def deliveries_of(ctx: Context, occurrence_ids: Sequence[str]) -> list[tuple[str, Delivery]]:
    """The deliveries of these occurrences, each with the occurrence's id."""
    rows = await ctx.tx.fetch(SELECT_OF_OCCURRENCES, clinic_id=ctx.clinic_id, occurrence_ids=list(occurrence_ids))
    return [(row["occurrence_id"], _delivery(row)) for row in rows]


SELECT_TESTS = """
SELECT * FROM deliveries
WHERE clinic_id = :clinic_id AND address_id = :device_id AND planned_at > :since AND kind = 'test'
ORDER BY planned_at DESC"""


async def recent_tests(ctx: Context, device_id: str, since: datetime) -> list[Delivery]:
    """The test pushes to a device since then, the latest first."""
    rows = await ctx.tx.fetch(SELECT_TESTS, clinic_id=ctx.clinic_id, device_id=device_id, since=to_ms(since))
    return [_delivery(row) for row in rows]


TALLY = """
SELECT recipient_kind, channel, kind, status, COUNT(*) AS deliveries FROM deliveries
WHERE planned_at >= :since GROUP BY recipient_kind, channel, kind, status"""


async def tallies(ctx: Context, since: datetime) -> list[Tally]:
    """Number of the deliveries planned since then, by recipient, channel, text and state.

    The cost grows with their number: ask for a day or a week.
    """
    return [
        Tally(
            recipient=row["recipient_kind"],
            channel=row["channel"],
            kind=row["kind"],
            status=row["status"],
            deliveries=row["deliveries"],
        )
        for row in await ctx.tx.fetch(TALLY, since=to_ms(since))
    ]


BACKLOG = """
SELECT COUNT(*) AS depth, MIN(next_attempt_at) AS oldest FROM deliveries
WHERE status = 'pending' AND next_attempt_at <= :now"""


async def waiting(ctx: Context) -> Backlog:
    """The deliveries that wait to be taken; those under way are not among them."""
    return backlog(await ctx.tx.fetch_one(BACKLOG, now=to_ms(ctx.now)), ctx.now)


def _delivery(row: Row) -> Delivery:
    deadline_at = from_ms(row["deadline_at"])
    return Delivery(device_id=row["address_id"], deadline_at=deadline_at, **delivery_steps(row))


def delivery_steps(row: Row) -> dict[str, Any]:
    """The fields of a row of the ledger that every recipient may read."""
    return {
        "id": row["id"],
        "channel": row["channel"],
        "kind": row["kind"],
        "status": row["status"],
        "outcome": row["outcome"],
        "attempts": row["attempts"],
        "planned_at": from_ms(row["planned_at"]),
        "next_attempt_at": from_ms(row["next_attempt_at"]),
        "sent_at": from_ms_or_none(row["sent_at"]),
        "accepted_at": from_ms_or_none(row["accepted_at"]),
        "shown_at": from_ms_or_none(row["shown_at"]),
        "opened_at": from_ms_or_none(row["opened_at"]),
    }
