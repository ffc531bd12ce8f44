"""A patient's own record for their phone, read at once: their details, clinic and therapist, and the database."""

from typing import NamedTuple

from homeplan.accounts.model import Clinic
from homeplan.accounts.rules import logo_address
from homeplan.context import Context
from homeplan.errors import NotFound
from homeplan.values import Language


class OwnRecord(NamedTuple):
    """The part of a patient's record that their phone shows."""

    given_name: str
    family_name: str
    language: Language
    time_zone: str
    birth_year: int | None
    clinic: Clinic
    therapist_name: str | None
    """The first of their care team; None without one."""
    epoch: str | None
    """The identity of the database (store_facts.py); None before it has one."""


SELECT_OWN_RECORD = """
SELECT p.given_name, p.family_name, p.language, p.time_zone, p.birth_year,
  c.name AS clinic_name, c.phone, c.emergency_number, c.drafts_allowed_at,
  c.privacy_contact, c.record_years, c.phone_region, c.address, c.default_language, c.logo_id,
  (SELECT m.name FROM care_team t JOIN staff m ON m.clinic_id = t.clinic_id AND m.id = t.staff_id
   WHERE t.clinic_id = p.clinic_id AND t.patient_id = p.id AND m.disabled_at IS NULL
   ORDER BY t.since, m.id LIMIT 1) AS therapist_name,
  f.value AS epoch
FROM patients p JOIN clinics c ON c.clinic_id = p.clinic_id LEFT JOIN store_facts f ON f.name = 'epoch'
WHERE p.clinic_id = :clinic_id AND p.id = :patient_id"""


async def own_record(ctx: Context) -> OwnRecord:
    """The record of the patient who acts, or whose helper acts. Raises NotFound."""
    row = await ctx.tx.fetch_one(SELECT_OWN_RECORD, clinic_id=ctx.clinic_id, patient_id=ctx.own_patient_id)
    if row is None:
        raise NotFound
    given, family, language, zone, born, clinic_name, phone, emergency_number, *more, therapist, epoch = row
    drafts_at, contact, years, region, address, default_language, logo_id = more
    clinic = Clinic(
        id=ctx.clinic_id,
        name=clinic_name,
        phone=phone,
        emergency_number=emergency_number,
        drafts_allowed=drafts_at is not None,
        privacy_contact=contact,
        record_years=years,
        phone_region=region,
        address=address,
        default_language=default_language,
        logo=logo_address(ctx.clinic_id, logo_id),
    )
    return OwnRecord(given, family, language, zone, born, clinic, therapist, epoch)
