"""The query parameters `from` and `to` of lists by local day."""

from datetime import date, datetime, timedelta
from typing import Annotated

from homeplan.errors import Invalid
from homeplan.http.route import Query

LONGEST_RANGE = timedelta(days=400)
USUAL_RANGE = timedelta(days=90)

DayFrom = Annotated[date | None, Query(name="from", description="First day, 2026-03-02.")]
DayTo = Annotated[date | None, Query(name="to", description="Last day, 2026-03-02.")]


def day_range(first: date | None, last: date | None, now: datetime) -> tuple[date, date]:
    """The first and the last day asked for; what is left out makes it the 90 days up to tomorrow (UTC).

    Tomorrow, because it may be today there already for the patient. Raises Invalid when the last day is before the
    first, or more than 400 days after it.
    """
    last = last or now.date() + timedelta(days=1)
    first = first or date.fromordinal(max(1, last.toordinal() - USUAL_RANGE.days))
    if not timedelta(0) <= last - first <= LONGEST_RANGE:
        raise Invalid("A range goes from a day to the same or a later one, at most 400 days.", field="to")
    return first, last
