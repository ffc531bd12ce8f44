"""Whole caseloads in the database: whose patients move to whom, and who covers for whom."""

from datetime import date

from homeplan.accounts.model import CareCover
from homeplan.clock import to_ms
from homeplan.context import Context
from homeplan.db import Row

SELECT_CASELOAD = """
SELECT c.patient_id FROM care_team c JOIN patients p ON p.clinic_id = c.clinic_id AND p.id = c.patient_id
WHERE c.clinic_id = :clinic_id AND c.staff_id = :staff_id AND p.left_at IS NULL
ORDER BY c.patient_id"""


async def caseload_of(ctx: Context, staff_id: str) -> list[str]:
    """The patients of whose care team the member of staff is part, archived ones too."""
    held = f"{SELECT_CASELOAD} {ctx.tx.hold('p', exclusive=True)}"
    return [row["patient_id"] for row in await ctx.tx.fetch(held, clinic_id=ctx.clinic_id, staff_id=staff_id)]


COUNT_CASELOADS = """
SELECT c.staff_id, COUNT(*) AS patients FROM care_team c
JOIN patients p ON p.clinic_id = c.clinic_id AND p.id = c.patient_id
WHERE c.clinic_id = :clinic_id AND p.left_at IS NULL AND p.archived_at IS NULL AND p.merged_into IS NULL
GROUP BY c.staff_id"""


async def caseload_sizes(ctx: Context) -> dict[str, int]:
    """Number of active patients by member of staff; those without are missing."""
    rows = await ctx.tx.fetch(COUNT_CASELOADS, clinic_id=ctx.clinic_id)
    return {row["staff_id"]: row["patients"] for row in rows}


UPSERT_COVER = """
INSERT INTO care_covers (clinic_id, id, staff_id, cover_id, first_day, last_day, time_zone, from_at, until_at)
VALUES (:clinic_id, :id, :staff_id, :cover_id, :first_day, :last_day, :time_zone, :from_at, :until_at)
ON CONFLICT (clinic_id, id) DO UPDATE SET staff_id = excluded.staff_id, cover_id = excluded.cover_id,
  first_day = excluded.first_day, last_day = excluded.last_day, time_zone = excluded.time_zone,
  from_at = excluded.from_at, until_at = excluded.until_at"""


async def save_cover(ctx: Context, cover: CareCover, from_ms: int, until_ms: int) -> None:
    """Store the cover in place of one of the same id."""
    await ctx.tx.execute(
        UPSERT_COVER,
        clinic_id=ctx.clinic_id,
        id=cover.id,
        staff_id=cover.staff_id,
        cover_id=cover.cover_id,
        first_day=cover.first_day.isoformat(),
        last_day=cover.last_day.isoformat(),
        time_zone=cover.time_zone,
        from_at=from_ms,
        until_at=until_ms,
    )


DELETE_COVER = "DELETE FROM care_covers WHERE clinic_id = :clinic_id AND id = :id"


async def delete_cover(ctx: Context, cover_id: str) -> bool:
    """Remove the cover; False when there is none of this id."""
    return bool(await ctx.tx.execute(DELETE_COVER, clinic_id=ctx.clinic_id, id=cover_id))


SELECT_COVERS = """
SELECT id, staff_id, cover_id, first_day, last_day, time_zone FROM care_covers
WHERE clinic_id = :clinic_id AND until_at > :now ORDER BY from_at, id"""


async def list_covers(ctx: Context) -> list[CareCover]:
    """The covers that are not over, the first one first."""
    rows = await ctx.tx.fetch(SELECT_COVERS, clinic_id=ctx.clinic_id, now=to_ms(ctx.now))
    return [_cover(row) for row in rows]


SELECT_COVERING = """
SELECT DISTINCT v.cover_id FROM care_team c
JOIN care_covers v ON v.clinic_id = c.clinic_id AND v.staff_id = c.staff_id
JOIN staff s ON s.clinic_id = v.clinic_id AND s.id = v.cover_id
WHERE c.clinic_id = :clinic_id AND c.patient_id = :patient_id AND v.from_at <= :now AND v.until_at > :now
  AND s.disabled_at IS NULL
ORDER BY v.cover_id"""


async def covering(ctx: Context, patient_id: str) -> list[str]:
    """The colleagues who cover for somebody of the patient's care team now."""
    rows = await ctx.tx.fetch(SELECT_COVERING, clinic_id=ctx.clinic_id, patient_id=patient_id, now=to_ms(ctx.now))
    return [row["cover_id"] for row in rows]


def _cover(row: Row) -> CareCover:
    return CareCover(
        id=row["id"],
        staff_id=row["staff_id"],
        cover_id=row["cover_id"],
        first_day=date.fromisoformat(row["first_day"]),
        last_day=date.fromisoformat(row["last_day"]),
        time_zone=row["time_zone"],
    )
