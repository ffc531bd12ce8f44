"""The audit trail: who read or wrote what about whom."""

from homeplan.audit.store import Verdict, append, verify

__all__ = ["Verdict", "append", "verify"]
