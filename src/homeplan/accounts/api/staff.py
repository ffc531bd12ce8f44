"""The signed-in member of staff: signing in and out, the password, other sessions."""

import logging
from datetime import datetime
from typing import Annotated, Any

from litestar import Request, Response, delete, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from homeplan.accounts.api.cookies import device_cookie, no_cookie, staff_cookie
from homeplan.accounts.audit import record
from homeplan.accounts.guard import DEVICE_COOKIE, STAFF_COOKIE, client_ip, visitor_scope
from homeplan.accounts.model import Clinic, Email, Role, Scope, SessionSummary, SignInRefused, StaffMember
from homeplan.accounts.passwords import check_password, hash_in_pool, verify_in_pool
from homeplan.accounts.rules import clean_email, device_label, network
from homeplan.accounts.store import (
    device_owners,
    find_clinic,
    find_credentials,
    find_staff,
    list_sessions,
    new_device_token,
    revoke_session,
    revoke_sessions_of_staff,
    set_password_hash,
    start_staff_session,
)
from homeplan.accounts.store.sessions import NewSession
from homeplan.accounts.store.staff import Credentials
from homeplan.accounts.throttle import Throttle, provide_throttle
from homeplan.clock import Clock
from homeplan.db import Database, Tx
from homeplan.http.access import Access
from homeplan.values import Id, Name, Value

log = logging.getLogger(__name__)

Typed = Annotated[str, Meta(max_length=512)]
"""What was typed where a password or an email is asked for; whether it fits is not the decoder's to say."""

_throttled = {"throttle": Provide(provide_throttle, sync_to_thread=False)}


class SignIn(Value, frozen=True):
    """What a member of staff signs in with."""

    email: Typed
    password: Typed


class StaffMe(Value, frozen=True):
    """The signed-in member of staff and their clinic."""

    id: Id
    name: Name
    email: Email
    role: Role
    clinic: Clinic


@post(
    "/api/staff/session",
    access=Access.PUBLIC,
    operation_id="signIn",
    status_code=201,
    audit="staff.sign-in",
    dependencies=_throttled,
)
async def sign_in(
    request: Request[Any, Any, Any],
    data: JSONBody[SignIn],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
    throttle: NamedDependency[Throttle],
) -> Response[StaffMe]:
    """Sign in. An unknown email, a wrong password and a disabled account get one answer, after the same work."""
    now = clock.now()
    device = request.cookies.get(DEVICE_COOKIE, "")
    credentials, owners = await db.read(lambda tx: _look_up(tx, data.email, device))
    known = credentials is not None and credentials.member.id in owners
    throttle.check_sign_in(now, ip=client_ip(request), email=clean_email(data.email), device=device if known else None)
    async with throttle.turn(known=known):
        fits = await verify_in_pool(data.password, None if credentials is None else credentials.password_hash)
    if credentials is None or not fits:
        if not known:
            throttle.note_failure(now, clean_email(data.email))
        log.warning("sign-in refused from %s", network(client_ip(request)))
        raise SignInRefused
    # The password alone was proved. Whatever else must be proved is asked for here: no session exists before.
    device = device if owners else new_device_token()
    session, me = await db.write(lambda tx: _open(tx, now, request, credentials, device))
    throttle.forget_failures(clean_email(data.email))
    return Response(me, status_code=201, cookies=[staff_cookie(session.token, me.role), device_cookie(device)])


async def _look_up(tx: Tx, email: str, device: str) -> tuple[Credentials | None, set[str]]:
    credentials = await find_credentials(tx, email)
    return credentials, await device_owners(tx, credentials.clinic_id if credentials else "", device)


async def _open(
    tx: Tx, now: datetime, request: Request[Any, Any, Any], proved: Credentials, device: str
) -> tuple[NewSession, StaffMe]:
    credentials = await find_credentials(tx, proved.member.email)
    if credentials != proved:  # disabled, or given another password, while this one was checked
        raise SignInRefused
    member, clinic_id = proved.member, proved.clinic_id
    session = await start_staff_session(
        tx,
        now,
        clinic_id=clinic_id,
        staff_id=member.id,
        role=member.role,
        label=device_label(request.headers.get("user-agent", "")),
        device_token=device,
    )
    me = await _read_me(tx, clinic_id, member.id)
    scope = visitor_scope(request, clinic_id=clinic_id, actor_id=member.id, role=member.role)
    await record(tx, scope, now, action="staff.sign-in", object_id=session.id)
    return session, me


