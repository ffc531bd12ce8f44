"""Reads a thread: messages with their earlier versions, and the notes of check-ins with their words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from homeplan.checkins.store import notes_of_days
from homeplan.context import Context
from homeplan.duty.rules import is_working_day
from homeplan.duty.store import find_duty
from homeplan.errors import NotFound
from homeplan.messages import store
from homeplan.messages.model import MOST_LISTED, Message, Thread
from homeplan.messages.rules import is_overdue, monday_to_friday
from homeplan.messages.store import MessageRow
from homeplan.programs.store import discharged_among


async def read_thread(ctx: Context, patient_id: str, before: str | None = None) -> Thread:
    """The newest 300 messages of the patient, or the 300 before the message `before`. Raises NotFound for that one."""
    bound = None if before is None else await _row(ctx, patient_id, before)
    rows = await store.thread_of(ctx, patient_id, before=bound, most=MOST_LISTED + 1)
    waiting = await store.unanswered_since(ctx, [patient_id])
    return Thread(
        messages=await _messages(ctx, patient_id, rows[-MOST_LISTED:]),
        has_earlier=len(rows) > MOST_LISTED,
        open=not await discharged_among(ctx, [patient_id]),
        waits_since=waiting.get(patient_id),
        overdue=patient_id in await overdue_among(ctx, waiting),
    )


async def overdue_among(ctx: Context, waiting: Mapping[str, datetime]) -> frozenset[str]:
    """Those of the patients whose message has waited for one working day of the clinic since the given time."""
    if not waiting:
        return frozenset()
    duty = await find_duty(ctx)
    works = monday_to_friday if duty.week is None else partial(is_working_day, duty)
    return frozenset(one for one, since in waiting.items() if is_overdue(since, ctx.now, duty.zone, works))


async def read_message(ctx: Context, patient_id: str, message_id: str) -> Message:
    """That message as the actor sees it. Raises NotFound."""
    [message] = await _messages(ctx, patient_id, [await _row(ctx, patient_id, message_id)])
    return message


async def _row(ctx: Context, patient_id: str, message_id: str) -> MessageRow:
    row = await store.find_message(ctx, patient_id, message_id)
    if row is None:
        raise NotFound
    return row


async def _messages(ctx: Context, patient_id: str, rows: Sequence[MessageRow]) -> list[Message]:
    edited = [row.id for row in rows if row.version > 1 and row.kind == "message"]
    versions = await store.versions_of(ctx, patient_id, edited)
    notes = await notes_of_days(ctx, patient_id, [row.day for row in rows if row.day is not None])
    return [
        Message(
            id=row.id,
            kind=row.kind,
            by="patient" if row.author_id is None else "staff",
            author=row.author,
            mine=row.kind == "message" and ctx.actor.id == (row.author_id or patient_id),
            words=row.words if row.day is None else notes.get(row.day),
            day=row.day,
            version=row.version,
            written_at=row.written_at,
            stated_at=row.stated_at,
            received_at=row.received_at,
            edited_at=row.edited_at,
            earlier=tuple(versions.get(row.id, ())),
            read_at=row.read_at,
            read_by=row.read_by,
            answered_at=row.answered_at,
            answered_by=row.answered_by,
            settled_at=row.settled_at,
            settled_by=row.settled_by,
            waits_since=row.waits_since,
        )
        for row in rows
    ]
