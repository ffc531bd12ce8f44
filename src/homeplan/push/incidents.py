"""What an operator must look at, counted since the store was made; every process adds, any /metrics tells."""

from enum import StrEnum

from homeplan.context import Context


class Incident(StrEnum):
    """Names in `store_facts`."""

    CLOCK_SET = "reminders.clock-set"
    """The wall clock moved by more than two minutes at once; nothing was planned or sent for two minutes."""
    PUT_OFF = "reminders.put-off"
    """A reminder could not be computed and was put off for an hour."""
    SIGNATURE_REFUSED = "push.signature-refused"
    """A push service refused our VAPID signature (401, 403): its origin is stopped until the operator has acted."""


ADD = """
INSERT INTO store_facts (name, value) VALUES (:name, :times_text)
ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(store_facts.value AS BIGINT) + :times AS TEXT)"""


async def add(ctx: Context, incident: Incident, times: int) -> None:
    """Count so many more of them."""
    await ctx.tx.execute(ADD, name=incident.value, times_text=str(times), times=times)


SELECT_INCIDENTS = "SELECT name, value FROM store_facts WHERE name IN (:names)"


async def counted(ctx: Context) -> dict[Incident, int]:
    """How many of each there were, 0 included."""
    rows = await ctx.tx.fetch(SELECT_INCIDENTS, names=[incident.value for incident in Incident])
    return dict.fromkeys(Incident, 0) | {Incident(row["name"]): int(row["value"]) for row in rows}
