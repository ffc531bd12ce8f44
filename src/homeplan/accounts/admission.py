"""Finds out who sends a request and checks the access rule, in the transaction that does the work."""

import re
from typing import Any

from litestar.connection import ASGIConnection
from msgspec import structs

from homeplan.accounts.factors.model import ConfirmIdentity, SecondFactorNeeded
from homeplan.accounts.factors.rules import is_confirmed
from homeplan.accounts.helpers.model import NotAllowedByPatient
from homeplan.accounts.helpers.store import find_allowances
from homeplan.accounts.model import NothingClinical
from homeplan.accounts.rules import is_worth_touching
from homeplan.accounts.store import exists, find_sign_in, is_visible, read_only_since, touch_sign_in
from homeplan.actor import NOBODY, Actor, Role, Stage
from homeplan.context import Context
from homeplan.errors import Forbidden, NotFound, NotSignedIn
from homeplan.http.access import Access, Helping
from homeplan.http.request import cookie
from homeplan.http.route import Route

PATIENT_COOKIE = "__Host-hp"
STAFF_COOKIE = "__Host-hs"
DEVICE_COOKIE = "__Host-hd"
"""Recognizes a device that staff signed in from before; it grants nothing."""
CHALLENGE_COOKIE = "__Host-hc"
"""Binds a passkey's challenge to the browser that asked for it, before anybody is signed in."""

STAGES = {Access.HALF: {Stage.CODE}, Access.FACTORS: {Stage.SET_UP, Stage.FULL}}
"""Stages of a sign-in that an access rule is open to; every other rule wants a full one."""

Connection = ASGIConnection[Any, Any, Any, Any]

_ID = re.compile(r"^[A-Za-z0-9_-]{1,64}$")


class Admission:
    """Checks the access rules of the routes (http/route.py)."""

    def visitor(self, request: Connection) -> Actor:
        """The sender of the request, of whom nothing is proved yet."""
        return structs.replace(NOBODY, ip=client_ip(request), request_id=_request_id(request))

    def cookie(self, request: Connection, access: Access) -> str:
        """The sign-in's cookie, empty on a public route. Raises NotSignedIn without one; the database is not asked."""
        if access is Access.PUBLIC:
            return ""
        found = cookie(request, PATIENT_COOKIE if access is Access.PATIENT else STAFF_COOKIE)
        if not found:
            raise NotSignedIn
        return found

    async def identify(self, ctx: Context, cookie: str, route: Route) -> None:
        """Make the visitor of the context the person who is signed in, in each transaction again. Raises NotSignedIn.

        In a transaction that writes, what was checked holds until the end. On an `exclusive` route no other request
        writes as the same person meanwhile, or about them; for a route of a chart `admit` sees to that.
        """
        access = route.access
        if access is Access.PUBLIC:
            return
        sign_in = await find_sign_in(
            ctx,
            cookie,
            of_patient=access is Access.PATIENT,
            exclusive=route.exclusive and access is not Access.CHART,
        )
        if sign_in is None:
            raise NotSignedIn
        ctx.clinic_id, ctx.actor = sign_in.clinic_id, sign_in.actor(ctx.actor)

    async def admit(self, ctx: Context, request: Connection, route: Route) -> None:
        """Check the access rule. The patient is held first and then checked, so that no change comes in between.

        Raises Forbidden, NotAllowedByPatient for a helper, NothingClinical for the front desk, NotFound for a patient
        whom the actor may not see, PatientLeft or PatientMerged for a write about a read-only record, and
        ConfirmIdentity for a `confirmed` route when the last proof of identity is too old. Who sets up the first
        factor has proved it with the link and cannot do so again.
        After NotFound the context names the patient only where the clinic has such a patient.
        """
        access, writes = route.access, route.is_unsafe and not route.of_who_left
        if access is not Access.PUBLIC and ctx.actor.stage not in STAGES.get(access, {Stage.FULL}):
            raise Forbidden if ctx.actor.stage is Stage.FULL else SecondFactorNeeded
        if access is Access.ADMIN and not ctx.actor.role.administers:
            raise Forbidden
        if access in (Access.STAFF, Access.CHART) and ctx.actor.role is Role.FRONT_DESK and not route.desk:
            raise NothingClinical
        if access is Access.PATIENT:
            ctx.patient_id = ctx.own_patient_id
            if ctx.actor.role is Role.HELPER:
                await _require_helping(ctx, route.helper)
        if access is Access.CHART:
            ctx.patient_id = request.path_params["patient_id"]
            if not _ID.match(ctx.patient_id):
                ctx.patient_id = None
                raise NotFound
            read_only = None
            if writes or ctx.tx.writes:
                read_only = await read_only_since(ctx, ctx.patient_id, exclusive=route.exclusive)
            if not await is_visible(ctx, ctx.patient_id):
                if not await exists(ctx, ctx.patient_id):
                    ctx.patient_id = None
                raise NotFound
            if writes and read_only is not None:
                raise read_only
        if route.confirmed and ctx.actor.stage is Stage.FULL and not is_confirmed(ctx.actor.confirmed_at, ctx.now):
            raise ConfirmIdentity
        request.scope["homeplan.actor"] = ctx.actor  # type: ignore[typeddict-unknown-key]

    def is_worth_touching(self, ctx: Context) -> bool:
        seen_at = ctx.actor.sign_in_seen_at
        return ctx.actor.stage is Stage.FULL and seen_at is not None and is_worth_touching(seen_at, ctx.now)

    async def touch(self, ctx: Context) -> None:
        await touch_sign_in(ctx)


async def _require_helping(ctx: Context, terms: Helping | None) -> None:
    """Refuse a helper what is not open to them. Asked after the patient was held: what is allowed stays allowed."""
    if terms is None:
        raise Forbidden
    if terms is not Helping.ALWAYS:
        allowed = await find_allowances(ctx, ctx.actor.id)
        if not (allowed.history if terms is Helping.HISTORY else allowed.messages):
            raise NotAllowedByPatient


def client_ip(connection: Connection) -> str:
    """The peer's address as the server reports it; behind a trusted proxy, as the proxy reports it."""
    client = connection.scope.get("client")
    return str(client[0]) if client else ""


def _request_id(connection: Connection) -> str:
    return str(connection.scope.get("homeplan.request_id", ""))
