"""Passkeys, authenticator apps, recovery codes and challenges in the database."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from homeplan.accounts.factors.model import AuthenticatorApp, CodeSet, Passkey, Purpose, StoredPasskey
from homeplan.accounts.factors.rules import CHALLENGE_LIFE, MOST_FAILURES, SET_UP_LIFE
from homeplan.clock import from_ms, from_ms_or_none, to_ms
from homeplan.context import Context

# Passkeys.

INSERT_PASSKEY = """
INSERT INTO passkeys (clinic_id, id, staff_id, credential_id, public_key, sign_count, name, created_at)
VALUES (:clinic_id, :id, :staff_id, :credential_id, :public_key, :sign_count, :name, :now)
ON CONFLICT DO NOTHING"""


async def insert_passkey(ctx: Context, new: StoredPasskey, name: str) -> bool:
    """Store a passkey of the actor; False when its credential is known already."""
    return bool(
        await ctx.tx.execute(
            INSERT_PASSKEY,
            clinic_id=new.clinic_id,
            id=new.id,
            staff_id=new.staff_id,
            credential_id=new.credential_id,
            public_key=new.public_key,
            sign_count=new.sign_count,
            name=name,
            now=to_ms(ctx.now),
        )
    )


SELECT_PASSKEYS = """
SELECT id, name, created_at, last_used_at, credential_id FROM passkeys
WHERE clinic_id = :clinic_id AND staff_id = :staff_id ORDER BY created_at, id"""


async def list_passkeys(ctx: Context, staff_id: str) -> list[Passkey]:
    """The member's passkeys, the oldest first."""
    rows = await ctx.tx.fetch(SELECT_PASSKEYS, clinic_id=ctx.clinic_id, staff_id=staff_id)
    return [
        Passkey(
            id=row["id"],
            name=row["name"],
            created_at=from_ms(row["created_at"]),
            last_used_at=from_ms_or_none(row["last_used_at"]),
        )
        for row in rows
    ]


async def credential_ids(ctx: Context, staff_id: str) -> list[str]:
    """The ids that authenticators gave the member's passkeys, so that none is registered twice."""
    rows = await ctx.tx.fetch(SELECT_PASSKEYS, clinic_id=ctx.clinic_id, staff_id=staff_id)
    return [row["credential_id"] for row in rows]


SELECT_PASSKEY = """
SELECT p.clinic_id, p.id, p.staff_id, p.credential_id, p.public_key, p.sign_count
FROM passkeys p JOIN staff s ON s.clinic_id = p.clinic_id AND s.id = p.staff_id
WHERE p.credential_id = :credential_id AND s.disabled_at IS NULL"""


async def find_passkey(ctx: Context, credential_id: str) -> StoredPasskey | None:
    """The passkey of that credential, of any clinic; None when it is unknown or its owner is disabled."""
    row = await ctx.tx.fetch_one(SELECT_PASSKEY, credential_id=credential_id)
    if row is None:
        return None
    return StoredPasskey(
        clinic_id=row["clinic_id"],
        id=row["id"],
        staff_id=row["staff_id"],
        credential_id=row["credential_id"],
        public_key=row["public_key"],
        sign_count=row["sign_count"],
    )


USE_PASSKEY = """
UPDATE passkeys SET sign_count = :sign_count, last_used_at = :now
WHERE clinic_id = :clinic_id AND id = :id AND sign_count = :before"""


async def use_passkey(ctx: Context, passkey: StoredPasskey, sign_count: int) -> bool:
    """Store the use of the passkey; False when it was used or removed in the meantime."""
    return bool(
        await ctx.tx.execute(
            USE_PASSKEY,
            clinic_id=passkey.clinic_id,
            id=passkey.id,
            before=passkey.sign_count,
            sign_count=sign_count,
            now=to_ms(ctx.now),
        )
    )


DELETE_PASSKEY = "DELETE FROM passkeys WHERE clinic_id = :clinic_id AND staff_id = :staff_id AND id = :id"


async def delete_passkey(ctx: Context, staff_id: str, passkey_id: str) -> bool:
    """Remove one passkey of the member; False when they have none of that id."""
    return bool(await ctx.tx.execute(DELETE_PASSKEY, clinic_id=ctx.clinic_id, staff_id=staff_id, id=passkey_id))


