"""The clinic's saved replies in the database."""

from homeplan.clock import from_ms, to_ms
from homeplan.context import Context
from homeplan.messages.model import SavedReply, SavedReplyEntry

UPSERT_REPLY = """
INSERT INTO saved_replies (clinic_id, id, title, en, es, saved_at, saved_by)
VALUES (:clinic_id, :id, :title, :en, :es, :now, :actor_id)
ON CONFLICT (clinic_id, id) DO UPDATE SET title = excluded.title, en = excluded.en, es = excluded.es,
  saved_at = excluded.saved_at, saved_by = excluded.saved_by
WHERE saved_replies.retired_at IS NULL"""


async def save_reply(ctx: Context, reply_id: str, entry: SavedReplyEntry) -> None:
    """Add a reply, or replace the one of that id; a retired one stays as it is."""
    await ctx.tx.execute(
        UPSERT_REPLY,
        clinic_id=ctx.clinic_id,
        id=reply_id,
        title=entry.title,
        en=entry.en,
        es=entry.es,
        now=to_ms(ctx.now),
        actor_id=ctx.actor.id,
    )


RETIRE = """
UPDATE saved_replies SET retired_at = :now WHERE clinic_id = :clinic_id AND id = :id AND retired_at IS NULL"""


async def retire_reply(ctx: Context, reply_id: str) -> None:
    """Offer a reply no more; asking again changes nothing."""
    await ctx.tx.execute(RETIRE, clinic_id=ctx.clinic_id, id=reply_id, now=to_ms(ctx.now))


SELECT_REPLIES = """
SELECT r.id, r.title, r.en, r.es, r.saved_at, s.name AS saved_by FROM saved_replies r
JOIN staff s ON s.clinic_id = r.clinic_id AND s.id = r.saved_by
WHERE r.clinic_id = :clinic_id AND r.retired_at IS NULL AND (CAST(:id AS TEXT) IS NULL OR r.id = :id)
ORDER BY r.title, r.id"""


async def saved_replies(ctx: Context) -> list[SavedReply]:
    """The replies that are offered, by title."""
    return await _replies(ctx, None)


async def find_reply(ctx: Context, reply_id: str) -> SavedReply | None:
    """That reply; None when there is none or it was retired."""
    return next(iter(await _replies(ctx, reply_id)), None)


async def _replies(ctx: Context, reply_id: str | None) -> list[SavedReply]:
    rows = await ctx.tx.fetch(SELECT_REPLIES, clinic_id=ctx.clinic_id, id=reply_id)
    return [
        SavedReply(
            id=row["id"],
            title=row["title"],
            en=row["en"],
            es=row["es"],
            saved_at=from_ms(row["saved_at"]),
            saved_by=row["saved_by"],
        )
        for row in rows
    ]
