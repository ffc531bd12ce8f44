"""What happens when an answer arrives: it is checked and stored, and what it means is drawn in the same transaction."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from homeplan.accounts.store import home_zone
from homeplan.alerts.model import SafetyReport
from homeplan.alerts.rules import assess, over
from homeplan.alerts.store import close_over, raise_alerts
from homeplan.checkins import rules
from homeplan.checkins.evidence import evidence_of_answers
from homeplan.checkins.model import CheckIn, CheckInEntry, SafetyAnswer, SafetyAnswerEntry
from homeplan.checkins.reading import check_in
from homeplan.checkins.screen import safety_items
from homeplan.checkins.store import (
    find_checkin,
    find_safety_answer,
    pause_exercise,
    save_checkin,
    save_safety_answer,
    stored_from,
)
from homeplan.context import Context
from homeplan.errors import NotFound
from homeplan.library.content import starter
from homeplan.library.instrument import SafetyLevel
from homeplan.programs.store import needling_ends


async def record_checkin(ctx: Context, *, patient_id: str, day: date, entry: CheckInEntry) -> CheckIn:
    """Store the day's answers and return what is stored: another answer, if a later one came before.

    Alerts are raised, and exercises paused, only by answers that were stored, but for a safety yes: one that a later
    answer overtook is kept beside it as a safety answer. Raises DayClosed, AnswerTooOld, UnknownRegion and
    UnknownSafetyItem.
    """
    entry = rules.with_other(entry)
    answered_at = rules.believed_time(entry.answered_at, ctx.now)
    rules.require_open(day, answered_at)
    rules.require_regions(entry.regions or (), starter().body_regions)
    rules.require_safety_items(entry.safety_yes, safety_items())

    await ctx.tx.lock(f"checkins:{ctx.clinic_id}:{patient_id}")
    ends, home = await needling_ends(ctx, patient_id), await home_zone(ctx, patient_id)
    before = await find_checkin(ctx, patient_id=patient_id, day=day)
    stored = stored_from(entry, day=day, answered_at=answered_at, received_at=ctx.now)
    if not await save_checkin(ctx, patient_id=patient_id, checkin=stored, stated=entry.answered_at):
        if before is not None and before.entry.client_event_id != entry.client_event_id and entry.safety_yes:
            overtaken = SafetyAnswerEntry(
                id=entry.client_event_id,
                answered_at=entry.answered_at,
                time_zone=entry.time_zone,
                safety_yes=entry.safety_yes,
            )
            await _tell_once(ctx, patient_id, ends, overtaken, answered_at, source=str(day))
        return check_in(before or stored, ends, home)
    already = () if before is None else before.entry.safety_yes
    touched = frozenset({day, day + timedelta(days=1), day + timedelta(days=2)})
    report = _report(str(day), ctx.now, entry.safety_yes)
    await _draw(ctx, patient_id=patient_id, ends=ends, report=report, judged=touched)
    new = [item for item in entry.safety_yes if item not in already]
    await _pause(ctx, patient_id=patient_id, since=answered_at, yes=new)
    return check_in(stored, ends, home)


async def record_safety_answer(ctx: Context, *, patient_id: str, entry: SafetyAnswerEntry) -> SafetyAnswer:
    """Store the answer once, and return what is stored. Raises UnknownSafetyItem."""
    rules.require_safety_items(entry.safety_yes, safety_items())
    answered_at = rules.believed_time_of_safety_answer(entry.answered_at, ctx.now)

    await ctx.tx.lock(f"checkins:{ctx.clinic_id}:{patient_id}")
    ends = await needling_ends(ctx, patient_id)
    await _tell_once(ctx, patient_id, ends, entry, answered_at, source=entry.id)
    stored = await find_safety_answer(ctx, patient_id=patient_id, answer_id=entry.id)
    if stored is None:
        raise NotFound
    return stored


async def _tell_once(
    ctx: Context,
    patient_id: str,
    ends: Sequence[datetime],
    entry: SafetyAnswerEntry,
    answered_at: datetime,
    *,
    source: str,
) -> None:
    """Store a safety answer, alert and pause; nothing when it was stored before. `source` names it in the alert."""
    if not await save_safety_answer(ctx, patient_id=patient_id, answered_at=answered_at, entry=entry):
        return
    report = _report(source, ctx.now, entry.safety_yes)
    await _draw(ctx, patient_id=patient_id, ends=ends, report=report)
    await _pause(ctx, patient_id=patient_id, since=answered_at, yes=entry.safety_yes)


async def _draw(
    ctx: Context,
    *,
    patient_id: str,
    ends: Sequence[datetime],
    report: SafetyReport,
    judged: frozenset[date] = frozenset(),
) -> None:
    """Raise what is news. A late answer also counts for the two days after it, which were judged without it."""
    evidence = await evidence_of_answers(ctx, patient_id=patient_id, ends=ends, judged=judged, safety=(report,))
    await raise_alerts(ctx, patient_id=patient_id, findings=assess(evidence, ctx.now))
    await close_over(ctx, patient_id=patient_id, rules=over(evidence, ctx.now))


async def _pause(ctx: Context, *, patient_id: str, since: datetime, yes: Iterable[str]) -> None:
    """checkin.yaml, safety_screen.actions: pause_exercise_reminders."""
    level = rules.safety_level(yes, safety_items())
    if level == "emergency" or level == "urgent":
        await pause_exercise(ctx, patient_id=patient_id, since=since, reason=level)


def _report(source: str, now: datetime, yes: Iterable[str]) -> SafetyReport:
    levels: dict[str, SafetyLevel] = rules.levels_of(yes, safety_items())
    return SafetyReport(source=source, received_at=now, yes=levels)
