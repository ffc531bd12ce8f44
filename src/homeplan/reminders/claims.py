"""Claims due reminders: decides each, stores the decision and hands deliveries over, one transaction per batch."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from homeplan.context import Context
from homeplan.db import Row
from homeplan.delivery.incidents import Incident, add
from homeplan.delivery.model import Address, Claimed, Kind
from homeplan.delivery.rules import LEASE
from homeplan.delivery.store import add_leased, addresses_to_ring, supersede
from homeplan.ids import new_id, opaque_id
from homeplan.reminders.due import DueReminder, Facts, Occurrence, QueuedReminder, RowPlan, Skip, Wait
from homeplan.reminders.facts import read_facts
from homeplan.reminders.model import ReminderKind, SilenceReason, Slot
from homeplan.reminders.rules import plan_row, should_ring, zone_of
from homeplan.reminders.second_way.model import NO_SECOND_WAY
from homeplan.reminders.store import occurrences, queue
from homeplan.reminders.store.occurrences import Decision

PUT_OFF = timedelta(hours=1)
"""Delay of a row that cannot be computed."""

DAMAGE = (ArithmeticError, LookupError, TypeError, ValueError, msgspec.MsgspecError)
"""Errors that damaged data raises, such as a zone that no longer exists. No database error is among them."""

KIND_OF_TEXT: dict[ReminderKind, Kind] = {
    ReminderKind.CHECKIN: "checkin",
    ReminderKind.AFTER_NEEDLING: "after-needling",
}
"""The fixed text of a ring; every other kind has the text `reminder`."""

log = logging.getLogger(__name__)


class DecidedRow(Struct, frozen=True, kw_only=True):
    """A queue row with its decision and the addresses to ring."""

    row: QueuedReminder
    plan: RowPlan
    decision: Decision | None
    """None when the row is only planned again."""
    addresses: tuple[Address, ...]
    waits: bool = False
    """Whether it is decided again in a minute: a push of its ring is being sent."""

    @property
    def repeat(self) -> tuple[Occurrence, QueuedReminder, int, datetime] | None:
        """The second chance or second way of this ring: its slot and instant. Without a device it follows at once."""
        if self.decision is None or self.plan.occurrence is None:
            return None
        ring = self.plan.occurrence
        if self.decision.skipped is None:
            if self.plan.second_way_at is not None:
                return ring, self.row, ring.slot + Slot.SECOND_WAY, self.plan.second_way_at
            if self.plan.second_chance_at is not None:
                return ring, self.row, Slot.SECOND_CHANCE, self.plan.second_chance_at
        elif self.decision.skipped is SilenceReason.UNREACHABLE and self.plan.second_way_at is not None:
            return ring, self.row, ring.slot + Slot.SECOND_WAY, ring.due_at
        return None


async def claim_due(ctx: Context, most: int) -> tuple[int, list[Claimed]]:
    """Take up to `most` due rows, decide each, and plan the next rings.

    Returns how many rows were taken and the deliveries that the caller must send at once. A row that cannot be computed
    is put off for an hour and reported; the others go on.
    """
    rows = await queue.due_rows(ctx, most)
    if not rows:
        return 0, []
    try:
        decided, damaged = await _decide(ctx, rows), 0
    except DAMAGE:
        decided, damaged = await _decide_one_by_one(ctx, rows)
    claimed = await _write(ctx, decided)
    if damaged:
        await add(ctx, Incident.PUT_OFF, damaged)
    return len(rows), claimed


async def recheck(ctx: Context, claimed: Sequence[Claimed]) -> list[Claimed]:
    """The deliveries to send, decided again just before sending; the others are superseded.

    Reminders of what was done since, or that were switched off, paused or snoozed, stay silent. Test pushes always go.
    """
    try:
        return await _still_wanted(ctx, claimed)
    except DAMAGE:
        if len(claimed) > 1:
            return [wanted for each in claimed for wanted in await recheck(ctx, [each])]
        # An unnecessary reminder does less harm than a missing one.
        log.exception("delivery %s cannot be checked; it is sent", claimed[0].id)
        return list(claimed)


async def _still_wanted(ctx: Context, claimed: Sequence[Claimed]) -> list[Claimed]:
    due = await occurrences.due_reminders(ctx, [(c.clinic_id, c.occurrence_id) for c in claimed if c.occurrence_id])
    facts = dict(zip(due, await read_facts(ctx, list(due.values())), strict=True))
    wanted: list[Claimed] = []  # a second way is claimed only when no push is under way, so it does not wait again
    for each in claimed:
        key = (each.clinic_id, each.occurrence_id or "")
        answer = should_ring(due[key].occurrence, facts[key], ctx.now) if key in due else None
        if isinstance(answer, Skip) and answer.reason is not SilenceReason.STALE:
            await supersede(ctx.of_clinic(each.clinic_id), [key[1]], answer.reason.value)
        elif isinstance(answer, Skip):
            wanted.append(msgspec.structs.replace(each, deadline_at=ctx.now))  # delivery marks it as late
        else:
            wanted.append(each)
    return wanted


async def _decide(ctx: Context, rows: Sequence[Row]) -> list[DecidedRow]:
    """The decision for each row, without writing anything."""
    ways = await queue.ways_of(ctx, [(row["clinic_id"], row["patient_id"]) for row in rows])
    queued = [
        queue.to_queued(row, ways.get((row["clinic_id"], row["patient_id"]), NO_SECOND_WAY).delay) for row in rows
    ]
    zones = [zone_of(row.entry, row.home_time_zone, row.phone_time_zone) for row in queued]
    plans = [plan_row(row, zone, ctx.now) for row, zone in zip(queued, zones, strict=True)]
    reminders = [_due_reminder(*each) for each in zip(queued, zones, plans, strict=True)]
    due = [reminder for reminder in reminders if reminder is not None]
    facts = iter(await read_facts(ctx, due))
    rings = await occurrences.rings_of_days(ctx, due)
    addresses = await addresses_to_ring(ctx, [(reminder.clinic_id, reminder.patient_id) for reminder in due])
    decided: list[DecidedRow] = []
    for row, plan, reminder in zip(queued, plans, reminders, strict=True):
        if reminder is None:
            decided.append(DecidedRow(row=row, plan=plan, decision=None, addresses=()))
            continue
        day = (reminder.clinic_id, reminder.patient_id, reminder.occurrence.day)
        is_second_way = reminder.occurrence.slot >= Slot.SECOND_WAY
        second = ways.get(day[:2], NO_SECOND_WAY).address
        ringable = [second] if is_second_way and second else [] if is_second_way else addresses.get(day[:2], ())
        reachable = tuple(ringable)
        decision = _decision(
            reminder, next(facts), rings.get(day, 0), reachable, ctx.now, has_second_way=plan.second_way_at is not None
        )
        if decision is not None and decision.ring_number is not None:
            rings[day] = decision.ring_number
        decided.append(DecidedRow(row=row, plan=plan, decision=decision, addresses=reachable, waits=decision is None))
    return decided


async def _decide_one_by_one(ctx: Context, rows: Sequence[Row]) -> tuple[list[DecidedRow], int]:
    """Like `_decide`, but row by row: a damaged row is put off and counted."""
    decided: list[DecidedRow] = []
    for row in rows:
        try:
            decided += await _decide(ctx, [row])
        except DAMAGE:
            log.exception("reminder %s cannot be computed; it is put off for an hour", row["reminder_id"])
            await queue.put_off(ctx, row["clinic_id"], row["reminder_id"], row["slot"], ctx.now + PUT_OFF)
    return decided, len(rows) - len(decided)


async def _write(ctx: Context, rows: Sequence[DecidedRow]) -> list[Claimed]:
    decisions = [row.decision for row in rows if row.decision]
    written = await occurrences.write(ctx, decisions)
    rang = [row for row in rows if row.decision and row.decision.id in written and row.decision.skipped is None]
    undecided = {decision.id for decision in decisions} - written
    undecided -= await occurrences.decided_already(ctx, [each for each in decisions if each.id in undecided])
    # A row that lost its place under the daily cap to another worker stays in the queue and is decided again.
    waiting = [row.row for row in rows if row.waits]
    settled = [row for row in rows if not (row.waits or (row.decision and row.decision.id in undecided))]
    await queue.advance(ctx, [(row.row, row.plan) for row in settled])
    for each in waiting:
        await queue.put_off(ctx, each.clinic_id, each.reminder_id, each.slot, ctx.now + LEASE)
    those = [row for row in rows if row.decision and row.decision.id in written]
    await queue.plan_repeats(ctx, [row.repeat for row in those if row.repeat is not None])
    for row in rang:
        if row.row.slot >= Slot.SECOND_WAY:  # never two channels at once: what was not sent by push is not any more
            await _end_pushes(ctx, row)
    owner = new_id(ctx.now)
    claimed = [each for row in rang for each in _deliveries(row, owner, ctx.now)]
    await add_leased(ctx, claimed)
    return claimed


async def _end_pushes(ctx: Context, row: DecidedRow) -> None:
    assert row.decision is not None
    of_clinic = ctx.of_clinic(row.row.clinic_id)
    if ring := await occurrences.ring_before(of_clinic, row.decision.reminder):
        await supersede(of_clinic, [ring], "second-way")


def _due_reminder(row: QueuedReminder, zone: ZoneInfo, plan: RowPlan) -> DueReminder | None:
    if plan.occurrence is None:
        return None
    return DueReminder(
        clinic_id=row.clinic_id,
        patient_id=row.patient_id,
        reminder_id=row.reminder_id,
        zone=zone,
        enabled=row.entry.enabled,
        settings=row.settings,
        snoozed_until=row.snoozed_until,
        occurrence=plan.occurrence,
    )


def _decision(
    reminder: DueReminder,
    facts: Facts,
    rings: int,
    addresses: Sequence[Address],
    now: datetime,
    *,
    has_second_way: bool,
) -> Decision | None:
    """The decision for one occurrence; None when it must wait. `rings`: number of rings that the day has had."""
    answer = should_ring(reminder.occurrence, msgspec.structs.replace(facts, rings_today=rings), now)
    if isinstance(answer, Wait):
        return None
    skipped = None
    if isinstance(answer, Skip):
        skipped = answer.reason
    elif not addresses:
        skipped = SilenceReason.UNREACHABLE
    # A second way replaces a ring that was counted, also one without any device.
    rings_at_all = skipped is None or (skipped is SilenceReason.UNREACHABLE and has_second_way)
    counts = rings_at_all and reminder.occurrence.slot < Slot.BY_HAND
    return Decision(
        id=new_id(now),
        reminder=reminder,
        skipped=skipped,
        ring_number=rings + 1 if counts else None,
        planned=len(addresses) if skipped is None else 1,
    )


def _deliveries(row: DecidedRow, owner: str, now: datetime) -> list[Claimed]:
    if row.decision is None:
        return []
    reminder, occurrence = row.decision.reminder, row.decision.reminder.occurrence
    # A repeat has its own topic: with the topic of the first ring it would replace that notification silently.
    subject = opaque_id(reminder.clinic_id, reminder.reminder_id, occurrence.day.isoformat(), str(occurrence.slot))
    return [
        Claimed(
            clinic_id=reminder.clinic_id,
            id=new_id(now),
            channel=address.channel,
            recipient=address.recipient,
            address_id=address.id,
            to=address.to,
            language=address.language,
            occurrence_id=row.decision.id,
            kind=KIND_OF_TEXT.get(occurrence.kind, "reminder"),
            topic=subject,
            attempts=1,
            deadline_at=occurrence.deadline_at,
            owner=owner,
        )
        for address in row.addresses
    ]
