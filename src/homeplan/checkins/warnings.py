"""The open warning of a patient: signs that no person of the clinic has acknowledged, and what goes with them."""

from datetime import UTC, datetime, timedelta

from homeplan.alerts.safety import last_acknowledged, open_safety_alert
from homeplan.checkins import rules, store
from homeplan.checkins.model import OpenWarning, RecentNeedling
from homeplan.checkins.screen import safety_items
from homeplan.context import Context
from homeplan.library.content import starter
from homeplan.programs.store import latest_needling

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def read_warning(ctx: Context, patient_id: str) -> OpenWarning | None:
    """The patient's warning signs that nobody has acknowledged; None when there are none."""
    alert = await open_safety_alert(ctx, patient_id)
    if alert is None:
        return None
    last = await last_acknowledged(ctx, patient_id)
    after = EPOCH if last is None else last.at
    by_id = {one.id: one for one in await store.signs_in_checkins(ctx, patient_id, after)}
    by_id |= {one.id: one for one in await store.signs_answered(ctx, patient_id, after)}
    answers = sorted(by_id.values(), key=lambda one: (one.answered_at, one.id))
    return rules.open_warning(alert.signs, alert.raised_at, answers, safety_items())


async def read_needling(ctx: Context, patient_id: str) -> RecentNeedling | None:
    """The latest needling session of the last seven days; None when there is none."""
    since = ctx.now - timedelta(days=starter().plan_rules.after_needling.told_days)
    session = await latest_needling(ctx, patient_id, since)
    if session is None:
        return None
    muscles = starter().muscles
    slugs = dict.fromkeys(one.muscle for one in session.muscles)
    return RecentNeedling(
        ended_at=session.ended_at, muscles=tuple(muscles[slug].title for slug in slugs if slug in muscles)
    )
