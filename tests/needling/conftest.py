"""A therapist's browser at one patient, and requests about needling."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from homeplan.ids import new_id
from homeplan.library.content import needling_rules
from tests.conftest import FakeClock
from tests.world import Api, Person, World, full_screen

REASON = "Discussed with the patient and the physician"


class Needling:
    """A therapist's browser at one patient, the patient's phone, and an administrator's browser."""

    staff: httpx.AsyncClient
    admin: httpx.AsyncClient
    phone: httpx.AsyncClient

    def __init__(self, api: Api, clock: FakeClock, therapist: Person, patient: Person, admin: Person):
        self.clock = clock
        self.therapist_id, self.patient_id = therapist.id, patient.id
        self._api, self._people = api, (therapist, admin, patient)

    async def later(self, **ahead: float) -> None:
        """Go ahead in time; everybody signs in again, since sign-ins of staff end after minutes without use."""
        self.clock.advance(**ahead)
        self.staff, self.admin, self.phone = [await self._api.signed_in(person) for person in self._people]

    def path(self, rest: str) -> str:
        return f"/api/patients/{self.patient_id}/{rest}"

    async def record(
        self,
        muscles: Sequence[str] = ("gluteus-medius",),
        *,
        side: str = "left",
        technique: str = "pistoning",
        minutes: float = 20,
        ended_at: datetime | None = None,
        **changes: Any,
    ) -> httpx.Response:
        """Write a session down that ended now; every item is answered with no unless `screen` says otherwise."""
        ended = ended_at or self.clock.now()
        body = {
            "id": new_id(self.clock.now()),
            "startedAt": (ended - timedelta(minutes=minutes)).isoformat(),
            "endedAt": ended.isoformat(),
            "muscles": planned(muscles, side, technique),
            "screen": full_screen(),
        } | changes
        return await self.staff.post(self.path("needling-sessions"), json=body)

    async def check(
        self, muscles: Sequence[str] = ("gluteus-medius",), *, technique: str = "pistoning", **changes: Any
    ) -> httpx.Response:
        body = {"id": new_id(self.clock.now()), "muscles": planned(muscles, "left", technique), "screen": full_screen()}
        return await self.staff.post(self.path("needling-checks"), json=body | changes)

    async def sign(self, **changes: Any) -> httpx.Response:
        version = needling_rules().consent.version
        body = {
            "id": new_id(self.clock.now()),
            "version": version,
            "language": "en",
            "signedOn": "screen",
            "signedName": "Anabel Example",
        }
        if changes.get("signedOn") == "paper":
            del body["signedName"]
        return await self.staff.post(self.path("needling-consents"), json=body | changes)

    async def open_alerts(self) -> list[tuple[str, str]]:
        """Rule and severity of the patient's open alerts."""
        found = (await self.staff.get(self.path("alerts"))).json()
        return sorted((alert["rule"], alert["severity"]) for alert in found if alert["closedAt"] is None)

    async def readiness(self) -> Any:
        return (await self.staff.get(self.path("needling-readiness"))).json()


def planned(muscles: Sequence[str], side: str = "left", technique: str = "pistoning") -> list[dict[str, Any]]:
    return [{"muscle": muscle, "side": side, "technique": technique} for muscle in muscles]


def rules_of(answer: httpx.Response) -> list[tuple[str, str]]:
    """Effect and rule of each finding."""
    return [(finding["effect"], finding["rule"]) for finding in answer.json()["findings"]]


async def at_desk(api: Api, world: World, clock: FakeClock, *, consents: bool = True) -> Needling:
    clinic = await world.clinic()
    therapist = await world.therapist(clinic)
    patient = await world.patient(clinic, therapist, consents=consents)
    desk = Needling(api, clock, therapist, patient, await world.admin(clinic))
    await desk.later()
    return desk


@pytest.fixture
async def desk(api: Api, world: World, clock: FakeClock) -> Needling:
    return await at_desk(api, world, clock)


@pytest.fixture
async def unsigned(api: Api, world: World, clock: FakeClock) -> Needling:
    """The same for a patient without a consent."""
    return await at_desk(api, world, clock, consents=False)
