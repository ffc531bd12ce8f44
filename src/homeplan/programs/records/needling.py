"""Checks the record of a needling session for itself. Pure.

Its end sets the clocks of the program, and its muscles rest for 48 hours, so both are checked closely. What the screen
and the patient's other records say about it is judged in homeplan.needling.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from homeplan.errors import Invalid
from homeplan.programs.needling_session import NeedledMuscle, NeedlingEntry, ScreenForbids
from homeplan.programs.timeline.clocks import SESSION_END_AHEAD

LONGEST_SESSION = timedelta(hours=4)
"""Longer than any session: a mistaken time. needling.yaml (record) decides which length needs a reason."""
FARTHEST_BACK = timedelta(days=366)
"""Before that the year is mistaken: no clinical decision."""


def check_session(session: NeedlingEntry, *, now: datetime, muscles: Collection[str]) -> None:
    """Raises Invalid or ScreenForbids with the field that does not fit."""
    _check_times(session, now)
    check_muscles(session.muscles, muscles)
    if session.screen.decision == "do-not-needle":
        if session.muscles:
            raise ScreenForbids("Without needles no muscle is needled.", field="muscles")
    elif not session.muscles:
        raise Invalid("Name the needled muscles, or decide not to needle.", field="muscles")


def check_muscles(needled: tuple[NeedledMuscle, ...], known: Collection[str]) -> None:
    """Each muscle is known, has a side and is listed once with it and its technique. Raises Invalid."""
    seen: set[tuple[str, str, str]] = set()
    for at, one in enumerate(needled):
        if one.muscle not in known:
            raise Invalid("The library has no muscle of this name.", field=f"muscles[{at}].muscle")
        if one.side == "middle":
            raise Invalid("A needled muscle is on the left, the right or both sides.", field=f"muscles[{at}].side")
        if (one.muscle, one.side, one.technique) in seen:
            raise Invalid("This muscle is listed twice with this side and technique.", field=f"muscles[{at}]")
        seen.add((one.muscle, one.side, one.technique))


def _check_times(session: NeedlingEntry, now: datetime) -> None:
    if session.ended_at <= session.started_at:
        raise Invalid("A session ends after it starts.", field="endedAt")
    if session.ended_at - session.started_at > LONGEST_SESSION:
        raise Invalid("A session lasts at most four hours.", field="endedAt")
    if session.ended_at > now + SESSION_END_AHEAD:
        raise Invalid("A session ends within the next hour at the latest.", field="endedAt")
    if session.started_at < now - FARTHEST_BACK:
        raise Invalid("A session lies at most a year back.", field="startedAt")
