"""Every route of every feature, as everybody: who gets in is what the route's access rule says, and nobody else.

Generated from the app, so a new route is in the matrix the moment it exists.
"""

import re
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from litestar import Litestar, get
from litestar.handlers import HTTPRouteHandler

import homeplan.app
from homeplan.actor import Actor, Role, Stage
from homeplan.app import create_litestar
from homeplan.db import Database
from homeplan.http.access import Access, Helping, RouteWithoutRule, handlers
from homeplan.http.envelope import Envelope
from homeplan.settings import Settings
from tests.conftest import FakeClock
from tests.world import Api, Person, World

CHART_PARAMETER = "patient_id"
ABSENT = "0195a000-0000-7000-8000-000000000000"
PLAUSIBLE = {"day": "2026-03-02", "slug": "no-such-slug", "number": "1", "threshold": "no-checkin.days"}
OWNERSHIP = {"clinicId", "patientId", "actorId", "authorId", "sessionId", "createdAt", "createdBy"}
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Route:
    """One method of one address."""

    method: str
    path: str
    handler: HTTPRouteHandler

    @property
    def access(self) -> Access:
        rule: Access = self.handler.opt["access"]
        return rule

    def address(self, patient_id: str) -> str:
        def fill(match: re.Match[str]) -> str:
            name = match.group(1)
            return patient_id if name == CHART_PARAMETER else PLAUSIBLE.get(name, ABSENT)

        return re.sub(r"\{(\w+):\w+\}", fill, self.path)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def routes_of(app: Litestar) -> list[Route]:
    found = [
        Route(method, path, handler)
        for path, handler in handlers(app)
        for method in sorted(handler.http_methods)
        if path.startswith("/api/") and not handler.fn.__module__.startswith("litestar.")
    ]
    return sorted(found, key=str)


class Spy:
    """Stands before the app and sees whether the guard let a request in."""

    def __init__(self, app: Envelope):
        self._app = app
        self.let_in = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.let_in = False
        await self._app(scope, receive, send)
        self.let_in = isinstance(scope.get("homeplan.actor"), Actor)


@dataclass(frozen=True)
class Cast:
    """One clinic with a patient, and everybody who might look."""

    patient: Person
    people: dict[str, Person | None]


@pytest.fixture
async def cast(world: World) -> Cast:
    clinic, other = await world.clinic(), await world.clinic()
    treating = await world.therapist(clinic)
    patient = await world.patient(clinic, treating)
    return Cast(
        patient,
        {
            "signed out": None,
            "patient": patient,
            "another patient": await world.patient(clinic, treating),
            "treating therapist": treating,
            "therapist of the clinic": await world.therapist(clinic),
            "therapist of another clinic": await world.therapist(other),
            "front desk": await world.therapist(clinic, role=Role.FRONT_DESK),
            "front desk of another clinic": await world.therapist(other, role=Role.FRONT_DESK),
            "owner": await world.therapist(clinic, role=Role.OWNER),
            "administrator": await world.admin(clinic),
            "administrator of another clinic": await world.admin(other),
            "administrator with a password alone": await world.admin(clinic),
            "administrator who sets up a factor": await world.admin(clinic),
        },
    )


IN, NOT_SIGNED_IN, FORBIDDEN, NOT_FOUND = 0, 401, 403, 404

