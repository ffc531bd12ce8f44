"""The clinic overview: one row per patient, the most urgent needs first."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

from msgspec import Struct

from homeplan.accounts.model import Patient
from homeplan.alerts.model import SEVERITIES, Severity
from homeplan.alerts.store import OpenAlert, open_alerts_of
from homeplan.checkins.model import ExercisePause
from homeplan.checkins.rules import paused_days
from homeplan.checkins.store import DayPain, last_pain, pain_since, pauses_since
from homeplan.clock import local_day
from homeplan.contact.numbers.actions import own_telephones
from homeplan.contact.numbers.model import Telephone
from homeplan.context import Context
from homeplan.delivery.model import Device
from homeplan.delivery.rules import reachability
from homeplan.delivery.store import devices_of
from homeplan.library.content import starter
from homeplan.programs.store import Chart, Done
from homeplan.programs.timeline.clocks import hours_between, latest_needling, phase_at
from homeplan.programs.timeline.shelf import Shelf
from homeplan.reports.judged import JudgedDays
from homeplan.reports.kept_care import Care, KeptCare
from homeplan.reports.model import Adherence, Need, OverviewRow, PainSpark
from homeplan.reports.rules import ADHERENCE_DAYS, adherence, needs

FARTHEST_ZONES = timedelta(days=1)
"""Largest difference between a patient's local day and the day in UTC."""
NEEDS: tuple[Need, ...] = get_args(Need)
OF_SEVERITY: dict[Need, Severity] = {
    "alert-critical": "critical",
    "alert-high": "high",
    "alert-normal": "normal",
    "alert-low": "low",
}


class PatientFacts(Struct, frozen=True, kw_only=True):
    """The facts from which one row of the overview is computed."""

    patient: Patient
    care: Care
    pain: Sequence[DayPain]
    last_check_in: DayPain | None
    alerts: Sequence[OpenAlert]
    """The longest waiting first."""
    pauses: Sequence[ExercisePause]
    """The pauses of the last weeks, the oldest first."""
    devices: Sequence[Device]
    telephone: Telephone | None


async def read_facts(ctx: Context, patients: Sequence[Patient]) -> list[PatientFacts]:
    """The facts of these patients, with as many statements as for one patient."""
    ids = [patient.id for patient in patients]
    first = ctx.now.date() - timedelta(days=ADHERENCE_DAYS) - FARTHEST_ZONES
    care = await ctx.memory.of(KeptCare).of_many(ctx, ids, first, ctx.now.date() + FARTHEST_ZONES)
    pain = await pain_since(ctx, ids, first)
    last = await last_pain(ctx, ids)
    alerts = await open_alerts_of(ctx, ids)
    pauses = await pauses_since(ctx, ids, ctx.now - timedelta(days=ADHERENCE_DAYS) - FARTHEST_ZONES)
    devices = await devices_of(ctx, ids)
    telephones = await own_telephones(ctx, [patient.id for patient in patients if patient.left_at is None])
    return [
        PatientFacts(
            patient=patient,
            care=care[patient.id],
            pain=pain[patient.id],
            last_check_in=last.get(patient.id),
            alerts=alerts[patient.id],
            pauses=pauses.get(patient.id, ()),
            devices=devices.get(patient.id, ()),
            telephone=telephones.get(patient.id),
        )
        for patient in patients
    ]


def most_urgent_first(rows: Iterable[OverviewRow]) -> list[OverviewRow]:
    """Sorted by the first of their needs, the longest waiting first; then by name."""
    return sorted(rows, key=_order)


def overview_row(facts: PatientFacts, shelf: Shelf, cache: JudgedDays, now: datetime) -> OverviewRow:
    """The row of one patient."""
    patient = facts.patient
    zone = ZoneInfo(patient.time_zone)
    today = local_day(now, zone)
    two_weeks_ago = today - timedelta(days=ADHERENCE_DAYS)
    chart = facts.care.chart
    phase = phase_at(chart.program, chart.sessions, now, chart.facts, rules=starter().plan_rules)
    needled = latest_needling(chart.sessions, now)
    pause = next((one for one in facts.pauses if one.lifted_at is None), None)
    phone = reachability(facts.devices, now)
    alerts = [alert for alert in facts.alerts if not alert.is_snoozed]
    severities = {alert.severity for alert in alerts}
    left = patient.left_at is not None  # only an urgent alert outlives that
    urgent = needs(severities=severities, paused=pause is not None and not left, phone="none" if left else phone.state)
    return OverviewRow(
        patient_id=patient.id,
        given_name=patient.given_name,
        family_name=patient.family_name,
        language=patient.language,
        joined_at=patient.joined_at,
        left_at=patient.left_at,
        phase=None if phase is None else phase.slug,
        adherence=_kept_adherence(facts, shelf, cache, zone, today),
        pain=tuple([_spark(one) for one in facts.pain if one.day > two_weeks_ago]),
        last_check_in=None if facts.last_check_in is None else _spark(facts.last_check_in),
        hours_since_needling=None if needled is None else hours_between(needled.ended_at, now),
        open_alerts=len(alerts),
        alert_severity=min(severities, key=SEVERITIES.index, default=None),
        exercise_paused=pause is not None,
        telephone=facts.telephone,
        phone=phone.state,
        phone_unreachable_since=phone.since if phone.state == "unreachable" else None,
        needs=urgent,
        waiting_since=_waiting_since(urgent, alerts, pause, phone.since),
    )


def _kept_adherence(facts: PatientFacts, shelf: Shelf, cache: JudgedDays, zone: ZoneInfo, today: date) -> Adherence:
    """The adherence, computed again only when something that decides it has changed."""
    care, pauses, joined_at = facts.care, facts.pauses, facts.patient.joined_at
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


def _spark(pain: DayPain) -> PainSpark:
    return PainSpark(day=pain.day, pain_now=pain.pain_now)


def _waiting_since(
    urgent: Sequence[Need],
    alerts: Sequence[OpenAlert],
    pause: ExercisePause | None,
    unreachable_since: datetime | None,
) -> datetime | None:
    if not urgent:
        return None
    if urgent[0] == "exercise-paused":
        return None if pause is None else pause.since
    if urgent[0] == "phone-unreachable":
        return unreachable_since
    return next(alert.raised_at for alert in alerts if alert.severity == OF_SEVERITY[urgent[0]])


def _order(row: OverviewRow) -> tuple[int, float, str, str, str]:
    rank = NEEDS.index(row.needs[0]) if row.needs else len(NEEDS)
    since = 0.0 if row.waiting_since is None else row.waiting_since.timestamp()
    return rank, since, row.family_name.casefold(), row.given_name.casefold(), row.patient_id
