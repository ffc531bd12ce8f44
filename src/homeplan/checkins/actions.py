"""Recording check-ins and safety answers, with the alerts and the pause that follow, and lifting the pause."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from homeplan.accounts.helpers.actions import helper_entering
from homeplan.accounts.model import EnteredBy
from homeplan.accounts.store import find_staff
from homeplan.actor import Role
from homeplan.alerts.actions import SHORTEST_NOTE, lock_alerts, mark_retracted, raise_alerts
from homeplan.alerts.model import Evidence, SafetyReport
from homeplan.alerts.rules import assess, resolved_rules
from homeplan.alerts.safety import last_acknowledged
from homeplan.alerts.thresholds.reading import rules_of
from homeplan.audit import append
from homeplan.checkins import rules, store
from homeplan.checkins.evidence import evidence_of, read_answers, with_answer
from homeplan.checkins.model import (
    AdviceNeeded,
    AnsweredByAnother,
    CheckIn,
    CheckInByStaff,
    CheckInEntry,
    LiftEntry,
    NotAcknowledged,
    NotPaused,
    SafetyAnswer,
    SafetyAnswerEntry,
    StoredCheckIn,
)
from homeplan.checkins.past_soreness import past_soreness
from homeplan.checkins.reading import check_in
from homeplan.checkins.refused_body import warning_in
from homeplan.checkins.screen import effect_of, safety_items
from homeplan.checkins.warnings import read_warning
from homeplan.contact.log.actions import record_contact
from homeplan.contact.log.model import ContactEntry
from homeplan.context import Context
from homeplan.errors import Forbidden, Invalid, NotFound, SentBefore
from homeplan.library.content import starter
from homeplan.programs.store import CareFacts, care_facts
from homeplan.values import only


async def record_checkin(
    ctx: Context, patient_id: str, day: date, entry: CheckInEntry, *, entered_by: EnteredBy | None = None
) -> CheckIn | Invalid:
    """Store the day's answers and return what is stored: another answer, if a later one is stored already.

    Only answers that are stored raise alerts and pause exercises, except warning signs: those of a check-in that a
    later answer replaced, or that is refused, are kept as a safety answer. A refusal is returned instead of raised,
    so that they stay: DayClosed, AnswerTooOld or UnknownRegion.
    """
    entry = rules.with_other_item(entry)
    try:
        answered_at = rules.believed_time(entry.answered_at, ctx.now)
        rules.require_open(day, answered_at, entry.answered_at)
        rules.require_regions(entry.regions or (), starter().body_regions)
    except Invalid as refusal:
        await _keep_signs(ctx, patient_id, entry, entered_by)
        return refusal

    await _one_writer(ctx, patient_id)
    if answered_at < entry.answered_at:
        answered_at = await _after_what_is_stored(ctx, patient_id, day, answered_at)
    facts = await care_facts(ctx, patient_id)
    judged = frozenset({day, day + timedelta(days=1), day + timedelta(days=2)})  # those that were judged without it
    answers = await read_answers(ctx, patient_id, facts, judged=judged)
    soreness = await past_soreness(ctx, patient_id, facts, answers, day, day)
    known = next((one.safety_yes for one in answers if one.day == day), ())
    replaced = None if set(known) <= set(entry.safety_yes) else await store.find_checkin(ctx, patient_id, day)
    stored = store.stored_from(entry, day=day, answered_at=answered_at, received_at=ctx.now, entered_by=entered_by)
    if not await store.save_checkin(ctx, patient_id, stored, stated=entry.answered_at):
        before = await store.find_checkin(ctx, patient_id, day)
        ctx.repeated = before is not None and before.client_event_id == entry.client_event_id
        known = before.safety_yes if before is not None and ctx.repeated else ()
        if not set(entry.safety_yes) <= set(known):
            kept = rules.safety_answer_of(entry)
            if ctx.repeated:
                kept = rules.under_own_id(kept)
            await _save_safety_answer(ctx, patient_id, facts, kept, answered_at, source=str(day), entered_by=entered_by)
        return check_in(before or stored, facts.needled, facts.home, soreness)
    if replaced is not None:
        await _keep_earlier(ctx, patient_id, replaced)
    report = _safety_report(str(day), ctx.now, entry.safety_yes)
    answers = with_answer(answers, stored)
    await _update_alerts(ctx, patient_id, facts, evidence_of(answers, facts, ctx.now, judged=judged, safety=[report]))
    new = [item for item in entry.safety_yes if item not in known]
    await _pause_exercise(ctx, patient_id, since=answered_at, yes=new)
    return check_in(stored, facts.needled, facts.home, soreness)


async def _after_what_is_stored(ctx: Context, patient_id: str, day: date, now: datetime) -> datetime:
    """The time of an answer whose own time is not believed: that of its arrival, and after the day's stored answer,
    which a server whose clock was set back since has from its own future."""
    before = await store.find_checkin(ctx, patient_id, day)
    return now if before is None else max(now, before.answered_at + timedelta(milliseconds=1))


async def record_on_phone(ctx: Context, day: date, entry: CheckInEntry) -> CheckIn | Invalid | AnsweredByAnother:
    """Store a check-in of the patient's own phone or of their helper's device, marked with the helper.

    Returns what `record_checkin` returns; to a helper AnsweredByAnother instead of what somebody else answered.
    """
    helper = await helper_entering(ctx)
    found = await record_checkin(ctx, ctx.own_patient_id, day, entry, entered_by=helper)
    if helper is not None and isinstance(found, CheckIn):
        is_own = found.entered_by is not None and found.entered_by.id == helper.id
        if not is_own:
            return AnsweredByAnother()
    return found


async def record_safety_on_phone(ctx: Context, entry: SafetyAnswerEntry) -> SafetyAnswer | SentBefore:
    """Store a safety answer of the patient's own phone or of their helper's device, marked with the helper.

    Raises Forbidden for a helper who takes back an answer that is not their own.
    """
    helper = await helper_entering(ctx)
    if helper is not None and entry.retracts is not None and not entry.safety_yes:
        is_own = await store.was_entered_by(ctx, ctx.own_patient_id, entry.retracts, helper.id)
        if not is_own:
            raise Forbidden
    return await record_safety_answer(ctx, ctx.own_patient_id, entry, entered_by=helper)


async def enter_checkin(ctx: Context, patient_id: str, entry: CheckInByStaff) -> CheckIn | Invalid | SentBefore:
    """Store a check-in for a patient who telephones, marked with the member of staff who enters it.

    Returns what `record_checkin` returns, and SentBefore when other answers are stored under its id.
    """
    found = await record_checkin(ctx, patient_id, entry.day, only(CheckInEntry, entry), entered_by=await _staff(ctx))
    if ctx.repeated and isinstance(found, CheckIn):
        sent = store.stored_from(
            rules.with_other_item(only(CheckInEntry, entry)),
            day=entry.day,
            answered_at=found.answered_at,
            received_at=found.received_at,
        )
        if only(CheckInEntry, found) != only(CheckInEntry, sent):
            return SentBefore(field="clientEventId")
    return found


async def record_safety_answer(
    ctx: Context, patient_id: str, entry: SafetyAnswerEntry, *, entered_by: EnteredBy | None = None
) -> SafetyAnswer | SentBefore:
    """Store an answer to the safety screen once, and return what is stored. Nothing in it is refused.

    Other signs under an id that is stored already are kept under an id of their own, and SentBefore is returned.
    """
    entry = rules.with_other_item_of_answer(entry)
    answered_at = rules.believed_time_of_safety_answer(entry.answered_at, ctx.now)

    await _one_writer(ctx, patient_id)
    facts = await care_facts(ctx, patient_id)
    is_new = await _save_safety_answer(
        ctx, patient_id, facts, entry, answered_at, source=entry.id, entered_by=entered_by
    )
    ctx.repeated = not is_new
    stored = await store.find_safety_answer(ctx, patient_id, entry.id)
    if stored is None:
        raise NotFound
    if (set(stored.safety_yes), stored.retracts) != (set(entry.safety_yes), entry.retracts):
        if not set(entry.safety_yes) <= set(stored.safety_yes):
            again = rules.under_own_id(entry)
            await _save_safety_answer(
                ctx, patient_id, facts, again, answered_at, source=again.id, entered_by=entered_by
            )
        return SentBefore(field="id")
    return stored


async def keep_warning_of_refused(ctx: Context, body: bytes) -> None:
    """Store the warning signs of a check-in or safety answer that the strict decoding refused.

    They are those of the patient whom the request is about, marked with the member of staff when one entered them.
    """
    answer = warning_in(body, ctx.now)
    if answer is not None and ctx.patient_id is not None:
        await keep_signs(ctx, ctx.patient_id, answer, entered_by=await entering(ctx))


async def keep_signs(
    ctx: Context, patient_id: str, answer: SafetyAnswerEntry, *, entered_by: EnteredBy | None = None
) -> None:
    """Store warning signs of a request that may be refused, with an audit event of their own: a refusal has none."""
    await record_safety_answer(ctx, patient_id, answer, entered_by=entered_by)
    is_on_phone = entered_by is None or entered_by.helper
    action = "safety-answer.save" if is_on_phone else "safety-answer.enter"
    await append(ctx, action, object_id=answer.id, patient_id=ctx.patient_id)


async def entering(ctx: Context) -> EnteredBy | None:
    """The member of staff who enters what a patient tells, or the patient's helper; None when the patient acts."""
    if ctx.actor.role in (Role.PATIENT, Role.HELPER):
        return await helper_entering(ctx)
    return await _staff(ctx)


