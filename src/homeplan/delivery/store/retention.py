"""Deletes old deliveries; statements about devices that ended long ago (privacy/ended.py)."""

from datetime import datetime

from homeplan.clock import to_ms
from homeplan.context import Context

# Open deliveries stay until they have ended. A CTE, because PostgreSQL may run a sub-select once per row.
FORGET_DELIVERIES = """
WITH old AS (
  SELECT clinic_id, id FROM deliveries WHERE planned_at < :before AND status NOT IN ('pending', 'leased')
  ORDER BY planned_at LIMIT :most {skip_locked})
DELETE FROM deliveries WHERE (clinic_id, id) IN (SELECT clinic_id, id FROM old)"""


async def forget_deliveries(ctx: Context, before: datetime, most: int) -> int:
    """Delete up to `most` that were planned before then and have ended; returns their number."""
    return await ctx.tx.execute(
        FORGET_DELIVERIES.format(skip_locked=ctx.tx.skip_locked), before=to_ms(before), most=most
    )


# The last device of a patient stays: it says since when nothing reaches them.
_ENDED = """
devices.ended_at < :before AND (devices.patient_id IS NULL OR EXISTS (
  SELECT 1 FROM devices n WHERE n.clinic_id = devices.clinic_id AND n.patient_id = devices.patient_id
    AND (n.ended_at IS NULL OR n.ended_at > devices.ended_at
      OR (n.ended_at = devices.ended_at AND n.id > devices.id))))"""

SELECT_ENDED_DEVICES = f"""
SELECT clinic_id, id, CASE WHEN {_ENDED} THEN 1 ELSE 0 END AS ended FROM devices
WHERE (clinic_id, id) > (:clinic_id, :id) ORDER BY clinic_id, id LIMIT :most"""  # noqa: S608 - constants

DELETE_ENDED_DEVICE = f"DELETE FROM devices WHERE clinic_id = :clinic_id AND id = :id AND {_ENDED}"  # noqa: S608
