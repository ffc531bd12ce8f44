"""The operator's health routes, and who may read them."""

from typing import Any

import httpx
import pytest
from litestar import Litestar

from homeplan.app import create_app
from homeplan.clock import to_ms
from homeplan.db import Database
from homeplan.delivery.incidents import Incident, add
from homeplan.errors import Unavailable
from homeplan.settings import Settings
from homeplan.store_facts import read_number
from tests.alerts.test_store import EMERGENCY, report
from tests.conftest import METRICS_TOKEN as TOKEN
from tests.conftest import FakeClock
from tests.world import ORIGIN, Api, World, context

pytestmark = pytest.mark.slow


async def test_it_is_alive_and_ready(api: Api) -> None:
    assert (await api.anyone.get("/healthz")).json()["status"] == "ok"
    assert (await api.anyone.get("/readyz")).json()["status"] == "ok"


async def test_being_ready_tells_how_often_the_clock_was_set(api: Api, db: Database, clock: FakeClock) -> None:
    assert (await api.anyone.get("/readyz")).json()["clockSetTimes"] == 0
    await db.write(lambda tx: add(context(tx, clock.now()), Incident.CLOCK_SET, 2))
    assert (await api.anyone.get("/readyz")).json()["clockSetTimes"] == 2


async def test_monitors_may_ask_with_head(api: Api) -> None:
    for path in ("/healthz", "/readyz", "/console/"):
        asked = await api.anyone.head(path)
        assert (asked.status_code, asked.content) == ((await api.anyone.get(path)).status_code, b"")


async def test_being_ready_is_proved_by_a_row_that_is_written(api: Api, db: Database, clock: FakeClock) -> None:
    for _ in range(2):
        clock.advance(seconds=1)
        assert (await api.anyone.get("/readyz")).status_code == 200
        assert await db.read(lambda tx: read_number(context(tx, clock.now()), "ready")) == to_ms(clock.now())


async def test_it_is_not_ready_when_it_cannot_write_or_has_no_room(api: Api, litestar: Litestar, db: Database) -> None:
    class Full(FakeDatabase):
        async def write(self, _: Any) -> None:
            raise Unavailable

    litestar.state.db = Full(db, free=2**40)
    assert (await api.anyone.get("/readyz")).status_code == 503
    litestar.state.db = FakeDatabase(db, free=2**20)
    refused = await api.anyone.get("/readyz")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    litestar.state.db = FakeDatabase(db, free=2**40)
    assert (await api.anyone.get("/readyz")).status_code == 200


class FakeDatabase:
    """The database of the test on a disk with that much room."""

    def __init__(self, db: Database, free: int):
        self.read, self._db, self._free = db.read, db, free

    async def write(self, work: Any) -> Any:
        return await self._db.write(work)

    def free_bytes(self) -> int:
        return self._free


@pytest.mark.parametrize(
    ("peer", "token", "headers", "status"),
    [
        ("127.0.0.1", None, {}, 404),
        ("127.0.0.1", None, {"authorization": "Bearer "}, 404),
        ("127.0.0.1", None, {"authorization": "Bearer None"}, 404),
        ("127.0.0.1", TOKEN, {}, 404),
        ("127.0.0.1", TOKEN, {"authorization": TOKEN}, 404),
        ("203.0.113.9", TOKEN, {"authorization": "Bearer guess"}, 404),
        ("203.0.113.9", TOKEN, {"authorization": f"Bearer {TOKEN}"}, 200),
    ],
)
async def test_the_metrics_are_for_who_has_the_token_also_on_this_machine(
    db: Database, clock: FakeClock, peer: str, token: str | None, headers: dict[str, str], status: int
) -> None:
    async with visitor_from(peer, Settings(origin=ORIGIN, metrics_token=token), db, clock) as client:
        answer = await client.get("/metrics", headers=headers)
    assert answer.status_code == status
    if status == 200:
        assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert "homeplan_reminders_unbalanced 0.0" in answer.text
        assert 'homeplan_devices{key="lost"} 0.0\n' in answer.text


async def test_what_monitors_read_names_no_patient_and_no_clinic(db: Database, clock: FakeClock, world: World) -> None:
    patient = await world.patient(await world.clinic("Riverside"), given_name="Zoraida")
    settings = Settings(origin=ORIGIN, metrics_token=TOKEN)
    async with visitor_from("203.0.113.9", settings, db, clock) as client:
        answers = [
            await client.get(path, headers={"authorization": f"Bearer {TOKEN}"})
            for path in ("/healthz", "/readyz", "/metrics")
        ]
    assert [answer.status_code for answer in answers] == [200] * 3
    text = "".join(answer.text for answer in answers)
    assert [each for each in ("Zoraida", "Riverside", patient.id, patient.clinic.id) if each in text] == []


@pytest.mark.parametrize(
    ("peer", "forwarded", "seen"),
    [
        ("203.0.113.9", {}, {"address": "203.0.113.9", "forwarded": False}),
        ("203.0.113.9", {"x-forwarded-for": "192.0.2.66"}, {"address": "203.0.113.9", "forwarded": False}),
        ("127.0.0.1", {"x-forwarded-for": "192.0.2.66, 203.0.113.9"}, {"address": "203.0.113.9", "forwarded": True}),
        ("127.0.0.1", {"x-real-ip": "192.0.2.66"}, {"address": "127.0.0.1", "forwarded": False}),
        ("127.0.0.1", {"forwarded": "for=192.0.2.66"}, {"address": "127.0.0.1", "forwarded": False}),
    ],
)
async def test_visitors_are_told_the_address_that_they_are_taken_for(
    db: Database, clock: FakeClock, peer: str, forwarded: dict[str, str], seen: dict[str, Any]
) -> None:
    settings = Settings(origin=ORIGIN, trusted_proxies=("127.0.0.1",))
    async with visitor_from(peer, settings, db, clock) as client:
        assert (await client.get("/visitor", headers=forwarded)).json() == seen


def visitor_from(peer: str, settings: Settings, db: Database, clock: FakeClock) -> httpx.AsyncClient:
    """A client whose connections come from that address."""
    transport = httpx.ASGITransport(app=create_app(settings, db, clock), client=(peer, 1234))  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN)


async def test_the_metrics_count_escalations_that_are_open_and_overdue(
    api: Api, db: Database, world: World, clock: FakeClock
) -> None:
    patient = await world.patient(await world.clinic())
    await report(db, patient, EMERGENCY, now=clock.now())
    bearer = {"authorization": f"Bearer {TOKEN}"}
    clock.advance(seconds=61)
    text = (await api.anyone.get("/metrics", headers=bearer)).text
    assert 'homeplan_escalations{state="open"} 1.0\n' in text
    assert 'homeplan_escalations{state="overdue"} 1.0\n' in text
    assert "homeplan_clinics_unattended 0.0\n" in text
