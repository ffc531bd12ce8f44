"""Sign-ins in the database: browsers of staff and phones of patients. Only the SHA-256 of a cookie is stored."""

import hashlib
import re

from homeplan.accounts.model import NewSignIn, SignIn, SignInOfStaff, SignInSummary
from homeplan.accounts.rules import idle_until
from homeplan.actor import Role, Stage
from homeplan.clock import from_ms, to_ms
from homeplan.context import Context

_TOKEN = re.compile(r"^[A-Za-z0-9_-]{43}$")

INSERT_SIGN_IN = """
INSERT INTO sign_ins (clinic_id, id, token_hash, patient_id, helper_id, staff_id, device_hash, label, created_at,
  last_seen_at, idle_expires_at, expires_at, reauth_at, stage)
VALUES (:clinic_id, :id, :token_hash, :patient_id, :helper_id, :staff_id, :device_hash, :label, :now, :now,
  :idle_expires_at, :expires_at, :now, :stage)
ON CONFLICT (clinic_id, id) DO NOTHING"""


async def insert_sign_in(
    ctx: Context,
    role: Role,
    new: NewSignIn,
    *,
    label: str,
    patient_id: str | None = None,
    helper_id: str | None = None,
    staff_id: str | None = None,
    device_token: str | None = None,
    stage: Stage = Stage.FULL,
) -> bool:
    """Store a new sign-in of exactly one patient or member of staff; False when the clinic has one of this id.

    `helper_id`: it is the device of that helper of the patient."""
    inserted = await ctx.tx.execute(
        INSERT_SIGN_IN,
        clinic_id=ctx.clinic_id,
        id=new.id,
        token_hash=_hash(new.token),
        patient_id=patient_id,
        helper_id=helper_id,
        staff_id=staff_id,
        device_hash=None if device_token is None else _hash(device_token),
        label=label,
        now=to_ms(ctx.now),
        idle_expires_at=to_ms(idle_until(role, ctx.now, new.expires_at) if stage is Stage.FULL else new.expires_at),
        expires_at=to_ms(new.expires_at),
        stage=stage.value,
    )
    return bool(inserted)


RENEW_SIGN_IN = """
UPDATE sign_ins SET token_hash = :token_hash
WHERE clinic_id = :clinic_id AND id = :id AND patient_id = :patient_id AND COALESCE(helper_id, '') = :helper_id
  AND revoked_at IS NULL"""


async def renew_sign_in(ctx: Context, patient_id: str, new: NewSignIn, *, helper_id: str = "") -> bool:
    """Give the patient's, or that helper's, sign-in of this id the new token; False when it has ended or never was."""
    return bool(
        await ctx.tx.execute(
            RENEW_SIGN_IN,
            clinic_id=ctx.clinic_id,
            id=new.id,
            patient_id=patient_id,
            helper_id=helper_id,
            token_hash=_hash(new.token),
        )
    )


_LIVING = """
s.token_hash = :token_hash AND s.revoked_at IS NULL AND s.idle_expires_at > :now AND s.expires_at > :now"""

SELECT_SIGN_IN_OF_PATIENT = f"""
SELECT s.clinic_id, s.id, COALESCE(s.helper_id, s.patient_id) AS actor_id,
  CASE WHEN s.helper_id IS NULL THEN 'patient' ELSE 'helper' END AS role, s.last_seen_at, s.expires_at, s.stage,
  s.reauth_at,
  CASE WHEN s.helper_id IS NULL THEN '' ELSE s.patient_id END AS helps
FROM sign_ins s JOIN patients p ON p.clinic_id = s.clinic_id AND p.id = s.patient_id
WHERE {_LIVING} AND p.left_at IS NULL AND p.merged_into IS NULL"""  # noqa: S608 - a constant

