"""Routes of messages: the patient's thread, the same thread in the chart, and the clinic's saved replies."""

from typing import Annotated

from homeplan.context import Context
from homeplan.http.access import Helping
from homeplan.http.route import Query
from homeplan.http.routes import chart, me, staff
from homeplan.messages import actions, reading, store
from homeplan.messages.model import (
    Message,
    MessageEntry,
    SavedReply,
    SavedReplyEntry,
    Seen,
    SeenMessages,
    StaffMessageEntry,
    Thread,
    Unanswered,
)
from homeplan.values import Id

Before = Annotated[Id | None, Query(name="before", description="The message whose earlier ones are read")]


@me.get("messages", helper=Helping.MESSAGES)
async def read_my_messages(ctx: Context, before: Before = None) -> Thread:
    """My messages with my care team, and the notes of my check-ins."""
    return await reading.read_thread(ctx, ctx.own_patient_id, before)


@me.put("messages/{message_id}", audit="message.send")
async def write_my_message(ctx: Context, message_id: Id, data: MessageEntry) -> Message:
    """Write to my care team under an id that my phone made; sending it again changes nothing.

    Other words, written later, are an edit; the earlier version stays visible. Answers with what is stored.
    """
    return await actions.write_of_patient(ctx, ctx.actor.id, message_id, data)


@me.post("messages-read", status=204, audit="message.seen")
async def mark_my_messages_read(ctx: Context, data: SeenMessages) -> None:
    """Tell my care team which of their messages I was shown."""
    await actions.mark_read(ctx, ctx.actor.id, data)


@chart.get("messages", audit="message.list")
async def list_messages(ctx: Context, patient_id: str, before: Before = None) -> Thread:
    """The patient's thread: messages of both sides, and the notes of check-ins."""
    return await reading.read_thread(ctx, patient_id, before)


@chart.put("messages/{message_id}", audit="message.write")
async def write_message(ctx: Context, patient_id: str, message_id: Id, data: StaffMessageEntry) -> Message:
    """Write to the patient, or edit what I wrote; sending it again changes nothing. A push tells that there is a
    message.

    `answers` names the patient's messages that it answers, each in the version that was on the screen.
    """
    return await actions.write_of_staff(ctx, patient_id, message_id, data)


@chart.post("messages-read", status=204, audit="message.seen")
async def mark_messages_read(ctx: Context, patient_id: str, data: SeenMessages) -> None:
    """Tell the patient which of their messages I was shown."""
    await actions.mark_read(ctx, patient_id, data)


@chart.post("messages-settled", status=200, audit="message.settle")
async def settle_message(ctx: Context, patient_id: str, data: Seen) -> Message:
    """Note that a message of the patient needs no answer."""
    ctx.object_id = data.id
    return await actions.settle(ctx, patient_id, data)


@chart.delete("messages-settled/{message_id}", audit="message.reopen")
async def reopen_message(ctx: Context, patient_id: str, message_id: Id) -> None:
    """Let a message wait for an answer again."""
    await actions.reopen(ctx, patient_id, message_id)


@staff.get("unanswered-messages")
async def count_unanswered(ctx: Context) -> Unanswered:
    """The number of my patients who wait for an answer."""
    return Unanswered(patients=await store.count_unanswered(ctx))


@staff.get("saved-replies")
async def list_saved_replies(ctx: Context) -> list[SavedReply]:
    """The clinic's saved replies, by title."""
    return await store.saved_replies(ctx)


@staff.put("saved-replies/{reply_id}", audit="saved-reply.save")
async def save_saved_reply(ctx: Context, reply_id: Id, data: SavedReplyEntry) -> SavedReply:
    """Add a saved reply, or change it. Nothing is sent by it."""
    return await actions.save_reply(ctx, reply_id, data)


@staff.delete("saved-replies/{reply_id}", audit="saved-reply.retire")
async def retire_saved_reply(ctx: Context, reply_id: Id) -> None:
    """Offer a saved reply no more."""
    await store.retire_reply(ctx, reply_id)


routes = [
    read_my_messages,
    write_my_message,
    mark_my_messages_read,
    list_messages,
    write_message,
    mark_messages_read,
    settle_message,
    reopen_message,
    count_unanswered,
    list_saved_replies,
    save_saved_reply,
    retire_saved_reply,
]
