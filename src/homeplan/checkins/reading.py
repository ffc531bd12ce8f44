"""A stored check-in as the API shows it: with its safety level, and whether soreness was asked for."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from operator import attrgetter

from msgspec import Struct

from homeplan.checkins.model import CheckIn, CheckInEntry, StoredCheckIn
from homeplan.checkins.rules import reference_time, safety_level, since_needling
from homeplan.checkins.screen import safety_items
from homeplan.checkins.soreness import SorenessAnswer, is_soreness_expected
from homeplan.library.content import outcomes
from homeplan.values import zone_of_phone

_FIELDS = CheckInEntry.__struct_fields__
_values_of = attrgetter(*_FIELDS)


class PastSoreness(Struct, frozen=True):
    """A soreness score (0-10) and the instant that it describes."""

    at: datetime
    score: int
    day: date | None
    """The day of the check-in; None for an answer to a prompt after needling."""


def check_in(
    stored: StoredCheckIn, needling_ends: Iterable[datetime], home: str, soreness: Sequence[PastSoreness] = ()
) -> CheckIn:
    """The check-in to show. Computed on each read, since a needling session may be recorded after the check-in.

    `soreness`: scores of the days before and of prompts; those of the check-in's own day are left out.
    """
    entry = stored.entry
    at = reference_time_of(stored, home)
    since = since_needling(needling_ends, at)
    earlier = [
        SorenessAnswer(one.score, since - (at - one.at))
        for one in soreness
        if since is not None and one.day != stored.day and at - since <= one.at <= at
    ]
    return CheckIn(
        **dict(zip(_FIELDS, _values_of(entry), strict=True)),
        day=stored.day,
        received_at=stored.received_at,
        safety_level=safety_level(entry.safety_yes, safety_items()),
        soreness_expected=is_soreness_expected(since, earlier, outcomes().soreness),
        entered_by=stored.entered_by,
    )


def reference_time_of(stored: StoredCheckIn, home: str) -> datetime:
    """The instant that the answers describe, by the phone's zone; by the zone `home` when the phone's is unknown."""
    return reference_time(stored.day, stored.answered_at, zone_of_phone(stored.entry.time_zone, home))
