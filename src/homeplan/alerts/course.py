"""The rules about how a plan is followed: exercises that hurt, days without a check-in, weeks without exercise."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from homeplan.alerts.model import Course, ExerciseSession, Finding

RED = 6
"""Pain during an exercise from which the traffic light is red (library.yaml, global_rules)."""
RED_SESSIONS = 2
SILENT_DAYS = 3
SESSIONS_A_WEEK = 2
WEEK = timedelta(days=7)


def exercise_red(sessions: Sequence[ExerciseSession], today: date) -> Finding | None:
    """Pain of 6 or more during any exercise on two days with exercise of the last seven, today included."""
    red = [one for one in sessions if one.day > today - WEEK and (one.worst_pain_during or 0) >= RED]
    if len(red) < RED_SESSIONS:
        return None
    worst = max(one.worst_pain_during or 0 for one in red)
    return Finding(
        rule="exercise-red",
        version=1,
        trigger=str(red[-1].day),
        value=worst,
        known_at=max(one.received_at for one in red),
        inputs={"days": [str(one.day) for one in red], "worstPainDuring": worst},
    )


def no_checkin(course: Course, today: date, now: datetime) -> Finding | None:
    """Three whole days of an active plan without a check-in. Told once a silence, and again every three further days.

    The day on which the plan began and today are not whole days, so they do not count.
    """
    since = max(course.last_checkin or course.active_since, course.active_since)
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
            "lastCheckIn": None if course.last_checkin is None else str(course.last_checkin),
            "planSince": str(course.active_since),
        },
    )


def no_exercise(course: Course, sessions: Sequence[ExerciseSession], today: date, now: datetime) -> Finding | None:
    """Fewer than two days with exercise among the seven before today. Told once a week of the plan.

    Only when the plan covers all seven days and had exercises due on at least two of them: nobody is asked for more
    than the plan asks.
    """
    done = of_the_week_before(sessions, today)
    if len(done) >= SESSIONS_A_WEEK or course.exercise_due_days < SESSIONS_A_WEEK:
        return None
    if today - course.active_since < WEEK:
        return None
    return Finding(
        rule="no-exercise",
        version=1,
        trigger=str(course.active_since + WEEK * ((today - course.active_since) // WEEK)),
        value=SESSIONS_A_WEEK - len(done),
        known_at=now,
        inputs={
            "sessions": len(done),
            "from": str(today - WEEK),
            "until": str(today - timedelta(days=1)),
            "daysWithExerciseDue": course.exercise_due_days,
        },
    )


def of_the_week_before(sessions: Sequence[ExerciseSession], today: date) -> list[ExerciseSession]:
    """Those on the seven whole days before today."""
    return [one for one in sessions if today - WEEK <= one.day < today]
