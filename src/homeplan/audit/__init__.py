"""The audit trail: who read or wrote what about whom, sealed clinic by clinic so that tampering shows."""

from homeplan.audit.seals import seal, seal_at_commit
from homeplan.audit.store import append
from homeplan.audit.verification import Verdict, verify

__all__ = ["Verdict", "append", "seal", "seal_at_commit", "verify"]
