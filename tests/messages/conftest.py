"""A patient at their phone and a therapist at the desk, both signed in, in an open episode."""

from datetime import datetime
from typing import Any

import httpx
import pytest

from homeplan.db import Database
from homeplan.programs.episode import Stage
from tests.conftest import FakeClock
from tests.programs.care import Care
from tests.world import Api, World


@pytest.fixture
async def care(db: Database, world: World, clock: FakeClock) -> Care:
    clinic = await world.clinic()
    therapist = await world.therapist(clinic, name="Therapist Example")
    care = Care(db, clock, therapist, await world.patient(clinic, therapist))
    await care.step(Stage.ACTIVE)
    return care


@pytest.fixture
async def phone(api: Api, care: Care) -> httpx.AsyncClient:
    return await api.signed_in(care.patient)


@pytest.fixture
async def desk(api: Api, care: Care) -> httpx.AsyncClient:
    return await api.signed_in(care.therapist)


@pytest.fixture
def chart(care: Care) -> str:
    return f"/api/patients/{care.patient.id}"


def words(at: datetime, text: str, **more: Any) -> dict[str, Any]:
    """A message on the wire, written at that time."""
    return {"words": text, "writtenAt": at.isoformat(), "timeZone": "America/Denver"} | more