async def enter_safety_answer(ctx: Context, patient_id: str, entry: SafetyAnswerEntry) -> SafetyAnswer | SentBefore:
    """Store a warning sign of a patient who telephones, marked with the member of staff who enters it."""
    return await record_safety_answer(ctx, patient_id, entry, entered_by=await _staff(ctx))


async def lift_pause(ctx: Context, patient_id: str, entry: LiftEntry) -> None:
    """Let the patient exercise again after a conversation, once the warning sign is acknowledged.

    Sent again it changes nothing. Raises AdviceNeeded, UnfitContact, NotPaused, NotAcknowledged, and SentBefore when
    another contact has its id.
    """
    if sum(character.isalpha() for character in entry.advice) < SHORTEST_NOTE:
        raise AdviceNeeded(field="advice")
    await _one_writer(ctx, patient_id)
    contact = ContactEntry(
        id=entry.id,
        kind=entry.kind,
        reached=True,
        started_at=entry.spoke_at,
        spoke_with=entry.spoke_with,
        by=entry.by,
        outcome="spoke-continue",
        note=entry.advice,
    )
    if await store.is_lifted_after(ctx, patient_id, entry.id):
        await record_contact(ctx, patient_id, contact)
        return
    if await store.exercise_paused(ctx, patient_id) is None:
        raise NotPaused
    warning = await read_warning(ctx, patient_id)
    if warning is not None and effect_of(warning.level).pause:
        raise NotAcknowledged
    acknowledged = await last_acknowledged(ctx, patient_id)
    await record_contact(ctx, patient_id, contact)
    if not await store.lift_pause(ctx, patient_id, None if acknowledged is None else acknowledged.id, entry.id):
        raise NotPaused


