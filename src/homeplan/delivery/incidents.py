"""Incidents that an operator must act on, counted in the database by all processes."""

from enum import StrEnum

from homeplan.context import Context
from homeplan.store_facts import add_to_counter, read_counters


class Incident(StrEnum):
    """Names in `store_facts`."""

    CLOCK_SET = "reminders.clock-set"
    """The wall clock moved by more than two minutes at once; nothing was planned or sent for two minutes."""
    PUT_OFF = "reminders.put-off"
    """A reminder could not be computed and was put off for an hour."""
    SIGNATURE_REFUSED = "push.signature-refused"
    """A push service refused our VAPID signature (401, 403): its origin is stopped until the operator has acted."""
    MAIL_REFUSED = "mail.refused"
    """The mail server refused our sign-in, or had no TLS or no certificate that can be trusted."""


async def add(ctx: Context, incident: Incident, times: int) -> None:
    """Count `times` more incidents of that kind."""
    await add_to_counter(ctx, incident.value, times)


async def counted(ctx: Context) -> dict[Incident, int]:
    """Number of incidents of each kind, 0 included."""
    found = await read_counters(ctx, [incident.value for incident in Incident])
    return {Incident(name): times for name, times in found.items()}
