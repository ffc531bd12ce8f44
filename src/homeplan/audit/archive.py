"""The archive of audit trails in files: per clinic a folder with one file for each part of its chain.

A part is `0000000001-0000000734.jsonl.gz`, named by its first and last seal: a line of JSON per seal with its events.
One that is encrypted to the public key of backups ends with `.age`. Its manifest is beside it (`….json`), and is
written last: a part without one is not complete. The seals are those of the database, so that a part shows tampering as
the trail does.
"""

import gzip
import hashlib
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from homeplan import cipher
from homeplan.audit.rules import Seal, digest, flaw
from homeplan.db import CannotOpen

SUFFIX = ".jsonl.gz"
ENCRYPTED = ".age"
PARTIAL = ".partial"
CUT_OFF_S = 3600
"""Age from which a file that is not in its place yet is one of a process that was killed."""


class ArchiveDiffers(CannotOpen):
    """The archive is damaged, was edited, or does not belong to this database; the message is for the operator."""


class NeedsKey(ArchiveDiffers):
    """The archive is encrypted, and no private key was named."""


class Archived(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a part: a seal, and the events that it covers."""

    seal: Seal
    events: list[dict[str, Any]]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The range of seals that a part has, and its SHA-256 before it was encrypted: what is encrypted twice differs."""

    clinic_id: str
    first: int
    """Number of its first seal."""
    last: int
    prev: str
    """The mac of the seal before the first; empty at the beginning of the trail."""
    last_mac: str
    events: int
    sha256: str


def write_part(folder: Path, lines: Sequence[Archived], public_key: str | None = None) -> None:
    """Write a part and its manifest, readable by their owner alone, and read it back. Raises OSError, ArchiveDiffers.

    A kill leaves no manifest or the whole part. The same lines give the same manifest, and the same bytes unless they
    are encrypted.
    """
    first, last = lines[0].seal, lines[-1].seal
    of_clinic = folder / first.clinic_id
    of_clinic.mkdir(mode=0o700, parents=True, exist_ok=True)
    for cut_off in of_clinic.glob(f"*{PARTIAL}"):
        with suppress(FileNotFoundError):
            if time.time() - cut_off.stat().st_mtime > CUT_OFF_S:
                cut_off.unlink()
    body = gzip.compress(b"".join(msgspec.json.encode(line) + b"\n" for line in lines), mtime=0)
    manifest = Manifest(
        clinic_id=first.clinic_id,
        first=first.number,
        last=last.number,
        prev=first.prev,
        last_mac=last.mac,
        events=sum(len(line.events) for line in lines),
        sha256=hashlib.sha256(body).hexdigest(),
    )
    plain = of_clinic / f"{first.number:010}-{last.number:010}{SUFFIX}"
    secret = plain.with_name(plain.name + ENCRYPTED)
    path, other = (plain, secret) if public_key is None else (secret, plain)
    _put(path, body if public_key is None else _encrypted(body, public_key))
    _put(_manifest_of(path), msgspec.json.encode(manifest) + b"\n")
    for begun in (_manifest_of(other), other):  # by a run that was killed, before the key was set or taken away
        begun.unlink(missing_ok=True)


def _encrypted(body: bytes, public_key: str) -> bytes:
    try:
        return cipher.encrypted(body, public_key)
    except cipher.NotCiphered as failed:
        raise ArchiveDiffers(f"a part cannot be encrypted: {failed}") from failed


def parts(folder: Path, clinic_id: str) -> list[tuple[Path, Manifest]]:
    """The complete parts of a clinic, the oldest first. Raises ArchiveDiffers, OSError."""
    found = []
    for path in sorted((folder / clinic_id).glob(f"*{SUFFIX}*")):
        if not path.name.endswith((SUFFIX, SUFFIX + ENCRYPTED)):
            continue
        try:
            found.append((path, msgspec.json.decode(_manifest_of(path).read_bytes(), type=Manifest)))
        except FileNotFoundError:
            continue
        except msgspec.DecodeError as broken:
            raise ArchiveDiffers(f"{_manifest_of(path)} is not a manifest") from broken
    return found


def read_part(path: Path, manifest: Manifest, key_file: Path | None = None) -> Iterator[Archived]:
    """The seals of a part with their events. Raises NeedsKey, and ArchiveDiffers when a byte differs from what was
    written."""
    body = _read_body(path, manifest, key_file)
    try:
        for line in gzip.decompress(body).splitlines():
            yield msgspec.json.decode(line, type=Archived)
    except (OSError, EOFError, msgspec.DecodeError) as broken:
        raise ArchiveDiffers(f"{path} cannot be read") from broken


def line_flaw(line: Archived, before: Seal | None, secrets: Sequence[bytes]) -> str | None:
    """The flaw of a seal that should follow `before`, or of its events; None when all fit."""
    if reason := flaw(line.seal, before, secrets):
        return reason
    digests = {event["seq"]: digest(event) for event in line.events}
    for seq, sealed_as in line.seal.events:
        if digests.get(seq) != sealed_as:
            return f"event {seq} was {'edited' if seq in digests else 'removed'}"
    return None if len(digests) == len(line.seal.events) else "an event was added"


def _manifest_of(path: Path) -> Path:
    return path.with_name(path.name + ".json")


def _read_body(path: Path, manifest: Manifest, key_file: Path | None) -> bytes:
    body = path.read_bytes()
    if path.suffix == ENCRYPTED:
        if key_file is None:
            raise NeedsKey(f"{path} is encrypted: name the file of its private key with --key")
        try:
            body = cipher.decrypted(body, key_file)
        except cipher.NotCiphered as failed:
            raise ArchiveDiffers(f"{path} cannot be decrypted: {failed}") from failed
    if hashlib.sha256(body).hexdigest() != manifest.sha256:
        raise ArchiveDiffers(f"{path} is not as it was written")
    return body


def _put(path: Path, body: bytes) -> None:
    """Put a file in its place at once and for good, after it was read back."""
    written = path.with_name(f"{path.name}.{os.urandom(6).hex()}{PARTIAL}")
    with open(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    if written.read_bytes() != body:
        raise ArchiveDiffers(f"{path} cannot be read back as it was written")
    written.replace(path)
    opened = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
