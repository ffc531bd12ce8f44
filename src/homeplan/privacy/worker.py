"""Deletes once a day what is kept for the operator's number of days: after the end of a patient's care messages,
contacts, visits, and who of the staff was notified about an alert; after their own end sign-ins, links and devices."""

import asyncio
import logging
from datetime import datetime, timedelta
from functools import partial

from homeplan.alerts.store import closed_before
from homeplan.clock import Clock
from homeplan.contact import actions as contact
from homeplan.context import operator_context
from homeplan.db import Database, Tx
from homeplan.escalation.store import delete_notices
from homeplan.messages import actions as messages
from homeplan.privacy.ended import delete_ended
from homeplan.programs.store import ended_before
from homeplan.settings import Settings
from homeplan.worker_loop import Pace, run_rounds

IDLE_S = 86_400.0
FIRST = ("", "")
"""Before every clinic and patient."""
PAGE = 20
"""Patients per transaction."""

log = logging.getLogger(__name__)


async def run(settings: Settings, db: Database, clock: Clock, stop: asyncio.Event, *, pace: Pace) -> None:
    """Delete what is due, page by page, once a day until `stop` is set."""

    async def step() -> bool:
        now = clock.now()
        await delete_due(settings, db, now, pace)
        if deleted := await delete_ended(db, now - timedelta(settings.sign_in_days), pace):
            log.info("deleted %d sign-ins, links and devices that ended long ago", deleted)
        return False

    await run_rounds(step, stop, idle_s=IDLE_S, log=log, task="deleting what is kept for a time")


async def delete_due(settings: Settings, db: Database, now: datetime, pace: Pace) -> None:
    """Delete all that is due at `now`."""
    if settings.after_care_days is None:
        return
    before = now - timedelta(settings.after_care_days)
    after: tuple[str, str] | None = FIRST
    while after is not None:
        await pace.ready()
        after = await db.write(partial(_delete_page, now, before, after))
        pace.spend(PAGE)


async def _delete_page(now: datetime, before: datetime, after: tuple[str, str], tx: Tx) -> tuple[str, str] | None:
    """The last of this page's patients; None when it was the last page."""
    ctx = operator_context(tx, now)
    ended = await ended_before(ctx, before, after, PAGE)
    for clinic_id, patient_id in ended:
        of_clinic = ctx.of_clinic(clinic_id)
        await messages.delete_old(of_clinic, patient_id, before)
        await contact.delete_old(of_clinic, patient_id, before)
        await delete_notices(of_clinic, await closed_before(of_clinic, patient_id, before))
    return ended[-1] if len(ended) == PAGE else None
