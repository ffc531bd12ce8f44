"""Consents to needling in the database: inserted once, withdrawn once."""

from datetime import datetime

from homeplan.clock import from_ms, from_ms_or_none, to_ms
from homeplan.context import Context
from homeplan.db import Row
from homeplan.library.content import needling_rules
from homeplan.needling.model import Consent, ConsentEntry
from homeplan.needling.rules import months_later

INSERT_CONSENT = """
INSERT INTO needling_consents (clinic_id, id, patient_id, version, language, text, signed_on, signed_name, signed_at,
  explained_by, recorded_by, recorded_at)
VALUES (:clinic_id, :id, :patient_id, :version, :language, :text, :signed_on, :signed_name, :signed_at,
  :explained_by, :recorded_by, :now)
ON CONFLICT (clinic_id, id) DO NOTHING"""


async def insert_consent(
    ctx: Context,
    patient_id: str,
    consent_id: str,
    entry: ConsentEntry,
    *,
    text: str,
    signed_at: datetime,
    explained_by: str,
) -> bool:
    """Add a consent; False when the clinic has one of this id already."""
    added = await ctx.tx.execute(
        INSERT_CONSENT,
        clinic_id=ctx.clinic_id,
        id=consent_id,
        patient_id=patient_id,
        version=entry.version,
        language=entry.language,
        text=text,
        signed_on=entry.signed_on,
        signed_name=entry.signed_name,
        signed_at=to_ms(signed_at),
        explained_by=explained_by,
        recorded_by=ctx.actor.id,
        now=to_ms(ctx.now),
    )
    return bool(added)


SELECT_CONSENTS = """
SELECT id, version, language, text, signed_on, signed_name, signed_at, explained_by, recorded_by, recorded_at,
  withdrawn_at, withdrawn_by
FROM needling_consents WHERE clinic_id = :clinic_id AND patient_id = :patient_id
ORDER BY signed_at DESC, recorded_at DESC, id DESC"""


async def consents_of(ctx: Context, patient_id: str) -> list[Consent]:
    """All consents of the patient, the latest signed first."""
    rows = await ctx.tx.fetch(SELECT_CONSENTS, clinic_id=ctx.clinic_id, patient_id=patient_id)
    return [_consent(row) for row in rows]


async def find_consent(ctx: Context, patient_id: str, consent_id: str) -> Consent | None:
    """That consent of that patient, or None."""
    return next((one for one in await consents_of(ctx, patient_id) if one.id == consent_id), None)


WITHDRAW_CONSENTS = """
UPDATE needling_consents SET withdrawn_at = :now, withdrawn_by = :actor_id
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND withdrawn_at IS NULL"""


async def withdraw_consents(ctx: Context, patient_id: str) -> bool:
    """Mark all standing consents of the patient as withdrawn; False when there is none."""
    changed = await ctx.tx.execute(
        WITHDRAW_CONSENTS,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        actor_id=ctx.actor.id,
        now=to_ms(ctx.now),
    )
    return changed > 0


DELETE_SIGNED_NAMES = """
UPDATE needling_consents SET signed_name = NULL
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND signed_name IS NOT NULL"""


async def delete_signed_names(ctx: Context, patient_id: str) -> None:
    """Erase the names that the patient typed under consents."""
    await ctx.tx.execute(DELETE_SIGNED_NAMES, clinic_id=ctx.clinic_id, patient_id=patient_id)


def _consent(row: Row) -> Consent:
    signed_at = from_ms(row["signed_at"])
    return Consent(
        id=row["id"],
        version=row["version"],
        language=row["language"],
        text=row["text"],
        signed_on=row["signed_on"],
        signed_name=row["signed_name"],
        signed_at=signed_at,
        valid_until=months_later(signed_at, needling_rules().record.consent_months),
        explained_by=row["explained_by"],
        recorded_by=row["recorded_by"],
        recorded_at=from_ms(row["recorded_at"]),
        withdrawn_at=from_ms_or_none(row["withdrawn_at"]),
        withdrawn_by=row["withdrawn_by"],
    )
