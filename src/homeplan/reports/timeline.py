"""Everything that happened in one patient's care on one time axis, the newest first, in pages."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from homeplan.accounts.store import find_patient
from homeplan.alerts.store import alerts_of_patient
from homeplan.checkins.reading import reference_time_of
from homeplan.checkins.store import checkins_between, first_checkins, safety_answers
from homeplan.clock import local_day
from homeplan.contact.log.store import contacts_of
from homeplan.contact.visits.store import visits_of
from homeplan.context import Context
from homeplan.library.content import outcomes
from homeplan.library.outcome_content import InstrumentId
from homeplan.messages.store import messages_before
from homeplan.notes.store import notes_of
from homeplan.outcomes.measures import since_first
from homeplan.outcomes.model import Difference, OutcomeAnswer
from homeplan.outcomes.store import adverse_events, outcome_answers
from homeplan.programs.store import logs_between, read_chart
from homeplan.values import Slug, Text, Value

SPAN = timedelta(days=120)
"""Days that one page reaches back at most."""

EventKind = Literal[
    "session",
    "revision",
    "check-in",
    "safety-answer",
    "exercise",
    "alert",
    "again",
    "adverse-event",
    "outcome",
    "contact",
    "visit",
    "message",
    "note",
]


class TimelineEvent(Value, frozen=True, kw_only=True):
    """One thing that happened. What it says depends on its kind."""

    kind: EventKind
    id: str
    at: datetime
    by_name: str | None = None
    """The member of staff; None: the patient, or the rules."""
    code: str | None = None
    """Alerts: the rule. Contacts and visits: the kind. Adverse events: the event. Sessions: the decision.
    Outcomes: the instrument."""
    codes: tuple[Slug, ...] = ()
    """Sessions: muscles. Answers: the warning signs. Alerts and adverse events: the severity. Visits: the state."""
    words: str | None = None
    text: Text | None = None
    """Revisions: what changed."""
    number: int | None = None
    """Revisions: the number. Exercise: items that count. Alerts: times told. Check-ins: pain now."""
    second: int | None = None
    """Exercise: items logged. Check-ins: soreness."""
    third: int | None = None
    """Check-ins: interference."""
    mean: float | None = None
    """Outcomes: the mean of the scores, rounded to one decimal."""
    difference: Difference | None = None
    """Outcomes: the change since the first answer of the episode of care."""
    mark: bool = False
    """Exercise: stopped for pain. Contacts: nobody was reached. Answers: takes one back. Sessions: corrected.
    Alerts: open."""


class Timeline(Value, frozen=True, kw_only=True):
    """A page of the time axis."""

    events: tuple[TimelineEvent, ...]
    """The newest first."""
    earlier: datetime | None
    """`before` of the next page; None when this is the last."""


async def read_timeline(ctx: Context, patient_id: str, before: datetime | None, most: int) -> Timeline:
    """The events before an instant, at most `most` and those of the same instant, from 120 days at most."""
    patient = await find_patient(ctx, patient_id)
    zone = ZoneInfo(patient.time_zone)
    until = before or ctx.now + timedelta(days=1)
    floor = until - SPAN
    whole = [*await _of_care(ctx, patient_id), *await _of_contact(ctx, patient_id, until)]
    first_day, last_day = local_day(floor, zone) - timedelta(days=1), local_day(until, zone) + timedelta(days=1)
    found = [
        *whole,
        *await _check_ins(ctx, patient_id, first_day, last_day, zone),
        *await _exercise(ctx, patient_id, first_day, last_day),
    ]
    page = sorted((one for one in found if floor <= one.at < until), key=lambda one: (one.at, one.id), reverse=True)
    if len(page) > most:
        page = [one for one in page if one.at >= page[most - 1].at]
        return Timeline(events=tuple(page), earlier=page[-1].at)
    first = await first_checkins(ctx, patient_id, date.min, most=1)
    has_older = any(one.at < floor for one in whole) or any(one.day <= first_day for one in first)
    return Timeline(events=tuple(page), earlier=floor if has_older else None)


async def _of_care(ctx: Context, patient_id: str) -> Iterable[TimelineEvent]:
    chart = await read_chart(ctx, patient_id)
    sessions = [
        TimelineEvent(
            kind="session",
            id=one.id,
            at=one.ended_at,
            code=one.screen.decision,
            codes=tuple(dict.fromkeys(each.muscle for each in one.muscles)),
            words=one.note or None,
            number=one.pain_before,
            second=one.pain_after,
            mark=one.version > 1,
        )
        for one in chart.sessions
    ]
    revisions = [
        TimelineEvent(
            kind="revision",
            id=f"{one.number}",
            at=one.published_at,
            by_name=one.author,
            text=one.change_summary,
            number=one.number,
        )
        for one in (() if chart.program is None else chart.program.revisions)
    ]
    answers = [
        TimelineEvent(
            kind="safety-answer",
            id=one.id,
            at=one.answered_at,
            codes=one.safety_yes,
            words=one.other_text,
            mark=one.retracts is not None,
        )
        for one in await safety_answers(ctx, patient_id)
    ]
    events = [
        TimelineEvent(
            kind="adverse-event",
            id=one.id,
            at=one.reported_at,
            by_name=one.entered_by,
            code=one.event,
            codes=(one.severity,),
            words=one.words,
        )
        for one in await adverse_events(ctx, patient_id)
    ]
    alerts: list[TimelineEvent] = []
    for one in await alerts_of_patient(ctx, patient_id):
        is_open = one.closed_at is None
        alerts.append(
            TimelineEvent(kind="alert", id=one.id, at=one.raised_at, code=one.rule, codes=(one.severity,), mark=is_open)
        )
        alerts += [
            TimelineEvent(
                kind="again",
                id=f"{one.id}-{n}",
                at=each.at,
                code=one.rule,
                codes=(each.severity,),
                number=each.times,
                mark=is_open,
            )
            for n, each in enumerate(one.repeats)
            if each.kind == "again"
        ]
    return [*sessions, *revisions, *answers, *events, *alerts, *await _of_outcomes(ctx, patient_id)]


async def _of_outcomes(ctx: Context, patient_id: str) -> Iterable[TimelineEvent]:
    instruments = {one.id: one for one in outcomes().instruments}
    first: dict[tuple[str, InstrumentId], OutcomeAnswer] = {}
    return [
        TimelineEvent(
            kind="outcome",
            id=one.id,
            at=one.answered_at,
            code=one.instrument,
            mean=one.mean,
            difference=since_first(
                first.setdefault((one.episode_id, one.instrument), one), one, instruments[one.instrument]
            ),
        )
        for one in await outcome_answers(ctx, patient_id)
    ]


async def _of_contact(ctx: Context, patient_id: str, until: datetime) -> Iterable[TimelineEvent]:
    contacts = [
        TimelineEvent(
            kind="contact",
            id=one.id,
            at=one.started_at,
            by_name=one.by_name,
            code=one.kind,
            words=one.note or None,
            mark=not one.reached,
        )
        for one in await contacts_of(ctx, patient_id)
    ]
    visits = [
        TimelineEvent(kind="visit", id=one.id, at=one.starts_at, code=one.kind, codes=(one.state,))
        for one in await visits_of(ctx, patient_id)
        if one.starts_at < ctx.now and one.session_id is None
    ]
    notes = [
        TimelineEvent(kind="note", id=one.id, at=one.written_at, by_name=one.by_name, words=one.words)
        for one in await notes_of(ctx, patient_id)
        if one.words
    ]
    messages = [
        TimelineEvent(kind="message", id=one.id, at=one.written_at, by_name=one.author, words=one.words)
        for one in await messages_before(ctx, patient_id, until)
        if one.kind == "message"
    ]
    return [*contacts, *visits, *notes, *messages]


async def _check_ins(ctx: Context, patient_id: str, first: date, last: date, zone: ZoneInfo) -> Iterable[TimelineEvent]:
    return [
        TimelineEvent(
            kind="check-in",
            id=one.client_event_id,
            at=reference_time_of(one, zone.key),
            codes=one.safety_yes,
            words=one.note,
            number=one.pain_now,
            second=one.soreness,
            third=one.interference,
        )
        for one in await checkins_between(ctx, patient_id, first, last)
    ]


async def _exercise(ctx: Context, patient_id: str, first: date, last: date) -> Iterable[TimelineEvent]:
    """One event per day with exercises, at the last of them."""
    days = defaultdict(list)
    for log in await logs_between(ctx, patient_id, first, last):
        if log.kind == "exercise":
            days[log.day].append(log)
    return [
        TimelineEvent(
            kind="exercise",
            id=f"{day}",
            at=max(log.occurred_at for log in logs),
            number=sum(log.counts for log in logs),
            second=len(logs),
            mark=any(log.stopped for log in logs),
        )
        for day, logs in days.items()
    ]
