"""The rules about following the plan: exercises that hurt, days without a check-in, weeks without exercise. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from homeplan.alerts.light import light_of, pain_before
from homeplan.alerts.model import Engagement, Finding, PainAt
from homeplan.library.alert_rules import AlertRules, NoExercise, PhaseWaiting
from homeplan.library.alert_terms import Light
from homeplan.programs.exercise_log import ExerciseBout


def exercise_red(
    bouts: Sequence[ExerciseBout], pains: Sequence[PainAt], today: date, rules: AlertRules
) -> Finding | None:
    """Exercise that hurt too much on two of the last seven days, today included; pain of 8 or more on one.

    Too much: the light is red against the pain before, or the patient stopped because it hurt, also without a score.
    Pain of 8 that is no more than one point above the pain before is not red.
    """
    limits, light = rules.exercise_red, rules.light
    first = today - timedelta(days=limits.within_days - 1)
    red = [one for one in bouts if one.day >= first and _is_red(one, pains, light)]
    days = sorted({one.day for one in red})
    worst = max((one.pain_during for one in red if one.pain_during is not None), default=None)
    if len(days) < limits.days and (worst is None or worst < limits.worst):
        return None
    latest = max(red, key=lambda one: (one.received_at, one.day))
    return Finding(
        rule="exercise-red",
        version=limits.version,
        trigger=str(latest.day),
        value=worst or light.red,
        known_at=latest.received_at,
        inputs={
            "days": [str(day) for day in days],
            "worstPainDuring": worst,
            "painBefore": pain_before(latest.occurred_at, pains, light),
            "stopped": sum(one.stopped for one in red),
        },
    )


def _is_red(bout: ExerciseBout, pains: Sequence[PainAt], light: Light) -> bool:
    if bout.stopped:
        return True
    if bout.pain_during is None:
        return False
    return light_of(bout.pain_during, pain_before(bout.occurred_at, pains, light), light) == "red"


def no_checkin(engagement: Engagement, today: date, now: datetime, rules: AlertRules) -> Finding | None:
    """Three whole days of an active plan without a check-in: raised once per silence, and again every three days.

    Today and the day on which the plan began are not whole days and do not count.
    """
    limits = rules.no_checkin
    since = max(engagement.last_checkin or engagement.active_since, engagement.active_since)
    silent = (today - since).days - 1
    if silent < limits.days:
        return None
    return Finding(
        rule="no-checkin",
        version=limits.version,
        trigger=str(since),
        value=silent - silent % limits.days,
        known_at=now,
        inputs={
            "silentDays": silent,
            "lastCheckIn": None if engagement.last_checkin is None else str(engagement.last_checkin),
            "planSince": str(engagement.active_since),
        },
    )


def no_exercise(
    engagement: Engagement, bouts: Sequence[ExerciseBout], today: date, now: datetime, rules: AlertRules
) -> Finding | None:
    """Fewer than two days with exercise among the seven before today: raised once per week of the plan.

    It holds only when the plan covers all seven days and had exercises due on at least two of them.
    """
    limits = rules.no_exercise
    window = limits.window
    done = exercised_before(bouts, today, limits)
    if len(done) >= limits.days or engagement.exercise_due_days < limits.days:
        return None
    if today - engagement.active_since < window:
        return None
    return Finding(
        rule="no-exercise",
        version=limits.version,
        trigger=str(engagement.active_since + window * ((today - engagement.active_since) // window)),
        value=limits.days - len(done),
        known_at=now,
        inputs={
            "sessions": len(done),
            "from": str(today - window),
            "until": str(today - timedelta(days=1)),
            "daysWithExerciseDue": engagement.exercise_due_days,
        },
    )


def exercised_before(bouts: Sequence[ExerciseBout], today: date, limits: NoExercise) -> set[date]:
    """The days with exercise among the seven whole days before today."""
    return {one.day for one in bouts if today - limits.window <= one.day < today}


def phase_waiting(phase: str, since: date, reasons: Sequence[str], now: datetime, limits: PhaseWaiting) -> Finding:
    """The next phase waits at its gate since that local day (programs/timeline/gates.py): raised once per wait."""
    return Finding(
        rule="phase-waiting",
        version=limits.version,
        trigger=f"{phase} {since}",
        value=1,
        known_at=now,
        inputs={"phase": phase, "since": str(since), "waits": list(reasons)},
    )
