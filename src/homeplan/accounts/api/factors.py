"""A member of staff sets up, lists and removes their second factors, and confirms who they are."""

import asyncio
from typing import TypeVar

from homeplan.accounts import actions, store
from homeplan.accounts.api.cookies import staff_cookie
from homeplan.accounts.api.sign_in import CodeEntry, PasskeyOptions, PasskeyProof
from homeplan.accounts.api.staff_me import StaffMe, staff_me
from homeplan.accounts.factors import actions as factors
from homeplan.accounts.factors.model import (
    CodeSet,
    FactorRefused,
    Factors,
    NewCredential,
    Passkey,
    PasskeyName,
    Purpose,
    TypedCode,
)
from homeplan.accounts.factors.passkeys import creation_options, request_options
from homeplan.accounts.factors.recovery import new_code_set
from homeplan.accounts.factors.store import credential_ids
from homeplan.accounts.factors.totp import provisioning_uri
from homeplan.accounts.guessing import Guesser, count_failure, one_guess
from homeplan.accounts.model import Credentials, SignInRefused, TypedSecret
from homeplan.accounts.notices import tell_of_sign_in
from homeplan.accounts.passwords import verify_in_pool
from homeplan.accounts.qr import qr_svg
from homeplan.actor import Actor, Stage
from homeplan.context import Context
from homeplan.forwarded import network_of
from homeplan.http.answers import Answer
from homeplan.http.exchange import Exchange
from homeplan.http.routes import factors as own_factors
from homeplan.http.routes import staff
from homeplan.settings import Settings
from homeplan.values import Id, Value

A = TypeVar("A", bound="AddedFactor")


async def _new_codes(_: object) -> CodeSet:
    return await new_code_set()


@own_factors.get()
async def list_factors(ctx: Context) -> Factors:
    """My second factors."""
    return await factors.factors_of(ctx)


class AddedFactor(Value, frozen=True):
    """The factor was added. With the first one come ten recovery codes, which cannot be shown a second time."""

    recovery_codes: list[str] | None
    me: StaffMe


class AddedPasskey(AddedFactor, frozen=True):
    """The passkey that was added."""

    passkey: Passkey


class NewPasskey(Value, frozen=True):
    """A passkey that the browser made, under a name by which its owner knows it."""

    name: PasskeyName
    credential: NewCredential


@own_factors.post("passkeys/options", status=200, confirmed=True)
async def new_passkey_options(ctx: Context) -> PasskeyOptions:
    """The options with which my browser makes a passkey, for five minutes."""
    challenge = await factors.new_options(ctx, ctx.actor.sign_in_id, Purpose.REGISTER)
    member = await store.find_staff(ctx, ctx.actor.id)
    known = await credential_ids(ctx, ctx.actor.id)
    return PasskeyOptions(options=creation_options(ctx.settings, member, ctx.clinic_id, challenge, known))


@own_factors.post("passkeys", audit="factor.add-passkey", before=_new_codes, confirmed=True)
async def add_passkey(ctx: Context, data: NewPasskey, prepared: CodeSet) -> Answer[AddedPasskey] | FactorRefused:
    """Add a passkey to my second factors."""
    await factors.lock_factors(ctx, ctx.actor.id)
    passkey = await factors.add_passkey(ctx, data.credential, data.name)
    if isinstance(passkey, FactorRefused):
        return passkey
    ctx.object_id = passkey.id
    codes = list(prepared.codes) if await factors.give_first_codes(ctx, prepared) else None
    return await _added(ctx, AddedPasskey(passkey=passkey, recovery_codes=codes, me=await staff_me(ctx)))


@own_factors.delete("passkeys/{passkey_id}", audit="factor.remove-passkey", confirmed=True)
async def remove_passkey(ctx: Context, passkey_id: Id) -> None:
    """Remove one of my passkeys; the last second factor stays."""
    await factors.remove_passkey(ctx, passkey_id)
    await tell_of_sign_in(ctx, ctx.actor.id, "sign-in-changed")


class AppSecret(Value, frozen=True):
    """The secret for an authenticator app: to type, as an address, and as a QR code."""

    secret: str
    uri: str
    qr: str


async def _shown(offered: tuple[str, str], _: Settings) -> AppSecret:
    secret, email = offered
    uri = provisioning_uri(secret, email)
    return AppSecret(secret=secret, uri=uri, qr=await asyncio.to_thread(qr_svg, uri))


@own_factors.post("totp/secret", status=200, after=_shown, confirmed=True)
async def offer_app(ctx: Context) -> tuple[str, str]:
    """A new secret for my authenticator app; it counts once I enter the first code, within an hour."""
    member = await store.find_staff(ctx, ctx.actor.id)
    return await factors.offer_app(ctx), member.email


@own_factors.post("totp", audit="factor.add-totp", before=_new_codes, confirmed=True)
async def add_app(ctx: Context, data: CodeEntry, prepared: CodeSet) -> Answer[AddedFactor]:
    """Use the app from now on, with its first code. An app that was set up before stops working."""
    await factors.lock_factors(ctx, ctx.actor.id)
    await factors.add_app(ctx, data.code)
    codes = list(prepared.codes) if await factors.give_first_codes(ctx, prepared) else None
    return await _added(ctx, AddedFactor(recovery_codes=codes, me=await staff_me(ctx)))


