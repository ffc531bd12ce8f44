"""Changes of alerts: the rules raise them, time closes some, a therapist acknowledges them."""

from collections.abc import Collection, Mapping, Sequence

from homeplan.accounts.store import find_staff
from homeplan.actor import Role
from homeplan.alerts import store
from homeplan.alerts.lifecycle import news, rules_beside, told_again
from homeplan.alerts.model import (
    COULD_NOT_REACH,
    AcknowledgementEntry,
    Alert,
    AlreadyClosed,
    Finding,
    Input,
    News,
    OutcomeNeeded,
    OwnerEntry,
    RuleId,
    Severity,
    SnoozeEntry,
)
from homeplan.alerts.outcomes import insert_outcome
from homeplan.alerts.reading import read_alert
from homeplan.alerts.rules import next_attempt_due, require_snooze, severity_of
from homeplan.alerts.thresholds.rules import with_numbers_used
from homeplan.contact.log.actions import record_contact
from homeplan.contact.log.model import ContactEntry
from homeplan.contact.numbers.store import delete_kept
from homeplan.context import Context
from homeplan.delivery.staff import actions as staff_channels
from homeplan.errors import Invalid, NotFound, SentBefore
from homeplan.ids import new_id
from homeplan.library.alert_rules import AlertRules
from homeplan.library.content import starter

URGENT: frozenset[Severity] = frozenset({"critical", "high"})
"""Severities of alerts that are closed with an outcome only, also after the patient left."""
SHORTEST_NOTE = 3
"""Letters of the note that goes with an outcome."""
RETRACTED = "retracted "
"""Begins the trigger of a retraction, so that it differs from that of the event that it takes back."""


async def lock_alerts(ctx: Context, patient_id: str) -> None:
    """Let one transaction at a time raise alerts of this patient."""
    await ctx.tx.lock(f"alerts:{ctx.clinic_id}:{patient_id}")


async def raise_alerts(
    ctx: Context,
    patient_id: str,
    findings: Sequence[Finding],
    *,
    over: Collection[RuleId] = (),
    locked: bool = False,
    rules: AlertRules | None = None,
) -> list[News]:
    """Tell what is new among the findings, as new alerts or again under open ones; returns what was told.

    `over`: rules that no longer hold, whose open alerts are closed. `locked`: the transaction holds the lock of
    `lock_alerts` already. `rules`: those that judged, where numbers of them were changed for the patient.
    """
    if not findings and not over:
        return []
    if not locked:
        await lock_alerts(ctx, patient_id)
    if not findings:
        await store.close_alerts(ctx, patient_id, over)
        return []
    asked = rules_beside(finding.rule for finding in findings) | frozenset(over)
    earlier = await store.earlier_alerts(ctx, patient_id, asked)
    by_id = {one.id: one for one in earlier}
    rules = rules or starter().alert_rules
    findings = [with_numbers_used(one, rules) for one in findings]
    reported = news(findings, earlier, ctx.now, rules.repeats)
    for one in reported:
        if one.under is None:
            await store.insert_alert(ctx, patient_id, one.finding, rules)
        else:
            severity = severity_of(one.finding, rules)
            await store.insert_again(ctx, one.under, one.finding, severity)
            await store.raise_open_alert(ctx, told_again(by_id[one.under], one.finding, severity, ctx.now))
    closing = {one.rule for one in earlier if one.rule in over and one.closed_at is None}
    if closing:
        await store.close_alerts(ctx, patient_id, closing)
    return reported


async def mark_retracted(
    ctx: Context,
    patient_id: str,
    source: str,
    *,
    inputs: Mapping[str, Input] | None = None,
    rule: RuleId = "safety-yes",
    locked: bool = False,
) -> bool:
    """Add to the rule's open alert that the patient says it was a mistake; nothing else about the alert changes.

    `source`: the trigger that is taken back, a check-in's day or the id of a safety answer. The same once more changes
    nothing. Returns False when no alert of the rule is open.
    """
    if not locked:
        await lock_alerts(ctx, patient_id)
    earlier = await store.earlier_alerts(ctx, patient_id, {rule})
    opened = next((one for one in earlier if one.closed_at is None), None)
    if opened is None:
        return False
    trigger = f"{RETRACTED}{source}"
    if trigger not in opened.triggers:
        given = {"source": source, **(inputs or {})}
        await store.insert_retraction(ctx, opened.id, trigger=trigger, severity=opened.severity, inputs=given)
    return True


async def acknowledge(ctx: Context, patient_id: str, alert_id: str, entry: AcknowledgementEntry) -> Alert:
    """Close the alert with a note and an owner; the same acknowledgement again changes nothing.

    An attempt that did not reach the patient is noted and leaves the alert open. Raises NotFound, AlreadyClosed,
    OutcomeNeeded, and Invalid for an unknown owner.
    """
    _require_outcome(entry, await store.find_alert(ctx, patient_id, alert_id))
    if entry.outcome == COULD_NOT_REACH:
        return await _note_attempt(ctx, patient_id, alert_id, entry)
    owner_id = entry.owner or ctx.actor.id
    await _require_owner(ctx, owner_id)
    if not await store.close_alert(ctx, patient_id, alert_id):
        closed = await read_alert(ctx, patient_id, alert_id)
        stored, sent = closed.acknowledgement, (ctx.actor.id, owner_id, entry.note, entry.outcome)
        if stored is None or (stored.by_id, stored.owner_id, stored.note, stored.outcome) != sent:
            raise AlreadyClosed
        ctx.repeated = True
        return closed
    await store.insert_acknowledgement(ctx, alert_id, owner_id=owner_id, note=entry.note)
    await _notify_owner(ctx, alert_id, owner_id)
    if entry.outcome is not None:
        await insert_outcome(ctx, alert_id, new_id(ctx.now), entry.outcome, entry.note)
    await _log_contact(ctx, patient_id, alert_id, entry)
    if not await urgent_is_open(ctx, patient_id):
        await delete_kept(ctx, patient_id)
    return await read_alert(ctx, patient_id, alert_id)


