"""Answers to the prompts after needling, in the database."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from homeplan.clock import from_ms, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.library.outcome_content import PromptHour
from homeplan.outcomes.model import AfterNeedlingAnswer, AfterNeedlingEntry, PastSoreness, ReportedEvent

INSERT_ANSWER = """
INSERT INTO after_needling_answers (clinic_id, patient_id, id, session_id, prompt_hour, stated_at, answered_at,
  received_at, time_zone, soreness, events)
VALUES (:clinic_id, :patient_id, :id, :session_id, :prompt_hour, :stated_at, :answered_at,
  :received_at, :time_zone, :soreness, :events)
ON CONFLICT (clinic_id, patient_id, id) DO NOTHING"""


async def save_answer(ctx: Context, patient_id: str, entry: AfterNeedlingEntry, answered_at: datetime) -> bool:
    """Store the answer without the patient's words. Returns False when it is stored already."""
    events = [ReportedEvent(event=one.event, severity=one.severity) for one in entry.events]
    touched = await ctx.tx.execute(
        INSERT_ANSWER,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        id=entry.id,
        session_id=entry.session,
        prompt_hour=entry.prompt_hour,
        stated_at=to_ms(entry.answered_at),
        answered_at=to_ms(answered_at),
        received_at=to_ms(ctx.now),
        time_zone=entry.time_zone,
        soreness=entry.soreness,
        events=msgspec.json.encode(events).decode(),
    )
    return touched > 0


_COLUMNS = "patient_id, id, session_id, prompt_hour, answered_at, received_at, time_zone, soreness, events"

SELECT_ANSWER = f"""
SELECT {_COLUMNS} FROM after_needling_answers
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id"""  # noqa: S608 - constants


async def find_answer(ctx: Context, patient_id: str, answer_id: str) -> AfterNeedlingAnswer | None:
    """That answer of that patient, or None."""
    row = await ctx.tx.fetch_one(SELECT_ANSWER, clinic_id=ctx.clinic_id, patient_id=patient_id, id=answer_id)
    return None if row is None else _answer(row)


SELECT_ANSWERED = """
SELECT session_id, prompt_hour FROM after_needling_answers
WHERE clinic_id = :clinic_id AND patient_id IN (:patient_ids)"""


async def answered_prompts(ctx: Context, patient_ids: Sequence[str]) -> set[tuple[str, PromptHour]]:
    """Session and hour of every prompt that these patients have answered."""
    rows = await ctx.tx.fetch(SELECT_ANSWERED, clinic_id=ctx.clinic_id, patient_ids=list(patient_ids))
    return {(row["session_id"], row["prompt_hour"]) for row in rows}


SELECT_SORENESS = """
SELECT answered_at, soreness FROM after_needling_answers
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND soreness IS NOT NULL AND answered_at >= :since
ORDER BY answered_at"""


async def soreness_since(ctx: Context, patient_id: str, since: datetime) -> list[PastSoreness]:
    """The scores given to prompts since then, the oldest first."""
    rows = await ctx.tx.fetch(SELECT_SORENESS, clinic_id=ctx.clinic_id, patient_id=patient_id, since=to_ms(since))
    return [PastSoreness(at=from_ms(row["answered_at"]), score=row["soreness"]) for row in rows]


def _answer(row: Row) -> AfterNeedlingAnswer:
    return AfterNeedlingAnswer(
        id=row["id"],
        session=row["session_id"],
        prompt_hour=row["prompt_hour"],
        answered_at=from_ms(row["answered_at"]),
        received_at=from_ms(row["received_at"]),
        time_zone=row["time_zone"],
        soreness=row["soreness"],
        events=msgspec.json.decode(row["events"], type=tuple[ReportedEvent, ...]),
    )
