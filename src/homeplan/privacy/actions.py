"""Leaving: one transaction erases what identifies the patient; the treatment record stays under a pseudonym."""

import secrets

from homeplan.accounts import store as accounts
from homeplan.accounts.rules import CODE_ALPHABET
from homeplan.alerts import actions as alerts
from homeplan.checkins import actions as checkins
from homeplan.context import Context
from homeplan.privacy import store
from homeplan.programs.actions.episodes import discharge
from homeplan.push import actions as push
from homeplan.reminders import actions as reminders

CODE_LENGTH = 8


async def leave(ctx: Context) -> str:
    """Erase what identifies the patient who acts, stop everything that reaches them, and return their pseudonym."""
    patient_id = ctx.actor.id
    await discharge(ctx, patient_id)
    await reminders.forget(ctx, patient_id)
    await push.forget(ctx, patient_id)
    await accounts.void_invitations(ctx, patient_id)
    await accounts.end_sign_ins_of_patient(ctx, patient_id)
    await accounts.forget_labels(ctx, patient_id)
    await alerts.forget(ctx, patient_id)
    await checkins.forget(ctx, patient_id)
    await store.forget_own_words(ctx, patient_id)
    code = _new_pseudonym()
    await accounts.pseudonymize(ctx, patient_id, code)
    return code


def _new_pseudonym() -> str:
    """Eight random characters that the patient may note down and the clinic finds the record by."""
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    return f"{code[:4]}-{code[4:]}"
