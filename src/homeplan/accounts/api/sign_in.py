"""Staff sign in: with a passkey, or with a password and then an authenticator app or a recovery code."""

import secrets
from typing import Any, Literal

from litestar.datastructures import Cookie

from homeplan.accounts import actions, store
from homeplan.accounts.admission import CHALLENGE_COOKIE, DEVICE_COOKIE, STAFF_COOKIE, client_ip
from homeplan.accounts.api.cookies import challenge_cookie, device_cookie, no_cookie, staff_cookie
from homeplan.accounts.api.staff_me import StaffMe, staff_me
from homeplan.accounts.factors import actions as factors
from homeplan.accounts.factors.model import Credential, FactorRefused, Purpose, TypedCode, Way
from homeplan.accounts.factors.passkeys import request_options
from homeplan.accounts.factors.rules import MOST_TRIES, clean_recovery_code
from homeplan.accounts.factors.store import count_codes, salt_of_codes, use_code
from homeplan.accounts.guessing import (
    MINUTE,
    Guesser,
    count_failure,
    failures_of_strangers,
    forget_failures,
    look_up,
    one_guess,
)
from homeplan.accounts.model import Credentials, NewSignIn, SignInRefused, TypedSecret
from homeplan.accounts.notices import STRANGERS_FAILED, tell_of_sign_in
from homeplan.accounts.passwords import hash_code_in_pool, verify_in_pool
from homeplan.accounts.rules import clean_email, device_label
from homeplan.actor import Stage
from homeplan.context import Context
from homeplan.errors import NotSignedIn, Problem, TooMany
from homeplan.forwarded import network_of
from homeplan.http.answers import Answer
from homeplan.http.exchange import Exchange
from homeplan.http.routes import half, public
from homeplan.limits.actions import count_failure as count_one
from homeplan.limits.model import Limit
from homeplan.values import Value

CHALLENGES = Limit(name="passkey-challenge-network", most=60, within=MINUTE)
"""Challenges for a passkey to one network, which anyone may ask for: each is a row for five minutes."""
DEVICE_CHALLENGES = Limit(name="passkey-challenge-device", most=10, within=MINUTE)
"""Challenges to one device that staff signed in from before, which does not wait for its network."""
PASSKEY_FAILURES = Limit(name="passkey-network", most=10, within=MINUTE)
"""Passkeys from one network that do not fit. One that fits is taken however many others did not."""

Next = Literal["done", "code", "link"]
"""The step after a right password: nothing, the second factor, or a set-up link for who has no second factor yet."""


class SignInRequest(Value, frozen=True):
    """The email and password of a member of staff."""

    email: TypedSecret
    password: TypedSecret


class PasswordProved(Value, frozen=True):
    """The password was right. `me` is there when nothing else is asked for."""

    me: StaffMe | None
    next: Next
    ways: list[Way]
    """The ways in which the second factor can be proved."""


class SignedIn(Value, frozen=True):
    """The member of staff who is signed in now."""

    me: StaffMe


@public.post("staff/sign-in", audit="staff.sign-in", status=200, own=True)
async def sign_in(exchange: Exchange, data: SignInRequest) -> Answer[PasswordProved]:
    """Prove the password. Unknown email, wrong password and disabled account get the same answer in the same time."""
    network = network_of(client_ip(exchange.request))
    device = exchange.request.cookies.get(DEVICE_COOKIE, "")

    async def load(ctx: Context) -> tuple[Credentials | None, set[str], Guesser, TooMany | None]:
        credentials, owners = await find_credentials(ctx, data.email, device)
        known = credentials is not None and credentials.member.id in owners
        guesser = Guesser(email=clean_email(data.email), network=network, device=device if known else None)
        _, refusal = await look_up(ctx, guesser)
        return credentials, owners, guesser, refusal

    credentials, owners, guesser, refusal = await exchange.read(load)
    if credentials is not None:
        exchange.tries(credentials.clinic_id, credentials.member.id)
    if refusal is not None:  # before it takes a place that another try could have
        raise refusal
    async with one_guess(exchange, guesser) as guess:
        password_hash = None if credentials is None else credentials.password_hash
        fits = await verify_in_pool(data.password, password_hash, of_stranger=guesser.device is None)
        if credentials is None or not fits:
            raise await guess.failed(SignInRefused())
    device = device if owners else actions.new_device_token()
    label = device_label(exchange.request.headers.get("user-agent", ""))
    former = exchange.request.cookies.get(STAFF_COOKIE, "")

    async def admit(ctx: Context) -> tuple[NewSignIn | None, PasswordProved]:
        new, proved = await _sign_in(ctx, credentials, label, device, former)
        if proved.next == "done":
            await guess.forget(ctx)
        return new, proved

    new, proved = await exchange.write(admit)
    if new is None:
        return Answer(proved)
    return Answer(proved, cookies=[staff_cookie(new.token, credentials.member.role), device_cookie(device)])


