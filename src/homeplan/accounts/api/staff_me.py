"""The signed-in member of staff, as every route that signs in answers."""

from datetime import timedelta

from homeplan.accounts import store
from homeplan.accounts.model import Clinic, Email
from homeplan.accounts.rules import LIFETIMES
from homeplan.actor import Role
from homeplan.context import Context
from homeplan.values import Id, Instant, Name, Value


class StaffMe(Value, frozen=True):
    """The signed-in member of staff and their clinic."""

    id: Id
    name: Name
    email: Email
    role: Role
    clinic: Clinic
    without_second_factor: bool
    """Whether the clinic lets a password alone sign in; so it is in the demo clinic only, and every page says so."""
    factors_reset_at: Instant | None
    """The time at which an administrator or the operator removed my second factors, until I have read it."""
    confirmed_at: Instant
    """The time at which I last proved who I am; guarded routes are open for five minutes from then on."""
    idle_minutes: int
    """Minutes without a request after which my sign-in ends."""


async def staff_me(ctx: Context) -> StaffMe:
    """The member of staff who acts, in a full sign-in."""
    member = await store.find_staff(ctx, ctx.actor.id)
    return StaffMe(
        id=member.id,
        name=member.name,
        email=member.email,
        role=member.role,
        clinic=await store.find_clinic(ctx),
        without_second_factor=await store.is_password_alone(ctx),
        factors_reset_at=await store.factors_reset_at(ctx),
        confirmed_at=ctx.actor.confirmed_at or ctx.now,
        idle_minutes=LIFETIMES[member.role].idle // timedelta(minutes=1),
    )
