"""The queue of deliveries: to whom, planned, due, claimed under a lease, superseded."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from homeplan.clock import from_ms, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.delivery.model import (
    Address,
    AddressOf,
    Claimed,
    Kind,
    Mailbox,
    NewDelivery,
    Recipient,
    SmsNumber,
    Subscription,
)
from homeplan.delivery.rules import LEASE, URGENT_LEASE

# Reads `sign_ins`, which belongs to accounts: a phone that was signed out or taken away must fall silent at once,
# and a join costs one look-up per device; asking accounts would cost one more statement per batch.
SELECT_TO_RING = """
SELECT devices.clinic_id, devices.patient_id, devices.id, endpoint, p256dh, auth, key_id, language FROM devices
LEFT JOIN sign_ins ON sign_ins.clinic_id = devices.clinic_id AND sign_ins.id = devices.sign_in_id
WHERE devices.patient_id IN (:patient_ids) AND devices.ended_at IS NULL AND sign_ins.revoked_at IS NULL"""


async def addresses_to_ring(ctx: Context, patients: Sequence[tuple[str, str]]) -> dict[tuple[str, str], list[Address]]:
    """The addresses of the live, signed-in devices of each (clinic, patient); patients without one are missing."""
    wanted = set(patients)
    found: dict[tuple[str, str], list[Address]] = defaultdict(list)
    for row in await ctx.tx.fetch(SELECT_TO_RING, patient_ids=sorted({patient for _, patient in wanted})):
        if (owner := (row["clinic_id"], row["patient_id"])) in wanted:
            patient = Recipient("patient", row["patient_id"])
            found[owner].append(
                Address(
                    channel="webpush", id=row["id"], recipient=patient, language=row["language"], to=_subscription(row)
                )
            )
    return found


INSERT_DELIVERY = """
INSERT INTO deliveries (clinic_id, id, channel, recipient_kind, recipient_id, address_id, occurrence_id, kind, topic,
  status, attempts, planned_at, next_attempt_at, deadline_at, lease_until, lease_owner, urgent_since)
VALUES (:clinic_id, :id, :channel, :recipient_kind, :recipient_id, :address_id, :occurrence_id, :kind, :topic,
  :status, :attempts, :now, :due_at, :deadline_at, :until, :owner, :urgent_since)
ON CONFLICT (clinic_id, occurrence_id, address_id) WHERE occurrence_id IS NOT NULL DO NOTHING"""


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


# A worker that died keeps its lease for a minute, or 20 s. A lease further away than two minutes was taken before the
# clock was set back.
FREE_EXPIRED = """
UPDATE deliveries SET status = 'pending', next_attempt_at = :now, lease_until = NULL, lease_owner = NULL
WHERE status = 'leased' AND (lease_until <= :now OR lease_until > :too_far)"""

CLAIM = """
WITH due AS (
  SELECT clinic_id, id FROM deliveries WHERE status = 'pending' AND next_attempt_at <= :now
  ORDER BY next_attempt_at LIMIT :most {skip_locked})
UPDATE deliveries SET status = 'leased', lease_owner = :owner, attempts = attempts + 1,
  lease_until = CASE WHEN urgent_since IS NULL THEN CAST(:until AS BIGINT) ELSE CAST(:urgent_until AS BIGINT) END
FROM due WHERE deliveries.clinic_id = due.clinic_id AND deliveries.id = due.id"""

# A device that has ended has lost its endpoint; nothing more goes to a mail address that is gone or unsubscribed. The
# number for SMS is read where it is kept, in `phone_numbers` of contact, so that an erased one is never sent to.
SELECT_CLAIMED = """
SELECT deliveries.clinic_id, deliveries.id, channel, recipient_kind, recipient_id, address_id, occurrence_id, kind,
  topic, attempts, deadline_at, urgent_since, endpoint, p256dh, auth, key_id,
  CASE WHEN gone_at IS NULL AND unsubscribed_at IS NULL THEN email END AS email, confirm_token, unsubscribe_token,
  number, COALESCE(devices.language, mail_addresses.language, patients.language, 'en') AS language
FROM deliveries
LEFT JOIN devices ON devices.clinic_id = deliveries.clinic_id AND devices.id = deliveries.address_id
LEFT JOIN mail_addresses
  ON mail_addresses.clinic_id = deliveries.clinic_id AND mail_addresses.id = deliveries.address_id
