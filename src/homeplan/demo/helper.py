"""The invented person who helps an invented patient, on a device of their own."""

from datetime import time

from litestar.types import ASGIApp

from homeplan.clock import Clock
from homeplan.demo.cast import Role
from homeplan.demo.course import chance
from homeplan.demo.messages import Happening
from homeplan.demo.visitor import Visitor
from homeplan.ids import new_id

SHARE = 0.4
"""Share of days on which the helper enters instead of the patient, 0 to 1."""


class InventedHelper:
    """One patient's helper: joins by the link of the patient's phone, and enters on some days."""

    def __init__(self, role: Role, app: ASGIApp, phone: Visitor, clock: Clock):
        self._role, self._phone, self._clock = role, phone, clock
        self._device = Visitor(app)

    def happenings(self) -> list[Happening]:
        return [(self._role.helped_from, time(17, 0), self._join)] if self._role.helper else []

    def entering_on(self, days_ago: int) -> Visitor:
        """The browser that enters on that day: the helper's, or the patient's own."""
        helps = self._role.helper and days_ago <= self._role.helped_from
        return self._device if helps and chance(self._role, days_ago, "helper") < SHARE else self._phone

    async def _join(self) -> None:
        now = self._clock.now()
        link = await self._phone.post("/api/me/helper", {"id": new_id(now), "name": self._role.helper})
        sign_in = {"id": new_id(now), "token": link["url"].split("#")[1], "deviceLabel": "Demo tablet"}
        await self._device.post("/api/pairings", sign_in)
        await self._phone.put("/api/me/helper/allowed", {"history": True, "messages": False})
