"""A clinic with a therapist, an administrator and a patient, and their signed-in browsers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from homeplan.db import Database
from homeplan.ids import new_id
from tests.conftest import FakeClock
from tests.programs.care import Care
from tests.world import START, Api, Person, World, full_screen


@dataclass
class Desk:
    """A therapist's browser, open at one patient, and that patient's phone."""

    therapist: Person
    patient: Person
    staff: httpx.AsyncClient
    phone: httpx.AsyncClient
    clock: FakeClock

    def path(self, rest: str) -> str:
        return f"/api/patients/{self.patient.id}/{rest}"

    async def needle(self, ended_at: datetime | None = None, **changes: Any) -> httpx.Response:
        """Write down a session that ended now, or then."""
        return await self.staff.post(
            self.path("needling-sessions"),
            json={"id": new_id(self.clock.now())} | needling(ended_at or self.clock.now(), **changes),
        )

    async def publish(self, *items: dict[str, Any], **changes: Any) -> httpx.Response:
        return await self.staff.post(self.path("program/revisions"), json=revision(*items, **changes))

    async def log(self, log_id: str, prescription_id: str, **changes: Any) -> httpx.Response:
        body = log(prescription_id, self.clock.now(), **changes)
        return await self.phone.put(f"/api/me/exercise-logs/{log_id}", json=body)


def needling(ended_at: datetime, **changes: Any) -> dict[str, Any]:
    return {
        "startedAt": (ended_at - timedelta(minutes=20)).isoformat(),
        "endedAt": ended_at.isoformat(),
        "muscles": [{"muscle": "multifidus", "side": "left", "technique": "pistoning", "twitch": True}],
        "screen": full_screen(reason="Needled again soon in this test."),
        "painBefore": 6,
        "painAfter": 3,
    } | changes


def item(slug: str = "bridge", **changes: Any) -> dict[str, Any]:
    return {"kind": "exercise", "slug": slug, "phases": ["p0", "p1", "p2", "p3", "p4", "p5"]} | changes


def revision(*items: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "id": new_id(START),
        "basedOn": None,
        "changeSummary": {"en": "Your first plan.", "es": "Su primer plan."},
        "prescriptions": list(items or [item()]),
    } | changes


def log(prescription_id: str, at: datetime, **changes: Any) -> dict[str, Any]:
    return {
        "prescriptionId": prescription_id,
        "day": at.date().isoformat(),
        "occurredAt": at.isoformat(),
        "timeZone": "America/Denver",
        "outcome": "completed",
    } | changes


@pytest.fixture
async def desk(api: Api, world: World, clock: FakeClock) -> Desk:
    clinic = await world.clinic()
    therapist = await world.therapist(clinic)
    patient = await world.patient(clinic, therapist, problem="Low back pain.", goal="Lift my grandchild.")
    return Desk(therapist, patient, await api.signed_in(therapist), await api.signed_in(patient), clock)


def refusal(answer: httpx.Response) -> tuple[int, str, str | None]:
    """Status, code and field of a problem."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = answer.json()
    return answer.status_code, body["code"], body.get("field")


@pytest.fixture
async def care(db: Database, world: World, clock: FakeClock) -> Care:
    clinic = await world.clinic()
    therapist = await world.therapist(clinic)
    patient = await world.patient(clinic, therapist, problem="Low back pain.", goal="Lift my grandchild.")
    return Care(db, clock, therapist, patient)
