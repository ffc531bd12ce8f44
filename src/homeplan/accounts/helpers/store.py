"""Helpers in the database: at most one per patient who is invited or has joined. Of a link only the hash is stored."""

import hashlib
import hmac

from homeplan.accounts.helpers.model import EndedBy, Helper, HelperAllowances, HelperLink, InvitedHelper
from homeplan.accounts.rules import REPEATED_PAIRING
from homeplan.clock import from_ms, from_ms_or_none, to_ms
from homeplan.context import Context
from homeplan.db import Row

INSERT_HELPER = """
INSERT INTO helpers (clinic_id, id, patient_id, name, token_hash, created_at, expires_at)
VALUES (:clinic_id, :id, :patient_id, :name, :token_hash, :now, :expires_at)
ON CONFLICT (clinic_id, id) DO NOTHING"""


async def insert_helper(ctx: Context, patient_id: str, new: HelperLink) -> bool:
    """Store a new link of the patient; False when the clinic has a helper of this id already."""
    return bool(await ctx.tx.execute(INSERT_HELPER, **_columns(ctx, patient_id, new), now=to_ms(ctx.now)))


RENEW_HELPER = """
UPDATE helpers SET token_hash = :token_hash, name = :name, expires_at = :expires_at
WHERE clinic_id = :clinic_id AND id = :id AND patient_id = :patient_id AND joined_at IS NULL AND ended_at IS NULL"""


async def renew_helper(ctx: Context, patient_id: str, new: HelperLink) -> bool:
    """Give the patient's unused link of this id a new secret; False when there is none."""
    return bool(await ctx.tx.execute(RENEW_HELPER, **_columns(ctx, patient_id, new)))


SELECT_HELPER = """
SELECT id, name, created_at, expires_at, joined_at, history_at, messages_at FROM helpers
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND ended_at IS NULL
  AND (joined_at IS NOT NULL OR expires_at > :now)"""


async def find_helper(ctx: Context, patient_id: str) -> Helper | None:
    """The patient's helper who has joined, or whose link can still be used."""
    row = await ctx.tx.fetch_one(SELECT_HELPER, clinic_id=ctx.clinic_id, patient_id=patient_id, now=to_ms(ctx.now))
    return None if row is None else _helper(row)


SELECT_HELPER_NAME = "SELECT name FROM helpers WHERE clinic_id = :clinic_id AND id = :helper_id"


async def helper_name(ctx: Context, helper_id: str) -> str:
    """The name that the patient gave the helper; empty for none."""
    return str(await ctx.tx.fetch_value(SELECT_HELPER_NAME, clinic_id=ctx.clinic_id, helper_id=helper_id) or "")


SELECT_ALLOWED = """
SELECT history_at, messages_at FROM helpers
WHERE clinic_id = :clinic_id AND id = :helper_id AND ended_at IS NULL"""


async def find_allowances(ctx: Context, helper_id: str) -> HelperAllowances:
    """The things that the helper may read; nothing for one who is unknown or ended."""
    row = await ctx.tx.fetch_one(SELECT_ALLOWED, clinic_id=ctx.clinic_id, helper_id=helper_id)
    return HelperAllowances(history=False, messages=False) if row is None else _allowances(row)


SAVE_ALLOWED = """
UPDATE helpers SET history_at = CASE WHEN :history = 'yes' THEN COALESCE(history_at, :now) END,
  messages_at = CASE WHEN :messages = 'yes' THEN COALESCE(messages_at, :now) END
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND ended_at IS NULL"""


async def save_allowances(ctx: Context, patient_id: str, allowed: HelperAllowances) -> bool:
    """Store what the patient's helper may read; False without a helper."""
    return bool(
        await ctx.tx.execute(
            SAVE_ALLOWED,
            clinic_id=ctx.clinic_id,
            patient_id=patient_id,
            history="yes" if allowed.history else "no",
            messages="yes" if allowed.messages else "no",
            now=to_ms(ctx.now),
        )
    )


END_HELPER = """
UPDATE helpers SET ended_at = :now, ended_by = :ended_by
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND id <> :but AND ended_at IS NULL"""


async def end_helper(ctx: Context, patient_id: str, by: EndedBy, *, but: str = "") -> bool:
    """End the patient's helper and the link, except the helper `but`; False when there was none."""
    return bool(
        await ctx.tx.execute(
            END_HELPER, clinic_id=ctx.clinic_id, patient_id=patient_id, ended_by=by.value, but=but, now=to_ms(ctx.now)
        )
    )


