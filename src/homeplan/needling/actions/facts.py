"""Collects what the rules of needling know beside the screen: consent, certification, open alerts, earlier sessions."""

from datetime import date, datetime

from homeplan.accounts.store import find_patient
from homeplan.alerts.store import alerts_of_patient
from homeplan.clock import local_day
from homeplan.context import Context
from homeplan.library.content import needling_rules
from homeplan.library.needling import NeedlingRules
from homeplan.needling import store
from homeplan.needling.model import CertificationState, Consent, ConsentState, Facts
from homeplan.needling.rules import as_chosen, consent_state
from homeplan.programs.store import needling_sessions_of
from homeplan.values import zone


async def facts_of(
    ctx: Context,
    patient_id: str,
    *,
    start: datetime,
    end: datetime,
    staff_id: str,
    session_id: str | None = None,
) -> Facts:
    """The facts for a session from `start` to `end` that `staff_id` needles; both are now before it.

    An alert counts when it was raised before the end and not closed before the start: what the patient reports after a
    session does not stop its record.
    """
    sessions = await needling_sessions_of(ctx, patient_id)
    state, _ = await consent_at(ctx, patient_id, end)
    return Facts(
        consent=state,
        certification=(await certification_on(ctx, patient_id, staff_id, end))[0],
        open_alerts=tuple(
            (alert.rule, alert.severity)
            for alert in await alerts_of_patient(ctx, patient_id)
            if alert.raised_at <= end and (alert.closed_at is None or alert.closed_at > start)
        ),
        earlier=tuple(
            (one.ended_at, frozenset(each.muscle for each in one.muscles))
            for one in sessions
            if one.id != session_id and one.muscles
        ),
    )


async def rules_at(ctx: Context, at: datetime) -> NeedlingRules:
    """The rules with the clinic's choices at that instant."""
    return as_chosen(needling_rules(), await store.override_pairs(ctx, at))


async def consent_at(ctx: Context, patient_id: str, at: datetime) -> tuple[ConsentState, Consent | None]:
    """The state at that instant of the latest consent signed by then, and that consent."""
    signed = [one for one in await store.consents_of(ctx, patient_id) if one.signed_at <= at]
    if not signed:
        return "none", None
    latest = signed[0]
    state = consent_state(latest.signed_at, latest.withdrawn_at, latest.version, at, needling_rules())
    return state, latest


async def certification_on(
    ctx: Context, patient_id: str, staff_id: str, at: datetime
) -> tuple[CertificationState, date | None]:
    """The state of the member's certification on the patient's local day, and its last day."""
    settings = await store.needling_settings(ctx)
    found = await store.find_certification(ctx, staff_id)
    until = None if found is None else found.expires_on
    if not settings.certification_asked:
        return "not-asked", until
    if found is None:
        return "missing", None
    patient = await find_patient(ctx, patient_id)
    return ("expired" if local_day(at, zone(patient.time_zone)) > found.expires_on else "valid"), until
