"""Proving, setting up and removing second factors. Guesses are counted, so routes return refusals and commit."""

from homeplan.accounts.factors import store
from homeplan.accounts.factors.encryption import decrypted, encrypted
from homeplan.accounts.factors.model import (
    CodeSet,
    Credential,
    FactorRefused,
    Factors,
    LastFactor,
    NewCredential,
    Passkey,
    Purpose,
    StoredPasskey,
    Way,
)
from homeplan.accounts.factors.passkeys import new_challenge, registered, require_relying_party, verified_count
from homeplan.accounts.factors.rules import relying_party
from homeplan.accounts.factors.totp import new_secret, step_of
from homeplan.context import Context
from homeplan.errors import NotFound
from homeplan.ids import new_id


async def ways_of(ctx: Context, staff_id: str) -> list[Way]:
    """The ways in which the member can prove the second factor, the best first; an empty list without a factor."""
    ways: list[Way] = []
    if await store.list_passkeys(ctx, staff_id):
        ways.append("passkey")
    if await store.find_app(ctx, staff_id) is not None:
        ways.append("totp")
    if ways and await store.count_codes(ctx, staff_id):
        ways.append("recovery")
    return ways


async def factors_of(ctx: Context) -> Factors:
    """The actor's second factors."""
    return Factors(
        passkeys=await store.list_passkeys(ctx, ctx.actor.id),
        totp=await store.find_app(ctx, ctx.actor.id),
        recovery_codes_left=await store.count_codes(ctx, ctx.actor.id),
        passkeys_possible=relying_party(ctx.settings.origin) is not None,
    )


async def prove_code(ctx: Context, typed: str) -> bool:
    """Whether this is a code of the actor's authenticator app that was not used before. It is used up.

    The transaction must commit in both cases, because the try is counted in it.
    """
    stored = await store.secret_to_try(ctx, ctx.actor.id)
    secret = None if stored is None else decrypted(ctx, ctx.actor.id, stored)
    step = None if secret is None else step_of(secret, typed, ctx.now)
    if stored is None or secret is None or step is None:
        return False
    return await store.use_step(ctx, ctx.actor.id, stored, step, keep=encrypted(ctx, ctx.actor.id, secret))


async def new_options(ctx: Context, bound_to: str, purpose: Purpose) -> str:
    """A new challenge for this browser or sign-in and purpose. Raises PasskeysImpossible."""
    require_relying_party(ctx.settings)
    challenge = new_challenge()
    await store.insert_challenge(ctx, bound_to, purpose, challenge)
    return challenge


async def prove_passkey(
    ctx: Context, credential: Credential, bound_to: str, purpose: Purpose
) -> StoredPasskey | FactorRefused:
    """The passkey that answers the challenge of this browser or sign-in, or the refusal.

    The challenge is used up in both cases, so the transaction must commit.
    """
    challenge = await store.use_challenge(ctx, bound_to, purpose)
    passkey = await store.find_passkey(ctx, credential.id)
    if challenge is None or passkey is None:
        return FactorRefused()
    try:
        count = verified_count(ctx.settings, credential, challenge, passkey)
    except FactorRefused as refused:
        return refused
    return passkey if await store.use_passkey(ctx, passkey, count) else FactorRefused()


async def add_passkey(ctx: Context, credential: NewCredential, name: str) -> Passkey | FactorRefused:
    """Store the passkey that the actor's browser made. The challenge is used up also when it is refused."""
    challenge = await store.use_challenge(ctx, ctx.actor.sign_in_id, Purpose.REGISTER)
    if challenge is None:
        return FactorRefused()
    try:
        new = registered(
            ctx.settings,
            credential,
            challenge,
            clinic_id=ctx.clinic_id,
            staff_id=ctx.actor.id,
            passkey_id=new_id(ctx.now),
        )
    except FactorRefused as refused:
        return refused
    if not await store.insert_passkey(ctx, new, name):
        return FactorRefused()
    return Passkey(id=new.id, name=name, created_at=ctx.now, last_used_at=None)


async def offer_app(ctx: Context) -> str:
    """A new secret for the actor's authenticator app, in use once its first code is entered."""
    secret = new_secret()
    await store.offer_secret(ctx, ctx.actor.id, encrypted(ctx, ctx.actor.id, secret))
    return secret


async def add_app(ctx: Context, typed: str) -> None:
    """Use the offered secret from now on, after its first code. Raises FactorRefused."""
    offered = await store.offered_secret(ctx, ctx.actor.id)
    secret = None if offered is None else decrypted(ctx, ctx.actor.id, offered)
    step = None if secret is None else step_of(secret, typed, ctx.now)
    if offered is None or step is None or not await store.take_secret(ctx, ctx.actor.id, offered, step):
        raise FactorRefused(field="code")


async def give_first_codes(ctx: Context, codes: CodeSet) -> bool:
    """Store the recovery codes that come with the first factor, after it was added; False when it was not the first."""
    factors = await factors_of(ctx)
    is_first = len(factors.passkeys) + (factors.totp is not None) == 1 and not factors.recovery_codes_left
    if is_first:
        await store.replace_codes(ctx, ctx.actor.id, codes)
    return is_first


async def remove_passkey(ctx: Context, passkey_id: str) -> None:
    """Remove one of the actor's passkeys. Raises NotFound, and LastFactor when nothing would be left."""
    await lock_factors(ctx, ctx.actor.id)
    if not await store.delete_passkey(ctx, ctx.actor.id, passkey_id):
        raise NotFound
    await _require_factor(ctx)


async def remove_app(ctx: Context) -> None:
    """Remove the actor's authenticator app. Raises NotFound, and LastFactor when nothing would be left."""
    await lock_factors(ctx, ctx.actor.id)
    if await store.find_app(ctx, ctx.actor.id) is None:
        raise NotFound
    await store.delete_app(ctx, ctx.actor.id)
    await _require_factor(ctx)


async def replace_codes(ctx: Context, codes: CodeSet) -> None:
    """Ten new recovery codes for the actor; the old ones are void. Raises NotFound without a factor."""
    await lock_factors(ctx, ctx.actor.id)
    if not await ways_of(ctx, ctx.actor.id):
        raise NotFound
    await store.replace_codes(ctx, ctx.actor.id, codes)


async def remove_all(ctx: Context, staff_id: str) -> None:
    """Remove all factors and recovery codes of the member."""
    await lock_factors(ctx, staff_id)
    for passkey in await store.list_passkeys(ctx, staff_id):
        await store.delete_passkey(ctx, staff_id, passkey.id)
    await store.delete_app(ctx, staff_id)
    await store.replace_codes(ctx, staff_id, None)


async def lock_factors(ctx: Context, staff_id: str) -> None:
    """Change the member's factors in one transaction at a time."""
    await ctx.tx.lock(f"factors:{ctx.clinic_id}:{staff_id}")


async def _require_factor(ctx: Context) -> None:
    if not await ways_of(ctx, ctx.actor.id):
        raise LastFactor
