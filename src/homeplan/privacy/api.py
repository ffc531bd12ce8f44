"""Everything about me, to take with me (a file for a computer, a page to read), and leaving for good."""

import asyncio
from datetime import datetime
from typing import Literal

import msgspec
from litestar import MediaType, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody

from homeplan.accounts.api.cookies import no_cookie
from homeplan.accounts.audit import record
from homeplan.accounts.guard import PATIENT_COOKIE
from homeplan.accounts.model import Scope
from homeplan.accounts.throttle import Throttle, provide_throttle
from homeplan.clock import Clock
from homeplan.db import Database, Tx
from homeplan.http.access import Access
from homeplan.privacy.leaving import leave
from homeplan.privacy.model import Export
from homeplan.privacy.page import page
from homeplan.privacy.store import read_export
from homeplan.values import Value

_throttled = {"throttle": Provide(provide_throttle, sync_to_thread=False)}


@get(
    "/api/me/export",
    access=Access.PATIENT,
    operation_id="exportMe",
    audit="me.export",
    dependencies=_throttled,
    media_type=MediaType.JSON,
)
async def get_export(
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
    throttle: NamedDependency[Throttle],
) -> Response[bytes]:
    """Everything that the clinic holds about me, for a computer to read."""
    export = await _export(who, db, clock.now(), throttle)
    body = await asyncio.to_thread(lambda: msgspec.json.format(msgspec.json.encode(export), indent=1))
    return _file(body, MediaType.JSON, "homeplan.json")


@get(
    "/api/me/export/page",
    access=Access.PATIENT,
    operation_id="exportMePage",
    audit="me.export",
    dependencies=_throttled,
    media_type=MediaType.HTML,
)
async def get_page(
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
    throttle: NamedDependency[Throttle],
) -> Response[bytes]:
    """What the clinic holds about me, in my language, to read, print or hand on."""
    export = await _export(who, db, clock.now(), throttle)
    return _file(await asyncio.to_thread(lambda: page(export).encode()), MediaType.HTML, "homeplan.html")


async def _export(who: Scope, db: Database, now: datetime, throttle: Throttle) -> Export:
    throttle.check_export(now, who.actor_id)
    export = await db.read_aside(lambda tx: read_export(tx, who, now))
    await db.write(lambda tx: record(tx, who, now, action="me.export", patient_id=who.actor_id))
    return export


def _file(body: bytes, media_type: MediaType, name: str) -> Response[bytes]:
    """A file to keep: its name says nothing of a person. As an attachment it never runs in this origin."""
    return Response(body, media_type=media_type, headers={"content-disposition": f'attachment; filename="{name}"'})


class Leaving(Value, frozen=True):
    """The word that nobody sends by accident."""

    confirm: Literal["delete-my-data"]


class Farewell(Value, frozen=True):
    """What is left: the code under which the clinic keeps the treatment record."""

    code: str


@post(
    "/api/me/leave",
    access=Access.PATIENT,
    operation_id="leave",
    status_code=200,
    audit="me.leave",
)
async def post_leave(
    data: JSONBody[Leaving],  # noqa: ARG001 - that it could be decoded is all that is asked
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> Response[Farewell]:
    """Delete me. What the clinic must keep stays under a code; there is no way back."""
    now = clock.now()

    async def work(tx: Tx) -> Farewell:
        code = await leave(tx, who, now)
        await record(tx, who, now, action="me.leave", patient_id=who.actor_id)
        return Farewell(code=code)

    return Response(await db.write(work), cookies=[no_cookie(PATIENT_COOKIE)])


routes = [get_export, get_page, post_leave]
