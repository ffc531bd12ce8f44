"""Measures the speed of reminders, the delay of patients' requests in a burst, the cost of an idle worker, and the
delay caused by a push service that hangs.

    python bench/reminders.py            about ten minutes
    python bench/reminders.py --quick    about a minute, smaller numbers

Everything runs on this machine and stops by itself. Read ratios of one run: the figures move with the machine and its
load, which is printed. docs/performance.md explains the tables. The lines before the last say which bars hold; the last
line is one JSON object.
"""

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from msgspec import Struct

if not __package__:  # run as a program: imports count from the root of the repository
    sys.path[0] = str(Path(__file__).parents[1])

from bench import lag
from bench.crowd import KEY
from bench.peers import BOTH
from bench.processes import ROOT, Service, load, push_service, run, run_command
from homeplan.delivery.webpush.vapid import VapidKey
from tests.postgres_server import DURABLE, running_server

PEER = "webpush_async, one session"
NODE_WEB_PUSH = "web-push@3.6.7"


class Size(Struct, frozen=True):
    """The size of each part of a run."""

    reminders: int
    slow_pushes: int
    """Number of pushes for `webpush()` and node, which take ten times as long."""
    rounds: int
    repeats: int
    burst: int
    lag_rounds: int
    idle_s: float
    stored: tuple[int, ...]
    hanging: int
    """Reminders, half of which go to a service that never answers."""


FULL = Size(4000, 600, 3, 3, 1000, 5, 8.0, (10_000, 1_000_000), 2000)
QUICK = Size(1000, 100, 1, 1, 500, 1, 3.0, (10_000, 100_000), 600)


class Bar(Struct, frozen=True):
    """A limit for one figure of the result."""

    figure: str
    least: float | None = None
    most: float | None = None

    def line(self, found: dict[str, Any]) -> str:
        """The figure, its limit, and whether the limit holds."""
        value = found[self.figure]
        holds = value >= self.least if self.least is not None else value <= (self.most or 0)
        limit = f">= {self.least}" if self.least is not None else f"<= {self.most}"
        return f"{'holds' if holds else 'FAILS':6} {self.figure} {value} {limit}"


BARS = (
    Bar("end_to_end_vs_webpush_async", least=0.9),
    Bar("sender_vs_webpush_async", least=1.1),
    Bar("burst_lag_p99_ms", most=5),
    Bar("empty_tick_us", most=1000),
)


def main() -> None:
    """Run the parts that were asked for and print what they found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="smaller numbers, about a minute")
    parser.add_argument("--only", choices=["speed", "lag", "ticks", "hang"], help="one part instead of all")
    options = parser.parse_args()
    size = QUICK if options.quick else FULL
    parts = {"speed": _speed, "lag": _lag, "ticks": _ticks, "hang": _hang}
    found: dict[str, Any] = {"load": load()}
    began = time.monotonic()
    for name, part in parts.items():
        if options.only in (None, name):
            found |= part(size)
    found |= {"load_after": load(), "seconds": round(time.monotonic() - began)}
    print("\n".join(["", *(bar.line(found) for bar in BARS if bar.figure in found)]))
    print(json.dumps(found))


def _speed(size: Size) -> dict[str, Any]:
    """Our pipeline and the peers in turns, so that all of them see the same machine."""
    rounds: list[dict[str, dict[str, Any]]] = []
    in_turns: list[dict[str, float]] = []
    with push_service() as service, tempfile.TemporaryDirectory() as folder:
        node = _node(Path(folder))
        for repeat in range(size.repeats):
            print(f"senders and pipelines, round {repeat + 1} of {size.repeats} (load {load()}) …", flush=True)
            results = _peers(service, size, node)
            both = {"peer": BOTH, "origin": service.origin, "pushes": size.reminders}
            in_turns.append(run("bench.peers", both, service.trusting))
            common = {
                "origin": service.origin,
                "service_pid": service.pid,
                "reminders": size.reminders,
                "rounds": size.rounds,
            }
            results["homeplan on SQLite"] = run("bench.pipeline", common, service.trusting)
            with running_server(DURABLE) as url:
                results["homeplan on PostgreSQL"] = run("bench.pipeline", {**common, "url": url}, service.trusting)
            rounds.append(results)
    return _summarize(rounds, in_turns)


def _peers(service: Service, size: Size, node: Path | None) -> dict[str, dict[str, Any]]:
    results: dict[str, dict[str, Any]] = {}
    for name, peer, pushes in (
        ("posting alone", "posting", size.reminders),
        ("our sender alone", "ours", size.reminders),
        (PEER, "webpush_async", size.reminders),
        ("webpush() as documented", "webpush", size.slow_pushes),
    ):
        config = {"peer": peer, "origin": service.origin, "pushes": pushes}
        results[name] = run("bench.peers", config, service.trusting)
    if node is not None:
        key = VapidKey(KEY)
        script = str(ROOT / "bench" / "web_push.mjs")
        command = ["node", script, str(node), service.origin, str(size.slow_pushes), key.public, KEY]
        results["node web-push"] = run_command(command, service.trusting)
    return results


def _node(folder: Path) -> Path | None:
    """The folder in which node's web-push was installed, for this run only."""
    if shutil.which("npm") is None:
        print("node web-push is left out: there is no npm on this machine.")
        return None
    try:
        run_command(["npm", "install", "--json", "--no-audit", "--no-fund", NODE_WEB_PUSH], {}, cwd=folder, whole=True)
    except (RuntimeError, ValueError) as failed:
        print(f"node web-push is left out: npm could not install it ({str(failed)[:100]!r}).")
        return None
    return folder


