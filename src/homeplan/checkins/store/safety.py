"""Answers to the safety screen outside a check-in, in the database."""

from datetime import datetime

import msgspec

from homeplan.accounts.model import EnteredBy
from homeplan.accounts.rules import entered_as
from homeplan.accounts.rules import entered_by as by_whom
from homeplan.checkins.model import SafetyAnswer, SafetyAnswerEntry, Sign
from homeplan.checkins.rules import safety_level
from homeplan.checkins.screen import safety_items
from homeplan.clock import from_ms, to_ms
from homeplan.context import Context
from homeplan.db import Row

MAX_LISTED = 200

INSERT_SAFETY_ANSWER = """
INSERT INTO safety_answers (clinic_id, patient_id, id, stated_at, answered_at, received_at, time_zone, safety_yes,
  other_text, retracts, entered_by, entered_by_name, entered_as)
VALUES (:clinic_id, :patient_id, :id, :stated_at, :answered_at, :received_at, :time_zone, :safety_yes,
  :other_text, :retracts, :entered_by, :entered_by_name, :entered_as)
ON CONFLICT (clinic_id, patient_id, id) DO NOTHING"""


async def save_safety_answer(
    ctx: Context,
    patient_id: str,
    answered_at: datetime,
    entry: SafetyAnswerEntry,
    *,
    received_at: datetime | None = None,
    entered_by: EnteredBy | None = None,
) -> bool:
    """Store the answer unless it is stored already. Returns whether it was stored.

    `received_at`: the time at which the server received it, when that was not now.
    """
    touched = await ctx.tx.execute(
        INSERT_SAFETY_ANSWER,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        id=entry.id,
        stated_at=to_ms(entry.answered_at),
        answered_at=to_ms(answered_at),
        received_at=to_ms(received_at or ctx.now),
        time_zone=entry.time_zone,
        safety_yes=msgspec.json.encode(entry.safety_yes).decode(),
        other_text=entry.other_text or None,
        retracts=entry.retracts,
        entered_by=None if entered_by is None else entered_by.id,
        entered_by_name=None if entered_by is None else entered_by.name,
        entered_as=entered_as(entered_by),
    )
    return touched > 0


_COLUMNS = """
id, answered_at, received_at, time_zone, safety_yes, other_text, retracts, entered_by, entered_by_name,
entered_as"""

SELECT_SAFETY_ANSWER = f"""
SELECT {_COLUMNS} FROM safety_answers
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id"""  # noqa: S608 - constants


async def find_safety_answer(ctx: Context, patient_id: str, answer_id: str) -> SafetyAnswer | None:
    """That answer of that patient, or None."""
    row = await ctx.tx.fetch_one(SELECT_SAFETY_ANSWER, clinic_id=ctx.clinic_id, patient_id=patient_id, id=answer_id)
    return None if row is None else _answer(row)


SELECT_SAFETY_ANSWERS = f"""
SELECT {_COLUMNS} FROM safety_answers
WHERE clinic_id = :clinic_id AND patient_id = :patient_id
ORDER BY answered_at DESC, id DESC LIMIT :most"""  # noqa: S608 - constants


async def safety_answers(ctx: Context, patient_id: str) -> list[SafetyAnswer]:
    """The patient's answers, the newest first; at most 200."""
    rows = await ctx.tx.fetch(SELECT_SAFETY_ANSWERS, clinic_id=ctx.clinic_id, patient_id=patient_id, most=MAX_LISTED)
    return [_answer(row) for row in rows]


SELECT_SIGNS = """
SELECT id, answered_at, safety_yes, retracts FROM safety_answers
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND received_at > :after
ORDER BY answered_at, id"""


async def signs_answered(ctx: Context, patient_id: str, after: datetime) -> list[Sign]:
    """The answers that were received after `after`, by their own time; retractions are among them."""
    rows = await ctx.tx.fetch(SELECT_SIGNS, clinic_id=ctx.clinic_id, patient_id=patient_id, after=to_ms(after))
    return [
        Sign(
            id=row["id"],
            answered_at=from_ms(row["answered_at"]),
            yes=msgspec.json.decode(row["safety_yes"], type=tuple[str, ...]),
            retracts=row["retracts"],
        )
        for row in rows
    ]


SELECT_SCREENED = """
SELECT 1 FROM safety_answers
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND answered_at >= :since AND retracts IS NULL LIMIT 1"""


SELECT_SCREENED_BY_STAFF = """
SELECT 1 FROM safety_answers
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND answered_at >= :since AND retracts IS NULL
  AND entered_by IS NOT NULL AND entered_as IS NULL LIMIT 1"""


async def was_screened(ctx: Context, patient_id: str, since: datetime, *, by_staff: bool = False) -> bool:
    """Whether the safety screen was answered at `since` or later; a retraction does not count.

    `by_staff`: only answers that a member of staff entered count.
    """
    screened = SELECT_SCREENED_BY_STAFF if by_staff else SELECT_SCREENED
    row = await ctx.tx.fetch_one(screened, clinic_id=ctx.clinic_id, patient_id=patient_id, since=to_ms(since))
    return row is not None


SELECT_ENTERED_BY = """
SELECT 1 FROM safety_answers
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :answer_id AND entered_by = :person_id
UNION ALL
SELECT 1 FROM checkins
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND client_event_id = :answer_id
  AND entered_by = :person_id"""


async def was_entered_by(ctx: Context, patient_id: str, answer_id: str, person_id: str) -> bool:
    """Whether that person entered the safety answer, or the check-in, of this id for the patient."""
    found = await ctx.tx.fetch_value(
        SELECT_ENTERED_BY, clinic_id=ctx.clinic_id, patient_id=patient_id, answer_id=answer_id, person_id=person_id
    )
    return found is not None


DELETE_WORRIES = """
UPDATE safety_answers SET other_text = NULL,
  entered_by_name = CASE WHEN entered_as IS NULL THEN entered_by_name ELSE '' END
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND (other_text IS NOT NULL OR entered_as IS NOT NULL)"""


async def delete_worries(ctx: Context, patient_id: str) -> None:
    """Erase the patient's own words, and the names of helpers, in all of their safety answers."""
    await ctx.tx.execute(DELETE_WORRIES, clinic_id=ctx.clinic_id, patient_id=patient_id)


def _answer(row: Row) -> SafetyAnswer:
    yes = msgspec.json.decode(row["safety_yes"], type=tuple[str, ...])
    return SafetyAnswer(
        id=row["id"],
        answered_at=from_ms(row["answered_at"]),
        received_at=from_ms(row["received_at"]),
        time_zone=row["time_zone"],
        safety_yes=yes,
        other_text=row["other_text"],
        retracts=row["retracts"],
        safety_level=safety_level(yes, safety_items()),
        entered_by=by_whom(row["entered_by"], row["entered_by_name"], row["entered_as"]),
    )