SELECT_SIGN_IN_OF_STAFF = f"""
SELECT s.clinic_id, s.id, s.staff_id AS actor_id, p.role, s.last_seen_at, s.expires_at, s.stage,
  s.reauth_at, '' AS helps
FROM sign_ins s JOIN staff p ON p.clinic_id = s.clinic_id AND p.id = s.staff_id
WHERE {_LIVING} AND p.disabled_at IS NULL"""  # noqa: S608 - a constant


async def find_sign_in(ctx: Context, token: str, *, of_patient: bool, exclusive: bool = False) -> SignIn | None:
    """The sign-in of that cookie; None when it expired, was ended, or its owner was disabled or left.

    In a transaction that writes, the sign-in and its owner stay as they are until the end; `exclusive`: no other
    request that writes as or about the owner runs meanwhile. The person is held before the sign-in, everywhere.
    """
    if not _TOKEN.match(token):
        return None
    found = SELECT_SIGN_IN_OF_PATIENT if of_patient else SELECT_SIGN_IN_OF_STAFF
    if held := ctx.tx.hold("p", "s", exclusive=exclusive):
        found = f"{found} {held}"
    row = await ctx.tx.enter(found, token_hash=_hash(token), now=to_ms(ctx.now))
    if row is None:
        return None
    clinic_id, sign_in_id, actor_id, role, last_seen_at, expires_at, stage, reauth_at, helps, *_ = row
    return SignIn(
        clinic_id=clinic_id,
        id=sign_in_id,
        actor_id=actor_id,
        role=Role(role),
        last_seen_at=from_ms(last_seen_at),
        expires_at=from_ms(expires_at),
        stage=Stage(stage),
        confirmed_at=from_ms(reauth_at),
        helps=helps,
    )


PROVE_SIGN_IN = """
UPDATE sign_ins SET token_hash = :token_hash, stage = 'full', last_seen_at = :now, reauth_at = :now,
  idle_expires_at = :idle_expires_at, expires_at = :expires_at
WHERE clinic_id = :clinic_id AND id = :id AND stage = :from_stage AND revoked_at IS NULL"""


async def prove_sign_in(ctx: Context, new: NewSignIn, *, from_stage: Stage) -> bool:
    """Make the actor's sign-in a full one that was confirmed now, under a new token.

    False when it ended or left `from_stage` in the meantime.
    """
    proved = await ctx.tx.execute(
        PROVE_SIGN_IN,
        clinic_id=ctx.clinic_id,
        id=new.id,
        token_hash=_hash(new.token),
        now=to_ms(ctx.now),
        idle_expires_at=to_ms(idle_until(ctx.actor.role, ctx.now, new.expires_at)),
        expires_at=to_ms(new.expires_at),
        from_stage=from_stage.value,
    )
    return bool(proved)


COUNT_CODE_TRY = """
UPDATE sign_ins SET code_tries = code_tries + 1
WHERE clinic_id = :clinic_id AND id = :sign_in_id AND stage = 'code' AND revoked_at IS NULL AND code_tries < :most"""


async def count_code_try(ctx: Context, *, most: int) -> bool:
    """Count one try of the second factor for the actor's sign-in; False when there were `most` already."""
    return bool(
        await ctx.tx.execute(COUNT_CODE_TRY, clinic_id=ctx.clinic_id, sign_in_id=ctx.actor.sign_in_id, most=most)
    )


TOUCH_SIGN_IN = """
UPDATE sign_ins SET last_seen_at = :now, idle_expires_at = :idle_expires_at
WHERE clinic_id = :clinic_id AND id = :sign_in_id AND last_seen_at < :now"""


async def touch_sign_in(ctx: Context) -> None:
    """Store that the actor's sign-in is in use, which postpones its idle end."""
    expires_at = ctx.actor.sign_in_expires_at
    if expires_at is not None:
        await ctx.tx.execute(
            TOUCH_SIGN_IN,
            clinic_id=ctx.clinic_id,
            sign_in_id=ctx.actor.sign_in_id,
            now=to_ms(ctx.now),
            idle_expires_at=to_ms(idle_until(ctx.actor.role, ctx.now, expires_at)),
        )


