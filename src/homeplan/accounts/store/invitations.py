"""Invitations in the database: a link and a pairing code, of which only hashes are stored."""

import hashlib
import hmac

from homeplan.accounts.model import Invitation, Invited, LiveInvitation
from homeplan.accounts.rules import CODE_LOOKUP_LENGTH, CODE_TRIES, REPEATED_PAIRING
from homeplan.clock import from_ms, to_ms
from homeplan.context import Context
from homeplan.db import Row

INSERT_INVITATION = """
INSERT INTO invitations (clinic_id, id, patient_id, token_hash, code_lookup, code_hash, code_expires_at, code_tries,
  created_at, expires_at, from_sign_in_id)
VALUES (:clinic_id, :id, :patient_id, :token_hash, :code_lookup, :code_hash, :code_expires_at, 0, :now, :expires_at,
  :from_sign_in_id)
ON CONFLICT (clinic_id, id) DO NOTHING"""


async def insert_invitation(
    ctx: Context, patient_id: str, new: Invitation, *, from_sign_in_id: str | None = None
) -> bool:
    """Store a new invitation of the patient; False when the clinic has one of this id already.

    `from_sign_in_id`: the patient's phone that shows it to a new one.
    """
    columns = {**_columns(ctx, patient_id, new), "from_sign_in_id": from_sign_in_id, "now": to_ms(ctx.now)}
    return bool(await ctx.tx.execute(INSERT_INVITATION, **columns))


RENEW_INVITATION = """
UPDATE invitations SET token_hash = :token_hash, code_lookup = :code_lookup, code_hash = :code_hash,
  code_expires_at = :code_expires_at, code_tries = 0, expires_at = :expires_at
WHERE clinic_id = :clinic_id AND id = :id AND patient_id = :patient_id AND used_at IS NULL AND voided_at IS NULL"""


async def renew_invitation(ctx: Context, patient_id: str, new: Invitation) -> bool:
    """Give the patient's unused invitation of this id new secrets; False when there is none."""
    return bool(await ctx.tx.execute(RENEW_INVITATION, **_columns(ctx, patient_id, new)))


SELECT_LOOKUP_IN_USE = """
SELECT 1 FROM invitations
WHERE code_lookup = :code_lookup AND used_at IS NULL AND voided_at IS NULL AND code_expires_at > :now"""


async def is_lookup_in_use(ctx: Context, code: str) -> bool:
    """Whether a live pairing code begins with the same characters."""
    return await ctx.tx.fetch_value(SELECT_LOOKUP_IN_USE, code_lookup=_lookup(code), now=to_ms(ctx.now)) is not None


VOID_INVITATIONS = """
UPDATE invitations SET voided_at = :now
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id <> :but AND used_at IS NULL AND voided_at IS NULL"""


async def void_invitations(ctx: Context, patient_id: str, *, but: str = "") -> None:
    """Make every unused link and code of the patient useless, except those of the invitation `but`."""
    await ctx.tx.execute(VOID_INVITATIONS, clinic_id=ctx.clinic_id, patient_id=patient_id, but=but, now=to_ms(ctx.now))


VOID_LINKS_FROM = """
UPDATE invitations SET voided_at = :now
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND from_sign_in_id = :sign_in_id AND used_at IS NULL
  AND voided_at IS NULL"""


async def void_links_from(ctx: Context, patient_id: str, sign_in_id: str) -> None:
    """Make the unused link useless that this phone of the patient shows to a new one."""
    await ctx.tx.execute(
        VOID_LINKS_FROM, clinic_id=ctx.clinic_id, patient_id=patient_id, sign_in_id=sign_in_id, now=to_ms(ctx.now)
    )


SELECT_LIVE = """
SELECT created_at, expires_at FROM invitations
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND from_sign_in_id IS NULL AND used_at IS NULL
  AND voided_at IS NULL AND expires_at > :now"""


async def live_invitation(ctx: Context, patient_id: str) -> LiveInvitation | None:
    """The clinic's invitation of the patient that can still be used, if there is one."""
    row = await ctx.tx.fetch_one(SELECT_LIVE, clinic_id=ctx.clinic_id, patient_id=patient_id, now=to_ms(ctx.now))
    if row is None:
        return None
    return LiveInvitation(created_at=from_ms(row["created_at"]), expires_at=from_ms(row["expires_at"]))


SELECT_INVITED = """
SELECT clinic_id, id, patient_id, from_sign_in_id FROM invitations
WHERE token_hash = :token_hash AND used_at IS NULL AND voided_at IS NULL AND expires_at > :now"""


async def find_invited(ctx: Context, token: str) -> Invited | None:
    """The patient whom the link is for, without using it up. None for unknown, used, voided and expired links alike."""
    row = await ctx.tx.fetch_one(SELECT_INVITED, token_hash=_token_hash(token), now=to_ms(ctx.now))
    return None if row is None else _invited(row)


