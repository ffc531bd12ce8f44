"""The ledger of deliveries for /metrics, by recipient and channel. Pure. No label contains an id."""

from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct

from homeplan.delivery.model import ChannelName, Kind, Status


class Tally(Struct, frozen=True, kw_only=True):
    """Number of deliveries that are alike."""

    recipient: Literal["patient", "staff"]
    channel: ChannelName
    kind: Kind
    status: Status
    deliveries: int


class Counts(Struct, frozen=True, kw_only=True):
    """The ledger in one line. At any moment due = sent + gone + stale + superseded + failed + open."""

    due: int
    others: int
    """Number among them that belong to no reminder: tests, and news of a message."""
    sent: int
    gone: int
    stale: int
    superseded: int
    failed: int
    open: int


OF_REMINDERS: tuple[Kind, ...] = ("reminder", "checkin", "after-needling", "test", "message")
"""The texts of the reminder ledger."""

CHANNELS_OF: dict[str, tuple[ChannelName, ...]] = {"patient": ("webpush", "mail", "sms"), "staff": ("webpush", "mail")}
"""The channels by which each kind of recipient is reached."""

_OPEN: tuple[Status, ...] = ("pending", "leased")
_STATES = ("sent", "gone", "stale", "superseded", "failed", "open")


def reminder_counts(tallies: Iterable[Tally]) -> Counts:
    """The deliveries of reminders, and the tests of patients."""
    counted = [each for each in tallies if each.recipient == "patient" and each.kind in OF_REMINDERS]
    by_state = {state: _sum(counted, state) for state in _STATES}
    return Counts(
        due=sum(each.deliveries for each in counted),
        others=sum(each.deliveries for each in counted if each.kind in ("test", "message")),
        **by_state,
    )


def exposition(tallies: Sequence[Tally], mail_refused: int) -> str:
    """The figures in Prometheus' text format 0.0.4; `mail_refused` counts refusals of the mail server."""
    lines = [
        "# HELP homeplan_deliveries_due Deliveries planned in the last 24 h.",
        "# TYPE homeplan_deliveries_due gauge",
        "# HELP homeplan_deliveries Where what was planned in the last 24 h stands; the states add up to due.",
        "# TYPE homeplan_deliveries gauge",
        "# HELP homeplan_deliveries_unbalanced Due minus the sum of the states. Anything but 0 is a defect.",
        "# TYPE homeplan_deliveries_unbalanced gauge",
    ]
    for recipient, channels in CHANNELS_OF.items():
        for channel in channels:
            counted = [each for each in tallies if (each.recipient, each.channel) == (recipient, channel)]
            due = sum(each.deliveries for each in counted)
            labels = f'recipient="{recipient}",channel="{channel}"'
            states = {state: _sum(counted, state) for state in _STATES}
            lines += [
                f"homeplan_deliveries_due{{{labels}}} {due}",
                *(f'homeplan_deliveries{{{labels},state="{state}"}} {times}' for state, times in states.items()),
                f"homeplan_deliveries_unbalanced{{{labels}}} {due - sum(states.values())}",
            ]
    lines += [
        "# HELP homeplan_mail_refused_total Times that the mail server refused us; see the log.",
        "# TYPE homeplan_mail_refused_total counter",
        f"homeplan_mail_refused_total {mail_refused}",
    ]
    return "\n".join(lines) + "\n"


def _sum(tallies: Iterable[Tally], state: str) -> int:
    meant = _OPEN if state == "open" else (state,)
    return sum(each.deliveries for each in tallies if each.status in meant)
