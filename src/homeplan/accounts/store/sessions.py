"""Sessions of staff and of patients' phones. The cookie's value is never stored, only its SHA-256."""

import hashlib
import re
import secrets
from datetime import datetime, timedelta

from msgspec import Struct, structs

from homeplan.accounts.model import SessionSummary
from homeplan.accounts.rules import LIFETIMES, idle_until
from homeplan.actor import Actor, Role
from homeplan.clock import from_ms, to_ms
from homeplan.context import Context
from homeplan.errors import NotFound
from homeplan.ids import new_id

TOKEN_BYTES = 32
KEEP_ENDED = timedelta(days=400)
"""For how long a staff device that signed in once is known again; older sessions are forgotten."""

_TOKEN = re.compile(r"^[A-Za-z0-9_-]{43}$")


def new_device_token() -> str:
    """The secret by which a staff device is known again."""
    return secrets.token_urlsafe(TOKEN_BYTES)


class NewSession(Struct, frozen=True, kw_only=True):
    """A session that was just opened, with the secret that goes into the cookie."""

    id: str
    token: str
    expires_at: datetime


INSERT_SESSION = """
INSERT INTO sessions (clinic_id, id, token_hash, patient_id, staff_id, device_hash, label, created_at, last_seen_at,
  idle_expires_at, expires_at, reauth_at)
VALUES (:clinic_id, :id, :token_hash, :patient_id, :staff_id, :device_hash, :label, :now, :now,
  :idle_expires_at, :expires_at, :now)"""


async def start_patient_session(ctx: Context, *, patient_id: str, label: str) -> NewSession:
    """Sign a phone in. Its token is new whatever the phone sent."""
    return await _start(ctx, Role.PATIENT, patient_id=patient_id, label=label)


FORGET_OLD = "DELETE FROM sessions WHERE clinic_id = :clinic_id AND staff_id = :staff_id AND expires_at < :before"


async def start_staff_session(ctx: Context, *, staff_id: str, role: Role, label: str, device_token: str) -> NewSession:
    """Sign a member of staff in, once everything that must be proved is proved."""
    await ctx.tx.execute(FORGET_OLD, clinic_id=ctx.clinic_id, staff_id=staff_id, before=to_ms(ctx.now - KEEP_ENDED))
    return await _start(ctx, role, staff_id=staff_id, device_hash=_hash(device_token), label=label)


async def _start(
    ctx: Context,
    role: Role,
    *,
    label: str,
    patient_id: str | None = None,
    staff_id: str | None = None,
    device_hash: str | None = None,
) -> NewSession:
    session = NewSession(
        id=new_id(ctx.now), token=secrets.token_urlsafe(TOKEN_BYTES), expires_at=ctx.now + LIFETIMES[role].absolute
    )
    await ctx.tx.execute(
        INSERT_SESSION,
        clinic_id=ctx.clinic_id,
        id=session.id,
        token_hash=_hash(session.token),
        patient_id=patient_id,
        staff_id=staff_id,
        device_hash=device_hash,
        label=label,
        now=to_ms(ctx.now),
        idle_expires_at=to_ms(idle_until(role, ctx.now, session.expires_at)),
        expires_at=to_ms(session.expires_at),
    )
    return session


class LiveSession(Struct, frozen=True, kw_only=True):
    """Who a cookie stands for, right now."""

    clinic_id: str
    id: str
    actor_id: str
    role: Role
    last_seen_at: datetime
    expires_at: datetime

    def actor(self, visitor: Actor) -> Actor:
        """The visitor as whom this session stands for."""
        return structs.replace(
            visitor,
            id=self.actor_id,
            role=self.role,
            session_id=self.id,
            session_seen_at=self.last_seen_at,
            session_expires_at=self.expires_at,
        )


SELECT_SESSION = """
SELECT s.clinic_id, s.id, s.patient_id, s.staff_id, s.last_seen_at, s.expires_at, m.role
FROM sessions s LEFT JOIN staff m ON m.clinic_id = s.clinic_id AND m.id = s.staff_id
WHERE s.token_hash = :token_hash AND s.revoked_at IS NULL AND s.idle_expires_at > :now AND s.expires_at > :now
  AND m.disabled_at IS NULL"""


