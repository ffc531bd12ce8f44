"""Statements that forgot their scope: on SQLite the answers of a clinic change, on PostgreSQL the rows of other clinics
stay out of reach. A forgotten care team shows on both.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from litestar import Litestar

from homeplan.accounts.store.patients import MAY_SEE, SELECT_PATIENTS, SELECT_VISIBLE
from homeplan.accounts.store.staff import SELECT_ALL_STAFF
from homeplan.alerts.model import Finding
from homeplan.alerts.store import insert_alert
from homeplan.alerts.store.alerts import SELECT_OPEN
from homeplan.context import Memory
from homeplan.db import Database, postgres
from homeplan.http.envelope import Envelope
from homeplan.library.store import SELECT_OWN, SELECT_SIGNATURES
from homeplan.programs.actions.episodes import require_open_episode
from homeplan.settings import Settings
from tests.conftest import FakeClock
from tests.library.build import exercise
from tests.privacy.conftest import in_care
from tests.programs.care import Care
from tests.test_access_matrix import routes_of
from tests.world import START, Api, Person, World

pytestmark = pytest.mark.slow

OF_THE_CLINIC = re.compile(r"\b(\w+\.)?clinic_id = :clinic_id\b")
Change = Callable[[str], str]


class ChangedStatements:
    """A database whose requests run other statements than the store holds."""

    def __init__(self, db: Database, change: Change):
        self._db, self._change = db, change

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)

    async def read(self, work: Any) -> Any:
        return await self._db.read(lambda tx: work(ChangedTx(tx, self._change)))

    async def read_aside(self, work: Any) -> Any:
        return await self._db.read_aside(lambda tx: work(ChangedTx(tx, self._change)))

    async def write(self, work: Any) -> Any:
        return await self._db.write(lambda tx: work(ChangedTx(tx, self._change)))


class ChangedTx:
    """A transaction that changes each statement before it runs."""

    def __init__(self, tx: Any, change: Change):
        self._tx, self._change = tx, change

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._tx, name)
        if name not in ("fetch", "fetch_one", "fetch_value", "execute", "execute_many", "enter"):
            return found
        return lambda sql, *rows, **params: found(self._change(sql), *rows, **params)


@dataclass
class Clinics:
    """Two clinics; in the first one, a patient whom its therapist does not treat."""

    care: Care
    admin: Person
    untreated: Person
    foreign: Person
    api: Api
    litestar: Litestar
    db: Database

    async def answers(self, change: Change = str, *, of: Sequence[str] | None = None) -> dict[str, str]:
        """The answer to each route that reads, for the people of the first clinic. `of`: at these addresses only."""
        state = self.litestar.state
        state.memory = Memory()
        clients = {
            who.role: await self.api.signed_in(who) for who in (self.care.patient, self.care.therapist, self.admin)
        }
        state.db = ChangedStatements(self.db, change)
        found = {}
        for role, client in clients.items():
            for route in routes_of(self.litestar):
                if route.method != "GET" or route.path.startswith(UNSTEADY) or (of and route.path not in of):
                    continue
                for patient in (self.care.patient, self.untreated, self.foreign):
                    path = route.address(patient.id)
                    if f"{role} {path}" not in found:
                        answer = await client.get(path)
                        found[f"{role} {path}"] = f"{answer.status_code} {answer.text}"
        state.db = self.db
        return found


UNSTEADY = ("/api/me/export", "/api/me/sign-ins", "/api/staff/sign-ins", "/api/audit-events")
"""Addresses whose answers tell of the requests before them."""


@pytest.fixture
async def clinics(litestar: Litestar, settings: Settings, db: Database, world: World, clock: FakeClock) -> Clinics:
    litestar.state.db, litestar.state.clock = db, clock
    api = Api(Envelope(litestar, settings.origin), db, clock)
    care, other = await in_care(db, world, clock), await in_care(db, world, clock)
    clinic = care.patient.clinic
    colleague = await world.therapist(clinic)
    untreated = await world.patient(clinic, colleague, given_name="Untreated")
    await db.write(lambda tx: require_open_episode(colleague.context(tx), untreated.id))
    silent = Finding(rule="no-checkin", version=1, known_at=START, trigger="t", value=1, inputs={})
    await db.write(lambda tx: insert_alert(colleague.context(tx), untreated.id, silent))
    desk = await api.signed_in(other.therapist)
    made = await desk.post("/api/library/items", json=msgspec.to_builtins(exercise()) | {"id": "x"})
    signed = await desk.post("/api/library/reviews", json={"slugs": ["bridge"]})
    assert (made.status_code, signed.status_code) == (201, 200), signed.text
    return Clinics(care, await world.admin(clinic), untreated, other.patient, api, litestar, db)


def without_clinic(sql: str) -> str:
    return OF_THE_CLINIC.sub("TRUE", sql)


def without_care_team(sql: str) -> str:
    return sql.replace(MAY_SEE, "(TRUE OR CAST(:role AS TEXT) = :actor_id)")


FORGOTTEN: dict[str, tuple[str, Change]] = {
    "the clinic of the list of patients": (SELECT_PATIENTS, without_clinic),
    "the clinic of the list of alerts": (SELECT_OPEN, without_clinic),
    "the clinic of the staff": (SELECT_ALL_STAFF, without_clinic),
    "the clinic of the own items": (SELECT_OWN, without_clinic),
    "the clinic of the signatures": (SELECT_SIGNATURES, without_clinic),
    "the clinic of the guard": (SELECT_VISIBLE, without_clinic),
    "the care team of the list of patients": (SELECT_PATIENTS, without_care_team),
    "the care team of the list of alerts": (SELECT_OPEN, without_care_team),
    "the care team of the guard": (SELECT_VISIBLE, without_care_team),
}
"""A condition → the statement that has it, and the statement without it."""


SHOWING = (
    "/api/alerts",
    "/api/library",
    "/api/patients",
    "/api/patients/{patient_id:str}/alerts",
    "/api/staff/members",
)
"""Addresses whose answers show what the statements above find."""


async def test_the_same_statements_give_the_same_answers(clinics: Clinics) -> None:
    assert await clinics.answers() == await clinics.answers()


@pytest.mark.parametrize("condition", FORGOTTEN)
async def test_a_forgotten_condition_shows_or_finds_nothing(clinics: Clinics, condition: str) -> None:
    statement, forget = FORGOTTEN[condition]
    assert forget(statement) != statement
    sound = await clinics.answers(of=SHOWING)
    changed = await clinics.answers(lambda sql: sql.replace(statement, forget(statement)), of=SHOWING)
    differs = {path for path in sound if sound[path] != changed[path]}
    if clinics.db.engine == "postgresql" and forget is without_clinic:
        assert differs == set()
    else:
        assert differs


async def test_without_any_clinic_in_its_statements_a_request_reads_only_its_own(
    clinics: Clinics, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = await clinics.answers()
    if clinics.db.engine == "postgresql":
        assert await clinics.answers(without_clinic) == sound
        monkeypatch.setattr(postgres, "ENTER", "{}")  # without row-level security
    changed = await clinics.answers(without_clinic)
    assert len([path for path in sound if sound[path] != changed[path]]) > 10