LEFT JOIN patients
  ON channel = 'sms' AND patients.clinic_id = deliveries.clinic_id AND patients.id = deliveries.address_id
LEFT JOIN phone_numbers
  ON channel = 'sms' AND phone_numbers.clinic_id = deliveries.clinic_id
  AND phone_numbers.patient_id = deliveries.address_id AND whose = 'patient' AND kept_until IS NULL
WHERE status = 'leased' AND lease_until IN (:untils) AND lease_owner = :owner"""


async def claim(ctx: Context, owner: str, most: int) -> list[Claimed]:
    """Take up to `most` due deliveries, the longest due first: for a minute, urgent ones for 20 s.

    `owner` must be new for every claim.
    """
    await ctx.tx.execute(FREE_EXPIRED, now=to_ms(ctx.now), too_far=to_ms(ctx.now + 2 * LEASE))
    until, urgent_until = to_ms(ctx.now + LEASE), to_ms(ctx.now + URGENT_LEASE)
    claimed = await ctx.tx.execute(
        CLAIM.format(skip_locked=ctx.tx.skip_locked),
        now=to_ms(ctx.now),
        until=until,
        urgent_until=urgent_until,
        owner=owner,
        most=most,
    )
    if not claimed:
        return []
    rows = await ctx.tx.fetch(SELECT_CLAIMED, untils=[until, urgent_until], owner=owner)
    return [_claimed(row, owner) for row in rows]


SUPERSEDE = """
UPDATE deliveries SET status = 'superseded', outcome = :outcome, lease_until = NULL, lease_owner = NULL
WHERE clinic_id = :clinic_id AND occurrence_id IN (:occurrence_ids) AND status IN ('pending', 'leased')"""


async def supersede(ctx: Context, occurrence_ids: Sequence[str], outcome: str = "done") -> int:
    """Close what is still open for these occurrences, because it is not wanted any more; returns their number."""
    return await ctx.tx.execute(
        SUPERSEDE, clinic_id=ctx.clinic_id, occurrence_ids=list(occurrence_ids), outcome=outcome
    )


SUPERSEDE_KIND = """
UPDATE deliveries SET status = 'superseded', outcome = :outcome, lease_until = NULL, lease_owner = NULL
WHERE clinic_id = :clinic_id AND address_id IN (:address_ids) AND kind = :kind AND status IN ('pending', 'leased')"""


async def supersede_kind(ctx: Context, address_ids: Sequence[str], kind: Kind, outcome: str) -> None:
    """Close what is still open of that kind for these addresses, because it is not wanted any more."""
    await ctx.tx.execute(
        SUPERSEDE_KIND, clinic_id=ctx.clinic_id, address_ids=list(address_ids), kind=kind, outcome=outcome
    )


def _columns(delivery: NewDelivery | Claimed, now: datetime) -> dict[str, object]:
    return {
        "clinic_id": delivery.clinic_id,
        "id": delivery.id,
        "channel": delivery.channel,
        "recipient_kind": delivery.recipient.kind,
        "recipient_id": delivery.recipient.id,
        "address_id": delivery.address_id,
        "occurrence_id": delivery.occurrence_id,
        "kind": delivery.kind,
        "topic": delivery.topic,
        "now": to_ms(now),
        "deadline_at": to_ms(delivery.deadline_at),
        "urgent_since": to_ms(now) if delivery.urgent else None,
    }


def _claimed(row: Row, owner: str) -> Claimed:
    return Claimed(
        clinic_id=row["clinic_id"],
        id=row["id"],
        channel=row["channel"],
        recipient=Recipient(row["recipient_kind"], row["recipient_id"]),
        address_id=row["address_id"],
        to=_address(row),
        language=row["language"],
        occurrence_id=row["occurrence_id"],
        kind=row["kind"],
        topic=row["topic"],
        attempts=row["attempts"],
        deadline_at=from_ms(row["deadline_at"]),
        owner=owner,
        urgent=row["urgent_since"] is not None,
    )


def _address(row: Row) -> AddressOf | None:
    if row["email"]:
        return Mailbox(row["email"], row["confirm_token"], row["unsubscribe_token"])
    if row["number"]:
        return SmsNumber(row["number"])
    return _subscription(row) if row["endpoint"] else None


def _subscription(row: Row) -> Subscription:
    return Subscription(endpoint=row["endpoint"], p256dh=row["p256dh"], auth=row["auth"], key_id=row["key_id"])
