"""Health checks for the operator: alive, ready, who a visitor is taken for, and the ledger for a monitoring system."""

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, get

from homeplan import __version__
from homeplan.accounts.admission import client_ip
from homeplan.backup.store import last_backup
from homeplan.context import operator_context
from homeplan.db import Database, Tx, database_file
from homeplan.delivery import incidents
from homeplan.delivery import metrics as deliveries
from homeplan.delivery.store import devices_by_key, tallies
from homeplan.delivery.webpush.vapid import Keyring, keyring_of
from homeplan.duty.store import count_unattended
from homeplan.errors import NotFound, Unavailable
from homeplan.escalation import store as escalations
from homeplan.http.access import Access
from homeplan.reminders.ledger import figures
from homeplan.reminders.metrics import WINDOW, exposition
from homeplan.settings import Settings
from homeplan.store_facts import write_probe

LEAST_FREE_BYTES = 64 * 2**20
"""Room for some days of a clinic; below it the operator is told while everything still works."""

PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


@get("/healthz", access=Access.PUBLIC, include_in_schema=False, sync_to_thread=False)
def healthz() -> dict[str, str]:
    """The process answers; the database is not asked."""
    return {"status": "ok", "version": __version__}


@get("/readyz", access=Access.PUBLIC, include_in_schema=False)
async def readyz(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The database writes a page, and has room for more. Raises Unavailable when not."""
    db: Database = request.app.state.db
    now: datetime = request.app.state.clock.now()
    await db.write(lambda tx: write_probe(operator_context(tx, now)))
    free = db.free_bytes()
    if free is not None and free < LEAST_FREE_BYTES:
        raise Unavailable("The disk of the database is almost full.")
    return {"status": "ok"}


class Visitor(msgspec.Struct, frozen=True):
    """The address that this very request is taken to come from, for limits and the audit trail."""

    address: str
    forwarded: bool
    """Whether a trusted proxy named it; else it is the address that opened the connection."""


@get("/visitor", access=Access.PUBLIC, include_in_schema=False, sync_to_thread=False)
def visitor(request: Request[Any, Any, Any]) -> Visitor:
    """Tell visitors their own address and nobody else's; `homeplan check` asks for it through the proxy."""
    return Visitor(address=client_ip(request), forwarded=bool(request.scope.get("homeplan.forwarded")))


@get("/metrics", access=Access.PUBLIC, include_in_schema=False)
async def metrics(request: Request[Any, Any, Any]) -> Response[str]:
    """The ledgers in Prometheus' text format. Raises NotFound without the token, and when none is set."""
    state = request.app.state
    settings: Settings = state.settings
    if not _may_read(request, settings.metrics_token):
        raise NotFound
    now: datetime = state.clock.now()

    async def load_metrics(tx: Tx) -> str:
        ctx = operator_context(tx, now, settings=settings)
        return (
            exposition(await figures(ctx))
            + deliveries.exposition(
                await tallies(ctx, now - WINDOW), (await incidents.counted(ctx))[incidents.Incident.MAIL_REFUSED]
            )
            + _devices(await devices_by_key(ctx), keyring_of(settings))
            + _backup(await last_backup(ctx), settings, now)
            + _escalations(*await escalations.counts(ctx), await count_unattended(ctx))
        )

    return Response(await state.db.read(load_metrics), media_type=PROMETHEUS)


def _devices(by_key: Mapping[str, int], keyring: Keyring | None) -> str:
    """Number of devices that use the current VAPID key, a previous one, and one that is not configured any more."""
    found = {"current": 0, "previous": 0, "lost": 0}
    for key_id, devices in by_key.items():
        known = keyring is not None and keyring.get(key_id) is not None
        found["current" if keyring and key_id == keyring.current.id else "previous" if known else "lost"] += devices
    return (
        "# HELP homeplan_devices Living devices by VAPID key; at previous 0, HOMEPLAN_VAPID_PREVIOUS_KEYS may go. "
        "Those of a lost key are reached again once their patients open the app.\n"
        "# TYPE homeplan_devices gauge\n"
        + "".join(f'homeplan_devices{{key="{key}"}} {devices}\n' for key, devices in found.items())
    )


def _backup(last: datetime | None, settings: Settings, now: datetime) -> str:
    """Age of the last backup, infinite before the first. Nothing on PostgreSQL, whose own tools know."""
    if database_file(settings.database_url) is None:
        return ""
    age = "+Inf" if last is None else f"{(now - last).total_seconds():.0f}"
    return (
        "# HELP homeplan_backup_age_seconds Seconds since the database was last backed up by homeplan.\n"
        f"# TYPE homeplan_backup_age_seconds gauge\nhomeplan_backup_age_seconds {age}\n"
    )


def _escalations(open_alerts: int, overdue: int, unattended: int) -> str:
    """Number of escalations, of those that are late, and of clinics without anybody to reach in the next 24 hours."""
    return (
        "# HELP homeplan_escalations Open alerts that are escalated until somebody acknowledges them. "
        "Overdue ones have waited for the worker for more than 60 s: above 0, alert the operator.\n"
        "# TYPE homeplan_escalations gauge\n"
        f'homeplan_escalations{{state="open"}} {open_alerts}\n'
        f'homeplan_escalations{{state="overdue"}} {overdue}\n'
        "# HELP homeplan_clinics_unattended Clinics in which the next 24 hours lack somebody on duty or a channel.\n"
        "# TYPE homeplan_clinics_unattended gauge\n"
        f"homeplan_clinics_unattended {unattended}\n"
    )


def _may_read(request: Request[Any, Any, Any], token: str | None) -> bool:
    """Only the token counts: behind a proxy on this machine every visitor may seem local."""
    sent = request.headers.get("authorization", "").encode()
    return token is not None and hmac.compare_digest(sent, f"Bearer {token}".encode())


routes = [healthz, readyz, visitor, metrics]