# Authenticator apps.

OFFER_APP = """
INSERT INTO staff_totp (clinic_id, staff_id, last_step, failures, offered, offered_at)
VALUES (:clinic_id, :staff_id, 0, 0, :offered, :now)
ON CONFLICT (clinic_id, staff_id) DO UPDATE SET offered = excluded.offered, offered_at = excluded.offered_at"""


async def offer_secret(ctx: Context, staff_id: str, secret: str) -> None:
    """Keep the secret that is shown now until its first code is entered. An app in use goes on until then.

    Here and below a secret is the text of encryption.py.
    """
    await ctx.tx.execute(OFFER_APP, clinic_id=ctx.clinic_id, staff_id=staff_id, offered=secret, now=to_ms(ctx.now))


SELECT_OFFERED = """
SELECT offered FROM staff_totp WHERE clinic_id = :clinic_id AND staff_id = :staff_id AND offered_at > :since"""


async def offered_secret(ctx: Context, staff_id: str) -> str | None:
    """The secret that was shown within the last hour and waits for its first code."""
    since = to_ms(ctx.now - SET_UP_LIFE)
    found: str | None = await ctx.tx.fetch_value(
        SELECT_OFFERED, clinic_id=ctx.clinic_id, staff_id=staff_id, since=since
    )
    return found


TAKE_APP = """
UPDATE staff_totp SET secret = offered, created_at = :now, last_step = :step, failures = 0, offered = NULL,
  offered_at = NULL
WHERE clinic_id = :clinic_id AND staff_id = :staff_id AND offered = :offered"""


async def take_secret(ctx: Context, staff_id: str, offered: str, step: int) -> bool:
    """Use the offered secret from now on; False when it was taken or replaced in the meantime."""
    return bool(
        await ctx.tx.execute(
            TAKE_APP,
            clinic_id=ctx.clinic_id,
            staff_id=staff_id,
            offered=offered,
            step=step,
            now=to_ms(ctx.now),
        )
    )


SELECT_APP = """
SELECT created_at FROM staff_totp WHERE clinic_id = :clinic_id AND staff_id = :staff_id AND secret IS NOT NULL"""


async def find_app(ctx: Context, staff_id: str) -> AuthenticatorApp | None:
    """The member's authenticator app, if one is set up."""
    created_at = await ctx.tx.fetch_value(SELECT_APP, clinic_id=ctx.clinic_id, staff_id=staff_id)
    return None if created_at is None else AuthenticatorApp(created_at=from_ms(created_at))


COUNT_FAILURE = """
UPDATE staff_totp SET failures = failures + 1
WHERE clinic_id = :clinic_id AND staff_id = :staff_id AND secret IS NOT NULL AND failures < :most
RETURNING secret"""


async def secret_to_try(ctx: Context, staff_id: str) -> str | None:
    """The app's secret, with the try counted as a failure until `use_step` says otherwise.

    None without an app, and after too many failures in a row. The transaction must commit also when the code is wrong.
    """
    found: str | None = await ctx.tx.fetch_value(
        COUNT_FAILURE, clinic_id=ctx.clinic_id, staff_id=staff_id, most=MOST_FAILURES
    )
    return found


USE_STEP = """
UPDATE staff_totp SET last_step = :step, failures = 0, secret = :keep
WHERE clinic_id = :clinic_id AND staff_id = :staff_id AND secret = :secret AND last_step < :step"""


async def use_step(ctx: Context, staff_id: str, secret: str, step: int, *, keep: str) -> bool:
    """Use the code of that step up, and store the secret as `keep`; False when that or a later code was used before."""
    return bool(
        await ctx.tx.execute(USE_STEP, clinic_id=ctx.clinic_id, staff_id=staff_id, secret=secret, step=step, keep=keep)
    )


DELETE_APP = "DELETE FROM staff_totp WHERE clinic_id = :clinic_id AND staff_id = :staff_id"


async def delete_app(ctx: Context, staff_id: str) -> bool:
    """Remove the member's authenticator app; False when there is none."""
    return bool(await ctx.tx.execute(DELETE_APP, clinic_id=ctx.clinic_id, staff_id=staff_id))


# Recovery codes.

