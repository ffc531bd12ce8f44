"""Keeps the places of the worklist: judges again whose place is due, in every clinic."""

import asyncio
import logging
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from homeplan.clock import Clock
from homeplan.context import Context, operator_context
from homeplan.db import Database
from homeplan.reports.worklist.needs import next_look, read_needs, reasons_of
from homeplan.reports.worklist.store import JudgedPlace, due_places, save_places
from homeplan.worker_loop import run_rounds

BATCH = 50
"""Places judged in one transaction; about 2 ms on SQLite, which other writers wait for."""
IDLE_S = 1.0
"""The longest time that a change waits for its place."""

log = logging.getLogger(__name__)


async def run(db: Database, clock: Clock, stop: asyncio.Event) -> None:
    """Judge the places that are due until `stop` is set."""

    async def step() -> bool:
        return await tick(db, clock.now()) == BATCH

    await run_rounds(step, stop, idle_s=IDLE_S, log=log, task="ranking the worklist")


async def tick(db: Database, now: datetime) -> int:
    """Judge a batch of the places that are due at `now`; returns their number. Several workers may do the same."""
    judged = await db.read(lambda tx: judge(operator_context(tx, now)))
    if judged:
        await db.write(lambda tx: save_places(operator_context(tx, now), judged))
    return len(judged)


async def judge(ctx: Context) -> list[JudgedPlace]:
    """The reasons of a batch of those who are due."""
    judged: list[JudgedPlace] = []
    due = sorted(await due_places(ctx, BATCH), key=attrgetter("clinic_id"))
    for clinic_id, places in groupby(due, attrgetter("clinic_id")):
        of_clinic = list(places)
        needs = await read_needs(ctx.of_clinic(clinic_id), [place.patient_id for place in of_clinic])
        for place in of_clinic:
            facts = needs[place.patient_id]
            judged.append(JudgedPlace(place, reasons_of(facts, ctx.now, left=place.left), next_look(facts, ctx.now)))
    return judged
