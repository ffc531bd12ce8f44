"""The second way: the state of the pushes that it replaces. Pure."""

from collections.abc import Iterable

from homeplan.delivery.model import Delivery
from homeplan.reminders.due import PushState


def push_state(pushes: Iterable[Delivery]) -> PushState:
    """The state of the pushes of one ring together.

    A push is shown once a receipt says so. One that is leased may be arriving at this moment.
    """
    pushes = list(pushes)
    if any(push.shown_at is not None or push.opened_at is not None for push in pushes):
        return "shown"
    return "under-way" if any(push.status == "leased" for push in pushes) else "unseen"
