"""The course of one patient: a report for the therapist, and the progress that the patient sees."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from homeplan.accounts.model import Patient
from homeplan.accounts.store import find_patient
from homeplan.alerts.model import PainAt
from homeplan.alerts.progression import DoneExercise, suggest
from homeplan.alerts.rules import holds_back
from homeplan.alerts.store import open_alerts_of
from homeplan.checkins.model import StoredCheckIn
from homeplan.checkins.reading import reference_time_of
from homeplan.checkins.rules import paused_days
from homeplan.checkins.store import checkins_between, first_checkins, pauses_since
from homeplan.clock import local_day
from homeplan.context import Context
from homeplan.library.content import starter
from homeplan.library.store import effective_library
from homeplan.programs.exercise_log import ExerciseLog
from homeplan.programs.store import Chart, done_between, logs_between, read_chart
from homeplan.programs.timeline.clocks import read_clocks
from homeplan.programs.timeline.model import JudgedDay
from homeplan.programs.timeline.shelf import shelf_of
from homeplan.reports.judged import JudgedDays, adherence_of
from homeplan.reports.model import EarlierDays, ItemSuggestion, Marker, PainPoint, Progress, ProgressDay, Report
from homeplan.reports.rules import (
    ADHERENCE_DAYS,
    WEEK,
    DatedScores,
    exercise_days,
    markers,
    pain_sentence,
    progress_days,
    session_answer,
    session_responses,
)

REPORT_DAYS = 180
PROGRESS_DAYS = 42
CALENDARS = timedelta(days=3)
"""Most that calendars differ by, and a day."""


async def read_report(ctx: Context, patient_id: str) -> Report:
    """The last 180 days of a patient whom the actor may see. Raises NotFound."""
    patient = await find_patient(ctx, patient_id)
    zone = ZoneInfo(patient.time_zone)
    today = local_day(ctx.now, zone)
    first = today - timedelta(days=REPORT_DAYS - 1)
    chart = await read_chart(ctx, patient_id)
    windows = starter().alert_rules.session_response
    since_before = first - windows.before - CALENDARS
    stored = await checkins_between(ctx, patient_id, since_before, today + timedelta(days=1))
    shelf = shelf_of(await effective_library(ctx))
    since = today - timedelta(days=ADHERENCE_DAYS)
    done = await done_between(ctx, [patient_id], since, today)
    logs = await logs_between(ctx, patient_id, today - _judged_by_suggestions(), today)
    pauses = (await pauses_since(ctx, [patient_id], ctx.now - timedelta(days=ADHERENCE_DAYS + 1))).get(patient_id, [])
    paused = next((pause for pause in pauses if pause.lifted_at is None), None)
    alerts = (await open_alerts_of(ctx, [patient_id]))[patient_id]
    held_back = paused is not None or any(holds_back(one.rule, one.severity) for one in alerts)
    cache = ctx.memory.of(JudgedDays)
    scores = [_dated(one, zone.key) for one in stored]
    recent = [session for session in chart.sessions if local_day(session.ended_at, zone) >= first]
    return Report(
        first=first,
        last=today,
        pain_trend=tuple(_point(one) for one in stored if one.day >= first),
        sessions=session_responses(recent, scores, zone, windows),
        answer=session_answer(recent, scores, starter().alert_rules),
        adherence=adherence_of(chart, done[patient_id], pauses, patient.joined_at, shelf, cache, zone, today),
        suggestions=() if held_back else _suggestions(chart, logs, stored, ctx.now, zone),
        suggestions_held_back=held_back,
        exercise_pause=paused,
    )


async def read_progress(ctx: Context, patient_id: str) -> Progress:
    """The signed-in patient's last six weeks, without the suggestions to the therapist."""
    patient = await find_patient(ctx, patient_id)
    zone = ZoneInfo(patient.time_zone)
    today = local_day(ctx.now, zone)
    weeks = await _six_weeks(ctx, patient, today)
    rules = starter().alert_rules
    first_week = await first_checkins(ctx, patient_id, _episode_day(weeks.chart, zone), most=rules.week_mean.days)
    return Progress(
        days=weeks.days,
        markers=weeks.markers,
        exercise_days=exercise_days(weeks.judged, today=today, out=weeks.out),
        check_in_days=sum(today - WEEK < one.day for one in weeks.stored),
        pain=pain_sentence(_with_first_week(first_week, weeks.stored, zone.key), today, rules),
    )


async def read_earlier_days(ctx: Context, patient_id: str, before: date) -> EarlierDays:
    """The six weeks of the signed-in patient that end the day before, never beyond today."""
    patient = await find_patient(ctx, patient_id)
    zone = ZoneInfo(patient.time_zone)
    last = min(local_day(ctx.now, zone), max(before, date.min + timedelta(days=2 * PROGRESS_DAYS)) - timedelta(days=1))
    weeks = await _six_weeks(ctx, patient, last)
    return EarlierDays(
        days=weeks.days,
        needled=tuple(sorted({one.day for one in weeks.markers})),
        more=patient.joined_at is not None and local_day(patient.joined_at, zone) < weeks.days[0].day,
    )


