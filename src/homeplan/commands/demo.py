"""`homeplan demo`: an invented clinic in its own SQLite file, reachable from a phone in the same network."""

import argparse
import asyncio
import logging
import os
import secrets
import shutil
import sys
import tempfile
import time
from pathlib import Path

import msgspec
import segno
from msgspec import structs

from homeplan.accounts.actions import allow_password_alone
from homeplan.accounts.store import list_clinics
from homeplan.app import create_app
from homeplan.clock import SystemClock
from homeplan.commands.certificate import own_address, self_signed
from homeplan.commands.database import migrated_database, run_to_the_end
from homeplan.commands.host import taking_commands
from homeplan.context import operator_context
from homeplan.db import Database, Tx, open_database
from homeplan.delivery.webpush.vapid import VapidKey
from homeplan.demo.build import STAFF, DemoClock, build
from homeplan.demo.cast import CAST, WITH_LINKS
from homeplan.demo.patient import PUSH_HOST
from homeplan.demo.visitor import Desk
from homeplan.ids import new_id
from homeplan.logs import log_to_stderr
from homeplan.server import Listener, run_server
from homeplan.settings import VARIABLES, Settings, set_names

DATABASE = "homeplan.sqlite"
NOTES = "demo.json"


class Notes(msgspec.Struct, frozen=True):
    """Keys that the demo keeps from one run to the next; they protect invented data only."""

    password: str
    vapid_private_key: str


MADE_BY_THE_DEMO = {
    "database_url": "the demo keeps its data in its own file; choose its folder with --folder",
    "postgres_pooler": "the demo keeps its data in its own file",
    "origin": "phones open the demo at this machine's address in the network",
    "host": "the demo listens on this machine, and for phones on its address in the network",
    "trusted_proxies": "the demo answers browsers itself, without a proxy",
    "vapid_private_key": "the demo makes its own key",
    "vapid_previous_keys": "the demo makes its own key",
    "vapid_subject": "the demo makes its own key",
    "push_hosts": "the demo sends to no other push service",
    "breached_passwords": "the demo has a password of its own",
    "backup_dir": "the demo holds invented data only, and backs nothing up",
    "backup_public_key": "the demo backs nothing up",
    "backup_hours": "the demo backs nothing up",
    "archive_dir": "the demo archives nothing",
    "archive_after_days": "the demo archives nothing",
    "backup_days": "the demo backs nothing up",
    "mail_url": "the demo mails nobody, and says so",
    "sms_webhook_url": "the demo sends no text messages",
    "sms_webhook_secret": "the demo sends no text messages",
    "mail_from": "the demo mails nobody, and says so",
}
"""Settings that the demo cannot use, with the reason. It uses all others."""


def demo(options: argparse.Namespace, settings: Settings) -> int:
    """Build the demo clinic unless it exists, print its addresses and sign-ins, and serve it."""
    refused = [f"{VARIABLES[name]} is not for `homeplan demo`: {MADE_BY_THE_DEMO[name]}." for name in _refused()]
    if refused:
        print("\n".join(f"homeplan: {sentence}" for sentence in refused), file=sys.stderr)
        return 2
    if options.port is None:
        options.port = settings.port
    folder = Path(options.folder)
    folder.mkdir(parents=True, exist_ok=True)
    log_to_stderr(logging.WARNING)
    return run_to_the_end(_run(options, settings, folder))


def _refused() -> list[str]:
    set_here = set_names(os.environ)
    return [name for name in MADE_BY_THE_DEMO if name in set_here]


async def _run(options: argparse.Namespace, given: Settings, folder: Path) -> None:
    if options.fresh:
        await _remove_demo(folder)
    notes = _notes(folder / NOTES)
    address = own_address()
    settings = structs.replace(
        given,
        database_url=f"sqlite:///{folder / DATABASE}",
        origin=f"https://{address}:{options.phone_port}",
        vapid_private_key=notes.vapid_private_key,
        vapid_subject="mailto:demo@demo.example",
        push_hosts=(PUSH_HOST,),
    )
    if not (folder / DATABASE).exists():
        await _invent(folder, settings, notes)
    if options.no_serve:
        return
    async with migrated_database(settings) as db, taking_commands(settings, db, SystemClock()):
        await db.write(_allow_password_alone)
        certificate, key = self_signed(folder, address)
        listeners = [
            Listener(host="127.0.0.1", port=options.port),
            Listener(host="0.0.0.0", port=options.phone_port, certificate=certificate, key=key),  # noqa: S104 - phones
        ]

        async def ready() -> None:
            await _print_addresses(options.port, db, settings, notes)

        await run_server(settings, db, listeners, ready=ready)


