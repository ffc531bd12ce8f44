"""A patient at their phone and a therapist at the desk, both signed in."""

import httpx
import pytest

from tests.world import Api, Person, World


@pytest.fixture
async def therapist(world: World) -> Person:
    return await world.therapist(await world.clinic())


@pytest.fixture
async def patient(world: World, therapist: Person) -> Person:
    return await world.patient(therapist.clinic, therapist)


@pytest.fixture
async def phone(api: Api, patient: Person) -> httpx.AsyncClient:
    return await api.signed_in(patient)


@pytest.fixture
async def desk(api: Api, therapist: Person) -> httpx.AsyncClient:
    return await api.signed_in(therapist)