async def find_credentials(ctx: Context, email: str, device: str) -> tuple[Credentials | None, set[str]]:
    """The account of that email, and the staff of its clinic who signed in from this device before."""
    credentials = await store.find_credentials(ctx, email)
    return credentials, await store.device_owners(ctx.of_clinic(credentials.clinic_id if credentials else ""), device)


async def _sign_in(
    ctx: Context, proved: Credentials, label: str, device: str, former: str
) -> tuple[NewSignIn | None, PasswordProved]:
    """A full sign-in where a password alone is enough, one that waits for the second factor where there is one.

    Without a second factor there is none: the password may be stolen, and it must not be enough to set one up.
    """
    member = proved.member
    if await store.find_credentials(ctx, member.email) != proved:
        raise SignInRefused  # disabled, or given another password, while this one was checked
    ctx.act_as(proved.clinic_id, member.id, member.role)
    ways = await factors.ways_of(ctx, member.id)
    if not ways and not proved.password_alone:
        return None, PasswordProved(me=None, next="link", ways=[])
    stage = Stage.FULL if proved.password_alone else Stage.CODE
    new = await actions.sign_in_staff(ctx, member, label=label, device_token=device, stage=stage, ends=former)
    ctx.object_id = new.id
    if stage is Stage.FULL:
        return new, PasswordProved(me=await staff_me(ctx), next="done", ways=[])
    return new, PasswordProved(me=None, next="code", ways=ways)


class CodeEntry(Value, frozen=True):
    """A typed code."""

    code: TypedCode


@half.post("code", audit="sign-in.totp", status=200)
async def sign_in_with_code(ctx: Context, data: CodeEntry) -> Answer[SignedIn] | FactorRefused | NotSignedIn:
    """Finish signing in with the code that my authenticator app shows. Each code works once."""
    if not await store.count_code_try(ctx, most=MOST_TRIES):
        return await _over(ctx)
    if not await factors.prove_code(ctx, data.code):
        return await _refused(ctx)
    new = await _complete(ctx)
    return Answer(SignedIn(me=await staff_me(ctx)), cookies=[staff_cookie(new.token, ctx.actor.role)])


class RecoveredSignIn(Value, frozen=True):
    """The member of staff who is signed in now, and the number of recovery codes that are left."""

    me: StaffMe
    left: int


@half.post("recovery-code", audit="sign-in.recovery-code", status=200, own=True)
async def sign_in_with_recovery_code(exchange: Exchange, data: CodeEntry) -> Answer[RecoveredSignIn]:
    """Finish signing in with one of my recovery codes, which is used up."""
    salt = await exchange.read(lambda ctx: salt_of_codes(ctx, ctx.actor.id))
    code = clean_recovery_code(data.code)
    # Between the transactions, because the hash takes 20 ms of a processor.
    code_hash = "" if salt is None or code is None else await hash_code_in_pool(code, salt)

    async def work(ctx: Context) -> Answer[RecoveredSignIn] | FactorRefused | NotSignedIn:
        if not await store.count_code_try(ctx, most=MOST_TRIES):
            return await _over(ctx)
        if not await use_code(ctx, ctx.actor.id, code_hash):
            return await _refused(ctx)
        new = await _complete(ctx)
        recovered = RecoveredSignIn(me=await staff_me(ctx), left=await count_codes(ctx, ctx.actor.id))
        return Answer(recovered, cookies=[staff_cookie(new.token, ctx.actor.role)])

    result = await exchange.write(work)
    if isinstance(result, Answer):
        return result
    raise result


async def _complete(ctx: Context) -> NewSignIn:
    ctx.object_id = ctx.actor.sign_in_id
    guesser = await _guesser(ctx)  # before the device becomes a known one
    new = await actions.complete_sign_in(ctx)
    await _tell_if_odd(ctx, guesser)
    await forget_failures(ctx, guesser)
    return new


async def _tell_if_odd(ctx: Context, guesser: Guesser) -> None:
    """Tell the member who signed in now, when the device is new or strangers tried before."""
    if guesser.device is None or await failures_of_strangers(ctx, guesser.email) >= STRANGERS_FAILED:
        await tell_of_sign_in(ctx, ctx.actor.id, "sign-in")