async def _allow_password_alone(tx: Tx) -> None:
    """Also for a demo that was made before staff had second factors: its database holds the invented clinic only."""
    ctx = operator_context(tx, SystemClock().now())
    for clinic in await list_clinics(ctx):
        await allow_password_alone(ctx.of_clinic(clinic.id))


async def _invent(folder: Path, settings: Settings, notes: Notes) -> None:
    """Build the history in a temporary folder and move it when it is complete: an interrupted run starts again."""
    started = time.monotonic()
    now = SystemClock().now()
    clock = DemoClock(now)
    with tempfile.TemporaryDirectory(prefix="homeplan-demo-", dir=_fast_folder()) as scratch:
        building = Path(scratch) / DATABASE
        async with migrated_database(structs.replace(settings, database_url=f"sqlite:///{building}")) as db:
            app = create_app(settings, db, clock)
            await build(app, db, clock, now, notes.password, _show_progress)
        await asyncio.to_thread(shutil.move, building, folder / DATABASE)
    print(f"\nInvented {len(CAST)} patients with six weeks of history in {time.monotonic() - started:.0f} s.")


def _fast_folder() -> str | None:
    """A folder in memory if there is one, because invented history need not survive a crash."""
    memory = Path("/dev/shm")  # noqa: S108 - a private folder is made inside
    return str(memory) if os.access(memory, os.W_OK) else None


def _remove(folder: Path) -> None:
    for pattern in (f"{DATABASE}*", NOTES):
        for leftover in folder.glob(pattern):
            if leftover.is_dir():  # backups before upgrades, databases before restores
                shutil.rmtree(leftover)
            else:
                leftover.unlink()


def _show_progress(done: int, total: int) -> None:
    bar = "█" * (30 * done // total)
    print(f"\rInventing a clinic: day {done:2d} of {total} {bar:<30}", end="", flush=True)


async def _print_addresses(port: int, db: Database, settings: Settings, notes: Notes) -> None:
    administrator = STAFF[-1][1]  # an administrator sees every patient of the clinic
    desk = Desk(create_app(settings, db), SystemClock(), administrator, notes.password)
    patients = {patient["givenName"]: patient["id"] for patient in await desk.get("/api/patients")}
    for role in (role for name in WITH_LINKS for role in CAST if role.name == name):
        invitation_id = new_id(SystemClock().now())
        invitation = await desk.post(f"/api/patients/{patients[role.name]}/invitation", {"id": invitation_id})
        token = invitation["url"].split("#")[1]
        print(f"\nPatient {role.name} Example ({role.shows})")
        print(f"  on this machine   http://localhost:{port}/e#{token}")
        print(f"  on a phone        {invitation['url']}")
        print("  (in the same network; accept the warning once, because the certificate is self-signed)")
        segno.make(invitation["url"], error="l").terminal(compact=True)
    print(f"\nConsole   http://localhost:{port}/console/   (the demo alone lets staff in without a second factor)")
    for name, email, _ in STAFF:
        print(f"  {email}  password {notes.password}  ({name})")
    print(
        "\nThis clinic is invented, and its content is a draft. Stop it with Ctrl-C; --fresh starts over.", flush=True
    )


def _notes(path: Path) -> Notes:
    if path.exists():
        return msgspec.json.decode(path.read_bytes(), type=Notes)
    notes = Notes(password=f"demo-{secrets.token_hex(6)}", vapid_private_key=VapidKey.generate())
    path.touch(mode=0o600)
    path.write_bytes(msgspec.json.encode(notes))
    return notes


async def _remove_demo(folder: Path) -> None:
    """Remove the demo's own files and no others. Raises FileInUse while it runs."""
    database = folder / DATABASE
    if database.exists():
        await (await open_database(f"sqlite:///{database}")).close()
    _remove(folder)
