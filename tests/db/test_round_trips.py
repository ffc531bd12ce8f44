"""Keeping a request to its clinic costs no round trip to PostgreSQL: the statement that finds the visitor does it."""

from collections.abc import Awaitable, Callable, Iterator

import httpx
import pytest
from litestar import Litestar

from bench.round_trips import Counter, counted
from homeplan.db import migrate, open_database, postgres
from homeplan.http.envelope import Envelope
from homeplan.settings import Settings
from tests.checkins.answers import body
from tests.conftest import FakeClock
from tests.world import START, Api, World


@pytest.fixture
def counter(new_url: str) -> Iterator[Counter]:
    with counted(new_url) as counter:
        yield counter


async def test_a_clinic_of_its_own_costs_no_round_trip(
    counter: Counter, litestar: Litestar, settings: Settings, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = await open_database(counter.url)
    await migrate(db, START)
    litestar.state.db, litestar.state.clock = db, clock
    api, world = Api(Envelope(litestar, settings.origin), db, clock), World(db, clock)
    therapist = await world.therapist(await world.clinic())
    patient = await world.patient(therapist.clinic, therapist)
    phone, desk = await api.signed_in(patient), await api.signed_in(therapist)
    requests: dict[str, Callable[[], Awaitable[httpx.Response]]] = {
        "check-in": lambda: phone.put(
            f"/api/me/checkins/{START.date()}", json=body(clock.advance(seconds=1), painNow=3)
        ),
        "plan": lambda: phone.get("/api/me/plan"),
        "me": lambda: phone.get("/api/me"),
        "chart": lambda: desk.get(f"/api/patients/{patient.id}/checkins"),
    }

    async def turns() -> dict[str, int]:
        found = {}
        for name, send in requests.items():
            for _ in range(4):  # the last time, when all statements are prepared
                before = counter.turns
                answer = await send()
                assert answer.status_code == 200, answer.text
                found[name] = counter.turns - before
        return found

    confined = await turns()
    monkeypatch.setattr(postgres, "ENTER", "{}")  # without row-level security
    assert await turns() == confined
    await api.close()
    await db.close()
