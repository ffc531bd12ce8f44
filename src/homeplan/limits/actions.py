"""Counting tries and uses, and refusing the one that is too many."""

from collections.abc import Iterable, Mapping

from homeplan.context import Context
from homeplan.errors import TooMany
from homeplan.limits.model import Counter, Limit, Tries
from homeplan.limits.rules import free_at, seconds_until
from homeplan.limits.store import count_try, find_tries


async def count_use(ctx: Context, limit: Limit) -> None:
    """Count one use by the actor. Raises TooMany, and the refused use is not counted because nothing is stored."""
    tries = await count_try(ctx, limit.of(ctx.clinic_id, ctx.actor.id))
    if tries.times > limit.most:
        raise TooMany(retry_after_s=seconds_until(tries.until, ctx.now))


async def count_failure(ctx: Context, counter: Counter) -> TooMany | None:
    """Count one failure, or return the refusal when there were too many already."""
    refusal = refusal_of(ctx, await find_tries(ctx, [counter]), [counter])
    if refusal is None:
        await count_try(ctx, counter)
    return refusal


def refusal_of(ctx: Context, tries: Mapping[str, Tries], counters: Iterable[Counter]) -> TooMany | None:
    """The refusal when one of the counters asks for a wait, with the longest wait."""
    waits = [seconds_until(free_at(each.limit, tries.get(each.subject), ctx.now), ctx.now) for each in counters]
    return TooMany(retry_after_s=max(waits)) if any(waits) else None
