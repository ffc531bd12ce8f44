"""Outcomes of deliveries in the ledger: settled after an attempt, receipted, closed with their device."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from homeplan.clock import to_ms, to_ms_or_none
from homeplan.context import Context
from homeplan.db import Row
from homeplan.delivery.model import Claimed, Outcome
from homeplan.delivery.rules import Settled
from homeplan.delivery.store import devices


class Result(Struct, frozen=True):
    """A claimed delivery after its attempt."""

    claimed: Claimed
    outcome: Outcome
    settled: Settled
    began: datetime
    at: datetime
    """The time at which the outcome was known."""


# Every row with an owner is leased. With the status named too, PostgreSQL would read all leased rows for each row.
SETTLE = """
UPDATE deliveries SET status = :status, outcome = :outcome, detail = :detail,
  next_attempt_at = COALESCE(:next_attempt_at, next_attempt_at), attempts = attempts - :uncounted,
  sent_at = COALESCE(:sent_at, sent_at), accepted_at = COALESCE(:accepted_at, accepted_at),
  lease_until = NULL, lease_owner = NULL
WHERE clinic_id = :clinic_id AND id = :id AND lease_owner = :owner"""


async def settle_deliveries(ctx: Context, results: Sequence[Result]) -> None:
    """Store the outcomes of claimed deliveries, except those whose lease another worker has now."""
    await ctx.tx.execute_many(
        SETTLE,
        [
            {
                "clinic_id": result.claimed.clinic_id,
                "id": result.claimed.id,
                "owner": result.claimed.owner,
                "status": result.settled.status,
                "outcome": result.settled.outcome,
                "detail": result.settled.detail,
                "next_attempt_at": to_ms_or_none(result.settled.next_attempt_at),
                "uncounted": 0 if result.settled.attempted else 1,
                "sent_at": to_ms(result.began) if result.settled.attempted else None,
                "accepted_at": to_ms(result.at) if result.settled.status == "sent" else None,
            }
            for result in results
        ],
    )


SELECT_PLANNED = """
SELECT clinic_id, address_id, planned_at, shown_at, opened_at FROM deliveries
WHERE clinic_id = :clinic_id AND id = :id"""


async def find_planned(ctx: Context, delivery_id: str) -> Row | None:
    """The device of a delivery, and when it was planned, shown and opened; None for an unknown id.

    A receipt has no sign-in: from here on its transaction keeps to the clinic that its token names.
    """
    return await ctx.tx.enter(SELECT_PLANNED, clinic_id=ctx.clinic_id, id=delivery_id)


RECEIVE = """
UPDATE deliveries SET shown_at = COALESCE(shown_at, :at), opened_at = COALESCE(opened_at, :opened_at),
  accepted_at = COALESCE(accepted_at, :at), lease_until = NULL, lease_owner = NULL,
  status = CASE WHEN status IN ('pending', 'leased', 'stale') THEN 'sent' ELSE status END,
  outcome = CASE WHEN status IN ('pending', 'leased', 'stale') THEN 'accepted' ELSE outcome END
WHERE clinic_id = :clinic_id AND id = :id"""


async def save_receipt(ctx: Context, delivery_id: str, device_id: str, event: str, at: datetime) -> None:
    """Record that the device showed, or opened, the push at that time."""
    at_ms = to_ms(at)
    await ctx.tx.execute(
        RECEIVE, clinic_id=ctx.clinic_id, id=delivery_id, at=at_ms, opened_at=at_ms if event == "opened" else None
    )
    await devices.note_devices(ctx, devices.NOTE_SHOWN, [{"clinic_id": ctx.clinic_id, "id": device_id, "at": at_ms}])


CLOSE_DELIVERIES = """
UPDATE deliveries SET status = :status, outcome = :outcome, lease_until = NULL, lease_owner = NULL
WHERE clinic_id = :clinic_id AND address_id = :device_id AND status IN ('pending', 'leased')"""


async def close_deliveries(ctx: Context, device_id: str, status: str, outcome: str) -> None:
    """Everything still open for a device that has ended."""
    await ctx.tx.execute(CLOSE_DELIVERIES, clinic_id=ctx.clinic_id, device_id=device_id, status=status, outcome=outcome)
