"""The figures in the database: each from its owner, and facts about the workers of all processes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from operator import attrgetter

import msgspec

from homeplan.backup.store import last_backup
from homeplan.checkins.store import waiting_reviews
from homeplan.clock import from_ms, to_ms
from homeplan.context import Context
from homeplan.delivery import incidents
from homeplan.delivery.store import devices_by_key, tallies
from homeplan.delivery.store import waiting as waiting_deliveries
from homeplan.delivery.transmissions import Transmission
from homeplan.duty.store import count_unattended
from homeplan.escalation import store as escalations
from homeplan.metrics.model import Beat, Check, Heartbeat, Snapshot
from homeplan.reminders.ledger import figures
from homeplan.reminders.metrics import WINDOW
from homeplan.reminders.store import queue
from homeplan.reports.worklist import store as worklist
from homeplan.store_facts import add_to_counter, delete_fact, facts_below, write_fact

WORKER, FAILED, TRANSMISSION, CHECK = "worker", "failed", "transmission", "check"
"""Rooms of store_facts."""

FORGOTTEN_AFTER = timedelta(days=1)
"""A process that has not beaten for this long, because it was killed, is no longer told of."""


async def read_snapshot(ctx: Context) -> Snapshot:
    """All figures of the database, from one snapshot of it."""
    open_alerts, overdue = await escalations.counts(ctx)
    return Snapshot(
        at=ctx.now,
        reminders=await figures(ctx),
        deliveries=await tallies(ctx, ctx.now - WINDOW),
        backlogs={
            "reminders": await queue.waiting(ctx),
            "deliveries": await waiting_deliveries(ctx),
            "escalations": await escalations.backlog_of(ctx),
            "reviews": await waiting_reviews(ctx),
            "worklist": await worklist.waiting(ctx),
        },
        incidents={incident.value: times for incident, times in (await incidents.counted(ctx)).items()},
        transmissions=await read_transmissions(ctx),
        devices=await devices_by_key(ctx),
        escalations_open=open_alerts,
        escalations_overdue=overdue,
        clinics_unattended=await count_unattended(ctx),
        heartbeat=await read_heartbeat(ctx),
        backed_up=await last_backup(ctx),
    )


async def read_heartbeat(ctx: Context) -> Heartbeat:
    """The facts that the worker processes stored about themselves."""
    checked = await facts_below(ctx, CHECK)
    beats = [msgspec.json.decode(beat, type=Beat) for beat in (await facts_below(ctx, WORKER)).values()]
    return Heartbeat(
        beats=tuple(sorted(beats, key=attrgetter("at"), reverse=True)),
        failed={task: int(times) for task, times in (await facts_below(ctx, FAILED)).items()},
        check=Check(at=_instant(checked["at"]), faults=int(checked["faults"])) if checked else None,
    )


async def read_transmissions(ctx: Context) -> dict[tuple[str, str, str], int]:
    """Number of pushes and mails by channel, host and outcome."""
    found = {}
    for name, times in (await facts_below(ctx, TRANSMISSION)).items():
        channel, host, outcome = name.split("/")
        found[channel, host, outcome] = int(times)
    return found


async def write_beat(
    ctx: Context,
    process_id: str,
    succeeded: Mapping[str, datetime],
    failed: Mapping[str, int],
    transmissions: Mapping[Transmission, int],
) -> None:
    """Note that a worker process lives, when each task last succeeded, and what to add to the counts."""
    # In one order, so that two processes never wait for each other's rows.
    for task, times in sorted(failed.items()):
        await add_to_counter(ctx, f"{FAILED}/{task}", times)
    for transmission, times in sorted(transmissions.items()):
        await add_to_counter(ctx, f"{TRANSMISSION}/{'/'.join(transmission)}", times)
    beat = Beat(at=ctx.now, succeeded=dict(succeeded))
    await write_fact(ctx, f"{WORKER}/{process_id}", msgspec.json.encode(beat).decode())


async def forget_worker(ctx: Context, process_id: str) -> None:
    """Take a process that ends in order out of those that are told of."""
    await delete_fact(ctx, f"{WORKER}/{process_id}")


async def forget_lost_workers(ctx: Context) -> None:
    """Take processes out that have not beaten for a day."""
    for process_id, beat in (await facts_below(ctx, WORKER)).items():
        if msgspec.json.decode(beat, type=Beat).at < ctx.now - FORGOTTEN_AFTER:
            await forget_worker(ctx, process_id)


async def write_check(ctx: Context, faults: int | None) -> None:
    """Note the outcome of a check of the whole file; None where the engine has no check (the database moved there)."""
    if faults is None:
        for name in ("at", "faults"):
            await delete_fact(ctx, f"{CHECK}/{name}")
        return
    await write_fact(ctx, f"{CHECK}/at", str(to_ms(ctx.now)))
    await write_fact(ctx, f"{CHECK}/faults", str(faults))


def _instant(ms: str) -> datetime:
    return from_ms(int(ms))
