"""The signed-in patient: who I am, how I am spoken to, where I am signed in."""

from typing import Any

from msgspec import UNSET, UnsetType, structs

from homeplan.accounts import store
from homeplan.accounts.admission import PATIENT_COOKIE
from homeplan.accounts.api.cookies import no_cookie
from homeplan.accounts.model import BirthYear, Clinic, SessionSummary
from homeplan.context import Context
from homeplan.http.answers import Answer
from homeplan.http.routes import me
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


async def me_of(ctx: Context) -> Me:
    """The patient who acts. Needs a write transaction, for the store's epoch."""
    patient = await store.find_patient(ctx, ctx.actor.id)
    team = await store.care_team(ctx, ctx.actor.id)
    return Me(
        patient=Myself(
            id=patient.id,
            given_name=patient.given_name,
            family_name=patient.family_name,
            language=patient.language,
            time_zone=patient.time_zone,
            birth_year=patient.birth_year,
        ),
        clinic=await store.find_clinic(ctx),
        therapist_name=team[0].name if team else None,
        store_epoch=await store.store_epoch(ctx),
        server_time=ctx.now,
    )


@me.get(audit="me.read", writes=True)
async def read_me(ctx: Context) -> Me:
    """Who is signed in on this phone."""
    return await me_of(ctx)


class MyChanges(Value, frozen=True):
    """What patients decide about themselves."""

    language: Language | UnsetType = UNSET
    time_zone: ZoneName | UnsetType = UNSET


@me.patch(audit="me.save")
async def change_me(ctx: Context, data: MyChanges) -> Me:
    """Change my language or my home time zone."""
    patient = await store.find_patient(ctx, ctx.actor.id)
    changes: dict[str, Any] = {k: v for k, v in structs.asdict(data).items() if v is not UNSET}
    await store.save_patient(ctx, structs.replace(patient, **changes))
    return await me_of(ctx)


@me.delete("session", audit="session.end")
async def sign_out_phone(ctx: Context) -> Answer[None]:
    """Sign this phone out."""
    ctx.object_id = ctx.actor.session_id
    await store.revoke_session(ctx, ctx.actor.session_id)
    return Answer(None, cookies=[no_cookie(PATIENT_COOKIE)])


@me.get("sessions", audit="session.list")
async def list_my_sessions(ctx: Context) -> list[SessionSummary]:
    """Where I am signed in."""
    return await store.list_sessions(ctx)


@me.delete("sessions/{session_id}", audit="session.end")
async def end_my_session(ctx: Context, session_id: Id) -> None:
    """Sign another of my phones out."""
    await store.revoke_session(ctx, session_id)


class PairingCode(Value, frozen=True):
    """A code that signs one more phone or app of the patient in."""

    pairing_code: str
    expires_at: Instant


@me.post("pairing-code", audit="invitation.create")
async def create_my_pairing_code(ctx: Context) -> PairingCode:
    """A code for the app on my home screen, which on iPhones does not share the browser's sign-in."""
    new = await store.create_invitation(ctx, patient_id=ctx.actor.id)
    ctx.object_id = new.id
    return PairingCode(pairing_code=new.pairing_code, expires_at=new.pairing_code_expires_at)


routes = [read_me, change_me, sign_out_phone, list_my_sessions, end_my_session, create_my_pairing_code]