def _summarize(rounds: list[dict[str, dict[str, Any]]], in_turns: list[dict[str, float]]) -> dict[str, Any]:
    """The table of medians; ratios are medians of the rounds' own ratios."""
    table = {name: _median([each[name] for each in rounds]) for name in rounds[0]}
    peer = table[PEER]
    print(f"\n{'':28} {'per s':>7} {'x async':>8}   CPU s per 1,000")
    for name, row in table.items():
        cpu = row["cpu_s"]
        spent = f"{cpu:.2f}" if isinstance(cpu, float) else " + ".join(f"{value:.2f} {at}" for at, value in cpu.items())
        print(f"{name:28} {row['per_s']:7.0f} {row['per_s'] / peer['per_s']:8.2f}   {spent}")
    ours = {name.split()[-1]: table[name] for name in table if name.startswith("homeplan")}
    engine = max(ours, key=lambda name: float(ours[name]["per_s"]))
    best = ours[engine]
    print(
        f"The push service was busy for {best['service_busy']:.0%} of one core while {engine} sent "
        f"{best['per_s']:.0f}/s, and took {table['posting alone']['per_s']:.0f}/s from one process that only posts: "
        "it is not the bottleneck.\n"
    )
    return {
        "reminders_per_s": round(best["per_s"]),
        "engine": engine,
        "end_to_end_vs_webpush_async": round(
            statistics.median(each[f"homeplan on {engine}"]["per_s"] / each[PEER]["per_s"] for each in rounds), 2
        ),
        "sender_vs_webpush_async": round(
            statistics.median(each["webpush_async_cpu_s"] / each["ours_cpu_s"] for each in in_turns), 2
        ),
        "sqlite_reminders_per_s": round(ours["SQLite"]["per_s"]),
        "postgresql_reminders_per_s": round(ours["PostgreSQL"]["per_s"]),
        "webpush_async_per_s": round(peer["per_s"]),
        "service_busy": round(best["service_busy"], 2),
        "cpu_s_per_1000": {name: row["cpu_s"] for name, row in table.items()},
    }


def _lag(size: Size) -> dict[str, Any]:
    """The delay of patients' requests without a burst and with it, paced as in the app and as fast as possible."""
    print(f"{'a patient waits, ms':34} {'p50 idle':>9} {'p99 idle':>9} {'p50':>7} {'p99':>7} {'burst/s':>8}")
    added, rates = [], []
    with push_service() as service:
        for _ in range(size.lag_rounds):
            row = _lag_round(service, size, "in the app, 100 per second", None)
            added.append(max(row["burst_p99_ms"] - row["idle_p99_ms"], 0.0))
            rates.append(row["per_s"])
        unpaced = _lag_round(service, size, "in the app, as fast as possible", 0)
    print()
    return {
        "burst_lag_p99_ms": round(statistics.median(added), 1),
        "burst_lag_p99_ms_rounds": [round(each, 1) for each in added],
        "burst_reminders_per_s": round(statistics.median(rates)),
        "unpaced_lag_p99_ms": round(max(unpaced["burst_p99_ms"] - unpaced["idle_p99_ms"], 0.0), 1),
    }


def _lag_round(service: Service, size: Size, name: str, per_s: float | None) -> dict[str, Any]:
    row = lag.measure(service, size.burst, per_s=per_s, idle_s=size.idle_s)
    figures = [row[key] for key in ("idle_p50_ms", "idle_p99_ms", "burst_p50_ms", "burst_p99_ms")]
    print(
        f"{name:34} {figures[0]:9.1f} {figures[1]:9.1f} {figures[2]:7.1f} {figures[3]:7.1f} {row['per_s']:8.0f}"
        f"   (load {load()})",
        flush=True,
    )
    return row


def _ticks(size: Size) -> dict[str, Any]:
    """The cost of a tick follows what is due."""
    print(f"{'a tick':12} {'stored':>10} {'0 due':>10} {'1,000 due':>12}")
    found: dict[str, Any] = {}
    for engine in ("sqlite", "postgresql"):
        for stored in size.stored:
            if engine == "sqlite":
                row = run("bench.ticks", {"stored": stored}, {})
            else:
                with running_server(DURABLE) as url:
                    row = run("bench.ticks", {"stored": stored, "url": url}, {})
            print(f"{engine:12} {stored:10,} {row['empty_us']:7.0f} µs {row['due_ms']:9.0f} ms", flush=True)
            found[f"{engine}_{stored}"] = row
    largest = size.stored[-1]
    return {
        "empty_tick_us": round(found[f"sqlite_{largest}"]["empty_us"], 1),
        "empty_tick_postgresql_us": round(found[f"postgresql_{largest}"]["empty_us"], 1),
        "stored": largest,
    }


def _hang(size: Size) -> dict[str, Any]:
    """One push service that never answers does not delay the others."""
    print(f"{'the others wait, ms':24} {'p50':>7} {'p99':>7} {'worst':>7}")
    found: dict[str, Any] = {}
    with push_service() as service:
        config = {"origin": service.origin, "reminders": size.hanging}
        found["sqlite"] = run("bench.hang", config, service.trusting)
        with running_server(DURABLE) as url:
            found["postgresql"] = run("bench.hang", {**config, "url": url}, service.trusting)
    for engine, row in found.items():
        print(f"{engine:24} {row['p50_ms']:7.0f} {row['p99_ms']:7.0f} {row['worst_ms']:7.0f}", flush=True)
    return {"hanging_host_p99_ms": {engine: row["p99_ms"] for engine, row in found.items()}}


def _median(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The row with the median speed; its other figures belong to it."""
    return sorted(rows, key=lambda row: float(row["per_s"]))[len(rows) // 2]


if __name__ == "__main__":
    main()
