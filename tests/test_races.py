"""The facts that the guard of a writing route has checked hold until its transaction ends, on both engines.

Generated from the app, so a new route that writes is raced the moment it exists. Each is sent together with a request
that takes away what its guard checks: leaving, ending the sign-in, disabling the member of staff, the care team; and
with a discharge.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from litestar import Litestar

from homeplan.accounts.admission import Admission
from homeplan.accounts.passwords import hash_password
from homeplan.accounts.store import set_password_hash
from homeplan.actor import Role
from homeplan.db import Database
from homeplan.http.access import Access, Helping
from homeplan.http.envelope import Envelope
from homeplan.programs.actions.episodes import require_open_episode
from homeplan.settings import Settings
from tests.conftest import FakeClock
from tests.racing import STOP_AT, Finish, Race
from tests.test_access_matrix import UNSAFE, Route, routes_of
from tests.world import START, Api, Person, World, context, totp_code

pytestmark = pytest.mark.slow

OPENS = "opens the first episode of care; here there is one"
PASSWORD = "a long password of a test"
NEW_PASSWORD = "another long password of a test"
HASH = hash_password(PASSWORD)
REMADE = "the picture is made again in another process first, and this one is refused there"
NOT_WRITING = {
    "GET /api/me": "writes only while the database has no identity",
    "GET /api/patients/{patient_id:str}/program": OPENS,
    "POST /api/library/pictures": REMADE,
    "PUT /api/clinic/logo": REMADE,
    "GET /api/patients/{patient_id:str}/program/proposal": OPENS,
}
"""Routes that read first and find nothing to write, with the reason; the guard is the same in both transactions."""


@dataclass
class Scene:
    """A patient in care with two phones, their therapist with two browsers, and two administrators."""

    patient: Person
    therapist: Person
    admin: Person
    episode: str
    phone: httpx.AsyncClient
    other_phone: httpx.AsyncClient
    desk: httpx.AsyncClient
    other_desk: httpx.AsyncClient
    boss: httpx.AsyncClient
    other_boss: httpx.AsyncClient
    chief: httpx.AsyncClient
    device: httpx.AsyncClient
    """The device of the patient's helper."""

    @property
    def chart(self) -> str:
        return f"/api/patients/{self.patient.id}"

    def sender(self, access: Access) -> tuple[Person, httpx.AsyncClient, httpx.AsyncClient]:
        """The person who sends a request of this rule, their browser, and their other browser."""
        if access is Access.PATIENT:
            return self.patient, self.phone, self.other_phone
        if access is Access.ADMIN:
            return self.admin, self.boss, self.other_boss
        return self.therapist, self.desk, self.other_desk


OF_WHO_LEFT = "/acknowledgement"
"""An urgent alert takes its outcome also after its patient left."""

