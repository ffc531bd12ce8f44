"""Connections over a real socket: slow, silent, oversized and broken ones end, and nobody else notices."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from uvicorn import Server

import homeplan.app
from homeplan import connection
from homeplan.app import create_app
from homeplan.connection import MAX_HEAD, MAX_HEADERS
from homeplan.server import Listener, configuration
from homeplan.settings import Settings
from tests.waiting import until
from tests.world import ORIGIN

SLOW_HEADERS = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
SLOW_BODY = (
    b"POST /api/pairings/preview HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b'Content-Length: 2000\r\n\r\n{"token"'
)


class Site:
    """A running server; `port` is where it listens."""

    def __init__(self, server: Any, port: int):
        self._server = server
        self.port = port

    @property
    def connections(self) -> int:
        return len(self._server.server_state.connections)

    @property
    def requests(self) -> int:
        """Number of requests that are being answered."""
        return len(self._server.server_state.tasks)

    async def open(self, sent: bytes = b"") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(sent)
        return reader, writer

    async def answer(self, sent: bytes) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the one answer, after which the server closes."""
        reader, writer = await self.open(sent)
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        first, *lines = head.decode().split("\r\n")
        return int(first.split()[1]), dict(line.lower().split(": ", 1) for line in lines), body


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[Site]:
    configured = configuration(app, Listener(host="127.0.0.1", port=0))
    server = Server(configured)
    listening = configured.bind_socket()
    task = asyncio.create_task(server._serve([listening]))
    await until(lambda: server.started)
    yield Site(server, listening.getsockname()[1])
    server.should_exit = server.force_exit = True
    await task


@pytest.fixture(scope="module")
async def site() -> AsyncIterator[Site]:
    no_database: Any = None
    async with serving(create_app(Settings(origin=ORIGIN), no_database)) as running:
        yield running


@pytest.fixture
async def web_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    """A server of a web app with one page, beside which there are files that are nobody's business."""
    secret, web = tmp_path / "secret.txt", tmp_path / "web"
    (web / "assets").mkdir(parents=True)
    (web / "index.html").write_text("<!doctype html>")
    (web / ".env").write_text("secret")
    secret.write_text("secret")
    (web / "link.txt").symlink_to(secret)
    (web / "up").symlink_to(tmp_path)
    monkeypatch.setattr(homeplan.app, "WEB", web)
    no_database: Any = None
    async with serving(create_app(Settings(origin=ORIGIN), no_database)) as running:
        yield running


async def ended(reader: asyncio.StreamReader) -> bool:
    """Wait until the server has ended the connection without an answer."""
    try:
        return await reader.read() == b""
    except ConnectionResetError:
        return True


async def test_hundreds_of_slow_and_silent_connections_end_and_health_is_answered_meanwhile(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "RECEIVE_S", 3.0)
    slow = [await site.open(sent) for sent in [b""] * 50 + [b"\r\n"] * 50 + [SLOW_HEADERS] * 300 + [SLOW_BODY] * 300]
    assert site.connections > 0
    for _ in range(20):
        status, _, _ = await site.answer(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert status == 200
    assert all(await asyncio.gather(*(ended(reader) for reader, _ in slow)))
    await until(lambda: site.connections == site.requests == 0)
    for _, writer in slow:
        writer.close()


@pytest.mark.parametrize("begun", [b"\r\n", SLOW_HEADERS, SLOW_BODY])
@pytest.mark.parametrize("answered", [False, True])
async def test_a_byte_now_and_then_moves_no_deadline(
    site: Site, monkeypatch: pytest.MonkeyPatch, begun: bytes, answered: bool
) -> None:
    monkeypatch.setattr(connection, "RECEIVE_S", 0.5)
    reader, writer = await site.open()
    if answered:
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await reader.readuntil(b"}")
    writer.write(begun)
    end = asyncio.create_task(ended(reader))
    while not end.done():
        writer.write(b"\r\n" if begun == b"\r\n" else b"a")
        await asyncio.wait([end], timeout=0.02)
    assert await end
    writer.close()


async def test_a_request_in_time_is_answered_and_the_next_one_has_its_own_time(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = await site.open()
    for _ in range(3):
        writer.write(SLOW_HEADERS)
        await writer.drain()
        writer.write(b"yes\r\n\r\n")
        assert (await reader.readuntil(b"}")).startswith(b"HTTP/1.1 200 ")
    monkeypatch.setattr(connection, "RECEIVE_S", 0.1)
    writer.write(SLOW_HEADERS)
    assert await ended(reader)
    writer.close()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /healthz HTTP/1.1\r\nConnection: close\r\n" + b"x: y\r\n" * (MAX_HEADERS - 1) + b"\r\n", 200),
        (b"GET /healthz HTTP/1.1\r\nConnection: close\r\n" + b"x: y\r\n" * MAX_HEADERS + b"\r\n", 431),
        (b"GET /healthz HTTP/1.1\r\nConnection: close\r\nx: " + b"y" * (MAX_HEAD - 1000) + b"\r\n\r\n", 200),
        (b"GET /healthz HTTP/1.1\r\nx: " + b"y" * MAX_HEAD + b"\r\n\r\n", 431),
        (b"GET /healthz HTTP/1.1\r\n" + b"y" * MAX_HEAD + b": x\r\n\r\n", 431),
        (b"GET /healthz?" + b"y" * MAX_HEAD + b" HTTP/1.1\r\n\r\n", 431),
        (b"GET /healthz HTTP/1.1\r\nx: " + b"y" * MAX_HEAD, 431),  # which never ends
        (b"GET /" + b"y" * MAX_HEAD, 431),
        (b"BREW /coffee HTCPCP/1.0\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"GET /healthz HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd", 400),
    ],
)
async def test_headers_are_limited_in_size_and_number(site: Site, sent: bytes, status: int) -> None:
    answered, headers, body = await site.answer(sent)
    assert answered == status
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    if status != 200:
        assert headers["content-type"] == "application/problem+json"
        assert headers["content-length"] == str(len(body))
        assert json.loads(body)["status"] == status


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/..\\secret.txt",
        "/..%5csecret.txt",
        "/%252e%252e/secret.txt",
        "/%2569ndex.html",
        "//secret.txt",
        "/up/secret.txt",
        "/link.txt",
        "/.env",
        "/%2eenv",
        "/index.html%00",
        "/%00",
        "/assets",
        "/assets/",
        "/" + "a" * 8192,
        "/assets/" + "../" * 2000,
    ],
)
async def test_no_address_leads_to_a_file_that_is_not_of_the_web_app(web_site: Site, path: str) -> None:
    status, headers, body = await web_site.answer(
        b"GET " + path.encode() + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    assert status in (400, 404)
    assert headers["content-type"] == "application/problem+json"
    assert b"secret" not in body


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "TRACK"])
async def test_a_method_that_is_not_known_is_refused_and_repeats_nothing(web_site: Site, method: str) -> None:
    status, _, body = await web_site.answer(
        f"{method} / HTTP/1.1\r\nHost: localhost\r\nX-Sent: secret\r\nConnection: close\r\n\r\n".encode()
    )
    assert 400 <= status < 500
    assert b"secret" not in body


