"""Health checks for the operator: alive, ready, and who a visitor is taken for."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, get

from homeplan import __version__
from homeplan.accounts.admission import client_ip
from homeplan.backup.store import last_backup
from homeplan.context import operator_context
from homeplan.db import Database, Tx
from homeplan.delivery.incidents import Incident, counted
from homeplan.errors import Unavailable
from homeplan.http.access import Access
from homeplan.metrics.model import Heartbeat
from homeplan.metrics.store import read_heartbeat
from homeplan.store_facts import write_probe

LEAST_FREE_BYTES = 64 * 2**20
"""Room for some days of a clinic; below it the operator is told while everything still works."""


@get("/healthz", access=Access.PUBLIC, include_in_schema=False, sync_to_thread=False)
def healthz() -> dict[str, str]:
    """The process answers; the database is not asked."""
    return {"status": "ok", "version": __version__}


class Ready(msgspec.Struct, frozen=True, rename="camel"):
    """Facts for a monitor. A late worker or a stale backup changes no status: it must not take reads away."""

    status: str
    at: datetime
    """This machine's clock."""
    heartbeat_age_seconds: int | None
    """Seconds since a worker last said that it lives, in any process; None while none ever did."""
    clock_set_times: int
    """Number of times that a reminder worker saw its machine's clock move by more than two minutes at once, since the
    database was made."""
    backup_age_seconds: int | None
    """Seconds since the database was last backed up by homeplan; None before the first, and on PostgreSQL."""


@get("/readyz", access=Access.PUBLIC, include_in_schema=False)
async def readyz(request: Request[Any, Any, Any]) -> Ready:
    """The database writes a page, and has room for more. Raises Unavailable when not."""
    db: Database = request.app.state.db
    now: datetime = request.app.state.clock.now()

    async def probe(tx: Tx) -> tuple[Heartbeat, int, datetime | None]:
        ctx = operator_context(tx, now)
        await write_probe(ctx)
        return await read_heartbeat(ctx), (await counted(ctx))[Incident.CLOCK_SET], await last_backup(ctx)

    heartbeat, clock_set, backed_up = await db.write(probe)
    free = db.free_bytes()
    if free is not None and free < LEAST_FREE_BYTES:
        raise Unavailable("The disk of the database is almost full.")
    return Ready(
        status="ok",
        at=now,
        heartbeat_age_seconds=_age(heartbeat.beats[0].at if heartbeat.beats else None, now),
        clock_set_times=clock_set,
        backup_age_seconds=_age(backed_up, now),
    )


def _age(at: datetime | None, now: datetime) -> int | None:
    return None if at is None else max(int((now - at).total_seconds()), 0)


class Visitor(msgspec.Struct, frozen=True):
    """The address that this very request is taken to come from, for limits and the audit trail."""

    address: str
    forwarded: bool
    """Whether a trusted proxy named it; else it is the address that opened the connection."""


@get("/visitor", access=Access.PUBLIC, include_in_schema=False, sync_to_thread=False)
def visitor(request: Request[Any, Any, Any]) -> Visitor:
    """Tell visitors their own address and nobody else's; `homeplan check` asks for it through the proxy."""
    return Visitor(address=client_ip(request), forwarded=bool(request.scope.get("homeplan.forwarded")))


routes = [healthz, readyz, visitor]
