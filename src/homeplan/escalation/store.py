"""Escalations in the database: the queue of open alerts, who was told, and the digests that were sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from homeplan.backlog import Backlog, backlog
from homeplan.clock import from_ms, from_ms_or_none, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.delivery.model import StaffChannel

KEPT_DIGESTS = timedelta(days=30)


class Standing(Struct, frozen=True, kw_only=True):
    """The row of one open alert."""

    alert_id: str
    next_at: datetime
    since: datetime
    step: int
    notified_at: datetime | None


# ORDER BY makes PostgreSQL use the index.
SELECT_WAITING = """
SELECT clinic_id, alert_id FROM escalations WHERE next_at <= :now ORDER BY next_at LIMIT :most"""


async def waiting(ctx: Context, most: int) -> list[tuple[str, str]]:
    """Clinic and alert of the rows that are due, the longest due first."""
    rows = await ctx.tx.fetch(SELECT_WAITING, now=to_ms(ctx.now), most=most)
    return [(row["clinic_id"], row["alert_id"]) for row in rows]


SELECT_ROW = """
SELECT alert_id, next_at, since, step, notified_at FROM escalations
WHERE clinic_id = :clinic_id AND alert_id = :alert_id"""
CLAIM = f"{SELECT_ROW} AND next_at <= :now {{skip_locked}}"


async def claim(ctx: Context, alert_id: str) -> Standing | None:
    """Hold the alert's row until the transaction ends; None when another worker has it, or it is not due any more."""
    statement = CLAIM.format(skip_locked=ctx.tx.skip_locked)
    row = await ctx.tx.fetch_one(statement, clinic_id=ctx.clinic_id, alert_id=alert_id, now=to_ms(ctx.now))
    return None if row is None else _standing(row)


async def find(ctx: Context, alert_id: str) -> Standing | None:
    """The alert's row; None when nothing more happens by itself."""
    row = await ctx.tx.fetch_one(SELECT_ROW, clinic_id=ctx.clinic_id, alert_id=alert_id)
    return None if row is None else _standing(row)


SAVE = """
UPDATE escalations SET next_at = :next_at, step = :step, notified_at = COALESCE(:notified_at, notified_at)
WHERE clinic_id = :clinic_id AND alert_id = :alert_id"""


async def save(ctx: Context, alert_id: str, *, next_at: datetime, step: int, notified: bool) -> None:
    """Keep the step and the time of the next evaluation. `notified`: somebody was told now."""
    await ctx.tx.execute(
        SAVE,
        clinic_id=ctx.clinic_id,
        alert_id=alert_id,
        next_at=to_ms(next_at),
        step=step,
        notified_at=to_ms(ctx.now) if notified else None,
    )


PUT_OFF = "UPDATE escalations SET next_at = :next_at WHERE clinic_id = :clinic_id AND alert_id = :alert_id"


async def put_off(ctx: Context, alert_id: str, next_at: datetime) -> None:
    """Move an evaluation that cannot be made now to a later time."""
    await ctx.tx.execute(PUT_OFF, clinic_id=ctx.clinic_id, alert_id=alert_id, next_at=to_ms(next_at))


REMOVE = "DELETE FROM escalations WHERE clinic_id = :clinic_id AND alert_id = :alert_id"


async def remove(ctx: Context, alert_id: str) -> None:
    """End the escalation; an event under the alert begins it again."""
    await ctx.tx.execute(REMOVE, clinic_id=ctx.clinic_id, alert_id=alert_id)


INSERT_NOTICE = """
INSERT INTO escalation_notices (clinic_id, alert_id, at, staff_id, step, channels)
VALUES (:clinic_id, :alert_id, :now, :staff_id, :step, :channels)
ON CONFLICT (clinic_id, alert_id, at, staff_id) DO NOTHING"""


