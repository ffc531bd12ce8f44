"""The signed-in member of staff: signing in and out, the password, other sessions."""

import logging
from typing import Annotated

from msgspec import Meta

from homeplan.accounts import store
from homeplan.accounts.admission import DEVICE_COOKIE, STAFF_COOKIE, client_ip
from homeplan.accounts.api.cookies import device_cookie, no_cookie, staff_cookie
from homeplan.accounts.model import Clinic, Email, SessionSummary, SignInRefused, StaffMember
from homeplan.accounts.passwords import check_password, hash_in_pool, verify_in_pool
from homeplan.accounts.rules import clean_email, device_label
from homeplan.accounts.store.sessions import NewSession
from homeplan.accounts.store.staff import Credentials
from homeplan.actor import Actor, Role
from homeplan.context import Context
from homeplan.http.answers import Answer
from homeplan.http.routes import public, staff
from homeplan.http.seam import Exchange
from homeplan.throttle import network
from homeplan.values import Id, Name, Value

log = logging.getLogger(__name__)

Typed = Annotated[str, Meta(max_length=512)]
"""What was typed where a password or an email is asked for; whether it fits is not the decoder's to say."""


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


@public.post("staff/session", audit="staff.sign-in", own=True)
async def sign_in(exchange: Exchange, data: SignIn) -> Answer[StaffMe]:
    """Sign in. An unknown email, a wrong password and a disabled account get one answer, after the same work."""
    now, throttle, email = exchange.now, exchange.throttle, clean_email(data.email)
    ip = client_ip(exchange.request)
    device = exchange.request.cookies.get(DEVICE_COOKIE, "")
    credentials, owners = await exchange.read(lambda ctx: _look_up(ctx, data.email, device))
    known = credentials is not None and credentials.member.id in owners
    throttle.check_sign_in(now, ip=ip, email=email, device=device if known else None)
    async with throttle.turn(known=known):
        fits = await verify_in_pool(data.password, None if credentials is None else credentials.password_hash)
    if credentials is None or not fits:
        if not known:
            throttle.note_failure(now, email)
        log.warning("sign-in refused from %s", network(ip))
        raise SignInRefused
    # The password alone was proved. Whatever else must be proved is asked for here: no session exists before.
    device = device if owners else store.new_device_token()
    label = device_label(exchange.request.headers.get("user-agent", ""))
    session, me = await exchange.write(lambda ctx: _open(ctx, credentials, label, device))
    throttle.forget_failures(email)
    return Answer(me, cookies=[staff_cookie(session.token, me.role), device_cookie(device)])


async def _look_up(ctx: Context, email: str, device: str) -> tuple[Credentials | None, set[str]]:
    credentials = await store.find_credentials(ctx, email)
    return credentials, await store.device_owners(ctx.of_clinic(credentials.clinic_id if credentials else ""), device)


async def _open(ctx: Context, proved: Credentials, label: str, device: str) -> tuple[NewSession, StaffMe]:
    if await store.find_credentials(ctx, proved.member.email) != proved:
        raise SignInRefused  # disabled, or given another password, while this one was checked
    member = proved.member
    ctx.act_as(proved.clinic_id, member.id, member.role)
    session = await store.start_staff_session(
        ctx, staff_id=member.id, role=member.role, label=label, device_token=device
    )
    ctx.object_id = session.id
    return session, await _read_me(ctx, member.id)


async def _read_me(ctx: Context, staff_id: str) -> StaffMe:
    member: StaffMember = await store.find_staff(ctx, staff_id)
    return StaffMe(
        id=member.id,
        name=member.name,
        email=member.email,
        role=member.role,
        clinic=await store.find_clinic(ctx),
    )


@staff.delete("staff/session", audit="session.end")
async def sign_out(ctx: Context) -> Answer[None]:
    """Sign out here. The device stays known, so that strangers' failures do not slow the next sign-in."""
    ctx.object_id = ctx.actor.session_id
    await store.revoke_session(ctx, ctx.actor.session_id)
    return Answer(None, cookies=[no_cookie(STAFF_COOKIE)])


@staff.get("staff/me")
async def read_staff_me(ctx: Context) -> StaffMe:
    """Who is signed in at this desk."""
    return await _read_me(ctx, ctx.actor.id)


@staff.get("staff/sessions")
async def list_staff_sessions(ctx: Context) -> list[SessionSummary]:
    """Where I am signed in."""
    return await store.list_sessions(ctx)


@staff.delete("staff/sessions/{session_id}", audit="session.end")
async def end_staff_session(ctx: Context, session_id: Id) -> None:
    """Sign me out somewhere else."""
    await store.revoke_session(ctx, session_id)


class PasswordChange(Value, frozen=True):
    """The password in use and the one to use from now on."""

    current_password: Typed
    new_password: Typed


@staff.put("staff/password", audit="staff.password", own=True)
async def change_password(exchange: Exchange, data: PasswordChange) -> Answer[StaffMe]:
    """Change my password. All my sessions end; this device gets a new one."""
    device = exchange.request.cookies.get(DEVICE_COOKIE, "")

    async def look(ctx: Context) -> tuple[Actor, StaffMe, Credentials | None, set[str]]:
        me = await _read_me(ctx, ctx.actor.id)
        return ctx.actor, me, *await _look_up(ctx, me.email, device)

    actor, me, credentials, owners = await exchange.read(look)
    exchange.throttle.check_sign_in(exchange.now, ip=actor.ip, email=me.email, device=actor.session_id)
    if credentials is None or not await verify_in_pool(data.current_password, credentials.password_hash):
        raise SignInRefused(field="currentPassword")
    check_password(data.new_password, me.email, field="newPassword")
    password_hash = await hash_in_pool(data.new_password)
    device = device if owners else store.new_device_token()
    label = device_label(exchange.request.headers.get("user-agent", ""))

    async def change(ctx: Context) -> NewSession:
        await store.set_password_hash(ctx, me.id, password_hash)
        await store.revoke_sessions_of_staff(ctx, staff_id=me.id)
        ctx.object_id = me.id
        return await store.start_staff_session(ctx, staff_id=me.id, role=me.role, label=label, device_token=device)

    session = await exchange.write(change)
    return Answer(me, cookies=[staff_cookie(session.token, me.role), device_cookie(device)])


routes = [sign_in, sign_out, read_staff_me, list_staff_sessions, end_staff_session, change_password]