class _Weeks(NamedTuple):
    chart: Chart
    stored: list[StoredCheckIn]
    """Also of some days before, which the pain around a needling session needs."""
    judged: tuple[JudgedDay, ...]
    out: frozenset[date]
    days: tuple[ProgressDay, ...]
    markers: tuple[Marker, ...]


async def _six_weeks(ctx: Context, patient: Patient, last: date) -> _Weeks:
    zone = ZoneInfo(patient.time_zone)
    today = local_day(ctx.now, zone)
    days = [last - timedelta(days=back) for back in range(PROGRESS_DAYS - 1, -1, -1)]
    chart = await read_chart(ctx, patient.id)
    rules = starter().alert_rules
    stored = await checkins_between(ctx, patient.id, days[0] - rules.session_response.before - CALENDARS, last)
    shelf = shelf_of(await effective_library(ctx))
    done = (await done_between(ctx, [patient.id], days[0], last))[patient.id]
    since = ctx.now - (today - days[0]) - timedelta(days=2)
    pauses = (await pauses_since(ctx, [patient.id], since)).get(patient.id, [])
    joined = date.max if patient.joined_at is None else local_day(patient.joined_at, zone)
    out = frozenset(paused_days(pauses, zone, today) | done.stopped | {day for day in days if day < joined})
    judged = ctx.memory.of(JudgedDays).of(chart, days, done, zone, shelf)
    scores = [_dated(one, zone.key) for one in stored]
    needled = tuple(one for one in markers(chart.sessions, scores, zone, rules) if days[0] <= one.day <= last)
    return _Weeks(chart, stored, judged, out, progress_days(judged, scores, out), needled)


def _judged_by_suggestions() -> timedelta:
    limits = starter().global_rules.progress_suggestion
    return timedelta(days=max(limits.days, limits.days_if_rarer))


def _suggestions(
    chart: Chart, logs: Sequence[ExerciseLog], stored: Sequence[StoredCheckIn], now: datetime, zone: ZoneInfo
) -> tuple[ItemSuggestion, ...]:
    clocks = read_clocks(chart.program, chart.sessions, now, zone, chart.facts, rules=starter().plan_rules)
    if clocks.plan is None:
        return ()
    pains = sorted(
        (PainAt(day=one.day, answered_at=reference_time_of(one, zone.key), pain_now=one.pain_now) for one in stored),
        key=lambda pain: pain.answered_at,
    )
    found = []
    for prescription in clocks.plan.revision.prescriptions:
        if prescription.kind != "exercise":
            continue
        suggestion = suggest(
            [_done(log) for log in logs if log.slug == prescription.slug and _was_done(log)],
            pains,
            phase=clocks.overlay_phase or clocks.plan.phase.slug,
            planned_days_a_week=WEEK.days if prescription.dosage is None else prescription.dosage.weekdays.bit_count(),
            held_back=False,
            rules=starter().global_rules,
            light=starter().alert_rules.light,
            today=clocks.day,
            zone=zone,
        )
        if suggestion is not None:
            found.append(ItemSuggestion(prescription_id=prescription.id, slug=prescription.slug, suggestion=suggestion))
    return tuple(found)


def _was_done(log: ExerciseLog) -> bool:
    return log.outcome != "skipped" or log.stopped


def _done(log: ExerciseLog) -> DoneExercise:
    return DoneExercise(
        day=log.day,
        occurred_at=log.occurred_at,
        pain_during=log.pain_during,
        effort=log.effort,
        full=log.outcome == "completed" and not log.stopped,
        stopped=log.stopped,
    )


def _episode_day(chart: Chart, zone: ZoneInfo) -> date:
    """The first day of the episode of care; without one, of everything."""
    return date.min if chart.episode is None else local_day(chart.episode.changes[0].at, zone)


def _with_first_week(
    first_week: Sequence[StoredCheckIn], stored: Sequence[StoredCheckIn], home: str
) -> list[DatedScores]:
    """The first week of this episode of care and the last weeks, by day, without those of earlier episodes."""
    by_day = {one.day: _dated(one, home) for one in (*first_week, *stored)}
    return [by_day[day] for day in sorted(by_day) if first_week and day >= first_week[0].day]


def _dated(stored: StoredCheckIn, home: str) -> DatedScores:
    return DatedScores(
        day=stored.day,
        at=reference_time_of(stored, home),
        pain_now=stored.pain_now,
        pain_worst_24h=stored.pain_worst_24h,
        soreness=stored.soreness,
        interference=stored.interference,
    )


def _point(stored: StoredCheckIn) -> PainPoint:
    return PainPoint(
        day=stored.day,
        pain_now=stored.pain_now,
        pain_worst_24h=stored.pain_worst_24h,
        pain_average_24h=stored.pain_average_24h,
        soreness=stored.soreness,
        interference=stored.interference,
    )
