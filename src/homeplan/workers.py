"""The scheduled workers: reminders, deletion of old ledger rows, reviews of silent patients, seals of audit events."""

import asyncio
import logging
from datetime import timedelta

from homeplan.audit import worker as audit
from homeplan.checkins import worker as review
from homeplan.clock import Clock
from homeplan.contact import worker as contact
from homeplan.db import Database
from homeplan.delivery.webpush.vapid import keyring_of
from homeplan.reminders import retention
from homeplan.reminders import worker as reminders
from homeplan.settings import Settings
from homeplan.worker_loop import Pace, beside_requests

log = logging.getLogger(__name__)


async def run_workers(
    settings: Settings, db: Database, clock: Clock, stop: asyncio.Event, *, alone: bool = False
) -> None:
    """Run every worker until `stop` is set. `alone`: in a process that serves no requests."""
    pace = Pace if alone else beside_requests
    always = (
        audit.run(settings, db, clock, stop),
        review.run(db, clock, stop),
        contact.run(db, clock, stop),
        retention.run(db, clock, stop, timedelta(settings.ledger_days), pace=pace()),
    )
    if keyring_of(settings) is None:
        log.warning("no VAPID key is set: reminders are not pushed; see `homeplan keys`")
        await asyncio.gather(*always)
        return
    from homeplan.delivery.webpush.send import web_push_of  # only who pushes needs an HTTP client, 15 MB

    async with web_push_of(settings) as web_push:
        channels = {"webpush": web_push}
        await asyncio.gather(*always, reminders.run(db, channels, clock, stop, pace=pace()))
