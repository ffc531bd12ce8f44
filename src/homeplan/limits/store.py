"""Tries in the database. At most `MOST_KEPT` rows: those that end first are deleted first."""

from collections.abc import Collection, Sequence

from homeplan.clock import from_ms, to_ms
from homeplan.context import Context
from homeplan.limits.model import Counter, Tries

MOST_KEPT = 10_000
SWEPT_AT_ONCE = 100

SELECT_TRIES = "SELECT subject, times, last_at, until_at FROM tries WHERE subject IN (:subjects) AND until_at > :now"


async def find_tries(ctx: Context, counters: Collection[Counter]) -> dict[str, Tries]:
    """Subject of each counter that counts something → its tries."""
    subjects = [counter.subject for counter in counters]
    return {
        row["subject"]: Tries(row["times"], from_ms(row["last_at"]), from_ms(row["until_at"]))
        for row in await ctx.tx.fetch(SELECT_TRIES, subjects=subjects, now=to_ms(ctx.now))
    }


COUNT_TRY = """
INSERT INTO tries (subject, times, last_at, until_at) VALUES (:subject, 1, :now, :until_at)
ON CONFLICT (subject) DO UPDATE SET
  times = CASE WHEN tries.until_at <= :now THEN 1 ELSE tries.times + 1 END,
  last_at = :now,
  until_at = CASE WHEN tries.until_at <= :now OR :slides = 1 THEN :until_at ELSE tries.until_at END
RETURNING times, last_at, until_at"""

DELETE_ENDED = """
DELETE FROM tries WHERE subject IN (
  SELECT subject FROM tries
  WHERE until_at <= (
    SELECT CASE WHEN coalesce(max(until_at), 0) > :now THEN max(until_at) ELSE :now END
    FROM (SELECT until_at FROM tries ORDER BY until_at DESC LIMIT 1 OFFSET :most) AS too_many)
  ORDER BY until_at LIMIT :at_once {skip_locked})"""


async def count_try(ctx: Context, counter: Counter) -> Tries:
    """Count one try; returns all that count now. A new row makes room for itself."""
    limit = counter.limit
    (row,) = await ctx.tx.fetch(
        COUNT_TRY,
        subject=counter.subject,
        now=to_ms(ctx.now),
        until_at=to_ms(ctx.now + limit.within),
        slides=1 if limit.slides else 0,
    )
    if row["times"] == 1:
        await ctx.tx.execute(
            DELETE_ENDED.format(skip_locked=ctx.tx.skip_locked),
            now=to_ms(ctx.now),
            most=MOST_KEPT,
            at_once=SWEPT_AT_ONCE,
        )
    return Tries(row["times"], from_ms(row["last_at"]), from_ms(row["until_at"]))


FORGET_TRIES = "DELETE FROM tries WHERE subject IN (:subjects)"


async def forget_tries(ctx: Context, subjects: Sequence[str]) -> None:
    """Delete what was counted for these subjects."""
    await ctx.tx.execute(FORGET_TRIES, subjects=list(subjects))
