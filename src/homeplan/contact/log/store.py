"""Contacts in the database: versions, of which the one that is not replaced holds."""

from collections.abc import Sequence
from datetime import date, datetime

from homeplan.clock import from_ms, from_ms_or_none, to_ms
from homeplan.contact.log.model import Contact, ContactDetails
from homeplan.context import Context
from homeplan.db import Row

MAX_LISTED = 500

INSERT_CONTACT = """
INSERT INTO contacts (clinic_id, id, version, patient_id, alert_id, kind, reached, spoke_with, by_id, started_at,
  minutes, outcome, note, patient_words, next_step, next_step_due, recorded_at, recorded_by)
VALUES (:clinic_id, :id, :version, :patient_id, :alert_id, :kind, :reached, :spoke_with, :by_id, :started_at,
  :minutes, :outcome, :note, :patient_words, :next_step, :next_step_due, :now, :recorded_by)
ON CONFLICT (clinic_id, id, version) DO NOTHING"""


async def insert_contact(
    ctx: Context, patient_id: str, contact_id: str, version: int, entry: ContactDetails, *, alert_id: str | None
) -> bool:
    """Add a version of a contact; False when the clinic has that version already."""
    added = await ctx.tx.execute(
        INSERT_CONTACT,
        clinic_id=ctx.clinic_id,
        id=contact_id,
        version=version,
        patient_id=patient_id,
        alert_id=alert_id,
        kind=entry.kind,
        reached="yes" if entry.reached else "no",
        spoke_with=entry.spoke_with,
        by_id=entry.by or ctx.actor.id,
        started_at=to_ms(entry.started_at),
        minutes=entry.minutes,
        outcome=entry.outcome,
        note=entry.note,
        patient_words=entry.patient_words,
        next_step=entry.next_step,
        next_step_due=None if entry.next_step_due is None else entry.next_step_due.isoformat(),
        now=to_ms(ctx.now),
        recorded_by=ctx.actor.id,
    )
    return bool(added)


REPLACE_CONTACT = """
UPDATE contacts SET replaced_at = :now
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id AND version = :version
  AND replaced_at IS NULL"""


async def replace_contact(ctx: Context, patient_id: str, contact_id: str, version: int) -> bool:
    """Let a version hold no longer; False when it does not hold already."""
    replaced = await ctx.tx.execute(
        REPLACE_CONTACT,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        id=contact_id,
        version=version,
        now=to_ms(ctx.now),
    )
    return replaced > 0


FINISH_STEP = """
UPDATE contacts SET next_step_done_at = COALESCE(next_step_done_at, :now)
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id = :id AND replaced_at IS NULL
  AND next_step IS NOT NULL"""


async def finish_step(ctx: Context, patient_id: str, contact_id: str) -> bool:
    """Note that the next step is done; False when the contact has none."""
    touched = await ctx.tx.execute(
        FINISH_STEP, clinic_id=ctx.clinic_id, patient_id=patient_id, id=contact_id, now=to_ms(ctx.now)
    )
    return touched > 0


SELECT_CONTACTS = """
SELECT c.id, c.version, c.alert_id, c.kind, c.reached, c.spoke_with, c.by_id, s.name AS by_name, c.started_at,
  c.minutes, c.outcome, c.note, c.patient_words, c.next_step, c.next_step_due, c.next_step_done_at, c.recorded_at
FROM contacts c JOIN staff s ON s.clinic_id = c.clinic_id AND s.id = c.by_id
WHERE c.clinic_id = :clinic_id AND c.patient_id = :patient_id AND c.replaced_at IS NULL
  AND (CAST(:id AS TEXT) IS NULL OR c.id = :id)
ORDER BY c.started_at DESC, c.id DESC LIMIT :most"""


async def contacts_of(ctx: Context, patient_id: str) -> list[Contact]:
    """The patient's contacts in their current versions, the newest first; at most 500."""
    return await _read(ctx, patient_id, None)


async def find_contact(ctx: Context, patient_id: str, contact_id: str) -> Contact | None:
    """The contact in its current version; None when the patient has none of that id."""
    return next(iter(await _read(ctx, patient_id, contact_id)), None)


async def _read(ctx: Context, patient_id: str, contact_id: str | None) -> list[Contact]:
    rows = await ctx.tx.fetch(
        SELECT_CONTACTS, clinic_id=ctx.clinic_id, patient_id=patient_id, id=contact_id, most=MAX_LISTED
    )
    return [_contact(row) for row in rows]


DELETE_WORDS = """
UPDATE contacts SET patient_words = NULL
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND patient_words IS NOT NULL"""


async def delete_words(ctx: Context, patient_id: str) -> None:
    """Erase the patient's own words, in all versions."""
    await ctx.tx.execute(DELETE_WORDS, clinic_id=ctx.clinic_id, patient_id=patient_id)


def _contact(row: Row) -> Contact:
    due = row["next_step_due"]
    return Contact(
        id=row["id"],
        version=row["version"],
        alert=row["alert_id"],
        kind=row["kind"],
        reached=row["reached"] == "yes",
        spoke_with=row["spoke_with"],
        by=row["by_id"],
        by_name=row["by_name"],
        started_at=from_ms(row["started_at"]),
        minutes=row["minutes"],
        outcome=row["outcome"],
        note=row["note"],
        patient_words=row["patient_words"],
        next_step=row["next_step"],
        next_step_due=None if due is None else date.fromisoformat(due),
        next_step_done_at=from_ms_or_none(row["next_step_done_at"]),
        recorded_at=from_ms(row["recorded_at"]),
    )


SELECT_NEXT_STEPS = """
SELECT patient_id, MIN(next_step_due) AS due FROM contacts
WHERE clinic_id = :clinic_id AND patient_id IN (:patient_ids) AND replaced_at IS NULL
  AND next_step IS NOT NULL AND next_step_done_at IS NULL
GROUP BY patient_id"""


async def next_steps(ctx: Context, patient_ids: Sequence[str]) -> dict[str, date]:
    """The day of the earliest next step by patient; patients without an open one are missing."""
    rows = await ctx.tx.fetch(SELECT_NEXT_STEPS, clinic_id=ctx.clinic_id, patient_ids=patient_ids)
    return {row["patient_id"]: date.fromisoformat(row["due"]) for row in rows}


SELECT_LAST_REACHED = """
SELECT patient_id, MAX(started_at) AS at FROM contacts
WHERE clinic_id = :clinic_id AND patient_id IN (:patient_ids) AND replaced_at IS NULL AND reached = 'yes'
GROUP BY patient_id"""


async def last_contacts(ctx: Context, patient_ids: Sequence[str]) -> dict[str, datetime]:
    """The last contact in which the patient was reached, by patient; patients without one are missing."""
    rows = await ctx.tx.fetch(SELECT_LAST_REACHED, clinic_id=ctx.clinic_id, patient_ids=patient_ids)
    return {row["patient_id"]: from_ms(row["at"]) for row in rows}


DELETE_OLD = """
DELETE FROM contacts WHERE clinic_id = :clinic_id AND id IN (
  SELECT id FROM contacts WHERE clinic_id = :clinic_id AND patient_id = :patient_id
  GROUP BY id HAVING MAX(recorded_at) < :before)"""


async def delete_old(ctx: Context, patient_id: str, before: datetime) -> None:
    """Delete the patient's contacts, with all versions, whose latest version was recorded before then."""
    await ctx.tx.execute(DELETE_OLD, clinic_id=ctx.clinic_id, patient_id=patient_id, before=to_ms(before))
