"""The clinic's details and its staff."""

from functools import partial

from msgspec import UNSET

from homeplan.accounts import actions, store
from homeplan.accounts.model import (
    Clinic,
    ClinicChanges,
    Email,
    MemberChanges,
    StaffMember,
    StaffRole,
    TypedSecret,
)
from homeplan.accounts.passwords import check_password, hash_in_pool, verify_in_pool
from homeplan.actor import Role
from homeplan.context import Context
from homeplan.errors import SentBefore
from homeplan.http.routes import admin, staff
from homeplan.http.seam import Exchange
from homeplan.values import Id, Name, Value


@staff.get("clinic")
async def read_clinic(ctx: Context) -> Clinic:
    """My clinic."""
    return await store.find_clinic(ctx)


@admin.patch("clinic", audit="clinic.save")
async def change_clinic(ctx: Context, data: ClinicChanges) -> Clinic:
    """Change the clinic's details."""
    clinic = await actions.change_clinic(ctx, data)
    ctx.object_id = clinic.id
    return clinic


@admin.get("staff/members")
async def list_staff(ctx: Context) -> list[StaffMember]:
    """Everybody who works or worked here."""
    return await store.list_staff(ctx)


class NewMember(Value, frozen=True):
    """A colleague, with the password that the administrator hands them; they change it themselves."""

    id: Id
    """Made by the form."""
    name: Name
    email: Email
    role: StaffRole
    password: TypedSecret


@admin.post("staff/members", audit="staff.add", own=True)
async def add_staff(exchange: Exchange, data: NewMember) -> StaffMember:
    """Let a colleague sign in. Sent again it stays one colleague."""
    check_password(data.password, data.email)
    while True:
        stored = await exchange.read(lambda ctx: store.find_password_hash(ctx, data.id))
        # Between the transactions, because a password takes 30 ms of a processor.
        is_same = stored is not None and await verify_in_pool(data.password, stored)
        password_hash = stored if stored is not None and is_same else await hash_in_pool(data.password)
        try:
            return await exchange.write(partial(_add_staff, data=data, password_hash=password_hash))
        except SentBefore:
            if stored is not None:
                raise
            # The same form came twice at once: now there is a hash to compare the password with.


async def _add_staff(ctx: Context, *, data: NewMember, password_hash: str) -> StaffMember:
    ctx.object_id = data.id
    return await actions.add_staff(
        ctx, member_id=data.id, name=data.name, email=data.email, role=Role(data.role), password_hash=password_hash
    )


async def _hash_new_password(data: MemberChanges) -> str | None:
    return None if data.password is UNSET else await hash_in_pool(data.password)


@admin.patch("staff/members/{staff_id}", audit="staff.save", before=_hash_new_password, exclusive=True)
async def change_staff(ctx: Context, staff_id: Id, data: MemberChanges, prepared: str | None) -> StaffMember:
    """Change a colleague's name, role, access or password; all but the name sign them out everywhere."""
    return await actions.change_staff(ctx, staff_id, data, prepared)


routes = [read_clinic, change_clinic, list_staff, add_staff, change_staff]
