"""Collects the evidence that the alert rules judge: check-ins, needling sessions, exercise logs, the plan."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import structs

from homeplan.alerts.model import Answer, Engagement, Evidence, PainAt, SafetyReport
from homeplan.alerts.rules import resolved_rules
from homeplan.alerts.thresholds.reading import rules_of
from homeplan.checkins.model import StoredCheckIn
from homeplan.checkins.reading import reference_time_of
from homeplan.checkins.rules import paused_days, since_needling
from homeplan.checkins.store import (
    Scores,
    exercise_paused,
    last_checkin_day,
    pauses_since,
    scores_of,
    scores_to_judge,
)
from homeplan.clock import local_day
from homeplan.context import Context
from homeplan.library.alert_rules import AlertRules
from homeplan.library.content import starter
from homeplan.library.store import effective_library
from homeplan.phone_time import DAYS_BACK
from homeplan.programs.episode import Stage
from homeplan.programs.exercise_log import ExerciseBout
from homeplan.programs.store import CareFacts, Chart
from homeplan.programs.timeline.clocks import revision_in_force
from homeplan.programs.timeline.judging import due_on_day
from homeplan.programs.timeline.shelf import shelf_of


async def read_answers(
    ctx: Context, patient_id: str, facts: CareFacts, *, judged: frozenset[date] = frozenset()
) -> list[Scores]:
    """The check-ins that `evidence_of` needs, by day: those of the last weeks, and of the first week of the episode.

    `judged`: the same days as there.
    """
    zone = ZoneInfo(facts.home)
    rules = rules_of(facts)
    # The phone's day may be later than today's here.
    first = _oldest_judged(ctx.now, zone, judged) - rules.look_back
    most = rules.starting_pain.days
    return await scores_to_judge(ctx, patient_id, first, since=_first_day(facts, zone), most=most)


def with_answer(answers: Sequence[Scores], stored: StoredCheckIn) -> list[Scores]:
    """The answers, by day, after the check-in was stored: it replaces an earlier one of its day."""
    before = [one for one in answers if one.day < stored.day]
    after = [one for one in answers if one.day > stored.day]
    return [*before, scores_of(stored), *after]


def evidence_of(
    answers: Sequence[Scores],
    facts: CareFacts,
    now: datetime,
    *,
    judged: frozenset[date] = frozenset(),
    safety: Sequence[SafetyReport] = (),
    bouts: Sequence[ExerciseBout] = (),
) -> Evidence:
    """The evidence of these answers and exercises.

    Only judged check-ins get their time since needling; no rule needs it of the others.
    """
    zone, ends = ZoneInfo(facts.home), facts.needled
    rules = rules_of(facts)
    oldest = _oldest_judged(now, zone, judged)
    since = _first_day(facts, zone)
    first, week = oldest - rules.look_back, timedelta(days=rules.starting_pain.days)
    own = [one for one in answers if one.day >= since]
    week_ends = own[0].day + week if own else since
    return Evidence(
        zone=zone,
        answers=tuple(
            [_judged(one, ends, zone) if ends and one.day >= oldest else one for one in answers if one.day >= first]
        ),
        judged=judged,
        first_week=tuple([one for one in own if one.day < week_ends]),
        pains=_pains(answers, local_day(now, zone) - rules.around_exercises, zone) if bouts else (),
        safety=tuple(safety),
        bouts=tuple(bouts),
    )


def _oldest_judged(now: datetime, zone: ZoneInfo, judged: frozenset[date]) -> date:
    return min([local_day(now, zone) - timedelta(days=DAYS_BACK), *judged])


def _first_day(facts: CareFacts, zone: ZoneInfo) -> date:
    """The first day of the open episode; without one, of everything."""
    return date.min if facts.opened_at is None else local_day(facts.opened_at, zone)


def _pains(scores: Sequence[Scores], first: date, home: ZoneInfo) -> tuple[PainAt, ...]:
    """The check-ins since `first` in order of time."""
    found = (
        PainAt(day=one.day, answered_at=reference_time_of(one, home.key), pain_now=one.pain_now)
        for one in scores
        if one.day >= first
    )
    return tuple(sorted(found, key=lambda one: one.answered_at))


async def engagement_of(
    ctx: Context, patient_id: str, chart: Chart, evidence: Evidence, rules: AlertRules
) -> Engagement | None:
    """The patient's use of the plan; None unless the episode is active and a revision is in force.

    The due days of the week are computed only where too little was exercised, so that most patients cost a few
    statements. During an exercise pause no exercise is due.
    """
    if chart.episode is None or chart.program is None or chart.episode.stage is not Stage.ACTIVE:
        return None
    if revision_in_force(chart.program, ctx.now) is None:
        return None
    since = max(chart.episode.changes[-1].at, min(one.effective_from for one in chart.program.revisions))
    resolved = resolved_rules(evidence, ctx.now, rules)
    needs_due_days = "no-exercise" not in resolved and await exercise_paused(ctx, patient_id) is None
    zone = evidence.zone
    return Engagement(
        active_since=local_day(since, zone),
        last_checkin=await last_checkin_day(ctx, patient_id),
        exercise_due_days=await _exercise_due_days(ctx, patient_id, chart, zone) if needs_due_days else 0,
    )


async def _exercise_due_days(ctx: Context, patient_id: str, chart: Chart, zone: ZoneInfo) -> int:
    today = local_day(ctx.now, zone)
    window = starter().alert_rules.no_exercise.window
    week = [today - timedelta(days=back) for back in range(window.days, 0, -1)]
    pauses = await pauses_since(ctx, [patient_id], ctx.now - window - timedelta(days=1))
    out = paused_days(pauses.get(patient_id, ()), zone, today)
    shelf = shelf_of(await effective_library(ctx))
    judged = [
        due_on_day(chart.program, chart.sessions, (), day, zone, shelf, chart.facts, rules=starter().plan_rules)
        for day in week
        if day not in out
    ]
    return sum(any(due.kind == "exercise" for due in day.due) for day in judged)


def _judged(scores: Scores, ends: Sequence[datetime], home: ZoneInfo) -> Answer:
    return structs.replace(scores, since_needling=since_needling(ends, reference_time_of(scores, home.key)))