SELECT_OF_LINK = """
SELECT p.clinic_id, p.id FROM invitations i JOIN patients p ON p.clinic_id = i.clinic_id AND p.id = i.patient_id
WHERE i.token_hash = :token_hash"""

SELECT_OF_CODE = """
SELECT p.clinic_id, p.id FROM invitations i JOIN patients p ON p.clinic_id = i.clinic_id AND p.id = i.patient_id
WHERE i.code_lookup = :code_lookup AND i.used_at IS NULL AND i.voided_at IS NULL
ORDER BY p.clinic_id, p.id"""


async def hold_invited(ctx: Context, *, token: str | None = None, code: str | None = None) -> None:
    """Keep the patient whom the link or code is for as they are until the transaction ends: nobody leaves or is signed
    out everywhere while a phone joins. The patient is held before the invitation, as in every other transaction."""
    hold = ctx.tx.hold("p")
    if token is not None:
        await ctx.tx.fetch(f"{SELECT_OF_LINK} {hold}", token_hash=_token_hash(token))
    if code is not None:
        await ctx.tx.fetch(f"{SELECT_OF_CODE} {hold}", code_lookup=_lookup(code))


REDEEM_LINK = """
UPDATE invitations SET used_at = :now, sign_in_id = :sign_in_id
WHERE token_hash = :token_hash AND used_at IS NULL AND voided_at IS NULL AND expires_at > :now
RETURNING clinic_id, id, patient_id, from_sign_in_id"""


async def redeem_link(ctx: Context, token: str, sign_in_id: str) -> Invited | None:
    """Use the link up for that sign-in; when several requests try at once, only one succeeds.

    None in the cases of `find_invited`.
    """
    row = await ctx.tx.fetch_one(REDEEM_LINK, token_hash=_token_hash(token), sign_in_id=sign_in_id, now=to_ms(ctx.now))
    return None if row is None else _invited(row)


COUNT_TRY = """
UPDATE invitations SET code_tries = code_tries + 1
WHERE code_lookup = :code_lookup AND used_at IS NULL AND voided_at IS NULL AND code_expires_at > :now
  AND code_tries < :most
RETURNING clinic_id, id, patient_id, from_sign_in_id, code_hash"""

REDEEM_INVITATION = """
UPDATE invitations SET used_at = :now, sign_in_id = :sign_in_id
WHERE clinic_id = :clinic_id AND id = :id AND used_at IS NULL AND voided_at IS NULL"""


async def redeem_code(ctx: Context, code: str, sign_in_id: str) -> Invited | None:
    """Count one try of the pairing code and use it up for that sign-in if it is right.

    None when it is wrong, used or expired, or was tried five times. The transaction must commit then too, because the
    try is counted in it.
    """
    rows = await ctx.tx.fetch(COUNT_TRY, code_lookup=_lookup(code), now=to_ms(ctx.now), most=CODE_TRIES)
    for row in rows:
        if hmac.compare_digest(row["code_hash"], _code_hash(row["id"], code)) and await ctx.tx.execute(
            REDEEM_INVITATION, clinic_id=row["clinic_id"], id=row["id"], sign_in_id=sign_in_id, now=to_ms(ctx.now)
        ):
            return _invited(row)
    return None


SELECT_REDEEMED = """
SELECT clinic_id, id, patient_id, from_sign_in_id, token_hash, code_hash FROM invitations
WHERE sign_in_id = :sign_in_id AND used_at > :since"""


async def find_redeemed(
    ctx: Context, sign_in_id: str, *, token: str | None = None, code: str | None = None
) -> Invited | None:
    """The invitation whose link or code that sign-in used up within the last ten minutes."""
    since = to_ms(ctx.now - REPEATED_PAIRING)
    for row in await ctx.tx.fetch(SELECT_REDEEMED, sign_in_id=sign_in_id, since=since):
        if (token is not None and hmac.compare_digest(row["token_hash"], _token_hash(token))) or (
            code is not None and hmac.compare_digest(row["code_hash"], _code_hash(row["id"], code))
        ):
            return _invited(row)
    return None


def _columns(ctx: Context, patient_id: str, new: Invitation) -> dict[str, object]:
    return {
        "clinic_id": ctx.clinic_id,
        "id": new.id,
        "patient_id": patient_id,
        "token_hash": _token_hash(new.token),
        "code_lookup": _lookup(new.pairing_code),
        "code_hash": _code_hash(new.id, new.pairing_code),
        "code_expires_at": to_ms(new.pairing_code_expires_at),
        "expires_at": to_ms(new.expires_at),
    }


def _invited(row: Row) -> Invited:
    return Invited(row["clinic_id"], row["id"], row["patient_id"], row["from_sign_in_id"])


def _lookup(code: str) -> str:
    return code[:CODE_LOOKUP_LENGTH]


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _code_hash(invitation_id: str, code: str) -> str:
    """Short as it is, a code could be found from its hash; it is worthless ten minutes after it was made."""
    return hashlib.sha256(f"{invitation_id}:{code}".encode()).hexdigest()
