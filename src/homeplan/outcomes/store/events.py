"""Adverse events in the database, from the patient's answers or entered by staff, with the therapist's judgment."""

from datetime import datetime

from homeplan.clock import from_ms, from_ms_or_none, to_ms, to_ms_or_none
from homeplan.context import Context
from homeplan.db import Row
from homeplan.errors import NotFound
from homeplan.ids import new_id
from homeplan.outcomes.model import AdverseEvent, AdverseEventByStaff, AfterNeedlingEntry, EventAssessment

MAX_LISTED = 500

INSERT_EVENT = """
INSERT INTO adverse_events (clinic_id, id, patient_id, session_id, answer_id, event, severity, words, reported_at)
VALUES (:clinic_id, :id, :patient_id, :session_id, :answer_id, :event, :severity, :words, :reported_at)"""


async def insert_events(ctx: Context, patient_id: str, entry: AfterNeedlingEntry, reported_at: datetime) -> None:
    """Add the events of an answer to the session's log."""
    await ctx.tx.execute_many(
        INSERT_EVENT,
        [
            {
                "clinic_id": ctx.clinic_id,
                "id": new_id(ctx.now),
                "patient_id": patient_id,
                "session_id": entry.session,
                "answer_id": entry.id,
                "event": one.event,
                "severity": one.severity,
                "words": one.words,
                "reported_at": to_ms(reported_at),
            }
            for one in entry.events
        ],
    )


INSERT_ENTERED = """
INSERT INTO adverse_events (clinic_id, id, patient_id, session_id, entered_by, event, severity, words, reported_at)
VALUES (:clinic_id, :id, :patient_id, :session_id, :entered_by, :event, :severity, :words, :now)
ON CONFLICT (clinic_id, id) DO NOTHING"""


async def insert_entered(ctx: Context, patient_id: str, entry: AdverseEventByStaff) -> bool:
    """Add an event that the actor enters, without the judgment; False when the clinic has one of this id already."""
    added = await ctx.tx.execute(
        INSERT_ENTERED,
        clinic_id=ctx.clinic_id,
        id=entry.id,
        patient_id=patient_id,
        session_id=entry.session,
        entered_by=ctx.actor.id,
        event=entry.event,
        severity=entry.severity,
        words=entry.words,
        now=to_ms(ctx.now),
    )
    return bool(added)


SELECT_EVENTS = """
SELECT e.id, e.session_id, a.prompt_hour, e.event, e.severity, e.words, e.reported_at, e.began_at, e.ended_at,
       e.serious, e.causality, e.outcome, e.closed_at, x.name AS assessed_by, c.name AS closed_by,
       s.name AS entered_by
FROM adverse_events e
LEFT JOIN after_needling_answers a ON a.clinic_id = e.clinic_id AND a.patient_id = e.patient_id AND a.id = e.answer_id
LEFT JOIN staff x ON x.clinic_id = e.clinic_id AND x.id = e.assessed_by
LEFT JOIN staff c ON c.clinic_id = e.clinic_id AND c.id = e.closed_by
LEFT JOIN staff s ON s.clinic_id = e.clinic_id AND s.id = e.entered_by
WHERE e.clinic_id = :clinic_id AND e.patient_id = :patient_id AND (CAST(:id AS TEXT) IS NULL OR e.id = :id)
ORDER BY e.reported_at DESC, e.id DESC LIMIT :most"""


async def adverse_events(ctx: Context, patient_id: str) -> list[AdverseEvent]:
    """The patient's events, the newest first; at most 500."""
    return await _events(ctx, patient_id, None)


async def find_event(ctx: Context, patient_id: str, event_id: str) -> AdverseEvent:
    """That event of that patient. Raises NotFound."""
    found = await _events(ctx, patient_id, event_id)
    if not found:
        raise NotFound
    return found[0]


async def _events(ctx: Context, patient_id: str, event_id: str | None) -> list[AdverseEvent]:
    rows = await ctx.tx.fetch(
        SELECT_EVENTS, clinic_id=ctx.clinic_id, patient_id=patient_id, id=event_id, most=MAX_LISTED
    )
    return [_event(row) for row in rows]


UPDATE_EVENT = """
UPDATE adverse_events SET causality = :causality, serious = :serious, outcome = :outcome, began_at = :began_at,
  ended_at = :ended_at, assessed_at = :now, assessed_by = :actor_id,
  closed_at = CASE WHEN :closed = 'yes' THEN COALESCE(closed_at, :now) END,
  closed_by = CASE WHEN :closed = 'yes' THEN COALESCE(closed_by, :actor_id) END
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id"""


async def assess_event(ctx: Context, patient_id: str, event_id: str, entry: EventAssessment) -> bool:
    """Store the actor's judgment. Returns False when there is no such event."""
    touched = await ctx.tx.execute(
        UPDATE_EVENT,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        id=event_id,
        causality=entry.causality,
        serious=None if entry.serious is None else "yes" if entry.serious else "no",
        outcome=entry.outcome,
        began_at=to_ms_or_none(entry.began_at),
        ended_at=to_ms_or_none(entry.ended_at),
        closed="yes" if entry.closed else "no",
        now=to_ms(ctx.now),
        actor_id=ctx.actor.id,
    )
    return touched > 0


DELETE_WORDS = """
UPDATE adverse_events SET words = NULL
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND words IS NOT NULL"""


async def delete_words(ctx: Context, patient_id: str) -> None:
    """Erase the words about events."""
    await ctx.tx.execute(DELETE_WORDS, clinic_id=ctx.clinic_id, patient_id=patient_id)


def _event(row: Row) -> AdverseEvent:
    return AdverseEvent(
        id=row["id"],
        session_id=row["session_id"],
        prompt_hour=row["prompt_hour"],
        entered_by=row["entered_by"],
        event=row["event"],
        severity=row["severity"],
        words=row["words"],
        reported_at=from_ms(row["reported_at"]),
        began_at=from_ms_or_none(row["began_at"]),
        ended_at=from_ms_or_none(row["ended_at"]),
        serious=None if row["serious"] is None else row["serious"] == "yes",
        causality=row["causality"],
        outcome=row["outcome"],
        assessed_by=row["assessed_by"],
        closed=row["closed_at"] is not None,
        closed_at=from_ms_or_none(row["closed_at"]),
        closed_by=row["closed_by"],
    )