BODIES: dict[str, dict[str, Any]] = {
    "/api/me/leave": {"confirm": "delete-my-data"},
    "/api/staff/confirm": {"password": PASSWORD, "code": totp_code(START)},
    "/api/staff/invitations": {"id": "bea", "email": "bea@clinic.example", "role": "therapist"},
    "/api/staff/members/{staff_id:str}": {"name": "Other Example"},
    "/api/staff/password": {"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD},
}
"""Bodies for the routes that decode theirs before the writing transaction; the others stop at the guard with any."""


Taking = Callable[[Scene, Access, dict[str, str]], Awaitable[httpx.Response]]


async def leave(scene: Scene, _: Access, headers: dict[str, str]) -> httpx.Response:
    return await scene.other_phone.post("/api/me/leave", json={"confirm": "delete-my-data"}, headers=headers)


async def revoke(scene: Scene, access: Access, headers: dict[str, str]) -> httpx.Response:
    _, _, other = scene.sender(access)
    if access is Access.PATIENT:
        return await scene.chief.delete(f"{scene.chart}/sign-ins", headers=headers)
    listed = (await other.get("/api/staff/sign-ins")).json()
    [first] = [one["id"] for one in listed if not one["current"]]
    return await other.delete(f"/api/staff/sign-ins/{first}", headers=headers)


async def disable(scene: Scene, access: Access, headers: dict[str, str]) -> httpx.Response:
    person, _, _ = scene.sender(access)
    return await scene.chief.patch(f"/api/staff/members/{person.id}", json={"disabled": True}, headers=headers)


async def leave_the_care_team(scene: Scene, _: Access, headers: dict[str, str]) -> httpx.Response:
    return await scene.chief.delete(f"{scene.chart}/care-team/{scene.therapist.id}", headers=headers)


async def discharge(scene: Scene, _: Access, headers: dict[str, str]) -> httpx.Response:
    body = {"stage": "discharged"}
    return await scene.chief.patch(f"{scene.chart}/episodes/{scene.episode}", json=body, headers=headers)


async def end_the_helper(scene: Scene, _: Access, headers: dict[str, str]) -> httpx.Response:
    return await scene.other_phone.delete("/api/me/helper", headers=headers)


async def end_the_helper_as_staff(scene: Scene, _: Access, headers: dict[str, str]) -> httpx.Response:
    return await scene.chief.delete(f"{scene.chart}/helper", headers=headers)


async def close_to_the_helper(scene: Scene, _: Access, headers: dict[str, str]) -> httpx.Response:
    body = {"history": False, "messages": False}
    return await scene.other_phone.put("/api/me/helper/allowed", json=body, headers=headers)


HELPER_RACES: dict[str, tuple[Taking, set[Helping], int]] = {
    "leave": (leave, set(Helping), 401),
    "end": (end_the_helper, set(Helping), 401),
    "end as staff": (end_the_helper_as_staff, set(Helping), 401),
    "close": (close_to_the_helper, {Helping.HISTORY, Helping.MESSAGES}, 403),
}
"""The same for what a helper sends: name → the request, the terms of the routes, the answer that comes later."""

RACES: dict[str, tuple[Taking, dict[Access, int | None]]] = {
    "leave": (leave, {Access.PATIENT: 401, Access.CHART: 409}),
    "revoke": (revoke, {Access.PATIENT: 401, Access.CHART: 401, Access.STAFF: 401, Access.ADMIN: 401}),
    "disable": (disable, {Access.CHART: 401, Access.STAFF: 401, Access.ADMIN: 401}),
    "care team": (leave_the_care_team, {Access.CHART: 404}),
    "discharge": (discharge, {Access.PATIENT: None, Access.CHART: None}),
}
"""Name → the request that takes something away, and the answer to a route of each rule that comes later. After a
discharge each route has its own rules."""


class Races:
    """The app with a race in front of its database, and its scenes."""

    def __init__(self, litestar: Litestar, settings: Settings, db: Database, clock: FakeClock):
        self.race = Race(db, Admission())
        litestar.state.db, litestar.state.clock, litestar.state.admission = self.race, clock, self.race
        self.api = Api(Envelope(litestar, settings.origin), db, clock)
        self._db, self._world = db, World(db, clock)
        self._clinic: Any = None

    async def scene(self) -> Scene:
        if self._clinic is None:
            self._clinic = await self._world.clinic()
            self._chief = await self.api.signed_in(await self._world.admin(self._clinic))
        therapist = await self._world.therapist(self._clinic)
        admin = await self._world.therapist(self._clinic, role=Role.ADMIN)
        patient = await self._world.patient(self._clinic, therapist)
        episode = await self._db.write(lambda tx: require_open_episode(therapist.context(tx), patient.id))
        await self._db.write(lambda tx: set_password_hash(context(tx, clinic_id=self._clinic.id), therapist.id, HASH))
        sign_in = self.api.signed_in
        return Scene(
            patient=patient,
            therapist=therapist,
            admin=admin,
            episode=episode.id,
            phone=await sign_in(patient),
            other_phone=await sign_in(patient),
            desk=await sign_in(therapist),
            other_desk=await sign_in(therapist),
            boss=await sign_in(admin),
            other_boss=await sign_in(admin),
            chief=self._chief,
            device=await sign_in(await self._world.helper(patient, history=True, messages=True)),
        )

    async def after_guard(self, route: Route, taking: Taking, *, by_helper: bool = False) -> Finish:
        """The route is stopped at its guard while the other request comes."""
        scene = await self.scene()
        stopped = send(scene, route, {STOP_AT: "guard"}, by_helper=by_helper)
        return await self.race.run(stopped, taking(scene, route.access, {}))

    async def before_commit(self, route: Route, taking: Taking, *, by_helper: bool = False) -> Finish:
        """The other request is stopped before its commit while the route is asked."""
        scene = await self.scene()
        return await self.race.run(
            taking(scene, route.access, {STOP_AT: "commit"}), send(scene, route, {}, by_helper=by_helper)
        )


async def send(scene: Scene, route: Route, headers: dict[str, str], *, by_helper: bool = False) -> httpx.Response:
    client = scene.device if by_helper else scene.sender(route.access)[1]
    body: dict[str, Any] = {"json": BODIES.get(route.path, {})} if route.method in UNSAFE else {}
    return await client.request(route.method, route.address(scene.patient.id), headers=headers, **body)


@pytest.fixture
async def races(litestar: Litestar, settings: Settings, db: Database, clock: FakeClock) -> AsyncIterator[Races]:
    admission = litestar.state.admission
    made = Races(litestar, settings, db, clock)
    yield made
    await made.api.close()
    litestar.state.admission = admission


def writing(litestar: Litestar, rules: dict[Access, int | None]) -> list[Route]:
    """The routes of these rules that write."""
    return [route for route in routes_of(litestar) if route.access in rules and route.handler.opt["route"].writes]


@pytest.mark.parametrize("name", RACES)
async def test_what_the_guard_checked_cannot_change_before_the_write_is_committed(
    races: Races, litestar: Litestar, name: str
) -> None:
    taking, rules = RACES[name]
    wrong, unreached = [], set()
    for route in writing(litestar, rules):
        went = await races.after_guard(route, taking)
        if not went.was_stopped:
            unreached.add(str(route))
        # Where both end the sign-in, the second one may find it ended.
        one_succeeded = went.second.status_code < 300 or went.first.status_code < 300
        if went.overtook or went.first.status_code >= 500 or not one_succeeded:
            wrong.append(f"{route}: {went.first.status_code}, {name}: {went.second.status_code} {went.overtook=}")
    assert wrong == []
    assert unreached <= set(NOT_WRITING)


@pytest.mark.parametrize("name", RACES)
async def test_a_write_that_comes_later_is_refused(races: Races, litestar: Litestar, name: str) -> None:
    taking, rules = RACES[name]
    wrong = []
    for route in writing(litestar, rules):
        if str(route) in NOT_WRITING:
            continue
        went = await races.before_commit(route, taking)
        assert went.was_stopped, str(route)
        refused = None if name == "leave" and OF_WHO_LEFT in str(route) else rules[route.access]
        is_read = route.method not in UNSAFE and name == "leave" and route.access is Access.CHART
        expected = went.second.status_code < 500 if refused is None or is_read else went.second.status_code == refused
        if went.overtook or not expected or went.first.status_code >= 300:
            wrong.append(f"{route}: {went.second.status_code}, {name}: {went.first.status_code} {went.overtook=}")
    assert wrong == []


@pytest.mark.parametrize("name", HELPER_RACES)
async def test_what_a_helper_may_do_is_decided_in_the_transaction_that_writes(
    races: Races, litestar: Litestar, name: str
) -> None:
    taking, terms, refused = HELPER_RACES[name]
    wrong = []
    for route in writing(litestar, {Access.PATIENT: None}):
        if route.handler.opt["route"].helper not in terms or str(route) in NOT_WRITING:
            continue
        went = await races.after_guard(route, taking, by_helper=True)
        # Where the helper's own request ends the helper, there is nobody left to end.
        one_succeeded = went.second.status_code < 300 or went.first.status_code < 300
        if went.overtook or went.first.status_code >= 500 or not one_succeeded:
            wrong.append(f"{route}: {went.first.status_code}, {name}: {went.second.status_code} {went.overtook=}")
        went = await races.before_commit(route, taking, by_helper=True)
        if went.overtook or went.second.status_code != refused or went.first.status_code >= 300:
            wrong.append(f"{route}: {went.second.status_code}, then {name}: {went.first.status_code} {went.overtook=}")
    assert wrong == []
