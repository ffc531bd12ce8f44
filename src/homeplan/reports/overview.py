"""The lines of the worklist: what each patient did, and what they need."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

from msgspec import Struct

from homeplan.accounts.rules import search_key
from homeplan.alerts.model import SEVERITIES, OpenAlert
from homeplan.alerts.store import open_alerts_of
from homeplan.checkins.model import ExercisePause
from homeplan.checkins.rules import paused_days
from homeplan.checkins.store import pauses_since
from homeplan.clock import local_day
from homeplan.contact.log.store import last_contacts, next_steps
from homeplan.contact.numbers.actions import own_telephones
from homeplan.contact.numbers.model import Telephone
from homeplan.context import Context
from homeplan.delivery.model import Device
from homeplan.delivery.rules import reachability
from homeplan.delivery.store import devices_of
from homeplan.duty.store import find_duty
from homeplan.localtime import start_of_day
from homeplan.messages.reading import overdue_among
from homeplan.messages.store import unanswered_since
from homeplan.programs.store import Chart, Done
from homeplan.programs.timeline.clocks import hours_between, latest_needling
from homeplan.programs.timeline.shelf import Shelf
from homeplan.reports.judged import JudgedDays
from homeplan.reports.kept_care import Care, KeptCare
from homeplan.reports.model import Adherence, Reason, RowAlert, WorklistRow
from homeplan.reports.rules import ADHERENCE_DAYS, adherence
from homeplan.reports.worklist.rules import rank_of, reasons

FARTHEST_ZONES = timedelta(days=1)
"""Largest difference between a patient's local day and the day in UTC."""
_DAY = attrgetter("day")


class NeedFacts(Struct, frozen=True, kw_only=True):
    """The facts from which the needs of one patient are judged."""

    alerts: Sequence[OpenAlert]
    """The open ones, the longest waiting first."""
    pauses: Sequence[ExercisePause]
    """The pauses of the last weeks, the oldest first."""
    devices: Sequence[Device]
    message_waits_since: datetime | None
    """The time since which the patient's longest waiting message has no answer."""
    is_message_overdue: bool
    """Whether it has waited for one working day of the clinic."""
    next_step_since: datetime | None
    """The beginning of the clinic's day on which the next step is due; None while none is."""


class PatientFacts(Struct, frozen=True, kw_only=True):
    """The facts from which one row of the overview is computed."""

    care: Care
    needs: NeedFacts
    telephone: Telephone | None
    last_contact_at: datetime | None


async def read_facts(ctx: Context, ids: Sequence[str]) -> list[PatientFacts]:
    """The facts of these patients whom the actor may see, with as many statements as for one patient."""
    first = ctx.now.date() - timedelta(days=ADHERENCE_DAYS) - FARTHEST_ZONES
    care = await ctx.memory.of(KeptCare).of_many(ctx, ids, first, ctx.now.date() + FARTHEST_ZONES)
    needs = await read_needs(ctx, ids)
    contacts = await last_contacts(ctx, ids)
    telephones = await own_telephones(ctx, [one for one in ids if care[one].patient.left_at is None])
    return [
        PatientFacts(
            care=care[one],
            needs=needs[one],
            telephone=telephones.get(one),
            last_contact_at=contacts.get(one),
        )
        for one in ids
    ]


def most_urgent_first(rows: Iterable[WorklistRow]) -> list[WorklistRow]:
    """Sorted by the first of their reasons, the longest waiting first; then by name."""
    return sorted(rows, key=_order)


async def read_needs(ctx: Context, patient_ids: Sequence[str]) -> dict[str, NeedFacts]:
    """The facts about these patients from which their needs are judged, read for all at once."""
    alerts = await open_alerts_of(ctx, patient_ids)
    pauses = await pauses_since(ctx, patient_ids, ctx.now - timedelta(days=ADHERENCE_DAYS) - FARTHEST_ZONES)
    devices = await devices_of(ctx, patient_ids)
    waiting = await unanswered_since(ctx, patient_ids)
    overdue = await overdue_among(ctx, waiting)
    steps = await _steps_due(ctx, patient_ids)
    return {
        one: NeedFacts(
            alerts=alerts[one],
            pauses=pauses.get(one, ()),
            devices=devices.get(one, ()),
            message_waits_since=waiting.get(one),
            is_message_overdue=one in overdue,
            next_step_since=steps.get(one),
        )
        for one in patient_ids
    }


