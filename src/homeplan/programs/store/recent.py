"""The latest session with needles in the database, without those before it."""

from datetime import datetime

import msgspec

from homeplan.clock import to_ms
from homeplan.context import Context
from homeplan.programs.needling_session import NeedlingEntry

SELECT_LATEST_NEEDLING = """
SELECT v.document FROM needling_sessions s
JOIN needling_session_versions v ON v.clinic_id = s.clinic_id AND v.session_id = s.id AND v.version = s.version
WHERE s.clinic_id = :clinic_id AND s.patient_id = :patient_id AND s.voided_at IS NULL AND s.needled_at IS NOT NULL
  AND s.ended_at >= :since AND s.ended_at <= :now
ORDER BY s.ended_at DESC, s.id DESC LIMIT 1"""


async def latest_needling(ctx: Context, patient_id: str, since: datetime) -> NeedlingEntry | None:
    """The patient's latest session with needles that ended between `since` and now; None when there is none."""
    document = await ctx.tx.fetch_value(
        SELECT_LATEST_NEEDLING, clinic_id=ctx.clinic_id, patient_id=patient_id, since=to_ms(since), now=to_ms(ctx.now)
    )
    return None if document is None else msgspec.json.decode(document, type=NeedlingEntry)