WITHDRAW_HELPER_LINK = """
UPDATE helpers SET ended_at = :now, ended_by = :ended_by
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND joined_at IS NULL AND ended_at IS NULL"""


async def withdraw_helper_link(ctx: Context, patient_id: str, by: EndedBy) -> None:
    """Withdraw a link that nobody has used; a helper who has joined stays."""
    await ctx.tx.execute(
        WITHDRAW_HELPER_LINK, clinic_id=ctx.clinic_id, patient_id=patient_id, ended_by=by.value, now=to_ms(ctx.now)
    )


SELECT_OF_LINK = """
SELECT p.clinic_id, p.id FROM helpers h JOIN patients p ON p.clinic_id = h.clinic_id AND p.id = h.patient_id
WHERE h.token_hash = :token_hash"""


async def hold_patient_of_link(ctx: Context, token: str) -> None:
    """Keep the patient of the link as they are until the transaction ends. They are held before the helper, as in every
    other transaction."""
    await ctx.tx.fetch(f"{SELECT_OF_LINK} {ctx.tx.hold('p')}", token_hash=_hash(token))


SELECT_INVITED_HELPER = """
SELECT h.clinic_id, h.id, h.patient_id FROM helpers h
JOIN patients p ON p.clinic_id = h.clinic_id AND p.id = h.patient_id
WHERE h.token_hash = :token_hash AND h.joined_at IS NULL AND h.ended_at IS NULL AND h.expires_at > :now
  AND p.left_at IS NULL"""


async def find_invited_helper(ctx: Context, token: str) -> InvitedHelper | None:
    """The helper whom the link is for, without using it up. None for unknown, used, ended and expired links alike."""
    return _invited(await ctx.tx.fetch_one(SELECT_INVITED_HELPER, token_hash=_hash(token), now=to_ms(ctx.now)))


REDEEM_HELPER_LINK = """
UPDATE helpers SET joined_at = :now, sign_in_id = :sign_in_id
WHERE token_hash = :token_hash AND joined_at IS NULL AND ended_at IS NULL AND expires_at > :now
RETURNING clinic_id, id, patient_id"""


async def redeem_helper_link(ctx: Context, token: str, sign_in_id: str) -> InvitedHelper | None:
    """Use the link up for that sign-in; when several requests try at once, only one succeeds."""
    return _invited(
        await ctx.tx.fetch_one(REDEEM_HELPER_LINK, token_hash=_hash(token), sign_in_id=sign_in_id, now=to_ms(ctx.now))
    )


SELECT_JOINED = """
SELECT clinic_id, id, patient_id, sign_in_id FROM helpers
WHERE token_hash = :token_hash AND joined_at > :since AND ended_at IS NULL"""


async def find_joined(ctx: Context, token: str, sign_in_id: str) -> InvitedHelper | None:
    """The helper whose link that sign-in used up within the last ten minutes."""
    row = await ctx.tx.fetch_one(SELECT_JOINED, token_hash=_hash(token), since=to_ms(ctx.now - REPEATED_PAIRING))
    if row is None or not hmac.compare_digest(row["sign_in_id"] or "", sign_in_id):
        return None
    return _invited(row)


FORGET_NAMES = "UPDATE helpers SET name = '' WHERE clinic_id = :clinic_id AND patient_id = :patient_id"


async def forget_names(ctx: Context, patient_id: str) -> None:
    """Remove the names of everybody who helped the patient."""
    await ctx.tx.execute(FORGET_NAMES, clinic_id=ctx.clinic_id, patient_id=patient_id)


def _columns(ctx: Context, patient_id: str, new: HelperLink) -> dict[str, object]:
    return {
        "clinic_id": ctx.clinic_id,
        "id": new.id,
        "patient_id": patient_id,
        "name": new.name,
        "token_hash": _hash(new.token),
        "expires_at": to_ms(new.expires_at),
    }


def _helper(row: Row) -> Helper:
    return Helper(
        id=row["id"],
        name=row["name"],
        invited_at=from_ms(row["created_at"]),
        expires_at=from_ms(row["expires_at"]),
        joined_at=from_ms_or_none(row["joined_at"]),
        allowed=_allowances(row),
    )


def _allowances(row: Row) -> HelperAllowances:
    return HelperAllowances(history=row["history_at"] is not None, messages=row["messages_at"] is not None)


def _invited(row: Row | None) -> InvitedHelper | None:
    if row is None:
        return None
    return InvitedHelper(clinic_id=row["clinic_id"], helper_id=row["id"], patient_id=row["patient_id"])


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
