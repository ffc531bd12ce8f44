"""Devices of patients and staff: registering, listing, ending them, and noting how pushes to them fare."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from homeplan.clock import from_ms, from_ms_or_none, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.delivery.model import Device, NewDevice, Recipient
from homeplan.errors import NotFound

MOST_DEVICES = 10
"""Live devices of one person; the one that was added first makes room."""

SELECT_GONE = """
SELECT 1 FROM devices WHERE clinic_id = :clinic_id AND endpoint_hash = :endpoint_hash AND ended_as = 'gone'"""


async def is_gone(ctx: Context, endpoint_hash: str) -> bool:
    """Whether the push service has ended the subscription with this endpoint."""
    return bool(await ctx.tx.fetch_value(SELECT_GONE, clinic_id=ctx.clinic_id, endpoint_hash=endpoint_hash))


END_OF_OTHERS = """
UPDATE devices SET endpoint = '', p256dh = '', auth = '', ended_at = :now, ended_as = 'removed'
WHERE clinic_id = :clinic_id AND endpoint_hash = :endpoint_hash AND ended_at IS NULL
  AND COALESCE(patient_id, staff_id) <> :owner_id
RETURNING id"""


async def end_devices_of_others(ctx: Context, owner: Recipient, endpoint_hash: str) -> list[str]:
    """End other people's devices with this endpoint; returns their ids."""
    rows = await ctx.tx.fetch(
        END_OF_OTHERS,
        clinic_id=ctx.clinic_id,
        endpoint_hash=endpoint_hash,
        owner_id=owner.id,
        now=to_ms(ctx.now),
    )
    return [row["id"] for row in rows]


_COLUMNS = """
id, platform, language, key_id, created_at, last_accepted_at, last_shown_at, failing_since, unshown, unshown_since,
needs_resubscribe_at, ended_at, ended_as"""
"""In the order in which `_device` takes them."""

# The app registers at every start. A mark that the key is wrong stays until the browser has subscribed again.
INSERT_DEVICE = f"""
INSERT INTO devices (clinic_id, id, patient_id, staff_id, sign_in_id, endpoint, endpoint_hash, p256dh, auth, key_id,
  language, platform, created_at, unshown)
VALUES (:clinic_id, :id, :patient_id, :staff_id, :sign_in_id, :endpoint, :endpoint_hash, :p256dh, :auth, :key_id,
  :language, :platform, :now, 0)
ON CONFLICT (clinic_id, endpoint_hash) WHERE ended_at IS NULL DO UPDATE SET
  sign_in_id = excluded.sign_in_id, language = excluded.language, platform = excluded.platform,
  needs_resubscribe_at = CASE WHEN devices.p256dh = excluded.p256dh AND devices.key_id = excluded.key_id
    THEN devices.needs_resubscribe_at END,
  p256dh = excluded.p256dh, auth = excluded.auth, key_id = excluded.key_id
RETURNING {_COLUMNS}"""  # noqa: S608 - constants


async def upsert_device(ctx: Context, owner: Recipient, device: NewDevice, endpoint_hash: str, fresh_id: str) -> Device:
    """Insert the owner's device with that id and the actor's sign-in, or refresh the live one with this endpoint."""
    row = await ctx.tx.fetch_one(
        INSERT_DEVICE,
        clinic_id=ctx.clinic_id,
        id=fresh_id,
        patient_id=owner.id if owner.kind == "patient" else None,
        staff_id=owner.id if owner.kind == "staff" else None,
        sign_in_id=ctx.actor.sign_in_id,
        endpoint=device.endpoint,
        endpoint_hash=endpoint_hash,
        p256dh=device.keys.p256dh,
        auth=device.keys.auth,
        key_id=device.key_id,
        language=device.language,
        platform=device.platform,
        now=to_ms(ctx.now),
    )
    if row is None:
        raise NotFound
    return _device(row)


END_OF_SURPLUS = """
UPDATE devices SET endpoint = '', p256dh = '', auth = '', ended_at = :now, ended_as = 'removed'
WHERE clinic_id = :clinic_id AND patient_id = :owner_id AND ended_at IS NULL AND id NOT IN (
  SELECT id FROM devices WHERE clinic_id = :clinic_id AND patient_id = :owner_id AND ended_at IS NULL
  ORDER BY created_at DESC, id DESC LIMIT :most)
RETURNING id"""

END_OF_STAFF_SURPLUS = END_OF_SURPLUS.replace("patient_id", "staff_id")


async def end_surplus_devices(ctx: Context, owner: Recipient) -> list[str]:
    """End the owner's oldest devices beyond `MOST_DEVICES`; returns their ids."""
    statement = END_OF_SURPLUS if owner.kind == "patient" else END_OF_STAFF_SURPLUS
    rows = await ctx.tx.fetch(
        statement, clinic_id=ctx.clinic_id, owner_id=owner.id, most=MOST_DEVICES, now=to_ms(ctx.now)
    )
    return [row["id"] for row in rows]


SELECT_DEVICES = f"""
SELECT {_COLUMNS} FROM devices WHERE clinic_id = :clinic_id AND patient_id = :patient_id
ORDER BY created_at, id"""  # noqa: S608 - constants


