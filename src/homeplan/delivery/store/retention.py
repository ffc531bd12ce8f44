"""Deletes old deliveries."""

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
