"""Whether to progress, hold or regress an exercise: a suggestion to the therapist. Pure.

It is never shown to the patient and never applied automatically. The numbers are `global_rules` of library.yaml, and
those of the traffic light (alerts/light.py).
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from homeplan.alerts.light import LightColor, light_of, pain_before
from homeplan.alerts.model import Input, PainAt
from homeplan.library.alert_terms import Light
from homeplan.library.reference import GlobalRules
from homeplan.localtime import wall
from homeplan.values import Value

Advice = Literal["progress", "hold", "regress"]
SuggestionReason = Literal[
    "stopped-for-pain",
    "pain-during-red",
    "rise-that-lasts",
    "pain-during-amber",
    "done-often-and-easily",
]
"""The reason of the advice; see `suggest`."""

DAYS_OF_WEEK = 7
"""A unit, no clinical decision: plans say their days per week."""


class DoneExercise(Struct, frozen=True, kw_only=True):
    """One time that the exercise was done, fully, partly or in its tiny form. Scores 0-10; None when not recorded."""

    day: date
    occurred_at: datetime
    pain_during: int | None
    effort: int | None
    full: bool = True
    """False for its tiny form, a part, and where the patient stopped."""
    stopped: bool = False
    """The patient stopped because it hurt too much."""


class Suggestion(Value, frozen=True):
    """Advice to the therapist about one prescription, with its reason and inputs."""

    advice: Advice
    reason: SuggestionReason
    inputs: dict[str, Input]


class _Bout(Struct, frozen=True, kw_only=True):
    """A done exercise with what the check-ins around it say."""

    done: DoneExercise
    before: int | None
    morning_rise: int | None
    lasting_rise: int | None
    light: LightColor


def suggest(
    done: Sequence[DoneExercise],
    pains: Sequence[PainAt],
    *,
    phase: str,
    planned_days_a_week: int,
    held_back: bool,
    rules: GlobalRules,
    light: Light,
    today: date,
    zone: ZoneInfo,
) -> Suggestion | None:
    """The suggestion for one exercise; None when there is too little to say.

    `done` and `pains` are in order of time; `phase` is p0 to p2 in the first 72 hours after needling, otherwise the
    plan's. `held_back`: exercises are paused, or an alert is open that holds progression back (`holds_back`). Then, and
    in the first 72 hours after needling, nothing is suggested. Judged are the last seven days, today included, or
    fourteen for what is planned on fewer than five days a week. In this order:
    - **regress**: the light is red, or the patient stopped because it hurt, in one of the last three bouts; or pain now
      2 points above the check-in before one of them and still so at a check-in 24 to 48 hours after it.
    - **hold**: a light that is not green, or stopped for pain, in any bout.
    - **progress**: done on 80 percent of the planned days, with four full bouts of which half are rated; pain during at
      most 3 or no more than before, effort at most 4, and the first check-in after it, before noon of the next day
      and before the next bout, at most 1 point above the check-in before. At least one such morning is known.
    """
    limits = rules.progress_suggestion
    if held_back or phase in limits.not_in_phases:
        return None
    days = limits.days if planned_days_a_week >= limits.week_from_planned_days else limits.days_if_rarer
    judged = [one for one in done if today - timedelta(days=days) < one.day <= today]
    lasting = timedelta(hours=rules.regress_suggestion.lasting_hours)
    bouts = []
    for one, following in zip(judged, [*judged[1:], None], strict=False):
        before = pain_before(one.occurred_at, pains, light)
        next_day = one.day + timedelta(days=1)
        bouts.append(
            _Bout(
                done=one,
                before=before,
                morning_rise=_morning_rise(one, before, following, pains, wall(next_day, limits.morning_until, zone)),
                lasting_rise=_lasting_rise(one, before, pains, lasting),
                light="green" if one.pain_during is None else light_of(one.pain_during, before, light),
            )
        )
    planned = planned_days_a_week * (days // DAYS_OF_WEEK)
    return _regress(bouts, rules) or _hold(bouts) or _progress(bouts, planned, rules)


def _regress(bouts: Sequence[_Bout], rules: GlobalRules) -> Suggestion | None:
    limits = rules.regress_suggestion
    last = bouts[-limits.last_bouts :]
    red = [one for one in last if one.light == "red"]
    if red:
        worst = max(red, key=lambda one: one.done.pain_during or 0)
        inputs: dict[str, Input] = {"painDuring": worst.done.pain_during, "painBefore": worst.before}
        return Suggestion(advice="regress", reason="pain-during-red", inputs=inputs)
    stopped = [one for one in last if one.done.stopped]
    if stopped:
        inputs = {"stopped": len(stopped), "painDuring": stopped[-1].done.pain_during}
        return Suggestion(advice="regress", reason="stopped-for-pain", inputs=inputs)
    rises = _known(one.lasting_rise for one in last)
    if rises and max(rises) >= limits.or_rise_of:
        return Suggestion(advice="regress", reason="rise-that-lasts", inputs={"rise": max(rises)})
    return None


def _hold(bouts: Sequence[_Bout]) -> Suggestion | None:
    above = [one for one in bouts if one.light != "green" or one.done.stopped]
    if not above:
        return None
    worst = max(above, key=lambda one: one.done.pain_during or 0)
    inputs: dict[str, Input] = {"painDuring": worst.done.pain_during, "painBefore": worst.before}
    return Suggestion(advice="hold", reason="pain-during-amber", inputs=inputs)


def _progress(bouts: Sequence[_Bout], planned: int, rules: GlobalRules) -> Suggestion | None:
    limits = rules.progress_suggestion
    days = {one.done.day for one in bouts}
    full = [one for one in bouts if one.done.full]
    rated = [one for one in full if one.done.pain_during is not None and one.done.effort is not None]
    if 100 * len(days) < limits.min_percent_of_planned_days * planned or len(full) < limits.min_full_bouts:
        return None
    if 100 * len(rated) < limits.min_percent_rated * len(full):
        return None
    efforts = _known(one.done.effort for one in bouts)
    mornings = _known(one.morning_rise for one in bouts)
    if not efforts or not mornings:
        return None
    if max(efforts) > limits.max_effort or max(mornings) > limits.max_next_morning_rise:
        return None
    if not all(_is_easy(one, limits.max_pain_during) for one in bouts):
        return None
    return Suggestion(
        advice="progress",
        reason="done-often-and-easily",
        inputs={
            "days": len(days),
            "plannedDays": planned,
            "fullBouts": len(full),
            "painDuring": max(_known(one.done.pain_during for one in bouts)),
            "effort": max(efforts),
            "nextMorningRise": max(mornings),
        },
    )


def _is_easy(bout: _Bout, at_most: int) -> bool:
    during = bout.done.pain_during
    return during is None or during <= at_most or (bout.before is not None and during <= bout.before)


def _morning_rise(
    done: DoneExercise, before: int | None, following: DoneExercise | None, pains: Sequence[PainAt], until: datetime
) -> int | None:
    """Points from the check-in before the exercise to the first one after it.

    None when that comes only after `until`, the end of the next morning, or after the next bout: then other causes are
    likelier.
    """
    if following is not None:
        until = min(until, following.occurred_at)
    after = next((one.pain_now for one in pains if done.occurred_at < one.answered_at <= until), None)
    return None if before is None or after is None else after - before


def _lasting_rise(done: DoneExercise, before: int | None, pains: Sequence[PainAt], lasting: timedelta) -> int | None:
    """The smallest rise over the check-in before the exercise, up to the first check-in after `lasting`, in points.

    None when no check-in follows between `lasting` and twice `lasting`: a later rise has other causes.
    """
    since = [one for one in pains if done.occurred_at < one.answered_at < done.occurred_at + 2 * lasting]
    last = next((n for n, one in enumerate(since) if one.answered_at >= done.occurred_at + lasting), None)
    if before is None or last is None:
        return None
    return min(one.pain_now for one in since[: last + 1]) - before


def _known(scores: Iterable[int | None]) -> list[int]:
    return [score for score in scores if score is not None]
