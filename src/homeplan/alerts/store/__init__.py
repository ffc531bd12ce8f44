"""The tables of alerts, one module per noun; import every function from here."""

from homeplan.alerts.store.alerts import (
    StandingAlert,
    alerts_of_patient,
    close_alert,
    close_alerts,
    close_but,
    earlier_alerts,
    find_alert,
    find_standing_alert,
    insert_acknowledgement,
    insert_alert,
    is_open,
    open_alerts,
    open_alerts_of,
    raise_open_alert,
)
from homeplan.alerts.store.changes import (
    closed_before,
    end_snooze,
    insert_change,
    set_next_attempt,
    set_owner,
    set_snooze,
)
from homeplan.alerts.store.repeats import insert_again, insert_retraction

__all__ = [
    "StandingAlert",
    "alerts_of_patient",
    "close_alert",
    "close_alerts",
    "close_but",
    "closed_before",
    "earlier_alerts",
    "end_snooze",
    "find_alert",
    "find_standing_alert",
    "insert_acknowledgement",
    "insert_again",
    "insert_alert",
    "insert_change",
    "insert_retraction",
    "is_open",
    "open_alerts",
    "open_alerts_of",
    "raise_open_alert",
    "set_next_attempt",
    "set_owner",
    "set_snooze",
]
