"""A patient leaves: what identifies them is erased in one transaction, the treatment record stays under a pseudonym."""

import secrets

from homeplan.accounts.rules import CODE_ALPHABET, search_key
from homeplan.accounts.store import revoke_sessions_of_patient, void_invitations
from homeplan.clock import to_ms
from homeplan.context import Context
from homeplan.programs.model import Stage
from homeplan.programs.store import latest_episode, take_step
from homeplan.push.store import list_devices, remove_device
from homeplan.reminders import store as reminders

CODE_LENGTH = 8

PSEUDONYMISE = """
UPDATE patients SET given_name = 'Patient', family_name = :code, search_key = :search_key, birth_year = NULL,
  record_number = NULL, problem = NULL, goal = NULL, left_at = :now
WHERE clinic_id = :clinic_id AND id = :patient_id"""

FORGET = (
    "UPDATE checkins SET note = NULL WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND note IS NOT NULL",
    "UPDATE episodes SET goal = NULL WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND goal IS NOT NULL",
    "UPDATE sessions SET label = '' WHERE clinic_id = :clinic_id AND patient_id = :patient_id",
    "DELETE FROM reminder_settings WHERE clinic_id = :clinic_id AND patient_id = :patient_id",
    "DELETE FROM program_drafts WHERE clinic_id = :clinic_id AND patient_id = :patient_id",
    "DELETE FROM reviews_due WHERE clinic_id = :clinic_id AND patient_id = :patient_id",
)
"""What the patient said in their own words, and what serves nobody any more. Notes of the clinic's staff are theirs."""

CLOSE_ALERTS = """
UPDATE alerts SET closed_at = :now, closed_reason = 'over'
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND closed_at IS NULL"""


def new_pseudonym() -> str:
    """Eight characters that say nothing: the patient may note them, and the clinic finds the record by them."""
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    return f"{code[:4]}-{code[4:]}"


async def leave(ctx: Context) -> str:
    """Erase what identifies the patient who acts, end all that reaches them, and return their pseudonym."""
    mine = {"clinic_id": ctx.clinic_id, "patient_id": ctx.actor.id}
    episode = await latest_episode(ctx, ctx.actor.id)
    if episode is not None and episode.stage is not Stage.DISCHARGED:
        await take_step(ctx, episode, Stage.DISCHARGED)
    for reminder in await reminders.reminders_of(ctx, ctx.actor.id):
        await reminders.delete(ctx, reminder.id)
    for device in await list_devices(ctx, ctx.actor.id):
        if device.end is None:
            await remove_device(ctx, device.id)
    await void_invitations(ctx, patient_id=ctx.actor.id)
    await revoke_sessions_of_patient(ctx, patient_id=ctx.actor.id)
    await ctx.tx.execute(CLOSE_ALERTS, now=to_ms(ctx.now), **mine)
    for statement in FORGET:
        await ctx.tx.execute(statement, **mine)
    code = new_pseudonym()
    await ctx.tx.execute(PSEUDONYMISE, code=code, search_key=search_key(code), now=to_ms(ctx.now), **mine)
    return code
