"""The clinic's own details, and who works there."""

from typing import Literal

from msgspec import UNSET, UnsetType, structs

from homeplan.accounts import store
from homeplan.accounts.api.staff import Typed
from homeplan.accounts.model import Clinic, Email, EmergencyNumber, Phone, StaffMember
from homeplan.accounts.passwords import check_password, hash_in_pool
from homeplan.actor import Role
from homeplan.context import Context
from homeplan.http.routes import admin, staff
from homeplan.values import Id, Name, Value

StaffRole = Literal["therapist", "admin"]


@staff.get("clinic")
async def read_clinic(ctx: Context) -> Clinic:
    """My clinic."""
    return await store.find_clinic(ctx)


class ClinicChanges(Value, frozen=True):
    """What an administrator decides for the clinic."""

    name: Name | UnsetType = UNSET
    phone: Phone | UnsetType = UNSET
    emergency_number: EmergencyNumber | UnsetType = UNSET
    drafts_allowed: bool | UnsetType = UNSET


@admin.patch("clinic", audit="clinic.save")
async def change_clinic(ctx: Context, data: ClinicChanges) -> Clinic:
    """Change the clinic's details."""
    clinic = structs.replace(await store.find_clinic(ctx), **_set(data))
    await store.save_clinic(ctx, clinic)
    ctx.object_id = clinic.id
    return clinic


@admin.get("staff/members")
async def list_staff(ctx: Context) -> list[StaffMember]:
    """Everybody who works or worked here."""
    return await store.list_staff(ctx)


class NewMember(Value, frozen=True):
    """A colleague, with the password that the administrator hands them; they change it themselves."""

    name: Name
    email: Email
    role: StaffRole
    password: Typed


async def _hashed(data: "NewMember | MemberChanges") -> str | None:
    """The hash of the password, made before the transaction: it takes 30 ms of a processor."""
    return None if data.password is UNSET else await hash_in_pool(data.password)


@admin.post("staff/members", audit="staff.add", before=_hashed)
async def add_staff(ctx: Context, data: NewMember, prepared: str) -> StaffMember:
    """Let a colleague sign in."""
    check_password(data.password, data.email)
    member = await store.add_staff(ctx, name=data.name, email=data.email, role=Role(data.role), password_hash=prepared)
    ctx.object_id = member.id
    return member


class MemberChanges(Value, frozen=True):
    """What an administrator changes about a colleague."""

    name: Name | UnsetType = UNSET
    role: StaffRole | UnsetType = UNSET
    disabled: bool | UnsetType = UNSET
    password: Typed | UnsetType = UNSET


@admin.patch("staff/members/{staff_id}", audit="staff.save", before=_hashed)
async def change_staff(ctx: Context, staff_id: Id, data: MemberChanges, prepared: str | None) -> StaffMember:
    """Change a colleague's name, role, access or password; all but the name sign them out everywhere."""
    before = await store.find_staff(ctx, staff_id)
    if data.password is not UNSET:
        check_password(data.password, before.email)
    after = structs.replace(
        before,
        name=before.name if data.name is UNSET else data.name,
        role=before.role if data.role is UNSET else Role(data.role),
        disabled_at=before.disabled_at
        if data.disabled is UNSET
        else ((before.disabled_at or ctx.now) if data.disabled else None),
    )
    await store.save_staff(ctx, after)
    if prepared is not None:
        await store.set_password_hash(ctx, staff_id, prepared)
    if prepared is not None or (before.role, before.disabled_at) != (after.role, after.disabled_at):
        await store.revoke_sessions_of_staff(ctx, staff_id=staff_id)
    return after


def _set(changes: Value) -> dict[str, object]:
    return {name: value for name, value in structs.asdict(changes).items() if value is not UNSET}


routes = [read_clinic, change_clinic, list_staff, add_staff, change_staff]