async def _read_me(tx: Tx, clinic_id: str, staff_id: str) -> StaffMe:
    member: StaffMember = await find_staff(tx, clinic_id, staff_id)
    return StaffMe(
        id=member.id,
        name=member.name,
        email=member.email,
        role=member.role,
        clinic=await find_clinic(tx, clinic_id),
    )


@delete("/api/staff/session", access=Access.STAFF, operation_id="signOut", status_code=204, audit="session.end")
async def sign_out(
    who: NamedDependency[Scope], db: NamedDependency[Database], clock: NamedDependency[Clock]
) -> Response[None]:
    """Sign out here. The device stays known, so that strangers' failures do not slow the next sign-in."""
    await _end(db, clock.now(), who, who.session_id)
    return Response(None, status_code=204, cookies=[no_cookie(STAFF_COOKIE)])


@get("/api/staff/me", access=Access.STAFF, operation_id="readStaffMe")
async def get_me(who: NamedDependency[Scope], db: NamedDependency[Database]) -> StaffMe:
    """Who is signed in at this desk."""
    return await db.read(lambda tx: _read_me(tx, who.clinic_id, who.actor_id))


@get("/api/staff/sessions", access=Access.STAFF, operation_id="listStaffSessions")
async def get_sessions(
    who: NamedDependency[Scope], db: NamedDependency[Database], clock: NamedDependency[Clock]
) -> list[SessionSummary]:
    """Where I am signed in."""
    now = clock.now()
    return await db.read(lambda tx: list_sessions(tx, now, who))


@delete(
    "/api/staff/sessions/{session_id:str}",
    access=Access.STAFF,
    operation_id="endStaffSession",
    status_code=204,
    audit="session.end",
)
async def end_session(
    session_id: FromPath[Id],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> None:
    """Sign me out somewhere else."""
    await _end(db, clock.now(), who, session_id)


class PasswordChange(Value, frozen=True):
    """The password in use and the one to use from now on."""

    current_password: Typed
    new_password: Typed


@put(
    "/api/staff/password",
    access=Access.STAFF,
    operation_id="changePassword",
    audit="staff.password",
    dependencies=_throttled,
)
async def put_password(
    request: Request[Any, Any, Any],
    data: JSONBody[PasswordChange],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
    throttle: NamedDependency[Throttle],
) -> Response[StaffMe]:
    """Change my password. All my sessions end; this device gets a new one."""
    now = clock.now()
    device = request.cookies.get(DEVICE_COOKIE, "")

    async def look(tx: Tx) -> tuple[StaffMe, Credentials | None, set[str]]:
        me = await _read_me(tx, who.clinic_id, who.actor_id)
        return me, *await _look_up(tx, me.email, device)

    me, credentials, owners = await db.read(look)
    throttle.check_sign_in(now, ip=who.ip, email=me.email, device=who.session_id)
    if credentials is None or not await verify_in_pool(data.current_password, credentials.password_hash):
        raise SignInRefused(field="currentPassword")
    check_password(data.new_password, me.email, field="newPassword")
    password_hash = await hash_in_pool(data.new_password)
    device = device if owners else new_device_token()

    async def work(tx: Tx) -> NewSession:
        await set_password_hash(tx, who.clinic_id, me.id, password_hash)
        await revoke_sessions_of_staff(tx, now, clinic_id=who.clinic_id, staff_id=me.id)
        session = await start_staff_session(
            tx,
            now,
            clinic_id=who.clinic_id,
            staff_id=me.id,
            role=me.role,
            label=device_label(request.headers.get("user-agent", "")),
            device_token=device,
        )
        await record(tx, who, now, action="staff.password", object_id=me.id)
        return session

    session = await db.write(work)
    return Response(me, cookies=[staff_cookie(session.token, me.role), device_cookie(device)])


async def _end(db: Database, now: datetime, scope: Scope, session_id: str) -> None:
    async def work(tx: Tx) -> None:
        await revoke_session(tx, now, scope, session_id)
        await record(tx, scope, now, action="session.end", object_id=session_id)

    await db.write(work)


routes = [sign_in, sign_out, get_me, get_sessions, end_session, put_password]
