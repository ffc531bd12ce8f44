"""Dry-needling certifications of staff, and the clinic's choices about the rules of needling."""

from homeplan.context import Context
from homeplan.http.routes import admin, staff
from homeplan.needling import store
from homeplan.needling.actions import certifications
from homeplan.needling.model import Certification, CertificationEntry, NeedlingSettings
from homeplan.values import Id, Slug, Value


class NeedlingSettingsEntry(Value, frozen=True, kw_only=True):
    """The clinic's choice about certifications."""

    certification_off: bool


@staff.get("needling-settings")
async def read_needling_settings(ctx: Context) -> NeedlingSettings:
    """Whether my clinic asks for certifications in dry needling, and which stops it turned into overrides."""
    return await store.needling_settings(ctx)


@admin.put("needling-settings", audit="needling-settings.save", confirmed=True)
async def save_needling_settings(ctx: Context, data: NeedlingSettingsEntry) -> NeedlingSettings:
    """Switch the rule about certifications off or on."""
    ctx.object_id = ctx.clinic_id
    return await certifications.change_settings(ctx, certification_off=data.certification_off)


class PairChoice(Value, frozen=True, kw_only=True):
    """The clinic's choice about a pair that lets it choose."""

    override: bool
    """True: the pair asks for a reason. False: it stops."""


@admin.put("needling-settings/pairs/{pair}", audit="needling-pair.choose", confirmed=True)
async def choose_needling_pair(ctx: Context, pair: Slug, data: PairChoice) -> NeedlingSettings:
    """Turn the stop of a pair into an override, or back. Sessions are judged by the choice at their end."""
    return await certifications.choose_effect(ctx, pair, override=data.override)


@admin.get("staff/needling-certifications")
async def list_needling_certifications(ctx: Context) -> list[Certification]:
    """The certifications of the clinic's staff."""
    return await store.list_certifications(ctx)


@admin.put("staff/members/{staff_id}/needling-certification", audit="needling-certification.save")
async def save_needling_certification(ctx: Context, staff_id: Id, data: CertificationEntry) -> Certification:
    """Enter a colleague's certification with its last day. The clinic's first one begins the rule."""
    ctx.object_id = staff_id
    return await certifications.save_certification(ctx, staff_id, data)


@admin.delete("staff/members/{staff_id}/needling-certification", audit="needling-certification.delete")
async def delete_needling_certification(ctx: Context, staff_id: Id) -> None:
    """Remove a certification that was entered by mistake."""
    ctx.object_id = staff_id
    await certifications.remove_certification(ctx, staff_id)


routes = [
    read_needling_settings,
    save_needling_settings,
    choose_needling_pair,
    list_needling_certifications,
    save_needling_certification,
    delete_needling_certification,
]
