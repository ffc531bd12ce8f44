"""Routes of the link to a patient's calendar, and the address that calendar programs read."""

import asyncio

from homeplan.calendar import actions, store
from homeplan.calendar.compose import compose
from homeplan.calendar.model import CalendarLink, CalendarLinkState, NewCalendarLink
from homeplan.calendar.rules import tag_of
from homeplan.context import Context
from homeplan.errors import NotFound, TooMany
from homeplan.http.answers import File, Unchanged
from homeplan.http.exchange import Exchange
from homeplan.http.routes import me, page
from homeplan.settings import Settings

ICALENDAR = "text/calendar"


async def _shown(new: NewCalendarLink, settings: Settings) -> CalendarLink:
    return CalendarLink(url=f"{settings.origin}/calendar/{new.token}.ics", since=new.since)


@me.get("calendar-link")
async def read_calendar_link(ctx: Context) -> CalendarLinkState:
    """Whether a link to my calendar works, and since when."""
    return CalendarLinkState(await store.link_since(ctx, ctx.actor.id))


@me.put("calendar-link", audit="calendar-link.create", after=_shown, limit=actions.NEW_LINKS)
async def make_calendar_link(ctx: Context) -> NewCalendarLink:
    """Make a link that my calendar program can read; an earlier one stops working at once."""
    ctx.object_id = ctx.actor.id
    return await actions.make_link(ctx, ctx.actor.id)


@me.delete("calendar-link", audit="calendar-link.end")
async def end_calendar_link(ctx: Context) -> None:
    """End the link to my calendar; without one nothing happens."""
    ctx.object_id = ctx.actor.id
    await store.delete_link(ctx, ctx.actor.id)


@page.get("calendar/{token}", own=True, media_type=ICALENDAR)
async def read_calendar(exchange: Exchange, token: str) -> File | Unchanged | NotFound | TooMany:
    """My reminders and visits as a calendar program reads them, with titles that say nothing of health (RFC 5545).

    Nobody is signed in: the token is the secret. An unknown one is answered with 404.
    """
    refusal = await exchange.write(lambda ctx: actions.count_reading(ctx, token))
    if refusal is not None:
        return refusal

    feed, known_tags = await exchange.read(lambda ctx: actions.read_feed(ctx, token))
    tag = tag_of(feed)
    if tag in known_tags:
        return Unchanged(tag)
    return File(await asyncio.to_thread(compose, feed), ICALENDAR, "calendar.ics", tag=tag)


routes = [read_calendar_link, make_calendar_link, end_calendar_link, read_calendar]
