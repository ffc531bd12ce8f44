"""The manifest of a backup, the result of a restore, and the refusals."""

from datetime import datetime

import msgspec

from homeplan.accounts.access.model import Changes


class BadBackup(Exception):
    """The file is not the backup that was made, or cannot be opened; the message is for the operator."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The facts about one backup, in a file beside it."""

    made_at: datetime
    homeplan: str
    """The version that made it."""
    file: str
    sha256: str
    """SHA-256 of the stored file, in hexadecimal."""
    database_sha256: str
    """SHA-256 of the database inside; the same for a backup that is not encrypted."""
    is_encrypted: bool
    rows: dict[str, int]
    """Rows of each table."""


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """A backup that is as it was made."""

    manifest: Manifest
    is_opened: bool
    """Whether the database inside was checked; an encrypted one needs its key for that."""


class ClinicRestored(msgspec.Struct, frozen=True, kw_only=True):
    """The changes of one clinic's access by a restore."""

    clinic_id: str
    name: str
    changes: Changes


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a restore."""

    made_at: datetime
    aside: str | None
    """The folder with the replaced database; None when there was none."""
    clinics: tuple[ClinicRestored, ...]
