"""Routes of outcomes: prompts after needling, adverse events, outcome instruments and their permissions."""

from homeplan.context import Context
from homeplan.http.routes import admin, chart, me, staff
from homeplan.outcomes import actions, reading, store
from homeplan.outcomes.model import (
    AdverseEvent,
    ClinicInstrument,
    EventAssessment,
    MyOutcomes,
    OutcomeAnswer,
    OutcomeEntry,
    OutcomesOfPatient,
    PermissionEntry,
)
from homeplan.values import Id


@me.get("outcomes")
async def read_my_outcomes(ctx: Context) -> MyOutcomes:
    """Questions after needling and about my activities, now and in the next days."""
    return await reading.read_my_outcomes(ctx, ctx.actor.id)


@me.post("outcome-answers", audit="outcome.save")
async def save_outcome_answer(ctx: Context, data: OutcomeEntry) -> OutcomeAnswer:
    """Save my scores of one instrument; sending them again changes nothing."""
    ctx.object_id = data.id
    return await actions.record_outcome(ctx, ctx.actor.id, data)


@chart.get("adverse-events", audit="adverse-event.list")
async def list_adverse_events(ctx: Context, patient_id: str) -> list[AdverseEvent]:
    """The patient's events after needling, the newest first; at most 500."""
    return await store.adverse_events(ctx, patient_id)


@chart.put("adverse-events/{event_id}", audit="adverse-event.assess")
async def assess_adverse_event(ctx: Context, patient_id: str, event_id: Id, data: EventAssessment) -> AdverseEvent:
    """Judge an event: causality, seriousness, outcome, when it began and ended, and whether it is closed."""
    return await actions.assess_event(ctx, patient_id, event_id, data)


@chart.get("outcomes", audit="outcome.read")
async def read_outcomes_of_patient(ctx: Context, patient_id: str) -> OutcomesOfPatient:
    """The outcomes of the latest episode, with the change per episode and around each needling session."""
    return await reading.read_outcomes(ctx, patient_id)


@staff.get("outcome-instruments")
async def list_outcome_instruments(ctx: Context) -> list[ClinicInstrument]:
    """The outcome instruments with their licences, and which of them the clinic uses."""
    return await actions.instruments_of_clinic(ctx)


@admin.put("outcome-instruments/{instrument}/permission", audit="instrument.permit")
async def record_instrument_permission(ctx: Context, instrument: Id, data: PermissionEntry) -> ClinicInstrument:
    """Record the authors' permission to use an instrument; it turns the instrument on."""
    return await actions.record_permission(ctx, instrument, data)


@admin.delete("outcome-instruments/{instrument}/permission", audit="instrument.withdraw")
async def withdraw_instrument_permission(ctx: Context, instrument: Id) -> None:
    """Take a permission back; the instrument is off, and earlier answers stay."""
    await store.delete_permission(ctx, instrument)


routes = [
    read_my_outcomes,
    save_outcome_answer,
    list_adverse_events,
    assess_adverse_event,
    read_outcomes_of_patient,
    list_outcome_instruments,
    record_instrument_permission,
    withdraw_instrument_permission,
]
