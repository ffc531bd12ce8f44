"""Plainly invented people, made through the product's own stores, and clients that are signed in as them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pyotp
from msgspec import Struct, structs

from homeplan.accounts import actions
from homeplan.accounts.factors.store import offer_secret, take_secret
from homeplan.accounts.helpers.actions import allow_helper, invite_helper, redeem_helper, sign_in_helper
from homeplan.accounts.helpers.model import HelperAllowances, NewHelper
from homeplan.accounts.model import Clinic, NewPatient, Patient, StaffMember
from homeplan.accounts.store import go_live
from homeplan.actor import Actor, Role, Stage
from homeplan.clock import Clock
from homeplan.context import Context, operator_context
from homeplan.db import Database, Tx
from homeplan.delivery.model import Recipient
from homeplan.ids import new_id
from homeplan.library.content import needling_rules
from homeplan.needling.actions.consents import add_consent
from homeplan.needling.model import ConsentEntry
from homeplan.settings import Settings

SIGNED = datetime(2025, 12, 1, 15, 0, tzinfo=UTC)
"""The time at which the patients of this world signed their consent to needling."""
ORIGIN = "http://localhost:8000"
START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
"""A Monday, 08:00 in Denver; six days before the clocks there go forward."""
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""The secret of the authenticator app of all staff in this world; it protects nothing."""
NO_PASSWORD = "!"  # no argon2 hash: nobody signs in with it


class HelperOf(Struct, frozen=True):
    """A patient's helper."""

    id: str
    patient_id: str


@dataclass(frozen=True)
class Person:
    """A member of staff, a patient or a helper, with the clinic they belong to."""

    clinic: Clinic
    who: StaffMember | Patient | HelperOf

    @property
    def id(self) -> str:
        return self.who.id

    @property
    def role(self) -> Role:
        if isinstance(self.who, HelperOf):
            return Role.HELPER
        return self.who.role if isinstance(self.who, StaffMember) else Role.PATIENT

    @property
    def recipient(self) -> Recipient:
        return Recipient("staff" if isinstance(self.who, StaffMember) else "patient", self.id)

    @property
    def actor(self) -> Actor:
        return Actor(
            id=self.id,
            role=self.role,
            helps=self.who.patient_id if isinstance(self.who, HelperOf) else "",
            sign_in_id="sign-in-of-a-test",
            ip="127.0.0.1",
            request_id="request-of-a-test",
        )

    def context(
        self,
        tx: Tx,
        now: datetime = START,
        *,
        clinic_id: str | None = None,
        sign_in_id: str | None = None,
        settings: Settings | None = None,
    ) -> Context:
        """The context of this person's request."""
        actor = self.actor if sign_in_id is None else structs.replace(self.actor, sign_in_id=sign_in_id)
        return context(tx, now, settings=settings).of_clinic(clinic_id or self.clinic.id, actor)


def context(tx: Tx, now: datetime = START, clinic_id: str = "", settings: Settings | None = None) -> Context:
    """The context of a worker or a host command."""
    return operator_context(tx, now, clinic_id, settings)


def full_screen(**answers: Any) -> dict[str, Any]:
    """A needling screen on the wire: every item answered with no, but for those given by name ("_" stands for "-").

    A value is an answer ("yes", "not-known") or the whole answer; `decision` and `reason` are the screen's own.
    """
    given = {name.replace("_", "-"): value for name, value in answers.items() if name not in ("decision", "reason")}
    full = {name: {"answer": value} if isinstance(value, str) else value for name, value in given.items()}
    return {
        "answers": {item.slug: {"answer": "no"} for item in needling_rules().screen} | full,
        "decision": answers.get("decision", "go-ahead"),
        "reason": answers.get("reason", ""),
    }


def totp_code(now: datetime, secret: str = TOTP_SECRET) -> str:
    """The six digits that an authenticator app shows at that time."""
    return pyotp.TOTP(secret).at(int(now.timestamp()))