INSERT_CODE = """
INSERT INTO recovery_codes (clinic_id, staff_id, code_hash, salt, created_at)
VALUES (:clinic_id, :staff_id, :code_hash, :salt, :now)"""
DELETE_CODES = "DELETE FROM recovery_codes WHERE clinic_id = :clinic_id AND staff_id = :staff_id"


async def replace_codes(ctx: Context, staff_id: str, new: CodeSet | None) -> None:
    """Make the member's recovery codes void and store the new ones, if any."""
    await ctx.tx.execute(DELETE_CODES, clinic_id=ctx.clinic_id, staff_id=staff_id)
    if new is not None:
        await ctx.tx.execute_many(INSERT_CODE, list(_code_rows(ctx, staff_id, new)))


def _code_rows(ctx: Context, staff_id: str, new: CodeSet) -> Iterable[dict[str, object]]:
    for code_hash in new.hashes:
        yield {
            "clinic_id": ctx.clinic_id,
            "staff_id": staff_id,
            "code_hash": code_hash,
            "salt": new.salt,
            "now": to_ms(ctx.now),
        }


SELECT_SALT = """
SELECT salt FROM recovery_codes WHERE clinic_id = :clinic_id AND staff_id = :staff_id AND used_at IS NULL LIMIT 1"""


async def salt_of_codes(ctx: Context, staff_id: str) -> str | None:
    """The salt of the member's unused recovery codes; None when there are none."""
    found: str | None = await ctx.tx.fetch_value(SELECT_SALT, clinic_id=ctx.clinic_id, staff_id=staff_id)
    return found


COUNT_CODES = """
SELECT COUNT(*) FROM recovery_codes WHERE clinic_id = :clinic_id AND staff_id = :staff_id AND used_at IS NULL"""


async def count_codes(ctx: Context, staff_id: str) -> int:
    """Number of the member's unused recovery codes."""
    return int(await ctx.tx.fetch_value(COUNT_CODES, clinic_id=ctx.clinic_id, staff_id=staff_id))


USE_CODE = """
UPDATE recovery_codes SET used_at = :now
WHERE clinic_id = :clinic_id AND staff_id = :staff_id AND code_hash = :code_hash AND used_at IS NULL"""


async def use_code(ctx: Context, staff_id: str, code_hash: str) -> bool:
    """Use the recovery code up; False when it is wrong or was used before."""
    return bool(
        await ctx.tx.execute(
            USE_CODE, clinic_id=ctx.clinic_id, staff_id=staff_id, code_hash=code_hash, now=to_ms(ctx.now)
        )
    )


# Challenges.

DELETE_OLD_CHALLENGES = "DELETE FROM passkey_challenges WHERE expires_at <= :now"
UPSERT_CHALLENGE = """
INSERT INTO passkey_challenges (bound_to, purpose, challenge, expires_at)
VALUES (:bound_to, :purpose, :challenge, :expires_at)
ON CONFLICT (bound_to, purpose) DO UPDATE SET challenge = excluded.challenge, expires_at = excluded.expires_at"""


async def insert_challenge(ctx: Context, bound_to: str, purpose: Purpose, challenge: str) -> None:
    """Keep the challenge for five minutes, instead of an earlier one of this browser or sign-in and purpose.

    `bound_to` is the browser's cookie or the sign-in's id. Old challenges are deleted on the way.
    """
    await ctx.tx.execute(DELETE_OLD_CHALLENGES, now=to_ms(ctx.now))
    await ctx.tx.execute(
        UPSERT_CHALLENGE,
        bound_to=_hash(bound_to),
        purpose=purpose.value,
        challenge=challenge,
        expires_at=to_ms(ctx.now + CHALLENGE_LIFE),
    )


USE_CHALLENGE = """
DELETE FROM passkey_challenges WHERE bound_to = :bound_to AND purpose = :purpose RETURNING challenge, expires_at"""


async def use_challenge(ctx: Context, bound_to: str, purpose: Purpose) -> str | None:
    """Use the challenge up; None when there is none, it expired, or another request used it.

    The transaction must commit also when the answer is wrong.
    """
    row = await ctx.tx.fetch_one(USE_CHALLENGE, bound_to=_hash(bound_to), purpose=purpose.value)
    return row["challenge"] if row is not None and _is_live(row["expires_at"], ctx.now) else None


def _is_live(expires_at: int, now: datetime) -> bool:
    return from_ms(expires_at) > now


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
