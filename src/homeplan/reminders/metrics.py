"""The reminder figures of /metrics. Pure."""

from datetime import timedelta

from msgspec import Struct

from homeplan.delivery.metrics import Counts
from homeplan.reminders.due import OccurrenceCounts
from homeplan.reminders.model import SilenceReason

WINDOW = timedelta(hours=24)
"""The ledger is counted over the last day: the cost follows what was due, not what is stored."""


class Ledger(Struct, frozen=True, kw_only=True):
    """Due reminders and their states. `due` is counted from the occurrences, the rest from the deliveries."""

    due: int
    sent: int
    gone: int
    stale: int
    superseded: int
    failed: int
    open: int

    @property
    def unbalanced(self) -> int:
        """The difference in due = sent + gone + stale + superseded + failed + open: always 0."""
        return self.due - (self.sent + self.gone + self.stale + self.superseded + self.failed + self.open)


class Figures(Struct, frozen=True, kw_only=True):
    """The ledger of the last day."""

    ledger: Ledger
    silent: dict[SilenceReason, int]


def ledger(decided: OccurrenceCounts, counts: Counts) -> Ledger:
    """Occurrences and deliveries of the same stretch of time in one ledger.

    An occurrence that stayed silent has one outcome too: stale, gone when there is no device, otherwise superseded.
    """
    silent = sum(decided.silent.values())
    stale, unreachable = decided.silent.get(SilenceReason.STALE, 0), decided.silent.get(SilenceReason.UNREACHABLE, 0)
    return Ledger(
        due=decided.expected + counts.others + silent,
        sent=counts.sent,
        gone=counts.gone + unreachable,
        stale=counts.stale + stale,
        superseded=counts.superseded + silent - stale - unreachable,
        failed=counts.failed,
        open=counts.open,
    )
