"""The second way: the state of the pushes that it stands in for, and the delay before it. Pure."""

from collections.abc import Iterable
from datetime import timedelta

from homeplan.delivery.model import Delivery
from homeplan.reminders.due import PushState
from homeplan.reminders.second_way.model import SecondWay


def push_state(pushes: Iterable[Delivery]) -> PushState:
    """What is known of the pushes of one ring together.

    A push is shown once a receipt says so. One that is leased may be arriving at this moment.
    """
    pushes = list(pushes)
    if any(push.shown_at is not None or push.opened_at is not None for push in pushes):
        return "shown"
    return "under-way" if any(push.status == "leased" for push in pushes) else "unseen"


def delay(way: SecondWay | None) -> timedelta | None:
    """The time for which a push may wait to be shown; None without an address that is in use."""
    return None if way is None or way.address is None else way.after
