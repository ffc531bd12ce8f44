"""Signing browsers in and out. The caller proves first who the person is."""

import secrets
from datetime import timedelta

from homeplan.accounts import store
from homeplan.accounts.model import NewSignIn, StaffMember
from homeplan.accounts.rules import LIFETIMES
from homeplan.actor import Role
from homeplan.context import Context
from homeplan.errors import NotFound, SentBefore
from homeplan.ids import new_id

TOKEN_BYTES = 32
KEEP_ENDED = timedelta(days=400)
"""Time for which a device that staff signed in from is recognized; older sign-ins are deleted."""


def new_device_token() -> str:
    """The secret by which a staff device is recognized."""
    return secrets.token_urlsafe(TOKEN_BYTES)


async def sign_in_patient(ctx: Context, patient_id: str, sign_in_id: str, *, label: str) -> NewSignIn:
    """Sign a phone in under the id that it made. Its token is always new; a token that the phone sent is not used.

    A repetition gives the sign-in another token, and the one that nobody saw stops working. Raises SentBefore when
    another sign-in has this id, or when this one has ended.
    """
    new = _new_sign_in(ctx, Role.PATIENT, sign_in_id)
    stored = (
        await store.renew_sign_in(ctx, patient_id, new)
        if ctx.repeated
        else await store.insert_sign_in(ctx, Role.PATIENT, new, label=label, patient_id=patient_id)
    )
    if not stored:
        raise SentBefore(field="id")
    return new


async def sign_in_staff(ctx: Context, member: StaffMember, *, label: str, device_token: str) -> NewSignIn:
    """Sign a browser of a member of staff in."""
    await store.delete_old_sign_ins(ctx, member.id, before=ctx.now - KEEP_ENDED)
    new = _new_sign_in(ctx, member.role, new_id(ctx.now))
    await store.insert_sign_in(ctx, member.role, new, label=label, staff_id=member.id, device_token=device_token)
    return new


async def end_sign_in(ctx: Context, sign_in_id: str) -> None:
    """Sign one of the actor's own browsers out. Raises NotFound when it is not theirs or is signed out already."""
    if not await store.end_sign_in(ctx, sign_in_id):
        raise NotFound


async def sign_out_patient(ctx: Context, patient_id: str) -> None:
    """Sign all phones of the patient out, for example after one was lost. Open invitations stop working too."""
    await store.end_sign_ins_of_patient(ctx, patient_id)
    await store.void_invitations(ctx, patient_id)


def _new_sign_in(ctx: Context, role: Role, sign_in_id: str) -> NewSignIn:
    return NewSignIn(
        id=sign_in_id, token=secrets.token_urlsafe(TOKEN_BYTES), expires_at=ctx.now + LIFETIMES[role].absolute
    )
