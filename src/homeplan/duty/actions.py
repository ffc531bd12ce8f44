"""Saving duty settings, and checking ahead whether somebody with a channel is on duty."""

from datetime import timedelta

from msgspec import structs

from homeplan.accounts.store import is_live, list_staff
from homeplan.actor import Role
from homeplan.context import Context
from homeplan.delivery.staff import actions as staff_channels
from homeplan.duty import store
from homeplan.duty.model import Duty, DutyChanged, DutyNow, DutySettings, Gaps, MissingChannel, OnDuty
from homeplan.duty.rules import check, duty_begins, is_more, is_open, next_opening, nobody_on_duty, on_duty
from homeplan.duty.store import StoredCheck

AHEAD = timedelta(hours=24)
"""Time that is checked ahead."""
CHECK_EVERY = timedelta(minutes=5)
TOLD_AGAIN_AFTER = timedelta(hours=24)
"""Time after which administrators are told once more about gaps that are still there."""
ABOUT_GAPS = "duty"
"""Names what notices about gaps are about."""


async def save(ctx: Context, settings: DutySettings) -> DutySettings:
    """Save hours, duty list and cover persons under the version that was read.

    Raises DutyChanged, HoursInvalid, RosterInvalid, and Invalid for an unknown zone.
    """
    await ctx.tx.lock(f"duty:{ctx.clinic_id}")
    stored = await store.find_settings(ctx)
    if stored.version != settings.version:
        raise DutyChanged
    check(settings, await working_staff(ctx))
    saved = structs.replace(settings, version=settings.version + 1)
    await store.save_settings(ctx, saved)
    return saved


async def duty_now(ctx: Context) -> DutyNow:
    """The staff on duty now, and the gaps of the next 24 hours."""
    duty = await store.find_duty(ctx)
    names = await working_staff(ctx)
    present = on_duty(duty, ctx.now)
    return DutyNow(
        is_open=is_open(duty, ctx.now),
        on_duty=tuple(OnDuty(id=each, name=names[each]) for each in present if each in names),
        next_opening=next_opening(duty, ctx.now),
        gaps=await find_gaps(ctx, duty),
        told_at=(await store.find_check(ctx)).told_at,
    )


async def find_gaps(ctx: Context, duty: Duty) -> Gaps:
    """The gaps of the next 24 hours. An entry of somebody who lost access counts as nobody."""
    names = await working_staff(ctx)
    entries = tuple(each for each in duty.entries if each.staff_id in names)
    covers = tuple(each for each in duty.covers if each.cover_id in names)
    duty = structs.replace(duty, entries=entries, covers=covers)
    until = ctx.now + AHEAD
    begins = duty_begins(duty, ctx.now, until)
    working = await staff_channels.working_channels(ctx, list(begins))
    without = [
        MissingChannel(id=each, name=names[each], since=since)
        for each, since in begins.items()
        if not working.get(each) and each in names
    ]
    return Gaps(
        no_hours=duty.week is None,
        nobody_on_duty=tuple(nobody_on_duty(duty, ctx.now, until)),
        without_channel=tuple(without),
    )


async def check_ahead(ctx: Context) -> bool:
    """Tell the administrators when a gap becomes true; returns whether they were told now.

    A gap that is known is told once more after a day. A clinic that has not gone live yet is told nothing.
    """
    gaps = await find_gaps(ctx, await store.find_duty(ctx))
    known = await store.find_check(ctx)
    is_news = gaps.is_any and (
        known.told_at is None or is_more(gaps, known.gaps) or ctx.now >= known.told_at + TOLD_AGAIN_AFTER
    )
    is_told = is_news and await is_live(ctx)
    told_at = None if not gaps.is_any else ctx.now if is_told else known.told_at
    await store.save_check(ctx, StoredCheck(gaps=gaps, told_at=told_at), ctx.now + CHECK_EVERY)
    if is_told:
        for each in await administrators(ctx):
            await staff_channels.notify(ctx, each, "nobody-on-duty", about=ABOUT_GAPS, critical=False)
    elif not gaps.is_any and known.gaps.is_any:
        await staff_channels.settled(ctx, ABOUT_GAPS)
    return is_told


async def working_staff(ctx: Context) -> dict[str, str]:
    """Names of the staff who can sign in and may see patients' charts, by id."""
    members = await list_staff(ctx)
    return {each.id: each.name for each in members if each.disabled_at is None and each.role is not Role.FRONT_DESK}


async def administrators(ctx: Context) -> list[str]:
    """Ids of the administrators who can sign in."""
    return [each.id for each in await list_staff(ctx) if each.disabled_at is None and each.role.administers]
