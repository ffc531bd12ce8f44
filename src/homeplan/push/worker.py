"""Delivers what is due: claim a batch, send it outside any transaction, write what became of it."""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from homeplan.clock import Clock, to_ms
from homeplan.db import Database, Tx
from homeplan.ids import new_id
from homeplan.push import payload
from homeplan.push.clockwatch import ClockWatch
from homeplan.push.model import AuthRefused, Claimed, Gone, Held, Outcome, Refused, Retry, Sent, WrongKey
from homeplan.push.rules import settle, ttl_s
from homeplan.push.sender import Message, Sender
from homeplan.push.store import Result, claim, close_deliveries, end_device, is_due, note_devices, settle_deliveries
from homeplan.push.store.devices import NOTE_ACCEPTED, NOTE_FAILING, NOTE_WRONG_KEY

BATCH = 100
BATCHES_AT_ONCE = 4
"""A batch that waits for a hanging service does not keep the next ones from the others."""

IDLE_S = 1.0
PUT_OFF_S = 3600.0
LAST_WORDS_S = 10.0

Recheck = Callable[[Tx, Sequence[Claimed], datetime], Awaitable[list[Claimed]]]
"""Looks at claimed deliveries once more, in the transaction that claims them: supersedes what is not wanted any more
and returns what to send. Whoever plans deliveries knows; push does not."""

log = logging.getLogger(__name__)


async def deliver_due(
    db: Database, sender: Sender, now: datetime, *, most: int = BATCH, recheck: Recheck | None = None
) -> Counter[str]:
    """Claim up to `most` due deliveries, send them, record them. Counts the states in which they end."""
    _, batch = await _claim(db, now, most, recheck)
    return await deliver(db, sender, batch, now)


async def run(
    db: Database,
    sender: Sender,
    clock: Clock,
    stop: asyncio.Event,
    *,
    watch: ClockWatch | None = None,
    recheck: Recheck | None = None,
) -> None:
    """Deliver until `stop` is set; then finish what is under way within 10 s or give its lease back."""
    watch = watch or ClockWatch()
    under_way: set[asyncio.Task[Counter[str]]] = set()
    stopping = asyncio.create_task(stop.wait())
    try:
        while not stop.is_set():
            taken, batch = 0, list[Claimed]()
            now = clock.now()
            try:
                if not watch.holds(now, asyncio.get_running_loop().time()):
                    taken, batch = await _claim(db, now, BATCH, recheck)
            except Exception as failed:  # the database is away or full: nothing is lost, the next round tries again
                log.error("claiming deliveries failed: %s", type(failed).__name__)
            if batch:
                under_way.add(task := asyncio.create_task(deliver(db, sender, batch, now)))
                task.add_done_callback(_report)
            if taken < BATCH:
                await asyncio.wait([stopping], timeout=IDLE_S)
            if len(under_way) >= BATCHES_AT_ONCE:
                await asyncio.wait([stopping, *under_way], return_when=asyncio.FIRST_COMPLETED)
            under_way = {task for task in under_way if not task.done()}
    finally:
        stopping.cancel()
    if under_way:
        _, late = await asyncio.wait(under_way, timeout=LAST_WORDS_S)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


async def deliver(db: Database, sender: Sender, batch: Sequence[Claimed], now: datetime) -> Counter[str]:
    """Send what was claimed at `now` and record it. When cancelled, it records what it knows and frees the rest."""
    if not batch:
        return Counter()
    tasks = [asyncio.create_task(_attempt(sender, each, now)) for each in batch]
    try:
        await asyncio.wait(tasks)
    except asyncio.CancelledError:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        known = [result for result in results if isinstance(result, Result)]
        freed = [
            _result(each, Held(0.0, "stopped"), now, now)
            for each, result in zip(batch, results, strict=True)
            if not isinstance(result, Result)
        ]
        await asyncio.shield(db.write(partial(_record, known + freed)))
        raise
    done = [task.result() for task in tasks]
    await asyncio.shield(db.write(partial(_record, done)))
    return Counter(result.settled.status for result in done)


