"""Whether to progress, hold or regress an exercise: a suggestion to the therapist. Pure.

It is never shown to the patient and never applied automatically. The numbers are `global_rules` of library.yaml.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from msgspec import Struct

from homeplan.alerts.model import Input
from homeplan.library.reference import GlobalRules
from homeplan.values import Value

Advice = Literal["progress", "hold", "regress"]
SuggestionReason = Literal[
    "pain-during-red",
    "rise-that-lasts",
    "pain-during-amber",
    "done-often-and-easily",
]
"""The reason of the advice; see `suggest`."""

WEEK = timedelta(days=7)
BEFORE = timedelta(hours=24)
"""Greatest age of a check-in that counts as the pain before an exercise."""


class DoneExercise(Struct, frozen=True, kw_only=True):
    """One time that the exercise was done, fully, partly or in its tiny form. Scores 0-10; None when not recorded."""

    day: date
    occurred_at: datetime
    pain_during: int | None
    effort: int | None


class PainAt(Struct, frozen=True, kw_only=True):
    """Pain now (0-10) at a check-in, and when it was answered."""

    day: date
    answered_at: datetime
    pain_now: int


class Suggestion(Value, frozen=True):
    """Advice to the therapist about one prescription, with its reason and inputs."""

    advice: Advice
    reason: SuggestionReason
    inputs: dict[str, Input]


def suggest(
    done: Sequence[DoneExercise],
    pains: Sequence[PainAt],
    *,
    phase: str,
    rules: GlobalRules,
    today: date,
) -> Suggestion | None:
    """The suggestion for one exercise from its last seven days, today included; None when there is too little to say.

    `done` and `pains` are in order of time; `phase` is p0 to p2 in the first 72 hours after needling,
    otherwise the plan's.
    In this order:
    - **regress**: pain during of 6 or more, or pain now 2 points above the check-in before the exercise and still so
      at a check-in 24 to 48 hours after it.
    - **hold**: pain during of 4 to 5.
    - **progress**: done on 5 days or more, pain during at most 3, effort at most 4, the next morning at most 1 point
      above the check-in before, not in the first three days after needling. Each of the three scores must be recorded
      at least once.
    """
    week = [one for one in done if today - WEEK < one.day <= today]
    during = [one.pain_during for one in week if one.pain_during is not None]
    return (
        _regress(week, during, pains, rules)
        or _hold(during, rules)
        or _progress(week, during, pains, phase=phase, rules=rules)
    )


def _regress(
    week: Sequence[DoneExercise], during: Sequence[int], pains: Sequence[PainAt], rules: GlobalRules
) -> Suggestion | None:
    limits = rules.regress_suggestion
    if during and max(during) >= limits.pain_during_at_least:
        return Suggestion(advice="regress", reason="pain-during-red", inputs={"painDuring": max(during)})
    lasting = timedelta(hours=limits.lasting_hours)
    rises = _known(_lasting_rise(one, pains, lasting) for one in week)
    if rises and max(rises) >= limits.or_rise_of:
        return Suggestion(advice="regress", reason="rise-that-lasts", inputs={"rise": max(rises)})
    return None


def _hold(during: Sequence[int], rules: GlobalRules) -> Suggestion | None:
    low, high = rules.hold_suggestion.pain_during_between
    amber = [score for score in during if low <= score <= high]
    if not amber:
        return None
    return Suggestion(advice="hold", reason="pain-during-amber", inputs={"painDuring": max(amber)})


def _progress(
    week: Sequence[DoneExercise],
    during: Sequence[int],
    pains: Sequence[PainAt],
    *,
    phase: str,
    rules: GlobalRules,
) -> Suggestion | None:
    limits = rules.progress_suggestion
    days = {one.day for one in week}
    efforts = _known(one.effort for one in week)
    mornings = _known(_next_morning_rise(one, pains) for one in week)
    if phase in limits.not_in_phases or len(days) < limits.min_sessions_in_7_days:
        return None
    if not during or not efforts or not mornings:
        return None
    if max(during) > limits.max_pain_during or max(efforts) > limits.max_effort:
        return None
    if max(mornings) > limits.max_next_morning_rise:
        return None
    return Suggestion(
        advice="progress",
        reason="done-often-and-easily",
        inputs={
            "days": len(days),
            "painDuring": max(during),
            "effort": max(efforts),
            "nextMorningRise": max(mornings),
        },
    )


def _next_morning_rise(done: DoneExercise, pains: Sequence[PainAt]) -> int | None:
    """Points from the check-in before the exercise to that of the next local day."""
    before = _pain_before(done, pains)
    after = next((one.pain_now for one in pains if one.day == done.day + timedelta(days=1)), None)
    return None if before is None or after is None else after - before


def _lasting_rise(done: DoneExercise, pains: Sequence[PainAt], lasting: timedelta) -> int | None:
    """The smallest rise over the check-in before the exercise, up to the first check-in after `lasting`, in points.

    None when no check-in follows between `lasting` and twice `lasting`: a later rise has other causes.
    """
    before = _pain_before(done, pains)
    since = [one for one in pains if done.occurred_at < one.answered_at < done.occurred_at + 2 * lasting]
    last = next((n for n, one in enumerate(since) if one.answered_at >= done.occurred_at + lasting), None)
    if before is None or last is None:
        return None
    return min(one.pain_now for one in since[: last + 1]) - before


def _pain_before(done: DoneExercise, pains: Sequence[PainAt]) -> int | None:
    """Pain now at the last check-in of the 24 hours before the exercise."""
    window = [one.pain_now for one in pains if done.occurred_at - BEFORE <= one.answered_at <= done.occurred_at]
    return window[-1] if window else None


def _known(scores: Iterable[int | None]) -> list[int]:
    return [score for score in scores if score is not None]
