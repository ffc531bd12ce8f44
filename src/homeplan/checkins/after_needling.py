"""Records an answer to a prompt after needling, and the warning signs among its events when the screen was skipped."""

from homeplan.audit import append
from homeplan.checkins import rules, store
from homeplan.checkins.actions import record_safety_answer
from homeplan.checkins.model import SafetyAnswerEntry
from homeplan.context import Context
from homeplan.errors import Invalid, SentBefore
from homeplan.library.content import outcomes
from homeplan.outcomes import actions
from homeplan.outcomes.model import AfterNeedlingAnswer, AfterNeedlingEntry


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
    signs = _signs_of(entry)
    answered_at = rules.believed_time_of_safety_answer(entry.answered_at, ctx.now)
    screened_from = answered_at - outcomes().after_needling.screen_first.within
    if signs and not await store.was_screened(ctx, patient_id, screened_from):
        repeated = ctx.repeated
        await _report(ctx, patient_id, entry, signs)
        ctx.repeated = repeated
    return answer


def _signs_of(entry: AfterNeedlingEntry) -> tuple[str, ...]:
    reported = {one.event for one in entry.events}
    return tuple(kind.sign for kind in outcomes().events if kind.id in reported and kind.sign is not None)


async def _report(ctx: Context, patient_id: str, entry: AfterNeedlingEntry, signs: tuple[str, ...]) -> None:
    answer = rules.under_own_id(
        SafetyAnswerEntry(id=entry.id, answered_at=entry.answered_at, time_zone=entry.time_zone, safety_yes=signs)
    )
    await record_safety_answer(ctx, patient_id, answer)
    await append(ctx, "safety-answer.save", object_id=answer.id, patient_id=ctx.patient_id)
