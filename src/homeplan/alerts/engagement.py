"""The rules about following the plan: exercises that hurt, days without a check-in, weeks without exercise. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from homeplan.alerts.light import RED, light_of, pain_before
from homeplan.alerts.model import Engagement, Finding, PainAt
from homeplan.programs.model import ExerciseBout

RED_DAYS = 2
RED_ON_ONE_DAY = 8
"""Days with too much pain in an exercise, or pain during it on one day. Traffic-light convention."""
SILENT_DAYS = 3
EXERCISE_DAYS = 2
WEEK = timedelta(days=7)


def exercise_red(bouts: Sequence[ExerciseBout], pains: Sequence[PainAt], today: date) -> Finding | None:
    """Exercise that hurt too much on two of the last seven days, today included; pain of 8 or more on one.

    Too much: the light is red against the pain before, or the patient stopped because it hurt, also without a score.
    Pain of 8 that is no more than one point above the pain before is not red.
    """
    red = [one for one in bouts if one.day > today - WEEK and _is_red(one, pains)]
    days = sorted({one.day for one in red})
    worst = max((one.pain_during for one in red if one.pain_during is not None), default=None)
    if len(days) < RED_DAYS and (worst is None or worst < RED_ON_ONE_DAY):
        return None
    latest = max(red, key=lambda one: (one.received_at, one.day))
    return Finding(
        rule="exercise-red",
        version=2,
        trigger=str(latest.day),
        value=worst or RED,
        known_at=latest.received_at,
        inputs={
            "days": [str(day) for day in days],
            "worstPainDuring": worst,
            "painBefore": pain_before(latest.occurred_at, pains),
            "stopped": sum(one.stopped for one in red),
        },
    )


def _is_red(bout: ExerciseBout, pains: Sequence[PainAt]) -> bool:
    if bout.stopped:
        return True
    if bout.pain_during is None:
        return False
    return light_of(bout.pain_during, pain_before(bout.occurred_at, pains)) == "red"


def no_checkin(engagement: Engagement, today: date, now: datetime) -> Finding | None:
    """Three whole days of an active plan without a check-in: raised once per silence, and again every three days.

    Today and the day on which the plan began are not whole days and do not count.
    """
    since = max(engagement.last_checkin or engagement.active_since, engagement.active_since)
    silent = (today - since).days - 1
    if silent < SILENT_DAYS:
        return None
    return Finding(
        rule="no-checkin",
        version=1,
        trigger=str(since),
        value=silent - silent % SILENT_DAYS,
        known_at=now,
        inputs={
            "silentDays": silent,
            "lastCheckIn": None if engagement.last_checkin is None else str(engagement.last_checkin),
            "planSince": str(engagement.active_since),
        },
    )


def no_exercise(engagement: Engagement, bouts: Sequence[ExerciseBout], today: date, now: datetime) -> Finding | None:
    """Fewer than two days with exercise among the seven before today: raised once per week of the plan.

    It holds only when the plan covers all seven days and had exercises due on at least two of them.
    """
    done = in_the_week_before(bouts, today)
    if len(done) >= EXERCISE_DAYS or engagement.exercise_due_days < EXERCISE_DAYS:
        return None
    if today - engagement.active_since < WEEK:
        return None
    return Finding(
        rule="no-exercise",
        version=1,
        trigger=str(engagement.active_since + WEEK * ((today - engagement.active_since) // WEEK)),
        value=EXERCISE_DAYS - len(done),
        known_at=now,
        inputs={
            "sessions": len(done),
            "from": str(today - WEEK),
            "until": str(today - timedelta(days=1)),
            "daysWithExerciseDue": engagement.exercise_due_days,
        },
    )


def in_the_week_before(bouts: Sequence[ExerciseBout], today: date) -> set[date]:
    """The days with exercise among the seven whole days before today."""
    return {one.day for one in bouts if today - WEEK <= one.day < today}


def phase_waiting(phase: str, since: date, reasons: Sequence[str], now: datetime) -> Finding:
    """The next phase waits at its gate since that local day (programs/timeline/gates.py): raised once per wait."""
    return Finding(
        rule="phase-waiting",
        version=1,
        trigger=f"{phase} {since}",
        value=1,
        known_at=now,
        inputs={"phase": phase, "since": str(since), "waits": list(reasons)},
    )