async def _refused(ctx: Context) -> FactorRefused:
    """Returned, not raised, so that the counted try is committed. It counts like a wrong password."""
    guesser = await _guesser(ctx)
    await count_failure(ctx, guesser)
    if guesser.device is None and await failures_of_strangers(ctx, guesser.email) % STRANGERS_FAILED == 0:
        ctx.object_id = ctx.actor.sign_in_id
        await tell_of_sign_in(ctx, ctx.actor.id, "sign-in-tried")
    return FactorRefused(field="code")


async def _guesser(ctx: Context) -> Guesser:
    """The member of staff who proves the second factor, as the one who proved the password."""
    email = (await store.find_staff(ctx, ctx.actor.id)).email
    device = ctx.actor.sign_in_id if await store.is_known_device(ctx) else None
    return Guesser(email=email, network=network_of(ctx.actor.ip), device=device)


async def _over(ctx: Context) -> NotSignedIn:
    """End a sign-in whose tries are used up. On a known device its owner is told here, on others before."""
    ctx.object_id = ctx.actor.sign_in_id
    if await store.is_known_device(ctx):
        await tell_of_sign_in(ctx, ctx.actor.id, "sign-in-tried")
    await store.end_sign_in(ctx, ctx.actor.sign_in_id)
    return NotSignedIn()


class PasskeyOptions(Value, frozen=True):
    """The options for `navigator.credentials`, as WebAuthn Level 3 writes them in JSON."""

    options: dict[str, Any]


@public.post("staff/sign-in/passkey/options", status=200, own=True)
async def passkey_options(exchange: Exchange) -> Answer[PasskeyOptions]:
    """A challenge for signing in with a passkey, bound to this browser for five minutes."""
    device = exchange.request.cookies.get(DEVICE_COOKIE, "")

    async def work(ctx: Context) -> Answer[PasskeyOptions] | TooMany:
        known = bool(device) and await store.is_device_of_staff(ctx, device)
        counter = DEVICE_CHALLENGES.of(device) if known else CHALLENGES.of(network_of(ctx.actor.ip))
        if refusal := await count_one(ctx, counter):
            return refusal
        browser = secrets.token_urlsafe(actions.TOKEN_BYTES)
        challenge = await factors.new_options(ctx, browser, Purpose.SIGN_IN)
        options = PasskeyOptions(options=request_options(ctx.settings, challenge))
        return Answer(options, cookies=[challenge_cookie(browser)])

    result = await exchange.write(work)
    if isinstance(result, Problem):
        raise result
    return result


class PasskeyProof(Value, frozen=True):
    """A browser's answer to a challenge."""

    credential: Credential


@public.post("staff/sign-in/passkey", audit="sign-in.passkey", status=200, own=True)
async def sign_in_with_passkey(exchange: Exchange, data: PasskeyProof) -> Answer[SignedIn]:
    """Sign in with a passkey: both factors at once, because the authenticator verified the person."""
    cookies = exchange.request.cookies
    browser, former, device = (cookies.get(name, "") for name in (CHALLENGE_COOKIE, STAFF_COOKIE, DEVICE_COOKIE))
    label = device_label(exchange.request.headers.get("user-agent", ""))

    async def work(ctx: Context) -> tuple[StaffMe, list[Cookie]] | FactorRefused | TooMany:
        passkey = await factors.prove_passkey(ctx, data.credential, browser, Purpose.SIGN_IN)
        if isinstance(passkey, FactorRefused):
            return await count_one(ctx, PASSKEY_FAILURES.of(network_of(ctx.actor.ip))) or passkey
        await store.enter_clinic(ctx, passkey.clinic_id)
        ctx.clinic_id = passkey.clinic_id
        member = await store.find_staff(ctx, passkey.staff_id)
        ctx.act_as(passkey.clinic_id, member.id, member.role)
        owners = await store.device_owners(ctx, device)
        known = device if owners else actions.new_device_token()
        new = await actions.sign_in_staff(ctx, member, label=label, device_token=known, ends=former)
        ctx.object_id = new.id
        network, of_device = network_of(ctx.actor.ip), known if member.id in owners else None
        guesser = Guesser(email=member.email, network=network, device=of_device)
        await _tell_if_odd(ctx, guesser)
        await forget_failures(ctx, guesser)
        return await staff_me(ctx), [
            staff_cookie(new.token, member.role),
            device_cookie(known),
            no_cookie(CHALLENGE_COOKIE),
        ]

    result = await exchange.write(work)
    if isinstance(result, Problem):
        raise result
    me, set_cookies = result
    return Answer(SignedIn(me=me), cookies=set_cookies)


routes = [sign_in, sign_in_with_code, sign_in_with_recovery_code, passkey_options, sign_in_with_passkey]
