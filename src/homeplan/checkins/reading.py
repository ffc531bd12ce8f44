"""A stored check-in as the API shows it: with its safety level, and whether soreness was asked for."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from msgspec import Struct, structs

from homeplan.checkins.model import CheckIn, StoredCheckIn
from homeplan.checkins.rules import reference_time, safety_level, since_needling
from homeplan.checkins.screen import safety_items
from homeplan.checkins.soreness import SorenessAnswer, is_soreness_expected
from homeplan.library.content import outcomes
from homeplan.values import zone_of_phone


class PastSoreness(Struct, frozen=True):
    """A soreness score (0-10) and the instant that it describes."""

    at: datetime
    score: int
    day: date | None
    """The day of the check-in; None for an answer to a prompt after needling."""


def check_in(
    stored: StoredCheckIn, needling_ends: Sequence[datetime], home: str, soreness: Sequence[PastSoreness] = ()
) -> CheckIn:
    """The check-in to show. Computed on each read, since a needling session may be recorded after the check-in.

    `soreness`: scores of the days before and of prompts; those of the check-in's own day are left out.
    """
    return CheckIn(
        **structs.asdict(stored),
        safety_level=safety_level(stored.safety_yes, safety_items()),
        soreness_expected=_is_soreness_expected(stored, needling_ends, home, soreness),
    )


def _is_soreness_expected(
    stored: StoredCheckIn, needling_ends: Sequence[datetime], home: str, soreness: Sequence[PastSoreness]
) -> bool:
    if not needling_ends:
        return False
    at = reference_time_of(stored, home)
    since = since_needling(needling_ends, at)
    if since is None:
        return False
    earlier = (  # made only as far as it is asked for
        SorenessAnswer(one.score, since - (at - one.at))
        for one in soreness
        if one.day != stored.day and at - since <= one.at <= at
    )
    return is_soreness_expected(since, earlier, outcomes().soreness)


class Answered(Protocol):
    """The time and the day of answers: of a stored check-in, or of its scores alone."""

    @property
    def day(self) -> date: ...
    @property
    def answered_at(self) -> datetime: ...
    @property
    def time_zone(self) -> str | None: ...


def reference_time_of(answered: Answered, home: str) -> datetime:
    """The instant that the answers describe, by the phone's zone; by the zone `home` when the phone's is unknown."""
    return reference_time(answered.day, answered.answered_at, zone_of_phone(answered.time_zone, home))
