"""Checks the record of a needling session. Pure.

Its end sets the clocks of the program, and its muscles rest for 48 hours, so both are checked closely.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from homeplan.errors import Invalid
from homeplan.library.instrument import NeedlingScreenItem
from homeplan.programs.model import NeedledMuscle, NeedlingEntry, ScreenForbids
from homeplan.programs.timeline.clocks import SESSION_END_AHEAD

LONGEST_SESSION = timedelta(hours=4)
FARTHEST_BACK = timedelta(days=366)


def check_session(
    session: NeedlingEntry,
    *,
    now: datetime,
    muscles: Collection[str],
    screen_items: Mapping[str, NeedlingScreenItem],
) -> None:
    """Raises Invalid or ScreenForbids with the field that does not fit."""
    _check_times(session, now)
    _check_screen(session, screen_items)
    seen: list[NeedledMuscle] = []
    for at, needled in enumerate(session.muscles):
        if needled.muscle not in muscles:
            raise Invalid("The library has no muscle of this name.", field=f"muscles[{at}].muscle")
        if any((o.muscle, o.side, o.technique) == (needled.muscle, needled.side, needled.technique) for o in seen):
            raise Invalid("This muscle is listed twice with this side and technique.", field=f"muscles[{at}]")
        seen.append(needled)


def _check_times(session: NeedlingEntry, now: datetime) -> None:
    if session.ended_at <= session.started_at:
        raise Invalid("A session ends after it starts.", field="endedAt")
    if session.ended_at - session.started_at > LONGEST_SESSION:
        raise Invalid("A session lasts at most four hours.", field="endedAt")
    if session.ended_at > now + SESSION_END_AHEAD:
        raise Invalid("A session ends within the next hour at the latest.", field="endedAt")
    if session.started_at < now - FARTHEST_BACK:
        raise Invalid("A session lies at most a year back.", field="startedAt")


def _check_screen(session: NeedlingEntry, items: Mapping[str, NeedlingScreenItem]) -> None:
    screen = session.screen
    for at, slug in enumerate(screen.present):
        if slug not in items:
            raise Invalid("The screen has no item of this name.", field=f"screen.present[{at}]")
        if slug in screen.present[:at]:
            raise Invalid("This item is listed twice.", field=f"screen.present[{at}]")
    if screen.decision == "do-not-needle":
        if session.muscles:
            raise ScreenForbids("Without needles no muscle is needled.", field="muscles")
        return
    if any(items[slug].level == "absolute" for slug in screen.present):
        raise ScreenForbids("An absolute contraindication is present: do not needle.", field="screen.decision")
    if not session.muscles:
        raise Invalid("Name the needled muscles, or decide not to needle.", field="muscles")
    if (screen.present or screen.decision == "adapt") and not screen.reason.strip():
        raise Invalid("Say why it went ahead, or how it was adapted.", field="screen.reason")
