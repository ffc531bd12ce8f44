"""Critical alerts while mail and push services fail and workers are killed: none is lost, none is late.

`python -m bench.reach_parts.alerts CONFIG`; run by bench/reach.py.
"""

import asyncio
import itertools
import json
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import msgspec
import uvloop
from msgspec import Struct

from bench.reach_parts import outside as services
from bench.reach_parts.clinics import Addresses, Clinic, Raised, open_clinics, raise_alert
from bench.reach_parts.outside import Accepted, Outside
from bench.reach_parts.workers import Workers, working
from homeplan.clock import SystemClock
from homeplan.db import Database, migrate, open_database

SEED = 14
IN_TIME_S = 60.0
"""Longest time from a critical alert to its notice while all is well."""
AFTER_FAULT_S = 30.0
"""Longest time after the end of the fault."""
GIVE_UP_S = 60.0
"""Seconds after that in which a late notice is still waited for, so that late and lost differ."""
TOPICS = "SELECT id, topic FROM deliveries WHERE recipient_kind = 'staff'"


class Config(Struct, frozen=True, kw_only=True):
    """The size of the run. Alerts are raised evenly; the faults are on from `fault_from_s` to `fault_until_s`."""

    url: str
    clinics: int
    patients: int
    """Patients per clinic; each raises one alert."""
    workers: int
    kills: int
    raise_s: float
    fault_from_s: float
    fault_until_s: float


async def measure(config: Config) -> dict[str, Any]:
    """The alerts that reached nobody, those that reached somebody late, and what the services met."""
    with tempfile.TemporaryDirectory(prefix="homeplan-bench-") as name:
        folder = Path(name)
        db = await open_database(config.url)
        try:
            await migrate(db, SystemClock().now())
            async with services.running(folder, SEED) as outside:
                clinics, addresses = await open_clinics(db, outside, config.clinics, config.patients)
                with working(config.workers, config.url, outside.environment, folder / "log") as workers:
                    found = await _play(config, db, outside, workers, clinics, addresses)
                return found | {"kills": workers.kills, "log": _errors_of((folder / "log").read_text(errors="replace"))}
        finally:
            await db.close()


async def _play(
    config: Config, db: Database, outside: Outside, workers: Workers, clinics: list[Clinic], addresses: Addresses
) -> dict[str, Any]:
    began = time.time()
    raised: list[Raised] = []
    await asyncio.gather(
        _raise(config, db, clinics, raised),
        _fail(config, outside, addresses),
        _kill(config, workers),
    )
    ended = began + config.fault_until_s
    while time.time() < ended + AFTER_FAULT_S + GIVE_UP_S:
        await asyncio.sleep(1)
        if all(first is not None for _, first in await _judged(db, outside, raised, addresses)):
            break
    judged = await _judged(db, outside, raised, addresses)
    late = [
        first - max(one.at + IN_TIME_S, ended + AFTER_FAULT_S)
        for one, first in judged
        if first is not None and first > max(one.at + IN_TIME_S, ended + AFTER_FAULT_S)
    ]
    after = sorted(first - ended for _, first in judged if first is not None)
    return {
        "critical": len(raised),
        "critical_lost": sum(first is None for _, first in judged),
        "critical_late": len(late),
        "last_told_after_fault_s": round(after[-1], 1) if after else None,
        "told_in_fault": sum(first <= 0 for first in after),
        "faults_met": outside.faults.met,
        "accepted": dict(Counter(each.channel for each in outside.accepted)),
        "twice": _twice(outside.accepted),
        "violations": outside.push.violations[:5],
    }


async def _raise(config: Config, db: Database, clinics: list[Clinic], raised: list[Raised]) -> None:
    """The alerts of all clinics in turns, evenly over `raise_s`."""
    began = time.monotonic()
    in_turns = [
        pair for turn in zip(*([(each, p) for p in each.patients] for each in clinics), strict=True) for pair in turn
    ]
    for number, (clinic, patient) in enumerate(in_turns):
        await _until(began + config.raise_s * number / len(in_turns))
        raised.append(await raise_alert(db, clinic, patient))


async def _fail(config: Config, outside: Outside, addresses: Addresses) -> None:
    began = time.monotonic()
    await _until(began + config.fault_from_s)
    outside.faults.is_on = True
    for endpoint in addresses.dying:
        outside.push.end(endpoint)
    await _until(began + config.fault_until_s)
    outside.faults.is_on = False


async def _kill(config: Config, workers: Workers) -> None:
    """Random times up to the end of the fault; the last kill is at its very end."""
    dice, began = random.Random(SEED), time.monotonic()
    times = sorted(dice.uniform(config.fault_from_s / 2, config.fault_until_s) for _ in range(config.kills - 1))
    for at in itertools.chain(times, [config.fault_until_s]):
        await _until(began + at)
        workers.kill_one(dice)


async def _judged(
    db: Database, outside: Outside, raised: list[Raised], addresses: Addresses
) -> list[tuple[Raised, float | None]]:
    """Each alert with the time at which the last of its groups was told; None while a group was not."""
    topics = {row["id"]: row["topic"] for row in await db.read(lambda tx: tx.fetch(TOPICS))}
    first_at: dict[str, dict[str, float]] = defaultdict(dict)
    for each in outside.accepted:
        topic = topics.get(each.about) if each.channel == "mail" else each.about
        if topic is not None:
            first_at[topic].setdefault(addresses.owners[each.to], each.at)
    judged: list[tuple[Raised, float | None]] = []
    for one in raised:
        firsts = [
            min((first_at[one.topic][who] for who in group if who in first_at[one.topic]), default=None)
            for group in one.groups
        ]
        judged.append((one, None if None in firsts else max(first for first in firsts if first is not None)))
    return judged


def _twice(accepted: list[Accepted]) -> int:
    """Messages that a service took again under the same id or topic, which the recipient's side replaces."""
    return sum(count - 1 for count in Counter((each.channel, each.to, each.about) for each in accepted).values())


def _errors_of(log: str) -> dict[str, int]:
    """The lines of the workers' logs by their kind."""
    kinds = Counter(line.split(" ", 3)[-1][:60] for line in log.splitlines() if "ERROR" in line or "rror" in line)
    return dict(kinds.most_common(6))


async def _until(at: float) -> None:
    await asyncio.sleep(max(at - time.monotonic(), 0))


if __name__ == "__main__":
    print(json.dumps(uvloop.run(measure(msgspec.json.decode(sys.argv[1], type=Config)))))