async def test_the_web_app_is_served_beside_them(web_site: Site) -> None:
    status, _, body = await web_site.answer(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert (status, body) == (200, b"<!doctype html>")


async def test_an_answer_that_nobody_reads_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def large(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % 2**26)]})
        await send({"type": "http.response.body", "body": b"x" * 2**26})

    monkeypatch.setattr(connection, "STALLED_S", 0.2)
    async with serving(large) as site:
        for sent in (b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"):
            reader, writer = await site.open(sent)
            await reader.readexactly(100)
            await until(lambda: site.connections == 0)
            writer.transport.abort()


@pytest.mark.parametrize("sent", [SLOW_HEADERS, SLOW_BODY, SLOW_BODY + b"\x00"])
async def test_an_upload_that_breaks_off_is_nobodys_error(
    site: Site, sent: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    _, writer = await site.open(sent)
    await until(lambda: site.connections > 0)
    if sent != SLOW_HEADERS:
        await until(lambda: site.requests == 1)
    with caplog.at_level(logging.WARNING):
        writer.transport.abort()
        await until(lambda: site.connections == site.requests == 0)
    assert [record.getMessage() for record in caplog.records] == []


ODD_ANSWERS: dict[str, tuple[int, list[tuple[bytes, bytes]], list[bytes]]] = {
    "/whole": (200, [(b"content-length", b"5")], [b"whole"]),
    "/unchanged": (304, [(b"etag", b"x")], [b""]),
    "/parts": (200, [(b"content-length", b"5")], [b"par", b"ts"]),
    "/unmeasured": (200, [], [b"chunk"]),
    "/too-long": (200, [(b"content-length", b"2")], [b"chunk"]),
    "/forged": (200, [(b"content-length", b"2"), (b"x-name", b"a\r\nset-cookie: b")], [b"ok"]),
}


async def _odd(scope: Any, _: Any, send: Any) -> None:
    status, headers, parts = ODD_ANSWERS[scope["path"]]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    for number, part in enumerate(parts, 1):
        body = b"" if scope["method"] == "HEAD" else part
        await send({"type": "http.response.body", "body": body, "more_body": number < len(parts)})


def _asked(method: str, path: str, *headers: str) -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", *headers, "", ""]).encode()


async def test_answers_of_each_kind_come_whole_and_in_order_over_one_connection() -> None:
    async with serving(_odd) as odd:
        asked = [
            ("GET", "/whole"),
            ("HEAD", "/whole"),
            ("GET", "/unchanged"),
            ("GET", "/parts"),
            ("GET", "/unmeasured"),
        ]
        sent = b"".join(_asked(method, path) for method, path in [*asked, *asked])
        reader, writer = await odd.open(sent + _asked("GET", "/whole", "Connection: close"))
        answers = (await reader.read()).split(b"HTTP/1.1 ")[1:]
        writer.close()
    bodies = [answer.partition(b"\r\n\r\n")[2] for answer in answers]
    assert bodies == [b"whole", b"", b"", b"parts", b"5\r\nchunk\r\n0\r\n\r\n"] * 2 + [b"whole"]
    assert [int(answer[:3]) for answer in answers] == [200, 200, 304, 200, 200] * 2 + [200]
    assert all(answer.count(b"date: ") == 1 for answer in answers)
    assert [b"connection: close" in answer for answer in answers] == [False] * 10 + [True]


@pytest.mark.parametrize("path", ["/too-long", "/forged"])
async def test_an_answer_that_would_end_elsewhere_is_never_sent(path: str, caplog: pytest.LogCaptureFixture) -> None:
    async with serving(_odd) as odd:
        reader, writer = await odd.open(_asked("GET", path))
        received = await reader.read()
        writer.close()
    assert b"set-cookie" not in received
    assert not received.endswith(b"chunk")
    assert "Exception in ASGI application" in caplog.text
