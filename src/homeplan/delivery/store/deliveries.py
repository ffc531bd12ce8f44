"""The ledger of deliveries: planned, claimed under a lease, settled, receipted, counted."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from homeplan.clock import from_ms, from_ms_or_none, to_ms, to_ms_or_none
from homeplan.context import Context
from homeplan.db import Row
from homeplan.delivery.model import Claimed, Counts, Delivery, NewDelivery, Outcome
from homeplan.delivery.rules import LEASE, Settled
from homeplan.delivery.store import devices
from homeplan.errors import NotFound

INSERT_DELIVERY = """
INSERT INTO deliveries (clinic_id, id, device_id, occurrence_id, kind, topic, status, attempts, planned_at,
  next_attempt_at, deadline_at, lease_until, lease_owner)
VALUES (:clinic_id, :id, :device_id, :occurrence_id, :kind, :topic, :status, :attempts, :now, :due_at, :deadline_at,
  :until, :owner)
ON CONFLICT (clinic_id, occurrence_id, device_id) WHERE occurrence_id IS NOT NULL DO NOTHING"""


async def add_deliveries(ctx: Context, deliveries: Sequence[NewDelivery]) -> None:
    """Plan pushes; one that its occurrence already has for the device is left as it is."""
    pending = {"status": "pending", "attempts": 0, "until": None, "owner": None}
    await ctx.tx.execute_many(
        INSERT_DELIVERY, [_columns(each, ctx.now) | pending | {"due_at": to_ms(each.due_at)} for each in deliveries]
    )


async def add_leased(ctx: Context, deliveries: Sequence[Claimed]) -> None:
    """Plan pushes that this worker sends at once: as if each had been added and claimed."""
    leased = {"status": "leased", "due_at": to_ms(ctx.now), "until": to_ms(ctx.now + LEASE)}
    await ctx.tx.execute_many(
        INSERT_DELIVERY,
        [_columns(each, ctx.now) | leased | {"attempts": each.attempts, "owner": each.owner} for each in deliveries],
    )


IS_DUE = """
SELECT 1 WHERE EXISTS (SELECT 1 FROM deliveries WHERE status = 'pending' AND next_attempt_at <= :now)
  OR EXISTS (SELECT 1 FROM deliveries WHERE status = 'leased' AND (lease_until <= :now OR lease_until > :too_far))"""


async def is_due(ctx: Context) -> bool:
    """Whether there is anything to claim. It writes nothing, since most ticks find nothing."""
    return bool(await ctx.tx.fetch_value(IS_DUE, now=to_ms(ctx.now), too_far=to_ms(ctx.now + 2 * LEASE)))


# A worker that died keeps its lease for a minute. A lease further away than two of them was taken before the clock
# was set back.
FREE_EXPIRED = """
UPDATE deliveries SET status = 'pending', next_attempt_at = :now, lease_until = NULL, lease_owner = NULL
WHERE status = 'leased' AND (lease_until <= :now OR lease_until > :too_far)"""

CLAIM = """
WITH due AS (
  SELECT clinic_id, id FROM deliveries WHERE status = 'pending' AND next_attempt_at <= :now
  ORDER BY next_attempt_at LIMIT :most {skip_locked})
UPDATE deliveries SET status = 'leased', lease_until = :until, lease_owner = :owner, attempts = attempts + 1
FROM due WHERE deliveries.clinic_id = due.clinic_id AND deliveries.id = due.id"""

SELECT_CLAIMED = """
SELECT deliveries.clinic_id, deliveries.id, device_id, occurrence_id, kind, topic, attempts, deadline_at, endpoint,
  p256dh, auth, key_id, language
