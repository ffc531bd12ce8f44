"""Telephone numbers in the database: at most one per patient and person."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from homeplan.actor import Role
from homeplan.clock import to_ms
from homeplan.contact.numbers.model import Whose
from homeplan.context import Context


class StoredNumber(NamedTuple):
    """A number in E.164, and the name of an emergency contact."""

    number: str
    name: str | None


SELECT_NUMBERS = """
SELECT whose, number, name FROM phone_numbers
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND kept_until IS NULL"""


async def numbers_of(ctx: Context, patient_id: str) -> dict[Whose, StoredNumber]:
    """The numbers of a patient who is here; empty for one who left."""
    rows = await ctx.tx.fetch(SELECT_NUMBERS, clinic_id=ctx.clinic_id, patient_id=patient_id)
    return {row["whose"]: StoredNumber(row["number"], row["name"]) for row in rows}


SELECT_OF_MANY = """
SELECT patient_id, number FROM phone_numbers
WHERE clinic_id = :clinic_id AND patient_id IN (:patient_ids) AND whose = 'patient'
  AND (kept_until IS NULL OR kept_until > :now)"""


async def own_numbers_of(ctx: Context, patient_ids: Sequence[str]) -> dict[str, str]:
    """The patients' own numbers by patient, also those kept for an open alert; patients without are missing."""
    if not patient_ids:
        return {}
    rows = await ctx.tx.fetch(
        SELECT_OF_MANY, clinic_id=ctx.clinic_id, patient_ids=sorted(set(patient_ids)), now=to_ms(ctx.now)
    )
    return {row["patient_id"]: row["number"] for row in rows}


UPSERT_NUMBER = """
INSERT INTO phone_numbers (clinic_id, patient_id, whose, number, name, changed_at, changed_by)
VALUES (:clinic_id, :patient_id, :whose, :number, :name, :now, :changed_by)
ON CONFLICT (clinic_id, patient_id, whose) DO UPDATE
SET number = excluded.number, name = excluded.name, changed_at = excluded.changed_at,
  changed_by = excluded.changed_by"""


async def save_number(ctx: Context, patient_id: str, whose: Whose, stored: StoredNumber) -> None:
    """Store a number in place of the one before."""
    await ctx.tx.execute(
        UPSERT_NUMBER,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        whose=whose,
        number=stored.number,
        name=stored.name,
        now=to_ms(ctx.now),
        changed_by=None if ctx.actor.role is Role.PATIENT else ctx.actor.id,
    )


DELETE_NUMBER = """
DELETE FROM phone_numbers WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND whose = :whose"""


async def delete_number(ctx: Context, patient_id: str, whose: Whose) -> None:
    """Erase one number; nothing happens when there is none."""
    await ctx.tx.execute(DELETE_NUMBER, clinic_id=ctx.clinic_id, patient_id=patient_id, whose=whose)


KEEP_NUMBER = """
UPDATE phone_numbers SET kept_until = :until, changed_by = NULL
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND whose = 'patient'"""


async def keep_number(ctx: Context, patient_id: str, until: datetime) -> None:
    """Let the patient's own number be shown with the open alert only, until then at the latest."""
    await ctx.tx.execute(KEEP_NUMBER, clinic_id=ctx.clinic_id, patient_id=patient_id, until=to_ms(until))


DELETE_KEPT = """
DELETE FROM phone_numbers
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND kept_until IS NOT NULL"""


async def delete_kept(ctx: Context, patient_id: str) -> None:
    """Erase the number that was kept after the patient left."""
    await ctx.tx.execute(DELETE_KEPT, clinic_id=ctx.clinic_id, patient_id=patient_id)


DELETE_OVERDUE = "DELETE FROM phone_numbers WHERE kept_until <= :now"


async def delete_overdue(ctx: Context) -> int:
    """Erase the kept numbers of all clinics whose time is over; returns how many there were."""
    return await ctx.tx.execute(DELETE_OVERDUE, now=to_ms(ctx.now))
