"""The daily review of what did not happen: no check-in, no exercise; and of exercises that hurt.

Its cost follows the number of patients who are due.
"""

import asyncio
import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import structs

from homeplan.alerts.actions import raise_alerts
from homeplan.alerts.rules import assess, resolved_rules
from homeplan.alerts.thresholds.reading import rules_of
from homeplan.checkins.evidence import engagement_of, evidence_of, read_answers
from homeplan.checkins.plan_gates import advance_plan
from homeplan.checkins.rules import next_review
from homeplan.checkins.store import DueReview, due_reviews, put_off
from homeplan.clock import Clock, local_day
from homeplan.context import Context, operator_context
from homeplan.db import Database
from homeplan.errors import Unavailable
from homeplan.programs.store import care_facts, exercise_bouts, read_chart
from homeplan.worker_loop import run_rounds

BATCH = 48
"""Patients read from the queue at a time."""
AT_ONCE = 4
"""Patients reviewed at a time, each in its own transaction. On SQLite they share a commit, and other requests wait
about 2 ms per patient."""
IDLE_S = 20.0
"""The longest time before a painful exercise is reviewed."""
WITHOUT_PLAN = timedelta(days=7)
"""Time until a discharged patient is reviewed again; a published revision is reviewed at once."""
AFTER_FAILURE = timedelta(hours=1)

log = logging.getLogger(__name__)


async def run(db: Database, clock: Clock, stop: asyncio.Event) -> None:
    """Review patients who are due until `stop` is set."""

    async def step() -> bool:
        return await tick(db, clock.now()) == BATCH

    await run_rounds(step, stop, idle_s=IDLE_S, log=log, task="reviewing patients")


async def tick(db: Database, now: datetime) -> int:
    """Review a batch of the patients who are due at `now`; returns their number."""
    due = await db.read(lambda tx: due_reviews(operator_context(tx, now), BATCH))
    for at in range(0, len(due), AT_ONCE):
        await asyncio.gather(*(_review_or_put_off(db, one, now) for one in due[at : at + AT_ONCE]))
    return len(due)


async def _review_or_put_off(db: Database, due: DueReview, now: datetime) -> None:
    """Review one patient. A review that fails is logged and put off for an hour, so that the others go on."""
    try:
        await db.write(lambda tx: _review(operator_context(tx, now, due.clinic_id), due))
    except Unavailable:
        raise
    except Exception as failed:
        log.error("a review failed and waits for an hour: %s", type(failed).__name__)
        await db.write(lambda tx: put_off(operator_context(tx, now), due, now + AFTER_FAILURE))


async def _review(ctx: Context, due: DueReview) -> None:
    """Judge exercises, and from the daily review's hour on silence too: before, the day's check-in may still come."""
    patient_id = due.patient_id
    chart = await read_chart(ctx, patient_id)
    facts = await care_facts(ctx, patient_id)
    rules = rules_of(facts)
    bouts = await exercise_bouts(ctx, patient_id, local_day(ctx.now, ZoneInfo(facts.home)) - rules.around_exercises)
    evidence = evidence_of(await read_answers(ctx, patient_id, facts), facts, ctx.now, bouts=bouts)
    is_treated = chart.program is not None and chart.program.ended_at is None
    if not await put_off(
        ctx, due, next_review(ctx.now, evidence.zone, rules.daily_review) if is_treated else ctx.now + WITHOUT_PLAN
    ):
        return  # another worker reviews this patient
    if ctx.now.astimezone(evidence.zone).time() >= rules.daily_review.at:
        evidence = structs.replace(evidence, engagement=await engagement_of(ctx, patient_id, chart, evidence, rules))
    over = resolved_rules(evidence, ctx.now, rules)
    await raise_alerts(ctx, patient_id, assess(evidence, ctx.now, rules), over=over, rules=rules)
    await advance_plan(ctx, patient_id, chart, evidence.zone, rules)