async def find_session(ctx: Context, token: str) -> LiveSession | None:
    """Whose cookie this is, unless it expired, was revoked, or its owner was disabled."""
    if not _TOKEN.match(token):
        return None
    row = await ctx.tx.fetch_one(SELECT_SESSION, token_hash=_hash(token), now=to_ms(ctx.now))
    if row is None:
        return None
    return LiveSession(
        clinic_id=row["clinic_id"],
        id=row["id"],
        actor_id=row["patient_id"] or row["staff_id"],
        role=Role.PATIENT if row["patient_id"] else Role(row["role"]),
        last_seen_at=from_ms(row["last_seen_at"]),
        expires_at=from_ms(row["expires_at"]),
    )


TOUCH_SESSION = """
UPDATE sessions SET last_seen_at = :now, idle_expires_at = :idle_expires_at
WHERE clinic_id = :clinic_id AND id = :session_id AND last_seen_at < :now"""


async def touch_session(ctx: Context) -> None:
    """Write down that the actor's session is in use, which puts off its idle end."""
    expires_at = ctx.actor.session_expires_at
    if expires_at is not None:
        await ctx.tx.execute(
            TOUCH_SESSION,
            clinic_id=ctx.clinic_id,
            session_id=ctx.actor.session_id,
            now=to_ms(ctx.now),
            idle_expires_at=to_ms(idle_until(ctx.actor.role, ctx.now, expires_at)),
        )


SELECT_DEVICE_OWNERS = """
SELECT DISTINCT staff_id FROM sessions WHERE device_hash = :device_hash AND clinic_id = :clinic_id"""


async def device_owners(ctx: Context, device_token: str) -> set[str]:
    """Which of the clinic's staff have signed in from this device before."""
    rows = await ctx.tx.fetch(SELECT_DEVICE_OWNERS, device_hash=_hash(device_token), clinic_id=ctx.clinic_id)
    return {row["staff_id"] for row in rows}


SELECT_SESSIONS = """
SELECT id, label, created_at, last_seen_at FROM sessions
WHERE clinic_id = :clinic_id AND (patient_id = :actor_id OR staff_id = :actor_id)
  AND revoked_at IS NULL AND idle_expires_at > :now AND expires_at > :now
ORDER BY created_at, id"""


async def list_sessions(ctx: Context) -> list[SessionSummary]:
    """Where whoever acts is signed in, the oldest first."""
    rows = await ctx.tx.fetch(SELECT_SESSIONS, clinic_id=ctx.clinic_id, actor_id=ctx.actor.id, now=to_ms(ctx.now))
    return [
        SessionSummary(
            id=row["id"],
            label=row["label"],
            created_at=from_ms(row["created_at"]),
            last_seen_at=from_ms(row["last_seen_at"]),
            current=row["id"] == ctx.actor.session_id,
        )
        for row in rows
    ]


REVOKE_SESSION = """
UPDATE sessions SET revoked_at = :now
WHERE clinic_id = :clinic_id AND id = :session_id AND (patient_id = :actor_id OR staff_id = :actor_id)
  AND revoked_at IS NULL"""


async def revoke_session(ctx: Context, session_id: str) -> None:
    """Sign one of the actor's own devices out. Raises NotFound when it is not theirs or is out already."""
    if not await ctx.tx.execute(
        REVOKE_SESSION,
        clinic_id=ctx.clinic_id,
        session_id=session_id,
        actor_id=ctx.actor.id,
        now=to_ms(ctx.now),
    ):
        raise NotFound


REVOKE_SESSIONS_OF_PATIENT = """
UPDATE sessions SET revoked_at = :now
WHERE clinic_id = :clinic_id AND patient_id = :patient_id AND revoked_at IS NULL"""


async def revoke_sessions_of_patient(ctx: Context, *, patient_id: str) -> int:
    """Sign all of a patient's phones out, for example after one was lost; returns how many sessions ended."""
    return await ctx.tx.execute(
        REVOKE_SESSIONS_OF_PATIENT, clinic_id=ctx.clinic_id, patient_id=patient_id, now=to_ms(ctx.now)
    )


REVOKE_SESSIONS_OF_STAFF = """
UPDATE sessions SET revoked_at = :now
WHERE clinic_id = :clinic_id AND staff_id = :staff_id AND revoked_at IS NULL"""


async def revoke_sessions_of_staff(ctx: Context, *, staff_id: str) -> int:
    """Sign a member of staff out everywhere; returns how many sessions ended."""
    return await ctx.tx.execute(
        REVOKE_SESSIONS_OF_STAFF, clinic_id=ctx.clinic_id, staff_id=staff_id, now=to_ms(ctx.now)
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
