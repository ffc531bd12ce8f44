"""Erases messages in the database: the words of who leaves, and whole messages from long ago."""

from datetime import datetime

from homeplan.clock import to_ms
from homeplan.context import Context

DELETE_WORDS = """
UPDATE messages SET words = NULL
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND author_id IS NULL AND words IS NOT NULL"""


async def delete_words(ctx: Context, patient_id: str) -> None:
    """Erase the patient's own words; those of staff stay."""
    await ctx.tx.execute(DELETE_WORDS, clinic_id=ctx.clinic_id, patient_id=patient_id)


DELETE_VERSIONS = """
UPDATE message_versions SET words = NULL
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND message_id IN (
  SELECT id FROM messages WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND author_id IS NULL)"""


async def delete_versions(ctx: Context, patient_id: str) -> None:
    """Erase the patient's own words in replaced versions."""
    await ctx.tx.execute(DELETE_VERSIONS, clinic_id=ctx.clinic_id, patient_id=patient_id)


DELETE_OLD_VERSIONS = """
DELETE FROM message_versions WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND message_id IN (
  SELECT id FROM messages
  WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND COALESCE(edited_at, received_at) < :before)"""

DELETE_OLD = """
DELETE FROM messages
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND COALESCE(edited_at, received_at) < :before"""


async def delete_old(ctx: Context, patient_id: str, before: datetime) -> None:
    """Delete the messages of both sides from before then, with their earlier versions; notes stay in check-ins."""
    for statement in (DELETE_OLD_VERSIONS, DELETE_OLD):
        await ctx.tx.execute(statement, clinic_id=ctx.clinic_id, patient_id=patient_id, before=to_ms(before))


STOP_WAITING = """
UPDATE messages SET waits_since = NULL
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND waits_since IS NOT NULL"""


async def stop_waiting(ctx: Context, patient_id: str) -> None:
    """Let no message of the patient wait any more: there is nobody left to answer."""
    await ctx.tx.execute(STOP_WAITING, clinic_id=ctx.clinic_id, patient_id=patient_id)
