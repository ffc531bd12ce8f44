"""The audit trail: who read or wrote what about whom, sealed clinic by clinic so that tampering shows."""

from homeplan.audit.checks import verify_all
from homeplan.audit.heads import BadHeads
from homeplan.audit.refusals import Refusal, Refusals
from homeplan.audit.seals import seal, seal_at_commit
from homeplan.audit.store import append
from homeplan.audit.verification import Verdict, verify

__all__ = ["BadHeads", "Refusal", "Refusals", "Verdict", "append", "seal", "seal_at_commit", "verify", "verify_all"]
