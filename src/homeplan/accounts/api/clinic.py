"""The clinic's details and its staff."""

from homeplan.accounts import actions, store
from homeplan.accounts.model import Clinic, ClinicChanges, MemberChanges, SignInOfStaff, SignInSummary, StaffMember
from homeplan.context import Context
from homeplan.http.routes import admin, staff
from homeplan.values import Id


@staff.get("clinic", desk=True)
async def read_clinic(ctx: Context) -> Clinic:
    """My clinic."""
    return await store.find_clinic(ctx)


@admin.patch("clinic", audit="clinic.save", confirmed=True)
async def change_clinic(ctx: Context, data: ClinicChanges) -> Clinic:
    """Change the clinic's details."""
    clinic = await actions.change_clinic(ctx, data)
    ctx.object_id = clinic.id
    return clinic


@admin.get("staff/members")
async def list_staff(ctx: Context) -> list[StaffMember]:
    """Everybody who works or worked here."""
    return await store.list_staff(ctx)


@admin.patch("staff/members/{staff_id}", audit="staff.save", exclusive=True, confirmed=True)
async def change_staff(ctx: Context, staff_id: Id, data: MemberChanges) -> StaffMember:
    """Change a colleague's name, role or access; all but the name sign them out everywhere."""
    return await actions.change_staff(ctx, staff_id, data)


@admin.get("staff/sign-ins-of-clinic")
async def list_sign_ins_of_clinic(ctx: Context) -> list[SignInOfStaff]:
    """The devices on which my colleagues and I are signed in, the last used first; at most 500."""
    return await store.list_sign_ins_of_clinic(ctx)


@admin.get("staff/members/{staff_id}/sign-ins")
async def list_sign_ins_of_staff(ctx: Context, staff_id: Id) -> list[SignInSummary]:
    """The devices on which a colleague is signed in."""
    await store.find_staff(ctx, staff_id)
    return await store.list_sign_ins(ctx, staff_id)


@admin.delete("staff/members/{staff_id}/sign-ins", audit="staff.sign-out", exclusive=True, confirmed=True)
async def sign_out_staff(ctx: Context, staff_id: Id) -> None:
    """Sign a colleague out everywhere."""
    await actions.sign_out_staff(ctx, staff_id)


routes = [
    read_clinic,
    change_clinic,
    list_staff,
    change_staff,
    list_sign_ins_of_clinic,
    list_sign_ins_of_staff,
    sign_out_staff,
]
