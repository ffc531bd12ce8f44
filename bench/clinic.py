"""The demo clinic, newly invented, at its own port. Run by bench/web.py.

`python -m bench.clinic FOLDER` prints {"origin"}, answers each line of its standard input with {"link"}, a new
invitation of the same patient, and ends when its standard input does.
"""

import asyncio
import json
import os
import socket
import sys
from pathlib import Path

import uvloop

from bench.crowd import KEY, SUBJECT
from homeplan.app import create_app
from homeplan.clock import SystemClock, to_ms
from homeplan.db import Database, Tx, migrate, open_database
from homeplan.demo.build import STAFF, DemoClock, build
from homeplan.demo.patient import PUSH_HOST
from homeplan.demo.visitor import Desk
from homeplan.ids import new_id
from homeplan.server import Listener, run_server
from homeplan.settings import Settings

PATIENT = "Quiet"
"""Silent for six days: whenever it is measured, today's check-in and all exercises are still to be done."""
PASSWORD = "a long enough sentence for a bench"


async def host(folder: Path) -> None:
    """Invent, serve, invite."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    settings = Settings(
        origin=f"http://localhost:{port}", vapid_private_key=KEY, vapid_subject=SUBJECT, push_hosts=(PUSH_HOST,)
    )
    db = await open_database(f"sqlite:///{folder}/homeplan.sqlite")
    try:
        now = SystemClock().now()
        await migrate(db, now)
        clock = DemoClock(now)
        await build(create_app(settings, db, clock), db, clock, now, PASSWORD, lambda *_: None)
        await _serve(settings, db, port)
    finally:
        await db.close()


async def _serve(settings: Settings, db: Database, port: int) -> None:
    words = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(words), sys.stdin)
    desk = Desk(create_app(settings, db), SystemClock(), STAFF[-1][1], PASSWORD)
    patient = next(each["id"] for each in await desk.get("/api/patients") if each["givenName"] == PATIENT)

    since = to_ms(SystemClock().now())

    async def ready() -> None:
        print(json.dumps({"origin": settings.origin}), flush=True)

    serving = asyncio.create_task(
        run_server(settings, db, [Listener(host="127.0.0.1", port=port)], worker=False, ready=ready)
    )
    while await words.readline():
        await db.write(lambda tx: _forget(tx, patient, since))
        invitation = await desk.post(f"/api/patients/{patient}/invitation", {"id": new_id(SystemClock().now())})
        print(json.dumps({"link": invitation["url"]}), flush=True)
    os.kill(os.getpid(), 15)
    await serving


async def _forget(tx: Tx, patient: str, since: int) -> None:
    """Entries of earlier rounds."""
    for table in ("checkins", "exercise_logs"):
        await tx.execute(f"DELETE FROM {table} WHERE patient_id = :p AND received_at >= :since", p=patient, since=since)


if __name__ == "__main__":
    uvloop.run(host(Path(sys.argv[1])))