_PATIENT = {Access.PATIENT: IN}
_STAFF = {Access.HALF: FORBIDDEN, Access.FACTORS: IN, Access.STAFF: IN}
_NO_CHART = {**_STAFF, Access.ADMIN: FORBIDDEN, Access.CHART: NOT_FOUND}
_BEFORE_THE_FACTOR = dict.fromkeys((Access.HALF, Access.FACTORS, Access.STAFF, Access.ADMIN, Access.CHART), FORBIDDEN)
EXPECTED: dict[str, dict[Access, int]] = {
    "signed out": {},
    "patient": _PATIENT,
    "another patient": _PATIENT,
    "helper": {},
    "helper who may read history": {},
    "helper who may read messages": {},
    "treating therapist": {**_NO_CHART, Access.CHART: IN},
    "therapist of the clinic": _NO_CHART,
    "therapist of another clinic": _NO_CHART,
    "front desk": {**_STAFF, Access.ADMIN: FORBIDDEN, Access.CHART: IN},
    "front desk of another clinic": _NO_CHART,
    "owner": {**_STAFF, Access.ADMIN: IN, Access.CHART: IN},
    "administrator": {**_STAFF, Access.ADMIN: IN, Access.CHART: IN},
    "administrator of another clinic": {**_STAFF, Access.ADMIN: IN, Access.CHART: NOT_FOUND},
    "administrator with a password alone": {**_BEFORE_THE_FACTOR, Access.HALF: IN},
    "administrator who sets up a factor": {**_BEFORE_THE_FACTOR, Access.FACTORS: IN},
}
HELPING = {
    "helper": {Helping.ALWAYS},
    "helper who may read history": {Helping.ALWAYS, Helping.HISTORY},
    "helper who may read messages": {Helping.ALWAYS, Helping.MESSAGES},
}
"""The terms of a patient's route on which each helper gets in; its other routes are forbidden to them."""
STAGES = {
    "administrator with a password alone": Stage.CODE,
    "administrator who sets up a factor": Stage.SET_UP,
}

"""The expected status for each role, by the route's rule; 401 for every other role."""

OPEN_TO_THE_FRONT_DESK = {
    "DELETE /api/patients/{patient_id:str}/invitation",
    "DELETE /api/patients/{patient_id:str}/sign-ins",
    "DELETE /api/staff/factors/reset-notice",
    "DELETE /api/staff/sign-in",
    "DELETE /api/staff/sign-ins/{sign_in_id:str}",
    "GET /api/clinic",
    "GET /api/patients",
    "GET /api/patients/{patient_id:str}",
    "GET /api/patients/{patient_id:str}/telephone-numbers",
    "GET /api/patients/{patient_id:str}/visits",
    "GET /api/staff/draft-key",
    "GET /api/staff/me",
    "GET /api/staff/sign-ins",
    "PATCH /api/patients/{patient_id:str}",
    "POST /api/patient-search",
    "POST /api/patients",
    "POST /api/patients/{patient_id:str}/invitation",
    "POST /api/patients/{patient_id:str}/visits",
    "POST /api/patients/{patient_id:str}/visits/{visit_id:str}/move",
    "POST /api/staff/confirm",
    "POST /api/staff/confirm/passkey",
    "POST /api/staff/confirm/passkey/options",
    "POST /api/staff/factors/recovery-codes",
    "PUT /api/patients/{patient_id:str}/telephone-numbers",
    "PUT /api/patients/{patient_id:str}/visits/{visit_id:str}/state",
    "PUT /api/staff/password",
}
"""All routes of staff and of charts that the front desk may use. Nothing that they answer is clinical."""


@pytest.mark.parametrize("who", EXPECTED)
async def test_everybody_gets_in_where_the_rule_says_and_nowhere_else(
    litestar: Litestar, settings: Settings, db: Database, clock: FakeClock, world: World, cast: Cast, who: str
) -> None:
    litestar.state.db, litestar.state.clock = db, clock
    spy = Spy(Envelope(litestar, settings.origin))
    api = Api(spy, db, clock)
    wrong = []
    for route in routes_of(litestar):
        expected = _expected(who, route)
        person = await _helper(world, cast, who) if who in HELPING else cast.people[who]
        client = api.anyone if person is None else await api.signed_in(person, STAGES.get(who, Stage.FULL))
        answer = await _send(client, route, cast.patient.id)
        let_in = spy.let_in or route.access is Access.PUBLIC
        met = IN if let_in and answer.status_code not in (401, 403) else answer.status_code
        if met != expected or answer.status_code >= 500 or answer.is_redirect:
            wrong.append(f"{route} [{route.access.name}]: expected {expected}, met {answer.status_code}")
        if expected == NOT_FOUND:
            absent = await _send(client, route, ABSENT)
            if _seen(absent) != _seen(answer):
                wrong.append(f"{route}: a foreign patient is not answered like an absent one")
    await api.close()
    assert wrong == []