async def insert_notices(ctx: Context, alert_id: str, notices: Sequence[tuple[str, int, Sequence[str]]]) -> None:
    """Keep who was told now: member of staff, step and the channels that worked."""
    await ctx.tx.execute_many(
        INSERT_NOTICE,
        [
            {
                "clinic_id": ctx.clinic_id,
                "alert_id": alert_id,
                "now": to_ms(ctx.now),
                "staff_id": staff_id,
                "step": step,
                "channels": msgspec.json.encode(list(channels)).decode(),
            }
            for staff_id, step, channels in notices
        ],
    )


class StoredNotice(Struct, frozen=True, kw_only=True):
    """One person who was told about an alert."""

    staff_id: str
    at: datetime
    step: int
    channels: tuple[StaffChannel, ...]


SELECT_NOTICES = """
SELECT at, staff_id, step, channels FROM escalation_notices
WHERE clinic_id = :clinic_id AND alert_id = :alert_id ORDER BY at DESC, step DESC, staff_id LIMIT :most"""
MOST_NOTICES = 100


async def notices_of(ctx: Context, alert_id: str) -> list[StoredNotice]:
    """The people who were told about the alert, the latest first; at most 100."""
    rows = await ctx.tx.fetch(SELECT_NOTICES, clinic_id=ctx.clinic_id, alert_id=alert_id, most=MOST_NOTICES)
    return [
        StoredNotice(
            staff_id=row["staff_id"],
            at=from_ms(row["at"]),
            step=row["step"],
            channels=msgspec.json.decode(row["channels"], type=tuple[StaffChannel, ...]),
        )
        for row in rows
    ]


INSERT_DIGEST = """
INSERT INTO escalation_digests (clinic_id, staff_id, at) VALUES (:clinic_id, :staff_id, :at)
ON CONFLICT (clinic_id, staff_id, at) DO NOTHING"""


async def note_digest(ctx: Context, staff_id: str, at: datetime) -> bool:
    """Note that the digest of that time goes to the member of staff; False when it went already."""
    return bool(await ctx.tx.execute(INSERT_DIGEST, clinic_id=ctx.clinic_id, staff_id=staff_id, at=to_ms(at)))


DELETE_DIGESTS = """
DELETE FROM escalation_digests WHERE clinic_id = :clinic_id AND staff_id = :staff_id AND at < :before"""


async def delete_old_digests(ctx: Context, staff_id: str) -> None:
    """Forget the digests of more than 30 days ago."""
    await ctx.tx.execute(
        DELETE_DIGESTS, clinic_id=ctx.clinic_id, staff_id=staff_id, before=to_ms(ctx.now - KEPT_DIGESTS)
    )


DELETE_NOTICES = """
DELETE FROM escalation_notices WHERE clinic_id = :clinic_id AND alert_id IN (:alert_ids)"""


async def delete_notices(ctx: Context, alert_ids: Sequence[str]) -> None:
    """Delete who was notified about these alerts."""
    if alert_ids:
        await ctx.tx.execute(DELETE_NOTICES, clinic_id=ctx.clinic_id, alert_ids=list(alert_ids))


SELECT_COUNTS = """
SELECT COUNT(*) AS open, COALESCE(SUM(CASE WHEN next_at < :late THEN 1 ELSE 0 END), 0) AS overdue FROM escalations"""
LATE = timedelta(seconds=60)
BACKLOG = "SELECT COUNT(*) AS depth, MIN(next_at) AS oldest FROM escalations WHERE next_at <= :now"


async def counts(ctx: Context) -> tuple[int, int]:
    """Number of escalations, and of those that have waited for their evaluation for more than 60 s."""
    row = await ctx.tx.fetch_one(SELECT_COUNTS, late=to_ms(ctx.now - LATE))
    return (0, 0) if row is None else (int(row["open"]), int(row["overdue"]))


async def backlog_of(ctx: Context) -> Backlog:
    """The alerts that wait for their evaluation."""
    return backlog(await ctx.tx.fetch_one(BACKLOG, now=to_ms(ctx.now)), ctx.now)


def _standing(row: Row) -> Standing:
    return Standing(
        alert_id=row["alert_id"],
        next_at=from_ms(row["next_at"]),
        since=from_ms(row["since"]),
        step=row["step"],
        notified_at=from_ms_or_none(row["notified_at"]),
    )
