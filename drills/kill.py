"""Kills `homeplan serve` again and again while phones check in, and looks whether what was confirmed is there.

    python -m drills.kill              200 kills, about ten minutes
    python -m drills.kill --kills 5    a short one
    python -m drills.kill --signal TERM

Each time the service is started on the same SQLite file, answers phones for a random part of a second, and is ended by
SIGKILL, or by SIGTERM, which it must obey with exit status 0. The next start is asked for the entries of each phone. At
the end the pages, the references and the audit trail are checked. The last line is JSON; it ends with 1 when anything
confirmed is missing or damaged.
"""

import argparse
import asyncio
import json
import logging
import random
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from drills.clinic import DATABASE, invent, kept, missing
from drills.files import damaged
from drills.load import Load
from drills.service import Service

LONGEST_S = 0.6
"""The service answers for up to this time before it is killed."""


async def drill(folder: Path, by: signal.Signals, kills: int, phones: int, seed: int) -> dict[str, Any]:
    """The figures of that many kills."""
    dice = random.Random(seed)
    people = await invent(f"sqlite:///{folder / DATABASE}", phones)
    service = Service(folder)
    load = Load(people, service.url)
    lost, slowest = 0, 0.0
    ends: set[int] = set()
    for _ in range(kills):
        slowest = max(slowest, service.start())
        lost += missing(load.confirmed, await kept(service.url, people))
        before = load.answered
        sending = asyncio.create_task(load.run())
        while load.answered == before:
            await asyncio.sleep(0.005)
        await asyncio.sleep(dice.uniform(0, LONGEST_S))
        ends.add(await asyncio.to_thread(service.end, by))
        await sending
    service.start()
    lost += missing(load.confirmed, await kept(service.url, people))
    trail = service.command("audit", "verify")
    service.kill()
    return {
        "kills": kills,
        "exit_statuses": sorted(ends),
        "confirmed": load.answered,
        "lost_entries": lost,
        "refused": len(load.refused),
        "damaged": damaged(folder / DATABASE),
        "trail_intact": trail.returncode == 0,
        "slowest_start_s": round(slowest, 1),
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m drills.kill", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--signal", choices=("KILL", "TERM"), default="KILL", help="the signal that ends the service")
    parser.add_argument("--phones", type=int, default=12, help="phones that check in at the same time")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    logging.disable()
    began = time.monotonic()
    by = signal.Signals[f"SIG{options.signal}"]
    with tempfile.TemporaryDirectory(prefix="homeplan-kill-") as folder:
        found = asyncio.run(drill(Path(folder), by, options.kills, options.phones, options.seed))
    print(json.dumps({**found, "seed": options.seed, "seconds": round(time.monotonic() - began)}))
    obeyed = found["exit_statuses"] == [0 if by is signal.SIGTERM else -signal.SIGKILL]
    whole = obeyed and found["trail_intact"] and not (found["lost_entries"] or found["damaged"] or found["refused"])
    return int(not whole)


if __name__ == "__main__":
    sys.exit(main())
