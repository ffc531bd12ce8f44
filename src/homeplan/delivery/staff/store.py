"""Choices of staff and the addresses at which they are notified, in the database."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time

from homeplan.clock import from_ms, from_ms_or_none, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.delivery.staff.model import NoticeDelivery, StaffAddress, StaffChoice, StaffDelivery
from homeplan.delivery.staff.rules import end_of
from homeplan.delivery.store.deliveries import delivery_steps
from homeplan.errors import NotFound

SELECT_CHOICES = "SELECT * FROM staff_reach WHERE clinic_id = :clinic_id AND staff_id IN (:staff_ids)"


async def choices_of(ctx: Context, staff_ids: Sequence[str]) -> dict[str, StaffChoice]:
    """The choices of these members; one who never chose has every channel on and no quiet hours."""
    rows = await ctx.tx.fetch(SELECT_CHOICES, clinic_id=ctx.clinic_id, staff_ids=list(staff_ids))
    stored = {row["staff_id"]: _choice(row) for row in rows}
    return {staff_id: stored.get(staff_id, StaffChoice()) for staff_id in staff_ids}


UPSERT_CHOICE = """
INSERT INTO staff_reach (clinic_id, staff_id, webpush_off_at, mail_off_at, quiet_from, quiet_until, time_zone)
VALUES (:clinic_id, :staff_id, :webpush_off_at, :mail_off_at, :quiet_from, :quiet_until, :time_zone)
ON CONFLICT (clinic_id, staff_id) DO UPDATE SET
  webpush_off_at = CASE WHEN excluded.webpush_off_at IS NULL THEN NULL
    ELSE COALESCE(staff_reach.webpush_off_at, excluded.webpush_off_at) END,
  mail_off_at = CASE WHEN excluded.mail_off_at IS NULL THEN NULL
    ELSE COALESCE(staff_reach.mail_off_at, excluded.mail_off_at) END,
  quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until, time_zone = excluded.time_zone"""


async def save_choice(ctx: Context, staff_id: str, choice: StaffChoice) -> None:
    await ctx.tx.execute(
        UPSERT_CHOICE,
        clinic_id=ctx.clinic_id,
        staff_id=staff_id,
        webpush_off_at=None if choice.webpush else to_ms(ctx.now),
        mail_off_at=None if choice.mail else to_ms(ctx.now),
        quiet_from=_hours(choice.quiet_from),
        quiet_until=_hours(choice.quiet_until),
        time_zone=choice.time_zone,
    )


# A push that was shown proves a device; the link in a mail, its address. A device whose key has changed fails.
SELECT_ADDRESSES = """
SELECT staff_id, 'webpush' AS channel, id, last_shown_at AS proved_at,
  COALESCE(needs_resubscribe_at, failing_since) AS failing_since
FROM devices WHERE clinic_id = :clinic_id AND staff_id IN (:staff_ids) AND ended_at IS NULL
UNION ALL
SELECT staff_id, 'mail' AS channel, id, confirmed_at AS proved_at, failing_since
FROM mail_addresses
WHERE clinic_id = :clinic_id AND staff_id IN (:staff_ids) AND confirmed_at IS NOT NULL AND gone_at IS NULL"""


async def addresses_of_staff(ctx: Context, staff_ids: Sequence[str]) -> dict[str, list[StaffAddress]]:
    """The devices and the confirmed mail addresses of these members; without any, the list is empty."""
    found: dict[str, list[StaffAddress]] = defaultdict(list)
    for row in await ctx.tx.fetch(SELECT_ADDRESSES, clinic_id=ctx.clinic_id, staff_ids=list(staff_ids)):
        found[row["staff_id"]].append(
            StaffAddress(
                staff_id=row["staff_id"],
                channel=row["channel"],
                id=row["id"],
                proved=row["proved_at"] is not None,
                failing_since=from_ms_or_none(row["failing_since"]),
            )
        )
    return {staff_id: found.get(staff_id, []) for staff_id in staff_ids}


REPLACE_OPEN = """
UPDATE deliveries SET status = 'superseded', outcome = :outcome, lease_until = NULL, lease_owner = NULL
WHERE clinic_id = :clinic_id AND topic = :topic AND recipient_kind = 'staff' AND recipient_id = :staff_id
  AND status IN ('pending', 'leased')"""


async def replace_open(ctx: Context, staff_id: str, topic: str) -> None:
    """Close what is still open about this for the member, because something newer goes."""
    await ctx.tx.execute(REPLACE_OPEN, clinic_id=ctx.clinic_id, topic=topic, staff_id=staff_id, outcome="replaced")


CLOSE_ABOUT = """
UPDATE deliveries SET status = 'superseded', outcome = 'settled', lease_until = NULL, lease_owner = NULL
WHERE clinic_id = :clinic_id AND topic = :topic AND recipient_kind = 'staff' AND status IN ('pending', 'leased')"""


async def close_about(ctx: Context, topic: str) -> int:
    """Close what is still open about this for all members; returns the number."""
    return await ctx.tx.execute(CLOSE_ABOUT, clinic_id=ctx.clinic_id, topic=topic)


# All notices of one step are planned at one instant, which the ledger's index begins with.
SELECT_ABOUT = """
SELECT recipient_id, channel, planned_at, status, shown_at FROM deliveries
WHERE planned_at IN (:planned_at) AND clinic_id = :clinic_id AND topic = :topic AND recipient_kind = 'staff'
ORDER BY planned_at, id"""


async def deliveries_about(ctx: Context, topic: str, planned_at: Sequence[datetime]) -> list[NoticeDelivery]:
    """The notices of this topic that were planned at these times."""
    rows = await ctx.tx.fetch(
        SELECT_ABOUT, clinic_id=ctx.clinic_id, topic=topic, planned_at=[to_ms(each) for each in planned_at]
    )
    return [
        NoticeDelivery(
            staff_id=row["recipient_id"],
            channel=row["channel"],
            planned_at=from_ms(row["planned_at"]),
            end=end_of(row["status"], shown=row["shown_at"] is not None),
        )
        for row in rows
    ]


SELECT_STAFF_DELIVERY = """
SELECT * FROM deliveries
WHERE clinic_id = :clinic_id AND id = :id AND recipient_kind = 'staff' AND recipient_id = :staff_id"""


async def find_staff_delivery(ctx: Context, staff_id: str, delivery_id: str) -> StaffDelivery:
    """A notice to the member. Raises NotFound."""
    row = await ctx.tx.fetch_one(SELECT_STAFF_DELIVERY, clinic_id=ctx.clinic_id, staff_id=staff_id, id=delivery_id)
    if row is None:
        raise NotFound
    return StaffDelivery(address_id=row["address_id"], **delivery_steps(row))


def _choice(row: Row) -> StaffChoice:
    return StaffChoice(
        webpush=row["webpush_off_at"] is None,
        mail=row["mail_off_at"] is None,
        quiet_from=_time(row["quiet_from"]),
        quiet_until=_time(row["quiet_until"]),
        time_zone=row["time_zone"],
    )


def _hours(at: time | None) -> str | None:
    return None if at is None else at.strftime("%H:%M")


def _time(stored: str | None) -> time | None:
    return None if stored is None else time.fromisoformat(stored)
