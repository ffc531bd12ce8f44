"""Collects the evidence that the alert rules judge: check-ins, needling sessions, exercise logs, the plan."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from homeplan.alerts.model import Answer, Engagement, Evidence, FirstAnswer, PainAt, SafetyReport
from homeplan.alerts.rules import resolved_rules
from homeplan.checkins.rules import paused_days, places, reference_time, since_needling
from homeplan.checkins.store import (
    Scores,
    exercise_paused,
    last_checkin_day,
    pauses_since,
    scores_to_judge,
)
from homeplan.clock import local_day
from homeplan.context import Context
from homeplan.library.content import starter
from homeplan.library.store import effective_library
from homeplan.phone_time import DAYS_BACK
from homeplan.programs.model import Stage
from homeplan.programs.store import CareFacts, Chart
from homeplan.programs.timeline.clocks import revision_in_force
from homeplan.programs.timeline.judging import due_on_day
from homeplan.programs.timeline.shelf import shelf_of
from homeplan.values import zone_of_phone


async def evidence_of_answers(
    ctx: Context,
    patient_id: str,
    *,
    facts: CareFacts,
    judged: frozenset[date] = frozenset(),
    safety: Sequence[SafetyReport] = (),
) -> Evidence:
    """The check-ins of the last weeks, and those of the first week of the episode.

    Only judged check-ins get their time since needling; no rule needs it of the others.
    """
    zone, ends = ZoneInfo(facts.home), facts.needled
    today = local_day(ctx.now, zone)
    oldest = min([today - timedelta(days=DAYS_BACK), *judged])
    rules = starter().alert_rules
    start = rules.starting_pain.days
    since = date.min if facts.opened_at is None else local_day(facts.opened_at, zone)
    # The phone's day may be later than today's here.
    scores, first = await scores_to_judge(ctx, patient_id, oldest - rules.look_back, since=since, most=start)
    return Evidence(
        zone=zone,
        answers=tuple(_answer(one, ends, oldest, zone) for one in scores),
        judged=judged,
        first_week=tuple(
            FirstAnswer(day=one.day, pain_now=one.pain_now, pain_worst_24h=one.pain_worst_24h)
            for one in first
            if one.day < first[0].day + timedelta(days=start)
        ),
        pains=_pains(scores, today - rules.around_exercises, zone),
        safety=tuple(safety),
    )


def _pains(scores: Sequence[Scores], first: date, home: ZoneInfo) -> tuple[PainAt, ...]:
    """The check-ins since `first` in order of time."""
    found = (
        PainAt(day=one.day, answered_at=_described_at(one, home), pain_now=one.pain_now)
        for one in scores
        if one.day >= first
    )
    return tuple(sorted(found, key=lambda one: one.answered_at))


async def engagement_of(ctx: Context, patient_id: str, chart: Chart, evidence: Evidence) -> Engagement | None:
    """The patient's use of the plan; None unless the episode is active and a revision is in force.

    The due days of the week are computed only where too little was exercised, so that most patients cost a few
    statements. During an exercise pause no exercise is due.
    """
    if chart.episode is None or chart.program is None or chart.episode.stage is not Stage.ACTIVE:
        return None
    if revision_in_force(chart.program, ctx.now) is None:
        return None
    since = max(chart.episode.changes[-1].at, min(one.effective_from for one in chart.program.revisions))
    resolved = resolved_rules(evidence, ctx.now, starter().alert_rules)
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


def _answer(scores: Scores, ends: Sequence[datetime], judged_from: date, home: ZoneInfo) -> Answer:
    return Answer(
        day=scores.day,
        received_at=scores.received_at,
        pain_now=scores.pain_now,
        pain_worst_24h=scores.pain_worst_24h,
        soreness=scores.soreness,
        places=None if scores.regions is None else places(scores.regions),
        since_needling=since_needling(ends, _described_at(scores, home))
        if ends and scores.day >= judged_from
        else None,
    )


def _described_at(scores: Scores, home: ZoneInfo) -> datetime:
    return reference_time(scores.day, scores.answered_at, zone_of_phone(scores.time_zone, home.key))