SELECT_DEVICE_OWNERS = """
SELECT DISTINCT staff_id FROM sign_ins
WHERE device_hash = :device_hash AND clinic_id = :clinic_id AND stage = 'full'"""


async def device_owners(ctx: Context, device_token: str) -> set[str]:
    """The members of the clinic's staff who have signed in from this device before, with both factors."""
    rows = await ctx.tx.fetch(SELECT_DEVICE_OWNERS, device_hash=_hash(device_token), clinic_id=ctx.clinic_id)
    return {row["staff_id"] for row in rows}


SELECT_DEVICE_OF_STAFF = "SELECT 1 FROM sign_ins WHERE device_hash = :device_hash AND stage = 'full' LIMIT 1"


async def is_device_of_staff(ctx: Context, device_token: str) -> bool:
    """Whether staff of any clinic signed in from this device before, with both factors.

    For a visitor of whom nothing else is known yet.
    """
    return await ctx.tx.fetch_value(SELECT_DEVICE_OF_STAFF, device_hash=_hash(device_token)) is not None


SELECT_KNOWN_DEVICE = """
SELECT 1 FROM sign_ins s JOIN sign_ins e
  ON e.clinic_id = s.clinic_id AND e.staff_id = s.staff_id AND e.device_hash = s.device_hash AND e.stage = 'full'
WHERE s.clinic_id = :clinic_id AND s.id = :sign_in_id LIMIT 1"""


async def is_known_device(ctx: Context) -> bool:
    """Whether the actor signed in from this device before, with both factors."""
    found = await ctx.tx.fetch_value(SELECT_KNOWN_DEVICE, clinic_id=ctx.clinic_id, sign_in_id=ctx.actor.sign_in_id)
    return found is not None


SELECT_SIGN_INS = """
SELECT id, label, created_at, last_seen_at FROM sign_ins
WHERE clinic_id = :clinic_id AND (patient_id = :person_id OR staff_id = :person_id)
  AND helper_id IS NULL
  AND stage = 'full' AND revoked_at IS NULL AND idle_expires_at > :now AND expires_at > :now
ORDER BY created_at, id"""


async def list_sign_ins(ctx: Context, person_id: str | None = None) -> list[SignInSummary]:
    """The browsers in which the actor, or that person of the clinic, is signed in, the oldest first."""
    person_id = ctx.actor.id if person_id is None else person_id
    rows = await ctx.tx.fetch(SELECT_SIGN_INS, clinic_id=ctx.clinic_id, person_id=person_id, now=to_ms(ctx.now))
    return [
        SignInSummary(
            id=row["id"],
            label=row["label"],
            created_at=from_ms(row["created_at"]),
            last_seen_at=from_ms(row["last_seen_at"]),
            current=row["id"] == ctx.actor.sign_in_id,
        )
        for row in rows
    ]


SELECT_SIGN_INS_OF_CLINIC = """
SELECT s.id, s.label, s.created_at, s.last_seen_at, m.id AS staff_id, m.name
FROM sign_ins s JOIN staff m ON m.clinic_id = s.clinic_id AND m.id = s.staff_id
WHERE s.clinic_id = :clinic_id AND s.stage = 'full' AND s.revoked_at IS NULL AND s.idle_expires_at > :now
  AND s.expires_at > :now
ORDER BY s.last_seen_at DESC, s.id LIMIT 500"""


async def list_sign_ins_of_clinic(ctx: Context) -> list[SignInOfStaff]:
    """The browsers in which the clinic's staff are signed in, the last used first; at most 500."""
    rows = await ctx.tx.fetch(SELECT_SIGN_INS_OF_CLINIC, clinic_id=ctx.clinic_id, now=to_ms(ctx.now))
    return [
        SignInOfStaff(
            id=row["id"],
            label=row["label"],
            created_at=from_ms(row["created_at"]),
            last_seen_at=from_ms(row["last_seen_at"]),
            current=row["id"] == ctx.actor.sign_in_id,
            staff_id=row["staff_id"],
            name=row["name"],
        )
        for row in rows
    ]


