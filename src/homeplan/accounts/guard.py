"""Who is asking, and may they: one guard before every route, which alone builds the Scope."""

import re
from contextlib import suppress
from datetime import datetime
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from homeplan.accounts.model import PatientLeft, Role, Scope
from homeplan.accounts.rules import is_worth_touching
from homeplan.accounts.store import find_session, has_left, is_visible, touch_session
from homeplan.accounts.store.sessions import LiveSession
from homeplan.clock import Clock
from homeplan.db import Database, Tx
from homeplan.errors import Forbidden, NotFound, NotSignedIn, Unavailable
from homeplan.http.access import Access

PATIENT_COOKIE = "__Host-hp"
STAFF_COOKIE = "__Host-hs"
DEVICE_COOKIE = "__Host-hd"
"""By this a staff device is known that signed in before; it opens nothing."""

Connection = ASGIConnection[Any, Any, Any, Any]

_SCOPE = "homeplan.scope"
_READING = {"GET", "HEAD", "OPTIONS"}
_ID = re.compile(r"^[A-Za-z0-9_-]{1,64}$")


async def enforce(connection: Connection, route_handler: BaseRouteHandler) -> None:
    """Apply the route's access rule.

    Raises NotSignedIn, Forbidden, NotFound for a patient one may not see, PatientLeft for writing about one who left.
    """
    rule = route_handler.opt.get("access")
    if rule is Access.PUBLIC or _is_litestars_own(route_handler):
        return
    if not isinstance(rule, Access):
        raise Forbidden
    token = connection.cookies.get(PATIENT_COOKIE if rule is Access.PATIENT else STAFF_COOKIE)
    if token is None:
        raise NotSignedIn
    db: Database = connection.app.state.db
    clock: Clock = connection.app.state.clock
    now = clock.now()
    patient_id = connection.path_params["patient_id"] if rule is Access.CHART else None
    writes = connection.scope["method"] not in _READING  # type: ignore[typeddict-item]  # no web sockets here

    async def look(tx: Tx) -> tuple[LiveSession | None, bool, bool]:
        session = await find_session(tx, now, token)
        if session is None or patient_id is None or not _ID.match(patient_id):
            return session, False, False
        visible = await is_visible(tx, _scope(connection, session), patient_id)
        return session, visible, visible and writes and await has_left(tx, session.clinic_id, patient_id)

    session, visible, left = await db.read(look)
    if session is None or (session.role is Role.PATIENT) != (rule is Access.PATIENT):
        raise NotSignedIn
    await _touch(db, now, session)
    if rule is Access.ADMIN and session.role is not Role.ADMIN:
        raise Forbidden
    if rule is Access.CHART and not visible:
        raise NotFound
    if left:
        raise PatientLeft
    connection.scope[_SCOPE] = _scope(connection, session)  # type: ignore[literal-required]


def provide_scope(request: Request[Any, Any, Any]) -> Scope:
    """The Scope that the guard built. Raises NotSignedIn on a public route, which has none."""
    scope = request.scope.get(_SCOPE)
    if not isinstance(scope, Scope):
        raise NotSignedIn
    return scope


def visitor_scope(request: Request[Any, Any, Any], *, clinic_id: str, actor_id: str, role: Role) -> Scope:
    """The Scope of someone who proves who they are in this very request and has no session yet."""
    return Scope(
        clinic_id=clinic_id,
        actor_id=actor_id,
        role=role,
        session_id="",
        ip=client_ip(request),
        request_id=_request_id(request),
    )


def client_ip(connection: Connection) -> str:
    """The peer's address, as the server (behind a trusted proxy: the proxy) reports it."""
    return connection.client.host if connection.client else ""


def _scope(connection: Connection, session: LiveSession) -> Scope:
    return Scope(
        clinic_id=session.clinic_id,
        actor_id=session.actor_id,
        role=session.role,
        session_id=session.id,
        ip=client_ip(connection),
        request_id=_request_id(connection),
    )


def _request_id(connection: Connection) -> str:
    return str(connection.scope.get("homeplan.request_id", ""))


async def _touch(db: Database, now: datetime, session: LiveSession) -> None:
    if is_worth_touching(session.last_seen_at, now):
        with suppress(Unavailable):  # a full disk stops writing, not reading
            await db.write(lambda tx: touch_session(tx, now, session))


def _is_litestars_own(route_handler: BaseRouteHandler) -> bool:
    """Its OPTIONS answers and, where switched on, its schema: nobody's data."""
    return route_handler.fn.__module__.startswith("litestar.")
