"""Reads what is known before a needling session."""

from datetime import timedelta

from homeplan.accounts.store import find_patient
from homeplan.alerts.store import alerts_of_patient
from homeplan.checkins.rules import levels_of
from homeplan.checkins.screen import safety_items
from homeplan.checkins.store import checkins_between, safety_answers
from homeplan.clock import local_day
from homeplan.context import Context
from homeplan.library.content import needling_rules
from homeplan.needling import store
from homeplan.needling.actions.facts import certification_on, consent_at
from homeplan.needling.model import Readiness
from homeplan.needling.prefill import SaidYes, prefilled
from homeplan.values import zone


async def read_readiness(ctx: Context, patient_id: str) -> Readiness:
    """Earlier answers of the patient, the state of their consent, and the actor's certification."""
    rules, items = needling_rules(), safety_items()
    today = local_day(ctx.now, zone((await find_patient(ctx, patient_id)).time_zone))
    first = today - timedelta(days=rules.record.prefill_days + 1)
    reports = [
        SaidYes(received_at=one.received_at, levels=levels_of(one.safety_yes, items))
        for one in await checkins_between(ctx, patient_id, first, today + timedelta(days=1))
    ]
    reports += [
        SaidYes(received_at=one.received_at, levels=levels_of(one.safety_yes, items))
        for one in await safety_answers(ctx, patient_id)
    ]
    asked = {rule for pair in rules.pairs for rule in pair.of}
    closed = [
        alert.acknowledgement.at
        for alert in await alerts_of_patient(ctx, patient_id)
        if alert.rule in asked and alert.acknowledgement is not None
    ]
    intake = await store.latest_intake(ctx, patient_id)
    consent, latest = await consent_at(ctx, patient_id, ctx.now)
    certification, until = await certification_on(ctx, patient_id, ctx.actor.id, ctx.now)
    return Readiness(
        prefilled=prefilled(rules, reports, closed, intake, ctx.now),
        consent=consent,
        latest_consent=latest,
        certification=certification,
        certified_until=until,
    )
