"""Delay of a patient's request while a burst of reminders leaves: the app's event loop under load."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from bench.processes import ROOT, Service

PER_S = 50
"""Requests of patients a second; each waits for the writer too, which may create what is missing."""


def measure(service: Service, reminders: int, *, idle_s: float, per_s: float | None = None) -> dict[str, Any]:
    """Milliseconds that a request takes, without and during a burst, and the burst's own speed.

    `per_s` paces the burst, as bench/host.py does.
    """
    config = {"origin": service.origin, "reminders": reminders, "per_s": per_s}
    with _host(config, service) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        facts = json.loads(process.stdout.readline())
        return asyncio.run(_measure(process, facts, reminders, idle_s))


async def _measure(
    process: "subprocess.Popen[str]", facts: dict[str, Any], reminders: int, idle_s: float
) -> dict[str, Any]:
    took: list[tuple[float, float]] = []
    asking = [asyncio.create_task(_ask(facts, took, offset / PER_S)) for offset in range(PER_S // 10)]
    await asyncio.sleep(1.0)  # connections, caches
    began = time.monotonic()
    await asyncio.sleep(idle_s)
    burst = time.monotonic()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("go\n")
    process.stdin.flush()
    measured = json.loads(await asyncio.to_thread(process.stdout.readline))
    ended = time.monotonic()
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    idle = sorted(ms for at, ms in took if began <= at < burst)
    busy = sorted(ms for at, ms in took if burst <= at < ended)
    return {
        "per_s": reminders / measured["seconds"],
        "requests": len(busy),
        **{f"idle_p{p}_ms": _percentile(idle, p) for p in (50, 99)},
        **{f"burst_p{p}_ms": _percentile(busy, p) for p in (50, 99)},
    }


async def _ask(facts: dict[str, Any], took: list[tuple[float, float]], offset_s: float) -> None:
    """One phone that asks ten times a second, whether or not the answer to the last question was slow."""
    reader, writer = await asyncio.open_connection("127.0.0.1", facts["port"])
    request = (
        f"GET /api/me HTTP/1.1\r\nHost: localhost:8000\r\nCookie: {facts['cookie']}\r\n"
        "Sec-Fetch-Site: same-origin\r\n\r\n"
    ).encode()
    due = time.monotonic() + offset_s
    while True:
        await asyncio.sleep(max(due - time.monotonic(), 0))
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert b" 200 " in head[:16], head
        await reader.readexactly(int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]))
        took.append((due, (time.monotonic() - due) * 1000))
        due += 0.1


def _percentile(values: list[float], percent: int) -> float:
    return values[min(len(values) * percent // 100, len(values) - 1)] if values else 0.0


@contextlib.contextmanager
def _host(config: dict[str, Any], service: Service) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "bench.host", json.dumps(config)]
    env = {**os.environ, **service.trusting}
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(30)
