"""The needs of patients in the worklist: the facts behind them, and the reasons for which each needs a human."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from homeplan.alerts.model import OpenAlert
from homeplan.alerts.store import open_alerts_of
from homeplan.checkins.model import ExercisePause
from homeplan.checkins.store import pauses_since
from homeplan.clock import local_day
from homeplan.contact.log.store import next_steps
from homeplan.context import Context
from homeplan.delivery.model import Device
from homeplan.delivery.rules import reachability, reachability_may_change_at
from homeplan.delivery.store import devices_of
from homeplan.duty.store import find_duty
from homeplan.localtime import start_of_day
from homeplan.messages.reading import overdue_among
from homeplan.messages.store import unanswered_since
from homeplan.reports.model import Reason
from homeplan.reports.rules import ADHERENCE_DAYS
from homeplan.reports.worklist.rules import reasons

FARTHEST_ZONES = timedelta(days=1)
"""Largest difference between a patient's local day and the day in UTC."""


class NeedFacts(Struct, frozen=True, kw_only=True):
    """The facts from which the needs of one patient are judged."""

    alerts: Sequence[OpenAlert]
    """The open ones, the longest waiting first."""
    pauses: Sequence[ExercisePause]
    """The pauses of the last weeks, the oldest first."""
    devices: Sequence[Device]
    message_waits_since: datetime | None
    """The time since which the patient's longest waiting message has no answer."""
    is_message_overdue: bool
    """Whether it has waited for one working day of the clinic."""
    next_step_since: datetime | None
    """The beginning of the clinic's day on which the next step is due; None while none is."""
    has_next_step: bool = False
    """Whether there is a next step, due or not."""


async def read_needs(ctx: Context, patient_ids: Sequence[str]) -> dict[str, NeedFacts]:
    """The facts about these patients from which their needs are judged, read for all at once."""
    alerts = await open_alerts_of(ctx, patient_ids)
    pauses = await pauses_since(ctx, patient_ids, ctx.now - timedelta(days=ADHERENCE_DAYS) - FARTHEST_ZONES)
    devices = await devices_of(ctx, patient_ids)
    waiting = await unanswered_since(ctx, patient_ids)
    overdue = await overdue_among(ctx, waiting)
    known_steps = await next_steps(ctx, patient_ids)
    steps = await _steps_due(ctx, known_steps)
    return {
        one: NeedFacts(
            alerts=alerts[one],
            pauses=pauses.get(one, ()),
            devices=devices.get(one, ()),
            message_waits_since=waiting.get(one),
            is_message_overdue=one in overdue,
            next_step_since=steps.get(one),
            has_next_step=one in known_steps,
        )
        for one in patient_ids
    }


async def _steps_due(ctx: Context, steps: Mapping[str, date]) -> dict[str, datetime]:
    """The beginning of the day, by the clinic's clock, on which each next step is due that is due now."""
    if not steps:
        return {}
    zone = (await find_duty(ctx)).zone
    return {one: start_of_day(day, zone) for one, day in steps.items() if day <= local_day(ctx.now, zone)}


LOOK_AGAIN = timedelta(minutes=15)
"""Time alone makes a phone unreachable, a message overdue, and ends a snooze: a place for which it may do so is judged
at least this often."""


def next_look(facts: NeedFacts, now: datetime) -> datetime:
    """The next time at which the place is judged if nothing happens: after a day where nothing is open."""
    is_open = (
        facts.alerts
        or facts.has_next_step
        or facts.message_waits_since is not None
        or any(one.lifted_at is None for one in facts.pauses)
    )
    soonest = now + LOOK_AGAIN
    return soonest if is_open else max(soonest, reachability_may_change_at(facts.devices, now))


def reasons_of(facts: NeedFacts, now: datetime, *, left: bool) -> tuple[Reason, ...]:
    """The reasons for which the patient needs a human. Of one who left, only an urgent alert still counts."""
    if left:
        return reasons(facts.alerts, paused_since=None, unreachable_since=None)
    phone = reachability(facts.devices, now)
    return reasons(
        facts.alerts,
        paused_since=next((one.since for one in facts.pauses if one.lifted_at is None), None),
        unreachable_since=phone.since if phone.state == "unreachable" else None,
        unanswered_since=facts.message_waits_since if facts.is_message_overdue else None,
        next_step_due=facts.next_step_since,
    )
