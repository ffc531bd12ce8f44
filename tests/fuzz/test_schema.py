"""The API keeps to its own description: each answer has a documented status, media type and shape, and none is a 5xx.

Short with the other tests; `make fuzz` sends ten thousand requests (FUZZ_CASES, FUZZ_SEED).
"""

import os
from math import ceil
from typing import Any

import httpx
import pytest
from litestar import Litestar
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from homeplan.db import Database
from homeplan.http.access import Access
from tests.conftest import FakeClock
from tests.fuzz.cases import cases_of, operations, takes_something
from tests.privacy.conftest import in_care, ring
from tests.programs.care import Care
from tests.test_access_matrix import routes_of
from tests.world import Api, World

CASES = int(os.environ.get("FUZZ_CASES", "400"))
"""Requests per run, spread over the operations; each operation gets three or more."""
SEED = int(os.environ.get("FUZZ_SEED", "1"))

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture
async def care(db: Database, world: World, clock: FakeClock) -> Care:
    return await in_care(db, world, clock)


async def test_every_answer_is_as_described_and_none_is_a_server_error(
    api: Api, db: Database, litestar: Litestar, care: Care, world: World
) -> None:
    sender = Sender(api, db, litestar, care, world)
    await sender.prepare()
    per_operation = max(3, ceil(CASES / sum(map(takes_something, operations()))))
    wrong: list[str] = []
    for operation in sorted(operations(), key=lambda one: one.definition.raw["operationId"] == "leave"):
        await sender.begin(operation)
        for number, case in enumerate(cases_of(operation, per_operation, SEED)):
            answer = await sender.send(case, number)
            try:
                case.validate_response(answer, checks=CHECKS)
            except FailureGroup as failed:
                wrong += [f"{operation.label} answered {answer.status_code}: {one}" for one in failed.exceptions]
    assert wrong == [], "\n\n".join(wrong)
    assert sender.sent >= CASES
    assert {200, 201, 204, 400, 404, 409} <= sender.statuses


class Sender:
    """Sends requests as somebody whom the operation's access rule lets in, about things that exist half of the time."""

    def __init__(self, api: Api, db: Database, litestar: Litestar, care: Care, world: World):
        self._api, self._db, self._care, self._world = api, db, care, world
        self._access = {(route.method.lower(), _plain(route.path)): route.access for route in routes_of(litestar)}
        self._ids: dict[str, str] = {}
        self._client: httpx.AsyncClient = api.anyone
        self.sent = 0
        self.statuses: set[int] = set()

    async def prepare(self) -> None:
        """Learn the ids of what the patient and the clinic have."""
        self._admin = await self._world.admin(self._care.patient.clinic)
        other = await self._world.therapist(self._care.patient.clinic)
        phone = await ring(self._api, self._care)
        desk = await self._api.signed_in(self._admin)
        chart = f"/api/patients/{self._care.patient.id}"
        self._ids = {
            "patient_id": self._care.patient.id,
            "staff_id": other.id,
            "reminder_id": "r1",
            "log_id": "log-1",
            "day": "2026-03-02",
            "number": "1",
            "slug": "bridge",
            "instrument": "psfs",
            "device_id": (await phone.get("/api/me/devices")).json()[0]["id"],
            "alert_id": (await desk.get(f"{chart}/alerts")).json()[0]["id"],
            "session_id": (await desk.get(f"{chart}/needling-sessions")).json()[0]["id"],
            "episode_id": (await desk.get(f"{chart}/episodes")).json()[0]["id"],
            "event_id": (await desk.get(f"{chart}/adverse-events")).json()[0]["id"],
        }

    async def begin(self, operation: Any) -> None:
        """Sign in as the person of this operation; earlier tries are forgotten."""
        await self._db.write(lambda tx: tx.execute("DELETE FROM tries"))
        access = self._access[operation.method.lower(), operation.path]
        person = self._care.patient if access is Access.PATIENT else self._admin
        self._client = self._api.anyone if access is Access.PUBLIC else await self._api.signed_in(person)

    async def send(self, case: Any, number: int) -> httpx.Response:
        if number % 4:  # every fourth request names nothing that exists
            case.path_parameters = {
                name: self._ids.get(name, sent) for name, sent in (case.path_parameters or {}).items()
            }
        sent = case.as_transport_kwargs(base_url="http://localhost:8000")
        cookies = self._client.headers.get("cookie")
        headers = {**sent["headers"], "sec-fetch-site": "same-origin"} | ({"cookie": cookies} if cookies else {})
        answer = await self._client.request(
            sent["method"],
            sent["url"],
            params=sent.get("params"),
            headers=headers,
            content=sent.get("data"),
            **({"json": sent["json"]} if "json" in sent else {}),
        )
        self.sent += 1
        self.statuses.add(answer.status_code)
        return answer


def _plain(path: str) -> str:
    """The path of a route as the description has it."""
    return path.replace(":str}", "}").replace(":int}", "}")
