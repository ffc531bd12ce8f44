"""Measures whether people are reached: critical alerts while services fail and workers die, reminders of which a fifth
have a dead subscription, and the page of the worklist.

    python bench/reach.py            about fifteen minutes
    python bench/reach.py --quick    about five minutes, smaller numbers

Alerts: two `homeplan worker` processes on PostgreSQL are killed 20 times while a mail server answers 4xx, 5xx or not at
all and a push service answers 410, 429, 5xx or not at all; each alert counts once everybody who must be told about it
was, as the services saw it. Reminders: push shown or mail accepted in time, and nothing after it was done. Everything
runs on this machine, on loopback, and stops by itself. docs/performance.md explains the figures. The lines before the
last say which bars hold; the last line is one JSON object.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import Struct

if not __package__:  # run as a program: imports count from the root of the repository
    sys.path[0] = str(Path(__file__).parents[1])

from bench import bars
from bench.processes import load, run
from bench.reach_parts import worklist
from tests.postgres_server import DURABLE, running_server


class Size(Struct, frozen=True):
    """The size of a run; alerts and reminders without their database."""

    alerts: dict[str, float]
    reminders: dict[str, float]
    worklist: worklist.Config


FULL = Size(
    {"clinics": 20, "patients": 50, "workers": 2, "kills": 20, "raise_s": 70, "fault_from_s": 10, "fault_until_s": 70},
    {"patients": 10_000, "workers": 2, "after_minutes": 2},
    worklist.Config(patients=10_000, rounds=5, seconds=2.0),
)
QUICK = Size(
    {"clinics": 10, "patients": 20, "workers": 2, "kills": 8, "raise_s": 25, "fault_from_s": 5, "fault_until_s": 30},
    {"patients": 1000, "workers": 2, "after_minutes": 1},
    worklist.Config(patients=1000, rounds=2, seconds=1.0),
)


def main() -> None:
    """Run the parts that were asked for and print what they found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="smaller numbers, about five minutes")
    parser.add_argument("--only", choices=["alerts", "reminders", "worklist"], help="one part instead of all")
    options = parser.parse_args()
    size = QUICK if options.quick else FULL
    parts: dict[str, Callable[[Size], dict[str, Any]]] = {
        "alerts": _alerts,
        "reminders": _reminders,
        "worklist": _worklist,
    }
    found: dict[str, Any] = {"load": load()}
    began = time.monotonic()
    for name, part in parts.items():
        if options.only in (None, name):
            print(f"{name} (load {load()}) …", flush=True)
            found |= part(size)
    print()
    found["missed"] = bars.tell(found)
    found |= {"load_after": load(), "seconds": round(time.monotonic() - began)}
    print(json.dumps(found))


def _alerts(size: Size) -> dict[str, Any]:
    with running_server(DURABLE) as url:
        return run("bench.reach_parts.alerts", {"url": url, **size.alerts}, {})


def _reminders(size: Size) -> dict[str, Any]:
    with running_server(DURABLE) as url:
        return run("bench.reach_parts.reminders", {"url": url, **size.reminders}, {})


def _worklist(size: Size) -> dict[str, Any]:
    return worklist.measure(size.worklist)


if __name__ == "__main__":
    main()
