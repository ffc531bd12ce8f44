"""Dry-needling certifications of staff, and the clinic's settings about needling."""

from datetime import date

from homeplan.clock import from_ms, to_ms, to_ms_or_none
from homeplan.context import Context
from homeplan.db import Row
from homeplan.needling.model import Certification, CertificationEntry, NeedlingSettings
from homeplan.needling.store.pair_choices import override_pairs

UPSERT_CERTIFICATION = """
INSERT INTO needling_certifications (clinic_id, staff_id, issuer, expires_on, recorded_by, recorded_at)
VALUES (:clinic_id, :staff_id, :issuer, :expires_on, :recorded_by, :now)
ON CONFLICT (clinic_id, staff_id) DO UPDATE SET issuer = excluded.issuer, expires_on = excluded.expires_on,
  recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at"""


async def save_certification(ctx: Context, staff_id: str, entry: CertificationEntry) -> None:
    """Store the certification in place of the one before."""
    await ctx.tx.execute(
        UPSERT_CERTIFICATION,
        clinic_id=ctx.clinic_id,
        staff_id=staff_id,
        issuer=entry.issuer,
        expires_on=entry.expires_on.isoformat(),
        recorded_by=ctx.actor.id,
        now=to_ms(ctx.now),
    )


DELETE_CERTIFICATION = "DELETE FROM needling_certifications WHERE clinic_id = :clinic_id AND staff_id = :staff_id"


async def delete_certification(ctx: Context, staff_id: str) -> bool:
    """Remove the certification; False when there is none."""
    return bool(await ctx.tx.execute(DELETE_CERTIFICATION, clinic_id=ctx.clinic_id, staff_id=staff_id))


SELECT_CERTIFICATIONS = """
SELECT staff_id, issuer, expires_on, recorded_at FROM needling_certifications
WHERE clinic_id = :clinic_id ORDER BY staff_id"""


async def list_certifications(ctx: Context) -> list[Certification]:
    """The certifications of the clinic's staff."""
    return [_certification(row) for row in await ctx.tx.fetch(SELECT_CERTIFICATIONS, clinic_id=ctx.clinic_id)]


async def find_certification(ctx: Context, staff_id: str) -> Certification | None:
    """The member's certification, or None."""
    return next((one for one in await list_certifications(ctx) if one.staff_id == staff_id), None)


SELECT_SETTINGS = "SELECT certification_off_at FROM needling_settings WHERE clinic_id = :clinic_id"


async def needling_settings(ctx: Context) -> NeedlingSettings:
    """The clinic's choices; the rule about certifications applies once something was entered."""
    row = await ctx.tx.fetch_one(SELECT_SETTINGS, clinic_id=ctx.clinic_id)
    is_off = row is not None and row["certification_off_at"] is not None
    return NeedlingSettings(
        certification_off=is_off,
        certification_asked=row is not None and not is_off,
        override_pairs=await override_pairs(ctx, ctx.now),
    )


UPSERT_SETTINGS = """
INSERT INTO needling_settings (clinic_id, certification_off_at) VALUES (:clinic_id, :off_at)
ON CONFLICT (clinic_id) DO UPDATE SET certification_off_at = excluded.certification_off_at"""


async def save_settings(ctx: Context, *, certification_off: bool) -> None:
    """Switch the rule about certifications off or on."""
    off_at = to_ms_or_none(ctx.now if certification_off else None)
    await ctx.tx.execute(UPSERT_SETTINGS, clinic_id=ctx.clinic_id, off_at=off_at)


INSERT_SETTINGS = """
INSERT INTO needling_settings (clinic_id) VALUES (:clinic_id) ON CONFLICT (clinic_id) DO NOTHING"""


async def begin_asking(ctx: Context) -> None:
    """Let the rule about certifications apply, unless the clinic decided about it already."""
    await ctx.tx.execute(INSERT_SETTINGS, clinic_id=ctx.clinic_id)


def _certification(row: Row) -> Certification:
    return Certification(
        issuer=row["issuer"],
        expires_on=date.fromisoformat(row["expires_on"]),
        staff_id=row["staff_id"],
        recorded_at=from_ms(row["recorded_at"]),
    )
