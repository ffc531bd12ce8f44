"""What the alert rules are told about a patient, read from check-ins, needling sessions and exercise logs."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from homeplan.alerts.model import Answer, Course, Evidence, ExerciseSession, SafetyReport, StartingPain
from homeplan.alerts.rules import OPEN_DAYS_BACK, over
from homeplan.checkins.model import Region
from homeplan.checkins.rules import paused_days, places, since_needling, stands_for
from homeplan.checkins.store import exercise_paused, last_checkin_day, pauses_since
from homeplan.clock import from_ms, from_ms_or_none, local_day
from homeplan.context import Context
from homeplan.db import Row
from homeplan.errors import NotFound
from homeplan.library.store import effective_library
from homeplan.programs.model import Stage
from homeplan.programs.store import Chart
from homeplan.programs.timeline.clocks import revision_in_force
from homeplan.programs.timeline.judging import due_on_day
from homeplan.programs.timeline.shelf import shelf_of
from homeplan.values import zone_of_phone

LOOK_BACK = timedelta(days=14)
"""How far before the judged days check-ins are read. Two that lie farther apart are no two in a row."""
WEEK = timedelta(days=7)

SELECT_COURSE = """
SELECT p.time_zone, e.opened_at FROM patients p
LEFT JOIN episodes e ON e.clinic_id = p.clinic_id AND e.patient_id = p.id AND e.discharged_at IS NULL
WHERE p.clinic_id = :clinic_id AND p.id = :patient_id"""


async def evidence_of_answers(
    ctx: Context,
    *,
    patient_id: str,
    ends: Sequence[datetime],
    judged: frozenset[date] = frozenset(),
    safety: Sequence[SafetyReport] = (),
) -> Evidence:
    """The check-ins of the last two weeks, and how the episode started.

    Only those that are judged have their hours
    since needling, which no rule asks of the others. `ends` are those of the needling sessions.
    """
    row = await ctx.tx.fetch_one(SELECT_COURSE, clinic_id=ctx.clinic_id, patient_id=patient_id)
    if row is None:
        raise NotFound
    zone = ZoneInfo(row["time_zone"])
    today = local_day(ctx.now, zone)
    opened_at = from_ms_or_none(row["opened_at"])
    oldest = min([today - timedelta(days=OPEN_DAYS_BACK), *judged])
    rows = await ctx.tx.fetch(  # without a last day, since the phone's calendar may be ahead of the home zone's
        SELECT_ANSWERS, clinic_id=ctx.clinic_id, patient_id=patient_id, first=(oldest - LOOK_BACK).isoformat()
    )
    since = date.min if opened_at is None else local_day(opened_at, zone)
    return Evidence(
        zone=zone,
        answers=tuple(_answer(one, ends, oldest, zone) for one in rows),
        judged=judged,
        starting_pain=await _starting_pain(ctx, patient_id, since),
        safety=tuple(safety),
    )


SELECT_ANSWERS = """
SELECT day, answered_at, received_at, time_zone, pain_now, pain_worst_24h, soreness, regions FROM checkins
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND day >= :first
ORDER BY day"""

SELECT_FIRST_PAIN = """
SELECT day, pain_now FROM checkins
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND day >= :since
ORDER BY day LIMIT :most"""


async def _starting_pain(ctx: Context, patient_id: str, since: date) -> StartingPain | None:
    rows = await ctx.tx.fetch(
        SELECT_FIRST_PAIN, clinic_id=ctx.clinic_id, patient_id=patient_id, since=since.isoformat(), most=WEEK.days
    )
    if not rows:
        return None
    first_day = date.fromisoformat(rows[0]["day"])
    before = (first_day + WEEK).isoformat()
    week = [row["pain_now"] for row in rows if row["day"] < before]
    return StartingPain(first_day=first_day, total=sum(week), count=len(week))


SELECT_EXERCISE_SESSIONS = """
SELECT l.day, MAX(l.received_at) AS received_at, MAX(l.pain_during) AS worst_pain_during
FROM exercise_logs l
JOIN prescriptions x ON x.clinic_id = l.clinic_id AND x.patient_id = l.patient_id AND x.id = l.prescription_id
WHERE l.clinic_id = :clinic_id AND l.patient_id = :patient_id AND l.day >= :first AND x.kind = 'exercise'
  AND (l.outcome <> 'skipped' OR l.stopped = 'yes')
GROUP BY l.day ORDER BY l.day"""


async def exercise_sessions(ctx: Context, *, patient_id: str, first: date) -> tuple[ExerciseSession, ...]:
    """The days since `first` on which something was exercised, each with its worst pain."""
    rows = await ctx.tx.fetch(
        SELECT_EXERCISE_SESSIONS, clinic_id=ctx.clinic_id, patient_id=patient_id, first=first.isoformat()
    )
    return tuple(
        ExerciseSession(
            day=date.fromisoformat(row["day"]),
            received_at=from_ms(row["received_at"]),
            worst_pain_during=row["worst_pain_during"],
        )
        for row in rows
    )


async def course_of(ctx: Context, chart: Chart, evidence: Evidence, *, patient_id: str) -> Course | None:
    """How the patient follows the plan; None unless the episode is active and a revision is in force.

    What was due in the week is judged only where it was not done: most patients cost a few statements. While the
    exercises are paused, none is due.
    """
    if chart.episode is None or chart.program is None or chart.episode.stage is not Stage.ACTIVE:
        return None
    if revision_in_force(chart.program, ctx.now) is None:
        return None
    since = max(chart.episode.changes[-1].at, min(one.effective_from for one in chart.program.revisions))
    is_asked = "no-exercise" not in over(evidence, ctx.now) and await exercise_paused(ctx, patient_id) is None
    zone = evidence.zone
    return Course(
        active_since=local_day(since, zone),
        last_checkin=await last_checkin_day(ctx, patient_id=patient_id),
        exercise_due_days=await _exercise_due_days(ctx, patient_id, chart, zone) if is_asked else 0,
    )


async def _exercise_due_days(ctx: Context, patient_id: str, chart: Chart, zone: ZoneInfo) -> int:
    today = local_day(ctx.now, zone)
    week = [today - timedelta(days=back) for back in range(WEEK.days, 0, -1)]
    pauses = await pauses_since(ctx, [patient_id], ctx.now - WEEK - timedelta(days=1))
    out = paused_days(pauses.get(patient_id, ()), zone, today)
    shelf = shelf_of(await effective_library(ctx))
    judged = [due_on_day(chart.program, chart.sessions, (), day, zone, shelf) for day in week if day not in out]
    return sum(any(due.kind == "exercise" for due in day.due) for day in judged)


def _answer(row: Row, ends: Sequence[datetime], judged_from: date, home: ZoneInfo) -> Answer:
    day, regions = date.fromisoformat(row["day"]), row["regions"]
    return Answer(
        day=day,
        received_at=from_ms(row["received_at"]),
        pain_now=row["pain_now"],
        pain_worst_24h=row["pain_worst_24h"],
        soreness=row["soreness"],
        places=None if regions is None else places(msgspec.json.decode(regions, type=list[Region])),
        since_needling=since_needling(ends, _moment(row, day, home)) if ends and day >= judged_from else None,
    )


def _moment(row: Row, day: date, home: ZoneInfo) -> datetime:
    return stands_for(day, from_ms(row["answered_at"]), zone_of_phone(row["time_zone"], home.key))
