"""Measures what a request costs: check-in, plan, me, chart and overview, on SQLite and PostgreSQL, beside three peers.

    python bench/requests.py            about ten minutes
    python bench/requests.py --quick    about three minutes, one short round

Everything runs on this machine, on loopback, and stops by itself. C is the processor time of a request in all processes
of a server; read ratios of one run, since the figures move with the machine and its load, which is printed.
docs/performance.md explains the table. The last line is one JSON object.
"""

import argparse
import contextlib
import itertools
import json
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

if not __package__:  # run as a program: imports count from the root of the repository
    sys.path[0] = str(Path(__file__).parents[1])

from bench import bars, scenarios, servers
from bench.load import Sent, ask, send
from bench.population import Population
from bench.processes import load, run
from bench.round_trips import counted
from bench.scenarios import Scenario
from bench.servers import Server
from tests.postgres_server import DURABLE, running_server

AT_ONCE = 32
"""Connections at which C is read."""
COUNTED = 40
"""Requests of which the round trips are counted, each of another patient."""
SQLITE, POSTGRESQL = "homeplan on SQLite", "homeplan on PostgreSQL"


class Size(Struct, frozen=True):
    """The size of a run."""

    rounds: int
    seconds: float
    """Length of each measurement."""
    connections: tuple[int, ...]
    patients: int
    starts: int


FULL = Size(5, 1.2, (1, 32, 256), 500, 3)
QUICK = Size(1, 0.6, (32,), 500, 1)


class Figure(Struct, frozen=True, kw_only=True):
    """One measurement: what the client saw, and the processor time of a request in ms."""

    sent: Sent
    own_ms: float
    database_ms: float


Key = tuple[str, str, int]
"""Server, scenario, connections."""


def main() -> None:
    """Run all rounds and print what they found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one short round at 32 connections")
    parser.add_argument("--sqlite", action="store_true", help="without PostgreSQL")
    options = parser.parse_args()
    size = QUICK if options.quick else FULL
    began = time.monotonic()
    found: dict[str, Any] = {"load": load()}
    with tempfile.TemporaryDirectory(prefix="homeplan-bench-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        sqlite = f"sqlite:///{folder}/homeplan.sqlite"
        postgresql = None if options.sqlite else stack.enter_context(running_server(DURABLE))
        print("inventing patients …", flush=True)
        people = _people([sqlite, postgresql] if postgresql else [sqlite], size.patients)
        figures, idle_mb = _rounds(size, sqlite, postgresql, people, folder)
        found["rss_idle_mb"] = round(idle_mb, 1)
        starts = [servers.cold_start_s(sqlite) for _ in range(size.starts)]
        found["cold_start_s"] = round(statistics.median(seconds for seconds, _ in starts), 2)
        found["cold_start_cpu_s"] = round(statistics.median(cpu for _, cpu in starts), 2)
        if postgresql:
            found |= _round_trips(postgresql, people)
            found |= _one_clinic(size, postgresql, people)
    table = {key: _median(of_key) for key, of_key in figures.items()}
    _tell(table)
    found |= bars.ratios({key[:2]: one.own_ms for key, one in table.items() if key[2] in (AT_ONCE, 1)})
    found["missed"] = bars.tell(found)
    found |= {"load_after": load(), "seconds": round(time.monotonic() - began)}
    print(json.dumps(found))


def _people(urls: list[str], patients: int) -> Population:
    """One clinic of that size, and twenty small ones with as many patients together."""
    with tempfile.NamedTemporaryFile(prefix="homeplan-bench-") as file:
        config = {"into": file.name, "urls": urls, "patients": [patients] + [patients // 20] * 20}
        run("bench.population", config, {})
        return msgspec.json.decode(Path(file.name).read_bytes(), type=Population)


def _rounds(
    size: Size, sqlite: str, postgresql: str | None, people: Population, folder: Path
) -> tuple[dict[Key, list[Figure]], float]:
    """All measurements in turns, so that every server sees the same machine; and the idle server's memory in MB."""
    figures: dict[Key, list[Figure]] = defaultdict(list)
    with contextlib.ExitStack() as stack:
        running: list[tuple[Server, list[Scenario]]] = []
        ours = stack.enter_context(servers.homeplan(SQLITE, sqlite))
        time.sleep(1)
        idle_mb = ours.resident_mb()
        running.append((ours, scenarios.of_homeplan(ours, sqlite, people)))
        if postgresql:
            pid = servers.listener_of(postgresql)
            server = stack.enter_context(servers.homeplan(POSTGRESQL, postgresql, database_pid=pid))
            running.append((server, scenarios.of_homeplan(server, postgresql, people)))
        for peer in (
            servers.litestar(),
            servers.pocketbase(folder / "pocketbase"),
            servers.fastapi(folder / "fastapi"),
        ):
            server = stack.enter_context(peer)
            running.append((server, scenarios.of_peer(server, people.instrument_version)))
        for number in range(size.rounds):
            print(f"round {number + 1} of {size.rounds} (load {load()}) …", flush=True)
            for server, scenario, connections in _turns(running, size):
                figures[server.name, scenario.name, connections].append(_measure(server, scenario, connections, size))
    return figures, idle_mb


