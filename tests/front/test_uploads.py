"""Uploads that are too large or never end, against a real `homeplan serve` without a proxy."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.front.proxies import Front

pytestmark = pytest.mark.drill

MIB = 2**20
UPLOADS = 40
HEAD = b"POST /api/pairings/preview HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
CHUNK = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    clinic = Front(tmp_path_factory.mktemp("uploads"))
    clinic.set_up()
    with clinic.serving():
        yield clinic


@pytest.mark.parametrize("size", [64 * 1024, 64 * 1024 + 1])
def test_a_body_has_its_limit_to_the_byte(front: Front, size: int) -> None:
    body = b'{"token": "x"}'.ljust(size)
    answer = httpx.post(
        f"{front.inside}/api/pairings/preview", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == (404 if size == 64 * 1024 else 413)


def test_uploads_without_end_are_refused_and_take_no_memory(front: Front) -> None:
    upload(front)  # what the first request loads once is not the upload's
    before = resident(front)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(upload, [front] * UPLOADS))
    assert {answer.split(b"\r\n")[0] for answer in answers} == {b"HTTP/1.1 413 Request Entity Too Large"}
    assert resident(front) - before < 20 * MIB


def upload(front: Front) -> bytes:
    """Send chunks, 8 MiB at most, until the server ends the connection; returns what it answered."""
    with socket.create_connection(("127.0.0.1", front.inner_port)) as connection:
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + CHUNK * 5)
        answer = connection.recv(4096)
        try:
            for _ in range(8 * MIB // len(CHUNK)):
                connection.sendall(CHUNK)
        except ConnectionError:
            pass
    return answer


def resident(front: Front) -> int:
    """Bytes of memory that the server's process holds."""
    (found,) = [
        process
        for process in Path("/proc").glob("[0-9]*")
        if serves(process) and f"HOMEPLAN_PORT={front.inner_port}".encode() in (process / "environ").read_bytes()
    ]
    (line,) = [line for line in (found / "status").read_text().splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) * 1024


def serves(process: Path) -> bool:
    try:
        return (process / "cmdline").read_bytes().endswith(b"\0serve\0")
    except OSError:
        return False
