"""The round trips to PostgreSQL of the requests that phones send most, counted between the app and its database."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from statistics import median

import asyncpg
import httpx
import pytest
from litestar import Litestar

from bench.round_trips import Counter, counted
from homeplan.db import migrate, open_database
from homeplan.http.envelope import Envelope
from homeplan.settings import Settings
from tests.checkins.answers import PATH, body
from tests.conftest import FakeClock
from tests.programs.care import Care
from tests.world import START, Api, World

REPEATS = 9
WARM = 4
"""Requests after which every statement is prepared."""


class Scene:
    """A patient's phone whose app asks PostgreSQL through a counter."""

    def __init__(self, counter: Counter, phone: httpx.AsyncClient, care: Care):
        self.counter = counter
        self.phone = phone
        self.care = care
        self.turns: list[int] = []

    @contextmanager
    def counting(self) -> Iterator[None]:
        before = self.counter.turns
        yield
        self.turns.append(self.counter.turns - before)

    def usual(self) -> float:
        return median(self.turns[WARM:])


@pytest.fixture
async def scene(postgres_url: str, litestar: Litestar, settings: Settings, clock: FakeClock) -> AsyncIterator[Scene]:
    name = f"turns_{os.urandom(6).hex()}"
    admin = await asyncpg.connect(postgres_url)
    await admin.execute(f"CREATE DATABASE {name}")
    with counted(postgres_url.rsplit("/", 1)[0] + f"/{name}") as counter:
        db = await open_database(counter.url)
        await migrate(db, clock.now())
        litestar.state.db, litestar.state.clock = db, clock
        api = Api(Envelope(litestar, settings.origin), db, clock)
        world = World(db, clock)
        therapist = await world.therapist(await world.clinic())
        patient = await world.patient(therapist.clinic, therapist)
        yield Scene(counter, await api.signed_in(patient), Care(db, clock, therapist, patient))
        await api.close()
        await db.close()
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


async def test_a_checkin_takes_ten_round_trips_at_most(scene: Scene) -> None:
    """Also while soreness is asked for, which is answered in check-ins and to prompts."""
    await scene.care.needle(START - timedelta(hours=100))
    for number in range(REPEATS):
        answer = body(START - timedelta(minutes=REPEATS - number), painNow=number, soreness=2)
        with scene.counting():
            assert (await scene.phone.put(PATH, json=answer)).status_code == 200
    assert 5 < scene.usual() <= 10, "BEGIN and COMMIT are two of them"


async def test_an_unchanged_plan_takes_five_round_trips_at_most(scene: Scene) -> None:
    await scene.care.publish("easy-walk")
    tag = (await scene.phone.get("/api/me/plan")).headers["etag"]
    for _ in range(REPEATS):
        with scene.counting():
            assert (await scene.phone.get("/api/me/plan", headers={"if-none-match": tag})).status_code == 304
    assert 2 < scene.usual() <= 5