async def forget(ctx: Context, patient_id: str) -> None:
    """Erase the own words of a patient who leaves, and end their daily review."""
    await store.delete_notes(ctx, patient_id)
    await store.delete_worries(ctx, patient_id)
    await store.delete_review(ctx, patient_id)


async def _one_writer(ctx: Context, patient_id: str) -> None:
    """Let one transaction at a time change the check-ins of this patient, and the alerts that follow from them."""
    await lock_alerts(ctx, patient_id)


async def _staff(ctx: Context) -> EnteredBy:
    return EnteredBy(id=ctx.actor.id, name=(await find_staff(ctx, ctx.actor.id)).name)


async def _keep_signs(ctx: Context, patient_id: str, entry: CheckInEntry, entered_by: EnteredBy | None) -> None:
    """Keep the warning signs of a check-in that is refused, as a safety answer with the check-in's id."""
    if entry.safety_yes:
        await keep_signs(ctx, patient_id, rules.safety_answer_of(entry), entered_by=entered_by)


async def _keep_earlier(ctx: Context, patient_id: str, earlier: StoredCheckIn) -> None:
    """Keep the warning signs of a check-in that is replaced by one without them; their alert exists already."""
    answer = rules.safety_answer_of(earlier)
    await store.save_safety_answer(
        ctx, patient_id, earlier.answered_at, answer, received_at=earlier.received_at, entered_by=earlier.entered_by
    )


async def _save_safety_answer(
    ctx: Context,
    patient_id: str,
    facts: CareFacts,
    entry: SafetyAnswerEntry,
    answered_at: datetime,
    *,
    source: str,
    entered_by: EnteredBy | None = None,
) -> bool:
    """Store a safety answer, raise its alert and pause exercises; do nothing, and return False, when it is stored.

    `source` identifies the answer in the alert.
    """
    if not await store.save_safety_answer(ctx, patient_id, answered_at, entry, entered_by=entered_by):
        return False
    answers = await read_answers(ctx, patient_id, facts)
    report = _safety_report(source, ctx.now, entry.safety_yes)
    await _update_alerts(ctx, patient_id, facts, evidence_of(answers, facts, ctx.now, safety=[report]))
    await _pause_exercise(ctx, patient_id, since=answered_at, yes=entry.safety_yes)
    if entry.retracts is not None:
        retracted = await _source_of(ctx, patient_id, entry.retracts)
        await mark_retracted(ctx, patient_id, retracted, locked=True)
    return True


async def _source_of(ctx: Context, patient_id: str, answer_id: str) -> str:
    """The name of an answer in its alert: the day of a check-in, the id of a safety answer."""
    day = await store.day_of_checkin(ctx, patient_id, answer_id)
    return answer_id if day is None else str(day)


async def _update_alerts(ctx: Context, patient_id: str, facts: CareFacts, evidence: Evidence) -> None:
    """Raise new alerts and close resolved ones."""
    rules = rules_of(facts)
    over = resolved_rules(evidence, ctx.now, rules)
    await raise_alerts(ctx, patient_id, assess(evidence, ctx.now, rules), over=over, locked=True, rules=rules)


async def _pause_exercise(ctx: Context, patient_id: str, *, since: datetime, yes: Collection[str]) -> None:
    """checkin.yaml, safety_screen.level_effects: pause."""
    level = rules.safety_level(yes, safety_items())
    if level is not None and level != "soon" and effect_of(level).pause:
        await store.pause_exercise(ctx, patient_id, since=since, reason=level)


def _safety_report(source: str, now: datetime, yes: Iterable[str]) -> SafetyReport:
    return SafetyReport(source=source, received_at=now, yes=rules.levels_of(yes, safety_items()))
