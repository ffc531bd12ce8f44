"""Invitations: a link and a short code, each good once, of which only hashes are kept."""

import hashlib
import hmac
import secrets

from msgspec import Struct

from homeplan.accounts.model import Invitation, LiveInvitation
from homeplan.accounts.rules import (
    CODE_ALPHABET,
    CODE_LENGTH,
    CODE_LIFE,
    CODE_LOOKUP_LENGTH,
    CODE_TRIES,
    INVITATION_LIFE,
    clean_code,
)
from homeplan.clock import from_ms, to_ms
from homeplan.context import Context
from homeplan.ids import new_id

TOKEN_BYTES = 20

INSERT_INVITATION = """
INSERT INTO invitations (clinic_id, id, patient_id, token_hash, code_lookup, code_hash, code_expires_at, code_tries,
  created_at, expires_at)
VALUES (:clinic_id, :id, :patient_id, :token_hash, :code_lookup, :code_hash, :code_expires_at, 0, :now, :expires_at)"""

SELECT_LOOKUP_IN_USE = """
SELECT 1 FROM invitations
WHERE code_lookup = :code_lookup AND used_at IS NULL AND voided_at IS NULL AND code_expires_at > :now"""


async def create_invitation(ctx: Context, *, patient_id: str) -> Invitation:
    """A new invitation, in place of any earlier one of this patient. The secrets are in the answer and nowhere else."""
    await ctx.tx.lock(f"invitation:{ctx.clinic_id}:{patient_id}")
    await void_invitations(ctx, patient_id=patient_id)
    code = await _unused_code(ctx)
    invitation = Invitation(
        id=new_id(ctx.now),
        token=secrets.token_urlsafe(TOKEN_BYTES),
        pairing_code=code,
        pairing_code_expires_at=ctx.now + CODE_LIFE,
        expires_at=ctx.now + INVITATION_LIFE,
    )
    await ctx.tx.execute(
        INSERT_INVITATION,
        clinic_id=ctx.clinic_id,
        id=invitation.id,
        patient_id=patient_id,
        token_hash=_token_hash(invitation.token),
        code_lookup=code[:CODE_LOOKUP_LENGTH],
        code_hash=_code_hash(invitation.id, code),
        code_expires_at=to_ms(invitation.pairing_code_expires_at),
        now=to_ms(ctx.now),
        expires_at=to_ms(invitation.expires_at),
    )
    return invitation


VOID_INVITATIONS = """
UPDATE invitations SET voided_at = :now
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND used_at IS NULL AND voided_at IS NULL"""


async def void_invitations(ctx: Context, *, patient_id: str) -> None:
    """From now on no link or code handed out before works."""
    await ctx.tx.execute(VOID_INVITATIONS, clinic_id=ctx.clinic_id, patient_id=patient_id, now=to_ms(ctx.now))


SELECT_LIVE = """
SELECT created_at, expires_at FROM invitations
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND used_at IS NULL AND voided_at IS NULL
  AND expires_at > :now"""


async def live_invitation(ctx: Context, *, patient_id: str) -> LiveInvitation | None:
    """The patient's invitation that can still be used, if there is one."""
    row = await ctx.tx.fetch_one(SELECT_LIVE, clinic_id=ctx.clinic_id, patient_id=patient_id, now=to_ms(ctx.now))
    if row is None:
        return None
    return LiveInvitation(created_at=from_ms(row["created_at"]), expires_at=from_ms(row["expires_at"]))


class Invited(Struct, frozen=True):
    """Whom an invitation is for."""

    clinic_id: str
    invitation_id: str
    patient_id: str


SELECT_INVITED = """
SELECT clinic_id, id, patient_id FROM invitations
WHERE token_hash = :token_hash AND used_at IS NULL AND voided_at IS NULL AND expires_at > :now"""


async def find_invited(ctx: Context, token: str) -> Invited | None:
    """Whom the link is for, without using it up. None for unknown, used, voided and expired ones alike."""
    row = await ctx.tx.fetch_one(SELECT_INVITED, token_hash=_token_hash(token), now=to_ms(ctx.now))
    return None if row is None else Invited(row["clinic_id"], row["id"], row["patient_id"])


REDEEM_LINK = """
UPDATE invitations SET used_at = :now
WHERE token_hash = :token_hash AND used_at IS NULL AND voided_at IS NULL AND expires_at > :now
RETURNING clinic_id, id, patient_id"""


async def redeem_token(ctx: Context, token: str) -> Invited | None:
    """Use the link up: of any number of tries at once, one gets it. None as in `find_invited`."""
    row = await ctx.tx.fetch_one(REDEEM_LINK, token_hash=_token_hash(token), now=to_ms(ctx.now))
    return None if row is None else Invited(row["clinic_id"], row["id"], row["patient_id"])


COUNT_TRY = """
UPDATE invitations SET code_tries = code_tries + 1
WHERE code_lookup = :code_lookup AND used_at IS NULL AND voided_at IS NULL AND code_expires_at > :now
  AND code_tries < :most
RETURNING clinic_id, id, patient_id, code_hash"""

REDEEM_INVITATION = """
UPDATE invitations SET used_at = :now
WHERE clinic_id = :clinic_id AND id = :id AND used_at IS NULL AND voided_at IS NULL"""


async def redeem_code(ctx: Context, typed: str) -> Invited | None:
    """Use the pairing code up. None when it is wrong, after five tries, after ten minutes, and when it was used.

    The caller must let the transaction commit on None: the try is counted in it.
    """
    code = clean_code(typed)
    if code is None:
        return None
    rows = await ctx.tx.fetch(COUNT_TRY, code_lookup=code[:CODE_LOOKUP_LENGTH], now=to_ms(ctx.now), most=CODE_TRIES)
    for row in rows:
        if hmac.compare_digest(row["code_hash"], _code_hash(row["id"], code)) and await ctx.tx.execute(
            REDEEM_INVITATION, clinic_id=row["clinic_id"], id=row["id"], now=to_ms(ctx.now)
        ):
            return Invited(row["clinic_id"], row["id"], row["patient_id"])
    return None


async def _unused_code(ctx: Context) -> str:
    while True:
        code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
        lookup = code[:CODE_LOOKUP_LENGTH]
        if await ctx.tx.fetch_value(SELECT_LOOKUP_IN_USE, code_lookup=lookup, now=to_ms(ctx.now)) is None:
            return code


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _code_hash(invitation_id: str, code: str) -> str:
    """Short as it is, a code could be found from its hash; it is worthless ten minutes after it was made."""
    return hashlib.sha256(f"{invitation_id}:{code}".encode()).hexdigest()
