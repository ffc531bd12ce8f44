"""The reminder figures of /metrics as Prometheus text. Pure. No label contains an id."""

from datetime import timedelta

from msgspec import Struct

from homeplan.delivery.metrics import Counts
from homeplan.reminders.due import OccurrenceCounts
from homeplan.reminders.model import SilenceReason

WINDOW = timedelta(hours=24)
"""The ledger is counted over the last day: the cost follows what was due, not what is stored."""

_STATES = ("sent", "gone", "stale", "superseded", "failed", "open")


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
    """All exported figures."""

    ledger: Ledger
    silent: dict[SilenceReason, int]
    planning_lag: timedelta
    """Waiting time of the longest due reminder for its decision."""
    sending_lag: timedelta
    """Waiting time of the longest due delivery."""
    clock_set: int
    """Number of times that the machine's clock was set and sending was held for it."""
    put_off: int
    """Number of times that a reminder could not be computed."""
    signature_refused: int
    """Number of times that a push service refused our signature."""


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


def exposition(figures: Figures) -> str:
    """The figures in Prometheus' text format 0.0.4."""
    book = figures.ledger
    lines = [
        *_gauge("homeplan_reminders_due", "Due in the last 24 h: one for each device, one where nothing was sent."),
        f"homeplan_reminders_due {book.due}",
        *_gauge("homeplan_reminders", "Where what was due in the last 24 h stands; the states add up to due."),
        *(f'homeplan_reminders{{state="{state}"}} {getattr(book, state)}' for state in _STATES),
        *_gauge("homeplan_reminders_unbalanced", "Due minus the sum of the states. Anything but 0 is a defect."),
        f"homeplan_reminders_unbalanced {book.unbalanced}",
        *_gauge("homeplan_reminders_silent", "Due moments of the last 24 h that stayed silent, by reason."),
        *(f'homeplan_reminders_silent{{reason="{why}"}} {figures.silent.get(why, 0)}' for why in SilenceReason),
        *_gauge("homeplan_reminders_planning_lag_seconds", "How long the longest-due reminder waits."),
        f"homeplan_reminders_planning_lag_seconds {figures.planning_lag.total_seconds():.3f}",
        *_gauge("homeplan_reminders_sending_lag_seconds", "How long the longest-due delivery waits."),
        f"homeplan_reminders_sending_lag_seconds {figures.sending_lag.total_seconds():.3f}",
        *_counter("homeplan_clock_set_total", "The clock moved over two minutes at once; reminders waited for two."),
        f"homeplan_clock_set_total {figures.clock_set}",
        *_counter("homeplan_reminders_put_off_total", "Reminders that could not be computed, put off for an hour."),
        f"homeplan_reminders_put_off_total {figures.put_off}",
        *_counter("homeplan_push_signature_refused_total", "Pushes whose VAPID signature was refused; see the log."),
        f"homeplan_push_signature_refused_total {figures.signature_refused}",
    ]
    return "\n".join(lines) + "\n"


def _gauge(name: str, meaning: str) -> tuple[str, str]:
    return f"# HELP {name} {meaning}", f"# TYPE {name} gauge"


def _counter(name: str, meaning: str) -> tuple[str, str]:
    return f"# HELP {name} {meaning}", f"# TYPE {name} counter"