async def list_devices(ctx: Context, patient_id: str) -> list[Device]:
    """Every device that the patient ever had, the ended ones too."""
    return [_device(row) for row in await ctx.tx.fetch(SELECT_DEVICES, clinic_id=ctx.clinic_id, patient_id=patient_id)]


SELECT_STAFF_DEVICES = f"""
SELECT {_COLUMNS} FROM devices
WHERE clinic_id = :clinic_id AND staff_id = :staff_id AND (ended_at IS NULL OR ended_at >= :since)
ORDER BY created_at, id"""  # noqa: S608 - constants


async def list_staff_devices(ctx: Context, staff_id: str, ended_since: datetime) -> list[Device]:
    """The live devices of the member, and those that ended since then."""
    rows = await ctx.tx.fetch(
        SELECT_STAFF_DEVICES, clinic_id=ctx.clinic_id, staff_id=staff_id, since=to_ms(ended_since)
    )
    return [_device(row) for row in rows]


SELECT_DEVICES_OF_MANY = f"""
SELECT {_COLUMNS}, patient_id FROM devices WHERE clinic_id = :clinic_id AND patient_id IN (:patient_ids)
ORDER BY created_at, id"""  # noqa: S608 - constants


async def devices_of(ctx: Context, patient_ids: Sequence[str]) -> dict[str, list[Device]]:
    """The devices of many patients; patients who never had one are missing."""
    found: dict[str, list[Device]] = defaultdict(list)
    for row in await ctx.tx.fetch(SELECT_DEVICES_OF_MANY, clinic_id=ctx.clinic_id, patient_ids=list(patient_ids)):
        found[row["patient_id"]].append(_device(row))
    return found


SELECT_LIVE = f"""
SELECT {_COLUMNS} FROM devices
WHERE clinic_id = :clinic_id AND id = :id AND COALESCE(patient_id, staff_id) = :owner_id
  AND ended_at IS NULL"""  # noqa: S608 - constants


async def find_live_device(ctx: Context, owner: Recipient, device_id: str) -> Device:
    """One of the owner's live devices. Raises NotFound."""
    row = await ctx.tx.fetch_one(SELECT_LIVE, clinic_id=ctx.clinic_id, id=device_id, owner_id=owner.id)
    if row is None:
        raise NotFound
    return _device(row)


END_DEVICE = """
UPDATE devices SET endpoint = '', p256dh = '', auth = '', ended_at = :now, ended_as = :ended_as
WHERE clinic_id = :clinic_id AND id = :id AND ended_at IS NULL"""


async def end_device(ctx: Context, device_id: str, ended_as: str) -> None:
    """Forget how to reach the device; that it existed, and until when, stays."""
    await ctx.tx.execute(END_DEVICE, clinic_id=ctx.clinic_id, id=device_id, ended_as=ended_as, now=to_ms(ctx.now))


NOTE_ACCEPTED = """
UPDATE devices SET last_accepted_at = :at, failing_since = NULL, unshown = unshown + 1,
  unshown_since = COALESCE(unshown_since, :at)
WHERE clinic_id = :clinic_id AND id = :id"""

NOTE_FAILING = """
UPDATE devices SET failing_since = COALESCE(failing_since, :at) WHERE clinic_id = :clinic_id AND id = :id"""

NOTE_WRONG_KEY = """
UPDATE devices SET needs_resubscribe_at = COALESCE(needs_resubscribe_at, :at)
WHERE clinic_id = :clinic_id AND id = :id"""

NOTE_SHOWN = """
UPDATE devices SET last_shown_at = CASE WHEN last_shown_at > :at THEN last_shown_at ELSE :at END,
  failing_since = NULL, unshown = 0, unshown_since = NULL
WHERE clinic_id = :clinic_id AND id = :id"""


async def note_devices(ctx: Context, statement: str, devices: Sequence[Mapping[str, Any]]) -> None:
    """Run one of the NOTE_ statements for each {clinic_id, id, at}; `at` in milliseconds."""
    await ctx.tx.execute_many(statement, devices)


COUNT_BY_KEY = "SELECT key_id, COUNT(*) AS devices FROM devices WHERE ended_at IS NULL GROUP BY key_id"


async def devices_by_key(ctx: Context) -> dict[str, int]:
    """Number of live devices per VAPID key: an old key may be removed when its count is 0."""
    return {row["key_id"]: row["devices"] for row in await ctx.tx.fetch(COUNT_BY_KEY)}


def _device(row: Row) -> Device:
    (device_id, platform, language, key_id, created_at, last_accepted_at, last_shown_at, failing_since, unshown,
     unshown_since, needs_resubscribe_at, ended_at, ended_as, *_) = row  # fmt: skip
    return Device(
        id=device_id,
        platform=platform,
        language=language,
        key_id=key_id,
        created_at=from_ms(created_at),
        last_accepted_at=from_ms_or_none(last_accepted_at),
        last_shown_at=from_ms_or_none(last_shown_at),
        failing_since=from_ms_or_none(failing_since),
        unshown=unshown,
        unshown_since=from_ms_or_none(unshown_since),
        needs_resubscribe_at=from_ms_or_none(needs_resubscribe_at),
        ended_at=from_ms_or_none(ended_at),
        end=ended_as,
    )
