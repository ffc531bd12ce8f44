"""The rules about following the plan: exercises that hurt, days without a check-in, weeks without exercise. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from homeplan.alerts.model import Engagement, Finding
from homeplan.programs.model import ExerciseBout

RED = 6
"""Pain during an exercise from which the traffic light is red (library.yaml, global_rules)."""
RED_BOUTS = 2
SILENT_DAYS = 3
BOUTS_PER_WEEK = 2
WEEK = timedelta(days=7)


def exercise_red(bouts: Sequence[ExerciseBout], today: date) -> Finding | None:
    """Pain of 6 or more during an exercise on two of the last seven days, today included."""
    red = [one for one in bouts if one.day > today - WEEK and (one.worst_pain_during or 0) >= RED]
    if len(red) < RED_BOUTS:
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
    if len(done) >= BOUTS_PER_WEEK or engagement.exercise_due_days < BOUTS_PER_WEEK:
        return None
    if today - engagement.active_since < WEEK:
        return None
    return Finding(
        rule="no-exercise",
        version=1,
        trigger=str(engagement.active_since + WEEK * ((today - engagement.active_since) // WEEK)),
        value=BOUTS_PER_WEEK - len(done),
        known_at=now,
        inputs={
            "sessions": len(done),
            "from": str(today - WEEK),
            "until": str(today - timedelta(days=1)),
            "daysWithExerciseDue": engagement.exercise_due_days,
        },
    )


def in_the_week_before(bouts: Sequence[ExerciseBout], today: date) -> list[ExerciseBout]:
    """The exercise days among the seven whole days before today."""
    return [one for one in bouts if today - WEEK <= one.day < today]
