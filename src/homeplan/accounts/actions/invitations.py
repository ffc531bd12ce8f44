"""Inviting a patient's phone: a link and a pairing code, each good for one use."""

import secrets

from homeplan.accounts import store
from homeplan.accounts.model import Invitation, Invited
from homeplan.accounts.rules import CODE_ALPHABET, CODE_LENGTH, CODE_LIFE, INVITATION_LIFE, TRANSFER_LIFE, clean_code
from homeplan.context import Context
from homeplan.errors import SentBefore

TOKEN_BYTES = 20


async def create_invitation(
    ctx: Context, patient_id: str, invitation_id: str, *, from_sign_in_id: str | None = None
) -> Invitation:
    """A new invitation that replaces any earlier one of this patient. Its secrets are not stored anywhere.

    `from_sign_in_id`: the patient's phone that shows it to a new one; its link then lasts ten minutes only.

    Asked for again under its id, it gets new secrets. Raises SentBefore when it was used or replaced since.
    """
    await ctx.tx.lock(f"invitation:{ctx.clinic_id}:{patient_id}")
    await store.void_invitations(ctx, patient_id, but=invitation_id)
    invitation = Invitation(
        id=invitation_id,
        token=secrets.token_urlsafe(TOKEN_BYTES),
        pairing_code=await _unused_code(ctx),
        pairing_code_expires_at=ctx.now + CODE_LIFE,
        expires_at=ctx.now + (INVITATION_LIFE if from_sign_in_id is None else TRANSFER_LIFE),
    )
    if not await store.insert_invitation(ctx, patient_id, invitation, from_sign_in_id=from_sign_in_id):
        ctx.repeated = True
        if not await store.renew_invitation(ctx, patient_id, invitation):
            raise SentBefore(field="id")
    return invitation


async def void_invitations(ctx: Context, patient_id: str) -> None:
    """Make every unused link and code of the patient useless."""
    await store.void_invitations(ctx, patient_id)


async def redeem_token(ctx: Context, token: str, sign_in_id: str) -> Invited | None:
    """Use the link up for a phone's sign-in. None for unknown, used, voided and expired links alike.

    A phone whose answer was lost asks again under the same sign-in id.
    """
    await store.hold_invited(ctx, token=token)
    invited = await store.redeem_link(ctx, token, sign_in_id)
    return invited or _repeated(ctx, await store.find_redeemed(ctx, sign_in_id, token=token))


async def redeem_code(ctx: Context, typed: str, sign_in_id: str) -> Invited | None:
    """Use the typed pairing code up for a phone's sign-in, as `redeem_token` does. None when it cannot be used.

    The transaction must commit then too, because the try is counted in it.
    """
    code = clean_code(typed)
    if code is None:
        return None
    await store.hold_invited(ctx, code=code)
    invited = await store.redeem_code(ctx, code, sign_in_id)
    return invited or _repeated(ctx, await store.find_redeemed(ctx, sign_in_id, code=code))


def _repeated(ctx: Context, invited: Invited | None) -> Invited | None:
    ctx.repeated = invited is not None
    return invited


async def _unused_code(ctx: Context) -> str:
    while True:
        code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
        if not await store.is_lookup_in_use(ctx, code):
            return code
