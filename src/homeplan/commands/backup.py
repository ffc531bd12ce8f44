"""`homeplan backup`, `verify`, `restore` and `restored`: copies of the database, and what a restore asks for."""

import argparse
import os
import sys
from pathlib import Path

from homeplan.backup import copies
from homeplan.backup.actions import enter_service
from homeplan.backup.model import BadBackup, ClinicRestored
from homeplan.backup.noted import notes_of, read_notes
from homeplan.backup.restoring import restore as put_back
from homeplan.backup.worker import back_up
from homeplan.clock import SystemClock
from homeplan.commands.database import migrated_database, run_to_the_end, to_stderr
from homeplan.commands.host import Host, on_database
from homeplan.context import operator_context
from homeplan.db import Tx, database_file
from homeplan.settings import Settings


@on_database
async def backup(host: Host, options: argparse.Namespace) -> int:
    """Write a verified copy of the database into the folder and print its path; 2 without a folder."""
    folder = options.folder or host.settings.backup_dir
    if folder is None:
        host.warn("homeplan: name a folder, or set HOMEPLAN_BACKUP_DIR.")
        return 2
    size = (await host.db.figures()).size_bytes
    host.warn(f"homeplan: copying {_megabytes(size)} and reading the copy back")
    host.say(str(await back_up(host.db, Path(folder), host.clock.now(), host.settings)))
    if host.settings.backup_public_key is None:
        host.warn("It is not encrypted: see HOMEPLAN_BACKUP_PUBLIC_KEY in docs/operations/settings.md.")
    return 0


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 2**20:.1f} MB"


def new_key(options: argparse.Namespace) -> int:
    """Write the private key of encrypted backups to a new file, and print the setting with its public key."""
    from pyrage import x25519

    if options.file is None:
        print("homeplan: name the new file of the private key with --file.", file=sys.stderr)
        return 2
    identity = x25519.Identity.generate()
    try:
        handle = os.open(options.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(f"{identity}\n")
    except OSError as failed:
        print(f"homeplan: {options.file} cannot be made: {failed.strerror}.", file=sys.stderr)
        return 1
    print(f"HOMEPLAN_BACKUP_PUBLIC_KEY={identity.to_public()}")
    print(
        f"Put this line into the environment of the service. {options.file} opens the backups: move it off this "
        "machine, and keep a second copy elsewhere. Without it no encrypted backup can be restored.",
        file=sys.stderr,
    )
    return 0


def verify(options: argparse.Namespace, _: Settings) -> int:
    """Check that a backup is as it was made; 1 when it is not."""
    try:
        to_stderr(f"reading {_megabytes(Path(options.file).stat().st_size)}")
        found = copies.verify(Path(options.file), None if options.key is None else Path(options.key))
    except (BadBackup, OSError) as bad:
        print(f"homeplan: {bad}", file=sys.stderr)
        return 1
    rows = sum(found.manifest.rows.values())
    counted = f", with {rows} rows" if rows else ""
    print(f"{options.file}: as it was made at {found.manifest.made_at:%Y-%m-%d %H:%M} UTC{counted}.")
    if not found.is_opened:
        print("It is encrypted: with --key FILE the database inside is checked too.", file=sys.stderr)
    return 0


def restore(options: argparse.Namespace, settings: Settings) -> int:
    """Put a backup in the place of the database and print what to look at."""
    database = database_file(settings.database_url)
    if database is None:
        print(f"homeplan: {_ON_POSTGRESQL}", file=sys.stderr)
        return 2

    async def run() -> None:
        key = None if options.key is None else Path(options.key)
        done = await put_back(settings, database, Path(options.file), key, SystemClock(), to_stderr)
        print(f"{database} is the backup of {done.made_at:%Y-%m-%d %H:%M} UTC.")
        if done.aside is not None:
            print(f"The database before it is in {done.aside}. It holds patients' data: delete it when you are done.")
        _print_what_to_do(done.clinics, settings)

    return run_to_the_end(run())


_ON_POSTGRESQL = (
    "PostgreSQL is restored with its own tools: `pg_restore` of the dump, then `homeplan restored`, before "
    "`homeplan serve`. docs/operations/postgresql.md has the commands."
)


def restored(_: argparse.Namespace, settings: Settings) -> int:
    """Make a database safe that was put back by other means than `homeplan restore`."""
    database = database_file(settings.database_url)

    async def run() -> None:
        noted = [] if database is None else read_notes(notes_of(database))

        async def work(tx: Tx) -> tuple[ClinicRestored, ...]:
            return await enter_service(operator_context(tx, SystemClock().now(), settings=settings), {}, noted, "")

        async with migrated_database(settings) as db:
            _print_what_to_do(await db.write(work), settings)

    return run_to_the_end(run())


def _print_what_to_do(clinics: tuple[ClinicRestored, ...], settings: Settings) -> None:
    for clinic in clinics:
        print("\n".join(_of_clinic(clinic, settings)))
    print(
        "\nAll staff are signed out, and all recovery codes, invitations, links and pairing codes are void. Each phone "
        "sends what it entered in the last 14 days again when the app is next opened. What staff wrote since the "
        "backup is lost: have them compare with their notes."
    )
    if settings.audit_heads is not None:
        print(f"The audit trails end earlier than {settings.audit_heads} says: move that file to your notes.")


def _of_clinic(clinic: ClinicRestored, settings: Settings) -> list[str]:
    changes = clinic.changes
    lines = [f"\n{clinic.name} ({clinic.clinic_id})"]
    lines += [f"  without access again: {email}" for email in changes.disabled.values()]
    if not changes.vouched:
        lines.append(
            "  LOOK FIRST: the database before it cannot be read, or does not go on from this backup. Whose access "
            "was taken away since the backup has it again, but for those above: look at Settings → Staff before "
            "anybody signs in."
        )
    lines += [f"  {role.value} again: {email}" for email, role in changes.demoted.values()]
    lines += [
        f"  password or factors changed since; run `homeplan staff reset --email {email}`"
        for email in changes.reset.values()
    ]
    lines += [f"  joined since the backup; invite again: {email}" for email in changes.lost_staff]
    if changes.left:
        lines.append(f"  erased again because they left: {', '.join(sorted(changes.left.values()))}")
    if changes.off_team:
        lines.append(f"  taken off care teams again: {len(changes.off_team)}")
    if changes.lost_patients:
        lines.append(f"  patients registered since the backup, who are not in it: {changes.lost_patients}")
    if changes.asked_again:
        lines.append(f"  {len(changes.asked_again)} patients have to join again; open each chart and choose Invite:")
        lines += [f"    {settings.origin}/console/#/patients/{patient_id}" for patient_id in changes.asked_again]
    return lines
