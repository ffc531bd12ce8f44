"""The signed-in member of staff: signing out, the password, and where they are signed in."""

import secrets

from homeplan.accounts import actions, store
from homeplan.accounts.admission import DEVICE_COOKIE, STAFF_COOKIE
from homeplan.accounts.api.cookies import device_cookie, no_cookie, staff_cookie
from homeplan.accounts.api.sign_in import find_credentials
from homeplan.accounts.api.staff_me import StaffMe, staff_me
from homeplan.accounts.factors.actions import ways_of
from homeplan.accounts.guessing import Guesser, one_guess
from homeplan.accounts.model import Credentials, NewSignIn, SignInRefused, SignInSummary, TypedSecret
from homeplan.accounts.notices import tell_of_sign_in
from homeplan.accounts.passwords import check_in_pool, hash_in_pool, verify_in_pool
from homeplan.accounts.rules import device_label
from homeplan.actor import Actor
from homeplan.context import Context
from homeplan.forwarded import network_of
from homeplan.http.answers import Answer
from homeplan.http.exchange import Exchange
from homeplan.http.routes import staff
from homeplan.values import Id, Value


@staff.delete("staff/sign-in", audit="sign-in.end", exclusive=True, desk=True)
async def sign_out(ctx: Context) -> Answer[None]:
    """Sign out here. The device stays recognized, so that failures of strangers do not delay the next sign-in."""
    ctx.object_id = ctx.actor.sign_in_id
    await actions.end_sign_in(ctx, ctx.actor.sign_in_id)
    return Answer(None, cookies=[no_cookie(STAFF_COOKIE)])


@staff.get("staff/me", desk=True)
async def read_staff_me(ctx: Context) -> StaffMe:
    """The member of staff who is signed in on this device."""
    return await staff_me(ctx)


class DraftKey(Value, frozen=True):
    """The key with which my browsers encrypt what I typed and did not save."""

    key: str
    """256 bits, base64url. Of no use without the browser that holds the drafts."""


@staff.get("staff/draft-key", writes=True, desk=True)
async def read_draft_key(ctx: Context) -> DraftKey:
    """My key for unsaved forms, made at the first read: only my signed-in browsers can read what I left there."""
    return DraftKey(key=await store.keep_draft_key(ctx, ctx.actor.id, secrets.token_urlsafe(32)))


@staff.get("staff/sign-ins", desk=True)
async def list_staff_sign_ins(ctx: Context) -> list[SignInSummary]:
    """The devices on which I am signed in."""
    return await store.list_sign_ins(ctx)


@staff.delete("staff/sign-ins/{sign_in_id}", audit="sign-in.end", exclusive=True, desk=True)
async def end_staff_sign_in(ctx: Context, sign_in_id: Id) -> None:
    """Sign me out on another device."""
    await actions.end_sign_in(ctx, sign_in_id)


class PasswordChange(Value, frozen=True):
    """The present password and the new one."""

    current_password: TypedSecret
    new_password: TypedSecret


@staff.put("staff/password", audit="staff.password", own=True, exclusive=True, confirmed=True, desk=True)
async def change_password(exchange: Exchange, data: PasswordChange) -> Answer[StaffMe]:
    """Change my password. I am signed out everywhere and signed in again on this device."""
    device = exchange.request.cookies.get(DEVICE_COOKIE, "")

    async def load(ctx: Context) -> tuple[Actor, StaffMe, Credentials | None, set[str], bool]:
        me = await staff_me(ctx)
        has_factor = bool(await ways_of(ctx, ctx.actor.id))
        return ctx.actor, me, *await find_credentials(ctx, me.email, device), has_factor

    actor, me, credentials, owners, has_factor = await exchange.read(load)
    guesser = Guesser(email=me.email, network=network_of(actor.ip), device=actor.sign_in_id)
    async with one_guess(exchange, guesser) as guess:
        if credentials is None or not await verify_in_pool(data.current_password, credentials.password_hash):
            raise await guess.failed(SignInRefused(field="currentPassword"))
    own_words = (me.email, me.name, me.clinic.name)
    await check_in_pool(
        data.new_password,
        own_words,
        second_factor=has_factor,
        field="newPassword",
        breached=exchange.settings.breached_passwords,
    )
    password_hash = await hash_in_pool(data.new_password)
    device = device if owners else actions.new_device_token()
    label = device_label(exchange.request.headers.get("user-agent", ""))

    async def change(ctx: Context) -> NewSignIn:
        ctx.object_id = me.id
        await tell_of_sign_in(ctx, me.id, "sign-in-changed")
        return await actions.change_password(ctx, credentials.member, password_hash, label=label, device_token=device)

    new = await exchange.write(change)
    return Answer(me, cookies=[staff_cookie(new.token, me.role), device_cookie(device)])


routes = [sign_out, read_staff_me, read_draft_key, list_staff_sign_ins, end_staff_sign_in, change_password]
