"""Records answers after needling and to outcome instruments, with the alerts that follow, and their assessment."""

from collections.abc import Sequence
from datetime import datetime

from homeplan.alerts.actions import lock_alerts, raise_alerts
from homeplan.alerts.thresholds.reading import read_rules
from homeplan.context import Context
from homeplan.errors import Invalid, NotFound, SentBefore
from homeplan.library.content import outcomes
from homeplan.outcomes import measures, rules, store
from homeplan.outcomes.model import (
    AdverseEvent,
    AdverseEventByStaff,
    AfterNeedlingAnswer,
    AfterNeedlingEntry,
    ClinicInstrument,
    EventAssessment,
    InstrumentOff,
    OutcomeAnswer,
    OutcomeDayClosed,
    OutcomeEntry,
    OutcomeTooOld,
    PermissionEntry,
    ReportedEvent,
    UnfitScores,
    UnknownSession,
)
from homeplan.phone_time import believed, is_open
from homeplan.programs.store import latest_episode, needling_sessions_of
from homeplan.values import only


async def record_after_needling(ctx: Context, patient_id: str, entry: AfterNeedlingEntry) -> AfterNeedlingAnswer:
    """Store an answer to a prompt once, its events in the session's log, and raise their alert.

    An answer outside the prompt's hours is stored all the same: the patient was asked while it was open, perhaps
    offline. Raises UnknownSession, UnfitScores, OutcomeTooOld, and SentBefore when other content has its id.
    """
    rules.require_events(entry.events, outcomes().events)
    answered_at = _believed(entry.answered_at, ctx.now)
    ended_at = (await needled_ends(ctx, patient_id)).get(entry.session)
    if ended_at is None:
        raise UnknownSession(field="session")
    await lock_alerts(ctx, patient_id)
    if await store.save_answer(ctx, patient_id, entry, answered_at):
        await store.insert_events(ctx, patient_id, entry, answered_at)
        await _raise(ctx, patient_id, entry.id, entry.events, entry.soreness, _hours(ended_at, answered_at))
    else:
        ctx.repeated = True
    stored = await store.find_answer(ctx, patient_id, entry.id)
    if stored is None:
        raise NotFound
    if _content(stored) != _content(entry):
        raise SentBefore(field="id")
    return stored


async def enter_event(ctx: Context, patient_id: str, entry: AdverseEventByStaff) -> AdverseEvent:
    """Store an event that the patient told the actor once, with the judgment, and raise its alert.

    Sent again it changes nothing. Raises UnknownSession, UnfitScores, Invalid, and SentBefore for another event under
    its id.
    """
    event = ReportedEvent(event=entry.event, severity=entry.severity, words=entry.words)
    rules.require_event(event, outcomes().events)
    _require_order(only(EventAssessment, entry))
    ended_at = (await needled_ends(ctx, patient_id)).get(entry.session)
    if ended_at is None or ended_at > ctx.now:
        raise UnknownSession(field="session")
    await lock_alerts(ctx, patient_id)
    if await store.insert_entered(ctx, patient_id, entry):
        if only(EventAssessment, entry) != EventAssessment():
            await store.assess_event(ctx, patient_id, entry.id, only(EventAssessment, entry))
        await _raise(ctx, patient_id, entry.id, [event], None, _hours(ended_at, ctx.now))
    else:
        ctx.repeated = True
    try:
        stored = await store.find_event(ctx, patient_id, entry.id)
    except NotFound:
        raise SentBefore(field="id") from None  # of another patient
    if (stored.session_id, stored.event, stored.severity, stored.words) != (
        entry.session,
        entry.event,
        entry.severity,
        entry.words,
    ):
        raise SentBefore(field="id")
    return stored


async def assess_event(ctx: Context, patient_id: str, event_id: str, entry: EventAssessment) -> AdverseEvent:
    """Store the therapist's judgment of an event; the latest one counts. Raises NotFound and Invalid."""
    _require_order(entry)
    if not await store.assess_event(ctx, patient_id, event_id, entry):
        raise NotFound
    return await store.find_event(ctx, patient_id, event_id)


def _require_order(entry: EventAssessment) -> None:
    """Raises Invalid for an end before the beginning, and for an event that is closed without a judgment."""
    if entry.began_at is not None and entry.ended_at is not None and entry.ended_at < entry.began_at:
        raise Invalid("An event ends after it began.", field="endedAt")
    if entry.closed and (entry.causality is None or entry.serious is None or entry.outcome is None):
        raise Invalid("Judge causality, seriousness and outcome before closing the event.", field="closed")


