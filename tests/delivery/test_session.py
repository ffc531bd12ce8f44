"""The guarded session against a server that answers as told, byte by byte: what is kept, cut short, refused."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientTimeout

from homeplan.delivery.model import Gone, Outcome, Refused, Retry, Sent
from homeplan.delivery.webpush import session
from homeplan.delivery.webpush.address import AllowedServices
from homeplan.delivery.webpush.send import WebPush
from homeplan.delivery.webpush.vapid import Keyring
from tests.delivery.conftest import SITE, message
from tests.delivery.judge import tls_of_this_machine
from tests.push_service import PushService
from tests.waiting import LIMIT_S, turn, until
from tests.world import START

pytestmark = pytest.mark.slow

CREATED = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"


class Scripted:
    """Answers the n-th request with its n-th answer, in the given pieces; connections are counted."""

    def __init__(self) -> None:
        self.answers: list[list[bytes]] = []
        self.requests: list[bytes] = []
        self.connections = 0
        self.hang_up = False
        self.greeting = b""
        """Bytes that every new connection gets unasked."""
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

    def say(self, piece: bytes) -> None:
        """Send these bytes to the connected clients without a request."""
        for writer in self._writers:
            writer.write(piece)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.append(writer)
        writer.write(self.greeting)
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


Post = Callable[[], Any]


@pytest.fixture
async def web_push(server: Scripted, keyring: Keyring) -> AsyncIterator[WebPush]:
    services = AllowedServices([f"http://127.0.0.1:{server.port}"])
    async with WebPush(keyring, services, site=SITE) as opened:
        yield opened


@pytest.fixture
def post(server: Scripted, web_push: WebPush, keyring: Keyring) -> Callable[[], Any]:
    async def post() -> Outcome:
        endpoint = f"http://127.0.0.1:{server.port}/push/x%2fy?token=%3d"
        push = message(PushService().subscribe(None), keyring, endpoint=endpoint)
        async with asyncio.timeout(LIMIT_S):
            return await web_push.send(push, START)

    return post


async def settled() -> None:
    """Let what the server has written arrive."""
    for _ in range(20):
        await turn()


async def test_a_request_is_what_a_push_service_needs_and_no_more(server: Scripted, post: Post) -> None:
    assert await post() == Sent(201)
    head = server.requests[0].partition(b"\r\n\r\n")[0].decode().split("\r\n")
    assert head[0] == "POST /push/x%2fy?token=%3d HTTP/1.1", "the endpoint as it was given"
    assert sorted(line.partition(":")[0].lower() for line in head[1:]) == [
        "authorization",
        "content-encoding",
        "content-length",
        "content-type",
        "host",
        "topic",
        "ttl",
        "urgency",
    ]


@pytest.mark.parametrize(
    "answer",
    [
        [CREATED],
        [bytes([byte]) for byte in CREATED],
        [b"HTTP/1.1 204 No Content\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", b"hel", b"lo"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", b"0\r\n\r\n"],
        [b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", CREATED],
    ],
    ids=["whole", "by-the-byte", "no-content", "in-pieces", "chunked", "interim"],
)
async def test_an_answer_that_ends_in_its_place_lets_the_connection_be_used_again(
    server: Scripted, post: Post, answer: list[bytes]
) -> None:
    server.answers = [answer, [CREATED]]
    assert isinstance(await post(), Sent)
    assert await post() == Sent(201)
    assert server.connections == 1


async def test_a_redirect_is_not_followed(server: Scripted, post: Post) -> None:
    other = Scripted()
    await other.start()
    for status in (301, 302, 303, 307, 308):
        head = f"HTTP/1.1 {status} Moved\r\nLocation: http://127.0.0.1:{other.port}/\r\nContent-Length: 0\r\n\r\n"
        server.answers = [[head.encode()]]
        assert await post() == Refused(str(status))
    assert other.connections == 0
    await other.stop()


async def test_of_a_long_answer_four_kilobytes_are_read(
    server: Scripted, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies: list[bytes] = []
    read = session.read

    async def noted(answer: Any) -> bytes:
        bodies.append(await read(answer))
        return bodies[-1]

    monkeypatch.setattr("homeplan.delivery.webpush.send.read", noted)
    server.answers = [[b"HTTP/1.1 410 Gone\r\nContent-Length: 900000\r\n\r\n", *[b"x" * 9000] * 100], [CREATED]]
    assert await post() == Gone(410)
    assert bodies == [b"x" * 4096]
    assert await post() == Sent(201)
    assert server.connections == 2, "what is left of it is nobody's next answer"


async def test_a_packed_answer_is_not_unpacked(server: Scripted, post: Post) -> None:
    server.answers = [[b"HTTP/1.1 400 No\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"]]
    assert await post() == Refused("400 nope")


async def test_an_answer_that_drips_is_judged_by_its_head(
    server: Scripted, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "ANSWER_LIMIT_S", 0.05)
    server.answers = [[b"HTTP/1.1 500 No\r\nContent-Length: 99\r\n\r\nso far"]]
    assert await post() == Retry("500 so far")
    await post()
    assert server.connections == 2


@pytest.mark.parametrize(
    "answer",
    [
        [b"SSH-2.0-OpenSSH_9.2\r\n"],
        [b"HTTP/1.1 201 Created\r\n" + b"X-Filler: y\r\n" * 1400],
        [b"HTTP/1.1 201 Created\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"],
    ],
    ids=["ssh", "endless-head", "two-lengths"],
)
async def test_what_is_not_an_answer_is_tried_again_later(server: Scripted, post: Post, answer: list[bytes]) -> None:
    server.answers = [answer]
    outcome = await post()
    assert isinstance(outcome, Retry)
    assert outcome.reason.startswith("unreachable ")
    assert await post() == Sent(201)


async def test_a_service_that_hangs_up_without_an_answer_is_not_asked_twice(server: Scripted, post: Post) -> None:
    server.answers, server.hang_up = [[b"HTTP/1.1 2"]], True
    assert await post() == Retry("unreachable ServerDisconnectedError")
    assert len(server.requests) == 1


UNASKED = [
    b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\nbye",
    b"garbage",
]


@pytest.mark.parametrize("unasked", UNASKED, ids=["whole", "closing", "garbage"])
async def test_words_on_an_idle_connection_are_not_the_answer_to_the_next_push(
    server: Scripted, post: Post, unasked: bytes
) -> None:
    await post()
    server.say(unasked)
    await settled()
    server.answers = [[b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"]]
    assert await post() == Gone(410)
    assert server.connections == 2


async def test_a_service_that_answers_before_it_is_asked_gets_no_push(server: Scripted, post: Post) -> None:
    server.greeting = CREATED
    outcome = await post()
    assert outcome in (Retry("unreachable UnaskedAnswer"), Sent(201))
    await until(lambda: server.connections <= 22)


async def test_a_kept_connection_that_the_service_closed_is_not_used_again(server: Scripted, post: Post) -> None:
    server.hang_up = True
    await post()
    await settled()
    assert await post() == Sent(201)
    assert server.connections == 2


async def test_cookies_are_not_kept(server: Scripted, post: Post) -> None:
    server.answers = [[b"HTTP/1.1 201 Created\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"]]
    await post()
    await post()
    assert b"cookie" not in server.requests[1].lower()


async def test_a_proxy_of_the_environment_is_not_used(
    server: Scripted, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert await post() == Sent(201)


async def test_a_service_that_never_answers_is_given_up_on(
    server: Scripted, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(session.LIMITS, False, ClientTimeout(total=0.1))
    server.answers = [[]]
    origin = f"http://127.0.0.1:{server.port}"
    async with WebPush(keyring, AllowedServices([origin]), site=SITE) as web_push:
        push = message(PushService().subscribe(None), keyring, endpoint=f"{origin}/x")
        assert await web_push.send(push, START) == Retry("timeout")


async def test_an_address_that_takes_no_connection_is_given_up_on(
    keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nobody(*_: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setitem(session.LIMITS, False, ClientTimeout(sock_connect=0.1))
    monkeypatch.setattr(asyncio.get_running_loop(), "sock_connect", nobody)
    async with WebPush(keyring, AllowedServices(["http://127.0.0.1:9"]), site=SITE) as web_push:
        push = message(PushService().subscribe(None), keyring, endpoint="http://127.0.0.1:9/x")
        assert await web_push.send(push, START) == Retry("timeout")


def test_the_limits_of_the_session() -> None:
    assert (session.SEND_LIMIT_S, session.CONNECT_LIMIT_S, session.LARGEST_ANSWER) == (20.0, 5.0, 4096)


@pytest.mark.parametrize(("host", "trusted"), [("localhost", True), ("localhost", False), ("push.example", True)])
async def test_over_tls_the_certificate_must_be_trusted_and_be_the_hosts(
    tmp_path: Path, keyring: Keyring, host: str, trusted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, certificate = tls_of_this_machine(tmp_path)
    server = Scripted()
    await server.start(context)
    here = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [here])
    tls = ssl.create_default_context(cafile=certificate if trusted else None)
    origin = f"https://{host}:{server.port}"
    async with WebPush(keyring, AllowedServices([origin]), site=SITE, tls=tls) as web_push:
        outcome = await web_push.send(message(PushService().subscribe(None), keyring, endpoint=f"{origin}/x"), START)
    if trusted and host == "localhost":
        assert outcome == Sent(201)
    else:
        assert outcome == Retry("unreachable SSLCertVerificationError")
        assert server.requests == []
    await server.stop()
