"""The ledger of deliveries for /metrics, by recipient and channel. Pure."""

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
STATES = ("sent", "gone", "stale", "superseded", "failed", "open")


def reminder_counts(tallies: Iterable[Tally]) -> Counts:
    """The deliveries of reminders, and the tests of patients."""
    counted = [each for each in tallies if each.recipient == "patient" and each.kind in OF_REMINDERS]
    by_state = {state: _sum(counted, state) for state in STATES}
    return Counts(
        due=sum(each.deliveries for each in counted),
        others=sum(each.deliveries for each in counted if each.kind in ("test", "message")),
        **by_state,
    )


def books(tallies: Sequence[Tally]) -> dict[tuple[str, str], dict[str, int]]:
    """The ledger of each recipient and channel: `due`, and the states that add up to it."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    for recipient, channels in CHANNELS_OF.items():
        for channel in channels:
            counted = [each for each in tallies if (each.recipient, each.channel) == (recipient, channel)]
            due = sum(each.deliveries for each in counted)
            found[recipient, channel] = {"due": due} | {state: _sum(counted, state) for state in STATES}
    return found


def _sum(tallies: Iterable[Tally], state: str) -> int:
    meant = _OPEN if state == "open" else (state,)
    return sum(each.deliveries for each in tallies if each.status in meant)
