"""What the operator can ask, and who may."""

import httpx
import pytest

from homeplan.app import create_app
from homeplan.db import Database
from homeplan.settings import Settings
from tests.conftest import FakeClock
from tests.world import ORIGIN, Api

TOKEN = "a-token-of-a-monitoring-system"


async def test_it_is_alive_and_ready(api: Api) -> None:
    assert (await api.anyone.get("/healthz")).json()["status"] == "ok"
    assert (await api.anyone.get("/readyz")).json() == {"status": "ok"}


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