async def assign(ctx: Context, patient_id: str, alert_id: str, entry: OwnerEntry) -> Alert:
    """Give an open alert to a member of staff, who is notified; it stays open. The same again changes nothing.

    Raises NotFound, AlreadyClosed, and Invalid for an unknown owner.
    """
    alert = await store.find_alert(ctx, patient_id, alert_id)
    await _require_owner(ctx, entry.owner)
    if alert.owner is None or alert.owner.id != entry.owner:
        if not await store.set_owner(ctx, patient_id, alert_id, entry.owner):
            raise AlreadyClosed
        await store.insert_change(ctx, alert_id, "assigned", owner_id=entry.owner)
        await _notify_owner(ctx, alert_id, entry.owner)
    return await read_alert(ctx, patient_id, alert_id)


async def snooze(ctx: Context, patient_id: str, alert_id: str, entry: SnoozeEntry) -> Alert:
    """Put an alert that is not urgent aside until a time or its next event. Raises NotFound, AlreadyClosed,
    CannotSnooze and UnfitSnooze."""
    await lock_alerts(ctx, patient_id)
    alert = await store.find_alert(ctx, patient_id, alert_id)
    require_snooze(alert.severity, entry, ctx.now)
    if not await store.set_snooze(ctx, patient_id, alert_id, entry.until, entry.reason):
        raise AlreadyClosed
    await store.insert_change(ctx, alert_id, "snoozed", until=entry.until, reason=entry.reason)
    return await read_alert(ctx, patient_id, alert_id)


async def wake(ctx: Context, patient_id: str, alert_id: str) -> None:
    """End the snooze of an alert now; nothing happens when it is not snoozed. Raises NotFound."""
    await store.find_alert(ctx, patient_id, alert_id)
    if await store.end_snooze(ctx, patient_id, alert_id):
        await store.insert_change(ctx, alert_id, "woken")


async def _notify_owner(ctx: Context, alert_id: str, owner_id: str) -> None:
    """Notify a colleague who was given the alert; a notice that the owner before has not had yet is withdrawn."""
    about = f"owner-{alert_id}"
    await staff_channels.settled(ctx, about)
    if owner_id != ctx.actor.id:
        await staff_channels.notify(ctx, owner_id, "assigned", about=about, critical=False)


async def _note_attempt(ctx: Context, patient_id: str, alert_id: str, entry: AcknowledgementEntry) -> Alert:
    attempt_id = entry.id or new_id(ctx.now)
    is_new = await insert_outcome(ctx, alert_id, attempt_id, COULD_NOT_REACH, entry.note)
    if is_new:
        severity = (await store.find_alert(ctx, patient_id, alert_id)).severity
        due = next_attempt_due(severity, ctx.now, starter().alert_rules.follow_up)
        await store.set_next_attempt(ctx, alert_id, due)
    alert = await read_alert(ctx, patient_id, alert_id)
    stored = next((one for one in alert.attempts if one.id == attempt_id), None)
    if stored is None or (stored.note, stored.by_id) != (entry.note, ctx.actor.id):
        raise SentBefore(field="id")
    if alert.closed_at is not None and is_new:
        raise AlreadyClosed
    if is_new:
        await _log_contact(ctx, patient_id, alert_id, entry)
    ctx.repeated = not is_new
    return alert


async def _log_contact(ctx: Context, patient_id: str, alert_id: str, entry: AcknowledgementEntry) -> None:
    """Add the call or conversation to the log of contacts, with the outcome and the note. Raises UnfitContact."""
    if entry.contact is None:
        return
    outcome = None if entry.outcome == "could-not-reach" else entry.outcome
    contact = ContactEntry(
        id=entry.contact.id,
        kind=entry.contact.kind,
        reached=entry.outcome != COULD_NOT_REACH,
        started_at=entry.contact.started_at,
        minutes=entry.contact.minutes,
        spoke_with=entry.contact.spoke_with,
        outcome=outcome,
        note=entry.note,
    )
    await record_contact(ctx, patient_id, contact, alert_id=alert_id)


def _require_outcome(entry: AcknowledgementEntry, alert: Alert) -> None:
    """A severity above normal needs an outcome, and a note. Raises OutcomeNeeded."""
    if alert.severity not in URGENT:
        return
    if entry.outcome is None:
        raise OutcomeNeeded(field="outcome")
    if sum(character.isalpha() for character in entry.note) < SHORTEST_NOTE:
        raise OutcomeNeeded(field="note")


async def forget(ctx: Context, patient_id: str) -> None:
    """Close the open alerts of a patient who leaves, except urgent ones, which somebody of the clinic must follow up.

    Alerts are part of the treatment record and stay.
    """
    await store.close_but(ctx, patient_id, URGENT)


async def urgent_is_open(ctx: Context, patient_id: str) -> bool:
    """Whether an alert that needs an outcome waits for the clinic."""
    return await store.is_open(ctx, patient_id, URGENT)


async def _require_owner(ctx: Context, owner_id: str) -> None:
    """Raises Invalid unless the owner works at the clinic and may see charts."""
    try:
        member = await find_staff(ctx, owner_id)
        is_working = member.disabled_at is None and member.role is not Role.FRONT_DESK
    except NotFound:
        is_working = False
    if not is_working:
        raise Invalid("Nobody of that id works at this clinic.", field="owner")
