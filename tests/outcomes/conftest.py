"""A patient at their phone and a therapist at the desk, both signed in, an hour after a needling session."""

from typing import Any

import httpx
import pytest

from homeplan.db import Database
from homeplan.programs.episode import Stage
from homeplan.programs.needling_session import NeedlingSession
from tests.conftest import FakeClock
from tests.programs.care import Care
from tests.world import Api, Person, World


@pytest.fixture
async def care(db: Database, world: World, clock: FakeClock) -> Care:
    clinic = await world.clinic()
    therapist = await world.therapist(clinic)
    care = Care(db, clock, therapist, await world.patient(clinic, therapist))
    await care.step(Stage.ACTIVE)
    return care


@pytest.fixture
async def session(care: Care) -> NeedlingSession:
    return await care.needle()


@pytest.fixture
async def phone(api: Api, care: Care) -> httpx.AsyncClient:
    return await api.signed_in(care.patient)


class Desk:
    """A member of staff who signs in for each request: days pass in these stories."""

    def __init__(self, api: Api, person: Person):
        self._api, self._person = api, person

    async def get(self, path: str) -> httpx.Response:
        return await (await self._api.signed_in(self._person)).get(path)

    async def post(self, path: str, json: Any) -> httpx.Response:
        return await (await self._api.signed_in(self._person)).post(path, json=json)

    async def put(self, path: str, json: Any) -> httpx.Response:
        return await (await self._api.signed_in(self._person)).put(path, json=json)

    async def delete(self, path: str) -> httpx.Response:
        return await (await self._api.signed_in(self._person)).delete(path)


@pytest.fixture
async def desk(api: Api, care: Care) -> Desk:
    return Desk(api, care.therapist)


@pytest.fixture
async def admin(api: Api, world: World, care: Care) -> Desk:
    return Desk(api, await world.admin(care.patient.clinic))
