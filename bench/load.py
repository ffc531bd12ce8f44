"""Sends requests over many connections at once and measures what each waits: an HTTP/1.1 client for loopback."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import uvloop
from msgspec import Struct

LIMIT_S = 60.0
"""Longest time for one answer; then the run fails."""


class Sent(Struct, frozen=True, kw_only=True):
    """The size and the times of a run of requests."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    bytes: int
    """Size of all answers, with their headers."""


class Unexpected(Exception):
    """A server answered with another status than the request is measured for."""


Make = Callable[[], bytes]


def request(method: str, path: str, body: bytes = b"", *, headers: Mapping[str, str] | None = None) -> bytes:
    """One request as it goes over the wire, as a phone's browser sends it."""
    lines = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1", "accept-encoding: gzip", "sec-fetch-site: same-origin"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body:
        lines += ["content-type: application/json", f"content-length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def send(
    ports: Sequence[int], requests: Iterable[Make], *, connections: int, status: int, seconds: float | None = None
) -> Sent:
    """Send the requests in order over `connections`, spread over the ports; each connection waits for its answers.

    It ends with the requests, or after `seconds`. Raises Unexpected for another status than `status`.
    """
    return uvloop.run(_send(ports, iter(requests), connections, status, seconds))


def ask(port: int, one: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (names in lower case) and body of one answer."""
    return uvloop.run(_ask(port, one))


class _Connection(asyncio.Protocol):
    """One connection: `ask` sends a request and returns the future of its answer."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._answered: asyncio.Future[bytes] | None = None
        self.transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def ask(self, one: bytes) -> "asyncio.Future[bytes]":
        self._answered = asyncio.get_running_loop().create_future()
        self.transport.write(one)
        return self._answered

    def data_received(self, data: bytes) -> None:
        self._received += data
        if self._answered is not None and _is_whole(self._received):
            answer, self._received = bytes(self._received), bytearray()
            self._answered.set_result(answer)

    def connection_lost(self, _: Exception | None) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(ConnectionError("the server closed the connection"))


def _is_whole(received: bytearray) -> bool:
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = bytes(received[:end]).lower()
    if b"transfer-encoding: chunked" in head:
        return received.endswith(b"0\r\n\r\n")
    at = head.find(b"content-length:")
    length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
    return len(received) - end - 4 >= length


async def _open(port: int) -> _Connection:
    _, connection = await asyncio.get_running_loop().create_connection(_Connection, "127.0.0.1", port)
    return connection


async def _ask(port: int, one: bytes) -> tuple[int, dict[str, str], bytes]:
    connection = await _open(port)
    answer = await asyncio.wait_for(connection.ask(one), LIMIT_S)
    connection.transport.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    return int(first.split()[1]), {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}, body


async def _send(
    ports: Sequence[int], requests: Iterator[Make], connections: int, status: int, seconds: float | None
) -> Sent:
    took: list[float] = []
    size = 0
    expected = f"HTTP/1.1 {status} ".encode()
    ending = time.perf_counter() + seconds if seconds is not None else None

    async def work(connection: _Connection) -> None:
        nonlocal size
        for make in requests:
            one = make()
            began = time.perf_counter()
            answer = await asyncio.wait_for(connection.ask(one), LIMIT_S)
            ended = time.perf_counter()
            took.append(ended - began)
            size += len(answer)
            if not answer.startswith(expected):
                raise Unexpected(f"{answer[:600].decode(errors='replace')} to {one[:80]!r}")
            if ending is not None and ended >= ending:
                return

    opened = [await _open(ports[number % len(ports)]) for number in range(connections)]
    began = time.perf_counter()
    await asyncio.gather(*(work(connection) for connection in opened))
    lasted = time.perf_counter() - began
    for connection in opened:
        connection.transport.close()
    took.sort()
    return Sent(
        requests=len(took),
        seconds=lasted,
        p50_ms=took[len(took) // 2] * 1e3,
        p99_ms=took[min(len(took) - 1, int(len(took) * 0.99))] * 1e3,
        bytes=size,
    )
