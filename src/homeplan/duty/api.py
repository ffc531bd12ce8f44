"""Routes of clinic hours, duty list and cover persons, and of the hours that a patient's phone shows."""

from datetime import timedelta

from homeplan.context import Context
from homeplan.duty import actions, store
from homeplan.duty.model import ClinicOpenings, DutyNow, DutySettings
from homeplan.duty.rules import on_call_spans, openings
from homeplan.http.access import Helping
from homeplan.http.routes import admin, me, staff
from homeplan.limits.model import Limit

SAVES = Limit(name="duty", most=60, within=timedelta(minutes=1))
LARGEST = 512 * 1024
"""Bytes of all settings: the longest lists with full names fit (tests/http/test_limits.py)."""
SHOWN_DAYS = 15
"""Local days of opening times that a phone keeps, today included."""


@staff.get("duty")
async def read_duty(ctx: Context) -> DutySettings:
    """Clinic hours, holidays, duty list and cover persons."""
    return await store.find_settings(ctx)


@admin.put("duty", audit="duty.save", largest=LARGEST, limit=SAVES)
async def save_duty(ctx: Context, data: DutySettings) -> DutySettings:
    """Replace hours, holidays, duty list and cover persons, under the version that was read."""
    return await actions.save(ctx, data)


@staff.get("duty/now")
async def read_duty_now(ctx: Context) -> DutyNow:
    """The staff on duty now, and the gaps of the next 24 hours."""
    return await actions.duty_now(ctx)


@me.get("clinic-hours", helper=Helping.ALWAYS)
async def read_clinic_hours(ctx: Context) -> ClinicOpenings:
    """The opening times of my clinic in the next two weeks, and the times with somebody on call."""
    duty = await store.find_duty(ctx)
    if duty.week is None:
        return ClinicOpenings(known=False)
    return ClinicOpenings(
        known=True,
        open=tuple(openings(duty, ctx.now, SHOWN_DAYS)),
        on_call=tuple(on_call_spans(duty, ctx.now, ctx.now + timedelta(days=SHOWN_DAYS))),
        until=ctx.now + timedelta(days=SHOWN_DAYS - 1),
    )


routes = [read_duty, save_duty, read_duty_now, read_clinic_hours]
