"""The page of the worklist with many patients, beside Litestar's bare request in the same run."""

import gzip
import itertools
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from pysqlite3 import dbapi2 as sqlite3

from bench import servers
from bench.load import Make, ask, request, send
from bench.population import Population
from bench.processes import run
from bench.scenarios import STAFF
from bench.servers import Server

PAGES = 10
"""Pages that are asked for in turns, the first of them included."""
TO_JUDGE = "SELECT COUNT(*) FROM worklist WHERE due_at = 0"
LIMIT_S = 1200.0
"""Longest time for inventing the patients, and for their places."""


IDLE_FOR_S = 3.0
BUSY = 0.03
"""Part of one core below which a server counts as idle."""


class Config(Struct, frozen=True, kw_only=True):
    """The number of patients of one clinic, and the rounds of which the median counts."""

    patients: int
    rounds: int
    seconds: float


def measure(config: Config) -> dict[str, Any]:
    """The ratio of processor times, and the size of the largest page."""
    with tempfile.TemporaryDirectory(prefix="homeplan-bench-") as name:
        file, into = Path(name) / "homeplan.sqlite", Path(name) / "people.json"
        url = f"sqlite:///{file}"
        run("bench.population", {"into": str(into), "urls": [url], "patients": [config.patients]}, {}, limit_s=LIMIT_S)
        (token,) = msgspec.json.decode(into.read_bytes(), type=Population).administrators.values()
        pages = [
            request("GET", f"/api/worklist?skip={50 * number}", headers={"cookie": f"{STAFF}={token}"})
            for number in range(min(PAGES, config.patients // 50))
        ]
        bare_request = request("GET", "/api/me", headers={"cookie": "token="})
        with servers.homeplan("homeplan", url) as ours, servers.litestar() as bare:
            wait_for_places(file)
            wait_until_idle(ours)
            figures = [
                (_cost_ms(ours, pages, config.seconds), _cost_ms(bare, [bare_request], config.seconds))
                for _ in range(config.rounds)
            ]
            answers = [ask(ours.ports[0], page) for page in pages]
        return {
            "worklist_patients": config.patients,
            "worklist_ms": round(statistics.median(own for own, _ in figures), 2),
            "worklist_vs_litestar": round(statistics.median(own / other for own, other in figures), 1),
            "worklist_kb": round(max(map(_packed, answers)) / 1024, 1),
            "worklist_kb_wire": round(max(len(body) for _, _, body in answers) / 1024, 1),
            "worklist_kb_unpacked": round(max(len(_unpacked(each)) for each in answers) / 1024, 1),
        }


def _cost_ms(server: Server, requests: list[bytes], seconds: float) -> float:
    """Processor time of one request, in ms."""
    for one in requests:
        assert ask(server.ports[0], one)[0] == 200
    before, _ = server.cpu_s()
    sent = send(server.ports, _in_turns(requests), connections=1, status=200, seconds=seconds)
    after, _ = server.cpu_s()
    return (after - before) / sent.requests * 1e3


def _in_turns(requests: list[bytes]) -> Iterator[Make]:
    return ((lambda one=one: one) for one in itertools.cycle(requests))


def _unpacked(answer: tuple[int, dict[str, str], bytes]) -> bytes:
    _, headers, body = answer
    return gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body


def _packed(answer: tuple[int, dict[str, str], bytes]) -> int:
    """The rows compressed one by one: copies of a few invented patients must not shrink to one of them."""
    return sum(len(gzip.compress(msgspec.json.encode(row))) for row in msgspec.json.decode(_unpacked(answer))["rows"])


def wait_until_idle(server: Server) -> None:
    """The reviews of a first start are over: their processor time belongs to no request. Raises TimeoutError."""
    ending, before = time.monotonic() + LIMIT_S, server.cpu_s()[0]
    while time.monotonic() < ending:
        time.sleep(IDLE_FOR_S)
        before, last = server.cpu_s()[0], before
        if before - last < IDLE_FOR_S * BUSY:
            return
    raise TimeoutError("the server does not come to rest")


def wait_for_places(file: Path) -> None:
    """Every patient has a place; the server judges them in the background. Raises TimeoutError."""
    connection = sqlite3.connect(file, timeout=30)
    try:
        ending = time.monotonic() + LIMIT_S
        while connection.execute(TO_JUDGE).fetchone()[0]:
            if time.monotonic() > ending:
                raise TimeoutError("the places of the worklist were not judged")
            time.sleep(0.5)
    finally:
        connection.close()