def _turns(running: list[tuple[Server, list[Scenario]]], size: Size) -> Iterator[tuple[Server, Scenario, int]]:
    """Scenario by scenario over all servers, so that what is compared is measured side by side."""
    longest = max(len(each) for _, each in running)
    for number in range(longest):
        for server, of_server in running:
            for scenario in of_server[number : number + 1]:
                for connections in scenario.connections:
                    if connections in size.connections or scenario.connections == (1,):
                        yield server, scenario, connections


def _measure(server: Server, scenario: Scenario, connections: int, size: Size) -> Figure:
    requests = scenario.prepare()
    first = itertools.islice(requests, 2 if scenario.connections == (1,) else 20)
    send(server.ports, first, connections=1, status=scenario.status)  # statements are prepared, files read
    own, database = server.cpu_s()
    sent = send(server.ports, requests, connections=connections, status=scenario.status, seconds=size.seconds)
    own_after, database_after = server.cpu_s()
    return Figure(
        sent=sent,
        own_ms=(own_after - own) / sent.requests * 1e3,
        database_ms=(database_after - database) / sent.requests * 1e3,
    )


def _round_trips(postgresql: str, people: Population) -> dict[str, int]:
    """Round trips to PostgreSQL of one request, when all statements are prepared and the sign-in was just used.

    Once a minute a request also stores that its sign-in is in use, which takes three more.
    """
    with counted(postgresql) as counter, servers.homeplan("counted", counter.url, worker=False) as server:
        found = {}
        by_name = {each.name: each for each in scenarios.of_homeplan(server, postgresql, people)}
        for make in itertools.islice(by_name["me"].prepare(), COUNTED):
            ask(server.ports[0], make())
        for key, name in (("checkin", "check-in"), ("plan", "plan, unchanged"), ("plan_changed", "plan, changed"),
                          ("me", "me"), ("chart", "chart")):  # fmt: skip
            turns = []
            for make in itertools.islice(by_name[name].prepare(), COUNTED):
                before = counter.turns
                ask(server.ports[0], make())
                turns.append(counter.turns - before)
            found[f"pg_roundtrips_{key}"] = int(statistics.median(turns[10:]))
    return found


def _one_clinic(size: Size, postgresql: str, people: Population) -> dict[str, float]:
    """The rate of audited requests (check-ins, charts) of one clinic by that of twenty, with two app processes."""
    first = people.phones[0].clinic_id
    one = [phone for phone in people.phones if phone.clinic_id == first]
    twenty = [phone for phone in people.phones if phone.clinic_id != first]
    ratios = []
    with servers.homeplan("two processes", postgresql, processes=2) as server:
        for _ in range(max(size.rounds, 2)):
            rates = []
            for phones in (one, twenty):
                both = zip(
                    scenarios.check_ins(phones, people.instrument_version),
                    scenarios.charts(phones, people),
                    strict=False,
                )
                sent = send(
                    server.ports,
                    itertools.chain.from_iterable(both),
                    connections=AT_ONCE,
                    status=200,
                    seconds=size.seconds * 2,
                )
                rates.append(sent.requests / sent.seconds)
            ratios.append(rates[0] / rates[1])
    return {"one_clinic_vs_twenty": round(statistics.median(ratios), 2)}


def _median(figures: list[Figure]) -> Figure:
    """The measurement with the median processor time; its other figures belong to it."""
    return sorted(figures, key=lambda each: each.own_ms)[len(figures) // 2]


def _tell(table: dict[Key, Figure]) -> None:
    print(
        f"\n{'':28}{'':18}{'at once':>8}{'C, ms':>8}{'+ database':>11}{'req/s':>8}{'p50 ms':>8}{'p99 ms':>8}{'kB':>7}"
    )
    for (server, scenario, connections), one in sorted(table.items(), key=lambda item: (item[0][1], item[0][0])):
        database = f"{one.database_ms:11.3f}" if one.database_ms else " " * 11
        sent = one.sent
        print(
            f"{server:28}{scenario:18}{connections:8}{one.own_ms:8.3f}{database}{sent.requests / sent.seconds:8.0f}"
            f"{sent.p50_ms:8.1f}{sent.p99_ms:8.1f}{sent.bytes / sent.requests / 1024:7.1f}"
        )
    print()


if __name__ == "__main__":
    main()
