"""The rows of the worklist: what each patient did, and what they need."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

from msgspec import Struct

from homeplan.accounts.rules import search_key
from homeplan.alerts.model import SEVERITIES, OpenAlert
from homeplan.clock import local_day
from homeplan.contact.log.store import last_contacts
from homeplan.contact.numbers.actions import own_telephones
from homeplan.contact.numbers.model import Telephone
from homeplan.context import Context
from homeplan.delivery.rules import reachability
from homeplan.programs.timeline.clocks import hours_between, latest_needling
from homeplan.programs.timeline.shelf import Shelf
from homeplan.reports.judged import JudgedDays, adherence_of
from homeplan.reports.kept_care import Care, KeptCare
from homeplan.reports.model import Adherence, RowAlert, WorklistRow
from homeplan.reports.rules import ADHERENCE_DAYS
from homeplan.reports.worklist.needs import FARTHEST_ZONES, NeedFacts, read_needs, reasons_of
from homeplan.reports.worklist.rules import rank_of

_DAY = attrgetter("day")


class PatientFacts(Struct, frozen=True, kw_only=True):
    """The facts from which one row is computed."""

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


def _row_alert(alert: OpenAlert) -> RowAlert:
    return RowAlert(
        rule=alert.rule,
        severity=alert.severity,
        since=alert.raised_at,
        again=alert.again,
        last_at=alert.last_at or alert.raised_at,
        inputs=alert.inputs,
    )


def _order(row: WorklistRow) -> tuple[int, float, str, str]:
    since = row.reasons[0].since.timestamp() if row.reasons else 0.0
    return rank_of(row.reasons), since, search_key(row.family_name, row.given_name), row.patient_id
