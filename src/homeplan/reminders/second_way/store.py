"""The second way that each patient chose, in the database."""

from homeplan.clock import to_ms
from homeplan.context import Context
from homeplan.reminders.second_way.model import SecondWayChoice

SELECT_CHOICE = """
SELECT channel, after_minutes FROM second_ways WHERE clinic_id = :clinic_id AND patient_id = :patient_id"""


async def choice_of(ctx: Context, patient_id: str) -> SecondWayChoice:
    """The patient's choice; no second way before the first one."""
    row = await ctx.tx.fetch_one(SELECT_CHOICE, clinic_id=ctx.clinic_id, patient_id=patient_id)
    if row is None:
        return SecondWayChoice(channel=None)
    return SecondWayChoice(channel=row["channel"], after_minutes=row["after_minutes"])


UPSERT_CHOICE = """
INSERT INTO second_ways (clinic_id, patient_id, channel, after_minutes, chosen_at)
VALUES (:clinic_id, :patient_id, :channel, :after_minutes, :now)
ON CONFLICT (clinic_id, patient_id) DO UPDATE
   SET channel = excluded.channel, after_minutes = excluded.after_minutes, chosen_at = excluded.chosen_at"""


async def save_choice(ctx: Context, patient_id: str, choice: SecondWayChoice) -> None:
    """Overwrite the choice, which has a channel."""
    await ctx.tx.execute(
        UPSERT_CHOICE,
        clinic_id=ctx.clinic_id,
        patient_id=patient_id,
        channel=choice.channel,
        after_minutes=choice.after_minutes,
        now=to_ms(ctx.now),
    )


DELETE_CHOICE = "DELETE FROM second_ways WHERE clinic_id = :clinic_id AND patient_id = :patient_id"


async def delete_choice(ctx: Context, patient_id: str) -> None:
    await ctx.tx.execute(DELETE_CHOICE, clinic_id=ctx.clinic_id, patient_id=patient_id)
