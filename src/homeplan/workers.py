"""The scheduled workers: reminders, deletion of old rows, reviews of silent patients, escalation of alerts,
checks of duty ahead, seals of audit events, notes of who left, backups, and the heartbeat of all of them."""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

from homeplan.audit import worker as audit
from homeplan.backup import noted
from homeplan.backup import worker as backup
from homeplan.backup.noted import notes_of
from homeplan.checkins import worker as review
from homeplan.clock import Clock
from homeplan.contact import worker as contact
from homeplan.db import Database, database_file
from homeplan.delivery.webpush.vapid import keyring_of
from homeplan.delivery.worker import Channel
from homeplan.duty import worker as duty
from homeplan.escalation import worker as escalation
from homeplan.metrics import worker as metrics
from homeplan.privacy import worker as kept_for_a_time
from homeplan.reminders import retention
from homeplan.reminders import worker as reminders
from homeplan.reports.worklist import worker as worklist
from homeplan.settings import Settings
from homeplan.worker_loop import Pace, beside_requests

log = logging.getLogger(__name__)


async def run_workers(
    settings: Settings, db: Database, clock: Clock, stop: asyncio.Event, *, alone: bool = False
) -> None:
    """Run every worker until `stop` is set. `alone`: in a process that serves no requests."""
    pace = Pace if alone else beside_requests
    always: tuple[Coroutine[Any, Any, None], ...] = (
        audit.run(settings, db, clock, stop),
        review.run(db, clock, stop),
        worklist.run(db, clock, stop),
        escalation.run(settings, db, clock, stop),
        duty.run(settings, db, clock, stop),
        contact.run(db, clock, stop),
        retention.run(db, clock, stop, timedelta(settings.ledger_days), pace=pace()),
        kept_for_a_time.run(settings, db, clock, stop, pace=pace()),
        metrics.run(db, clock, stop),
    )
    if (file := database_file(settings.database_url)) is not None:
        always += (noted.run(db, notes_of(file), clock, stop), backup.run(settings, db, clock, stop))
    async with AsyncExitStack() as opened:
        channels = await _open(settings, opened)
        if channels:  # without push a reminder goes out by the patient's second way alone
            always += (reminders.run(db, channels, clock, stop, pace=pace()),)
        await asyncio.gather(*always)


async def _open(settings: Settings, opened: AsyncExitStack) -> dict[str, Channel]:
    """The channels that these settings ask for; says which of them are missing."""
    channels: dict[str, Channel] = {}
    if keyring_of(settings) is None:
        log.warning("no VAPID key is set: nobody is reminded or notified by push; see `homeplan keys`")
    else:
        from homeplan.delivery.webpush.send import web_push_of  # only who pushes needs an HTTP client, 15 MB

        channels["webpush"] = await opened.enter_async_context(web_push_of(settings))
    if settings.mail_url is None:
        log.warning("no mail server is set: nobody is mailed; see HOMEPLAN_MAIL_URL in docs/operations/settings.md")
    else:
        from homeplan.delivery.mail.send import mail_of

        channels["mail"] = await opened.enter_async_context(mail_of(settings))
    if settings.sms_webhook_url is not None:
        from homeplan.delivery.sms.send import sms_of

        channels["sms"] = await opened.enter_async_context(sms_of(settings))
    return channels
