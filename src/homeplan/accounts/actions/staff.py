"""Adding and changing staff. Passwords are hashed before the transaction begins."""

from msgspec import UNSET, structs

from homeplan.accounts import store
from homeplan.accounts.actions.sign_ins import sign_in_staff
from homeplan.accounts.model import (
    EmailTaken,
    LastAdmin,
    LastOwner,
    MemberChanges,
    NewSignIn,
    OwnersOnly,
    StaffMember,
)
from homeplan.accounts.rules import clean_email, may_change
from homeplan.actor import Role
from homeplan.context import Context
from homeplan.errors import SentBefore


async def add_staff(
    ctx: Context, *, member_id: str, name: str, email: str, role: Role, password_hash: str
) -> StaffMember:
    """Add a member of staff once. Raises EmailTaken, also when the email belongs to staff of another clinic, and
    SentBefore when the id is in use with other details or another hash.
    """
    member = StaffMember(id=member_id, name=name, email=clean_email(email), role=role)
    if await store.insert_staff(ctx, member, password_hash):
        return member
    stored_hash = await store.find_password_hash(ctx, member_id)
    if stored_hash is None:
        raise EmailTaken(field="email")
    ctx.repeated = True
    if (await store.find_staff(ctx, member_id), stored_hash) != (member, password_hash):
        raise SentBefore(field="id")
    return member


async def change_staff(ctx: Context, staff_id: str, changes: MemberChanges) -> StaffMember:
    """Change name, role or access; all but the name sign the member out everywhere.

    Raises NotFound, OwnersOnly when an administrator changes an owner's access or makes one, LastOwner when the clinic
    would lose its last owner, and LastAdmin when nobody could administer it afterwards.
    """
    await ctx.tx.lock(f"admins:{ctx.clinic_id}")  # first, so that nobody changes what is read here
    before = await store.find_staff(ctx, staff_id)
    after = structs.replace(
        before,
        name=before.name if changes.name is UNSET else changes.name,
        role=before.role if changes.role is UNSET else Role(changes.role),
        disabled_at=before.disabled_at
        if changes.disabled is UNSET
        else ((before.disabled_at or ctx.now) if changes.disabled else None),
    )
    changes_access = (before.role, before.disabled_at) != (after.role, after.disabled_at)
    if changes_access and not may_change(ctx.actor, before.role, after.role):
        raise OwnersOnly
    await store.save_staff(ctx, after)
    if not await store.count_admins(ctx):
        raise LastAdmin
    if changes_access and before.role is Role.OWNER and not await store.count_owners(ctx):
        raise LastOwner
    if changes_access:
        await store.end_sign_ins_of_staff(ctx, staff_id)
    return after


async def change_password(
    ctx: Context, member: StaffMember, password_hash: str, *, label: str, device_token: str
) -> NewSignIn:
    """Set the member's new password, sign them out everywhere, and sign this browser in again."""
    await store.set_password_hash(ctx, member.id, password_hash)
    await store.end_sign_ins_of_staff(ctx, member.id)
    return await sign_in_staff(ctx, member, label=label, device_token=device_token)
