"""What is known about patients at the moment of the decision: a few statements a clinic, however many patients."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from homeplan.checkins.store import pauses_since
from homeplan.clock import from_ms
from homeplan.context import Context
from homeplan.library.store import effective_library
from homeplan.localtime import start_of_day
from homeplan.programs.model import ExerciseLog
from homeplan.programs.store import Chart, logs_between, logs_of_many, read_charts
from homeplan.programs.timeline.segments import what_is_on
from homeplan.programs.timeline.shelf import Shelf, shelf_of
from homeplan.reminders.model import Kind
from homeplan.reminders.moments import Case, Facts
from homeplan.reminders.occurrences import by_clinic
from homeplan.reminders.schedule import in_quiet_hours


class _Work(Struct, frozen=True):
    """Where somebody stands with one kind of thing on one local day."""

    on_plan: bool
    left: int
    logged_at: datetime | None


async def gather(ctx: Context, cases: Sequence[Case]) -> list[Facts]:
    """The facts of each case, in their order, but for `rings_today`, which is counted where rings are granted."""
    found: dict[int, Facts] = {}
    for clinic_id, group in by_clinic(enumerate(cases), lambda each: each[1].clinic_id):
        those = [case for _, case in group]
        discharged = await _discharged(ctx.of_clinic(clinic_id), those)
        paused = await pauses_since(ctx.of_clinic(clinic_id), _patients(those), ctx.now)
        work = await _work(ctx.of_clinic(clinic_id), those)
        for (place, case), done in zip(group, work, strict=True):
            found[place] = Facts(
                enabled=case.enabled,
                in_care=case.patient_id not in discharged,
                on_plan=done.on_plan,
                left=done.left,
                logged_at=done.logged_at,
                exercise_paused=case.patient_id in paused,
                rings_today=0,
                snoozed_until=case.snoozed_until,
                in_quiet_hours=in_quiet_hours(ctx.now, case.settings.quiet, case.zone),
                paused_until=case.settings.paused_until,
                daily_cap=case.settings.daily_cap,
            )
    return [found[place] for place in range(len(cases))]


async def first_done(ctx: Context, patient_id: str, since: date) -> dict[tuple[Kind, date], datetime]:
    """When the patient first did on each local day what a reminder of that kind asks for."""
    answers = (await _answers(ctx, [patient_id], since)).get(patient_id, {})
    done = {(Kind.CHECKIN, day): answered_at for day, answered_at in answers.items()}
    for log in await logs_between(ctx, patient_id, since, date.max):
        if log.counts and log.kind != "education":
            key = (Kind(log.kind), log.day)
            done[key] = min(done.get(key, log.occurred_at), log.occurred_at)
    return done


async def _work(ctx: Context, cases: Sequence[Case]) -> list[_Work]:
    answers: Mapping[str, Mapping[date, datetime]] = {}
    charts: Mapping[str, Chart] = {}
    logs: Mapping[str, Sequence[ExerciseLog]] = {}
    shelf: Shelf | None = None
    if asked := [case for case in cases if case.occurrence.kind is Kind.CHECKIN]:
        answers = await _answers(ctx, _patients(asked), min(case.occurrence.day for case in asked))
    if trained := [case for case in cases if case.occurrence.kind is not Kind.CHECKIN]:
        days = sorted(case.occurrence.day for case in trained)
        charts = await read_charts(ctx, _patients(trained))
        logs = await logs_of_many(ctx, _patients(trained), days[0], days[-1])
        shelf = shelf_of(await effective_library(ctx))
    found = []
    for case in cases:
        if case.occurrence.kind is Kind.CHECKIN:
            found.append(_checked_in(case, answers.get(case.patient_id, {})))
        else:
            found.append(_trained(case, charts[case.patient_id], logs.get(case.patient_id, ()), shelf, ctx.now))
    return found


def _checked_in(case: Case, answers: Mapping[date, datetime]) -> _Work:
    answered_at = answers.get(case.occurrence.day)
    return _Work(on_plan=True, left=1 if answered_at is None else 0, logged_at=answered_at)


def _trained(case: Case, chart: Chart, logs: Sequence[ExerciseLog], shelf: Shelf | None, now: datetime) -> _Work:
    """What the plan asks for on the occurrence's day, of its kind, and how much of that is left."""
    # After midnight a repeat is still about the day before.
    end = start_of_day(case.occurrence.day + timedelta(days=1), case.zone) - timedelta(seconds=1)
    today = what_is_on(chart.program, chart.sessions, logs, min(now, end), case.zone, shelf)
    kind = case.occurrence.kind.value
    of_kind = [(item, done) for item, done in zip(today.items, today.progress, strict=True) if item.kind == kind]
    return _Work(
        on_plan=any(item.times_due for item, _ in of_kind),
        left=sum(done.times_left for _, done in of_kind),
        logged_at=max(
            (log.occurred_at for log in logs if log.kind == kind and log.day == case.occurrence.day), default=None
        ),
    )


SELECT_ANSWERS = """
SELECT patient_id, day, answered_at FROM checkins
 WHERE clinic_id = :clinic_id AND patient_id IN (:patient_ids) AND day >= :since"""


async def _answers(ctx: Context, patient_ids: Sequence[str], since: date) -> dict[str, dict[date, datetime]]:
    rows = await ctx.tx.fetch(SELECT_ANSWERS, clinic_id=ctx.clinic_id, patient_ids=patient_ids, since=since.isoformat())
    found: dict[str, dict[date, datetime]] = {}
    for row in rows:
        answers = found.setdefault(row["patient_id"], {})
        answers[date.fromisoformat(row["day"])] = from_ms(row["answered_at"])
    return found


SELECT_DISCHARGED = """
SELECT patient_id FROM episodes
 WHERE clinic_id = :clinic_id AND patient_id IN (:patient_ids)
 GROUP BY patient_id HAVING COUNT(*) = COUNT(discharged_at)"""


async def _discharged(ctx: Context, cases: Iterable[Case]) -> set[str]:
    """Whose care has ended: every episode, and there is one."""
    rows = await ctx.tx.fetch(SELECT_DISCHARGED, clinic_id=ctx.clinic_id, patient_ids=_patients(cases))
    return {row["patient_id"] for row in rows}


def _patients(cases: Iterable[Case]) -> list[str]:
    return sorted({case.patient_id for case in cases})
