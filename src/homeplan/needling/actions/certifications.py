"""Certifications of staff and the clinic's choices about the rules, as an administrator enters them."""

from homeplan.accounts.store import find_staff
from homeplan.context import Context
from homeplan.errors import NotFound
from homeplan.library.content import needling_rules
from homeplan.needling import store
from homeplan.needling.model import Certification, CertificationEntry, NeedlingSettings


async def save_certification(ctx: Context, staff_id: str, entry: CertificationEntry) -> Certification:
    """Store the member's certification in place of the one before; the clinic's first one begins the rule.

    Raises NotFound.
    """
    await find_staff(ctx, staff_id)
    await store.begin_asking(ctx)
    await store.save_certification(ctx, staff_id, entry)
    stored = await store.find_certification(ctx, staff_id)
    if stored is None:
        raise NotFound
    return stored


async def remove_certification(ctx: Context, staff_id: str) -> None:
    """Remove a certification that was entered by mistake. Raises NotFound."""
    if not await store.delete_certification(ctx, staff_id):
        raise NotFound


async def change_settings(ctx: Context, *, certification_off: bool) -> NeedlingSettings:
    """Switch the rule about certifications off or on."""
    await store.save_settings(ctx, certification_off=certification_off)
    return await store.needling_settings(ctx)


async def choose_effect(ctx: Context, pair: str, *, override: bool) -> NeedlingSettings:
    """Turn the stop of a pair into an override, or back. Raises NotFound for a pair without a choice."""
    if pair not in {one.id for one in needling_rules().pairs if one.override_text}:
        raise NotFound
    await store.insert_choice(ctx, pair, "override" if override else "stop")
    return await store.needling_settings(ctx)