FROM deliveries JOIN devices ON devices.clinic_id = deliveries.clinic_id AND devices.id = deliveries.device_id
WHERE status = 'leased' AND lease_until = :until AND lease_owner = :owner"""


async def claim(ctx: Context, owner: str, most: int) -> list[Claimed]:
    """Take up to `most` due deliveries for a minute, the longest due first. `owner` must be new for every claim."""
    await ctx.tx.execute(FREE_EXPIRED, now=to_ms(ctx.now), too_far=to_ms(ctx.now + 2 * LEASE))
    until = to_ms(ctx.now + LEASE)
    claimed = await ctx.tx.execute(
        CLAIM.format(skip_locked=ctx.tx.skip_locked), now=to_ms(ctx.now), until=until, owner=owner, most=most
    )
    if not claimed:
        return []
    return [_claimed(row, owner) for row in await ctx.tx.fetch(SELECT_CLAIMED, until=until, owner=owner)]


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


SELECT_PLANNED = (
    "SELECT device_id, planned_at, shown_at, opened_at FROM deliveries WHERE clinic_id = :clinic_id AND id = :id"
)


async def find_planned(ctx: Context, delivery_id: str) -> Row | None:
    """The device of a delivery, and when it was planned, shown and opened; None for an unknown id."""
    return await ctx.tx.fetch_one(SELECT_PLANNED, clinic_id=ctx.clinic_id, id=delivery_id)


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


SUPERSEDE = """
UPDATE deliveries SET status = 'superseded', outcome = :outcome, lease_until = NULL, lease_owner = NULL
WHERE clinic_id = :clinic_id AND occurrence_id IN (:occurrence_ids) AND status IN ('pending', 'leased')"""


async def supersede(ctx: Context, occurrence_ids: Sequence[str], outcome: str = "done") -> int:
    """Close what is still open for these occurrences, because it is not wanted any more; returns their number."""
    return await ctx.tx.execute(
        SUPERSEDE, clinic_id=ctx.clinic_id, occurrence_ids=list(occurrence_ids), outcome=outcome
    )


SELECT_DELIVERY = """
SELECT deliveries.* FROM deliveries
JOIN devices ON devices.clinic_id = deliveries.clinic_id AND devices.id = deliveries.device_id
WHERE deliveries.clinic_id = :clinic_id AND deliveries.id = :id AND devices.patient_id = :patient_id"""


async def find_delivery(ctx: Context, patient_id: str, delivery_id: str) -> Delivery:
    """A delivery to one of the patient's devices. Raises NotFound."""
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
WHERE clinic_id = :clinic_id AND device_id = :device_id AND planned_at > :since AND kind = 'test'
ORDER BY planned_at DESC"""


async def recent_tests(ctx: Context, device_id: str, since: datetime) -> list[Delivery]:
    """The test pushes to a device since then, the latest first."""
    rows = await ctx.tx.fetch(SELECT_TESTS, clinic_id=ctx.clinic_id, device_id=device_id, since=to_ms(since))
    return [_delivery(row) for row in rows]


COUNT = """
SELECT COUNT(*) AS due, COUNT(CASE WHEN kind = 'test' THEN 1 END) AS tests,
  COUNT(CASE WHEN status = 'sent' THEN 1 END) AS sent,
  COUNT(CASE WHEN status = 'gone' THEN 1 END) AS gone,
  COUNT(CASE WHEN status = 'stale' THEN 1 END) AS stale,
  COUNT(CASE WHEN status = 'superseded' THEN 1 END) AS superseded,
  COUNT(CASE WHEN status = 'failed' THEN 1 END) AS failed,
  COUNT(CASE WHEN status IN ('pending', 'leased') THEN 1 END) AS open
FROM deliveries WHERE planned_at >= :since"""


async def counts(ctx: Context, since: datetime) -> Counts:
    """The states of all deliveries planned since then. The cost grows with their number: ask for a day or a week."""
    row = await ctx.tx.fetch_one(COUNT, since=to_ms(since))
    return (
        Counts(**dict(row)) if row else Counts(due=0, tests=0, sent=0, gone=0, stale=0, superseded=0, failed=0, open=0)
    )


OLDEST_DUE = "SELECT MIN(next_attempt_at) FROM deliveries WHERE status = 'pending'"


async def lag(ctx: Context) -> timedelta:
    """The longest time that a due delivery waits; zero when nothing is due."""
    oldest = await ctx.tx.fetch_value(OLDEST_DUE)
    return timedelta(0) if oldest is None else max(ctx.now - from_ms(oldest), timedelta(0))


def _columns(delivery: NewDelivery | Claimed, now: datetime) -> dict[str, object]:
    return {
        "clinic_id": delivery.clinic_id,
        "id": delivery.id,
        "device_id": delivery.device_id,
        "occurrence_id": delivery.occurrence_id,
        "kind": delivery.kind,
        "topic": delivery.topic,
        "now": to_ms(now),
        "deadline_at": to_ms(delivery.deadline_at),
    }


def _claimed(row: Row, owner: str) -> Claimed:
    return Claimed(
        clinic_id=row["clinic_id"],
        id=row["id"],
        device_id=row["device_id"],
        occurrence_id=row["occurrence_id"],
        kind=row["kind"],
        topic=row["topic"],
        attempts=row["attempts"],
        deadline_at=from_ms(row["deadline_at"]),
        owner=owner,
        endpoint=row["endpoint"],
        p256dh=row["p256dh"],
        auth=row["auth"],
        key_id=row["key_id"],
        language=row["language"],
    )


def _delivery(row: Row) -> Delivery:
    return Delivery(
        id=row["id"],
        device_id=row["device_id"],
        kind=row["kind"],
        status=row["status"],
        outcome=row["outcome"],
        attempts=row["attempts"],
        planned_at=from_ms(row["planned_at"]),
        next_attempt_at=from_ms(row["next_attempt_at"]),
        deadline_at=from_ms(row["deadline_at"]),
        sent_at=from_ms_or_none(row["sent_at"]),
        accepted_at=from_ms_or_none(row["accepted_at"]),
        shown_at=from_ms_or_none(row["shown_at"]),
        opened_at=from_ms_or_none(row["opened_at"]),
    )
