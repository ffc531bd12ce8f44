"""Makes and ends the link to a patient's calendar, and reads the calendar for a program that has the link."""

import secrets
from datetime import timedelta

from homeplan.accounts.store import find_patient, home_zone
from homeplan.actor import Role
from homeplan.calendar import rules, store
from homeplan.calendar.model import Feed, NewCalendarLink
from homeplan.checkins.store import pauses_since
from homeplan.contact.visits.store import visits_of
from homeplan.context import Context
from homeplan.errors import NotFound, TooMany
from homeplan.forwarded import network_of
from homeplan.limits.actions import count_failure
from homeplan.limits.model import Limit
from homeplan.programs.store import discharged_among
from homeplan.reminders.store.reminders import reminders_of, settings_and_phone_zone

READINGS = Limit(name="calendar-link", most=60, within=timedelta(hours=1))
"""Readings of one link. Calendar programs read it a few times per day on each device."""

NEW_LINKS = Limit(name="new-calendar-links", most=20, within=timedelta(hours=1))
"""Links that one patient makes."""

FAILURES = Limit(name="calendar-network", most=20, within=timedelta(minutes=10))
"""Links from one network that do not work. One that works is served however many others did not (256 bits)."""


async def make_link(ctx: Context, patient_id: str) -> NewCalendarLink:
    """Make a link; the one before stops working."""
    token = secrets.token_urlsafe(32)
    await store.save_link(ctx, patient_id, token)
    return NewCalendarLink(token, ctx.now)


async def forget(ctx: Context, patient_id: str) -> None:
    """End the link of a patient who leaves."""
    await store.delete_link(ctx, patient_id)


async def count_reading(ctx: Context, path: str) -> NotFound | TooMany | None:
    """Count one reading of a link, or one try of a link that does not work; what is refused is returned.

    The context stays without a clinic, so that a refusal, which names the address, is in no audit trail.
    """
    token = rules.token_in(path)
    found = None if token is None else await store.find_link(ctx, token)
    if token is None or found is None:
        return await count_failure(ctx, FAILURES.of(network_of(ctx.actor.ip))) or NotFound()
    return await count_failure(ctx, READINGS.of(rules.hash_of(token)))


async def read_feed(ctx: Context, path: str) -> tuple[Feed, tuple[str, ...]]:
    """The calendar of the link's patient, and the ETags of what the program has. Raises NotFound."""
    token = rules.token_in(path)
    found = None if token is None else await store.find_link(ctx, token)
    if found is None:
        raise NotFound
    clinic_id, patient_id = found
    ctx.act_as(clinic_id, patient_id, Role.PATIENT)
    settings, phone_zone = await settings_and_phone_zone(ctx, patient_id)
    known = rules.Known(
        language=(await find_patient(ctx, patient_id)).language,
        home_zone=await home_zone(ctx, patient_id),
        phone_zone=phone_zone,
        reminders=await reminders_of(ctx, patient_id),
        settings=settings,
        visits=await visits_of(ctx, patient_id),
        in_care=not await discharged_among(ctx, [patient_id]),
        exercise_paused=bool(await pauses_since(ctx, [patient_id], ctx.now)),
    )
    return rules.feed_of(known, ctx.now), ctx.known_tags
