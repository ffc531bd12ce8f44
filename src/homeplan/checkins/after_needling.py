"""Records events after needling, by the patient or by staff, and the warning signs among them when nobody asked the
safety screen before."""

from collections.abc import Collection

from msgspec import structs

from homeplan.checkins import rules, store
from homeplan.checkins.actions import entering, keep_signs
from homeplan.checkins.model import SafetyAnswerEntry
from homeplan.checkins.refused_body import events_in
from homeplan.context import Context
from homeplan.errors import Invalid, SentBefore
from homeplan.library.content import outcomes
from homeplan.outcomes import actions
from homeplan.outcomes.model import AdverseEvent, AdverseEventByStaff, AfterNeedlingAnswer, AfterNeedlingEntry


async def record_after_needling(
    ctx: Context, patient_id: str, entry: AfterNeedlingEntry
) -> AfterNeedlingAnswer | Invalid | SentBefore:
    """Store the answer as outcomes/actions.py does.

    An event that opens the safety screen is a warning sign as well: without an answer to the screen in the time before
    it, the server reports the sign itself. A refusal is returned instead of raised, so that the sign stays.
    """
    answer: AfterNeedlingAnswer | Invalid | SentBefore
    try:
        answer = await actions.record_after_needling(ctx, patient_id, entry)
    except (Invalid, SentBefore) as refusal:
        answer = refusal
    signs = _signs_of([one.event for one in entry.events])
    report = SafetyAnswerEntry(id=entry.id, answered_at=entry.answered_at, time_zone=entry.time_zone, safety_yes=signs)
    await _report(ctx, patient_id, report)
    return answer


async def enter_event(ctx: Context, patient_id: str, entry: AdverseEventByStaff) -> AdverseEvent | Invalid | SentBefore:
    """Store an event that the patient told the actor, as outcomes/actions.py does.

    Its warning sign is reported as that of the patient's own answer, marked with the actor, unless the entry says that
    the event is over. A refusal is returned instead of raised, so that the sign stays.
    """
    event: AdverseEvent | Invalid | SentBefore
    try:
        event = await actions.enter_event(ctx, patient_id, entry)
    except (Invalid, SentBefore) as refusal:
        event = refusal
    if entry.ended_at is None or entry.ended_at > ctx.now:
        signs = _signs_of([entry.event])
        await _report(ctx, patient_id, SafetyAnswerEntry(id=entry.id, answered_at=ctx.now, safety_yes=signs))
    return event


async def keep_signs_of_refused(ctx: Context, body: bytes) -> None:
    """Report the warning signs among the events of a body that the strict decoding refused."""
    report = events_in(body, ctx.now)
    if ctx.patient_id is not None and report is not None:
        signs = _signs_of(report.safety_yes)
        await _report(ctx, ctx.patient_id, structs.replace(report, safety_yes=signs))


def _signs_of(events: Collection[str]) -> tuple[str, ...]:
    return tuple(kind.sign for kind in outcomes().events if kind.id in events and kind.sign is not None)


async def _report(ctx: Context, patient_id: str, report: SafetyAnswerEntry) -> None:
    """Store the signs as a safety answer under an id of its own, unless the one who tells them answered the screen."""
    entered_by = await entering(ctx)
    answered_at = rules.believed_time_of_safety_answer(report.answered_at, ctx.now)
    since = answered_at - outcomes().after_needling.screen_first.within
    if report.safety_yes and not await store.was_screened(ctx, patient_id, since, by_staff=entered_by is not None):
        repeated = ctx.repeated
        await keep_signs(ctx, patient_id, rules.under_own_id(report), entered_by=entered_by)
        ctx.repeated = repeated
