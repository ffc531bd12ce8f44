"""Measures a server under strangers: `python bench/front_door.py [SIGN_INS]`, about two minutes.

10,000 wrong sign-ins (or the number given) from 500 networks, half of them for the owner's account, while the owner
signs in on a known device and a patient checks in. As a control, the strangers then ask /healthz as often and as fast,
which costs the server next to nothing: what a check-in takes longer now is the price of the strangers' own program and
of their connections on the same processors. Then 300 slow headers, 300 slow bodies and 100 silent connections while
/healthz is asked. The real `homeplan serve` on SQLite, without a proxy; the strangers' addresses come from a header
that it trusts. The last line is JSON; times are milliseconds.
"""

import asyncio
import itertools
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing import Process, Queue
from pathlib import Path
from typing import Any

import httpx

if not __package__:  # run as a program: imports count from the root of the repository
    sys.path[0] = str(Path(__file__).parents[1])

from tests.front.proxies import EMAIL, PASSWORD, add_owner
from tests.world import totp_code

SIGN_INS = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
NETWORKS, AT_ONCE = 500, 32
SAME_ORIGIN = {"sec-fetch-site": "same-origin"}
SLOW = {
    "slow headers": (300, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: "),
    "slow bodies": (
        300,
        b"POST /api/pairings/preview HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b'Content-Length: 2000\r\n\r\n{"token"',
    ),
    "silent": (100, b""),
}
DRIP_S = 2.0
"""Seconds between two bytes of a slow connection."""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as (port, server):
        measured = asyncio.run(measure(port, server))
    print(json.dumps(measured))


async def measure(port: int, server: int) -> dict[str, Any]:
    """All figures; `server` is the id of its process."""
    measured: dict[str, Any] = {"processors": os.cpu_count(), "load_before": os.getloadavg()[0]}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=SAME_ORIGIN, timeout=120) as client:
        device, phone = await people(client)
        check_in = checking_in(client, phone)

        async def sign_in_as_owner() -> None:
            await sign_in(client, PASSWORD, {"cookie": device})

        idle = [await timed(check_in) for _ in range(300)]
        print(f"check-in       idle p50 {at(idle, 50):.1f} p99 {at(idle, 99):.1f} ms")
        measured["idle"] = {"p50": at(idle, 50), "p99": at(idle, 99)}
        began = time.monotonic()
        measured["strangers"] = await under("sign-in", port, server, check_in, sign_in_as_owner)
        per_s = SIGN_INS / (time.monotonic() - began)
        measured["control"] = await under("health", port, server, check_in, sign_in_as_owner, per_s=per_s)
        measured["load_after"] = os.getloadavg()[0]
        await slow_connections(client, port)
    idle_p99, control_p99 = measured["idle"]["p99"], measured["control"]["p99"]
    measured["times_idle"] = measured["strangers"]["p99"] / idle_p99
    measured["times_control"] = measured["strangers"]["p99"] / control_p99
    return measured


async def under(
    asked: str,
    port: int,
    server: int,
    check_in: Callable[[], Awaitable[Any]],
    sign_in_as_owner: Callable[[], Awaitable[Any]],
    *,
    per_s: float | None = None,
) -> dict[str, Any]:
    """Check-ins and sign-ins on a known device while strangers ask for that."""
    results: Queue[Any] = Queue()
    strangers = Process(target=attack, args=(port, results, asked, per_s))
    strangers.start()
    busy, signed_in, began, used = [], [], time.monotonic(), processor_s(server)
    while strangers.is_alive():
        busy += [await timed(check_in) for _ in range(20)]
        signed_in.append(await timed(sign_in_as_owner))
    took, used = time.monotonic() - began, processor_s(server) - used
    answers = dict(results.get())
    print(f"{asked:14} {SIGN_INS} by strangers in {took:.0f} s: {answers}; the server worked {used:.1f} s")
    print(f"               known device: {len(signed_in)} sign-ins, slowest {max(signed_in):.0f} ms")
    print(f"               check-in p50 {at(busy, 50):.1f} p99 {at(busy, 99):.1f} ms ({len(busy)})")
    return {
        "answers": answers,
        "seconds": took,
        "server_processor_s": used,
        "check_ins": len(busy),
        "p50": at(busy, 50),
        "p99": at(busy, 99),
        "sign_ins": len(signed_in),
        "slowest_sign_in": max(signed_in),
    }


def processor_s(process: int) -> float:
    """Seconds of a processor that the process has used, all threads together."""
    user, system = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


async def slow_connections(client: httpx.AsyncClient, port: int) -> None:
    ends = {
        name: [asyncio.create_task(drip(port, sent)) for _ in range(number)] for name, (number, sent) in SLOW.items()
    }
    health = []
    while not all(task.done() for task in itertools.chain(*ends.values())):
        health.append(await timed(lambda: client.get("/healthz")))
        await asyncio.sleep(0.05)
    for name, tasks in ends.items():
        open_s = [task.result() for task in tasks]
        print(f"{name:14} {len(open_s)} ended after {min(open_s):.1f} to {max(open_s):.1f} s")
    print(f"/healthz       meanwhile p50 {at(health, 50):.1f} p99 {at(health, 99):.1f} ms ({len(health)})")


