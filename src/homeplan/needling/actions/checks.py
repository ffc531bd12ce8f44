"""Checks before the needles go in, with what is on file now."""

from homeplan.context import Context
from homeplan.errors import Invalid, SentBefore
from homeplan.library.content import starter
from homeplan.needling import rules, store
from homeplan.needling.actions.facts import facts_of, rules_at
from homeplan.needling.model import Check, CheckEntry, CheckPreview
from homeplan.programs.records.needling import check_muscles
from homeplan.programs.store import lock_patient, needling_versions_of
from homeplan.values import only


async def preview(ctx: Context, patient_id: str, entry: CheckEntry, *, corrects: str | None = None) -> CheckPreview:
    """The findings of now about a screen that may be incomplete; of the day of the session that it corrects.

    Raises Invalid, and NotFound without such a session.
    """
    start = end = ctx.now
    staff_id = ctx.actor.id
    if corrects is not None:
        versions = (await needling_versions_of(ctx, patient_id, corrects)).versions
        start, end = versions[0].session.started_at, versions[0].session.ended_at
        staff_id = versions[-1].session.recorded_by
    known = await rules_at(ctx, end)
    check_muscles(entry.muscles, starter().muscles)
    rules.require_known(entry.screen, known)
    facts = await facts_of(ctx, patient_id, start=start, end=end, staff_id=staff_id, session_id=corrects)
    findings = rules.judge(known, entry.muscles, entry.screen.answers, facts, start, None)
    unanswered = rules.unanswered(entry.screen, known)
    return CheckPreview(
        findings=findings,
        unanswered=unanswered,
        outcome=rules.outcome(findings, entry.screen, known, unanswered),
    )


async def add_check(ctx: Context, patient_id: str, check_id: str, entry: CheckEntry) -> Check:
    """Store a complete check once, also one that stops. Raises Invalid for an unanswered item, and SentBefore."""
    entry = only(CheckEntry, entry)
    await lock_patient(ctx, patient_id)
    stored = await store.find_check(ctx, patient_id, check_id)
    if stored is not None:
        ctx.repeated = True
    else:
        seen = await preview(ctx, patient_id, entry)
        if seen.unanswered:
            field = f"screen.answers.{seen.unanswered[0]}"
            raise Invalid("Answer every item with yes, no or not known.", field=field)
        if not await store.insert_check(ctx, patient_id, check_id, entry, seen.findings, seen.outcome):
            raise SentBefore(field="id")
        stored = await store.find_check(ctx, patient_id, check_id)
    if stored is None or only(CheckEntry, stored) != entry:
        raise SentBefore(field="id")
    return stored
