"""An invented patient's visits: those for needling, missed ones, and the next one."""

from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from msgspec import Struct

from homeplan.clock import local_day
from homeplan.demo.cast import CLINIC_ZONE, Role
from homeplan.demo.visitor import Visitor

SATURDAY = 5
MORNING, AFTERNOON = "09:10:00", "14:30:00"
Happening = tuple[int, time, Callable[[], Awaitable[None]]]


class NextVisit(Struct, frozen=True, kw_only=True):
    """A visit that lies ahead; one that falls on a weekend is on the Monday after it."""

    in_days: int
    kind: str = "needling"
    note: str = ""
    ends: str = "planned"
    """`planned`, `moved` to the afternoon of the day after, or `cancelled`."""


NEXT: dict[str, NextVisit] = {
    "Steady": NextVisit(in_days=2, kind="follow-up", note="Please bring the list of your activities."),
    "Flare": NextVisit(in_days=1),
    "Sore": NextVisit(in_days=3),
    "Ejemplo": NextVisit(in_days=2, note="Traiga ropa cómoda.", ends="moved"),
    "First-Day": NextVisit(in_days=7),
    "Day-Two": NextVisit(in_days=6, kind="video", note="The link comes by e-mail."),
    "No-Floor": NextVisit(in_days=4, ends="cancelled"),
}
MISSED = {"Quiet": 8, "Busy": 11}
"""The day on which the patient did not come to a follow-up; days count back from today."""


class InventedVisits:
    """One patient's visits as their therapist enters them. `chart`: the address of the patient's chart."""

    def __init__(self, role: Role, desk: Visitor, chart: Callable[[], str], until: datetime):
        self._role, self._desk, self._chart = role, desk, chart
        self._today = local_day(until, ZoneInfo(CLINIC_ZONE))

    def happenings(self) -> list[Happening]:
        """Each needling visit is agreed at the one before it, and closed by the session of its day."""
        needled, missed = self._role.needled, MISSED.get(self._role.name)
        found: list[Happening] = [
            (before, time(10, 0), self._agree(f"needling-{day}", -day, "needling", ""))
            for before, day in pairwise(needled)
        ]
        if missed is not None:
            found.append((missed + 3, time(10, 5), self._agree("missed", -missed, "follow-up", "")))
            found.append((missed, time(17, 30), self._end("missed", "missed")))
        if self._role.name in NEXT:
            found.append((needled[-1], time(10, 10), self._agree_next(NEXT[self._role.name])))
        return found

    def _agree_next(self, coming: NextVisit) -> Callable[[], Awaitable[None]]:
        async def happen() -> None:
            await self._agree("next", coming.in_days, coming.kind, coming.note)()
            if coming.ends == "moved":
                moved = self._at(coming.in_days + 1, AFTERNOON) | {"id": self._id("moved")}
                await self._desk.post(f"{self._chart()}/visits/{self._id('next')}/move", moved)
            elif coming.ends == "cancelled":
                await self._end("next", "cancelled")()

        return happen

    def _agree(self, name: str, in_days: int, kind: str, note: str) -> Callable[[], Awaitable[None]]:
        async def happen() -> None:
            entry = self._at(in_days, MORNING) | {"id": self._id(name), "kind": kind, "note": note}
            await self._desk.post(f"{self._chart()}/visits", entry)

        return happen

    def _end(self, name: str, state: str) -> Callable[[], Awaitable[None]]:
        async def happen() -> None:
            await self._desk.put(f"{self._chart()}/visits/{self._id(name)}/state", {"state": state})

        return happen

    def _id(self, name: str) -> str:
        return f"visit-{self._role.seed}-{name}"

    def _at(self, in_days: int, wall: str) -> dict[str, str]:
        day = self._today + timedelta(days=in_days)
        if in_days > 0 and day.weekday() >= SATURDAY:
            day += timedelta(days=7 - day.weekday())
        return {"day": day.isoformat(), "wallTime": wall, "timeZone": CLINIC_ZONE}
