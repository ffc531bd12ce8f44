"""The demo clinic can be invented at any time of day."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from homeplan.demo.cast import CAST
from homeplan.demo.patient import InventedPatient

MINUTES = range(0, 24 * 60, 10)


def test_the_first_day_happens_in_its_order_whenever_the_demo_is_started() -> None:
    unused: Any = None
    for role in (role for role in CAST if role.joined == 0):
        midnight = datetime(2026, 3, 4, tzinfo=ZoneInfo(role.zone)).astimezone(UTC)
        for until in (midnight + timedelta(minutes=minutes) for minutes in MINUTES):
            patient = InventedPatient(role, unused, unused, unused, unused, unused, until)
            registered, needled, prescribed, joined = (event.at for event in patient.events()[:4])
            assert registered < needled < prescribed < joined <= until, until
