"""The real app at a real address of this machine, with a clock that the story moves and a worker that it steps."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

import uvicorn
from litestar.types import ASGIApp

from homeplan.accounts.actions import create_invitation
from homeplan.accounts.model import Clinic, Invitation
from homeplan.accounts.passwords import hash_in_pool
from homeplan.actor import Role
from homeplan.app import create_app
from homeplan.audit import seal_at_commit
from homeplan.backup import copies
from homeplan.backup.restoring import restore
from homeplan.commands.certificate import self_signed
from homeplan.db import Database, Row, migrate, open_database
from homeplan.delivery.webpush.send import web_push_of
from homeplan.ids import new_id
from homeplan.reminders.worker import tick
from homeplan.settings import Settings
from tests.browser.moment import move_date, with_script_first
from tests.conftest import VAPID_KEY, FakeClock
from tests.waiting import until
from tests.world import START, TOTP_SECRET, Person, World, context, totp_code

PASSWORD = "a long enough sentence for a test"


class Site:
    """One running clinic; `origin` is what the browsers open."""

    staff_secret = TOTP_SECRET

    def __init__(self, origin: str, file: Path, db: Database, clock: FakeClock, settings: Settings, server: "Server"):
        self.origin = origin
        self._file = file
        self.db = db
        self.clock = clock
        self.settings = settings
        self.world = World(db, clock)
        self._server = server

    async def invite(self, patient: Person) -> str:
        """The link behind the patient's QR code."""
        return f"{self.origin}/e#{(await self._invitation(patient)).token}"

    async def code_of(self, patient: Person) -> str:
        """The pairing code of a new invitation."""
        return (await self._invitation(patient)).pairing_code

    async def _invitation(self, patient: Person) -> Invitation:
        return await self.db.write(
            lambda tx: create_invitation(context(tx, self.clock.now(), patient.clinic.id), patient.id, new_id(START))
        )

    async def hire(
        self, clinic: Clinic, *, email: str, role: Role = Role.THERAPIST, name: str = "Therapist Example"
    ) -> Person:
        """A member of staff with PASSWORD, and an authenticator app with `staff_secret`."""
        return await self.world.therapist(
            clinic, role=role, name=name, email=email, password_hash=await hash_in_pool(PASSWORD)
        )

    async def code(self) -> str:
        """A code of the staff's authenticator app that works now, although the site's clock stands still."""
        await self.db.write(lambda tx: tx.execute("UPDATE staff_totp SET last_step = 0"))
        return totp_code(self.clock.now(), self.staff_secret)

    async def stored(self, table: str) -> int:
        """Number of rows in the table."""
        return int(await self.db.read(lambda tx: tx.fetch_value(f"SELECT count(*) FROM {table}")))

    async def until_row(self, sql: str) -> Row:
        """The first row of the statement, once there is one. Raises TimeoutError."""
        row = await until(lambda: self.db.read(lambda tx: tx.fetch_one(sql)), sql)
        assert row is not None
        return row

    async def send_due(self) -> dict[str, int]:
        """One step of the reminder worker at the site's time: how the pushes ended."""
        sender = web_push_of(self.settings)
        assert sender is not None
        async with sender:
            return dict(await tick(self.db, {"webpush": sender}, self.clock.now()))

    async def backup(self) -> Path:
        """A backup of the database as it is now."""
        return await copies.make(self.db, self._file.parent / "backups", self.clock.now(), None)

    async def restore(self, backup: Path, *, loses: bool = False) -> None:
        """Restore the backup as the operator does, and serve it. `loses`: the disk with the old database is gone."""
        async with self.down():
            await self.db.close()
            if loses:
                await asyncio.to_thread(self._file.unlink)
            await restore(self.settings, self._file, backup, None, self.clock)
            self.db = await open_database(f"sqlite:///{self._file}")
            self.world = World(self.db, self.clock)
            self.install(create_app(self.settings, self.db, self.clock))

    def install(self, app: ASGIApp) -> None:
        """Answer with another release of the app from now on."""
        self._server.app = app

    @asynccontextmanager
    async def down(self) -> AsyncIterator[None]:
        """Nobody answers at its address until the block ends; what it has stored stays."""
        await self._server.stop()
        yield
        await self._server.start()


class Server:
    """uvicorn at one port of this machine, which can go away and come back, also with another app."""

    app: ASGIApp

    def __init__(self, moment: datetime, certificate: tuple[str, str] | None):
        self._script = move_date(moment)
        self._certificate = certificate
        self._listener: socket.socket | None = _listen(0)
        self.port: int = self._listener.getsockname()[1]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await with_script_first(self.app, self._script)(scope, receive, send)

    async def start(self) -> None:
        certificate, key = self._certificate or (None, None)
        configuration = uvicorn.Config(
            self,
            lifespan="off",
            log_config=None,
            access_log=False,
            ssl_certfile=certificate,
            ssl_keyfile=key,
        )
        self._server = uvicorn.Server(configuration)
        self._server.capture_signals = nullcontext  # type: ignore[method-assign, assignment]  # Ctrl-C is pytest's
        self._serving = asyncio.create_task(self._server.serve(sockets=[self._listener or _listen(self.port)]))
        self._listener = None
        while not self._server.started:  # noqa: ASYNC110 - uvicorn has a flag, not an event
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        self._server.should_exit = self._server.force_exit = True
        await self._serving


@asynccontextmanager
async def running_site(
    folder: Path,
    moment: datetime,
    push_hosts: tuple[str, ...] = (),
    clock: FakeClock | None = None,
    *,
    tls: bool = False,
) -> AsyncIterator[Site]:
    """Serve a fresh SQLite clinic on a free port until the `with` block ends.

    Its clock begins at the moment and stands still until the story moves it; in its scripts the time goes on from the
    moment. With `tls` its certificate is its own.
    """
    server = Server(moment, self_signed(folder, "127.0.0.1") if tls else None)
    origin = f"{'https' if tls else 'http'}://localhost:{server.port}"
    settings = Settings(
        origin=origin,
        vapid_private_key=VAPID_KEY,
        vapid_subject="mailto:operator@clinic.example",
        push_hosts=push_hosts,
    )
    clock = clock or FakeClock()
    clock.set(moment)
    file = folder / "site.sqlite"
    db = await open_database(f"sqlite:///{file}")
    await migrate(db, clock.now())
    seal_at_commit(db, clock, settings)
    server.app = create_app(settings, db, clock)
    await server.start()
    site = Site(origin, file, db, clock, settings, server)
    try:
        yield site
    finally:
        await server.stop()
        await site.db.close()


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    return listener
