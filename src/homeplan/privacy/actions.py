"""Leaving: one transaction erases what identifies the patient; the treatment record stays under a pseudonym."""

import secrets

from homeplan.accounts import actions as accounts
from homeplan.accounts.rules import CODE_ALPHABET
from homeplan.alerts import actions as alerts
from homeplan.calendar import actions as calendar
from homeplan.checkins import actions as checkins
from homeplan.contact import actions as contact
from homeplan.context import Context
from homeplan.delivery import actions as delivery
from homeplan.messages import actions as messages
from homeplan.needling.actions import consents
from homeplan.outcomes import actions as outcomes
from homeplan.programs.actions import episodes
from homeplan.reminders import actions as reminders

CODE_LENGTH = 8


async def leave(ctx: Context, code: str | None = None) -> str:
    """Let each feature forget what it holds of the patient who acts, and return the patient's pseudonym.

    `code` is the pseudonym of a patient who left before, and whom a restore brought back.
    """
    patient_id = ctx.actor.id
    for feature in (episodes, alerts, checkins, consents, outcomes, messages, reminders, calendar, delivery):
        await feature.forget(ctx, patient_id)
    await contact.forget(ctx, patient_id, keep_number=await alerts.urgent_is_open(ctx, patient_id))
    pseudonym = code or _new_pseudonym()
    await accounts.forget(ctx, patient_id, pseudonym)
    return pseudonym


def _new_pseudonym() -> str:
    """Eight random characters that the patient may note down and the clinic finds the record by."""
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    return f"{code[:4]}-{code[4:]}"