async def test_one_entry_in_the_audit_trail_tells_of_each_answer_about_a_patient(
    api: Api, litestar: Litestar, db: Database, cast: Cast
) -> None:
    """All but a patient's reads of their own data leave one; of those only the export does."""
    wrong = []
    for route in routes_of(litestar):
        if route.access is not Access.CHART and not route.path.startswith("/api/me"):
            continue
        client = await api.signed_in(
            cast.patient if route.access is Access.PATIENT else cast.people["treating therapist"] or cast.patient
        )
        own_read = route.access is Access.PATIENT and route.method == "GET"
        expected = not own_read or route.path.startswith("/api/me/export")
        if bool(route.handler.opt.get("audit")) != expected:
            wrong.append(f"{route}: {'has no' if expected else 'has a'} name in the audit trail")
        before = await _events(db)
        answer = await _send(client, route, cast.patient.id)
        audited = (await _events(db))[len(before) :]
        names = [(route.handler.opt.get("audit"), cast.patient.id)] if expected else []
        if answer.status_code < 300 and audited != names:
            wrong.append(f"{route}: answered {answer.status_code}, audited {audited}")
        if answer.status_code >= 400 and audited:
            wrong.append(f"{route}: refused with {answer.status_code}, yet audited {audited}")
    assert wrong == []


async def test_each_read_by_a_helper_leaves_one_entry_in_the_audit_trail(
    api: Api, litestar: Litestar, db: Database, world: World, cast: Cast
) -> None:
    patient = await world.patient(cast.patient.clinic)
    device = await api.signed_in(await world.helper(patient, history=True, messages=True))
    wrong, reached = [], 0
    for route in routes_of(litestar):
        if route.method != "GET" or route.handler.opt["route"].helper is None:
            continue
        before = await _events(db)
        answer = await _send(device, route, ABSENT)
        audited = (await _events(db))[len(before) :]
        expected = [(route.handler.opt["audit"] or "helper.read", patient.id)] if answer.status_code < 300 else []
        reached += bool(expected)
        if audited != expected:
            wrong.append(f"{route}: answered {answer.status_code}, audited {audited}")
    assert wrong == []
    assert reached >= 3


def test_the_front_desk_reaches_the_listed_routes_and_no_others(litestar: Litestar) -> None:
    opened = [one for one in routes_of(litestar) if getattr(one.handler.opt.get("route"), "desk", False)]
    assert {str(one) for one in opened} == OPEN_TO_THE_FRONT_DESK
    assert {one.access for one in opened} == {Access.STAFF, Access.CHART}


NEVER = ("leave", "export", "consent", "reminder", "device", "push", "sign-ins", "helper", "phone-link", "pairing-code")
"""Things that no helper may do, on any terms: parts of addresses."""


def test_no_helper_leaves_exports_consents_invites_or_changes_settings(litestar: Litestar) -> None:
    opened = {str(route) for route in routes_of(litestar) if getattr(route.handler.opt.get("route"), "helper", None)}
    assert [one for one in opened if any(part in one.removeprefix("/api/me") for part in NEVER)] == []
    assert "PATCH /api/me" not in opened


def test_no_other_read_than_these_may_store_something_at_the_first_time(litestar: Litestar) -> None:
    """Another site may have a browser send any read; the transaction of all others refuses to write."""
    routes = [route for route in routes_of(litestar) if route.method == "GET" and "route" in route.handler.opt]
    assert {str(route) for route in routes if route.handler.opt["route"].writes} == {
        "GET /api/me",
        "GET /api/me/plan",
        "GET /api/patients/{patient_id:str}/program",
        "GET /api/patients/{patient_id:str}/program/proposal",
        "GET /api/staff/draft-key",
    }


def test_nothing_in_a_body_says_whose_it_is(litestar: Litestar) -> None:
    wrong = []
    for route in routes_of(litestar):
        declared = route.handler.parsed_data_field
        if declared is None:
            continue
        for name, fields, strict in _structs(declared.annotation):
            if owned := OWNERSHIP & fields:
                wrong.append(f"{route}: {name} takes {sorted(owned)}")
            if not strict:
                wrong.append(f"{route}: {name} takes unknown fields")
    assert wrong == []


