"""The daily look at what nobody did: no check-in, no exercise, exercises that hurt. Cost follows who is due."""

import asyncio
import contextlib
import logging
from datetime import datetime, timedelta

from msgspec import structs

from homeplan.alerts.rules import assess, over
from homeplan.alerts.store import close_over, raise_alerts
from homeplan.checkins.evidence import course_of, evidence_of_answers, exercise_sessions
from homeplan.checkins.rules import REVIEW_AT, next_review
from homeplan.checkins.store import DueReview, due_reviews, put_off
from homeplan.clock import Clock, local_day
from homeplan.context import Context, operator_context
from homeplan.db import Database
from homeplan.errors import Unavailable
from homeplan.programs.store import read_chart

BATCH = 48
"""Patients read from the queue at a time."""
AT_ONCE = 4
"""Patients judged at a time, each in a transaction of their own; on SQLite they share a commit, and other requests wait
for about 2 ms a patient."""
IDLE_S = 20.0
"""How long a painful exercise waits at most before it is looked at."""
WITHOUT_PLAN = timedelta(days=7)
"""When a discharged patient is looked at again; a published revision is looked at at once."""
AFTER_FAILURE = timedelta(hours=1)
EXERCISE_DAYS = timedelta(days=8)

log = logging.getLogger(__name__)


async def tick(db: Database, now: datetime) -> int:
    """Look at a batch of those who are due at `now`; returns how many that were."""
    due = await db.read(lambda tx: due_reviews(operator_context(tx, now), BATCH))
    for at in range(0, len(due), AT_ONCE):
        await asyncio.gather(*(_look(db, one, now) for one in due[at : at + AT_ONCE]))
    return len(due)


async def run(db: Database, clock: Clock, stop: asyncio.Event) -> None:
    """Look at who is due until `stop` is set."""
    while not stop.is_set():
        try:
            is_more = True
            while is_more and not stop.is_set():
                is_more = await tick(db, clock.now()) == BATCH
        except Exception as failed:  # the database is away or full: nothing is lost, the next round tries again
            log.error("reviewing patients failed: %s", type(failed).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), IDLE_S)


async def _look(db: Database, due: DueReview, now: datetime) -> None:
    """One patient who cannot be judged is put off for an hour and told to the operator; the others go on."""
    try:
        await db.write(lambda tx: _review(operator_context(tx, now), due))
    except Unavailable:
        raise
    except Exception as failed:
        log.error("a review failed and waits for an hour: %s", type(failed).__name__)
        await db.write(lambda tx: put_off(operator_context(tx, now), due, now + AFTER_FAILURE))


async def _review(ctx: Context, due: DueReview) -> None:
    """Before noon only the exercises are judged: the morning of the day may still bring a check-in."""
    clinic_id, patient_id = due.clinic_id, due.patient_id
    chart = await read_chart(ctx.of_clinic(clinic_id), patient_id)
    ends = [session.ended_at for session in chart.sessions if session.muscles]
    evidence = await evidence_of_answers(ctx.of_clinic(clinic_id), patient_id=patient_id, ends=ends)
    is_treated = chart.program is not None and chart.program.ended_at is None
    if not await put_off(ctx, due, next_review(ctx.now, evidence.zone) if is_treated else ctx.now + WITHOUT_PLAN):
        return  # somebody else does it
    sessions = await exercise_sessions(
        ctx.of_clinic(clinic_id), patient_id=patient_id, first=local_day(ctx.now, evidence.zone) - EXERCISE_DAYS
    )
    evidence = structs.replace(evidence, sessions=sessions)
    if ctx.now.astimezone(evidence.zone).time() >= REVIEW_AT:
        course = await course_of(ctx.of_clinic(clinic_id), chart, evidence, patient_id=patient_id)
        evidence = structs.replace(evidence, course=course)
    await raise_alerts(ctx.of_clinic(clinic_id), patient_id=patient_id, findings=assess(evidence, ctx.now))
    await close_over(ctx.of_clinic(clinic_id), patient_id=patient_id, rules=over(evidence, ctx.now))
