"""The signed-in patient: their details, and where they are signed in."""

from homeplan.accounts import actions, store
from homeplan.accounts.admission import PATIENT_COOKIE
from homeplan.accounts.api.cookies import no_cookie
from homeplan.accounts.helpers.actions import end_helper
from homeplan.accounts.helpers.model import EndedBy, HelperAllowances
from homeplan.accounts.helpers.store import find_allowances
from homeplan.accounts.model import BirthYear, Clinic, MyChanges, NewInvitation, SignInSummary
from homeplan.accounts.rules import NEW_INVITATIONS
from homeplan.actor import Role
from homeplan.context import Context
from homeplan.http.access import Helping
from homeplan.http.answers import Answer
from homeplan.http.routes import me
from homeplan.store_facts import store_epoch
from homeplan.values import Id, Instant, Language, Name, Value, ZoneName


class Myself(Value, frozen=True):
    """The patient's details for their own phone."""

    id: Id
    given_name: Name
    family_name: Name | None
    """None on the device of a helper."""
    language: Language
    time_zone: ZoneName
    birth_year: BirthYear | None


class Me(Value, frozen=True):
    """The signed-in patient, their clinic, and the identity of the database that answers."""

    patient: Myself
    clinic: Clinic
    therapist_name: Name | None
    store_epoch: str
    server_time: Instant
    helping: HelperAllowances | None = None
    """Things that the helper whose device this is may read; None on the patient's own phone."""


async def me_of(ctx: Context) -> Me:
    """The patient who acts or is helped. It needs a write transaction while there is no store epoch."""
    record = await store.own_record(ctx)
    is_helper = ctx.actor.role is Role.HELPER
    return Me(
        patient=Myself(
            id=ctx.own_patient_id,
            given_name=record.given_name,
            family_name=None if is_helper else record.family_name,
            language=record.language,
            time_zone=record.time_zone,
            birth_year=None if is_helper else record.birth_year,
        ),
        clinic=record.clinic,
        therapist_name=record.therapist_name,
        store_epoch=record.epoch or await store_epoch(ctx),
        server_time=ctx.now,
        helping=await find_allowances(ctx, ctx.actor.id) if is_helper else None,
    )


@me.get(writes=True, helper=Helping.ALWAYS)
async def read_me(ctx: Context) -> Me:
    """The patient who is signed in on this phone, or whom its owner helps."""
    return await me_of(ctx)


@me.patch(audit="me.save", exclusive=True)
async def change_me(ctx: Context, data: MyChanges) -> Me:
    """Change my language or my home time zone."""
    await actions.change_patient(ctx, ctx.actor.id, data)
    return await me_of(ctx)


@me.delete("sign-in", audit="sign-in.end", exclusive=True, helper=Helping.ALWAYS)
async def sign_out_phone(ctx: Context) -> Answer[None]:
    """Sign this phone out. On the device of a helper it ends the helping."""
    ctx.object_id = ctx.actor.sign_in_id
    if ctx.actor.role is Role.HELPER:
        await end_helper(ctx, ctx.own_patient_id, EndedBy.HELPER)
    else:
        await actions.end_sign_in(ctx, ctx.actor.sign_in_id)
    return Answer(None, cookies=[no_cookie(PATIENT_COOKIE)])


@me.get("sign-ins")
async def list_my_sign_ins(ctx: Context) -> list[SignInSummary]:
    """The phones and apps on which I am signed in."""
    return await store.list_sign_ins(ctx)


@me.delete("sign-ins/{sign_in_id}", audit="sign-in.end", exclusive=True)
async def end_my_sign_in(ctx: Context, sign_in_id: Id) -> None:
    """Sign another of my phones out."""
    await actions.end_sign_in(ctx, sign_in_id)


class PairingCode(Value, frozen=True):
    """A code that signs one more phone or app of the patient in."""

    pairing_code: str
    expires_at: Instant


@me.post("pairing-code", audit="invitation.create", limit=NEW_INVITATIONS)
async def create_my_pairing_code(ctx: Context, data: NewInvitation) -> PairingCode:
    """A code for the app on my home screen, which on iPhones does not share the browser's sign-in."""
    ctx.object_id = data.id
    new = await actions.create_invitation(ctx, ctx.actor.id, data.id)
    return PairingCode(pairing_code=new.pairing_code, expires_at=new.pairing_code_expires_at)


routes = [read_me, change_me, sign_out_phone, list_my_sign_ins, end_my_sign_in, create_my_pairing_code]
