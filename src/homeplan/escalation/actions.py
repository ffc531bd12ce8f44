"""Advancing an escalation by one evaluation, and what its alert's card shows of it."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from homeplan.accounts.store import care_team, covering, list_staff
from homeplan.alerts.actions import URGENT
from homeplan.alerts.store import find_alert, find_standing_alert
from homeplan.alerts.store.alerts import StandingAlert
from homeplan.context import Context
from homeplan.delivery.model import StaffText
from homeplan.delivery.staff import actions as staff_channels
from homeplan.delivery.staff.model import NoticeDelivery
from homeplan.duty.actions import administrators
from homeplan.duty.model import Duty
from homeplan.duty.rules import last_digest
from homeplan.duty.store import find_duty
from homeplan.escalation import store
from homeplan.escalation.model import (
    RUNGS,
    AlertEscalation,
    Escalation,
    NextStep,
    NoticeState,
    NotifiedChannel,
    NotifiedPerson,
    People,
)
from homeplan.escalation.rules import decide, notice_state, people_of, rung_people, step_after, step_due, told_at
from homeplan.escalation.store import Standing
from homeplan.library.content import starter


async def advance(ctx: Context, standing: Standing) -> None:
    """Evaluate a due escalation: tell people, or end it because its alert is closed."""
    found = await find_standing_alert(ctx, standing.alert_id)
    if found is None or found.closed_at is not None:
        await staff_channels.settled(ctx, about_alert(standing.alert_id))
        await store.remove(ctx, standing.alert_id)
        return
    escalation = _escalation(ctx, standing, found, await _notice_states(ctx, standing))
    duty = await find_duty(ctx)
    people = await _people(ctx, duty, found.patient_id)
    channels = await staff_channels.working_channels(ctx, _everybody(people))
    working = {staff_id for staff_id, names in channels.items() if names}
    plan = decide(escalation, duty, people, working, ctx.now, starter().alert_rules.follow_up)
    if plan.next_at is None:
        await store.remove(ctx, standing.alert_id)
        return
    if not working and escalation.severity in URGENT:
        await _tell_everybody(ctx, escalation, people)
    notified = []
    for notice in plan.notices:
        if await _tell(ctx, escalation, duty, notice.staff_id, critical=notice.critical):
            notified.append((notice.staff_id, _rung_of(people, notice.staff_id), channels[notice.staff_id]))
    await store.insert_notices(ctx, standing.alert_id, notified)
    await store.save(
        ctx,
        standing.alert_id,
        next_at=plan.next_at,
        step=plan.step if notified else standing.step,
        notified=bool(notified),
    )


async def _tell(ctx: Context, escalation: Escalation, duty: Duty, staff_id: str, *, critical: bool) -> bool:
    """Plan one notice; returns whether a channel takes it, or took it in the same digest."""
    if escalation.severity == "normal":
        digest = last_digest(duty, ctx.now) or ctx.now
        if not await store.note_digest(ctx, staff_id, digest):
            return True
        await store.delete_old_digests(ctx, staff_id)
        return await staff_channels.notify(ctx, staff_id, "digest", about=f"digest-{digest:%Y-%m-%d}", critical=False)
    first: StaffText = "critical" if escalation.severity == "critical" else "high"
    text: StaffText = first if escalation.notified_at is None else "again"
    about, urgent = about_alert(escalation.alert_id), escalation.severity == "critical"
    return await staff_channels.notify(ctx, staff_id, text, about=about, critical=critical, urgent=urgent)


async def _tell_everybody(ctx: Context, escalation: Escalation, people: People) -> None:
    """Try every address of everybody where no channel is known to work; it counts as nobody told."""
    for each in _everybody(people):
        await staff_channels.notify(
            ctx,
            each,
            "critical" if escalation.severity == "critical" else "high",
            about=about_alert(escalation.alert_id),
            critical=escalation.severity == "critical",
        )


def _escalation(
    ctx: Context, standing: Standing, found: StandingAlert, states: Mapping[str, NoticeState] | None = None
) -> Escalation:
    return Escalation(
        clinic_id=ctx.clinic_id,
        alert_id=standing.alert_id,
        patient_id=found.patient_id,
        severity=found.severity,
        since=standing.since,
        step=standing.step,
        notified_at=standing.notified_at,
        next_attempt_due_at=found.next_attempt_due_at,
        notice_states=states or {},
    )


async def _notice_states(ctx: Context, standing: Standing) -> dict[str, NoticeState]:
    """The people who were told at the last step, and whether it arrived, as far as the ledger knows."""
    if standing.notified_at is None:
        return {}
    sent: dict[str, list[NoticeDelivery]] = defaultdict(list)
    for each in await staff_channels.deliveries_about(ctx, about_alert(standing.alert_id), [standing.notified_at]):
        sent[each.staff_id].append(each)
    return {staff_id: notice_state(of_person) for staff_id, of_person in sent.items()}


def about_alert(alert_id: str) -> str:
    """Names what the notices of one alert are about."""
    return f"alert-{alert_id}"


async def _people(ctx: Context, duty: Duty, patient_id: str) -> People:
    team = [each.id for each in await care_team(ctx, patient_id)]
    team += [each for each in await covering(ctx, patient_id) if each not in team]
    return people_of(duty, team, await administrators(ctx), ctx.now)


def _everybody(people: People) -> list[str]:
    return list(dict.fromkeys(each for rung in RUNGS for each in rung_people(people, rung)))


def _rung_of(people: People, staff_id: str) -> int:
    return next(at for at, rung in enumerate(RUNGS) if staff_id in rung_people(people, rung))


async def escalation_of(ctx: Context, patient_id: str, alert_id: str) -> AlertEscalation:
    """The people who were told about the patient's alert, and the next step. Raises NotFound."""
    names = {each.id: each.name for each in await list_staff(ctx)}
    alert = await find_alert(ctx, patient_id, alert_id)
    notified = await _notified(ctx, alert_id, names)
    standing = None if alert.closed_at is not None else await store.find(ctx, alert_id)
    if standing is None:
        return AlertEscalation(alert_id=alert_id, notified=notified, next=None)
    duty = await find_duty(ctx)
    people = await _people(ctx, duty, patient_id)
    channels = await staff_channels.working_channels(ctx, _everybody(people))
    working = {staff_id for staff_id, found in channels.items() if found}
    step = step_after(alert.severity, standing.step, people, working)
    before = told_at(alert.severity, standing.step, people, working) if standing.step >= 0 else ()
    new = [each for each in told_at(alert.severity, step, people, working) if each not in before]
    at = await _step_due(ctx, standing, duty)
    return AlertEscalation(
        alert_id=alert_id,
        notified=notified,
        next=NextStep(at=max(at, ctx.now), step=RUNGS[step], people=tuple(names[each] for each in new)),
    )


