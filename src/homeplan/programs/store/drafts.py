"""Drafts of programs in the database: one per episode, saved while it is typed."""

import msgspec

from homeplan.clock import from_ms, to_ms
from homeplan.context import Context
from homeplan.programs.authoring.entries import Draft, DraftPlan
from homeplan.programs.episode import EpisodeOfCare

SELECT_DRAFT = """
SELECT d.version, d.document, d.saved_by, d.saved_at, s.name AS saved_by_name
FROM program_drafts d JOIN staff s ON s.clinic_id = d.clinic_id AND s.id = d.saved_by
WHERE d.clinic_id = :clinic_id AND d.episode_id = :episode_id"""


async def find_draft(ctx: Context, episode_id: str) -> Draft | None:
    """The draft as it was last saved."""
    row = await ctx.tx.fetch_one(SELECT_DRAFT, clinic_id=ctx.clinic_id, episode_id=episode_id)
    if row is None:
        return None
    plan = msgspec.json.decode(row["document"], type=DraftPlan)
    return Draft(
        **msgspec.structs.asdict(plan),
        version=row["version"],
        saved_by=row["saved_by"],
        saved_by_name=row["saved_by_name"],
        saved_at=from_ms(row["saved_at"]),
    )


SAVE_DRAFT = """
INSERT INTO program_drafts (clinic_id, patient_id, episode_id, version, document, saved_by, saved_at)
VALUES (:clinic_id, :patient_id, :episode_id, 1, :document, :saved_by, :now)
ON CONFLICT (clinic_id, episode_id) DO UPDATE
SET version = program_drafts.version + 1, document = excluded.document, saved_by = excluded.saved_by,
  saved_at = excluded.saved_at"""


async def upsert_draft(ctx: Context, episode: EpisodeOfCare, plan: DraftPlan) -> None:
    """Store the plan as the episode's draft, in place of the one before."""
    document = DraftPlan(**{name: getattr(plan, name) for name in DraftPlan.__struct_fields__})
    await ctx.tx.execute(
        SAVE_DRAFT,
        clinic_id=ctx.clinic_id,
        patient_id=episode.patient_id,
        episode_id=episode.id,
        document=msgspec.json.encode(document).decode(),
        saved_by=ctx.actor.id,
        now=to_ms(ctx.now),
    )


DELETE_DRAFT = "DELETE FROM program_drafts WHERE clinic_id = :clinic_id AND episode_id = :episode_id"


async def delete_draft(ctx: Context, episode_id: str) -> bool:
    """Delete the draft; False when there is none."""
    return await ctx.tx.execute(DELETE_DRAFT, clinic_id=ctx.clinic_id, episode_id=episode_id) > 0


DELETE_DRAFTS = "DELETE FROM program_drafts WHERE clinic_id = :clinic_id AND patient_id = :patient_id"


async def delete_drafts(ctx: Context, patient_id: str) -> None:
    """Delete every draft of the patient."""
    await ctx.tx.execute(DELETE_DRAFTS, clinic_id=ctx.clinic_id, patient_id=patient_id)
