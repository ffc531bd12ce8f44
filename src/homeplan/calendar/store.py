"""Links to calendars in the database: at most one per patient. Only the SHA-256 of its token is stored."""

from datetime import datetime

from homeplan.calendar.rules import hash_of
from homeplan.clock import from_ms_or_none, to_ms
from homeplan.context import Context

UPSERT_LINK = """
INSERT INTO calendar_links (clinic_id, patient_id, token_hash, made_at)
VALUES (:clinic_id, :patient_id, :token_hash, :now)
ON CONFLICT (clinic_id, patient_id) DO UPDATE SET token_hash = excluded.token_hash, made_at = excluded.made_at"""


async def save_link(ctx: Context, patient_id: str, token: str) -> None:
    """Store the link in place of the one before."""
    await ctx.tx.execute(
        UPSERT_LINK, clinic_id=ctx.clinic_id, patient_id=patient_id, token_hash=hash_of(token), now=to_ms(ctx.now)
    )


SELECT_MADE_AT = "SELECT made_at FROM calendar_links WHERE clinic_id = :clinic_id AND patient_id = :patient_id"


async def link_since(ctx: Context, patient_id: str) -> datetime | None:
    """The instant at which the patient's link was made; None without one."""
    return from_ms_or_none(await ctx.tx.fetch_value(SELECT_MADE_AT, clinic_id=ctx.clinic_id, patient_id=patient_id))


SELECT_LINK = "SELECT clinic_id, patient_id FROM calendar_links WHERE token_hash = :token_hash"


async def find_link(ctx: Context, token: str) -> tuple[str, str] | None:
    """The clinic and the patient of a link; None for an unknown one.

    Nobody is signed in: from here on the transaction keeps to the clinic of the link.
    """
    row = await ctx.tx.enter(SELECT_LINK, token_hash=hash_of(token))
    return None if row is None else (row["clinic_id"], row["patient_id"])


DELETE_LINK = "DELETE FROM calendar_links WHERE clinic_id = :clinic_id AND patient_id = :patient_id"


async def delete_link(ctx: Context, patient_id: str) -> None:
    await ctx.tx.execute(DELETE_LINK, clinic_id=ctx.clinic_id, patient_id=patient_id)
