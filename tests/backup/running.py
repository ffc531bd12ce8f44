"""A real `homeplan serve` on a clinic with one patient, and the commands of the host beside it."""

import os
import resource
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from homeplan.accounts import actions
from homeplan.clock import SystemClock
from homeplan.db import Tx, migrate, open_database
from homeplan.ids import new_id
from tests.test_commands import START_LIMIT_S, free_port, wait_until_it_answers
from tests.world import World, context

DATABASE = "homeplan.sqlite"


async def invent(folder: Path) -> tuple[str, str]:
    """A clinic with one patient in the folder's database; its id, and the cookie of the patient's phone."""
    clock = SystemClock()
    db = await open_database(f"sqlite:///{folder / DATABASE}")
    await migrate(db, clock.now())
    world = World(db, clock)
    clinic = await world.clinic()
    patient = await world.patient(clinic)

    async def sign_in(tx: Tx) -> str:
        ctx = context(tx, clock.now(), clinic.id)
        return (await actions.sign_in_patient(ctx, patient.id, new_id(clock.now()), label="")).token

    token = await db.write(sign_in)
    await db.close()
    return clinic.id, f"__Host-hp={token}"


def command(
    folder: Path, *arguments: str, largest_file: int | None = None, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run a homeplan command in the folder, with these settings alone (`audit_key="…"`); no file may grow beyond
    `largest_file` bytes."""

    def limit() -> None:
        if largest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    return subprocess.run(
        [sys.executable, "-m", "homeplan", *arguments],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("HOMEPLAN_")}
        | {f"HOMEPLAN_{name.upper()}": value for name, value in settings.items()},
        capture_output=True,
        text=True,
        timeout=START_LIMIT_S,
        preexec_fn=limit,
    )


class Service:
    """The running service; `say` writes as the patient."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, cookie: str):
        self.process = process
        self._port, self._cookie = port, cookie

    def write(self, language: str) -> None:
        """One acknowledged write with an audit event. Raises URLError."""
        headers = {"cookie": self._cookie, "sec-fetch-site": "same-origin", "content-type": "application/json"}
        body = b'{"language": "%s"}' % language.encode()
        address = f"http://127.0.0.1:{self._port}/api/me"
        request = urllib.request.Request(address, body, headers, method="PATCH")
        urllib.request.urlopen(request, timeout=START_LIMIT_S).close()


@contextmanager
def serving(folder: Path, cookie: str) -> Iterator[Service]:
    port = free_port()
    program = [sys.executable, "-m", "homeplan", "serve", "--port", str(port)]
    with subprocess.Popen(program, cwd=folder, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until_it_answers(process, port)
            yield Service(process, port, cookie)
        finally:
            process.kill()
