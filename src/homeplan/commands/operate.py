"""Commands that set a clinic up and look after it."""

import argparse
import asyncio
import base64
import getpass
import sys
from collections.abc import Awaitable, Callable

from cryptography.hazmat.primitives.asymmetric import ec

from homeplan.accounts import store as accounts
from homeplan.accounts.audit import operator_scope, record
from homeplan.accounts.model import Role, StaffMember
from homeplan.accounts.passwords import check_password, hash_password
from homeplan.clock import SystemClock
from homeplan.db import Database, SchemaMismatch, Tx, is_sqlite, open_database
from homeplan.db.migrate import migrate as apply_migrations
from homeplan.db.sqlite import FileInUse
from homeplan.errors import Problem
from homeplan.settings import Settings


def migrate(_: argparse.Namespace, settings: Settings) -> int:
    """Bring the database up to this version."""

    async def run(db: Database) -> None:
        applied = await apply_migrations(db, SystemClock().now())
        print("\n".join(f"applied {name}" for name in applied) or "The database is up to date.")

    return _with_database(settings, run, migrated=False)


def check(_: argparse.Namespace, settings: Settings) -> int:
    """Reached only with settings that are valid; says what they lead to, and what is missing for a real clinic."""
    print(f"database  {'SQLite, one process' if is_sqlite(settings.database_url) else 'PostgreSQL'}")
    print(f"origin    {settings.origin}")
    print(f"listens   {settings.host}:{settings.port}")
    advice = []
    if settings.vapid_private_key is None:
        advice.append("No push: run `homeplan keys` and set HOMEPLAN_VAPID_PRIVATE_KEY and HOMEPLAN_VAPID_SUBJECT.")
    if not settings.secure:
        advice.append("Phones need https: put a TLS proxy in front and set HOMEPLAN_ORIGIN to its address.")
    if settings.audit_key is None:
        advice.append("Set HOMEPLAN_AUDIT_KEY (32 characters or more), so that the audit chain shows forgery too.")
    print("\n".join(f"advice    {line}" for line in advice) or "ready     nothing is missing")
    return 0


def keys(options: argparse.Namespace, settings: Settings) -> int:
    """Print the environment lines of a new VAPID key pair; `rotate` keeps the present key for its devices."""
    private = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    print(f"HOMEPLAN_VAPID_PRIVATE_KEY={_base64url(private.to_bytes(32, 'big'))}")
    if options.action == "rotate":
        if settings.vapid_private_key is None:
            print("homeplan: there is no HOMEPLAN_VAPID_PRIVATE_KEY to rotate; run `homeplan keys`.", file=sys.stderr)
            return 1
        kept = (settings.vapid_private_key, *settings.vapid_previous_keys)
        print(f"HOMEPLAN_VAPID_PREVIOUS_KEYS={','.join(kept)}")
    print(f"HOMEPLAN_VAPID_SUBJECT={settings.vapid_subject or 'mailto:you@your-clinic.example'}")
    print("Put these lines into the environment of every homeplan process and restart them.", file=sys.stderr)
    if options.action == "rotate":
        print(
            "Phones subscribe with the new key when they next open the app; the old key stays alive for the others. "
            "Remove it from HOMEPLAN_VAPID_PREVIOUS_KEYS when /metrics counts no device with it.",
            file=sys.stderr,
        )
    return 0


def add_clinic(options: argparse.Namespace, settings: Settings) -> int:
    """Add a clinic and print its id."""

    async def run(db: Database) -> None:
        clinic = await db.write(
            lambda tx: accounts.add_clinic(
                tx,
                SystemClock().now(),
                name=options.name,
                phone=options.phone,
                emergency_number=options.emergency_number,
            )
        )
        print(clinic.id)

    return _with_database(settings, run)


def add_staff(options: argparse.Namespace, settings: Settings) -> int:
    """Add a member of staff; the password is asked for twice, or read from standard input."""
    password = sys.stdin.readline().rstrip("\n") if options.password_stdin else _ask_twice()
    if password is None:
        print("homeplan: the two passwords differ; nothing was added.", file=sys.stderr)
        return 1

    async def run(db: Database) -> None:
        check_password(password, options.email)
        hashed = hash_password(password)

        async def add(tx: Tx) -> StaffMember:
            clinic = await accounts.find_clinic(tx, options.clinic)
            now = SystemClock().now()
            member = await accounts.add_staff(
                tx,
                now,
                clinic_id=clinic.id,
                name=options.name,
                email=options.email,
                role=Role(options.role),
                password_hash=hashed,
            )
            await record(tx, operator_scope(clinic.id), now, action="staff.add", object_id=member.id)
            return member

        print((await db.write(add)).id)

    return _with_database(settings, run)


def _ask_twice() -> str | None:
    first = getpass.getpass("Password (12 to 128 characters): ")
    return first if first == getpass.getpass("Once more: ") else None


def _with_database(settings: Settings, run: Callable[[Database], Awaitable[None]], *, migrated: bool = True) -> int:
    async def main() -> None:
        db = await open_database(settings.database_url)
        try:
            if migrated:
                await apply_migrations(db, SystemClock().now())
            await run(db)
        finally:
            await db.close()

    try:
        asyncio.run(main())
    except (FileInUse, SchemaMismatch, Problem, OSError) as refused:
        print(f"homeplan: {refused}", file=sys.stderr)
        return 1
    return 0


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
