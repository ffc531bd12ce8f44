"""Devices and the ledger of deliveries in the database; every function is importable from here."""

from homeplan.delivery.store.deliveries import deliveries_of, find_delivery, recent_tests, tallies, waiting
from homeplan.delivery.store.devices import (
    devices_by_key,
    devices_of,
    end_device,
    end_devices_of_others,
    end_surplus_devices,
    find_live_device,
    is_gone,
    list_devices,
    list_staff_devices,
    note_devices,
    upsert_device,
)
from homeplan.delivery.store.outcomes import Result, close_deliveries, find_planned, save_receipt, settle_deliveries
from homeplan.delivery.store.queue import (
    add_deliveries,
    add_leased,
    addresses_to_ring,
    claim,
    is_due,
    supersede,
    supersede_kind,
)
from homeplan.delivery.store.retention import forget_deliveries

__all__ = [
    "Result",
    "add_deliveries",
    "add_leased",
    "addresses_to_ring",
    "claim",
    "close_deliveries",
    "deliveries_of",
    "devices_by_key",
    "devices_of",
    "end_device",
    "end_devices_of_others",
    "end_surplus_devices",
    "find_delivery",
    "find_live_device",
    "find_planned",
    "forget_deliveries",
    "is_due",
    "is_gone",
    "list_devices",
    "list_staff_devices",
    "note_devices",
    "recent_tests",
    "save_receipt",
    "settle_deliveries",
    "supersede",
    "supersede_kind",
    "tallies",
    "upsert_device",
    "waiting",
]
