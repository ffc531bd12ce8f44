"""What the alert rules are told about a patient, read from check-ins, needling sessions and exercise logs."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from homeplan.alerts.model import Answer, Course, Evidence, ExerciseSession, SafetyReport, StartingPain
from homeplan.checkins.reading import moment
from homeplan.checkins.rules import paused_days, places, since_needling
from homeplan.checkins.store import (
    Stored,
    checkins_between,
    exercise_paused,
    first_checkins,
    last_checkin_day,
    pauses_since,
)
from homeplan.clock import from_ms, from_ms_or_none, local_day
from homeplan.db import Tx
from homeplan.errors import NotFound
from homeplan.library.store import effective_library
from homeplan.programs.clocks import revision_in_force
from homeplan.programs.judging import due_on_day
from homeplan.programs.model import Stage
from homeplan.programs.store import Chart, needling_ends, shelf_of

LOOK_BACK = timedelta(days=28)
"""How far before the judged days check-ins are read: a baseline, and the last answer before a silence."""
WEEK = timedelta(days=7)

SELECT_COURSE = """
SELECT p.time_zone, e.opened_at FROM patients p
LEFT JOIN episodes e ON e.clinic_id = p.clinic_id AND e.patient_id = p.id AND e.discharged_at IS NULL
WHERE p.clinic_id = :clinic_id AND p.id = :patient_id"""


async def evidence_of_answers(
    tx: Tx,
    now: datetime,
    *,
    clinic_id: str,
    patient_id: str,
    judged: frozenset[date] = frozenset(),
    safety: Sequence[SafetyReport] = (),
) -> Evidence:
    """The check-ins of the last four weeks, each with its hours since needling, and how the episode started."""
    row = await tx.fetch_one(SELECT_COURSE, clinic_id=clinic_id, patient_id=patient_id)
    if row is None:
        raise NotFound
    zone = ZoneInfo(row["time_zone"])
    today = local_day(now, zone)
    opened_at = from_ms_or_none(row["opened_at"])
    ends = await needling_ends(tx, clinic_id, patient_id)
    stored = await checkins_between(
        tx,
        clinic_id=clinic_id,
        patient_id=patient_id,
        first=min([today, *judged]) - LOOK_BACK,
        last=today + timedelta(days=1),  # the phone's calendar may be a day ahead of the home zone's
    )
    first = await first_checkins(
        tx,
        clinic_id=clinic_id,
        patient_id=patient_id,
        since=date.min if opened_at is None else local_day(opened_at, zone),
        most=WEEK.days,
    )
    return Evidence(
        zone=zone,
        answers=tuple(_answer(one, ends) for one in stored),
        judged=judged,
        starting_pain=_starting_pain(first),
        safety=tuple(safety),
    )


SELECT_EXERCISE_SESSIONS = """
SELECT l.day, MAX(l.received_at) AS received_at, MAX(l.pain_during) AS worst_pain_during
FROM exercise_logs l
JOIN prescriptions x ON x.clinic_id = l.clinic_id AND x.patient_id = l.patient_id AND x.id = l.prescription_id
WHERE l.clinic_id = :clinic_id AND l.patient_id = :patient_id AND l.day >= :first AND x.kind = 'exercise'
  AND (l.outcome <> 'skipped' OR l.stopped = 'yes')
GROUP BY l.day ORDER BY l.day"""


async def exercise_sessions(tx: Tx, *, clinic_id: str, patient_id: str, first: date) -> tuple[ExerciseSession, ...]:
    """The days since `first` on which something was exercised, each with its worst pain."""
    rows = await tx.fetch(SELECT_EXERCISE_SESSIONS, clinic_id=clinic_id, patient_id=patient_id, first=first.isoformat())
    return tuple(
        ExerciseSession(
            day=date.fromisoformat(row["day"]),
            received_at=from_ms(row["received_at"]),
            worst_pain_during=row["worst_pain_during"],
        )
        for row in rows
    )


async def course_of(
    tx: Tx, now: datetime, chart: Chart, *, clinic_id: str, patient_id: str, zone: ZoneInfo
) -> Course | None:
    """How the patient follows the plan; None unless the episode is active and a revision is in force.

    While the exercises are paused, none is due.
    """
    if chart.episode is None or chart.program is None or chart.episode.stage is not Stage.ACTIVE:
        return None
    if revision_in_force(chart.program, now) is None:
        return None
    since = max(chart.episode.changes[-1].at, min(one.effective_from for one in chart.program.revisions))
    paused = await exercise_paused(tx, clinic_id, patient_id) is not None
    return Course(
        active_since=local_day(since, zone),
        last_checkin=await last_checkin_day(tx, clinic_id=clinic_id, patient_id=patient_id),
        exercise_due_days=0 if paused else await _exercise_due_days(tx, now, clinic_id, patient_id, chart, zone),
    )


async def _exercise_due_days(
    tx: Tx, now: datetime, clinic_id: str, patient_id: str, chart: Chart, zone: ZoneInfo
) -> int:
    today = local_day(now, zone)
    week = [today - timedelta(days=back) for back in range(WEEK.days, 0, -1)]
    pauses = await pauses_since(tx, clinic_id, [patient_id], now - WEEK - timedelta(days=1))
    out = paused_days(pauses.get(patient_id, ()), zone, today)
    shelf = shelf_of(await effective_library(tx, clinic_id))
    judged = [due_on_day(chart.program, chart.sessions, (), day, zone, shelf) for day in week if day not in out]
    return sum(any(due.kind == "exercise" for due in day.due) for day in judged)


def _answer(stored: Stored, ends: Sequence[datetime]) -> Answer:
    entry = stored.entry
    return Answer(
        day=stored.day,
        received_at=stored.received_at,
        pain_now=entry.pain_now,
        pain_worst_24h=entry.pain_worst_24h,
        soreness=entry.soreness,
        places=None if entry.regions is None else places(entry.regions),
        since_needling=since_needling(ends, moment(stored)),
    )


def _starting_pain(first: Sequence[Stored]) -> StartingPain | None:
    if not first:
        return None
    week = [one.entry.pain_now for one in first if one.day < first[0].day + WEEK]
    return StartingPain(first_day=first[0].day, total=sum(week), count=len(week))