async def _steps_due(ctx: Context, patient_ids: Sequence[str]) -> dict[str, datetime]:
    """The beginning of the day, by the clinic's clock, on which each next step is due that is due now."""
    steps = await next_steps(ctx, patient_ids)
    if not steps:
        return {}
    zone = (await find_duty(ctx)).zone
    return {one: start_of_day(day, zone) for one, day in steps.items() if day <= local_day(ctx.now, zone)}


def reasons_of(facts: NeedFacts, now: datetime, *, left: bool) -> tuple[Reason, ...]:
    """The reasons for which the patient needs a human. Of one who left, only an urgent alert still counts."""
    if left:
        return reasons(facts.alerts, paused_since=None, unreachable_since=None)
    phone = reachability(facts.devices, now)
    return reasons(
        facts.alerts,
        paused_since=next((one.since for one in facts.pauses if one.lifted_at is None), None),
        unreachable_since=phone.since if phone.state == "unreachable" else None,
        unanswered_since=facts.message_waits_since if facts.is_message_overdue else None,
        next_step_due=facts.next_step_since,
    )


def worklist_row(facts: PatientFacts, shelf: Shelf, cache: JudgedDays, now: datetime) -> WorklistRow:
    """The row of one patient."""
    patient = facts.care.patient
    zone = ZoneInfo(patient.time_zone)
    today = local_day(now, zone)
    two_weeks_ago = today - timedelta(days=ADHERENCE_DAYS)
    chart = facts.care.chart
    phase = facts.care.phase_at(now)
    needled = latest_needling(chart.sessions, now)
    is_paused = any(one.lifted_at is None for one in facts.needs.pauses)
    phone = reachability(facts.needs.devices, now)
    return WorklistRow(
        patient_id=patient.id,
        given_name=patient.given_name,
        family_name=patient.family_name,
        language=patient.language,
        joined_at=patient.joined_at,
        left_at=patient.left_at,
        phase=None if phase is None else phase.slug,
        adherence=_kept_adherence(facts, shelf, cache, zone, today),
        pain=facts.care.pain[bisect_right(facts.care.pain, two_weeks_ago, key=_DAY) :],
        last_check_in=facts.care.last_pain,
        hours_since_needling=None if needled is None else hours_between(needled.ended_at, now),
        alerts=tuple(
            [_row_alert(one) for one in sorted(facts.needs.alerts, key=lambda one: SEVERITIES.index(one.severity))]
        ),
        exercise_paused=is_paused,
        telephone=facts.telephone,
        last_contact_at=facts.last_contact_at,
        phone=phone.state,
        phone_unreachable_since=phone.since if phone.state == "unreachable" else None,
        message_waits_since=facts.needs.message_waits_since,
        reasons=reasons_of(facts.needs, now, left=patient.left_at is not None),
    )


def _kept_adherence(facts: PatientFacts, shelf: Shelf, cache: JudgedDays, zone: ZoneInfo, today: date) -> Adherence:
    """The adherence, computed again only when something that decides it has changed."""
    care, pauses, joined_at = facts.care, facts.needs.pauses, facts.care.patient.joined_at
    decides = (today, zone.key, joined_at, tuple(pauses), cache.fingerprint_of(shelf))
    if care.adherence is None or care.adherence[0] != decides:
        found = adherence_of(care.chart, care.done, pauses, joined_at, shelf, cache, zone, today)
        care.adherence = decides, found
    return care.adherence[1]


def adherence_of(
    chart: Chart,
    done: Done,
    pauses: Sequence[ExercisePause],
    joined_at: datetime | None,
    shelf: Shelf,
    cache: JudgedDays,
    zone: ZoneInfo,
    today: date,
) -> Adherence:
    """The adherence of the fourteen days before today, without paused days, days up to the day of joining and days
    stopped for pain."""
    days = [today - timedelta(days=back) for back in range(ADHERENCE_DAYS, 0, -1)]
    joined = date.max if joined_at is None else local_day(joined_at, zone)
    counted = [day for day in days if day > joined]
    judged = cache.of(chart, counted, done, zone, shelf)
    return adherence(judged, first=days[0], last=days[-1], out=paused_days(pauses, zone, today) | done.stopped)


def _row_alert(alert: OpenAlert) -> RowAlert:
    return RowAlert(
        rule=alert.rule,
        severity=alert.severity,
        since=alert.raised_at,
        again=alert.again,
        last_at=alert.last_at or alert.raised_at,
    )


def _order(row: WorklistRow) -> tuple[int, float, str, str]:
    since = row.reasons[0].since.timestamp() if row.reasons else 0.0
    return rank_of(row.reasons), since, search_key(row.family_name, row.given_name), row.patient_id
