"""Decides whether a contact fits together. Pure."""

from datetime import datetime, timedelta

from homeplan.contact.log.model import ContactDetails, UnfitContact

OLDEST = timedelta(days=90)
"""Contacts are written down for the last ninety days."""
CLOCK_SKEW = timedelta(minutes=10)
FARTHEST = timedelta(days=366)
"""A next step is due within a year."""


def require_fit(entry: ContactDetails, now: datetime) -> None:
    """Raises UnfitContact, naming the field."""
    if not now - OLDEST <= entry.started_at <= now + CLOCK_SKEW:
        raise UnfitContact(field="startedAt")
    if entry.reached and entry.spoke_with is None:
        raise UnfitContact(field="spokeWith")
    if not entry.reached and entry.spoke_with is not None:
        raise UnfitContact(field="spokeWith")
    if not entry.reached and entry.outcome is not None:
        raise UnfitContact(field="outcome")
    if (entry.next_step is None) != (entry.next_step_due is None):
        raise UnfitContact(field="nextStepDue" if entry.next_step else "nextStep")
    due = entry.next_step_due
    if due is not None and not (entry.started_at - timedelta(days=1)).date() <= due <= (now + FARTHEST).date():
        raise UnfitContact(field="nextStepDue")
