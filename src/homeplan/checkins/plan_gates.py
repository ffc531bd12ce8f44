"""Checks once per day whether a patient's next phase may begin, with what check-ins, alerts and logs say."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from homeplan.alerts.actions import raise_alerts
from homeplan.alerts.engagement import phase_waiting
from homeplan.alerts.rules import holds_back
from homeplan.alerts.store import alerts_of_patient
from homeplan.checkins.rules import paused_days
from homeplan.checkins.store import exercise_paused, first_checkins, pain_since, pauses_since
from homeplan.clock import local_day
from homeplan.context import Context
from homeplan.library.alert_rules import AlertRules
from homeplan.library.content import starter
from homeplan.library.store import effective_library
from homeplan.programs.actions.phases import begin_again, begin_phase, note_waiting, walk_on
from homeplan.programs.model import Program, Revision
from homeplan.programs.store import Chart, done_between, exercise_bouts, logs_between
from homeplan.programs.timeline.clocks import revision_in_force, walking_seconds
from homeplan.programs.timeline.gates import GateFacts, closed_by, restart, waiting
from homeplan.programs.timeline.judging import due_on_day
from homeplan.programs.timeline.plan_clock import PlanClock, plan_clock
from homeplan.programs.timeline.shelf import shelf_of
from homeplan.programs.timeline.walking import WalkingWeek, is_timed_walk, next_week

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
"""A unit, no clinical decision: walking is a total per week."""


async def advance_plan(ctx: Context, patient_id: str, chart: Chart, zone: ZoneInfo, alert_rules: AlertRules) -> None:
    """Begin the next phase where its gate is open, note why it waits, or begin the phase again after time away."""
    program = chart.program
    revision = None if program is None else revision_in_force(program, ctx.now)
    if program is None or revision is None or not program.gated:
        return
    clock = plan_clock(program, chart.sessions, chart.facts, revision.phases, rules=starter().plan_rules)
    paused = await exercise_paused(ctx, patient_id) is not None
    today = local_day(ctx.now, zone)
    days = [today - timedelta(days=back) for back in range(starter().plan_rules.gate.due_days, 0, -1)]
    if not paused and chart.facts.joined_at is not None and local_day(chart.facts.joined_at, zone) < days[0]:
        exercised = {bout.day for bout in await exercise_bouts(ctx, patient_id, days[0])}
        again = restart(clock, exercised, ctx.now, rules=starter().plan_rules)
        if again is not None:
            await begin_again(ctx, patient_id, program, again)
            return
    if not paused:
        await _look_back_on_walking(ctx, patient_id, program, revision, clock, today)
    next_phase = waiting(program, clock, ctx.now)
    if next_phase is None:
        return
    facts = await _gate_facts(ctx, patient_id, chart, days, zone, paused=paused)
    reasons = closed_by(facts, starter().plan_rules.gate)
    if reasons:
        await note_waiting(ctx, program, reasons)
        rule = alert_rules.phase_waiting
        if ctx.now - next_phase.since >= rule.time:
            found = phase_waiting(next_phase.phase, local_day(next_phase.since, zone), reasons, ctx.now, rule)
            await raise_alerts(ctx, patient_id, [found], rules=alert_rules)
    else:
        await begin_phase(ctx, patient_id, program, next_phase.phase)


async def _look_back_on_walking(
    ctx: Context, patient_id: str, program: Program, revision: Revision, clock: PlanClock, today: date
) -> None:
    """Set the walking of the next week, once a week is over since p3 or since it was last set."""
    since = clock.zero + timedelta(hours=starter().plan_rules.start.building_h)
    last = max([since, *(step.at for step in program.steps if step.kind == "walk")])
    total = walking_seconds(program, revision, ctx.now, rules=starter().plan_rules)
    if total is None or ctx.now - last < WEEK or not any(map(is_timed_walk, revision.prescriptions)):
        return
    walks = {one.slug for one in (*revision.prescriptions, *revision.overlay) if is_timed_walk(one)}
    found = await logs_between(ctx, patient_id, today - WEEK, today - timedelta(days=1))
    logs = [log for log in found if log.slug in walks]
    pain = {one.day: one.pain_now for one in (await pain_since(ctx, [patient_id], today - WEEK))[patient_id]}
    days = {log.day for log in logs if log.counts}
    rises = [pain[day + DAY] - pain[day] for day in days if day in pain and day + DAY in pain]
    red = starter().alert_rules.light.red
    week = WalkingWeek(
        days_done=len(days),
        worst_morning=max(rises, default=None),
        red=any(log.stopped or (log.pain_during is not None and log.pain_during >= red) for log in logs),
    )
    await walk_on(ctx, patient_id, program, next_week(total, week, starter().plan_rules.walking))


async def _gate_facts(
    ctx: Context, patient_id: str, chart: Chart, days: list[date], zone: ZoneInfo, *, paused: bool
) -> GateFacts:
    today = days[-1] + timedelta(days=1)
    rule, start_days = starter().plan_rules.gate, starter().alert_rules.starting_pain.days
    began = date.min if chart.episode is None else local_day(chart.episode.changes[0].at, zone)
    first = await first_checkins(ctx, patient_id, began, most=start_days)
    recent = (await pain_since(ctx, [patient_id], today - timedelta(days=rule.pain_days - 1)))[patient_id]
    alerts = await alerts_of_patient(ctx, patient_id)
    pauses = (await pauses_since(ctx, [patient_id], ctx.now - timedelta(days=len(days) + 1))).get(patient_id, [])
    done = (await done_between(ctx, [patient_id], days[0], days[-1]))[patient_id]
    shelf = shelf_of(await effective_library(ctx))
    joined = date.max if chart.facts.joined_at is None else local_day(chart.facts.joined_at, zone)
    out = paused_days(pauses, zone, today) | done.stopped
    due = done_days = 0
    for day in days:
        if day in out or day <= joined:
            continue
        judged = due_on_day(
            chart.program, chart.sessions, (), day, zone, shelf, chart.facts, rules=starter().plan_rules
        )
        slugs = {one.slug for one in judged.due if one.kind == "exercise"}
        due += bool(slugs)
        done_days += any((day, slug) in done.times for slug in slugs)
    return GateFacts(
        start=[one.pain_now for one in first if one.day < first[0].day + timedelta(days=start_days)],
        week=[one.pain_now for one in recent],
        alert_open=any(one.closed_at is None and holds_back(one.rule, one.severity) for one in alerts),
        paused=paused,
        days_due=due,
        days_done=done_days,
    )
