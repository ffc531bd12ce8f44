"""Recording check-ins and safety answers, with the alerts and the pause that follow, and lifting the pause."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from homeplan.alerts.actions import close_resolved, lock_alerts, raise_alerts
from homeplan.alerts.model import SafetyReport
from homeplan.alerts.rules import assess, resolved_rules
from homeplan.checkins import rules, store
from homeplan.checkins.evidence import evidence_of_answers
from homeplan.checkins.model import CheckIn, CheckInEntry, NotPaused, SafetyAnswer, SafetyAnswerEntry
from homeplan.checkins.past_soreness import past_soreness
from homeplan.checkins.reading import check_in
from homeplan.checkins.screen import safety_items
from homeplan.context import Context
from homeplan.errors import NotFound, SentBefore
from homeplan.library.content import starter
from homeplan.programs.store import CareFacts, care_facts


async def record_checkin(ctx: Context, patient_id: str, day: date, entry: CheckInEntry) -> CheckIn:
    """Store the day's answers and return what is stored: another answer, if a later one is stored already.

    Only answers that are stored raise alerts and pause exercises, with one exception: safety answers of a check-in
    that a later answer replaced are kept as a safety answer. Raises DayClosed, AnswerTooOld, UnknownRegion and
    UnknownSafetyItem.
    """
    entry = rules.with_other_item(entry)
    answered_at = rules.believed_time(entry.answered_at, ctx.now)
    rules.require_open(day, answered_at)
    rules.require_regions(entry.regions or (), starter().body_regions)
    rules.require_safety_items(entry.safety_yes, safety_items())

    await _one_writer(ctx, patient_id)
    facts = await care_facts(ctx, patient_id)
    soreness = await past_soreness(ctx, patient_id, facts, day, day)
    before = await store.find_checkin(ctx, patient_id, day) if entry.safety_yes else None
    stored = store.stored_from(entry, day=day, answered_at=answered_at, received_at=ctx.now)
    if not await store.save_checkin(ctx, patient_id, stored, stated=entry.answered_at):
        before = await store.find_checkin(ctx, patient_id, day)
        if before is not None and before.entry.client_event_id != entry.client_event_id and entry.safety_yes:
            replaced = SafetyAnswerEntry(
                id=entry.client_event_id,
                answered_at=entry.answered_at,
                time_zone=entry.time_zone,
                safety_yes=entry.safety_yes,
            )
            await _save_safety_answer(ctx, patient_id, facts, replaced, answered_at, source=str(day))
        return check_in(before or stored, facts.needled, facts.home, soreness)
    known = () if before is None else before.entry.safety_yes
    affected = frozenset({day, day + timedelta(days=1), day + timedelta(days=2)})
    report = _safety_report(str(day), ctx.now, entry.safety_yes)
    await _update_alerts(ctx, patient_id, facts, report, judged=affected)
    new = [item for item in entry.safety_yes if item not in known]
    await _pause_exercise(ctx, patient_id, since=answered_at, yes=new)
    return check_in(stored, facts.needled, facts.home, soreness)


async def record_safety_answer(ctx: Context, patient_id: str, entry: SafetyAnswerEntry) -> SafetyAnswer:
    """Store an answer to the safety screen once, and return what is stored.

    Raises UnknownSafetyItem, and SentBefore when other items are stored under its id.
    """
    rules.require_safety_items(entry.safety_yes, safety_items())
    answered_at = rules.believed_time_of_safety_answer(entry.answered_at, ctx.now)

    await _one_writer(ctx, patient_id)
    facts = await care_facts(ctx, patient_id)
    is_new = await _save_safety_answer(ctx, patient_id, facts, entry, answered_at, source=entry.id)
    ctx.repeated = not is_new
    stored = await store.find_safety_answer(ctx, patient_id, entry.id)
    if stored is None:
        raise NotFound
    if set(stored.safety_yes) != set(entry.safety_yes):
        raise SentBefore(field="id")
    return stored


async def lift_pause(ctx: Context, patient_id: str) -> None:
    """Let the patient exercise again. Raises NotPaused."""
    if not await store.lift_pause(ctx, patient_id):
        raise NotPaused


async def forget(ctx: Context, patient_id: str) -> None:
    """Erase the notes of a patient who leaves, and end their daily review."""
    await store.delete_notes(ctx, patient_id)
    await store.delete_review(ctx, patient_id)


async def _one_writer(ctx: Context, patient_id: str) -> None:
    """Let one transaction at a time change the check-ins of this patient, and the alerts that follow from them."""
    await lock_alerts(ctx, patient_id)


async def _save_safety_answer(
    ctx: Context,
    patient_id: str,
    facts: CareFacts,
    entry: SafetyAnswerEntry,
    answered_at: datetime,
    *,
    source: str,
) -> bool:
    """Store a safety answer, raise its alert and pause exercises; do nothing, and return False, when it is stored.

    `source` identifies the answer in the alert.
    """
    if not await store.save_safety_answer(ctx, patient_id, answered_at, entry):
        return False
    await _update_alerts(ctx, patient_id, facts, _safety_report(source, ctx.now, entry.safety_yes))
    await _pause_exercise(ctx, patient_id, since=answered_at, yes=entry.safety_yes)
    return True


async def _update_alerts(
    ctx: Context,
    patient_id: str,
    facts: CareFacts,
    report: SafetyReport,
    *,
    judged: frozenset[date] = frozenset(),
) -> None:
    """Raise new alerts and close resolved ones.

    `judged`: the day of a late answer and the two days after it, which were judged without that answer.
    """
    evidence = await evidence_of_answers(ctx, patient_id, facts=facts, judged=judged, safety=(report,))
    await raise_alerts(ctx, patient_id, assess(evidence, ctx.now), locked=True)
    await close_resolved(ctx, patient_id, resolved_rules(evidence, ctx.now))


async def _pause_exercise(ctx: Context, patient_id: str, *, since: datetime, yes: Collection[str]) -> None:
    """checkin.yaml, safety_screen.actions: pause_exercise_reminders."""
    level = rules.safety_level(yes, safety_items())
    if level == "emergency" or level == "urgent":
        await store.pause_exercise(ctx, patient_id, since=since, reason=level)


def _safety_report(source: str, now: datetime, yes: Iterable[str]) -> SafetyReport:
    return SafetyReport(source=source, received_at=now, yes=rules.levels_of(yes, safety_items()))