class World:
    """Builds the people that a test needs, in one database."""

    def __init__(self, db: Database, clock: Clock):
        self._db = db
        self._clock = clock
        self._count = 0

    async def clinic(
        self, name: str = "Example Clinic", *, drafts_allowed: bool = True, is_live: bool = True
    ) -> Clinic:
        """A clinic that has invited patients before, unless told otherwise."""

        async def work(tx: Tx) -> Clinic:
            ctx = context(tx, self._clock.now())
            clinic = await actions.add_clinic(ctx, name=name, phone="555 0100", drafts_allowed=drafts_allowed)
            if is_live:
                await go_live(ctx.of_clinic(clinic.id))
            return clinic

        return await self._db.write(work)

    async def therapist(
        self,
        clinic: Clinic,
        *,
        role: Role = Role.THERAPIST,
        name: str | None = None,
        email: str | None = None,
        password_hash: str = NO_PASSWORD,
        app: bool = True,
    ) -> Person:
        """A member of staff with an authenticator app as second factor, unless told otherwise."""
        self._count += 1

        async def work(tx: Tx) -> StaffMember:
            ctx = context(tx, self._clock.now(), clinic.id)
            member = await actions.add_staff(
                ctx,
                member_id=new_id(self._clock.now()),
                name=name or f"Therapist Example {self._count}",
                email=email or f"{role.value}{self._count}@clinic.example",
                role=role,
                password_hash=password_hash,
            )
            if app:
                await offer_secret(ctx, member.id, TOTP_SECRET)
                await take_secret(ctx, member.id, TOTP_SECRET, step=0)
            return member

        return Person(clinic, await self._db.write(work))

    async def admin(self, clinic: Clinic) -> Person:
        return await self.therapist(clinic, role=Role.ADMIN)

    async def patient(
        self,
        clinic: Clinic,
        therapist: Person | None = None,
        *,
        zone: str = "America/Denver",
        consents: bool = True,
        **fields: Any,
    ) -> Person:
        """A patient of the therapist, who has signed the consent to needling unless told otherwise."""
        self._count += 1
        given_name = fields.pop("given_name", f"Patient{self._count}")

        async def work(tx: Tx) -> Patient:
            now = self._clock.now()
            ctx = context(tx, now, clinic.id)
            new = NewPatient(
                id=new_id(now),
                given_name=given_name,
                family_name=fields.pop("family_name", "Example"),
                language=fields.pop("language", "en"),
                time_zone=zone,
                **fields,
            )
            patient = await actions.add_patient(ctx, new)
            if therapist is not None:
                await actions.add_to_care_team(ctx, patient.id, therapist.id)
                if consents:
                    entry = ConsentEntry(
                        version=needling_rules().consent.version, language="en", signed_on="paper", signed_at=SIGNED
                    )
                    await add_consent(therapist.context(tx, now), patient.id, new_id(now), entry)
            return patient

        return Person(clinic, await self._db.write(work))

    async def helper(self, patient: Person, *, history: bool = False, messages: bool = False) -> Person:
        """A person who joined as the patient's helper, with what the patient allows them."""

        async def work(tx: Tx) -> str:
            ctx = patient.context(tx, self._clock.now())
            link = await invite_helper(ctx, patient.id, NewHelper(id=new_id(ctx.now), name="Ana"))
            await redeem_helper(ctx, link.token, "sign-in-of-a-helper")
            await allow_helper(ctx, patient.id, HelperAllowances(history=history, messages=messages))
            return link.id

        return Person(patient.clinic, HelperOf(await self._db.write(work), patient.id))


class Api:
    """The app over HTTP, without a network: `anyone` is signed out, `await signed_in(person)` is not.

    `signed_in` stores a full sign-in, as a passkey makes one; tests/accounts goes through password and code.
    """

    def __init__(self, app: Any, db: Database, clock: Clock):
        self._app = app
        self._db = db
        self._clock = clock
        self._open: list[httpx.AsyncClient] = []
        self.anyone = self._client({})

    async def signed_in(self, person: Person, stage: Stage = Stage.FULL) -> httpx.AsyncClient:
        """A client of this person's browser, same-origin, with a sign-in of its own; `stage` is for staff."""

        async def work(tx: Tx) -> str:
            ctx = context(tx, self._clock.now(), person.clinic.id)
            if isinstance(person.who, StaffMember):
                new = await actions.sign_in_staff(
                    ctx, person.who, label="test", device_token="device-of-a-test", stage=stage
                )
            elif isinstance(person.who, HelperOf):
                new = await sign_in_helper(person.context(tx, ctx.now), new_id(ctx.now), label="test")
            else:
                new = await actions.sign_in_patient(ctx, person.id, new_id(ctx.now), label="test")
            return new.token

        token = await self._db.write(work)
        name = "__Host-hs" if isinstance(person.who, StaffMember) else "__Host-hp"
        return self._client({name: token})

    def _client(self, cookies: dict[str, str]) -> httpx.AsyncClient:
        # The cookies are Secure and the test's origin is plain http: they are sent as a header.
        headers = {"sec-fetch-site": "same-origin"}
        if cookies:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app=self._app), base_url=ORIGIN, headers=headers)
        self._open.append(client)
        return client

    async def close(self) -> None:
        for client in self._open:
            await client.aclose()
