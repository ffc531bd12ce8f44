"""Answers to the safety screen outside a check-in, in the database."""

from datetime import datetime

import msgspec

from homeplan.checkins.model import SafetyAnswer, SafetyAnswerEntry
from homeplan.checkins.rules import safety_level
from homeplan.checkins.screen import safety_items
from homeplan.clock import from_ms, to_ms
from homeplan.context import Context
from homeplan.db import Row

MAX_LISTED = 200

INSERT_SAFETY_ANSWER = """
INSERT INTO safety_answers (clinic_id, patient_id, id, stated_at, answered_at, received_at, time_zone, safety_yes)
VALUES (:clinic_id, :patient_id, :id, :stated_at, :answered_at, :received_at, :time_zone, :safety_yes)
ON CONFLICT (clinic_id, patient_id, id) DO NOTHING"""


async def save_safety_answer(ctx: Context, patient_id: str, answered_at: datetime, entry: SafetyAnswerEntry) -> bool:
    """Store the answer unless it is stored already. Returns whether it was stored."""
    touched = await ctx.tx.execute(
        INSERT_SAFETY_ANSWER,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        id=entry.id,
        stated_at=to_ms(entry.answered_at),
        answered_at=to_ms(answered_at),
        received_at=to_ms(ctx.now),
        time_zone=entry.time_zone,
        safety_yes=msgspec.json.encode(entry.safety_yes).decode(),
    )
    return touched > 0


SELECT_SAFETY_ANSWER = """
SELECT id, answered_at, received_at, time_zone, safety_yes FROM safety_answers
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id"""


async def find_safety_answer(ctx: Context, patient_id: str, answer_id: str) -> SafetyAnswer | None:
    """That answer of that patient, or None."""
    row = await ctx.tx.fetch_one(SELECT_SAFETY_ANSWER, clinic_id=ctx.clinic_id, patient_id=patient_id, id=answer_id)
    return None if row is None else _answer(row)


SELECT_SAFETY_ANSWERS = """
SELECT id, answered_at, received_at, time_zone, safety_yes FROM safety_answers
WHERE clinic_id = :clinic_id AND patient_id = :patient_id
ORDER BY answered_at DESC, id DESC LIMIT :most"""


async def safety_answers(ctx: Context, patient_id: str) -> list[SafetyAnswer]:
    """The patient's answers, the newest first; at most 200."""
    rows = await ctx.tx.fetch(SELECT_SAFETY_ANSWERS, clinic_id=ctx.clinic_id, patient_id=patient_id, most=MAX_LISTED)
    return [_answer(row) for row in rows]


def _answer(row: Row) -> SafetyAnswer:
    yes = msgspec.json.decode(row["safety_yes"], type=tuple[str, ...])
    return SafetyAnswer(
        id=row["id"],
        answered_at=from_ms(row["answered_at"]),
        received_at=from_ms(row["received_at"]),
        time_zone=row["time_zone"],
        safety_yes=yes,
        safety_level=safety_level(yes, safety_items()),
    )