@own_factors.delete("totp", audit="factor.remove-totp", confirmed=True)
async def remove_app(ctx: Context) -> None:
    """Remove my authenticator app; the last second factor stays."""
    await factors.remove_app(ctx)
    await tell_of_sign_in(ctx, ctx.actor.id, "sign-in-changed")


class RecoveryCodes(Value, frozen=True):
    """Ten recovery codes, which cannot be shown a second time. Each works once."""

    recovery_codes: list[str]


@staff.post(
    "staff/factors/recovery-codes", audit="factor.new-codes", status=200, before=_new_codes, confirmed=True, desk=True
)
async def renew_recovery_codes(ctx: Context, prepared: CodeSet) -> RecoveryCodes:
    """Ten new recovery codes; the old ones are void."""
    await factors.replace_codes(ctx, prepared)
    await tell_of_sign_in(ctx, ctx.actor.id, "sign-in-changed")
    return RecoveryCodes(recovery_codes=list(prepared.codes))


@staff.delete("staff/factors/reset-notice", audit="factor.read-notice", desk=True)
async def read_reset_notice(ctx: Context) -> None:
    """Note that I have read that my second factors were removed."""
    await store.note_factors_reset(ctx, ctx.actor.id, None)


@staff.post("staff/confirm/passkey/options", status=200, desk=True)
async def confirm_options(ctx: Context) -> PasskeyOptions:
    """A challenge for confirming with a passkey who I am, for five minutes."""
    challenge = await factors.new_options(ctx, ctx.actor.sign_in_id, Purpose.CONFIRM)
    return PasskeyOptions(options=request_options(ctx.settings, challenge))


@staff.post("staff/confirm/passkey", audit="sign-in.confirm", status=204, desk=True)
async def confirm_with_passkey(ctx: Context, data: PasskeyProof) -> Answer[None] | FactorRefused:
    """Confirm with a passkey that it is me: guarded routes are open for five minutes."""
    passkey = await factors.prove_passkey(ctx, data.credential, ctx.actor.sign_in_id, Purpose.CONFIRM)
    if isinstance(passkey, FactorRefused):
        return passkey
    if (passkey.clinic_id, passkey.staff_id) != (ctx.clinic_id, ctx.actor.id):
        return FactorRefused()
    return await _confirmed(ctx)


class Confirmation(Value, frozen=True):
    """The password, and a code of the authenticator app unless the clinic goes without a second factor."""

    password: TypedSecret
    code: TypedCode | None = None


@staff.post("staff/confirm", audit="sign-in.confirm", status=204, own=True, desk=True)
async def confirm(exchange: Exchange, data: Confirmation) -> Answer[None]:
    """Confirm with my password and a code that it is me: guarded routes are open for five minutes."""

    async def load(ctx: Context) -> tuple[Actor, str, Credentials | None]:
        member = await store.find_staff(ctx, ctx.actor.id)
        return ctx.actor, member.email, await store.find_credentials(ctx, member.email)

    actor, email, credentials = await exchange.read(load)
    guesser = Guesser(email=email, network=network_of(actor.ip), device=actor.sign_in_id)
    async with one_guess(exchange, guesser) as guess:
        if credentials is None or not await verify_in_pool(data.password, credentials.password_hash):
            raise await guess.failed(SignInRefused(field="password"))

    async def work(ctx: Context) -> Answer[None] | FactorRefused:
        if await store.find_credentials(ctx, credentials.member.email) != credentials:
            return FactorRefused(field="password")  # changed while it was checked
        if not credentials.password_alone and not await factors.prove_code(ctx, data.code or ""):
            await count_failure(ctx, guesser)
            return FactorRefused(field="code")
        await guess.forget(ctx)
        return await _confirmed(ctx)

    result = await exchange.write(work)
    if isinstance(result, FactorRefused):
        raise result
    return result


async def _confirmed(ctx: Context) -> Answer[None]:
    ctx.object_id = ctx.actor.sign_in_id
    new = await actions.confirm_sign_in(ctx)
    return Answer(None, cookies=[staff_cookie(new.token, ctx.actor.role)])


async def _added(ctx: Context, added: A) -> Answer[A]:
    """The answer to a new factor, of which the person is told; it completes the sign-in of who sets up the first."""
    await tell_of_sign_in(ctx, ctx.actor.id, "sign-in-changed")
    if ctx.actor.stage is not Stage.SET_UP:
        return Answer(added)
    new = await actions.complete_sign_in(ctx)
    return Answer(added, cookies=[staff_cookie(new.token, ctx.actor.role)])


routes = [
    list_factors,
    new_passkey_options,
    add_passkey,
    remove_passkey,
    offer_app,
    add_app,
    remove_app,
    renew_recovery_codes,
    read_reset_notice,
    confirm_options,
    confirm_with_passkey,
    confirm,
]
