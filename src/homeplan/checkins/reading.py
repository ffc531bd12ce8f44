"""A stored check-in as it is shown: with the safety level of its answers, and whether soreness was asked for. Pure."""

from collections.abc import Iterable
from datetime import datetime

from homeplan.checkins.model import CheckIn, CheckInEntry
from homeplan.checkins.rules import is_soreness_expected, safety_level, since_needling, stands_for
from homeplan.checkins.screen import safety_items
from homeplan.checkins.store.checkins import Stored
from homeplan.values import zone_of_phone


def check_in(stored: Stored, needling_ends: Iterable[datetime], home: str) -> CheckIn:
    """Worked out anew each time, since a needling session may be written down after the check-in."""
    entry = stored.entry
    return CheckIn(
        **{name: getattr(entry, name) for name in CheckInEntry.__struct_fields__},
        day=stored.day,
        received_at=stored.received_at,
        safety_level=safety_level(entry.safety_yes, safety_items()),
        soreness_expected=is_soreness_expected(since_needling(needling_ends, moment(stored, home))),
    )


def moment(stored: Stored, home: str) -> datetime:
    """The moment that the answers are about, by the clock of the phone, or of `home` when its zone is not known."""
    return stands_for(stored.day, stored.answered_at, zone_of_phone(stored.entry.time_zone, home))