async def _step_due(ctx: Context, standing: Standing, duty: Duty) -> datetime:
    """The time of the next step of an open alert, beside the checks whether a notice arrived."""
    found = await find_standing_alert(ctx, standing.alert_id)
    if found is None or found.severity not in URGENT:
        return standing.next_at
    escalation = _escalation(ctx, standing, found)
    return step_due(escalation, duty, starter().alert_rules.follow_up) or standing.next_at


async def _notified(ctx: Context, alert_id: str, names: Mapping[str, str]) -> tuple[NotifiedPerson, ...]:
    """The people who were told, each with the ends of what was sent to them."""
    notices = await store.notices_of(ctx, alert_id)
    times = sorted({each.at for each in notices})
    sent: dict[tuple[str, datetime], list[NotifiedChannel]] = defaultdict(list)
    for one in await staff_channels.deliveries_about(ctx, about_alert(alert_id), times):
        sent[one.staff_id, one.planned_at].append(NotifiedChannel(channel=one.channel, end=one.end))
    return tuple(
        NotifiedPerson(
            id=each.staff_id,
            name=names[each.staff_id],
            at=each.at,
            step=RUNGS[each.step],
            channels=tuple(
                sent.get((each.staff_id, each.at)) or [NotifiedChannel(channel=one, end=None) for one in each.channels]
            ),
        )
        for each in notices
    )