async def drip(port: int, sent: bytes) -> float:
    """Open a connection and send a byte now and then, none when nothing was sent; seconds until the server ends it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.monotonic()
    writer.write(sent)
    end = asyncio.create_task(reader.read())
    while not end.done():
        await asyncio.wait([end], timeout=DRIP_S)
        if sent and not end.done():
            writer.write(b"a")
    end.exception()
    writer.close()
    return time.monotonic() - began


def attack(port: int, results: "Queue[Any]", asked: str, per_s: float | None) -> None:
    """All requests of the strangers, in a process of its own."""
    results.put(asyncio.run(_attack(port, asked, per_s)))


async def _attack(port: int, asked: str, per_s: float | None) -> "Counter[int]":
    statuses: Counter[int] = Counter()
    left = iter(range(SIGN_INS))
    dice = random.Random(7)
    began = time.monotonic()

    async def one_stranger(client: httpx.AsyncClient) -> None:
        for n in left:
            if per_s is not None:
                await asyncio.sleep(max(0.0, began + n / per_s - time.monotonic()))
            email = EMAIL if n % 2 else f"{n}@clinic.example"
            network = dice.randrange(NETWORKS)
            forwarded = {"x-forwarded-for": f"203.{network // 250}.{network % 250}.1"}
            if asked == "sign-in":
                answer = await sign_in(client, "wrong", forwarded, email)
            else:
                answer = await client.get("/healthz", headers=forwarded)
            statuses[answer.status_code] += 1

    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=SAME_ORIGIN, timeout=120) as client:
        await asyncio.gather(*(one_stranger(client) for _ in range(AT_ONCE)))
    return statuses


async def sign_in(
    client: httpx.AsyncClient, password: str, headers: dict[str, str], email: str = EMAIL
) -> httpx.Response:
    client.cookies.clear()
    body = {"email": email, "password": password}
    answer = await client.post("/api/staff/sign-in", json=body, headers=headers)
    if password == PASSWORD:
        assert answer.status_code == 200, answer.text
    return answer


async def people(client: httpx.AsyncClient) -> tuple[str, str]:
    """The cookie by which the owner's device is known, and that of a patient's phone."""
    answer = await sign_in(client, PASSWORD, {})
    half = {"cookie": "; ".join(cookies(answer))}
    proved = await client.post("/api/staff/sign-in/code", json={"code": totp_code(datetime.now(UTC))}, headers=half)
    desk = {"cookie": "; ".join(cookies(proved.raise_for_status()))}
    person = {"id": "patient-1", "givenName": "Invented", "familyName": "Example", "timeZone": "America/Denver"}
    patient = (await client.post("/api/patients", json=person | {"language": "en"}, headers=desk)).raise_for_status()
    invited = await client.post(f"/api/patients/{patient.json()['id']}/invitation", json={"id": "i-1"}, headers=desk)
    token = invited.raise_for_status().json()["url"].split("#")[1]
    joined = await client.post("/api/pairings", json={"id": "p-1", "deviceLabel": "A phone", "token": token})
    (device,) = [cookie for cookie in cookies(answer) if cookie.startswith("__Host-hd=")]
    return device, "; ".join(cookies(joined.raise_for_status()))


def cookies(answer: httpx.Response) -> list[str]:
    return [cookie.split(";")[0] for cookie in answer.headers.get_list("set-cookie")]


def checking_in(client: httpx.AsyncClient, phone: str) -> Callable[[], Awaitable[Any]]:
    """A function that enters today's check-in, each time another one."""
    numbers = itertools.count()

    async def check_in() -> None:
        now = datetime.now(UTC)
        entry = {
            "clientEventId": f"event-{next(numbers)}",
            "answeredAt": now.isoformat(),
            "timeZone": "UTC",
            "painNow": 3,
            "painWorst24h": 5,
            "anythingNew": False,
            "instrumentVersion": "0.1.0",
        }
        client.cookies.clear()
        answer = await client.put(f"/api/me/checkins/{now:%Y-%m-%d}", json=entry, headers={"cookie": phone})
        answer.raise_for_status()

    return check_in


async def timed(ask: Callable[[], Awaitable[Any]]) -> float:
    """Milliseconds until the answer."""
    began = time.perf_counter()
    await ask()
    return (time.perf_counter() - began) * 1000


def at(values: list[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


@contextmanager
def serving(folder: Path) -> Iterator[tuple[int, int]]:
    """`homeplan serve` with a clinic and its owner; yields the port and the id of the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("HOMEPLAN_")},
        "HOMEPLAN_DATABASE_URL": f"sqlite:///{folder}/homeplan.sqlite",
        "HOMEPLAN_ORIGIN": f"http://localhost:{port}",
        "HOMEPLAN_PORT": str(port),
        "HOMEPLAN_TRUSTED_PROXIES": "127.0.0.1",
    }

    asyncio.run(add_owner(environment["HOMEPLAN_DATABASE_URL"]))
    command = [sys.executable, "-m", "homeplan", "serve"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as server:
        try:
            while True:
                try:
                    httpx.get(f"http://127.0.0.1:{port}/healthz").raise_for_status()
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield port, server.pid
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
