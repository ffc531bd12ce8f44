"""Backup files: made, verified, taken out, deleted when they expire.

A backup is a file with a manifest beside it, which is written last: without one a file is not complete.
"""

import asyncio
import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from homeplan import __version__, cipher
from homeplan.backup import dump, rules
from homeplan.backup.model import BadBackup, Manifest, Verified
from homeplan.db import Database
from homeplan.db.sqlite_copy import Damaged, count_rows, flush

PARTIAL = ".homeplan-partial"
"""Begins the names of files that are being written."""


async def make(
    db: Database, folder: Path, now: datetime, public_key: str | None, *, upgrade_from: int | None = None
) -> Path:
    """Write a verified backup into the folder, beside the running service; returns its path.

    `upgrade_from` is the schema of a database that is upgraded next. Raises NoCopy on PostgreSQL,
    BadBackup and OSError when it could not be written; nothing incomplete is left then.
    """
    with _alone(folder):
        plain = folder / f"{PARTIAL}-{now:%Y%m%dT%H%M%S%f}"
        try:
            await db.copy_to(plain)
            name = rules.name_of(now, upgrade_from=upgrade_from, is_encrypted=public_key is not None)
            return await asyncio.to_thread(_finish, plain, folder / name, now, public_key)
        finally:
            _drop_partial(folder)


async def make_dump(url: str, folder: Path, now: datetime, public_key: str | None, *, upgrade_from: int) -> Path:
    """Write what pg_dump reads from a PostgreSQL database that is upgraded next, like `make`.

    Raises BadBackup, OSError."""
    with _alone(folder):
        plain = folder / f"{PARTIAL}-{now:%Y%m%dT%H%M%S%f}"
        try:
            await asyncio.to_thread(dump.write, url, plain)
            name = rules.name_of(now, upgrade_from=upgrade_from, kind="dump", is_encrypted=public_key is not None)
            return await asyncio.to_thread(_finish, plain, folder / name, now, public_key)
        finally:
            _drop_partial(folder)


def _rows(file: Path) -> dict[str, int]:
    """Rows of each table after a check of the whole file; none of a dump. Raises BadBackup."""
    if dump.is_dump(file):
        dump.check(file)
        return {}
    try:
        return count_rows(file)
    except Damaged as damaged:
        raise BadBackup(str(damaged)) from damaged


def _finish(plain: Path, target: Path, now: datetime, public_key: str | None) -> Path:
    folder = target.parent
    try:
        rows = _rows(plain)
    except BadBackup as damaged:
        raise BadBackup(f"The copy was not kept. {damaged}") from damaged
    database_sha256 = _sha256(plain)
    stored = plain
    if public_key is not None:
        stored = plain.with_name(plain.name + ".age")
        os.close(os.open(stored, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        try:
            cipher.encrypt(plain, stored, public_key)
        except cipher.NotCiphered as failed:
            raise BadBackup(f"{plain.name} cannot be encrypted: {failed}.") from failed
        flush(stored)
    if manifest_path(target).exists():
        raise BadBackup(f"{target} was made in the same second. Try again.")
    manifest = Manifest(
        made_at=now,
        homeplan=__version__,
        file=target.name,
        sha256=database_sha256 if stored is plain else _sha256(stored),
        database_sha256=database_sha256,
        is_encrypted=public_key is not None,
        rows=rows,
    )
    written = folder / f"{PARTIAL}-manifest"
    os.close(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    written.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n")
    flush(written)
    stored.replace(target)
    written.replace(manifest_path(target))
    flush(folder)
    return target


def manifest_path(file: Path) -> Path:
    return file.with_name(file.name + ".json")


def read_manifest(file: Path) -> Manifest:
    """The manifest beside the backup. Raises BadBackup."""
    try:
        return msgspec.json.decode(manifest_path(file).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise BadBackup(
            f"{file} has no manifest {manifest_path(file).name} beside it: it is not complete, or was renamed."
        ) from None
    except (msgspec.DecodeError, UnicodeError, OSError) as broken:
        raise BadBackup(f"{manifest_path(file)} cannot be read ({broken}).") from broken


def verify(file: Path, key_file: Path | None) -> Verified:
    """Check that the backup is what was made. Raises BadBackup.

    An encrypted one is opened with the key, into a file beside it that is removed again; without the key its bytes
    alone are checked.
    """
    manifest = read_manifest(file)
    if manifest.is_encrypted and key_file is None:
        _require_sha256(file, manifest.sha256)
        return Verified(manifest=manifest, is_opened=False)
    opened = file.with_name(f"{PARTIAL}-opened-{os.getpid()}") if manifest.is_encrypted else file
    try:
        if manifest.is_encrypted:
            take_out(file, key_file, opened)
        else:
            _require_sha256(file, manifest.sha256)
        require_rows(opened, manifest)
    finally:
        if opened is not file:
            opened.unlink(missing_ok=True)
    return Verified(manifest=manifest, is_opened=True)


def take_out(file: Path, key_file: Path | None, target: Path) -> Manifest:
    """Write the database of the backup to `target`, durably and readable by its owner alone. Raises BadBackup.

    What was written is compared with the manifest; `target` is incomplete after an error.
    """
    manifest = read_manifest(file)
    _require_sha256(file, manifest.sha256)
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    if not manifest.is_encrypted:
        _copy(file, target)
    elif key_file is None:
        raise BadBackup(f"{file} is encrypted: name the file of its private key with --key.")
    else:
        try:
            cipher.decrypt(file, target, key_file)
        except cipher.NotCiphered as failed:
            raise BadBackup(f"{file.name} cannot be decrypted: {failed}.") from failed
    _require_sha256(target, manifest.database_sha256)
    flush(target)
    return manifest


def drop_expired(folder: Path, now: datetime, days: int) -> list[str]:
    """Delete backups that are older than `days` days, never the newest three; returns their names."""
    names = rules.expired([path.name for path in folder.iterdir()], now, days)
    for name in names:
        delete(folder / name)
    return names


def delete(file: Path) -> None:
    """Delete a backup with its manifest."""
    manifest_path(file).unlink(missing_ok=True)
    file.unlink(missing_ok=True)


def require_rows(database: Path, manifest: Manifest) -> None:
    """Check pages, references and rows of a database that was taken out. Raises BadBackup."""
    if _rows(database) != manifest.rows:
        raise BadBackup(f"{database} has other rows than its manifest says.")


def _require_sha256(file: Path, expected: str) -> None:
    try:
        found = _sha256(file)
    except OSError as failed:
        raise BadBackup(f"{file} cannot be read: {failed.strerror}.") from failed
    if found != expected:
        raise BadBackup(f"{file} is not what was made: its SHA-256 is {found}, and the manifest says {expected}.")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as reading, target.open("wb") as writing:
        while piece := reading.read(2**20):
            writing.write(piece)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One backup at a time into a folder. What one that was killed left is removed. Raises BadBackup."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder / ".homeplan-lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as taken:
            raise BadBackup(f"Another backup is being written to {folder}.") from taken
        _drop_partial(folder)
        yield
    finally:
        os.close(handle)


def _drop_partial(folder: Path) -> None:
    for path in folder.glob(f"{PARTIAL}*"):
        path.unlink(missing_ok=True)
