"""From the queue to the ledger: what has come up is decided, kept, and handed to push. One transaction a batch."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from homeplan.context import Context
from homeplan.db import Row
from homeplan.ids import new_id
from homeplan.push.incidents import Incident, add
from homeplan.push.model import Claimed, Subscription
from homeplan.push.rules import topic
from homeplan.push.store import add_leased, devices_to_ring, supersede
from homeplan.reminders import occurrences, queue
from homeplan.reminders.facts import gather
from homeplan.reminders.model import Kind, Reason, Slot
from homeplan.reminders.moments import Case, Facts, Plan, Skip, Upcoming
from homeplan.reminders.occurrences import Decided
from homeplan.reminders.rows import to_upcoming
from homeplan.reminders.rules import should_ring
from homeplan.reminders.schedule import unfold

PUT_OFF = timedelta(hours=1)
"""When a row that cannot be computed is looked at again."""

DAMAGE = (ArithmeticError, LookupError, TypeError, ValueError, msgspec.MsgspecError)
"""What damaged data raises, such as a zone that does not exist any more; never what a database raises."""

log = logging.getLogger(__name__)


class _Turn(Struct, frozen=True, kw_only=True):
    """A queue row with what it turned into."""

    row: Upcoming
    plan: Plan
    decided: Decided | None
    devices: tuple[Subscription, ...]


async def claim_due(ctx: Context, most: int) -> tuple[int, list[Claimed]]:
    """Take up to `most` rows that are due, decide each, and plan what comes next.

    Tells how many it took, and which deliveries are the caller's to send at once. A row that cannot be computed is put
    off for an hour and reported; the others go on.
    """
    rows = await queue.due(ctx, most)
    if not rows:
        return 0, []
    try:
        turns, damaged = await _decide(ctx, rows), 0
    except DAMAGE:
        turns, damaged = await _one_by_one(ctx, rows)
    claimed = await _write(ctx, turns)
    if damaged:
        await add(ctx, Incident.PUT_OFF, damaged)
    return len(rows), claimed


async def recheck(ctx: Context, claimed: Sequence[Claimed]) -> list[Claimed]:
    """Which of these deliveries to send, asked just before they are sent; the others are superseded.

    What was done since they were planned, or switched off, paused, snoozed, stays silent. Test pushes always go.
    """
    try:
        return await _still_wanted(ctx, claimed)
    except DAMAGE:
        if len(claimed) > 1:
            return [wanted for each in claimed for wanted in await recheck(ctx, [each])]
        log.exception("delivery %s cannot be checked; it is sent", claimed[0].id)  # rather once too often than never
        return list(claimed)


async def _still_wanted(ctx: Context, claimed: Sequence[Claimed]) -> list[Claimed]:
    cases = await occurrences.cases(ctx, [(c.clinic_id, c.occurrence_id) for c in claimed if c.occurrence_id])
    facts = dict(zip(cases, await gather(ctx, list(cases.values())), strict=True))
    wanted: list[Claimed] = []
    for each in claimed:
        key = (each.clinic_id, each.occurrence_id or "")
        answer = should_ring(cases[key].occurrence, facts[key], ctx.now) if key in cases else None
        if isinstance(answer, Skip) and answer.reason is not Reason.STALE:
            await supersede(ctx.of_clinic(each.clinic_id), [key[1]], answer.reason.value)
        elif isinstance(answer, Skip):
            wanted.append(msgspec.structs.replace(each, deadline_at=ctx.now))  # push marks it as too late
        else:
            wanted.append(each)
    return wanted


async def _decide(ctx: Context, rows: Sequence[Row]) -> list[_Turn]:
    """What each row turns into, without writing anything."""
    upcoming = [to_upcoming(row) for row in rows]
    plans = [unfold(row, row.zone, ctx.now) for row in upcoming]
    cases = [_case(row, plan) for row, plan in zip(upcoming, plans, strict=True)]
    due = [case for case in cases if case is not None]
    facts = iter(await gather(ctx, due))
    rings = await occurrences.rings(ctx, due)
    devices = await devices_to_ring(ctx, [(case.clinic_id, case.patient_id) for case in due])
    turns: list[_Turn] = []
    for row, plan, case in zip(upcoming, plans, cases, strict=True):
        if case is None:
            turns.append(_Turn(row=row, plan=plan, decided=None, devices=()))
            continue
        day = (case.clinic_id, case.patient_id, case.occurrence.day)
        reachable = tuple(devices.get(day[:2], ()))
        decided = _answer(case, next(facts), rings.get(day, 0), len(reachable), ctx.now)
        if decided.nth is not None:
            rings[day] = decided.nth
        turns.append(_Turn(row=row, plan=plan, decided=decided, devices=reachable))
    return turns


async def _one_by_one(ctx: Context, rows: Sequence[Row]) -> tuple[list[_Turn], int]:
    """As `_decide`, row by row: what is damaged is put off and reported."""
    turns: list[_Turn] = []
    for row in rows:
        try:
            turns += await _decide(ctx, [row])
        except DAMAGE:
            log.exception("reminder %s cannot be computed; it is put off for an hour", row["reminder_id"])
            await queue.put_off(ctx, row, ctx.now + PUT_OFF)
    return turns, len(rows) - len(turns)


async def _write(ctx: Context, turns: Sequence[_Turn]) -> list[Claimed]:
    decided = [turn.decided for turn in turns if turn.decided]
    written = await occurrences.write(ctx, decided)
    rang = [turn for turn in turns if turn.decided and turn.decided.id in written and turn.decided.skipped is None]
    again = {turn.decided.id for turn in turns if turn.decided and turn.decided.id not in written}
    again -= await occurrences.on_record(ctx, [each for each in decided if each.id in again])
    # Whoever lost a place under the cap to another worker stays in the queue and is decided anew.
    settled = [(turn.row, turn.plan) for turn in turns if not (turn.decided and turn.decided.id in again)]
    await queue.advance(ctx, settled)
    await queue.give_second_chance(ctx, [(turn.row, turn.plan) for turn in rang])
    owner = new_id(ctx.now)
    claimed = [push for turn in rang for push in _deliveries(turn, owner, ctx.now)]
    await add_leased(ctx, claimed)
    return claimed


def _case(row: Upcoming, plan: Plan) -> Case | None:
    if plan.occurrence is None:
        return None
    return Case(
        clinic_id=row.clinic_id,
        patient_id=row.patient_id,
        reminder_id=row.reminder_id,
        zone=row.zone,
        enabled=row.entry.enabled,
        settings=row.settings,
        snoozed_until=row.snoozed_until,
        occurrence=plan.occurrence,
    )


def _answer(case: Case, facts: Facts, rings: int, devices: int, now: datetime) -> Decided:
    answer = should_ring(case.occurrence, msgspec.structs.replace(facts, rings_today=rings), now)
    skipped = None
    if isinstance(answer, Skip):
        skipped = answer.reason
    elif not devices:
        skipped = Reason.UNREACHABLE
    counts = skipped is None and case.occurrence.slot < Slot.BY_HAND
    return Decided(
        id=new_id(now),
        case=case,
        skipped=skipped,
        nth=rings + 1 if counts else None,
        planned=devices if skipped is None else 1,
    )


def _deliveries(turn: _Turn, owner: str, now: datetime) -> list[Claimed]:
    if turn.decided is None:
        return []
    case, occurrence = turn.decided.case, turn.decided.case.occurrence
    # A repeat has its own topic: under the first one's it would replace that notification without a sound.
    subject = topic(case.clinic_id, case.reminder_id, occurrence.day.isoformat(), str(occurrence.slot))
    return [
        Claimed(
            clinic_id=case.clinic_id,
            id=new_id(now),
            occurrence_id=turn.decided.id,
            kind="checkin" if occurrence.kind is Kind.CHECKIN else "reminder",
            topic=subject,
            attempts=1,
            deadline_at=occurrence.deadline_at,
            owner=owner,
            **msgspec.structs.asdict(device),
        )
        for device in turn.devices
    ]