async def test_ownership_in_a_body_is_refused(api: Api, litestar: Litestar, cast: Cast) -> None:
    wrong = []
    for route in routes_of(litestar):
        if route.handler.parsed_data_field is None:
            continue
        person = cast.people["administrator"] if route.access is not Access.PATIENT else cast.patient
        assert person is not None
        client = await api.signed_in(person, Stage.CODE if route.access is Access.HALF else Stage.FULL)
        for name in sorted(OWNERSHIP):
            answer = await client.request(route.method, route.address(cast.patient.id), json={name: ABSENT})
            if answer.status_code not in (400, 429):
                wrong.append(f"{route}: {name} answered {answer.status_code}")
    assert wrong == []


def test_a_route_without_a_rule_keeps_the_app_from_starting(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    @get("/api/forgotten")
    async def forgotten() -> str:
        return ""

    @get("/api/unnamed/{person_id:str}", access=Access.CHART)
    async def unnamed() -> str:
        return ""

    @get("/api/patients/{patient_id:str}/unguarded", access=Access.STAFF)
    async def unguarded() -> str:
        return ""

    unset: Any = None
    for route in (forgotten, unnamed, unguarded):
        monkeypatch.setattr(homeplan.app, "FEATURES", (SimpleNamespace(routes=[route]),))
        with pytest.raises(RouteWithoutRule):
            create_litestar(settings, unset, unset)


async def _helper(world: World, cast: Cast, who: str) -> Person:
    """A new helper with these terms; one of the routes ends the helper who asks."""
    terms = HELPING[who]
    patient = await world.patient(cast.patient.clinic)
    return await world.helper(patient, history=Helping.HISTORY in terms, messages=Helping.MESSAGES in terms)


def _expected(who: str, route: Route) -> int:
    """The answer of the guard, by the rule of the route; for a helper by its terms."""
    if route.access is Access.PATIENT and who in HELPING:
        return IN if route.handler.opt["route"].helper in HELPING[who] else FORBIDDEN
    of_staff = route.access in (Access.STAFF, Access.CHART)
    if who.startswith("front desk") and of_staff and not route.handler.opt["route"].desk:
        return FORBIDDEN
    return IN if route.access is Access.PUBLIC else EXPECTED[who].get(route.access, NOT_SIGNED_IN)


async def _send(client: Any, route: Route, patient_id: str) -> Any:
    body: dict[str, Any] = {"json": {}} if route.method in UNSAFE else {}
    return await client.request(route.method, route.address(patient_id), **body)


def _seen(answer: Any) -> tuple[int, bytes, list[tuple[str, str]]]:
    """All that a visitor can compare; the request id is random."""
    headers = [(name, value) for name, value in answer.headers.multi_items() if name != "x-request-id"]
    return answer.status_code, answer.content, sorted(headers)


async def _events(db: Database) -> list[tuple[str, str | None]]:
    rows = await db.read(lambda tx: tx.fetch("SELECT action, patient_id FROM audit_events ORDER BY seq"))
    return [(row["action"], row["patient_id"]) for row in rows]


def _structs(annotation: Any) -> list[tuple[str, set[str], bool]]:
    """Each struct below a body's type: its name, its fields on the wire, whether it refuses unknown ones."""
    found: dict[type, tuple[str, set[str], bool]] = {}

    def walk(info: Any) -> None:
        if isinstance(info, msgspec.inspect.StructType):
            if info.cls in found:
                return
            names = {field.encode_name for field in info.fields}
            found[info.cls] = (info.cls.__name__, names, info.forbid_unknown_fields)
            for field in info.fields:
                walk(field.type)
            return
        for part in ("types", "item_types"):
            for inner in getattr(info, part, ()):
                walk(inner)
        for part in ("item_type", "key_type", "value_type", "type"):
            inner = getattr(info, part, None)
            if isinstance(inner, msgspec.inspect.Type):
                walk(inner)

    walk(msgspec.inspect.type_info(annotation))
    return list(found.values())