END_SIGN_IN = """
UPDATE sign_ins SET revoked_at = :now
WHERE clinic_id = :clinic_id AND id = :sign_in_id AND (patient_id = :actor_id OR staff_id = :actor_id)
  AND helper_id IS NULL AND revoked_at IS NULL"""


async def end_sign_in(ctx: Context, sign_in_id: str) -> bool:
    """End one of the actor's own sign-ins; False when it is not theirs or has ended already."""
    return bool(
        await ctx.tx.execute(
            END_SIGN_IN,
            clinic_id=ctx.clinic_id,
            sign_in_id=sign_in_id,
            actor_id=ctx.actor.id,
            now=to_ms(ctx.now),
        )
    )


END_SIGN_IN_OF_BROWSER = """
UPDATE sign_ins SET revoked_at = :now
WHERE token_hash = :token_hash AND staff_id IS NOT NULL AND revoked_at IS NULL"""


async def end_sign_in_of_token(ctx: Context, token: str) -> None:
    """End the sign-in of staff that this cookie belongs to, of any clinic; the browser signs in again."""
    if _TOKEN.match(token):
        await ctx.tx.execute(END_SIGN_IN_OF_BROWSER, token_hash=_hash(token), now=to_ms(ctx.now))


END_SIGN_INS_OF_PATIENT = """
UPDATE sign_ins SET revoked_at = :now
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND helper_id IS NULL AND revoked_at IS NULL"""


async def end_sign_ins_of_patient(ctx: Context, patient_id: str) -> None:
    """Sign all phones of the patient out; the device of a helper stays."""
    await ctx.tx.execute(END_SIGN_INS_OF_PATIENT, clinic_id=ctx.clinic_id, patient_id=patient_id, now=to_ms(ctx.now))


END_SIGN_INS_OF_HELPERS = """
UPDATE sign_ins SET revoked_at = :now
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND helper_id IS NOT NULL AND revoked_at IS NULL"""


async def end_sign_ins_of_helpers(ctx: Context, patient_id: str) -> None:
    """Sign the devices of the patient's helpers out."""
    await ctx.tx.execute(END_SIGN_INS_OF_HELPERS, clinic_id=ctx.clinic_id, patient_id=patient_id, now=to_ms(ctx.now))


END_SIGN_IN_OF_PHONE = """
UPDATE sign_ins SET revoked_at = :now
WHERE clinic_id = :clinic_id AND id = :sign_in_id AND patient_id = :patient_id AND helper_id IS NULL
  AND revoked_at IS NULL"""


async def end_sign_in_of_phone(ctx: Context, patient_id: str, sign_in_id: str) -> bool:
    """Sign that phone of the patient out; False when it is signed out already."""
    return bool(
        await ctx.tx.execute(
            END_SIGN_IN_OF_PHONE,
            clinic_id=ctx.clinic_id,
            patient_id=patient_id,
            sign_in_id=sign_in_id,
            now=to_ms(ctx.now),
        )
    )


END_SIGN_INS_OF_STAFF = """
UPDATE sign_ins SET revoked_at = :now
WHERE clinic_id = :clinic_id AND staff_id = :staff_id AND revoked_at IS NULL"""


async def end_sign_ins_of_staff(ctx: Context, staff_id: str) -> None:
    """Sign the member of staff out everywhere."""
    await ctx.tx.execute(END_SIGN_INS_OF_STAFF, clinic_id=ctx.clinic_id, staff_id=staff_id, now=to_ms(ctx.now))


FORGET_LABELS = "UPDATE sign_ins SET label = '' WHERE clinic_id = :clinic_id AND patient_id = :patient_id"


async def forget_labels(ctx: Context, patient_id: str) -> None:
    """Remove what the patient's phones call themselves."""
    await ctx.tx.execute(FORGET_LABELS, clinic_id=ctx.clinic_id, patient_id=patient_id)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
