"""The audit trail: who read or wrote what about whom, sealed clinic by clinic so that tampering shows."""

from homeplan.audit.archive import Archived, ArchiveDiffers, NeedsKey, parts, read_part
from homeplan.audit.archiving import archive_all, verify_archive
from homeplan.audit.checks import verify_all
from homeplan.audit.heads import BadHeads, Head
from homeplan.audit.refusals import Refusal, Refusals
from homeplan.audit.seals import is_keyed, last_head, seal, seal_at_commit
from homeplan.audit.store import append, events_after
from homeplan.audit.verification import Verdict, verify

__all__ = [
    "ArchiveDiffers",
    "Archived",
    "BadHeads",
    "Head",
    "NeedsKey",
    "Refusal",
    "Refusals",
    "Verdict",
    "append",
    "archive_all",
    "events_after",
    "is_keyed",
    "last_head",
    "parts",
    "read_part",
    "seal",
    "seal_at_commit",
    "verify",
    "verify_all",
    "verify_archive",
]
