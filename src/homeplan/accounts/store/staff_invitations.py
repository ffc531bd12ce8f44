"""Set-up links of staff in the database: invitations of new colleagues, and links to set up again."""

import hashlib

from homeplan.accounts.model import InvitedStaff, NewStaffInvitation, StaffInvitation
from homeplan.actor import Role
from homeplan.clock import from_ms, to_ms
from homeplan.context import Context
from homeplan.db import Row

INSERT_INVITATION = """
INSERT INTO staff_invitations (clinic_id, id, staff_id, email, role, token_hash, created_at, expires_at)
VALUES (:clinic_id, :id, :staff_id, :email, :role, :token_hash, :now, :expires_at)
ON CONFLICT (clinic_id, id) DO NOTHING"""


async def insert_staff_invitation(ctx: Context, new: NewStaffInvitation) -> bool:
    """Store a new link; False when the clinic has one of this id already."""
    return bool(
        await ctx.tx.execute(
            INSERT_INVITATION,
            clinic_id=ctx.clinic_id,
            id=new.id,
            staff_id=new.staff_id,
            email=new.email,
            role=new.role.value,
            token_hash=_hash(new.token),
            now=to_ms(ctx.now),
            expires_at=to_ms(new.expires_at),
        )
    )


RENEW_INVITATION = """
UPDATE staff_invitations SET token_hash = :token_hash, expires_at = :expires_at
WHERE clinic_id = :clinic_id AND id = :id AND email = :email AND role = :role AND used_at IS NULL
  AND voided_at IS NULL"""


async def renew_staff_invitation(ctx: Context, new: NewStaffInvitation) -> bool:
    """Give the unused invitation of this id another token; False when there is none for this email and role."""
    return bool(
        await ctx.tx.execute(
            RENEW_INVITATION,
            clinic_id=ctx.clinic_id,
            id=new.id,
            email=new.email,
            role=new.role.value,
            token_hash=_hash(new.token),
            expires_at=to_ms(new.expires_at),
        )
    )


VOID_OF_EMAIL = """
UPDATE staff_invitations SET voided_at = :now
WHERE clinic_id = :clinic_id AND email = :email AND id <> :but AND used_at IS NULL AND voided_at IS NULL"""


async def void_links_of(ctx: Context, email: str, *, but: str = "") -> None:
    """Make every unused link for this email useless, except that of the invitation `but`."""
    await ctx.tx.execute(VOID_OF_EMAIL, clinic_id=ctx.clinic_id, email=email, but=but, now=to_ms(ctx.now))


VOID_ONE = """
UPDATE staff_invitations SET voided_at = :now
WHERE clinic_id = :clinic_id AND id = :id AND used_at IS NULL AND voided_at IS NULL"""


async def void_staff_invitation(ctx: Context, invitation_id: str) -> bool:
    """Make the link useless; False when it is unknown, used or void already."""
    return bool(await ctx.tx.execute(VOID_ONE, clinic_id=ctx.clinic_id, id=invitation_id, now=to_ms(ctx.now)))


SELECT_LIVE = """
SELECT id, email, role, created_at, expires_at FROM staff_invitations
WHERE clinic_id = :clinic_id AND staff_id IS NULL AND used_at IS NULL AND voided_at IS NULL AND expires_at > :now
ORDER BY created_at, id"""


async def list_staff_invitations(ctx: Context) -> list[StaffInvitation]:
    """The invitations of new colleagues that can still be used, the oldest first."""
    rows = await ctx.tx.fetch(SELECT_LIVE, clinic_id=ctx.clinic_id, now=to_ms(ctx.now))
    return [
        StaffInvitation(
            id=row["id"],
            email=row["email"],
            role=row["role"],
            created_at=from_ms(row["created_at"]),
            expires_at=from_ms(row["expires_at"]),
        )
        for row in rows
    ]


SELECT_INVITED_STAFF = """
SELECT clinic_id, id, staff_id, email, role FROM staff_invitations
WHERE token_hash = :token_hash AND used_at IS NULL AND voided_at IS NULL AND expires_at > :now"""


async def find_invited_staff(ctx: Context, token: str) -> InvitedStaff | None:
    """The person whom the link is for, without using it up. None for unknown, used, voided and expired links alike."""
    return _invited(await ctx.tx.fetch_one(SELECT_INVITED_STAFF, token_hash=_hash(token), now=to_ms(ctx.now)))


REDEEM_STAFF_LINK = """
UPDATE staff_invitations SET used_at = :now
WHERE token_hash = :token_hash AND used_at IS NULL AND voided_at IS NULL AND expires_at > :now
RETURNING clinic_id, id, staff_id, email, role"""


async def redeem_staff_link(ctx: Context, token: str) -> InvitedStaff | None:
    """Use the link up; when several requests try at once, only one succeeds. None as in `find_invited_staff`."""
    return _invited(await ctx.tx.fetch_one(REDEEM_STAFF_LINK, token_hash=_hash(token), now=to_ms(ctx.now)))


def _invited(row: Row | None) -> InvitedStaff | None:
    if row is None:
        return None
    return InvitedStaff(
        clinic_id=row["clinic_id"],
        invitation_id=row["id"],
        staff_id=row["staff_id"],
        email=row["email"],
        role=Role(row["role"]),
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
