"""Finds out who sends a request and checks the access rule, in the transaction that does the work."""

import re
from datetime import datetime
from typing import Any

from litestar.connection import ASGIConnection
from msgspec import structs

from homeplan.accounts.model import PatientLeft
from homeplan.accounts.rules import is_worth_touching
from homeplan.accounts.store import exists, find_sign_in, has_left, is_visible, touch_sign_in
from homeplan.actor import NOBODY, Role
from homeplan.context import Context
from homeplan.db import Tx
from homeplan.errors import Forbidden, NotFound, NotSignedIn
from homeplan.http.access import Access
from homeplan.http.request import cookie

PATIENT_COOKIE = "__Host-hp"
STAFF_COOKIE = "__Host-hs"
DEVICE_COOKIE = "__Host-hd"
"""Recognizes a device that staff signed in from before; it grants nothing."""

Connection = ASGIConnection[Any, Any, Any, Any]

_ID = re.compile(r"^[A-Za-z0-9_-]{1,64}$")


class Admission:
    """Checks the access rules of the routes (http/seam.py)."""

    def require_cookie(self, request: Connection, access: Access) -> None:
        """Refuse a request without a cookie before the database is asked. Raises NotSignedIn."""
        if access is not Access.PUBLIC and not _cookie(request, access):
            raise NotSignedIn

    async def identify(self, tx: Tx, now: datetime, request: Connection, access: Access) -> Context:
        """The context of the request, built again in each of its transactions. Raises NotSignedIn."""
        state = request.app.state
        visitor = structs.replace(NOBODY, ip=client_ip(request), request_id=_request_id(request))
        ctx = Context(
            tx=tx,
            now=now,
            clinic_id="",
            actor=visitor,
            settings=state["settings"],
            throttle=state["throttle"],
            memory=state["memory"],
        )
        if access is Access.PUBLIC:
            return ctx
        sign_in = await find_sign_in(ctx, _cookie(request, access))
        if sign_in is None or (sign_in.role is Role.PATIENT) != (access is Access.PATIENT):
            raise NotSignedIn
        ctx.clinic_id, ctx.actor = sign_in.clinic_id, sign_in.actor(visitor)
        return ctx

    async def admit(self, ctx: Context, request: Connection, access: Access, *, writes: bool) -> None:
        """Check the access rule.

        Raises Forbidden, NotFound for a patient whom the actor may not see, and PatientLeft for a write about a
        patient who left. After NotFound the context names the patient only where the clinic has such a patient.
        """
        if access is Access.ADMIN and ctx.actor.role is not Role.ADMIN:
            raise Forbidden
        if access is Access.PATIENT:
            ctx.patient_id = ctx.actor.id
        if access is Access.CHART:
            ctx.patient_id = request.path_params["patient_id"]
            if not _ID.match(ctx.patient_id) or not await is_visible(ctx, ctx.patient_id):
                if not await exists(ctx, ctx.patient_id):
                    ctx.patient_id = None
                raise NotFound
            if writes and await has_left(ctx, ctx.patient_id):
                raise PatientLeft
        request.scope["homeplan.actor"] = ctx.actor  # type: ignore[typeddict-unknown-key]

    def is_worth_touching(self, ctx: Context) -> bool:
        seen_at = ctx.actor.sign_in_seen_at
        return seen_at is not None and is_worth_touching(seen_at, ctx.now)

    async def touch(self, ctx: Context) -> None:
        await touch_sign_in(ctx)


def _cookie(request: Connection, access: Access) -> str:
    return cookie(request, PATIENT_COOKIE if access is Access.PATIENT else STAFF_COOKIE)


def client_ip(connection: Connection) -> str:
    """The peer's address as the server reports it; behind a trusted proxy, as the proxy reports it."""
    client = connection.scope.get("client")
    return str(client[0]) if client else ""


def _request_id(connection: Connection) -> str:
    return str(connection.scope.get("homeplan.request_id", ""))