async def _claim(db: Database, now: datetime, most: int, recheck: Recheck | None) -> tuple[int, list[Claimed]]:
    """How many were taken, and which of them are to be sent."""
    if not await db.read(lambda tx: is_due(tx, now)):
        return 0, []
    owner = new_id(now)

    async def work(tx: Tx) -> tuple[int, list[Claimed]]:
        claimed = await claim(tx, owner, now, most)
        wanted = claimed if recheck is None or not claimed else await recheck(tx, claimed, now)
        return len(claimed), wanted

    return await db.write(work)


async def _attempt(sender: Sender, claimed: Claimed, now: datetime) -> Result:
    clock = asyncio.get_running_loop().time
    started = clock()
    if claimed.deadline_at <= now:
        return _result(claimed, Held(0.0, "late"), now, now)
    try:
        outcome: Outcome = await sender.send(_message(sender, claimed, now), now) if claimed.endpoint else Gone(410)
    except Exception:
        # One that cannot be sent for a reason nobody thought of must neither stop nor spin the loop.
        log.exception("a delivery could not be computed")
        outcome = Held(PUT_OFF_S, "broken")
    return _result(claimed, outcome, now, now + timedelta(seconds=clock() - started))


def _message(sender: Sender, claimed: Claimed, now: datetime) -> Message:
    return Message(
        endpoint=claimed.endpoint,
        p256dh=claimed.p256dh,
        auth=claimed.auth,
        key_id=claimed.key_id,
        plaintext=payload.build(
            claimed.kind,
            claimed.language,
            site=sender.site,
            tag=claimed.topic,
            receipt=sender.keyring.receipt_token(claimed.clinic_id, claimed.id),
        ),
        ttl_s=ttl_s(now, claimed.deadline_at),
        topic=claimed.topic,
    )


def _result(claimed: Claimed, outcome: Outcome, began: datetime, at: datetime) -> Result:
    settled = settle(
        outcome,
        at=at,
        attempts=claimed.attempts,
        deadline=claimed.deadline_at,
        spread=random.uniform(-1, 1),  # noqa: S311 - spreads load, guards nothing
    )
    return Result(claimed, outcome, settled, began, at)


_NOTES: tuple[tuple[str, tuple[type, ...]], ...] = (
    (NOTE_ACCEPTED, (Sent,)),
    (NOTE_WRONG_KEY, (WrongKey,)),
    (NOTE_FAILING, (Retry, AuthRefused, Refused, Held)),
)


_NO_FAULT_OF_THE_DEVICE = ("late", "queued", "stopped", "broken")
"""Held back for a reason of ours; `held` is the push service's trouble, which its devices share."""


async def _record(results: Sequence[Result], tx: Tx) -> None:
    await settle_deliveries(tx, results)
    for statement, kinds in _NOTES:
        rows = [
            {"clinic_id": result.claimed.clinic_id, "id": result.claimed.device_id, "at": to_ms(result.at)}
            for result in results
            if isinstance(result.outcome, kinds) and result.settled.outcome not in _NO_FAULT_OF_THE_DEVICE
        ]
        # One order for all workers, so that two of them never wait for each other's devices.
        await note_devices(tx, statement, sorted(rows, key=lambda row: (row["clinic_id"], row["id"])))
    for result in results:
        if isinstance(result.outcome, Gone):
            await end_device(tx, result.claimed.clinic_id, result.claimed.device_id, "gone", result.at)
            await close_deliveries(tx, result.claimed.clinic_id, result.claimed.device_id, "gone", "gone")


def _report(task: asyncio.Task[Counter[str]]) -> None:
    if not task.cancelled() and (failed := task.exception()):
        log.error("recording deliveries failed: %s; their leases expire", type(failed).__name__)