async def record_outcome(ctx: Context, patient_id: str, entry: OutcomeEntry) -> OutcomeAnswer:
    """Store the answers to an instrument once.

    Raises InstrumentOff, UnfitScores, OutcomeDayClosed, OutcomeTooOld, NotFound without an episode, and SentBefore.
    """
    answered_at = _believed(entry.answered_at, ctx.now)
    if not is_open(entry.day, answered_at, entry.answered_at):
        raise OutcomeDayClosed(field="day")
    await ctx.tx.lock(f"outcomes:{ctx.clinic_id}:{patient_id}")
    known = {one.id: one for one in await store.outcome_answers(ctx, patient_id)}
    if entry.id in known:
        ctx.repeated = True
        stored = known[entry.id]
        sent = (entry.instrument, entry.day, [(one.activity, one.value) for one in entry.scores])
        if sent != (stored.instrument, stored.day, [(one.activity, one.value) for one in stored.scores]):
            raise SentBefore(field="id")
        return stored
    instrument = outcomes().instrument(entry.instrument)
    if not measures.is_on(instrument, await store.permissions(ctx)):
        raise InstrumentOff
    episode = await latest_episode(ctx, patient_id)
    if episode is None:
        raise UnfitScores("There is no episode of care that these scores belong to.", field="instrument")
    activities = await store.activities_of(ctx, patient_id, episode.id)
    named = measures.require_scores(entry, instrument, activities)
    await store.insert_activities(ctx, patient_id, episode.id, named)
    await store.save_outcome(ctx, patient_id, episode.id, entry, answered_at)
    return next(one for one in await store.outcome_answers(ctx, patient_id) if one.id == entry.id)


async def record_permission(ctx: Context, instrument_id: str, entry: PermissionEntry) -> ClinicInstrument:
    """Record the authors' permission, which turns the instrument on. Raises NotFound where none is needed."""
    asked = [one.id for one in outcomes().instruments if one.needs_permission and one.permission_of is None]
    if instrument_id not in asked:
        raise NotFound
    await store.save_permission(ctx, instrument_id, entry.note)
    return next(one for one in await instruments_of_clinic(ctx) if one.id == instrument_id)


async def instruments_of_clinic(ctx: Context) -> list[ClinicInstrument]:
    """Every instrument with its licence, and whether the clinic uses it."""
    permitted = await store.permissions(ctx)
    return [
        ClinicInstrument(
            **{name: getattr(one, name) for name in one.__struct_fields__},
            on=measures.is_on(one, permitted),
            permission=permitted.get(one.permission_of or one.id),
        )
        for one in outcomes().instruments
    ]


async def forget(ctx: Context, patient_id: str) -> None:
    """Erase the own words of a patient who leaves; scores and events are part of the treatment record and stay."""
    await store.delete_words(ctx, patient_id)
    await store.delete_activity_words(ctx, patient_id)


async def needled_ends(ctx: Context, patient_id: str) -> dict[str, datetime]:
    """The ends of the patient's needling sessions, by id."""
    return {one.id: one.ended_at for one in await needling_sessions_of(ctx, patient_id) if one.muscles}


def _hours(ended_at: datetime, at: datetime) -> float:
    return round(max((at - ended_at) / rules.HOUR, 0.0), 1)


async def _raise(
    ctx: Context,
    patient_id: str,
    source: str,
    events: Sequence[ReportedEvent],
    soreness: int | None,
    hours: float,
) -> None:
    known = await read_rules(ctx, patient_id)
    found = [
        rules.event_finding(
            source, events, known_at=ctx.now, hours=hours, content=outcomes(), rule=known.adverse_event
        ),
        rules.soreness_finding(source, soreness, known_at=ctx.now, hours=hours, rule=known.soreness_72h),
    ]
    await raise_alerts(ctx, patient_id, [one for one in found if one is not None], locked=True, rules=known)


def _believed(stated: datetime, now: datetime) -> datetime:
    answered_at = believed(stated, now)
    if answered_at is None:
        raise OutcomeTooOld(field="answeredAt")
    return answered_at


def _content(entry: AfterNeedlingEntry) -> tuple[object, ...]:
    events = sorted((one.event, one.severity) for one in entry.events)
    return entry.session, entry.prompt_hour, entry.soreness, events
