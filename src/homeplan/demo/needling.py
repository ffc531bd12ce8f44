"""An invented patient's needling sessions, and the day on which they were not needled."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from homeplan.clock import Clock
from homeplan.demo.cast import Role
from homeplan.demo.encoding import wire
from homeplan.demo.visitor import Visitor
from homeplan.ids import new_id
from homeplan.library.content import needling_rules


class InventedNeedling:
    """One patient's sessions as their therapist records them. `chart`: the address of the patient's chart."""

    def __init__(self, role: Role, desk: Visitor, clock: Clock, chart: Callable[[], str]):
        self._role, self._desk, self._clock, self._chart = role, desk, clock, chart
        self._sessions: list[datetime] = []

    def hours_since(self, now: datetime) -> float | None:
        """Hours since the end of the latest session; None before the first."""
        return (now - self._sessions[-1]) / timedelta(hours=1) if self._sessions else None

    def session(self, number: int) -> Callable[[], Awaitable[None]]:
        """The session of that number, 0 for the first."""

        async def happen() -> None:
            ended = self._clock.now()
            before = max(1, self._role.start_pain - number)
            await self._desk.post(
                f"{self._chart()}/needling-sessions",
                {
                    "id": new_id(ended),
                    "startedAt": wire(ended - timedelta(minutes=20)),
                    "endedAt": wire(ended),
                    "muscles": [self._muscle() | {"twitch": number % 2 == 0}],
                    "screen": self._screen(),
                    "coInterventions": ["manual-therapy"],
                    "painBefore": before,
                    "painAfter": max(0, before - 2),
                },
            )
            self._sessions.append(ended)

        return happen

    async def not_needled(self) -> None:
        """A pre-session check that stops, and the visit without needles on record."""
        now = self._clock.now()
        screen = self._screen() | {"reason": "Fever since last night; a new date was agreed."}
        screen["answers"]["systemic-infection"] = {"answer": "yes"}
        check_id = new_id(now)
        await self._desk.post(
            f"{self._chart()}/needling-checks", {"id": check_id, "muscles": [self._muscle()], "screen": screen}
        )
        await self._desk.post(
            f"{self._chart()}/needling-sessions",
            {
                "id": new_id(now),
                "startedAt": wire(now - timedelta(minutes=10)),
                "endedAt": wire(now),
                "muscles": [],
                "screen": screen | {"decision": "do-not-needle"},
                "coInterventions": ["education"],
                "checkId": check_id,
            },
        )

    def _screen(self) -> dict[str, Any]:
        """Every item answered with no, but for the blood thinner of those who take one."""
        answers = {item.slug: {"answer": "no"} for item in needling_rules().screen}
        if self._role.thinner:
            answers["anticoagulant"] = {"answer": "yes"}
        return {"answers": answers, "decision": "go-ahead", "reason": self._role.reason}

    def _muscle(self) -> dict[str, Any]:
        return {"muscle": self._role.muscle, "side": self._role.side, "technique": "pistoning"}
