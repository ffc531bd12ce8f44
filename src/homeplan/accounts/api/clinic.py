"""The clinic's own details, and who works there."""

from typing import Literal

from litestar import get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, UnsetType, structs

from homeplan.accounts.api.staff import Typed
from homeplan.accounts.audit import record
from homeplan.accounts.model import Clinic, Email, EmergencyNumber, Phone, Role, Scope, StaffMember
from homeplan.accounts.passwords import check_password, hash_in_pool
from homeplan.accounts.store import (
    add_staff,
    find_clinic,
    find_staff,
    list_staff,
    revoke_sessions_of_staff,
    save_clinic,
    save_staff,
    set_password_hash,
)
from homeplan.clock import Clock
from homeplan.db import Database, Tx
from homeplan.http.access import Access
from homeplan.values import Id, Name, Value

StaffRole = Literal["therapist", "admin"]


@get("/api/clinic", access=Access.STAFF, operation_id="readClinic")
async def get_clinic(who: NamedDependency[Scope], db: NamedDependency[Database]) -> Clinic:
    """My clinic."""
    return await db.read(lambda tx: find_clinic(tx, who.clinic_id))


class ClinicChanges(Value, frozen=True):
    """What an administrator decides for the clinic."""

    name: Name | UnsetType = UNSET
    phone: Phone | UnsetType = UNSET
    emergency_number: EmergencyNumber | UnsetType = UNSET
    drafts_allowed: bool | UnsetType = UNSET


@patch("/api/clinic", access=Access.ADMIN, operation_id="changeClinic", audit="clinic.save")
async def patch_clinic(
    data: JSONBody[ClinicChanges],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> Clinic:
    """Change the clinic's details."""
    now = clock.now()

    async def work(tx: Tx) -> Clinic:
        clinic = structs.replace(await find_clinic(tx, who.clinic_id), **_set(data))
        await save_clinic(tx, now, clinic)
        await record(tx, who, now, action="clinic.save", object_id=clinic.id)
        return clinic

    return await db.write(work)


@get("/api/staff/members", access=Access.ADMIN, operation_id="listStaff")
async def get_members(who: NamedDependency[Scope], db: NamedDependency[Database]) -> list[StaffMember]:
    """Everybody who works or worked here."""
    return await db.read(lambda tx: list_staff(tx, who.clinic_id))


class NewMember(Value, frozen=True):
    """A colleague, with the password that the administrator hands them; they change it themselves."""

    name: Name
    email: Email
    role: StaffRole
    password: Typed


@post("/api/staff/members", access=Access.ADMIN, operation_id="addStaff", status_code=201, audit="staff.add")
async def post_member(
    data: JSONBody[NewMember],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> StaffMember:
    """Let a colleague sign in."""
    now = clock.now()
    check_password(data.password, data.email)
    password_hash = await hash_in_pool(data.password)

    async def work(tx: Tx) -> StaffMember:
        member = await add_staff(
            tx,
            now,
            clinic_id=who.clinic_id,
            name=data.name,
            email=data.email,
            role=Role(data.role),
            password_hash=password_hash,
        )
        await record(tx, who, now, action="staff.add", object_id=member.id)
        return member

    return await db.write(work)


class MemberChanges(Value, frozen=True):
    """What an administrator changes about a colleague."""

    name: Name | UnsetType = UNSET
    role: StaffRole | UnsetType = UNSET
    disabled: bool | UnsetType = UNSET
    password: Typed | UnsetType = UNSET


@patch("/api/staff/members/{staff_id:str}", access=Access.ADMIN, operation_id="changeStaff", audit="staff.save")
async def patch_member(
    staff_id: FromPath[Id],
    data: JSONBody[MemberChanges],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> StaffMember:
    """Change a colleague's name, role, access or password; all but the name sign them out everywhere."""
    now = clock.now()
    password_hash = None
    if data.password is not UNSET:
        known = await db.read(lambda tx: find_staff(tx, who.clinic_id, staff_id))
        check_password(data.password, known.email)
        password_hash = await hash_in_pool(data.password)

    async def work(tx: Tx) -> StaffMember:
        before = await find_staff(tx, who.clinic_id, staff_id)
        after = structs.replace(
            before,
            name=before.name if data.name is UNSET else data.name,
            role=before.role if data.role is UNSET else Role(data.role),
            disabled_at=before.disabled_at
            if data.disabled is UNSET
            else ((before.disabled_at or now) if data.disabled else None),
        )
        await save_staff(tx, who.clinic_id, after)
        if password_hash is not None:
            await set_password_hash(tx, who.clinic_id, staff_id, password_hash)
        if password_hash is not None or (before.role, before.disabled_at) != (after.role, after.disabled_at):
            await revoke_sessions_of_staff(tx, now, clinic_id=who.clinic_id, staff_id=staff_id)
        await record(tx, who, now, action="staff.save", object_id=staff_id)
        return after

    return await db.write(work)


def _set(changes: Value) -> dict[str, object]:
    return {name: value for name, value in structs.asdict(changes).items() if value is not UNSET}


routes = [get_clinic, patch_clinic, get_members, post_member, patch_member]
