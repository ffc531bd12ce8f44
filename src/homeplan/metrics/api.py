"""/metrics: the figures for a monitoring system, in Prometheus' text format, for who has the token."""

import asyncio
import hmac
from datetime import datetime
from typing import Any

from litestar import Request, Response, get

from homeplan.context import operator_context
from homeplan.db import Database
from homeplan.delivery.webpush.vapid import keyring_of
from homeplan.errors import NotFound
from homeplan.http.access import Access
from homeplan.http.request_figures import RequestFigures
from homeplan.metrics.store import read_snapshot
from homeplan.settings import Settings

PROMETHEUS = "text/plain; version=0.0.4"
"""Litestar adds the charset."""


@get("/metrics", access=Access.PUBLIC, include_in_schema=False)
async def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The figures of this process and of the database. Raises NotFound without the token, and when none is set."""
    from homeplan.metrics.exposition import exposition  # only who is watched needs the library, 1.5 MB

    state = request.app.state
    settings: Settings = state.settings
    if not _may_read(request, settings.metrics_token):
        raise NotFound
    db: Database = state.db
    now: datetime = state.clock.now()
    snapshot = await db.read(lambda tx: read_snapshot(operator_context(tx, now, settings=settings)))
    store, requests = await db.figures(), state.memory.of(RequestFigures).copy()
    # 20 ms once every route was asked for: in a thread, so that patients do not wait for it.
    text = await asyncio.to_thread(
        exposition, snapshot, store, requests, engine=db.engine, keyring=keyring_of(settings)
    )
    return Response(text, media_type=PROMETHEUS)


def _may_read(request: Request[Any, Any, Any], token: str | None) -> bool:
    """Only the token counts: behind a proxy on this machine every visitor may seem local."""
    sent = request.headers.get("authorization", "").encode()
    return token is not None and hmac.compare_digest(sent, f"Bearer {token}".encode())


routes = [metrics]
