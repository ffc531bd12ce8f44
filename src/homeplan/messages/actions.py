"""Writes, edits, reads, answers and settles messages, tells the patient of new ones, and keeps saved replies."""

from datetime import datetime

from homeplan.accounts.model import StaffMember
from homeplan.accounts.store import find_staff, home_zone
from homeplan.context import Context
from homeplan.delivery.actions import send_news, supersede_news
from homeplan.errors import Conflict, Invalid, NotFound
from homeplan.messages import store
from homeplan.messages.model import (
    Message,
    MessageEntry,
    MessagesClosed,
    NotYourMessage,
    SavedReply,
    SavedReplyEntry,
    Seen,
    SeenMessages,
    StaffMessageEntry,
)
from homeplan.messages.reading import read_message
from homeplan.messages.rules import NOTE, PUSH_LIFE, is_edit
from homeplan.phone_time import believed
from homeplan.programs.store import discharged_among
from homeplan.reminders.rules import ring_window
from homeplan.reminders.store.reminders import settings_and_phone_zone
from homeplan.values import zone_of_phone


async def write_of_patient(ctx: Context, patient_id: str, message_id: str, entry: MessageEntry) -> Message:
    """Store the patient's message once, or its edit; what is stored already changes nothing.

    Raises MessagesClosed after the discharge for what is not stored yet, and NotYourMessage.
    """
    if await discharged_among(ctx, [patient_id]):
        stored = await store.find_message(ctx, patient_id, message_id)
        if stored is None or stored.words != entry.words:
            raise MessagesClosed
    await _write(ctx, patient_id, message_id, entry, None)
    return await read_message(ctx, patient_id, message_id)


async def write_of_staff(ctx: Context, patient_id: str, message_id: str, entry: StaffMessageEntry) -> Message:
    """Store a message of the actor once, or its edit, mark what it answers, and tell the patient's devices that there
    is a message. Raises NotYourMessage."""
    if await _write(ctx, patient_id, message_id, entry, await find_staff(ctx, ctx.actor.id)):
        await _tell(ctx, patient_id)
    await store.mark_answered(ctx, patient_id, entry.answers)
    return await read_message(ctx, patient_id, message_id)


async def mark_read(ctx: Context, patient_id: str, entry: SeenMessages) -> None:
    """Note what the actor was shown. The patient who reads needs no push any more."""
    await store.mark_read(ctx, patient_id, entry.seen)
    if ctx.actor.id == patient_id:
        await supersede_news(ctx, patient_id, "message")


async def settle(ctx: Context, patient_id: str, seen: Seen) -> Message:
    """Note that a message of the patient needs no answer. Raises Conflict when it was edited or is answered."""
    if not await store.mark_settled(ctx, patient_id, seen):
        message = await read_message(ctx, patient_id, seen.id)
        if message.settled_at is None or message.version != seen.version:
            raise Conflict
        return message
    return await read_message(ctx, patient_id, seen.id)


async def reopen(ctx: Context, patient_id: str, message_id: str) -> None:
    """Let a message wait again that was said to need no answer."""
    await store.mark_reopened(ctx, patient_id, message_id)


async def save_reply(ctx: Context, reply_id: str, entry: SavedReplyEntry) -> SavedReply:
    """Add a saved reply of the clinic or replace it. Raises NotFound for one that was retired."""
    await store.save_reply(ctx, reply_id, entry)
    saved = await store.find_reply(ctx, reply_id)
    if saved is None:
        raise NotFound
    return saved


async def forget(ctx: Context, patient_id: str) -> None:
    """Erase the words of a patient who leaves; what staff wrote is part of the treatment record and stays."""
    await store.delete_words(ctx, patient_id)
    await store.delete_versions(ctx, patient_id)
    await store.stop_waiting(ctx, patient_id)


async def delete_old(ctx: Context, patient_id: str, before: datetime) -> None:
    """Delete messages of a patient whose care ended, as far as they are from before then."""
    await store.delete_old(ctx, patient_id, before)


async def _write(
    ctx: Context, patient_id: str, message_id: str, entry: MessageEntry, author: StaffMember | None
) -> bool:
    """Store the entry as a message or as its edit; whether anything was stored."""
    if message_id.startswith(NOTE):
        raise Invalid("A note belongs to its check-in.", field="messageId")
    await ctx.tx.lock(f"messages:{ctx.clinic_id}:{patient_id}")
    written_at = believed(entry.written_at, ctx.now) or ctx.now
    if await store.insert_message(ctx, patient_id, message_id, entry, written_at, author):
        return True
    stored = await store.find_message(ctx, patient_id, message_id)
    if stored is None or stored.author_id != (None if author is None else author.id):
        raise NotYourMessage
    if not is_edit(entry.words, entry.written_at, stored.words, stored.stated_at):
        return False
    await store.replace_words(ctx, patient_id, message_id, entry)
    return True


async def _tell(ctx: Context, patient_id: str) -> None:
    settings, phone_zone = await settings_and_phone_zone(ctx, patient_id)
    zone = zone_of_phone(phone_zone, await home_zone(ctx, patient_id))
    due_at, deadline_at = ring_window(ctx.now, settings.quiet, zone, PUSH_LIFE)
    await send_news(ctx, patient_id, "message", due_at=due_at, deadline_at=deadline_at)
