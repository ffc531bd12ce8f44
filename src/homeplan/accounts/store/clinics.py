"""Clinics in the database, and the identity of the database itself (the store epoch)."""

import secrets

from homeplan.accounts.model import Clinic
from homeplan.clock import to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.errors import NotFound

INSERT_CLINIC = """
INSERT INTO clinics (clinic_id, name, phone, emergency_number, drafts_allowed_at, created_at)
VALUES (:clinic_id, :name, :phone, :emergency_number, :drafts_allowed_at, :now)"""


async def insert_clinic(ctx: Context, clinic: Clinic) -> None:
    await ctx.tx.execute(
        INSERT_CLINIC,
        clinic_id=clinic.id,
        name=clinic.name,
        phone=clinic.phone,
        emergency_number=clinic.emergency_number,
        drafts_allowed_at=to_ms(ctx.now) if clinic.drafts_allowed else None,
        now=to_ms(ctx.now),
    )


SELECT_CLINIC = """
SELECT clinic_id, name, phone, emergency_number, drafts_allowed_at FROM clinics WHERE clinic_id = :clinic_id"""


async def find_clinic(ctx: Context) -> Clinic:
    """The clinic. Raises NotFound."""
    row = await ctx.tx.fetch_one(SELECT_CLINIC, clinic_id=ctx.clinic_id)
    if row is None:
        raise NotFound
    return _clinic(row)


UPDATE_CLINIC = """
UPDATE clinics SET name = :name, phone = :phone, emergency_number = :emergency_number,
  drafts_allowed_at = CASE WHEN :drafts = 'no' THEN NULL ELSE COALESCE(drafts_allowed_at, :now) END
WHERE clinic_id = :clinic_id"""


async def save_clinic(ctx: Context, clinic: Clinic) -> None:
    """Overwrite the clinic's details."""
    await ctx.tx.execute(
        UPDATE_CLINIC,
        clinic_id=clinic.id,
        name=clinic.name,
        phone=clinic.phone,
        emergency_number=clinic.emergency_number,
        drafts="yes" if clinic.drafts_allowed else "no",
        now=to_ms(ctx.now),
    )


INSERT_EPOCH = "INSERT INTO store_facts (name, value) VALUES ('epoch', :value) ON CONFLICT (name) DO NOTHING"
SELECT_EPOCH = "SELECT value FROM store_facts WHERE name = 'epoch'"


async def store_epoch(ctx: Context) -> str:
    """The identity of this database; `delete_epoch` gives it another one.

    It is made at the first call, so it needs a write transaction.
    """
    if (known := await ctx.tx.fetch_value(SELECT_EPOCH)) is None:
        await ctx.tx.execute(INSERT_EPOCH, value=secrets.token_hex(8))
        known = await ctx.tx.fetch_value(SELECT_EPOCH)
    return str(known)


DELETE_EPOCH = "DELETE FROM store_facts WHERE name = 'epoch'"


async def delete_epoch(ctx: Context) -> None:
    await ctx.tx.execute(DELETE_EPOCH)


def _clinic(row: Row) -> Clinic:
    return Clinic(
        id=row["clinic_id"],
        name=row["name"],
        phone=row["phone"],
        emergency_number=row["emergency_number"],
        drafts_allowed=row["drafts_allowed_at"] is not None,
    )
