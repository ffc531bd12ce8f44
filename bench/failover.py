"""Loses the primary of PostgreSQL again and again under load, promotes a standby, and counts what that costs.

    python bench/failover.py                50 losses, about 15 minutes
    python bench/failover.py --kills 3      the short form, which tests/db/test_failover.py runs

Two apps, two workers, a primary and two standbys (`ANY 1`), one address of all three. Phones send check-ins and repeat
those that were not confirmed; reminders come due meanwhile, to a push service that takes 0.2 s. All processes of the
primary are killed at once; deploy/postgresql/promote.sh promotes the standby with the most, rejoin.sh takes the lost
server back. It ends with 1 unless every bar holds; the last line is one JSON object.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import logging
import os
import random
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import uvloop
from aiohttp import web

if not __package__:  # run as a program: imports count from the root of the repository
    sys.path[0] = str(Path(__file__).parents[1])

from bench import crowd
from bench.failover_parts.cluster import Cluster, running_cluster
from bench.failover_parts.people import add_phones, make_due
from bench.failover_parts.phones import BETWEEN_S, DAYS, Phones
from bench.processes import load
from homeplan.clock import SystemClock
from homeplan.db import Database, migrate, open_database
from homeplan.delivery.rules import LEASE
from homeplan.delivery.webpush.vapid import VapidKey
from homeplan.library.content import starter
from tests.postgres_server import free_port
from tests.push_service import Push, PushService

CONNECTIONS = 8
REMINDERS = 40
"""Reminders per loss, due within `DUE_WITHIN_S` of it."""
DUE_WITHIN_S = 8.0
PUSH_TAKES_S = 0.2
COPIED = 5
"""Every fifth lost server is copied (pg_basebackup), the others are rewound (pg_rewind)."""
BACK_WITHIN_S = 30.0
UNRECORDED_S = 2.0
"""Longest time before a loss, or after the service is back, at which an answer of a push could still be unrecorded."""
SECONDS_PER_LOSS = 60
"""Time for which a loss has entries to send; one takes about 20 s."""

STORED = "SELECT client_event_id, pain_now FROM checkins WHERE clinic_id = 'checks'"
OPEN = """
SELECT (SELECT COUNT(*) FROM deliveries WHERE status IN ('pending', 'leased'))
  + (SELECT COUNT(*) FROM reminder_due WHERE due_at <= :now)"""
DELIVERIES = "SELECT recipient_id, status, attempts FROM deliveries"


class SlowService(PushService):
    """A push service that takes its time, so that losses come while reminders are being sent."""

    async def _answer(self, request: web.Request, channel: Any) -> web.StreamResponse:
        answer = await super()._answer(request, channel)
        await asyncio.sleep(PUSH_TAKES_S)
        return answer


class Loss:
    """A loss of the primary: its time, and the time at which both apps had confirmed an entry again."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)
        self.began = time.monotonic()
        self.back_at = self.at
        self.back_s = 0.0
        self.promoted_s = 0.0


