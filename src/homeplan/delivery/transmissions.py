"""Counts what went to push services and to the mail server, by host and outcome.

The counts of a process wait here until metrics/worker.py adds them to those of all processes, in the database.
"""

from collections import Counter
from typing import NamedTuple

from homeplan.delivery.model import AuthRefused, ChannelName, Gone, Outcome, Refused, Retry, Sent, WrongKey


class Transmission(NamedTuple):
    """The counts are by these three. The host is the service's, never a patient's or a clinic's."""

    channel: ChannelName
    host: str
    outcome: str


OUTCOMES: dict[type, str] = {
    Sent: "sent",
    Gone: "gone",
    WrongKey: "wrong-key",
    AuthRefused: "auth",
    Retry: "retry",
    Refused: "refused",
}

_counted: Counter[Transmission] = Counter()


def count_transmission(channel: ChannelName, host: str, outcome: Outcome) -> None:
    """Count one transmission that reached the service, or tried to."""
    _counted[Transmission(channel, host, OUTCOMES[type(outcome)])] += 1


def give_back(transmissions: Counter[Transmission]) -> None:
    """Count again those that could not be stored."""
    _counted.update(transmissions)


def take_transmissions() -> Counter[Transmission]:
    """The transmissions since the last call."""
    counted = Counter(_counted)
    _counted.clear()
    return counted
