"""The clinic's choices about needling pairs in the database; they are only ever added."""

from datetime import datetime
from typing import Literal

from homeplan.clock import to_ms
from homeplan.context import Context

INSERT_CHOICE = """
INSERT INTO needling_pair_choices (clinic_id, pair, effect, chosen_at, chosen_by)
VALUES (:clinic_id, :pair, :effect, :now, :chosen_by)
ON CONFLICT (clinic_id, pair, chosen_at) DO UPDATE SET effect = excluded.effect, chosen_by = excluded.chosen_by"""


async def insert_choice(ctx: Context, pair: str, effect: Literal["stop", "override"]) -> None:
    """Let the pair have that effect from now on."""
    await ctx.tx.execute(
        INSERT_CHOICE,
        clinic_id=ctx.clinic_id,
        pair=pair,
        effect=effect,
        now=to_ms(ctx.now),
        chosen_by=ctx.actor.id,
    )


SELECT_CHOICES = """
SELECT pair, effect FROM needling_pair_choices
WHERE clinic_id = :clinic_id AND chosen_at <= :at ORDER BY chosen_at"""


async def override_pairs(ctx: Context, at: datetime) -> tuple[str, ...]:
    """The pairs whose stop the clinic had turned into an override at that instant, by name."""
    rows = await ctx.tx.fetch(SELECT_CHOICES, clinic_id=ctx.clinic_id, at=to_ms(at))
    latest = {row["pair"]: row["effect"] for row in rows}
    return tuple(sorted(pair for pair, effect in latest.items() if effect == "override"))
