"""Who is asking, and may they: checked in the transaction that does the work."""

import re
from datetime import datetime
from typing import Any

from litestar.connection import ASGIConnection
from msgspec import structs

from homeplan.accounts.model import PatientLeft
from homeplan.accounts.rules import is_worth_touching
from homeplan.accounts.store import find_session, has_left, is_visible, touch_session
from homeplan.actor import NOBODY, Role
from homeplan.context import Context
from homeplan.db import Tx
from homeplan.errors import Forbidden, NotFound, NotSignedIn
from homeplan.http.access import Access

PATIENT_COOKIE = "__Host-hp"
STAFF_COOKIE = "__Host-hs"
DEVICE_COOKIE = "__Host-hd"
"""By this a staff device is known that signed in before; it opens nothing."""

Connection = ASGIConnection[Any, Any, Any, Any]

_ID = re.compile(r"^[A-Za-z0-9_-]{1,64}$")


class Admission:
    """Applies the access rules; the door of the seam."""

    def ask_for_cookie(self, request: Connection, access: Access) -> None:
        """Turn a visitor away who shows nothing, without asking the database. Raises NotSignedIn."""
        if access is not Access.PUBLIC and not _cookie(request, access):
            raise NotSignedIn

    async def recognise(self, tx: Tx, now: datetime, request: Connection, access: Access) -> Context:
        """The context in which the request acts, found out anew in each of its transactions. Raises NotSignedIn."""
        state = request.app.state
        visitor = structs.replace(NOBODY, ip=client_ip(request), request_id=_request_id(request))
        ctx = Context(tx=tx, now=now, clinic_id="", actor=visitor, settings=state.settings, throttle=state.throttle)
        if access is Access.PUBLIC:
            return ctx
        session = await find_session(ctx, _cookie(request, access))
        if session is None or (session.role is Role.PATIENT) != (access is Access.PATIENT):
            raise NotSignedIn
        ctx.clinic_id, ctx.actor = session.clinic_id, session.actor(visitor)
        return ctx

    async def admit(self, ctx: Context, request: Connection, access: Access, *, writes: bool) -> None:
        """Apply the access rule.

        Raises Forbidden, NotFound for a patient one may not see, PatientLeft for writing about one who left.
        """
        if access is Access.ADMIN and ctx.actor.role is not Role.ADMIN:
            raise Forbidden
        if access is Access.PATIENT:
            ctx.patient_id = ctx.actor.id
        if access is Access.CHART:
            ctx.patient_id = request.path_params["patient_id"]
            if not _ID.match(ctx.patient_id) or not await is_visible(ctx, ctx.patient_id):
                raise NotFound
            if writes and await has_left(ctx, ctx.patient_id):
                raise PatientLeft
        request.scope["homeplan.actor"] = ctx.actor  # type: ignore[typeddict-unknown-key]

    def is_worth_touching(self, ctx: Context) -> bool:
        seen_at = ctx.actor.session_seen_at
        return seen_at is not None and is_worth_touching(seen_at, ctx.now)

    async def touch(self, ctx: Context) -> None:
        await touch_session(ctx)


def _cookie(request: Connection, access: Access) -> str:
    return request.cookies.get(PATIENT_COOKIE if access is Access.PATIENT else STAFF_COOKIE, "")


def client_ip(connection: Connection) -> str:
    """The peer's address, as the server (behind a trusted proxy: the proxy) reports it."""
    return connection.client.host if connection.client else ""


def _request_id(connection: Connection) -> str:
    return str(connection.scope.get("homeplan.request_id", ""))
