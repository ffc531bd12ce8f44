"""Signing browsers in and out. The caller proves first who the person is."""

import secrets
from datetime import datetime

from homeplan.accounts import store
from homeplan.accounts.factors.rules import CODE_STAGE_LIFE, SET_UP_LIFE
from homeplan.accounts.helpers.model import EndedBy
from homeplan.accounts.helpers.store import withdraw_helper_link
from homeplan.accounts.model import NewSignIn, OwnersOnly, StaffMember
from homeplan.accounts.rules import LIFETIMES, may_change
from homeplan.actor import Role, Stage
from homeplan.audit import append
from homeplan.context import Context
from homeplan.errors import NotFound, NotSignedIn, SentBefore
from homeplan.ids import new_id

TOKEN_BYTES = 32
STAGE_LIVES = {Stage.CODE: CODE_STAGE_LIFE, Stage.SET_UP: SET_UP_LIFE}


def new_device_token() -> str:
    """The secret by which a staff device is recognized."""
    return secrets.token_urlsafe(TOKEN_BYTES)


async def sign_in_patient(ctx: Context, patient_id: str, sign_in_id: str, *, label: str) -> NewSignIn:
    """Sign a phone in under the id that it made. Its token is always new; a token that the phone sent is not used.

    A repetition gives the sign-in another token, and the one that nobody saw stops working. Raises SentBefore when
    another sign-in has this id, or when this one has ended.
    """
    new = new_sign_in(ctx, sign_in_id, until=ctx.now + LIFETIMES[Role.PATIENT].absolute)
    stored = (
        await store.renew_sign_in(ctx, patient_id, new)
        if ctx.repeated
        else await store.insert_sign_in(ctx, Role.PATIENT, new, label=label, patient_id=patient_id)
    )
    if not stored:
        raise SentBefore(field="id")
    return new


async def sign_in_staff(
    ctx: Context, member: StaffMember, *, label: str, device_token: str, stage: Stage = Stage.FULL, ends: str = ""
) -> NewSignIn:
    """Sign a browser of a member of staff in, as far as `stage`; `ends` is the cookie of its former sign-in."""
    await store.end_sign_in_of_token(ctx, ends)
    life = STAGE_LIVES.get(stage, LIFETIMES[member.role].absolute)
    new = new_sign_in(ctx, new_id(ctx.now), until=ctx.now + life)
    await store.insert_sign_in(
        ctx, member.role, new, label=label, staff_id=member.id, device_token=device_token, stage=stage
    )
    return new


async def complete_sign_in(ctx: Context) -> NewSignIn:
    """Make the actor's sign-in a full one, after the second factor. Raises NotSignedIn when it ended meanwhile."""
    new = new_sign_in(ctx, ctx.actor.sign_in_id, until=ctx.now + LIFETIMES[ctx.actor.role].absolute)
    if not await store.prove_sign_in(ctx, new, from_stage=ctx.actor.stage):
        raise NotSignedIn
    return new


async def confirm_sign_in(ctx: Context) -> NewSignIn:
    """Note that the actor proved again who they are: another token, and the same absolute end. Raises NotSignedIn."""
    new = new_sign_in(ctx, ctx.actor.sign_in_id, until=ctx.actor.sign_in_expires_at or ctx.now)
    if not await store.prove_sign_in(ctx, new, from_stage=Stage.FULL):
        raise NotSignedIn
    return new


async def end_sign_in(ctx: Context, sign_in_id: str) -> None:
    """Sign one of the actor's own browsers out. Raises NotFound when it is not theirs or is signed out already."""
    if not await store.end_sign_in(ctx, sign_in_id):
        raise NotFound
    if ctx.actor.role is Role.PATIENT:
        await store.void_links_from(ctx, ctx.actor.id, sign_in_id)


async def end_other_phone(ctx: Context, patient_id: str, sign_in_id: str) -> None:
    """Sign the phone out that showed the link by which the patient's new phone joins; it may be signed out already."""
    if await store.end_sign_in_of_phone(ctx, patient_id, sign_in_id):
        await append(ctx, "sign-in.end", object_id=sign_in_id, patient_id=patient_id)


async def sign_out_patient(ctx: Context, patient_id: str) -> None:
    """Sign all phones of the patient out, for example after one was lost. Open invitations, and a helper's unused
    link, stop working too; a helper who has joined stays."""
    await store.end_sign_ins_of_patient(ctx, patient_id)
    await store.void_invitations(ctx, patient_id)
    await withdraw_helper_link(ctx, patient_id, EndedBy.PATIENT if ctx.actor.role is Role.PATIENT else EndedBy.STAFF)


async def sign_out_staff(ctx: Context, staff_id: str) -> None:
    """Sign a colleague out everywhere. Raises NotFound for unknown staff, and OwnersOnly when an administrator would
    sign out an owner.
    """
    if not may_change(ctx.actor, (await store.find_staff(ctx, staff_id)).role):
        raise OwnersOnly
    await store.end_sign_ins_of_staff(ctx, staff_id)


def new_sign_in(ctx: Context, sign_in_id: str, *, until: datetime) -> NewSignIn:
    """A sign-in under that id with a new secret."""
    return NewSignIn(id=sign_in_id, token=secrets.token_urlsafe(TOKEN_BYTES), expires_at=max(until, ctx.now))
