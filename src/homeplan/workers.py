"""The scheduled workers: sending reminders, deleting old ledger rows, and reviewing patients who went silent."""

import asyncio
import logging
from datetime import timedelta

from homeplan.checkins import worker as review
from homeplan.clock import Clock
from homeplan.db import Database
from homeplan.delivery.courier import Courier
from homeplan.delivery.endpoint import AllowedServices
from homeplan.delivery.pace import Pace, beside_requests
from homeplan.delivery.sender import Sender
from homeplan.delivery.vapid import keyring_of
from homeplan.reminders import retention
from homeplan.reminders import worker as reminders
from homeplan.settings import Settings

log = logging.getLogger(__name__)


async def run_workers(
    settings: Settings, db: Database, clock: Clock, stop: asyncio.Event, *, alone: bool = False
) -> None:
    """Run every worker until `stop` is set. `alone`: in a process that serves no requests."""
    pace = Pace() if alone else beside_requests()
    always = review.run(db, clock, stop), retention.run(db, clock, stop, timedelta(settings.ledger_days), pace=pace)
    keyring = keyring_of(settings)
    if keyring is None:
        log.warning("no VAPID key is set: reminders are not pushed; see `homeplan keys`")
        await asyncio.gather(*always)
        return
    carrier: Sender | Courier
    if alone:
        carrier = Sender(keyring, AllowedServices(settings.push_hosts), site=settings.origin)
    else:
        carrier = Courier(settings, keyring)
    async with carrier:
        await asyncio.gather(*always, reminders.run(db, carrier, clock, stop, pace=pace))
