"""A stored check-in as the API shows it: with its safety level, and whether soreness was asked for."""

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter

from homeplan.checkins.model import CheckIn, CheckInEntry, StoredCheckIn
from homeplan.checkins.rules import is_soreness_expected, reference_time, safety_level, since_needling
from homeplan.checkins.screen import safety_items
from homeplan.values import zone_of_phone

_FIELDS = CheckInEntry.__struct_fields__
_values_of = attrgetter(*_FIELDS)


def check_in(stored: StoredCheckIn, needling_ends: Iterable[datetime], home: str) -> CheckIn:
    """The check-in to show. Computed on each read, since a needling session may be recorded after the check-in."""
    entry = stored.entry
    return CheckIn(
        **dict(zip(_FIELDS, _values_of(entry), strict=True)),
        day=stored.day,
        received_at=stored.received_at,
        safety_level=safety_level(entry.safety_yes, safety_items()),
        soreness_expected=is_soreness_expected(since_needling(needling_ends, reference_time_of(stored, home))),
        entered_by=stored.entered_by,
    )


def reference_time_of(stored: StoredCheckIn, home: str) -> datetime:
    """The instant that the answers describe, by the phone's zone; by the zone `home` when the phone's is unknown."""
    return reference_time(stored.day, stored.answered_at, zone_of_phone(stored.entry.time_zone, home))
