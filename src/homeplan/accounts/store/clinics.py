"""Clinics in the database."""

from homeplan.accounts.model import Clinic
from homeplan.accounts.rules import logo_address
from homeplan.clock import to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.errors import NotFound

INSERT_CLINIC = """
INSERT INTO clinics (clinic_id, name, phone, emergency_number, drafts_allowed_at, privacy_contact, record_years,
  phone_region, address, default_language, created_at)
VALUES (:clinic_id, :name, :phone, :emergency_number, :drafts_allowed_at, :privacy_contact, :record_years,
  :phone_region, :address, :default_language, :now)"""


async def insert_clinic(ctx: Context, clinic: Clinic) -> None:
    await ctx.tx.execute(
        INSERT_CLINIC,
        clinic_id=clinic.id,
        name=clinic.name,
        phone=clinic.phone,
        emergency_number=clinic.emergency_number,
        drafts_allowed_at=to_ms(ctx.now) if clinic.drafts_allowed else None,
        privacy_contact=clinic.privacy_contact,
        record_years=clinic.record_years,
        phone_region=clinic.phone_region,
        address=clinic.address,
        default_language=clinic.default_language,
        now=to_ms(ctx.now),
    )


SELECT_CLINIC = """
SELECT clinic_id, name, phone, emergency_number, drafts_allowed_at, privacy_contact, record_years, phone_region,
  address, default_language, logo_id
FROM clinics WHERE clinic_id = :clinic_id"""


async def find_clinic(ctx: Context) -> Clinic:
    """The clinic. Raises NotFound."""
    row = await ctx.tx.fetch_one(SELECT_CLINIC, clinic_id=ctx.clinic_id)
    if row is None:
        raise NotFound
    return _clinic(row)


async def enter_clinic(ctx: Context, clinic_id: str) -> None:
    """Keep the transaction to the rows of the clinic that a visitor without a sign-in was found in."""
    await ctx.tx.enter(SELECT_CLINIC, clinic_id=clinic_id)


SELECT_EVERY_CLINIC = """
SELECT clinic_id, name, phone, emergency_number, drafts_allowed_at, privacy_contact, record_years, phone_region,
  address, default_language, logo_id
FROM clinics ORDER BY clinic_id"""


async def list_clinics(ctx: Context) -> list[Clinic]:
    """Every clinic of the database, in the order in which they were added; for the operator."""
    return [_clinic(row) for row in await ctx.tx.fetch(SELECT_EVERY_CLINIC)]


SELECT_LIVE = "SELECT since FROM live_clinics WHERE clinic_id = :clinic_id"


async def is_live(ctx: Context) -> bool:
    """Whether the clinic has invited a patient."""
    return await ctx.tx.fetch_value(SELECT_LIVE, clinic_id=ctx.clinic_id) is not None


GO_LIVE = """
INSERT INTO live_clinics (clinic_id, since) VALUES (:clinic_id, :now) ON CONFLICT (clinic_id) DO NOTHING"""


async def go_live(ctx: Context) -> None:
    """Note that the clinic invites patients from now on; the first time stays."""
    await ctx.tx.execute(GO_LIVE, clinic_id=ctx.clinic_id, now=to_ms(ctx.now))


SELECT_ALONE = "SELECT password_alone_at FROM clinics WHERE clinic_id = :clinic_id"


async def is_password_alone(ctx: Context) -> bool:
    """Whether staff of the clinic sign in without a second factor: the demo clinic."""
    return await ctx.tx.fetch_value(SELECT_ALONE, clinic_id=ctx.clinic_id) is not None


ALLOW_ALONE = """
UPDATE clinics SET password_alone_at = COALESCE(password_alone_at, :now) WHERE clinic_id = :clinic_id"""


async def allow_password_alone(ctx: Context) -> None:
    """Let staff of the clinic sign in without a second factor. Only the demo does so, in its own database."""
    await ctx.tx.execute(ALLOW_ALONE, clinic_id=ctx.clinic_id, now=to_ms(ctx.now))


UPDATE_CLINIC = """
UPDATE clinics SET name = :name, phone = :phone, emergency_number = :emergency_number,
  privacy_contact = :privacy_contact, record_years = :record_years, phone_region = :phone_region,
  address = :address, default_language = :default_language,
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
        privacy_contact=clinic.privacy_contact,
        record_years=clinic.record_years,
        phone_region=clinic.phone_region,
        address=clinic.address,
        default_language=clinic.default_language,
        drafts="yes" if clinic.drafts_allowed else "no",
        now=to_ms(ctx.now),
    )


SET_LOGO = "UPDATE clinics SET logo_id = :picture_id WHERE clinic_id = :clinic_id"
SELECT_LOGO = "SELECT logo_id FROM clinics WHERE clinic_id = :clinic_id"


async def set_logo(ctx: Context, picture_id: str | None) -> str | None:
    """Show that picture as the clinic's logo, or none. Returns the one that it replaces, None without another."""
    await ctx.tx.lock(f"clinic-logo:{ctx.clinic_id}")
    before: str | None = await ctx.tx.fetch_value(SELECT_LOGO, clinic_id=ctx.clinic_id)
    await ctx.tx.execute(SET_LOGO, clinic_id=ctx.clinic_id, picture_id=picture_id)
    return None if before == picture_id else before


def _clinic(row: Row) -> Clinic:
    return Clinic(
        id=row["clinic_id"],
        name=row["name"],
        phone=row["phone"],
        emergency_number=row["emergency_number"],
        drafts_allowed=row["drafts_allowed_at"] is not None,
        privacy_contact=row["privacy_contact"],
        record_years=row["record_years"],
        phone_region=row["phone_region"],
        address=row["address"],
        default_language=row["default_language"],
        logo=logo_address(row["clinic_id"], row["logo_id"]),
    )
