"""Runs the app and its workers in one event loop, until a signal asks it to stop."""

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence

import msgspec
import uvicorn

from homeplan.app import create_app
from homeplan.clock import Clock, SystemClock
from homeplan.connection import Connection
from homeplan.db import CannotOpen, Database
from homeplan.settings import Settings
from homeplan.workers import run_workers

GRACE_S = 10
"""Longest time that a request in progress may take after the signal."""


class Listener(msgspec.Struct, frozen=True, kw_only=True):
    """One address to listen on, with TLS when it has a certificate."""

    host: str
    port: int
    certificate: str | None = None
    key: str | None = None


async def run_server(
    settings: Settings,
    db: Database,
    listeners: Sequence[Listener],
    *,
    worker: bool = True,
    clock: Clock | None = None,
    ready: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM, then finish the requests in progress and release the workers' leases.

    Raises OSError when an address is in use, CannotOpen when the database broke meanwhile.
    """
    clock = clock or SystemClock()
    app = create_app(settings, db, clock)
    listening_sockets = [_listen(listener) for listener in listeners]
    servers = [_Server(configuration(app, listener)) for listener in listeners]
    stop = stop_at_a_signal()
    workers = [asyncio.create_task(run_workers(settings, db, clock, stop))] if worker else []
    gc.collect()
    gc.freeze()  # the collector skips what lives as long as the process: p99 62 → 17 ms
    serving = [
        asyncio.create_task(server.serve(sockets=[listening_socket]))
        for server, listening_socket in zip(servers, listening_sockets, strict=True)
    ]
    if ready:
        await _announce(servers, ready)
    stopping = asyncio.create_task(stop.wait())
    broken = asyncio.create_task(db.until_broken())
    await asyncio.wait([stopping, broken, *serving, *workers], return_when=asyncio.FIRST_COMPLETED)
    for server in servers:
        server.should_exit = True
    stop.set()
    await asyncio.gather(stopping, *serving, *workers)
    if broken.done():
        raise CannotOpen(broken.result())  # the supervisor of the process starts it again
    broken.cancel()


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers, which would end the process before the workers are done."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _listen(listener: Listener) -> socket.socket:
    """A socket bound before anything starts, because uvicorn ends the process when it cannot bind."""
    family = socket.AF_INET6 if ":" in listener.host else socket.AF_INET
    both = listener.host == "::" and socket.has_dualstack_ipv6()  # every address of this machine, of either family
    return socket.create_server((listener.host, listener.port), family=family, dualstack_ipv6=both)


def stop_at_a_signal() -> asyncio.Event:
    """An event that SIGINT and SIGTERM set, for an orderly end."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def configuration(app: object, listener: Listener) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]  # Litestar's ASGI types and uvicorn's differ in name only
        host=listener.host,
        port=listener.port,
        ssl_certfile=listener.certificate,
        ssl_keyfile=listener.key,
        loop="none",
        http=Connection,
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,  # http/envelope.py reads them: uvicorn takes any text for an address
        timeout_keep_alive=20,
        timeout_graceful_shutdown=GRACE_S,
    )


async def _announce(servers: Sequence[uvicorn.Server], ready: Callable[[], Awaitable[None]]) -> None:
    while not all(server.started for server in servers):  # noqa: ASYNC110 - uvicorn has a flag, not an event
        await asyncio.sleep(0.02)
    await ready()
