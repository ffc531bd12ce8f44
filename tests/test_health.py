"""The operator's health routes, and who may read them."""

from typing import Any

import httpx
import pytest
from litestar import Litestar

from homeplan.app import create_app
from homeplan.db import Database
from homeplan.errors import Unavailable
from homeplan.settings import Settings
from tests.conftest import FakeClock
from tests.world import ORIGIN, Api

pytestmark = pytest.mark.slow

TOKEN = "a-token-of-a-monitoring-system"


async def test_it_is_alive_and_ready(api: Api) -> None:
    assert (await api.anyone.get("/healthz")).json()["status"] == "ok"
    assert (await api.anyone.get("/readyz")).json() == {"status": "ok"}


async def test_monitors_may_ask_with_head(api: Api) -> None:
    for path in ("/healthz", "/readyz", "/console/"):
        asked = await api.anyone.head(path)
        assert (asked.status_code, asked.content) == ((await api.anyone.get(path)).status_code, b"")


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


async def test_this_machine_reads_the_metrics(api: Api) -> None:
    answer = await api.anyone.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "homeplan_reminders_unbalanced 0" in answer.text
    assert answer.text.endswith('homeplan_devices{key="lost"} 0\n')


@pytest.mark.parametrize(
    ("peer", "token", "headers", "status"),
    [
        ("127.0.0.1", None, {"x-forwarded-for": "203.0.113.9"}, 404),
        ("203.0.113.9", None, {}, 404),
        ("203.0.113.9", TOKEN, {}, 404),
        ("203.0.113.9", TOKEN, {"authorization": "Bearer guess"}, 404),
        ("203.0.113.9", TOKEN, {"authorization": f"Bearer {TOKEN}"}, 200),
        ("127.0.0.1", TOKEN, {}, 404),
    ],
)
async def test_others_need_the_token(
    db: Database, clock: FakeClock, peer: str, token: str | None, headers: dict[str, str], status: int
) -> None:
    app = create_app(Settings(origin=ORIGIN, metrics_token=token), db, clock)
    transport = httpx.ASGITransport(app=app, client=(peer, 1234))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        assert (await client.get("/metrics", headers=headers)).status_code == status
