"""The signed-in patient: who I am, how I am spoken to, where I am signed in."""

from datetime import datetime
from typing import Any

from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, UnsetType, structs

from homeplan.accounts.api.cookies import no_cookie
from homeplan.accounts.audit import record
from homeplan.accounts.guard import PATIENT_COOKIE
from homeplan.accounts.model import BirthYear, Clinic, Scope, SessionSummary
from homeplan.accounts.store import (
    care_team,
    create_invitation,
    find_clinic,
    find_patient,
    list_sessions,
    revoke_session,
    save_patient,
    store_epoch,
)
from homeplan.clock import Clock
from homeplan.db import Database, Tx
from homeplan.http.access import Access
from homeplan.values import Id, Instant, Language, Name, Value, ZoneName


class Myself(Value, frozen=True):
    """What the patient's own phone needs to know of them."""

    id: Id
    given_name: Name
    family_name: Name
    language: Language
    time_zone: ZoneName
    birth_year: BirthYear | None


class Me(Value, frozen=True):
    """The signed-in patient, their clinic, and which store answers."""

    patient: Myself
    clinic: Clinic
    therapist_name: Name | None
    store_epoch: str
    server_time: Instant


async def read_me(tx: Tx, scope: Scope, now: datetime) -> Me:
    """The patient who acts. Needs a write transaction, for the store's epoch."""
    patient = await find_patient(tx, scope, scope.actor_id)
    team = await care_team(tx, scope.clinic_id, scope.actor_id)
    return Me(
        patient=Myself(
            id=patient.id,
            given_name=patient.given_name,
            family_name=patient.family_name,
            language=patient.language,
            time_zone=patient.time_zone,
            birth_year=patient.birth_year,
        ),
        clinic=await find_clinic(tx, scope.clinic_id),
        therapist_name=team[0].name if team else None,
        store_epoch=await store_epoch(tx),
        server_time=now,
    )


@get("/api/me", access=Access.PATIENT, operation_id="readMe", audit="me.read")
async def get_me(who: NamedDependency[Scope], db: NamedDependency[Database], clock: NamedDependency[Clock]) -> Me:
    """Who is signed in on this phone."""
    now = clock.now()

    async def work(tx: Tx) -> Me:
        me = await read_me(tx, who, now)
        await record(tx, who, now, action="me.read", patient_id=who.actor_id)
        return me

    return await db.write(work)


class MyChanges(Value, frozen=True):
    """What patients decide about themselves."""

    language: Language | UnsetType = UNSET
    time_zone: ZoneName | UnsetType = UNSET


@patch("/api/me", access=Access.PATIENT, operation_id="changeMe", audit="me.save")
async def patch_me(
    data: JSONBody[MyChanges],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> Me:
    """Change my language or my home time zone."""
    now = clock.now()

    async def work(tx: Tx) -> Me:
        patient = await find_patient(tx, who, who.actor_id)
        changes: dict[str, Any] = {k: v for k, v in structs.asdict(data).items() if v is not UNSET}
        await save_patient(tx, who.clinic_id, structs.replace(patient, **changes))
        await record(tx, who, now, action="me.save", patient_id=who.actor_id)
        return await read_me(tx, who, now)

    return await db.write(work)


@delete("/api/me/session", access=Access.PATIENT, operation_id="signOutPhone", status_code=204, audit="session.end")
async def sign_out(
    who: NamedDependency[Scope], db: NamedDependency[Database], clock: NamedDependency[Clock]
) -> Response[None]:
    """Sign this phone out."""
    await _end(db, clock.now(), who, who.session_id)
    return Response(None, status_code=204, cookies=[no_cookie(PATIENT_COOKIE)])


@get("/api/me/sessions", access=Access.PATIENT, operation_id="listMySessions", audit="session.list")
async def get_sessions(
    who: NamedDependency[Scope], db: NamedDependency[Database], clock: NamedDependency[Clock]
) -> list[SessionSummary]:
    """Where I am signed in."""
    now = clock.now()

    async def work(tx: Tx) -> list[SessionSummary]:
        sessions = await list_sessions(tx, now, who)
        await record(tx, who, now, action="session.list", patient_id=who.actor_id)
        return sessions

    return await db.write(work)


@delete(
    "/api/me/sessions/{session_id:str}",
    access=Access.PATIENT,
    operation_id="endMySession",
    status_code=204,
    audit="session.end",
)
async def end_session(
    session_id: FromPath[Id],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> None:
    """Sign another of my phones out."""
    await _end(db, clock.now(), who, session_id)


class PairingCode(Value, frozen=True):
    """A code that signs one more phone or app of the patient in."""

    pairing_code: str
    expires_at: Instant


@post(
    "/api/me/pairing-code",
    access=Access.PATIENT,
    operation_id="createMyPairingCode",
    status_code=201,
    audit="invitation.create",
)
async def create_code(
    who: NamedDependency[Scope], db: NamedDependency[Database], clock: NamedDependency[Clock]
) -> PairingCode:
    """A code for the app on my home screen, which on iPhones does not share the browser's sign-in."""
    now = clock.now()

    async def work(tx: Tx) -> PairingCode:
        new = await create_invitation(tx, now, clinic_id=who.clinic_id, patient_id=who.actor_id)
        await record(tx, who, now, action="invitation.create", object_id=new.id, patient_id=who.actor_id)
        return PairingCode(pairing_code=new.pairing_code, expires_at=new.pairing_code_expires_at)

    return await db.write(work)


async def _end(db: Database, now: datetime, scope: Scope, session_id: str) -> None:
    async def work(tx: Tx) -> None:
        await revoke_session(tx, now, scope, session_id)
        await record(tx, scope, now, action="session.end", object_id=session_id, patient_id=scope.actor_id)

    await db.write(work)


routes = [get_me, patch_me, sign_out, get_sessions, end_session, create_code]
