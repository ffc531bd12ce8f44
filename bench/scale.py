"""Compares what a request and a tick cost with 10,000 and with 1,000,000 stored patients, on PostgreSQL.

    python bench/scale.py                     1,000,000 patients: about 20 minutes and 6 GB of disk
    python bench/scale.py --patients 100000   a smaller store, about 4 minutes

Both databases lie on one server and are measured in turns: pages that PostgreSQL touched, and processor time of the app
and the database together, per request. The requests are those of one clinic with 500 patients and six weeks of history;
all others have an episode, a week of check-ins, a sign-in and a daily reminder. The last line is one JSON object.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import uvloop

if not __package__:  # run as a program: imports count from the root of the repository
    sys.path[0] = str(Path(__file__).parents[1])

from bench import scenarios, servers, stored
from bench.load import send
from bench.population import Population
from bench.processes import cpu_s, load, run
from homeplan.clock import SystemClock
from homeplan.db import open_database
from homeplan.reminders import worker
from tests.postgres_server import DURABLE, running_server

SMALL = 10_000
MEASURED = 500
"""Patients of the clinic that requests are sent for: a plan changes once per patient and round."""
CLINIC = 500
"""Patients of each other clinic."""
ROUNDS = 3
REQUESTS = 400
TICKS = 300
BAR = 1.2
FLUSH_S = 11.0
"""PostgreSQL's processes report the pages that they touched at the latest after ten seconds of rest."""

SCENARIOS = ("check-in", "plan, changed", "worklist")


Measure = Callable[[str], tuple[float, float]]
"""Name of a request, or tick → pages and milliseconds of processor time of one."""


def main() -> None:
    """Fill both databases, measure in turns, print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=1_000_000, help="in the larger database (1,000,000)")
    options = parser.parse_args()
    began = time.monotonic()
    found: dict[str, Any] = {"load": load(), "patients": [SMALL, options.patients]}
    with running_server(DURABLE) as server:
        urls = {SMALL: server, options.patients: asyncio.run(stored.another(server, "larger"))}
        print("inventing patients …", flush=True)
        people = _people(list(urls.values()))
        for patients, url in urls.items():
            seconds = asyncio.run(stored.fill(url, patients))
            print(
                f"{patients} patients stored in {seconds:.0f} s, {asyncio.run(stored.size(url)) / 2**30:.1f} GiB",
                flush=True,
            )
        costs: dict[int, dict[str, list[tuple[float, float]]]] = {patients: defaultdict(list) for patients in urls}
        with contextlib.ExitStack() as stack:
            turns = {n: stack.enter_context(_measured(url, people)) for n, url in urls.items()}
            for number in range(ROUNDS):
                print(f"round {number + 1} of {ROUNDS} (load {load()}) …", flush=True)
                for name in (*SCENARIOS, "tick"):
                    for patients, measure in turns.items():
                        costs[patients][name].append(measure(name))
    for name in (*SCENARIOS, "tick"):
        key = name.split(",")[0].replace("-", "")
        for at, what in enumerate(("pages", "cpu")):
            less, more = (statistics.median(one[at] for one in costs[patients][name]) for patients in costs)
            found[f"{key}_{what}"] = round(more / less, 2)
            print(f"{name:16}{what:6}{less:10.3f}{more:10.3f}   ratio {found[f'{key}_{what}']} (≤ {BAR})")
    found["missed"] = [name for name, value in found.items() if name.endswith(("_pages", "_cpu")) and value > BAR]
    print(json.dumps(found | {"load_after": load(), "seconds": round(time.monotonic() - began)}))


def _people(urls: list[str]) -> Population:
    with tempfile.NamedTemporaryFile(prefix="homeplan-bench-") as file:
        run("bench.population", {"into": file.name, "urls": urls, "patients": [MEASURED]}, {})
        return msgspec.json.decode(Path(file.name).read_bytes(), type=Population)


@contextmanager
def _measured(url: str, people: Population) -> Iterator[Measure]:
    """A server on the database."""
    database = servers.listener_of(url)
    with servers.homeplan(url, url, database_pid=database, worker=False) as server:
        requests = {each.name: each for each in scenarios.of_homeplan(server, url, people)}
        requests["worklist"] = scenarios.worklist(people)

        def request(name: str) -> tuple[float, float]:
            made = requests[name].prepare()
            send(server.ports, itertools.islice(made, 20), connections=4, status=200)
            time.sleep(FLUSH_S)
            pages, before = asyncio.run(stored.pages(url)), sum(server.cpu_s())
            sent = send(server.ports, itertools.islice(made, REQUESTS), connections=4, status=200).requests
            spent = sum(server.cpu_s()) - before
            time.sleep(FLUSH_S)
            return (asyncio.run(stored.pages(url)) - pages) / sent, spent / sent * 1e3

        def tick() -> tuple[float, float]:
            pages, before = asyncio.run(stored.pages(url)), cpu_s(database) + time.process_time()
            uvloop.run(_ticks(url))
            spent = cpu_s(database) + time.process_time() - before
            return (asyncio.run(stored.pages(url)) - pages) / TICKS, spent / TICKS * 1e3

        yield lambda name: tick() if name == "tick" else request(name)


async def _ticks(url: str) -> None:
    """Rounds of the reminder worker in which nothing is due."""
    db = await open_database(url)
    for _ in range(TICKS):
        await worker.tick(db, {}, SystemClock().now())
    await db.close()


if __name__ == "__main__":
    main()
