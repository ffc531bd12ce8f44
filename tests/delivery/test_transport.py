"""The transport against a server that answers as told, byte by byte: what is kept, cut short, refused."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from homeplan.delivery import connection, transport
from homeplan.delivery.connection import Answer, NotHttp
from homeplan.delivery.endpoint import Target
from homeplan.delivery.transport import Connections
from tests.delivery.judge import tls_of_this_machine
from tests.waiting import LIMIT_S, turn, until

pytestmark = pytest.mark.slow

CREATED = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"


class Scripted:
    """Answers the n-th request with its n-th answer, in the given pieces; connections are counted."""

    def __init__(self) -> None:
        self.answers: list[list[bytes]] = []
        self.requests: list[bytes] = []
        self.connections = 0
        self.hang_up = False
        self.port = 0
        self._writers: list[asyncio.StreamWriter] = []
        self._server: asyncio.Server | None = None

    async def start(self, tls: ssl.SSLContext | None = None) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        for writer in self._writers:
            writer.transport.abort()
        self._server.close()

    def say(self, *pieces: bytes) -> None:
        """Send these bytes to the connected client without a request."""
        for writer in self._writers:
            for piece in pieces:
                writer.write(piece)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.append(writer)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
                self.requests.append(head + await reader.readexactly(length))
                for piece in self.answers.pop(0) if self.answers else [CREATED]:
                    writer.write(piece)
                    await turn()  # or two pieces might arrive as one
                if self.hang_up:
                    writer.close()
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass


@pytest.fixture
async def server() -> AsyncIterator[Scripted]:
    scripted = Scripted()
    await scripted.start()
    yield scripted
    await scripted.stop()


@pytest.fixture
async def connections(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Connections]:
    monkeypatch.setattr(transport, "IDLE_LIMIT_S", 2 * LIMIT_S)  # what closes one before is under test
    opened = Connections(ssl.create_default_context())
    yield opened
    await opened.close()


def target(server: Scripted, scheme: str = "http", host: str = "127.0.0.1", path: str = "/push/x?y=1") -> Target:
    return Target(f"{scheme}://{host}:{server.port}", host, server.port, path, private_allowed=True)


async def post(connections: Connections, to: Target, body: bytes = b"body") -> Answer:
    async with asyncio.timeout(LIMIT_S):
        return await connections.post(to, {"TTL": "60", "Topic": "t"}, body)


async def forgotten(connections: Connections) -> None:
    """Until no connection is kept that a post might use again."""
    await until(lambda: not any(each.usable for kept in connections._idle.values() for each in kept))


async def test_a_request_is_what_http_wants_and_no_more(server: Scripted, connections: Connections) -> None:
    assert await post(connections, target(server)) == Answer(201, {"content-length": "0"}, b"")
    assert server.requests == [
        b"POST /push/x?y=1 HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nTTL: 60\r\nTopic: t\r\nContent-Length: 4\r\n\r\nbody"
        % server.port
    ]


@pytest.mark.parametrize(
    "answer",
    [
        [CREATED],
        [bytes([byte]) for byte in CREATED],
        [b"HTTP/1.1 204 No Content\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", b"hel", b"lo"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", b"0\r\n\r\n"],
        [b"HTTP/1.1 100 Continue\r\n\r\n" + CREATED],
        [b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", CREATED],
        [b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n"],
    ],
    ids=["whole", "by-the-byte", "no-content", "in-pieces", "chunked", "interim", "interim-apart", "old"],
)
async def test_an_answer_that_ends_in_its_place_lets_the_connection_be_used_again(
    server: Scripted, connections: Connections, answer: list[bytes]
) -> None:
    server.answers = [answer, [CREATED]]
    assert (await post(connections, target(server))).status in (200, 201, 204)
    assert (await post(connections, target(server))).status == 201
    assert server.connections == 1


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        ([b"HTTP/1.1 201 Created\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"], 201, b""),
        ([b"HTTP/1.0 201 Created\r\nContent-Length: 0\r\n\r\n"], 201, b""),
        ([CREATED + CREATED], 201, b""),
        ([CREATED + b"garbage"], 201, b""),
        ([b"HTTP/1.1 500 No\r\nContent-Length: 9000\r\n\r\n", b"x" * 5000, b"x" * 4000], 500, b"x" * 4096),
        ([b"HTTP/1.1 400 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nwhy\r\nzzz\r\n"], 400, b"why"),
    ],
    ids=["close", "old", "one-too-many", "garbage-after", "long", "broken-chunk"],
)
async def test_after_any_other_answer_a_new_connection_is_made(
    server: Scripted, connections: Connections, answer: list[bytes], status: int, body: bytes
) -> None:
    server.answers = [answer, [CREATED]]
    found = await post(connections, target(server))
    assert (found.status, found.body) == (status, body)
    assert (await post(connections, target(server))).status == 201
    assert server.connections == 2


@pytest.mark.parametrize(
    "answer",
    [
        [b"SSH-2.0-OpenSSH_9.2\r\n"],
        [b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"],
        [b"HTTP/1.1 201 Created\r\n" + b"X-Filler: y\r\n" * 1400],
        [b"HTTP/1.1 100 Continue\r\n\r\n" * 900],
        [b"HTTP/1.1 201 Created\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"],
    ],
    ids=["ssh", "upgrade", "endless-head", "endless-interim", "two-lengths"],
)
async def test_what_is_not_an_answer_is_refused(
    server: Scripted, connections: Connections, answer: list[bytes]
) -> None:
    server.answers = [answer]
    with pytest.raises(NotHttp):
        await post(connections, target(server))
    assert (await post(connections, target(server))).status == 201


async def test_a_service_that_hangs_up_without_an_answer_is_a_broken_connection(
    server: Scripted, connections: Connections
) -> None:
    server.answers, server.hang_up = [[b"HTTP/1.1 2"]], True
    with pytest.raises(ConnectionResetError):
        await post(connections, target(server))
    assert len(server.requests) == 1, "nothing is sent twice"


async def test_an_answer_without_a_length_ends_with_its_connection(server: Scripted, connections: Connections) -> None:
    server.answers, server.hang_up = [[b"HTTP/1.1 400 Bad\r\n\r\n", b"because"]], True
    assert await post(connections, target(server)) == Answer(400, {}, b"because")


async def test_an_answer_that_drips_is_judged_by_its_head(
    server: Scripted, connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "ANSWER_LIMIT_S", 0.05)
    server.answers = [[b"HTTP/1.1 500 No\r\nContent-Length: 99\r\n\r\nso far"]]
    assert (await post(connections, target(server))).body == b"so far"
    await post(connections, target(server))
    assert server.connections == 2


async def test_a_kept_connection_on_which_the_service_speaks_up_is_not_used_again(
    server: Scripted, connections: Connections
) -> None:
    await post(connections, target(server))
    server.say(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
    await forgotten(connections)
    assert (await post(connections, target(server))).status == 201
    assert server.connections == 2


async def test_a_kept_connection_that_the_service_closed_is_not_used_again(
    server: Scripted, connections: Connections
) -> None:
    server.hang_up = True
    await post(connections, target(server))
    await forgotten(connections)
    assert (await post(connections, target(server))).status == 201
    assert server.connections == 2


async def test_an_unused_connection_is_closed_after_a_while(
    server: Scripted, connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "IDLE_LIMIT_S", 0.05)
    await post(connections, target(server))
    [[kept]] = connections._idle.values()
    await forgotten(connections)
    assert not kept.usable
    await post(connections, target(server))
    assert server.connections == 2


async def test_a_cancelled_post_leaves_no_connection_behind(server: Scripted, connections: Connections) -> None:
    server.answers = [[b"HTTP/1.1 201"], [CREATED]]
    task = asyncio.create_task(post(connections, target(server)))
    await until(lambda: len(server.requests) == 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await post(connections, target(server))).status == 201
    assert server.connections == 2


async def test_posts_at_the_same_time_have_a_connection_each_and_share_them_later(
    server: Scripted, connections: Connections
) -> None:
    for _ in range(2):
        answers = await asyncio.gather(*(post(connections, target(server)) for _ in range(5)))
        assert {answer.status for answer in answers} == {201}
    assert server.connections == 5


@pytest.mark.parametrize(("host", "trusted"), [("localhost", True), ("localhost", False), ("push.example", True)])
async def test_over_tls_the_certificate_must_be_trusted_and_be_the_hosts(
    tmp_path: Path, host: str, trusted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, certificate = tls_of_this_machine(tmp_path)
    server = Scripted()
    await server.start(context)
    here = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [here])
    connections = Connections(ssl.create_default_context(cafile=certificate if trusted else None))
    try:
        if trusted and host == "localhost":
            assert (await post(connections, target(server, "https", host))).status == 201
        else:
            with pytest.raises(ssl.SSLCertVerificationError):
                await post(connections, target(server, "https", host))
            assert server.requests == []
    finally:
        await connections.close()
        await server.stop()


async def test_the_second_address_is_tried_and_the_family_that_worked_comes_first(
    server: Scripted, connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def resolve(*_: Any, **__: Any) -> list[Any]:
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", 9, 0, 0)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port)),
        ]

    connect = asyncio.get_running_loop().sock_connect

    async def note(sock: socket.socket, address: Any) -> None:
        asked.append(address[0])
        await connect(sock, address)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(asyncio.get_running_loop(), "sock_connect", note)
    server.hang_up = True
    to = target(server, host="push.example")
    for _ in range(2):
        await post(connections, to)
        await forgotten(connections)
    assert asked == ["::1", "127.0.0.1", "127.0.0.1"]
