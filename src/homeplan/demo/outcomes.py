"""An invented patient's outcomes: the instruments in their rounds, and an event after needling."""

from collections.abc import Awaitable, Callable
from datetime import UTC, time, timedelta
from zoneinfo import ZoneInfo

from homeplan.clock import Clock, local_day
from homeplan.demo.cast import Role
from homeplan.demo.visitor import Visitor
from homeplan.ids import new_id

ROUND = timedelta(days=14)
WEEK = timedelta(days=7)
PERMISSION = "Invented for this demonstration; a real clinic asks the authors."
Happening = tuple[int, time, Callable[[], Awaitable[None]]]
"""Days before today, wall time, and what the patient does."""


class InventedOutcomes:
    """One patient's answers beside the check-ins."""

    def __init__(self, role: Role, phone: Visitor, desk: Visitor, clock: Clock):
        self._role, self._phone, self._desk, self._clock = role, phone, desk, clock
        self._zone = ZoneInfo(role.zone)

    def happenings(self) -> list[Happening]:
        """Each instrument in its rounds, and the event on the day after its session."""
        first = self._role.needled[0]
        found: list[Happening] = []
        for number, scores in enumerate(self._role.function):
            days_ago = first - 1 if number == 0 else first - number * ROUND.days
            found.append((days_ago, time(18, 40), self._psfs(scores, named=number == 0)))
        for number, score in enumerate(self._role.change, start=1):
            found.append((first - number * ROUND.days, time(18, 45), self._scored("groc", {"value": score})))
        for number, score in enumerate(self._role.weeks):
            days_ago = first - number * ROUND.days - WEEK.days
            rated = {"activity": "activity-0", "value": score}
            found.append((days_ago, time(18, 45), self._scored("weekly", rated)))
        if self._role.event is not None:
            found.append((self._role.needled[-1] - 1, time(12), self._event(*self._role.event)))
        return [each for each in found if each[0] >= 0]

    def _psfs(self, scores: tuple[int, ...], *, named: bool) -> Callable[[], Awaitable[None]]:
        async def happen() -> None:
            texts = (self._role.goal, *self._role.activities)
            listed = [
                {"activity": f"activity-{at}", "value": value} | ({"words": texts[at]} if named else {})
                for at, value in enumerate(scores)
            ]
            await self._phone.post("/api/me/outcome-answers", self._given() | {"instrument": "psfs", "scores": listed})

        return happen

    def _scored(self, instrument: str, score: dict[str, object]) -> Callable[[], Awaitable[None]]:
        async def happen() -> None:
            body = self._given() | {"instrument": instrument, "scores": [score]}
            await self._phone.post("/api/me/outcome-answers", body)

        return happen

    def _event(self, event: str, severity: str) -> Callable[[], Awaitable[None]]:
        async def happen() -> None:
            known = await self._phone.get("/api/me/outcomes")
            prompt = next(one for one in known["prompts"] if one["hour"] == 24)
            given = self._given()
            del given["day"]
            answer = {"session": prompt["sessionId"], "promptHour": 24}
            await self._phone.post(
                "/api/me/after-needling", given | answer | {"events": [{"event": event, "severity": severity}]}
            )
            if severity == "mild":
                await self._judge()

        return happen

    async def _judge(self) -> None:
        """The therapist looks at the event and closes it."""
        patient_id = (await self._phone.get("/api/me"))["patient"]["id"]
        [event] = await self._desk.get(f"/api/patients/{patient_id}/adverse-events")
        judged = {"causality": "certain", "serious": False, "outcome": "resolved", "closed": True}
        await self._desk.put(f"/api/patients/{patient_id}/adverse-events/{event['id']}", judged)

    def _given(self) -> dict[str, object]:
        now = self._clock.now()
        return {
            "id": new_id(now),
            "day": local_day(now, self._zone).isoformat(),
            "answeredAt": now.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "timeZone": self._role.zone,
        }
