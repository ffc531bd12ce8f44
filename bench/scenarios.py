"""The requests that bench/requests.py sends: for homeplan's patients and administrator, and the same for the peers."""

import asyncio
import itertools
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import asyncpg
from msgspec import Struct
from pysqlite3 import dbapi2 as sqlite3

from bench.load import Make, ask, request
from bench.population import Phone, Population
from bench.servers import Server
from homeplan.ids import new_id

STAFF, PATIENT = "__Host-hs", "__Host-hp"

TOUCH_PLANS = """
UPDATE exercise_logs SET effort = 3 - COALESCE(effort, 0) % 2
WHERE id IN (SELECT MAX(id) FROM exercise_logs GROUP BY clinic_id, patient_id)"""
"""The latest log of each patient changes, and with it the plan."""


class Scenario(Struct, frozen=True, kw_only=True):
    """A kind of request. `prepare` runs before each measurement and returns the requests."""

    name: str
    status: int
    prepare: Callable[[], Iterator[Make]]
    connections: tuple[int, ...] = (1, 32, 256)


def of_homeplan(server: Server, url: str, people: Population) -> list[Scenario]:
    """Check-in, plan, me and chart of every patient in turn, and the administrator's overview."""
    phones = people.phones
    clinic = phones[0].clinic_id
    of_clinic = [phone for phone in phones if phone.clinic_id == clinic]
    tags: dict[str, str] = {}

    def plan_changed() -> Iterator[Make]:
        for phone in of_clinic:  # the app has seen the patient before
            ask(server.ports[0], _get("/api/me/plan", PATIENT, phone.token))
        touch_plans(url)
        return iter([_constant(_get("/api/me/plan", PATIENT, phone.token)) for phone in of_clinic])

    def plan_unchanged() -> Iterator[Make]:
        for phone in of_clinic:
            _, headers, _ = ask(server.ports[0], _get("/api/me/plan", PATIENT, phone.token))
            tags[phone.token] = headers.get("etag", '"none"')
        made = [_get("/api/me/plan", PATIENT, phone.token, {"if-none-match": tags[phone.token]}) for phone in of_clinic]
        return map(_constant, itertools.cycle(made))

    def me() -> Iterator[Make]:
        return map(_constant, itertools.cycle([_get("/api/me", PATIENT, phone.token) for phone in of_clinic]))

    def overview() -> Iterator[Make]:
        return itertools.repeat(_constant(_get("/api/worklist?most=500", STAFF, people.administrators[clinic])))

    return [
        Scenario(name="check-in", status=200, prepare=lambda: check_ins(of_clinic, people.instrument_version)),
        Scenario(name="plan, changed", status=200, prepare=plan_changed),
        Scenario(name="plan, unchanged", status=304, prepare=plan_unchanged),
        Scenario(name="me", status=200, prepare=me),
        Scenario(name="chart", status=200, prepare=lambda: charts(of_clinic, people)),
        Scenario(name="overview of 500", status=200, prepare=overview, connections=(1,)),
    ]


def of_peer(server: Server, version: str) -> list[Scenario]:
    """The check-in and a small read; a token goes as a cookie and as an authorization."""
    phones = [Phone(patient_id="", clinic_id="", zone="UTC", token=token) for token in server.tokens or [""]]

    def headers(phone: Phone) -> dict[str, str]:
        return {"authorization": phone.token} if "." in phone.token else {"cookie": f"token={phone.token}"}

    def me() -> Iterator[Make]:
        made = [request("GET", "/api/me", headers=headers(phone)) for phone in phones]
        return map(_constant, itertools.cycle(made))

    return [
        Scenario(name="check-in", status=200, prepare=lambda: check_ins(phones, version, headers)),
        Scenario(name="me", status=200, prepare=me),
    ]


def check_ins(
    phones: list[Phone], version: str, headers: Callable[[Phone], dict[str, str]] | None = None
) -> Iterator[Make]:
    """Check-ins of today, each with other answers than the one before."""
    cookies = headers or (lambda phone: {"cookie": f"{PATIENT}={phone.token}"})
    scores = itertools.cycle([(4, 5), (3, 5), (4, 6)])

    def made(phone: Phone) -> Make:
        def make() -> bytes:
            now = datetime.now(UTC)
            pain, worst = next(scores)
            entry = {
                "clientEventId": new_id(now),
                "answeredAt": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "timeZone": phone.zone,
                "painNow": pain,
                "painWorst24h": worst,
                "regions": [{"slug": "low-back", "side": "left"}],
                "interference": 3,
                "sleep": "some",
                "anythingNew": False,
                "safetyYes": [],
                "instrumentVersion": version,
            }
            day = now.astimezone(ZoneInfo(phone.zone)).date()
            return request("PUT", f"/api/me/checkins/{day}", json.dumps(entry).encode(), headers=cookies(phone))

        return make

    return itertools.cycle([made(phone) for phone in phones])


def charts(phones: list[Phone], people: Population) -> Iterator[Make]:
    """The check-ins of the last 90 days, read by the administrator of the patient's clinic."""
    made = [
        _get(f"/api/patients/{phone.patient_id}/checkins", STAFF, people.administrators[phone.clinic_id])
        for phone in phones
    ]
    return map(_constant, itertools.cycle(made))


def worklist(people: Population) -> Scenario:
    """The first page of the worklist, for the administrator of the first clinic."""
    token = people.administrators[people.phones[0].clinic_id]
    made = _constant(_get("/api/worklist", STAFF, token))
    return Scenario(name="worklist", status=200, prepare=lambda: itertools.repeat(made))


def touch_plans(url: str) -> None:
    """Change something in the plan of every patient, beside the running server."""
    if url.startswith("sqlite:///"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=10, isolation_level=None)
        connection.execute(TOUCH_PLANS)
        connection.close()
        return

    async def touch() -> None:
        connection = await asyncpg.connect(url)
        await connection.execute(TOUCH_PLANS)
        await connection.close()

    asyncio.run(touch())


def _get(path: str, cookie: str, token: str, headers: dict[str, str] | None = None) -> bytes:
    return request("GET", path, headers={"cookie": f"{cookie}={token}", **(headers or {})})


def _constant(made: bytes) -> Make:
    return lambda: made