def main() -> int:
    """Run the drill, print the figures; 1 when a bar does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50, help="losses of the primary (50)")
    options = parser.parse_args()
    found = drill(options.kills)
    print(json.dumps(found))
    return 1 if found["missed"] else 0


def drill(kills: int) -> dict[str, Any]:
    """The figures of a drill; `missed` names what does not hold."""
    with running_cluster() as cluster:
        return uvloop.run(_drill(cluster, kills))


async def _drill(cluster: Cluster, kills: int) -> dict[str, Any]:
    began, busy = time.monotonic(), load()
    logging.getLogger("asyncpg").setLevel(logging.CRITICAL)  # it writes of each host that refuses
    db = await open_database(cluster.url)
    await migrate(db, SystemClock().now())
    patients = round(SECONDS_PER_LOSS * CONNECTIONS / BETWEEN_S) * (kills + 2) // DAYS
    await add_phones(db, patients, SystemClock().now())
    async with SlowService() as service:
        made = [service.subscribe(VapidKey(crowd.KEY).public) for _ in range(REMINDERS * kills)]
        await crowd.add_patients(db, made, clinics=1, now=SystemClock().now())
        async with _processes(cluster.url, service.origin) as (ports, running):
            phones = Phones(ports, patients, starter().instrument_version)
            stop = asyncio.Event()
            sending = asyncio.create_task(phones.run(CONNECTIONS, stop))
            await phones.answers_again(time.monotonic())
            losses = []
            for number in range(kills):
                losses.append(await _lose(cluster, db, phones, number))
                print(
                    f"{number + 1:3} lost; promoted after {losses[-1].promoted_s:.2f} s, answering again after "
                    f"{losses[-1].back_s:.2f} s; {len(phones.confirmed)} confirmed",
                    flush=True,
                )
                if phones.gave_up:
                    break
            stop.set()
            await sending
            left = await _settle(db)
            ended = [process.args for process in running if process.poll() is not None]
        stored = {row["client_event_id"]: row["pain_now"] for row in await db.read(lambda tx: tx.fetch(STORED))}
        ledger = await db.read(lambda tx: tx.fetch(DELIVERIES))
        received = defaultdict(list)
        for push in service.received:
            received[push.token].append(push)
    await db.close()
    lost = [one for one, pain in phones.confirmed.items() if stored.get(one) != pain]
    statuses = Counter(row["status"] for row in ledger)
    again = [pushes for pushes in received.values() if len(pushes) > 1]
    unexplained = [pushes for pushes in again if not _explained(pushes, losses)]
    audit = await _audit(cluster.url)
    back = [one.back_s for one in losses]
    missed = {
        "confirmed entries lost": len(lost),
        "answers that no phone should get": len(phones.faults),
        "later than 30 s": sum(one > BACK_WITHIN_S for one in back),
        "reminders that nobody got": REMINDERS * kills - len(received),
        "reminders sent again without a reason": len(unexplained),
        "deliveries that stayed open": left,
        "deliveries that were not sent": len(ledger) - statuses["sent"],
        "violations seen by the push service": len(service.violations),
        "processes that ended": len(ended),
        "audit trails that are broken": audit,
    }
    for fault in [*phones.faults[:10], *service.violations[:10]]:
        print(fault)
    return {
        "kills": len(losses),
        "confirmed": len(phones.confirmed),
        "lost": len(lost),
        "repeated": phones.repeated,
        "unconfirmed_but_stored": len(stored) - len(phones.confirmed),
        "answers": dict(phones.statuses),
        "slowest_answer_s": round(phones.slowest_s, 2),
        "promoted_s": _spread([one.promoted_s for one in losses]),
        "back_s": _spread(back),
        "reminders": len(received),
        "sent_again": len(again),
        "missed": {name: count for name, count in missed.items() if count},
        "load": [busy, load()],
        "seconds": round(time.monotonic() - began),
    }


async def _lose(cluster: Cluster, db: Database, phones: Phones, number: int) -> Loss:
    """Lose the primary once while reminders are due, promote, and take the lost server back."""
    now = datetime.now(UTC)
    due = range(REMINDERS * number, REMINDERS * (number + 1))
    await make_due(db, due, now=now, within_s=DUE_WITHIN_S)
    await asyncio.sleep(random.uniform(0.5, DUE_WITHIN_S - 2))
    await asyncio.to_thread(cluster.primary.lose)
    loss = Loss()
    old = await asyncio.to_thread(cluster.promote)
    loss.promoted_s = time.monotonic() - loss.began
    loss.back_s = await phones.answers_again(loss.began)
    loss.back_at = datetime.now(UTC)
    await asyncio.to_thread(cluster.rejoin, old, copy=number % COPIED == COPIED - 1)
    await asyncio.to_thread(cluster.wait_until_whole)
    return loss


def _explained(pushes: list[Push], losses: list[Loss]) -> bool:
    """Whether each push but the last was under way, or not yet recorded, at a loss, and its lease had to end."""
    for first, second in itertools.pairwise(pushes):
        waited = (second.at - first.at).total_seconds()
        during = any(
            (loss.at - first.at).total_seconds() <= UNRECORDED_S
            and (first.at - loss.back_at).total_seconds() <= UNRECORDED_S
            for loss in losses
        )
        if not during or waited < LEASE.total_seconds() - UNRECORDED_S:
            return False
    return True


async def _settle(db: Database) -> int:
    """Wait until leases of lost answers have ended and everything was sent; the deliveries that stay open."""
    until = time.monotonic() + 3 * LEASE.total_seconds()
    while True:
        now = int(datetime.now(UTC).timestamp() * 1000)
        left = int(await db.read(lambda tx, now=now: tx.fetch_value(OPEN, now=now)))  # type: ignore[misc]
        if not left or time.monotonic() > until:
            return left
        await asyncio.sleep(0.5)


@contextlib.asynccontextmanager
async def _processes(url: str, push: str) -> AsyncIterator[tuple[list[int], list["subprocess.Popen[bytes]"]]]:
    """Two apps without a worker, and two workers; the ports of the apps, and all four."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOMEPLAN_")}
    env = (
        kept
        | _settings(url)
        | {
            "HOMEPLAN_VAPID_PRIVATE_KEY": crowd.KEY,
            "HOMEPLAN_VAPID_SUBJECT": crowd.SUBJECT,
            "HOMEPLAN_PUSH_HOSTS": push,
        }
    )
    ports = [free_port(), free_port()]
    commands = [["serve", "--no-worker", "--port", str(port)] for port in ports] + [["worker"], ["worker"]]
    running = [
        subprocess.Popen([sys.executable, "-m", "homeplan", *command], env=env, stderr=subprocess.DEVNULL)  # noqa: ASYNC220
        for command in commands
    ]
    try:
        async with aiohttp.ClientSession() as session:
            for port in ports:
                await _answers(session, port)
        yield ports, running
    finally:
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


async def _answers(session: aiohttp.ClientSession, port: int) -> None:
    for _ in range(600):
        with contextlib.suppress(aiohttp.ClientError):
            async with session.get(f"http://127.0.0.1:{port}/healthz") as answer:
                if answer.status == 200:
                    return
        await asyncio.sleep(0.1)
    raise RuntimeError(f"the app on {port} does not answer")


async def _audit(url: str) -> int:
    """1 when `homeplan audit verify` finds a broken trail."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOMEPLAN_")}
    command = [sys.executable, "-m", "homeplan", "audit", "verify"]
    done = await asyncio.to_thread(subprocess.run, command, env=kept | _settings(url), capture_output=True, check=False)
    return int(done.returncode != 0)


def _settings(url: str) -> dict[str, str]:
    return {"HOMEPLAN_DATABASE_URL": url, "HOMEPLAN_AUDIT_KEY": "a key of the drill, which protects nothing"}


def _spread(seconds: list[float]) -> dict[str, float]:
    return {"median": round(statistics.median(seconds), 2), "largest": round(max(seconds), 2)} if seconds else {}


if __name__ == "__main__":
    sys.exit(main())
