"""Every write route of every feature refuses what is no sound body: with a code, never a 500, and nothing is stored.

Generated from the app, so a new route is tried the moment it exists. What single fields take is tried by the features.
"""

from typing import Any

import httpx
import pytest
from litestar import Litestar

from homeplan.actor import Stage
from homeplan.db import Database
from homeplan.http.access import Access
from tests.test_access_matrix import Route, routes_of
from tests.world import Api, Person, World

JSON = "application/json"
BAD: dict[str, tuple[bytes, str, int]] = {
    "nothing at all": (b"", JSON, 400),
    "broken JSON": (b'{"a": ', JSON, 400),
    "no UTF-8": (b'{"a": "\xff"}', JSON, 400),
    "a lone surrogate": (b'{"a": "\\ud800"}', JSON, 400),
    "NUL": (b'{"a": "\\u0000"}', JSON, 400),
    "not a number": (b'{"a": NaN}', JSON, 400),
    "a key twice": (b'{"a": 1, "a": 2}', JSON, 400),
    "an unknown field": (b'{"noSuchField": 1}', JSON, 400),
    "null": (b"null", JSON, 400),
    "a list": (b"[]", JSON, 400),
    "a text": (b'"x"', JSON, 400),
    "60,000 brackets": (b"[" * 60_000, JSON, 400),
    "a byte more than the largest": (b"{ }", JSON, 413),
    "a form": (b"a=1", "application/x-www-form-urlencoded", 415),
    "JSON as plain text": (b"{}", "text/plain", 415),
}


@pytest.fixture
async def people(world: World) -> dict[Access, Person]:
    clinic = await world.clinic()
    therapist = await world.therapist(clinic)
    patient = await world.patient(clinic, therapist)
    return {
        Access.PATIENT: patient,
        Access.HALF: therapist,
        Access.FACTORS: therapist,
        Access.STAFF: therapist,
        Access.CHART: therapist,
        Access.ADMIN: await world.admin(clinic),
    }


@pytest.mark.parametrize("kind", BAD)
async def test_no_route_takes(
    api: Api, litestar: Litestar, db: Database, people: dict[Access, Person], kind: str
) -> None:
    body, content_type, status = BAD[kind]
    clients = {
        access: await api.signed_in(person, Stage.CODE if access is Access.HALF else Stage.FULL)
        for access, person in people.items()
    }
    before = await _events(db)
    wrong = []
    for route in _with_body(litestar):
        client = clients.get(route.access, api.anyone)
        address = route.address(people[Access.PATIENT].id)
        if status == 413:
            body = b"{" + b" " * (route.handler.opt["route"].largest - 1) + b"}"
        answer = await client.request(
            route.method, address, params={"basedOn": 1}, content=body, headers={"content-type": content_type}
        )
        if (answer.status_code, "code" in _problem(answer)) != (status, True):
            wrong.append(f"{route}: {answer.status_code} {answer.text[:80]}")
    assert wrong == []
    assert await _events(db) == before


def _with_body(app: Litestar) -> list[Route]:
    return [route for route in routes_of(app) if route.handler.parsed_data_field is not None]


def _problem(answer: httpx.Response) -> dict[str, Any]:
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem: dict[str, Any] = answer.json()
    return problem


async def _events(db: Database) -> int:
    return int(await db.read(lambda tx: tx.fetch_value("SELECT COUNT(*) FROM audit_events")))
