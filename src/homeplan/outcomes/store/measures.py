"""PSFS activities, answers to instruments, and permissions to use them, in the database."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from homeplan.clock import from_ms, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.outcomes.model import Activity, OutcomeAnswer, OutcomeEntry, ScoreOf

INSERT_ACTIVITY = """
INSERT INTO psfs_activities (clinic_id, patient_id, id, episode_id, position, words, created_at)
VALUES (:clinic_id, :patient_id, :id, :episode_id, :position, :words, :now)"""


async def insert_activities(ctx: Context, patient_id: str, episode_id: str, named: Sequence[Activity]) -> None:
    """Add activities to an episode."""
    await ctx.tx.execute_many(
        INSERT_ACTIVITY,
        [
            {
                "clinic_id": ctx.clinic_id,
                "patient_id": patient_id,
                "id": one.id,
                "episode_id": episode_id,
                "position": one.position,
                "words": one.words,
                "now": to_ms(ctx.now),
            }
            for one in named
        ],
    )


SELECT_ACTIVITIES = """
SELECT id, episode_id, position, words FROM psfs_activities
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND episode_id = :episode_id ORDER BY position"""


async def activities_of(ctx: Context, patient_id: str, episode_id: str) -> list[Activity]:
    """The activities of an episode, by position."""
    rows = await ctx.tx.fetch(SELECT_ACTIVITIES, clinic_id=ctx.clinic_id, patient_id=patient_id, episode_id=episode_id)
    return [
        Activity(id=row["id"], episode_id=row["episode_id"], position=row["position"], words=row["words"])
        for row in rows
    ]


DELETE_ACTIVITY_WORDS = """
UPDATE psfs_activities SET words = NULL
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND words IS NOT NULL"""


async def delete_activity_words(ctx: Context, patient_id: str) -> None:
    """Erase the patient's own words for activities."""
    await ctx.tx.execute(DELETE_ACTIVITY_WORDS, clinic_id=ctx.clinic_id, patient_id=patient_id)


INSERT_OUTCOME = """
INSERT INTO outcome_answers (clinic_id, patient_id, id, episode_id, instrument, day, stated_at, answered_at,
  received_at, time_zone, scores)
VALUES (:clinic_id, :patient_id, :id, :episode_id, :instrument, :day, :stated_at, :answered_at,
  :received_at, :time_zone, :scores)
ON CONFLICT (clinic_id, patient_id, id) DO NOTHING"""


async def save_outcome(
    ctx: Context, patient_id: str, episode_id: str, entry: OutcomeEntry, answered_at: datetime
) -> bool:
    """Store the scores. Returns False when they are stored already."""
    scores = [ScoreOf(activity=one.activity, value=one.value) for one in entry.scores]
    touched = await ctx.tx.execute(
        INSERT_OUTCOME,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        id=entry.id,
        episode_id=episode_id,
        instrument=entry.instrument,
        day=entry.day.isoformat(),
        stated_at=to_ms(entry.answered_at),
        answered_at=to_ms(answered_at),
        received_at=to_ms(ctx.now),
        time_zone=entry.time_zone,
        scores=msgspec.json.encode(scores).decode(),
    )
    return touched > 0


SELECT_OUTCOMES = """
SELECT id, instrument, episode_id, day, answered_at, scores FROM outcome_answers
WHERE clinic_id = :clinic_id AND patient_id = :patient_id ORDER BY day, answered_at, id"""


async def outcome_answers(ctx: Context, patient_id: str) -> list[OutcomeAnswer]:
    """The patient's answers in all episodes, by day."""
    rows = await ctx.tx.fetch(SELECT_OUTCOMES, clinic_id=ctx.clinic_id, patient_id=patient_id)
    return [_outcome(row) for row in rows]


def _outcome(row: Row) -> OutcomeAnswer:
    scores = msgspec.json.decode(row["scores"], type=tuple[ScoreOf, ...])
    return OutcomeAnswer(
        id=row["id"],
        instrument=row["instrument"],
        episode_id=row["episode_id"],
        day=date.fromisoformat(row["day"]),
        answered_at=from_ms(row["answered_at"]),
        scores=scores,
        mean=round(sum(one.value for one in scores) / len(scores), 1),
    )


UPSERT_PERMISSION = """
INSERT INTO instrument_permissions (clinic_id, instrument, note, recorded_by, recorded_at)
VALUES (:clinic_id, :instrument, :note, :actor_id, :now)
ON CONFLICT (clinic_id, instrument) DO UPDATE
   SET note = excluded.note, recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at"""


async def save_permission(ctx: Context, instrument: str, note: str) -> None:
    """Record a permission, or its new note."""
    await ctx.tx.execute(
        UPSERT_PERMISSION,
        clinic_id=ctx.clinic_id,
        instrument=instrument,
        note=note,
        actor_id=ctx.actor.id,
        now=to_ms(ctx.now),
    )


DELETE_PERMISSION = "DELETE FROM instrument_permissions WHERE clinic_id = :clinic_id AND instrument = :instrument"


async def delete_permission(ctx: Context, instrument: str) -> None:
    """Take a permission back."""
    await ctx.tx.execute(DELETE_PERMISSION, clinic_id=ctx.clinic_id, instrument=instrument)


SELECT_PERMISSIONS = "SELECT instrument, note FROM instrument_permissions WHERE clinic_id = :clinic_id"


async def permissions(ctx: Context) -> dict[str, str]:
    """The notes of the clinic's permissions, by instrument."""
    rows = await ctx.tx.fetch(SELECT_PERMISSIONS, clinic_id=ctx.clinic_id)
    return {row["instrument"]: row["note"] for row in rows}
