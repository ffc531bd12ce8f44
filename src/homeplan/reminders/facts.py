"""Reads the facts for the decision whether to ring: a few statements per clinic, however many patients."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from homeplan.checkins.store import answered_since, pauses_since
from homeplan.context import Context
from homeplan.delivery.model import Delivery
from homeplan.delivery.store import deliveries_of
from homeplan.library.content import starter
from homeplan.library.store import effective_library
from homeplan.localtime import start_of_day
from homeplan.outcomes.store import answered_prompts
from homeplan.programs.exercise_log import ExerciseLog
from homeplan.programs.store import Chart, discharged_among, logs_between, logs_of_many, read_charts
from homeplan.programs.timeline.segments import what_is_on
from homeplan.programs.timeline.shelf import Shelf, shelf_of
from homeplan.reminders.due import DueReminder, Facts, PushState
from homeplan.reminders.model import NIGHT, PROMPT_PREFIX, ReminderKind, Slot, ring_of
from homeplan.reminders.rules import in_quiet_hours
from homeplan.reminders.second_way.rules import push_state
from homeplan.reminders.store.occurrences import group_by_clinic, ring_before

ITEMS = (ReminderKind.EXERCISE, ReminderKind.ACTIVITY)
"""Kinds that ask for items of the plan."""


class _DayProgress(Struct, frozen=True):
    """A patient's progress with one kind of item on one local day."""

    on_plan: bool
    left: int
    logged_at: datetime | None


async def read_facts(ctx: Context, due: Sequence[DueReminder]) -> list[Facts]:
    """The facts of each reminder, in the same order, except `rings_today`, which is counted as rings are granted."""
    found: dict[int, Facts] = {}
    for clinic_id, group in group_by_clinic(enumerate(due), lambda each: each[1].clinic_id):
        of_clinic = [reminder for _, reminder in group]
        discharged = await discharged_among(ctx.of_clinic(clinic_id), _patients(of_clinic))
        paused = await pauses_since(ctx.of_clinic(clinic_id), _patients(of_clinic), ctx.now)
        progress = await _progress(ctx.of_clinic(clinic_id), of_clinic)
        pushes = await _pushes(ctx.of_clinic(clinic_id), group)
        for (place, reminder), done in zip(group, progress, strict=True):
            found[place] = Facts(
                enabled=reminder.enabled,
                in_care=reminder.patient_id not in discharged,
                on_plan=done.on_plan,
                left=done.left,
                logged_at=done.logged_at,
                exercise_paused=reminder.patient_id in paused,
                rings_today=0,
                snoozed_until=reminder.snoozed_until,
                in_quiet_hours=_is_quiet(reminder, ctx.now),
                paused_until=reminder.settings.paused_until,
                daily_cap=reminder.settings.daily_cap,
                push=pushes.get(place, "unseen"),
            )
    return [found[place] for place in range(len(due))]


async def _pushes(ctx: Context, group: Sequence[tuple[int, DueReminder]]) -> dict[int, PushState]:
    """The state of the pushes of the ring before each second way, by place."""
    rings: dict[str, int] = {}
    for place, each in group:
        if each.occurrence.slot >= Slot.SECOND_WAY and (ring := await ring_before(ctx, each)) is not None:
            rings[ring] = place
    found: dict[int, list[Delivery]] = defaultdict(list)
    for occurrence_id, delivery in await deliveries_of(ctx, sorted(rings)) if rings else ():
        found[rings[occurrence_id]].append(delivery)
    return {place: push_state(deliveries) for place, deliveries in found.items()}


async def first_done(ctx: Context, patient_id: str, since: date) -> dict[tuple[ReminderKind, date], datetime]:
    """The first time, per local day, that the patient did what a reminder of that kind asks for."""
    answers = (await answered_since(ctx, [patient_id], since)).get(patient_id, {})
    done = {(ReminderKind.CHECKIN, day): answered_at for day, answered_at in answers.items()}
    for log in await logs_between(ctx, patient_id, since, date.max):
        if log.counts and log.kind != "education":
            key = (ReminderKind(log.kind), log.day)
            done[key] = min(done.get(key, log.occurred_at), log.occurred_at)
    return done


async def _progress(ctx: Context, due: Sequence[DueReminder]) -> list[_DayProgress]:
    answers: Mapping[str, Mapping[date, datetime]] = {}
    charts: Mapping[str, Chart] = {}
    logs: Mapping[str, Sequence[ExerciseLog]] = {}
    shelf: Shelf | None = None
    if checkins := [each for each in due if each.occurrence.kind is ReminderKind.CHECKIN]:
        answers = await answered_since(ctx, _patients(checkins), min(each.occurrence.day for each in checkins))
    answered: Collection[tuple[str, int]] = ()
    if prompts := [each for each in due if each.occurrence.kind is ReminderKind.AFTER_NEEDLING]:
        answered = await answered_prompts(ctx, _patients(prompts))
    if items := [each for each in due if each.occurrence.kind in ITEMS]:
        days = sorted(each.occurrence.day for each in items)
        charts = await read_charts(ctx, _patients(items))
        logs = await logs_of_many(ctx, _patients(items), days[0], days[-1])
        shelf = shelf_of(await effective_library(ctx))
    found = []
    for each in due:
        if each.occurrence.kind is ReminderKind.CHECKIN:
            found.append(_checkin_progress(each, answers.get(each.patient_id, {})))
        elif each.occurrence.kind is ReminderKind.AFTER_NEEDLING:
            prompt = (each.reminder_id.removeprefix(PROMPT_PREFIX), ring_of(each.occurrence.slot))
            found.append(_DayProgress(on_plan=True, left=0 if prompt in answered else 1, logged_at=None))
        else:
            found.append(_item_progress(each, charts[each.patient_id], logs.get(each.patient_id, ()), shelf, ctx.now))
    return found


def _is_quiet(reminder: DueReminder, now: datetime) -> bool:
    is_prompt = reminder.occurrence.kind is ReminderKind.AFTER_NEEDLING
    return in_quiet_hours(now, reminder.settings.quiet, reminder.zone) or (
        is_prompt and in_quiet_hours(now, NIGHT, reminder.zone)
    )


def _checkin_progress(reminder: DueReminder, answers: Mapping[date, datetime]) -> _DayProgress:
    answered_at = answers.get(reminder.occurrence.day)
    return _DayProgress(on_plan=True, left=1 if answered_at is None else 0, logged_at=answered_at)


def _item_progress(
    reminder: DueReminder, chart: Chart, logs: Sequence[ExerciseLog], shelf: Shelf | None, now: datetime
) -> _DayProgress:
    """The items of this kind due on the occurrence's day: how many are left, and whether there are any."""
    day, kind = reminder.occurrence.day, reminder.occurrence.kind.value
    # After midnight a repeat is still about the day before.
    end = start_of_day(day + timedelta(days=1), reminder.zone) - timedelta(seconds=1)
    today = what_is_on(
        chart.program,
        chart.sessions,
        logs,
        min(now, end),
        reminder.zone,
        shelf,
        chart.facts,
        rules=starter().plan_rules,
    )
    of_kind = [(item, done) for item, done in zip(today.items, today.progress, strict=True) if item.kind == kind]
    return _DayProgress(
        on_plan=any(item.times_due for item, _ in of_kind),
        left=sum(done.times_left for _, done in of_kind),
        logged_at=max((log.occurred_at for log in logs if log.kind == kind and log.day == day), default=None),
    )


def _patients(due: Iterable[DueReminder]) -> list[str]:
    return sorted({each.patient_id for each in due})
